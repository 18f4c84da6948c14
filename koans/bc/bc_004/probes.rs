use crate::{Task, schedule, urgent};
use probe::{Draw, Record};

fn tasks(draw: &mut Draw) -> Vec<Task> {
    draw.vec(2..8, |draw| Task { name: draw.word(), priority: draw.int(0..4) })
}

pub fn order(draw: &mut Draw, record: &mut Record) {
    let names: Vec<String> = schedule(&tasks(draw));
    record.value("names", &names);
}

pub fn urgent_ones(draw: &mut Draw, record: &mut Record) {
    let tasks = tasks(draw);
    let count: usize = urgent(&tasks, draw.int(0..4));
    let names: Vec<String> = schedule(&tasks[..1]);
    record.value("count", &(count, names));
    let task = |name: &str, priority: u8| Task { name: name.to_string(), priority };
    let high: u8 = draw.int(2..=255);
    let tasks = [task("a", 1), task("b", high), task("c", 1), task("d", high), task("e", 0)];
    let names: Vec<String> = schedule(&tasks);
    let counts: [usize; 3] = [0, 1, high].map(|priority| urgent(&tasks, priority));
    record.value("edges", &(names, counts));
}
