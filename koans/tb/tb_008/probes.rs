use crate::{Job, pages, plan};
use probe::{Draw, Record};

fn job(draw: &mut Draw) -> Job {
    Job { title: draw.word(), pages: draw.int(1..4), day: draw.int(1..3) }
}

pub fn planned(draw: &mut Draw, record: &mut Record) {
    let titles: Vec<String> = plan(&draw.vec(3..9, job));
    record.value("titles", &titles);
    let job = |title: &str, pages: u32, day: u32| Job { title: title.to_string(), pages, day };
    let (large, late): (u32, u32) = (draw.int(10..20), draw.int(10..20));
    let mut jobs = [job("d", 9, late), job("c", large, late), job("b", 9, 9), job("a", large, late), job("B", 1, late)];
    draw.shuffle(&mut jobs);
    let ordered: Vec<String> = plan(&jobs);
    let sums: [u32; 3] = [9, late, 0].map(|day| pages(&jobs, day));
    record.value("ordered", &(ordered, sums));
}

pub fn day(draw: &mut Draw, record: &mut Record) {
    let jobs = draw.vec(0..6, job);
    let sum: u32 = pages(&jobs, 1);
    record.value("pages", &sum);
}
