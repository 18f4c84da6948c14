//! Which part of the compiler rejects a program: the further it got, the nearer it is.

use serde::{Deserialize, Serialize};

/// The ladder, from the first stage to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The text is no Rust.
    Parse,
    /// A name means nothing.
    Resolve,
    /// Types or traits do not fit.
    Typeck,
    /// Ownership, borrows or lifetimes do not fit.
    Borrowck,
    /// A constant cannot be computed.
    ConstEval,
    /// A lint forbids it.
    Lint,
    /// The program cannot be linked.
    Link,
    /// It cannot be told.
    Unknown,
}

/// Codes of names and imports, sorted.
const RESOLVE: [u16; 42] = [
    106, 261, 262, 263, 401, 403, 404, 405, 407, 408, 411, 412, 415, 416, 422, 423, 424, 425, 426, 428, 429, 430, 431,
    432, 433, 434, 435, 437, 438, 451, 463, 531, 532, 533, 573, 574, 576, 583, 603, 659, 728, 767,
];
/// Codes of borrowck, sorted.
const BORROWCK: [u16; 26] = [
    373, 381, 382, 384, 499, 501, 502, 503, 505, 506, 507, 508, 509, 510, 515, 521, 524, 594, 596, 597, 621, 626, 712,
    713, 716, 789,
];

impl Stage {
    /// The name in records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Resolve => "resolve",
            Self::Typeck => "typeck",
            Self::Borrowck => "borrowck",
            Self::ConstEval => "const_eval",
            Self::Lint => "lint",
            Self::Link => "link",
            Self::Unknown => "unknown",
        }
    }

    /// The stage of an error, by its code, or by its message where it has none.
    pub(super) fn of(code: Option<&str>, message: &str) -> Self {
        let Some(code) = code else { return of_message(message) };
        match code.strip_prefix('E').and_then(|number| number.parse::<u16>().ok()) {
            Some(80) => Self::ConstEval,
            Some(number) if RESOLVE.binary_search(&number).is_ok() => Self::Resolve,
            Some(number) if BORROWCK.binary_search(&number).is_ok() => Self::Borrowck,
            // Literals and comments that do not end.
            Some(748 | 758 | 762 | 763 | 765 | 766 | 768) => Self::Parse,
            Some(_) => Self::Typeck,
            None => Self::Lint,
        }
    }
}

fn of_message(message: &str) -> Stage {
    let has = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    if has(&["linking with `", "linker `"]) {
        Stage::Link
    } else if has(&[
        "lifetime may not live long enough",
        "captured variable cannot escape",
        "higher-ranked",
        "does not outlive",
    ]) {
        Stage::Borrowck
    } else if has(&[
        "cannot find macro",
        "cannot find attribute",
        "cannot find derive macro",
        "cannot determine resolution",
    ]) {
        Stage::Resolve
    } else if has(&["evaluation of", "constant evaluation"]) {
        Stage::ConstEval
    } else if has(&[
        "future cannot be sent",
        "cannot be known at compilation",
        "doesn't implement",
        "is not satisfied",
        "type mismatch",
    ]) {
        Stage::Typeck
    } else if has(&[
        "expected",
        "unexpected",
        "unclosed",
        "unterminated",
        "mismatched closing",
        "missing",
        "unknown start of token",
        "invalid",
        "no rules expected",
        "recursion limit",
        "format argument",
        "positional argument",
        "named argument",
        "must be",
        "not allowed",
        "cannot be",
        "denote",
        "keyword",
    ]) {
        Stage::Parse
    } else {
        Stage::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_they_can_be_searched() {
        assert!(RESOLVE.is_sorted());
        assert!(BORROWCK.is_sorted());
    }

    #[test]
    fn codes_and_messages_tell_the_stage() {
        for (code, message, stage) in [
            (Some("E0382"), "", Stage::Borrowck),
            (Some("E0308"), "", Stage::Typeck),
            (Some("E0425"), "", Stage::Resolve),
            (Some("E0080"), "", Stage::ConstEval),
            (Some("unsafe_code"), "", Stage::Lint),
            (Some("E0765"), "", Stage::Parse),
            (None, "this file contains an unclosed delimiter", Stage::Parse),
            (None, "expected one of `!` or `::`, found `x`", Stage::Parse),
            (None, "lifetime may not live long enough", Stage::Borrowck),
            (None, "linking with `cc` failed", Stage::Link),
            (None, "something never said before", Stage::Unknown),
        ] {
            assert_eq!(Stage::of(code, message), stage, "{code:?} {message}");
        }
    }

    #[test]
    fn the_ladder_goes_from_parsing_to_linking() {
        assert!(Stage::Parse < Stage::Resolve && Stage::Resolve < Stage::Typeck && Stage::Typeck < Stage::Borrowck);
        assert!(Stage::Borrowck < Stage::ConstEval && Stage::ConstEval < Stage::Link);
    }
}
