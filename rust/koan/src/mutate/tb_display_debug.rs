//! `{}` for what has only Debug, `{:?}` for what has only Display, and the impl of the other of the two.

use proc_macro2::TokenTree;
use syn::{Item, Macro};

use super::program::replaced;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DebugForDisplay, &DebugPlaceholder, &DisplayPlaceholder];

const NOT_SHOWN: Expected = Expected::Codes(&["E0277", "E0599"]);
const FORMATTING: [&str; 10] =
    ["format", "print", "println", "eprint", "eprintln", "write", "writeln", "panic", "format_args", "assert"];

mutator!(
    /// `impl fmt::Display for Item` becomes `impl fmt::Debug for Item`.
    DebugForDisplay, "tb_display_debug" / "debug_for_display", NOT_SHOWN, Remote, |program| {
        let impls = program.items.iter().filter_map(|item| match item {
            Item::Impl(found) => found.trait_.as_ref().and_then(|(path, _)| path.segments.last()),
            _ => None,
        });
        impls.filter(|last| last.ident == "Display").map(|last| vec![replaced(&last.ident, "Debug")]).collect()
    }
);

mutator!(
    /// `format!("{item}")` becomes `format!("{item:?}")`.
    DebugPlaceholder, "tb_display_debug" / "debug_placeholder", NOT_SHOWN, Body, |program| {
        placeholders(program, |inside| inside.is_empty() || is_name(inside), |inside| format!("{{{inside}:?}}"))
    }
);

mutator!(
    /// `format!("{item:?}")` becomes `format!("{item}")`.
    DisplayPlaceholder, "tb_display_debug" / "display_placeholder", NOT_SHOWN, Body, |program| {
        placeholders(
            program,
            |inside| inside.strip_suffix(":?").is_some_and(|name| name.is_empty() || is_name(name)),
            |inside| format!("{{{}}}", inside.trim_end_matches(":?")),
        )
    }
);

/// Every placeholder of a format string that `fits` picks, by what stands between its braces, one at a time.
fn placeholders(program: &Program<'_>, fits: impl Fn(&str) -> bool, made: impl Fn(&str) -> String) -> Vec<Vec<Edit>> {
    let strings = program.macros.iter().filter_map(|call| string(call));
    let found = strings.flat_map(|(start, end)| {
        let text = &program.text[start..end];
        let opened =
            text.match_indices('{').filter(|(at, _)| !text[..*at].ends_with('{') && !text[at + 1..].starts_with('{'));
        let closed = opened.filter_map(|(at, _)| Some((at, at + text[at..].find('}')?)));
        closed.map(move |(from, to)| (start + from, start + to)).collect::<Vec<_>>()
    });
    let wanted = found.filter(|&(from, to)| fits(&program.text[from + 1..to]));
    let edits = wanted
        .map(|(from, to)| vec![Edit { start: from, end: to + 1, replacement: made(&program.text[from + 1..to]) }]);
    edits.collect()
}

/// The bytes of the format string of a call, if it is one.
fn string(call: &Macro) -> Option<(usize, usize)> {
    let name = call.path.segments.last()?;
    if !FORMATTING.iter().any(|known| name.ident == known) {
        return None;
    }
    call.tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) if literal.to_string().starts_with('"') => {
            let range = literal.span().byte_range();
            Some((range.start, range.end))
        }
        _ => None,
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn placeholders_change_one_at_a_time_and_escaped_braces_stay() {
        let text = "fn a() { println!(\"{b} {{}} {:?} {:>3}\", c, d); }";
        assert_eq!(made(text, "debug_placeholder"), ["fn a() { println!(\"{b:?} {{}} {:?} {:>3}\", c, d); }"]);
        assert_eq!(made(text, "display_placeholder"), ["fn a() { println!(\"{b} {{}} {} {:>3}\", c, d); }"]);
        assert_eq!(made("impl fmt::Display for A {}", "debug_for_display"), ["impl fmt::Debug for A {}"]);
    }
}
