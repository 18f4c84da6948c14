use crate::{Setting, approach, follow};
use probe::{Draw, Record};

fn setting(draw: &mut Draw) -> Setting {
    Setting { target: draw.int(150..250), steps: draw.int(0..10) }
}

pub fn one_step(draw: &mut Draw, record: &mut Record) {
    let start = setting(draw);
    let wanted = if draw.chance(1, 3) { start.target } else { draw.int(150..250) };
    let reached: Setting = approach(start, wanted, draw.int(1..30));
    let found: (i32, u32) = (reached.target, reached.steps);
    record.value("reached", &found);
    let kept: Setting = approach(start, start.target, 5);
    let unmoved: (i32, u32) = (kept.target, kept.steps);
    record.value("unmoved", &unmoved);
    let step: i32 = draw.int(5..20);
    let around = [-step - 1, -step, 1 - step, step - 1, step, step + 1]
        .map(|missing| approach(start, start.target + missing, step));
    let moved: [(i32, u32); 6] = around.map(|one| (one.target, one.steps));
    record.value("around", &moved);
}

pub fn schedule(draw: &mut Draw, record: &mut Record) {
    let wanted: Vec<i32> = draw.vec(0..6, |draw| draw.int(150..250));
    let reached: Setting = follow(setting(draw), &wanted, 15);
    let found: (i32, u32) = (reached.target, reached.steps);
    record.value("reached", &found);
}
