//! rustc's errors as data.

mod parse;
mod render;
mod stage;

use serde::{Deserialize, Serialize};

pub use parse::{Parsed, parse, parse_in, warnings, warnings_in};
pub use render::render;
pub use stage::Stage;

/// How grave a message is. Levels that this crate does not know are kept by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The program is rejected.
    Error,
    /// The program is accepted.
    Warning,
    /// What explains an error.
    Note,
    /// What may repair it.
    Help,
    /// What rustc says after its last error.
    FailureNote,
    /// Anything else.
    Other(String),
}

/// How sure rustc is of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applicability {
    /// It may be applied without a look.
    MachineApplicable,
    /// It is valid code, perhaps not what was meant.
    MaybeIncorrect,
    /// It has gaps to be filled in.
    HasPlaceholders,
    /// Nothing is said.
    Unspecified,
}

/// What rustc suggests to put in a span's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The new text.
    pub replacement: String,
    /// How sure rustc is.
    pub applicability: Applicability,
}

/// A range of the candidate's own text, or of one of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte, from 0.
    pub byte_start: usize,
    /// The byte after the last.
    pub byte_end: usize,
    /// First line, from 1.
    pub line_start: usize,
    /// First column, from 1, in characters.
    pub column_start: usize,
    /// Last line.
    pub line_end: usize,
    /// The column after the last.
    pub column_end: usize,
    /// Whether the error is here.
    pub is_primary: bool,
    /// What is said of it.
    pub label: Option<String>,
    /// What to put in its place.
    pub suggestion: Option<Suggestion>,
    /// The file, relative to the root of its workspace; None where the program is one text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A note or help of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Note or help.
    pub level: Level,
    /// The message.
    pub message: String,
    /// Where; with suggestions, what to put there.
    pub spans: Vec<Span>,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// An error where it comes from [`parse`], a warning where it comes from [`warnings`].
    pub level: Level,
    /// The code, such as `E0382`, or the name of a lint; None where rustc gives none.
    pub code: Option<String>,
    /// The message.
    pub message: String,
    /// Which part of the compiler said it.
    pub stage: Stage,
    /// Where, in the candidate's text only.
    pub spans: Vec<Span>,
    /// Notes and helps.
    pub children: Vec<Child>,
}
