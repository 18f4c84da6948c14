//! What `cargo --message-format=json` prints (The Cargo Book, External tools).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;
use share_rs_koan::diagnostic::{Parsed, parse_in};

/// A test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    pub file: PathBuf,
    /// Its kind and name: `lib`, `bin a`, `test b`.
    pub target: String,
}

/// What cargo printed.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The errors of rustc.
    pub parsed: Parsed,
    pub programs: Vec<Program>,
}

#[derive(Deserialize)]
struct Line<'a> {
    reason: String,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    executable: Option<PathBuf>,
    target: Option<Target>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// Reads cargo's stdout; the crate's files lie below `root`, where rustc works.
pub(super) fn read(stdout: &[u8], root: &Path) -> Messages {
    let mut messages = Messages::default();
    let mut errors = Vec::new();
    for line in stdout.split_inclusive(|&byte| byte == b'\n') {
        let Ok(found) = serde_json::from_slice::<Line<'_>>(line) else {
            messages.parsed.truncated |= line.starts_with(b"{") && !line.ends_with(b"\n");
            continue;
        };
        if let ("compiler-message", Some(message)) = (found.reason.as_str(), found.message) {
            errors.extend_from_slice(message.get().as_bytes());
            errors.push(b'\n');
        }
        if let (Some(file), Some(target), Some(Profile { test: true })) =
            (found.executable, found.target, found.profile)
        {
            let kind = target.kind.first().map_or("lib", String::as_str);
            let target =
                if matches!(kind, "bin" | "test") { format!("{kind} {}", target.name) } else { "lib".to_owned() };
            messages.programs.push(Program { file, target });
        }
    }
    let truncated = messages.parsed.truncated;
    messages.parsed = parse_in(&errors, root, root);
    messages.parsed.truncated |= truncated;
    // A library and its tests have the same errors twice.
    let mut once = Vec::new();
    for diagnostic in std::mem::take(&mut messages.parsed.diagnostics) {
        if !once.contains(&diagnostic) {
            once.push(diagnostic);
        }
    }
    messages.parsed.diagnostics = once;
    messages.programs.sort_by(|one, other| one.target.cmp(&other.target));
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_once_and_programs_of_tests_are_named() {
        let error = "{\"reason\":\"compiler-message\",\"message\":{\"message\":\"m\",\"code\":null,\"level\":\"error\",\"spans\":[],\"children\":[]}}\n";
        let program = "{\"reason\":\"compiler-artifact\",\"target\":{\"kind\":[\"test\"],\"name\":\"b\"},\"profile\":{\"test\":true},\"executable\":\"/t/b\"}\n";
        let plain = "{\"reason\":\"compiler-artifact\",\"target\":{\"kind\":[\"bin\"],\"name\":\"c\"},\"profile\":{\"test\":false},\"executable\":\"/t/c\"}\n";
        let text = format!("{error}{error}noise\n{program}{plain}{{\"reas");
        let found = read(text.as_bytes(), Path::new("/w"));
        assert_eq!(found.parsed.diagnostics.len(), 1);
        assert!(found.parsed.truncated);
        assert_eq!(found.programs, [Program { file: "/t/b".into(), target: "test b".to_owned() }]);
    }
}
