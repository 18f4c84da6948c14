//! Reads what `rustc --error-format=json` writes, one object a line (The rustc book, JSON Output).
//!
//! The text is hostile: a candidate decides how long, how many and how deeply nested its errors are. Nothing here recurses on
//! the nesting, and nothing is kept of what only rustc's own rendering needs.

use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Applicability, Child, Diagnostic, Level, Span, Stage, Suggestion};

/// The name that rustc gives to a source that it read from stdin.
const STDIN: &str = "<anon>";

/// What rustc said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Its errors, in its order.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether any of them is, in any part, about text beyond the candidate's.
    pub touches_harness: bool,
    /// Whether the last line is incomplete.
    pub truncated: bool,
}

/// Reads the stderr of `rustc - --error-format=json`, where the candidate's text is the first `source_len` bytes of stdin.
#[must_use]
pub fn parse(stderr: &[u8], source_len: usize) -> Parsed {
    read(stderr, &Place::Text(source_len))
}

/// Reads the errors of a compiler that works on files: those below `root` are the program's own. It works in `folder`.
#[must_use]
pub fn parse_in(stderr: &[u8], root: &Path, folder: &Path) -> Parsed {
    read(stderr, &Place::Files { root, folder })
}

/// Which text is the program's own.
enum Place<'a> {
    /// The first bytes of stdin.
    Text(usize),
    /// The files below `root`; relative paths begin at `folder`.
    Files { root: &'a Path, folder: &'a Path },
}

impl Place<'_> {
    /// The file of a span in the program's own text, None where that is one text.
    fn own(&self, span: &RawSpan<'_>) -> Result<Option<String>, Elsewhere> {
        match self {
            Self::Text(_) if span.file_name == STDIN => Ok(None),
            Self::Text(_) => Err(Elsewhere),
            Self::Files { root, folder } => relative(&folder.join(&span.file_name), root).map(Some).ok_or(Elsewhere),
        }
    }

    /// Whether the span goes beyond it.
    fn exceeded(&self, span: &RawSpan<'_>) -> bool {
        matches!(self, Self::Text(length) if span.byte_start >= *length || span.byte_end > *length)
    }
}

/// A span that is not in the program's own text.
struct Elsewhere;

/// `path` as seen from `root`, where it lies below it.
fn relative(path: &Path, root: &Path) -> Option<String> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    let below = plain.strip_prefix(root).ok()?;
    (below.components().next().is_some()).then(|| below.to_string_lossy().into_owned())
}

fn read(stderr: &[u8], place: &Place<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    for line in stderr.split_inclusive(|&byte| byte == b'\n') {
        if !line.starts_with(b"{") {
            continue;
        }
        match serde_json::from_slice::<RawDiagnostic>(line) {
            Ok(raw) if raw.is_error() => parsed.diagnostics.push(raw.read(place, &mut parsed.touches_harness)),
            Ok(_) => {}
            Err(_) => parsed.truncated |= !line.ends_with(b"\n"),
        }
    }
    parsed
}

/// Reads the warnings of one lint from the same stderr.
#[must_use]
pub fn warnings(stderr: &[u8], source_len: usize, lint: &str) -> Vec<Diagnostic> {
    warned(stderr, &[lint.to_owned()], &Place::Text(source_len))
}

/// Reads the warnings of some lints, of a compiler that works on files, as [`parse_in`] does.
#[must_use]
pub fn warnings_in(stderr: &[u8], lints: &[String], root: &Path, folder: &Path) -> Vec<Diagnostic> {
    warned(stderr, lints, &Place::Files { root, folder })
}

fn warned(stderr: &[u8], lints: &[String], place: &Place<'_>) -> Vec<Diagnostic> {
    let objects = stderr.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{"));
    let found = objects.filter_map(|line| serde_json::from_slice::<RawDiagnostic<'_>>(line).ok());
    let wanted = found.filter(|raw| raw.level.as_deref() == Some("warning") && raw.is_about(lints));
    wanted.map(|raw| raw.read(place, &mut false)).collect()
}

#[derive(Deserialize)]
struct RawDiagnostic<'a> {
    #[serde(default)]
    message: String,
    code: Option<RawCode>,
    level: Option<String>,
    #[serde(default, borrow)]
    spans: Vec<RawSpan<'a>>,
    #[serde(default, borrow)]
    children: Vec<RawChild<'a>>,
}

#[derive(Deserialize)]
struct RawCode {
    code: String,
}

#[derive(Deserialize)]
struct RawChild<'a> {
    #[serde(default)]
    message: String,
    #[serde(default)]
    level: String,
    #[serde(default, borrow)]
    spans: Vec<RawSpan<'a>>,
}

#[derive(Deserialize)]
struct RawSpan<'a> {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    line_start: usize,
    line_end: usize,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    label: Option<String>,
    suggested_replacement: Option<String>,
    suggestion_applicability: Option<String>,
    #[serde(borrow)]
    expansion: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawExpansion<'a> {
    #[serde(borrow)]
    span: RawSpan<'a>,
}

impl RawDiagnostic<'_> {
    fn is_error(&self) -> bool {
        // Counts the errors before it, and is no error of the program.
        let summary = self.message.starts_with("aborting due to ") && self.spans.is_empty();
        self.level.as_deref().is_some_and(|level| level.starts_with("error")) && !summary
    }

    fn is_about(&self, lints: &[String]) -> bool {
        self.code.as_ref().is_some_and(|found| lints.contains(&found.code))
    }

    fn read(self, place: &Place<'_>, touches_harness: &mut bool) -> Diagnostic {
        let code = self.code.map(|code| code.code);
        let stage = Stage::of(code.as_deref(), &self.message);
        if code.is_none() && self.spans.is_empty() && self.message.starts_with("linking with `") {
            return unlinked(&self.message, &self.children);
        }
        let mut children: Vec<Child> = Vec::new();
        for child in self.children {
            let spans = read_spans(child.spans, place, touches_harness);
            let Some(message) = stable(&child.message) else { continue };
            let child = Child { level: level(&child.level), message, spans };
            if !children.contains(&child) {
                children.push(child);
            }
        }
        Diagnostic {
            level: level(self.level.as_deref().unwrap_or_default()),
            code,
            message: stable(&self.message).unwrap_or_default(),
            stage,
            spans: read_spans(self.spans, place, touches_harness),
            children,
        }
    }
}

/// A failed link without the linker's command line, which names folders of this machine, and without the places of what it
/// says, which name the harness: what is left is the signal that ended it, or the symbols that it missed.
fn unlinked(message: &str, children: &[RawChild<'_>]) -> Diagnostic {
    const SAID: [&str; 4] =
        ["undefined symbol: ", "duplicate symbol: ", "undefined reference to ", "unable to find library "];
    let signal = message.split_once("failed: signal: ").and_then(|(_, signal)| signal.split_whitespace().next());
    let mut found: Vec<Child> = Vec::new();
    for line in children.iter().flat_map(|child| child.message.lines()) {
        let said = SAID.iter().find_map(|said| line.find(said).map(|at| &line[at..]));
        let Some(message) = said.and_then(stable) else { continue };
        let child = Child { level: Level::Note, message, spans: Vec::new() };
        if !found.contains(&child) {
            found.push(child);
        }
    }
    Diagnostic {
        level: Level::Error,
        code: None,
        message: signal
            .map_or_else(|| "linking failed".to_owned(), |signal| format!("linking failed: signal {signal}")),
        stage: Stage::Link,
        spans: Vec::new(),
        children: found,
    }
}

fn read_spans(spans: Vec<RawSpan<'_>>, place: &Place<'_>, touches_harness: &mut bool) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for span in spans {
        if let Some(span) = read_span(span, place, touches_harness)
            && !found.contains(&span)
        {
            found.push(span);
        }
    }
    found
}

/// The span, or, where it lies in a macro of another file, the outermost place in the candidate that called it.
fn read_span(mut span: RawSpan<'_>, place: &Place<'_>, touches_harness: &mut bool) -> Option<Span> {
    let (is_primary, label) = (span.is_primary, span.label.take());
    let mut own = None;
    loop {
        let expansion = span.expansion.take();
        if let Ok(file) = place.own(&span) {
            *touches_harness |= place.exceeded(&span);
            own = Some((span, file));
        }
        // Each level is read by itself: the nesting is as deep as a candidate's macros make it.
        match expansion.and_then(|raw| serde_json::from_str::<RawExpansion<'_>>(raw.get()).ok()) {
            Some(outer) => span = outer.span,
            None => break,
        }
    }
    let (own, file) = own?;
    let suggestion = own.suggested_replacement.map(|replacement| Suggestion {
        replacement,
        applicability: match own.suggestion_applicability.as_deref() {
            Some("MachineApplicable") => Applicability::MachineApplicable,
            Some("MaybeIncorrect") => Applicability::MaybeIncorrect,
            Some("HasPlaceholders") => Applicability::HasPlaceholders,
            _ => Applicability::Unspecified,
        },
    });
    Some(Span {
        byte_start: own.byte_start,
        byte_end: own.byte_end,
        line_start: own.line_start,
        column_start: own.column_start,
        line_end: own.line_end,
        column_end: own.column_end,
        is_primary,
        label: label.and_then(|label| stable(&label)),
        suggestion,
        file,
    })
}

/// The message without what differs between machines; None where nothing else is left of it.
fn stable(message: &str) -> Option<String> {
    const VARYING: [&str; 7] = [
        "the full type name has been written to",
        "the full name for the type has been written to",
        "consider using `--verbose`",
        "requested on the command line with",
        "this error originates in the macro",
        "use `--verbose`",
        "For more information about",
    ];
    if VARYING.iter().any(|start| message.contains(start)) {
        return None;
    }
    let mut kept = String::with_capacity(message.len());
    for word in message.split_inclusive(char::is_whitespace) {
        kept.push_str(&without_path(word));
    }
    Some(kept)
}

/// An absolute path of two or more parts is cut to its last part; `a/b`, `//` and closures' positions stay.
fn without_path(word: &str) -> String {
    let Some(start) = word.char_indices().find_map(|(at, character)| {
        let before = word[..at].chars().next_back();
        let opens = before
            .is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '/' | '<' | '_' | '.' | '*' | ':'));
        (character == '/' && opens && word[at + 1..].starts_with(|next: char| next.is_alphanumeric() || next == '.'))
            .then_some(at)
    }) else {
        return word.to_owned();
    };
    match word[start..].rfind('/') {
        Some(0) | None => word.to_owned(),
        Some(last) => format!("{}{}", &word[..start], &word[start + last + 1..]),
    }
}

fn level(name: &str) -> Level {
    match name {
        "warning" => Level::Warning,
        "note" => Level::Note,
        "help" => Level::Help,
        "failure-note" => Level::FailureNote,
        name if name.starts_with("error") => Level::Error,
        name => Level::Other(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_of_a_crate_name_their_file_and_those_of_others_are_left_out() {
        let line = |file: &str| {
            format!("{{\"message\":\"m\",\"level\":\"error\",\"spans\":[{}]}}\n", span(file, 3, 5, "null"))
        };
        let parse = |file: &str| parse_in(line(file).as_bytes(), Path::new("/w"), Path::new("/w/a"));
        let file = |file: &str| parse(file).diagnostics[0].spans.first().and_then(|span| span.file.clone());
        assert_eq!(file("src/lib.rs").as_deref(), Some("a/src/lib.rs"));
        assert_eq!(file("/w/a/src/lib.rs").as_deref(), Some("a/src/lib.rs"));
        assert_eq!(file("./../b.rs").as_deref(), Some("b.rs"));
        assert_eq!(file("../../etc/passwd"), None);
        assert_eq!(file("/rustc/library/core/src/lib.rs"), None);
    }

    fn span(file: &str, start: usize, end: usize, expansion: &str) -> String {
        format!(
            "{{\"file_name\":\"{file}\",\"byte_start\":{start},\"byte_end\":{end},\"line_start\":1,\"line_end\":1,\"column_start\":1,\
             \"column_end\":2,\"is_primary\":true,\"text\":[],\"label\":\"here\",\"suggested_replacement\":null,\
             \"suggestion_applicability\":null,\"new_field\":{{}},\"expansion\":{expansion}}}"
        )
    }

    fn error(span: &str) -> Vec<u8> {
        format!(
            "{{\"$message_type\":\"diagnostic\",\"message\":\"m\",\"code\":{{\"code\":\"E0277\",\"explanation\":null}},\
             \"level\":\"error\",\"spans\":[{span}],\"children\":[],\"rendered\":null}}\n"
        )
        .into_bytes()
    }

    fn calls(depth: usize) -> String {
        let mut expansion = "null".to_owned();
        for level in 0..depth {
            let outer = span(if level == 0 { STDIN } else { "/std/macros.rs" }, 10 + level, 12 + level, &expansion);
            expansion = format!("{{\"span\":{outer},\"macro_decl_name\":\"m!\",\"def_site_span\":null}}");
        }
        span("/std/macros.rs", 900, 901, &expansion)
    }

    #[test]
    fn an_error_inside_a_macro_of_std_is_placed_where_the_candidate_calls_it() {
        let parsed = parse(&error(&calls(2)), 100);
        let found = &parsed.diagnostics[0].spans[0];
        assert_eq!((found.byte_start, found.byte_end), (10, 12));
        assert_eq!(found.label.as_deref(), Some("here"));
        assert!(!parsed.touches_harness);
    }

    #[test]
    fn a_thousand_nested_macros_are_read_without_recursion() {
        let parsed = parse(&error(&calls(1000)), 100);
        assert_eq!(parsed.diagnostics[0].spans[0].byte_start, 10);
    }

    #[test]
    fn a_span_beyond_the_candidate_or_across_its_end_touches_the_harness() {
        for (start, end, touches) in
            [(0, 100, false), (100, 100, true), (99, 101, true), (150, 160, true), (0, 0, false)]
        {
            assert_eq!(parse(&error(&span(STDIN, start, end, "null")), 100).touches_harness, touches, "{start}..{end}");
        }
    }

    #[test]
    fn a_place_in_another_file_is_dropped() {
        let parsed = parse(&error(&span("/home/user/other.rs", 500, 501, "null")), 100);
        assert!(parsed.diagnostics[0].spans.is_empty());
        assert!(!parsed.touches_harness);
    }

    #[test]
    fn warnings_summaries_and_lines_that_are_no_object_are_not_errors() {
        let text = "warning: plain text\n{\"level\":\"warning\",\"message\":\"unused\"}\n[1]\n{}\n\
                    {\"level\":\"error\",\"message\":\"aborting due to 1 previous error\",\"spans\":[]}\n\
                    {\"level\":\"failure-note\",\"message\":\"For more information about this error\"}\n";
        assert_eq!(parse(text.as_bytes(), 0), Parsed::default());
    }

    #[test]
    fn the_warnings_of_one_lint_are_read_and_no_others() {
        let line =
            |lint: &str| format!("{{\"message\":\"m\",\"code\":{{\"code\":\"{lint}\"}},\"level\":\"warning\"}}\n");
        let text = format!("{}{}{}", line("clippy::map_clone"), line("unused"), line("clippy::map_clone"));
        let found = warnings(text.as_bytes(), 0, "clippy::map_clone");
        assert_eq!(
            found.iter().map(|one| (&one.level, one.stage)).collect::<Vec<_>>(),
            [(&Level::Warning, Stage::Lint); 2]
        );
        assert_eq!(parse(text.as_bytes(), 0), Parsed::default());
    }

    #[test]
    fn half_of_a_last_line_sets_truncated_and_loses_nothing_before_it() {
        let mut text = error(&span(STDIN, 0, 1, "null"));
        text.extend_from_slice(&text.clone()[..40]);
        let parsed = parse(&text, 100);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert!(parsed.truncated);
    }

    #[test]
    fn no_path_of_the_machine_is_left_in_a_message() {
        for (message, kept) in [
            ("couldn't read `/home/me/x/fixed.rs`: denied", "couldn't read `fixed.rs`: denied"),
            ("expected `a/b`, found `//`", "expected `a/b`, found `//`"),
            ("the trait is in /rustc/59807616/library/core/src/lib.rs", "the trait is in lib.rs"),
            ("cannot divide `f64` by `u8`: `f64 / u8`", "cannot divide `f64` by `u8`: `f64 / u8`"),
        ] {
            assert_eq!(stable(message).as_deref(), Some(kept));
        }
        assert_eq!(stable("the full type name has been written to '/tmp/x.long-type-1.txt'"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..600, flip in 0_usize..600) {
            let _ = parse(&bytes, 10);
            let mut line = error(&calls(2));
            let flip = flip % line.len();
            line[flip] = line[flip].wrapping_add(1);
            line.truncate(cut);
            let _ = parse(&line, 10);
        }

        #[test]
        fn every_error_line_gives_one_diagnostic_in_order(count in 0_usize..20) {
            let mut text = String::new();
            for number in 0..count {
                let _ = writeln!(text, "{{\"level\":\"error\",\"message\":\"m{number}\",\"code\":null,\"spans\":[],\"children\":[]}}");
            }
            let messages: Vec<String> = parse(text.as_bytes(), 0).diagnostics.into_iter().map(|found| found.message).collect();
            let expected: Vec<String> = (0..count).map(|number| format!("m{number}")).collect();
            prop_assert_eq!(messages, expected);
        }
    }

    #[test]
    fn a_failed_link_keeps_its_symbols_and_no_path() {
        let line =
            r#"{"message":"linking with `rust-lld` failed: exit status: 1","code":null,"level":"error","spans":[],
            "children":[{"message":" \"rust-lld\" \"/tmp/share-rs-x/koan.o\"","level":"note","spans":[]},
            {"message":"rust-lld: error: undefined symbol: far\n>>> referenced by koan\n","level":"note","spans":[]}]}"#
                .replace('\n', "");
        let parsed = parse(line.as_bytes(), 0);
        let [found] = parsed.diagnostics.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((found.message.as_str(), found.stage), ("linking failed", Stage::Link));
        assert_eq!(
            found.children.iter().map(|child| child.message.as_str()).collect::<Vec<_>>(),
            ["undefined symbol: far"]
        );
        let killed = line.replace("exit status: 1", "signal: 7 (SIGBUS) (core dumped)");
        assert_eq!(parse(killed.as_bytes(), 0).diagnostics[0].message, "linking failed: signal 7");
    }
}
