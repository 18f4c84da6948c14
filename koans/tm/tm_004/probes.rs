use crate::{PAGE, page, pages};
use probe::{Draw, Record};

pub fn one_page(draw: &mut Draw, record: &mut Record) {
    let results: Vec<String> = draw.words(0..11);
    let found: Vec<String> = page(&results, draw.int(0..5));
    record.value("page", &found);
}

pub fn all_pages(draw: &mut Draw, record: &mut Record) {
    let results: Vec<String> = draw.words(4..11);
    let count: usize = pages(&results);
    let sizes: Vec<usize> = (0..=count + 1).map(|number| page(&results, number).len()).collect();
    let first: Vec<String> = page(&results, 1);
    record.value("pages", &(count, sizes, first, PAGE));
}
