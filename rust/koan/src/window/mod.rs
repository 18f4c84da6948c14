//! The part of a long file that a repair needs, as a text with an exact map back to the file.

mod choose;
mod outline;
mod show;

use std::ops::Range;

use crate::diagnostic::{Child, Diagnostic, Span};
use crate::edit::{Edit, EditError, apply};

pub use choose::window;

/// What stands for elided text within a line, and for elided lines.
const INLINE: &str = "/* … */";
const LINE: &str = "// …";

/// A file of which some text is elided. Everything else is kept byte for byte.
///
/// Between two kept pieces stands a comment for what is left out there, so that each place in the window is one place
/// in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// What is shown.
    pub text: String,
    pieces: Vec<Piece>,
}

/// A stretch of the file and what is shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    file: Range<usize>,
    window: Range<usize>,
    kept: bool,
}

/// Bytes of a file that are not shown, and what is shown instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elided {
    pub range: Range<usize>,
    pub shown: String,
}

/// Why an edit has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It is no edit of its text.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// It changes what is not shown.
    #[error("the edit {start}..{end} touches elided text, expected edits of what is shown")]
    Elided {
        /// The edit's first byte.
        start: usize,
        /// The byte after its last.
        end: usize,
    },
    /// Its new text repeats the comment that stands for elided text.
    #[error("the edit {start}..{end} copies the mark of elided text, expected code")]
    Mark {
        /// The edit's first byte.
        start: usize,
        /// The byte after its last.
        end: usize,
    },
}

impl Window {
    /// `elided` in order, not empty, and not touching each other.
    pub(crate) fn new(file: &str, elided: &[Elided]) -> Self {
        let mut window = Self { text: String::new(), pieces: Vec::new() };
        let mut done = 0;
        for one in elided {
            window.push(done..one.range.start, &file[done..one.range.start], true);
            window.push(one.range.clone(), &one.shown, false);
            done = one.range.end;
        }
        window.push(done..file.len(), &file[done..], true);
        window
    }

    /// The bytes of the file that are shown, in order.
    #[must_use]
    pub fn kept(&self) -> Vec<Range<usize>> {
        self.pieces.iter().filter(|piece| piece.kept).map(|piece| piece.file.clone()).collect()
    }

    /// Edits of the window as edits of the file.
    ///
    /// An edit that covers a mark and leaves it as it is becomes an edit of what differs beside it.
    pub fn to_file(&self, edits: &[Edit]) -> Result<Vec<Edit>, WindowError> {
        apply(&self.text, edits)?;
        edits.iter().map(|edit| self.narrowed(edit)).collect()
    }

    /// Edits of the file as edits of the window.
    pub fn from_file(&self, edits: &[Edit]) -> Result<Vec<Edit>, WindowError> {
        let place = |edit: &Edit| {
            let Range { start, end } = self.shown(&(edit.start..edit.end))?;
            Some(Edit { start, end, replacement: edit.replacement.clone() })
        };
        let found = edits
            .iter()
            .map(|edit| place(edit).ok_or(WindowError::Elided { start: edit.start, end: edit.end }))
            .collect::<Result<Vec<_>, _>>()?;
        apply(&self.text, &found)?;
        Ok(found)
    }

    /// Diagnostics of the file as diagnostics of the window, without the spans, and the suggestions, of what is not shown.
    #[must_use]
    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
        let moved = |one: &Diagnostic| Diagnostic {
            spans: one.spans.iter().filter_map(|span| self.span(span)).collect(),
            children: one.children.iter().map(|child| self.child(child)).collect(),
            ..one.clone()
        };
        diagnostics.iter().map(moved).collect()
    }

    fn push(&mut self, file: Range<usize>, shown: &str, kept: bool) {
        if file.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(shown);
        self.pieces.push(Piece { file, window: start..self.text.len(), kept });
    }

    fn narrowed(&self, edit: &Edit) -> Result<Edit, WindowError> {
        let (start, end) = (edit.start, edit.end);
        let (mut found, mut replacement) = (start..end, edit.replacement.as_str());
        if self.touches(&found, |piece| &piece.window) {
            let old = &self.text[found.clone()];
            let before = common(old.chars(), replacement.chars());
            let behind = common(old[before..].chars().rev(), replacement[before..].chars().rev());
            found = start + before..end - behind;
            replacement = &replacement[before..replacement.len() - behind];
        }
        let place = |at| self.place(at, |piece| (&piece.window, &piece.file));
        let ends = place(found.start).zip(place(found.end));
        let hidden = self.touches(&found, |piece| &piece.window);
        let (first, last) = ends.filter(|_| !hidden).ok_or(WindowError::Elided { start, end })?;
        let marks = |text: &str| text.matches(INLINE).count() + text.matches(LINE).count();
        if self.pieces.iter().any(|piece| !piece.kept) && marks(replacement) > marks(&self.text[found]) {
            return Err(WindowError::Mark { start, end });
        }
        Ok(Edit { start: first, end: last, replacement: replacement.to_owned() })
    }

    /// The bytes of the window that show these bytes of the file; None where some of them are elided.
    fn shown(&self, range: &Range<usize>) -> Option<Range<usize>> {
        if self.touches(range, |piece| &piece.file) {
            return None;
        }
        let place = |at| self.place(at, |piece| (&piece.file, &piece.window));
        Some(place(range.start)?..place(range.end)?)
    }

    fn touches<'a>(&'a self, range: &Range<usize>, side: impl Fn(&'a Piece) -> &'a Range<usize>) -> bool {
        self.pieces.iter().any(|piece| !piece.kept && range.start < side(piece).end && side(piece).start < range.end)
    }

    /// A place of one side on the other; None within what is elided, and beyond the end.
    fn place<'a>(
        &'a self,
        at: usize,
        sides: impl Fn(&'a Piece) -> (&'a Range<usize>, &'a Range<usize>),
    ) -> Option<usize> {
        let found = self.pieces.iter().find_map(|piece| match sides(piece) {
            (from, to) if at == from.start => Some(to.start),
            (from, to) if at == from.end => Some(to.end),
            (from, to) if piece.kept && from.contains(&at) => Some(to.start + at - from.start),
            _ => None,
        });
        found.or_else(|| (at == 0 && self.pieces.is_empty()).then_some(0))
    }

    fn child(&self, child: &Child) -> Child {
        let spans: Vec<Span> = child.spans.iter().filter_map(|span| self.span(span)).collect();
        // Half of a suggestion is another suggestion.
        let whole = spans.len() == child.spans.len() || child.spans.iter().all(|span| span.suggestion.is_none());
        Child { spans: if whole { spans } else { Vec::new() }, ..child.clone() }
    }

    fn span(&self, span: &Span) -> Option<Span> {
        let range = self.shown(&(span.byte_start..span.byte_end))?;
        let line = |at: usize| self.text[..at].matches('\n').count() + 1;
        let (line_start, line_end) = (line(range.start), line(range.end));
        Some(Span { byte_start: range.start, byte_end: range.end, line_start, line_end, ..span.clone() })
    }
}

/// How many bytes both begin with.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = r#"//! Counts things — with ünïcode.
#![allow(dead_code)]

use std::collections::HashMap;
use std::fmt;

/// How many of a thing there may be, and much more about it than fits on a line.
pub const MOST: usize = 99;

/// A counter of names that nobody has asked for.
#[derive(Debug, Clone)]
pub struct Counter {
    counts: HashMap<String, usize>,
}

// ---- a comment between items ----

impl Counter {
    /// Makes an empty one, which has no name in it at all.
    pub fn new() -> Self {
        let counts = HashMap::new();
        Self { counts }
    }

    /// Adds one.
    pub fn add(&mut self, name: &str) -> usize {
        let count = self.counts.entry(name.to_owned()).or_insert(0);
        *count = clamp(*count + 1, MOST);
        *count
    }

    pub fn unrelated(&self) -> usize {
        let all = self.counts.values().sum::<usize>();
        all + 1
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names — “ünïcode”", self.counts.len())
    }
}

mod inner {
    pub fn hidden() -> &'static str {
        "nobody has asked for this one"
    }

    pub mod deeper {
        pub fn deep(list: &[u8]) -> usize {
            fn local(one: u8) -> usize {
                usize::from(one)
            }
            list.iter().map(|one| local(*one)).sum()
        }
    }
}

fn clamp(value: usize, most: usize) -> usize {
    if value > most { most } else { value }
}

macro_rules! twice {
    ($value:expr) => { $value + $value };
}

static TABLE: &[&str] = &["one", "two", "three", "four", "five", "six", "seven"];

#[cfg(test)]
mod tests {
    #[test]
    fn clamp_test() {
        assert_eq!(super::clamp(1, 2), 1);
    }
}
"#;

    fn place(file: &str, text: &str) -> Range<usize> {
        let start = file.find(text).unwrap();
        start..start + text.len()
    }

    fn cut(file: &str, at: &str, budget: usize) -> Window {
        window(file, &place(file, at), &[], &[], budget).unwrap()
    }

    #[test]
    fn a_method_comes_with_its_impl_and_what_it_names() {
        let window = cut(FILE, "clamp(*count + 1", 750);
        assert_eq!(
            window.text,
            r"// …
#![allow(dead_code)]

// …
pub const MOST: usize = 99;

// …
#[derive(Debug, Clone)]
pub struct Counter {
    counts: HashMap<String, usize>,
}
// …
impl Counter {
    // …
    /// Adds one.
    pub fn add(&mut self, name: &str) -> usize {
        let count = self.counts.entry(name.to_owned()).or_insert(0);
        *count = clamp(*count + 1, MOST);
        *count
    }
    // …
}

impl fmt::Display for Counter {
    // …
}
// …
fn clamp(value: usize, most: usize) -> usize { /* … */ }
// …
"
        );
    }

    #[test]
    fn a_file_that_fits_is_its_own_window() {
        let window = cut(FILE, "clamp(*count", FILE.len());
        assert_eq!(window.text, FILE);
        assert!(window.kept().iter().eq([&(0..FILE.len())]));
    }

    #[test]
    fn an_item_in_nested_modules_and_in_a_function_is_shown_with_them() {
        let text = cut(FILE, "usize::from(one)", 10).text;
        for part in ["mod inner {\n", "    pub mod deeper {\n", "list.iter().map", "        }\n    }\n}\n"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains("hidden"), "{text}");
    }

    #[test]
    fn an_impl_that_does_not_fit_is_shown_by_its_signatures() {
        let text = cut(FILE, "impl Counter", 60).text;
        assert!(text.contains("    pub fn new() -> Self { /* … */ }\n"), "{text}");
        assert!(text.contains("    pub fn unrelated(&self) -> usize { /* … */ }\n"), "{text}");
    }

    #[test]
    fn remote_items_and_those_of_diagnostics_are_shown_whole() {
        let (item, remote, span) =
            (place(FILE, "pub struct Counter"), place(FILE, "value > most"), place(FILE, "write!(f"));
        let window = window(FILE, &item, &[remote], &[span], 900).unwrap();
        for part in ["pub struct Counter", "{ most } else { value }", "names — “ünïcode”"] {
            assert!(window.text.contains(part), "{part} in\n{}", window.text);
        }
    }

    #[test]
    fn windows_line_ends_stay() {
        let file = FILE.replace('\n', "\r\n");
        let window = cut(&file, "clamp(*count + 1", 780);
        assert_eq!(window.text.matches('\n').count(), window.text.matches("\r\n").count());
        assert_eq!(window.text.replace('\r', ""), cut(FILE, "clamp(*count + 1", 750).text);
    }

    #[test]
    fn an_edit_of_a_line_with_a_mark_changes_what_is_beside_it() {
        let window = cut(FILE, "clamp(*count + 1", 750);
        let line = "fn clamp(value: usize, most: usize) -> usize { /* … */ }";
        let Range { start, end } = place(&window.text, line);
        let edit = |replacement: &str| [Edit { start, end, replacement: replacement.to_owned() }];
        let found = window.to_file(&edit(&line.replace("most: usize", "most: &usize"))).unwrap();
        assert_eq!(apply(FILE, &found).unwrap(), FILE.replace("most: usize", "most: &usize"));
        assert!(matches!(window.to_file(&edit("fn clamp() {}")), Err(WindowError::Elided { .. })));
        assert!(matches!(window.to_file(&edit("")), Err(WindowError::Elided { .. })));
        assert!(matches!(window.to_file(&edit(&format!("{line}\n{line}"))), Err(WindowError::Mark { .. })));
    }

    #[test]
    fn an_insertion_before_a_mark_and_one_behind_it_are_two_places() {
        let window = cut(FILE, "clamp(*count + 1", 750);
        let gap = place(&window.text, "// …\nimpl Counter");
        let insert =
            |at| window.to_file(&[Edit { start: at, end: at, replacement: String::new() }]).map(|found| found[0].start);
        assert_eq!(insert(gap.start), Ok(place(FILE, "\n// ---- a").start));
        assert_eq!(insert(gap.start + "// …\n".len()), Ok(place(FILE, "impl Counter").start));
        assert!(insert(gap.start + 1).is_err());
    }

    #[test]
    fn diagnostics_lose_what_is_not_shown() {
        let window = cut(FILE, "clamp(*count + 1", 750);
        let span = |text: &str| {
            let Range { start, end } = place(FILE, text);
            let (line_start, column_start, line_end, column_end) = (1, 1, 1, 1);
            Span {
                byte_start: start,
                byte_end: end,
                line_start,
                column_start,
                line_end,
                column_end,
                is_primary: true,
                label: None,
                suggestion: None,
                file: None,
            }
        };
        let found = Diagnostic {
            level: crate::diagnostic::Level::Error,
            code: None,
            message: String::new(),
            stage: crate::diagnostic::Stage::Typeck,
            spans: vec![span("*count + 1"), span("all + 1")],
            children: Vec::new(),
        };
        let moved = window.diagnostics(&[found]).remove(0);
        assert_eq!(moved.spans.len(), 1);
        assert_eq!(&window.text[moved.spans[0].byte_start..moved.spans[0].byte_end], "*count + 1");
        assert_eq!(
            window.text.lines().nth(moved.spans[0].line_start - 1).unwrap().trim(),
            "*count = clamp(*count + 1, MOST);"
        );
    }

    #[test]
    fn what_does_not_parse_or_lies_outside_is_an_error() {
        assert!(window("fn a( {}", &(0..1), &[], &[], 1).is_err());
        assert!(window("fn a() {}", &(0..99), &[], &[], 1).unwrap_err().contains("9 bytes"));
        assert!(window("// ü", &(4..5), &[], &[], 1).is_err());
    }

    /// Cuts an edited file where the window was cut.
    fn again(file: &str, window: &Window, edits: &[Edit]) -> String {
        let shift = |at: usize| {
            let before = edits.iter().filter(|edit| edit.end <= at && (edit.start, edit.end) != (at, at));
            before.fold(at, |place, edit| place + edit.replacement.len() - (edit.end - edit.start))
        };
        let hidden = window.pieces.iter().filter(|piece| !piece.kept);
        let elided: Vec<Elided> = hidden
            .map(|piece| Elided {
                range: shift(piece.file.start)..shift(piece.file.end),
                shown: window.text[piece.window.clone()].to_owned(),
            })
            .collect();
        Window::new(file, &elided).text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn edits_of_the_window_and_of_the_file_are_the_same_edits(
            crlf in any::<bool>(), budget in 0_usize..1600, at in any::<prop::sample::Index>(),
            start in any::<prop::sample::Index>(), length in 0_usize..30, replacement in "[a-zü \n{}]{0,6}",
        ) {
            let file = if crlf { FILE.replace('\n', "\r\n") } else { FILE.to_owned() };
            let bounds: Vec<usize> = file.char_indices().map(|(at, _)| at).collect();
            let at = bounds[at.index(bounds.len())];
            let window = window(&file, &(at..at), &[], std::slice::from_ref(&(at..at)), budget).unwrap();
            prop_assert!(syn::parse_file(&window.text).is_ok(), "{}", window.text);
            let kept: String = window.kept().into_iter().map(|range| &file[range]).collect();
            prop_assert!(window.pieces.len() == 1 || kept.len() < file.len());
            let places: Vec<usize> = window.text.char_indices().map(|(at, _)| at).chain([window.text.len()]).collect();
            let first = start.index(places.len());
            let edit = Edit { start: places[first], end: places[(first + length).min(places.len() - 1)], replacement };
            if let Ok(found) = window.to_file(std::slice::from_ref(&edit)) {
                let changed = apply(&file, &found).unwrap();
                let wanted = apply(&window.text, &[edit]).unwrap();
                prop_assert_eq!(apply(&window.text, &window.from_file(&found).unwrap()).unwrap(), wanted.clone());
                prop_assert_eq!(again(&changed, &window, &found), wanted);
            }
        }
    }
}
