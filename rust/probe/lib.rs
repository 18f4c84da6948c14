//! What a koan's probes call: seeded inputs ([`Draw`]), canonical values ([`Value`]), frames of a transcript ([`Record`]).
//!
//! Built once per toolchain and given to rustc under a name that is made from the candidate's own bytes, so that no candidate
//! holds it. It needs nothing but std. Nothing here is secret and nothing is asserted, because the transcript is compared with
//! the reference's outside of the process.

mod draw;
mod value;

/// std as it is, whatever a candidate calls by that name.
#[doc(hidden)]
pub mod crates {
    pub extern crate alloc;
    pub extern crate core;
    pub extern crate std;
}

use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;

pub use draw::Draw;
pub use value::Value;

/// One probe: it draws inputs, calls the koan, and records what came back.
pub type Probe = fn(&mut Draw, &mut Record);

/// The descriptor on which the parent reads the transcript; stdout and stderr stay the candidate's own.
const TRANSCRIPT_FD: i32 = 3;

/// The values that one round of one probe recorded, in order.
pub struct Record {
    frame: String,
}

impl Record {
    /// Adds `value` under `label`, which should say what the value is: `record.value("total", &total)`.
    pub fn value(&mut self, label: &str, value: &(impl Value + ?Sized)) {
        self.frame.push(' ');
        self.frame.push_str(label);
        self.frame.push('=');
        value.write(&mut self.frame);
    }
}

/// Calls every probe `rounds` times with inputs drawn from `SHARE_RS_SEED`, and writes one frame a round, then the end frame.
///
/// # Panics
/// Where the seed is missing or the transcript cannot be written: the harness is then not run by the sandbox.
pub fn run(probes: &[(&str, Probe)], rounds: u32) {
    let seed: u64 =
        std::env::var("SHARE_RS_SEED").ok().and_then(|text| text.parse().ok()).expect("SHARE_RS_SEED holds the seed");
    // SAFETY: the sandbox opens descriptor 3 for this process and nothing else here owns it.
    let mut transcript = unsafe { File::from_raw_fd(TRANSCRIPT_FD) };
    let mut frames = 0_u32;
    for (index, (name, probe)) in probes.iter().enumerate() {
        for round in 0..rounds {
            let mut draw = Draw::new(seed, index as u64, u64::from(round));
            let mut record = Record { frame: format!("{name} {round}") };
            probe(&mut draw, &mut record);
            record.frame.push('\n');
            transcript.write_all(record.frame.as_bytes()).expect("the transcript can be written");
            frames += 1;
        }
    }
    transcript.write_all(format!("end {frames}\n").as_bytes()).expect("the transcript can be written");
}
