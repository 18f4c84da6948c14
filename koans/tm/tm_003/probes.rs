use crate::{NEVER, largest, sheets};
use probe::{Draw, Record};

pub fn printed(draw: &mut Draw, record: &mut Record) {
    let pages: Vec<u32> = draw.vec(1..7, |draw| draw.int(0..900));
    let most: usize = draw.int(0..400);
    let total: u32 = sheets(&pages, most);
    let equal: u32 = sheets(&[pages[0]], pages[0] as usize);
    record.value("sheets", &(total, equal));
}

pub fn no_cover(draw: &mut Draw, record: &mut Record) {
    let pages: Vec<u32> = draw.vec(0..5, |draw| draw.int(0..900));
    let total: u32 = sheets(&pages, NEVER);
    let wide: u32 = sheets(&pages, (1 << 32) + 1);
    let most: u32 = largest(&pages);
    record.value("sheets", &(total, wide, most));
    let cover: [u32; 6] = [(0, 0), (1, 0), (1, 1), (2, 1), (3, 2), (4, 5)].map(|(count, most)| sheets(&[count], most));
    record.value("cover", &cover);
}
