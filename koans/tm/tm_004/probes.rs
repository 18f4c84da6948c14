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
    let four = &results[..4];
    let lists = [&four[..0], &four[..2], &four[..3], four];
    let counts: [usize; 4] = lists.map(pages);
    let found: [Vec<Vec<String>>; 4] = lists.map(|list| (0..4).map(|number| page(list, number)).collect());
    record.value("edges", &(counts, found));
}
