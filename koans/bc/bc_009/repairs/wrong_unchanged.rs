//! A thermostat that follows a schedule.

/// What the thermostat is set to, in tenths of a degree.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub target: i32,
    pub steps: u32,
}

/// Moves the target towards `wanted` by at most `step` and counts the move.
/// A target that is there already is not moved, and nothing is counted.
pub fn approach(setting: Setting, wanted: i32, step: i32) -> Setting {
    let next = setting;
    let missing = wanted - next.target;
    if missing != 0 {
        return setting;
    }
    next
}

/// Approaches each wanted value in turn, once each.
pub fn follow(setting: Setting, schedule: &[i32], step: i32) -> Setting {
    schedule.iter().fold(setting, |reached, &wanted| approach(reached, wanted, step))
}
