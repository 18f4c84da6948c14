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
    match wanted - setting.target {
        0 => setting,
        missing => Setting { target: setting.target + missing.clamp(-step, step), steps: setting.steps + 1 },
    }
}

/// Approaches each wanted value in turn, once each.
pub fn follow(setting: Setting, schedule: &[i32], step: i32) -> Setting {
    schedule.iter().fold(setting, |reached, &wanted| approach(reached, wanted, step))
}
