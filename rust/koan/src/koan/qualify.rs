//! Probes that mean the same whatever stands before them.
//!
//! A candidate's `macro_rules! format` is in scope in all that follows it, its `extern crate self as probe` in the whole crate.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

use super::source::range;

const RUNTIME: &str = " ::share_rs_runtime";
const CRATES: [&str; 3] = ["alloc", "core", "std"];
/// Macros of std's prelude. Whatever a module would import cannot win over a candidate's `macro_rules!`; a path does.
const MACROS: [&str; 33] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
];

/// `text` with every use of the runtime, of std's crates and of std's macros by a path from the runtime, and without
/// the bytes of `dropped`.
pub(super) fn qualified(text: &str, dropped: Vec<Range<usize>>) -> String {
    let mut edits: Vec<(Range<usize>, String)> = dropped.into_iter().map(|range| (range, String::new())).collect();
    let own = defined(text);
    let mut pending: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = pending.pop() {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(_) => edits.extend(edit(&tokens, index, &own)),
                _ => {}
            }
        }
    }
    proc_macro2::extra::invalidate_current_thread_spans();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, new) in edits {
        text.replace_range(range, &new);
    }
    text
}

/// What stands in the place of the identifier at `index`, if it begins a path that a candidate could bend.
fn edit(tokens: &[TokenTree], index: usize, own: &BTreeSet<String>) -> Option<(Range<usize>, String)> {
    let name = tokens[index].to_string();
    let place = range(tokens[index].span(), tokens[index].span());
    let before = index.checked_sub(1).map(|before| &tokens[before]);
    if index >= 2 && colons(tokens, index - 2) {
        // `::probe` begins a path; in `a::probe` and `<T>::probe` it goes on.
        let start = range(tokens[index - 2].span(), tokens[index - 2].span()).start;
        let goes_on = index.checked_sub(3).is_some_and(|at| {
            let last = &tokens[at];
            let ends = matches!(last, TokenTree::Ident(_))
                || matches!(last, TokenTree::Punct(punct) if punct.as_char() == '>');
            ends && range(last.span(), last.span()).end == start
        });
        return (!goes_on).then(|| Some((start..place.end, root(&name)?))).flatten();
    }
    if matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '.') {
        return None;
    }
    if colons(tokens, index + 1) {
        return Some((place, root(&name)?));
    }
    let called = matches!(tokens.get(index + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
        && matches!(tokens.get(index + 2), Some(TokenTree::Group(_)));
    let of_std = MACROS.contains(&name.as_str()) || name == "writeln";
    (called && of_std && !own.contains(&name)).then(|| (place, format!("{RUNTIME}::crates::std::{name}")))
}

fn root(name: &str) -> Option<String> {
    match name {
        "probe" => Some(RUNTIME.to_owned()),
        name if CRATES.contains(&name) => Some(format!("{RUNTIME}::crates::{name}")),
        _ => None,
    }
}

fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// The macros that the probes define themselves.
fn defined(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = pending.pop() {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(name) if name == "macro_rules" => {
                    found.extend(tokens.get(index + 2).map(ToString::to_string));
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        qualified(text, Vec::new()).replace(" ::share_rs_runtime", "$").replace(" $", "$")
    }

    #[test]
    fn macros_of_std_are_called_by_their_path_at_any_depth() {
        assert_eq!(
            of("fn f() { vec![format!(\"{}\", matches!(a, b))]; a != (b); line != (c) }"),
            "fn f() {$::crates::std::vec![$::crates::std::format!(\"{}\",$::crates::std::matches!(a, b))]; a != (b); line != (c) }"
        );
        assert_eq!(
            of("macro_rules! vec { () => { println!() } } vec!();"),
            "macro_rules! vec { () => {$::crates::std::println!() } } vec!();"
        );
        assert_eq!(of("std::format!(\"ü\")"), "$::crates::std::format!(\"ü\")");
        assert_eq!(of("mine!(writeln!(f))"), "mine!($::crates::std::writeln!(f))");
    }

    #[test]
    fn paths_into_the_runtime_and_std_begin_at_the_runtime() {
        assert_eq!(of("use probe::{Draw, Record};"), "use$::{Draw, Record};");
        assert_eq!(of("use ::probe::Draw;"), "use$::Draw;");
        assert_eq!(
            of("fn f(d: &mut ::probe::Draw) -> std::io::Result<core::num::X> {}"),
            "fn f(d: &mut$::Draw) ->$::crates::std::io::Result<$::crates::core::num::X> {}"
        );
        assert_eq!(
            of("let x:std::B = a.std; crate::std::y; let probe = 1;"),
            "let x:$::crates::std::B = a.std; crate::std::y; let probe = 1;"
        );
    }
}
