//! Readings of a weather station and the trace that is kept of them.

/// One reading. In a trace it appears as `Reading { station: "NAME", celsius: NUMBER }`.
#[derive(Debug)]
pub struct Reading {
    pub station: String,
    pub celsius: i32,
}

/// One line a reading, in order, each with its number from 1: `NUMBER: READING`.
pub fn trace(readings: &[Reading]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, reading) in readings.iter().enumerate() {
        lines.push(format!("{}: {:?}", index + 1, reading));
    }
    lines
}

/// The warmest reading, the first among equals.
pub fn warmest(readings: &[Reading]) -> Option<&Reading> {
    readings.iter().max_by_key(|reading| reading.celsius)
}
