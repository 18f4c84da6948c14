//! How much of the machine one candidate may use.

use serde::{Deserialize, Serialize};

use crate::SandboxError;

/// Ceilings of the two stages. CPU time comes first, because it does not depend on the load of the machine; wall time is far larger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// CPU seconds of rustc, and of each process that it starts.
    pub compile_cpu: u64,
    /// Wall seconds of the compile stage.
    pub compile_wall: u64,
    /// Address space of rustc in MiB. rustc crashes below 500 here.
    pub compile_memory: u64,
    /// The least CPU seconds that a program gets; it gets 4 times the reference's where that is more.
    pub run_cpu: u64,
    /// Wall seconds of the run stage.
    pub run_wall: u64,
    /// Address space of the program in MiB.
    pub run_memory: u64,
    /// Largest candidate in KiB.
    pub source: u64,
    /// What is read of rustc's diagnostics, in KiB; past it rustc is killed.
    pub diagnostics: u64,
    /// What is read of each of the program's stdout, stderr and transcript, in KiB; past it the program is killed.
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            compile_cpu: 10,
            compile_wall: 60,
            compile_memory: 3072,
            run_cpu: 1,
            run_wall: 10,
            run_memory: 512,
            source: 64,
            diagnostics: 1024,
            output: 64,
        }
    }
}

impl Limits {
    /// Sets the limit called `name`.
    ///
    /// # Errors
    /// [`SandboxError::Usage`] for an unknown name, or a value that is not a whole number of at least 1.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), SandboxError> {
        let field = match name {
            "compile_cpu" => &mut self.compile_cpu,
            "compile_wall" => &mut self.compile_wall,
            "compile_memory" => &mut self.compile_memory,
            "run_cpu" => &mut self.run_cpu,
            "run_wall" => &mut self.run_wall,
            "run_memory" => &mut self.run_memory,
            "source" => &mut self.source,
            "diagnostics" => &mut self.diagnostics,
            "output" => &mut self.output,
            _ => {
                return Err(SandboxError::Usage(format!(
                    "expected a limit named compile_cpu, compile_wall, compile_memory, run_cpu, run_wall, run_memory, \
                     source, diagnostics or output, got `{name}`"
                )));
            }
        };
        if value.fract() != 0.0 || !(1.0..=1e6).contains(&value) {
            return Err(SandboxError::Usage(format!(
                "expected a whole number from 1 to 1000000 for {name}, got {value}"
            )));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of 1 to 1e6")]
        let whole = value as u64;
        *field = whole;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_set_by_its_name_and_an_unknown_one_is_refused() {
        let mut limits = Limits::default();
        limits.set("run_cpu", 3.0).unwrap();
        assert_eq!(limits.run_cpu, 3);
        assert!(limits.set("patience", 1.0).unwrap_err().to_string().contains("`patience`"));
        assert!(limits.set("run_cpu", 0.5).is_err());
        assert!(limits.set("run_cpu", f64::NAN).is_err());
    }
}
