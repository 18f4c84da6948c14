use crate::{Job, pages, plan};
use probe::{Draw, Record};

fn job(draw: &mut Draw) -> Job {
    Job { title: draw.word(), pages: draw.int(1..4), day: draw.int(1..3) }
}

pub fn planned(draw: &mut Draw, record: &mut Record) {
    let titles: Vec<String> = plan(&draw.vec(3..9, job));
    record.value("titles", &titles);
}

pub fn day(draw: &mut Draw, record: &mut Record) {
    let jobs = draw.vec(0..6, job);
    let sum: u32 = pages(&jobs, 1);
    record.value("pages", &sum);
}
