//! rustc's suggestions as edits.

use crate::diagnostic::Diagnostic;

use super::Edit;

/// `source` with rustc's machine-applicable suggestions applied; None where there are none.
#[must_use]
pub fn machine_applicable(_diagnostics: &[Diagnostic], _source: &str) -> Option<String> {
    None
}

/// Every suggestion of rustc, in its order, each once.
#[must_use]
pub fn suggestions(_diagnostics: &[Diagnostic], _source: &str) -> Vec<Vec<Edit>> {
    Vec::new()
}
