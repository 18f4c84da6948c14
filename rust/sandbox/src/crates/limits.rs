//! How much of the machine a crate may use.

use crate::SandboxError;

/// Ceilings of one jailed call of cargo, rustc or a test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrateLimits {
    /// Wall seconds of a check.
    pub check_wall: u64,
    /// Wall seconds of a build, and of the first check, which builds the dependencies.
    pub build_wall: u64,
    /// Wall seconds of one test program.
    pub test_wall: u64,
    /// CPU seconds of each process.
    pub cpu: u64,
    /// Address space of each process in MiB.
    pub memory: u64,
    /// Memory in use by all processes of one call, in MiB.
    pub all_memory: u64,
    /// Processes at once.
    pub processes: u64,
    /// Largest file that is written, in MiB.
    pub file: u64,
    /// The copy, the target folder and temporary files together, in MiB.
    pub disk: u64,
    /// What is read of diagnostics, in KiB.
    pub diagnostics: u64,
    /// What is read of a test program's output, in KiB.
    pub output: u64,
    /// Largest workspace that is copied, in MiB.
    pub tree: u64,
    /// Most files and folders of a workspace that is copied.
    pub files: u64,
}

impl Default for CrateLimits {
    fn default() -> Self {
        Self {
            check_wall: 120,
            build_wall: 900,
            test_wall: 120,
            cpu: 300,
            memory: 6144,
            all_memory: 8192,
            processes: 256,
            file: 1024,
            disk: 8192,
            diagnostics: 8192,
            output: 4096,
            tree: 512,
            files: 50_000,
        }
    }
}

impl CrateLimits {
    /// Sets the limit called `name`.
    ///
    /// # Errors
    /// [`SandboxError::Usage`] for an unknown name, or a value that is not a whole number of at least 1.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), SandboxError> {
        let field = match name {
            "check_wall" => &mut self.check_wall,
            "build_wall" => &mut self.build_wall,
            "test_wall" => &mut self.test_wall,
            "cpu" => &mut self.cpu,
            "memory" => &mut self.memory,
            "all_memory" => &mut self.all_memory,
            "processes" => &mut self.processes,
            "file" => &mut self.file,
            "disk" => &mut self.disk,
            "diagnostics" => &mut self.diagnostics,
            "output" => &mut self.output,
            "tree" => &mut self.tree,
            "files" => &mut self.files,
            _ => {
                return Err(SandboxError::Usage(format!(
                    "expected a limit named check_wall, build_wall, test_wall, cpu, memory, all_memory, processes, file, disk, \
                     diagnostics, output, tree or files, got `{name}`"
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
