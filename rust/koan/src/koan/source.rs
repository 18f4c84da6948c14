//! Reading Rust text as syntax.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream, TokenTree};

/// syn recurses once for each bracket or prefix operator; programs that people write stay far below.
const DEEPEST: usize = 64;

/// Hands the syntax of `text` to `look`. Its spans hold byte offsets into `text`, and only until `look` returns.
///
/// Not to be nested: proc-macro2 keeps every text it has lexed for as long as spans may refer to it, so that a
/// process that reads programs all day would grow; the texts of the thread are given up at the end.
pub(crate) fn with_file<T>(text: &str, look: impl FnOnce(&syn::File) -> T) -> Result<T, String> {
    let result = parse(text).map(|file| look(&file));
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

/// Hands the tokens of `text` to `look`, as `with_file` does; a byte order mark and a `#!` line count as comments.
pub(crate) fn with_tokens<T>(text: &str, look: impl FnOnce(TokenStream) -> T) -> Result<T, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let script = text.strip_prefix("#!").filter(|rest| !rest.trim_start().starts_with('['));
    let tokens = match script {
        Some(rest) => format!("//{rest}").parse::<TokenStream>(),
        None => text.parse(),
    };
    let result = tokens.map(look).map_err(|error| at(error.span(), &error));
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

/// Whether `text` is a sequence of tokens with balanced brackets.
pub(crate) fn lexes(text: &str) -> bool {
    let lexes = text.parse::<TokenStream>().is_ok();
    proc_macro2::extra::invalidate_current_thread_spans();
    lexes
}

/// The identifiers in `text`, at any depth.
pub(crate) fn identifiers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = pending.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(name) => {
                    found.insert(name.to_string());
                }
                _ => {}
            }
        }
    }
    found
}

/// The bytes from the start of `first` to the end of `last`.
pub(crate) fn range(first: Span, last: Span) -> std::ops::Range<usize> {
    first.byte_range().start..last.byte_range().end
}

fn parse(text: &str) -> Result<syn::File, String> {
    if text.starts_with('\u{feff}') {
        return Err("it begins with a byte order mark".to_owned());
    }
    let tokens: TokenStream = text.parse().map_err(|error: proc_macro2::LexError| at(error.span(), &error))?;
    if is_deep(&tokens) {
        return Err(format!("brackets or operators nest more than {DEEPEST} deep"));
    }
    syn::parse2(tokens).map_err(|error: syn::Error| at(error.span(), &error))
}

fn at(span: Span, error: &dyn std::error::Error) -> String {
    format!("line {}: {error}", span.start().line)
}

fn is_deep(tokens: &TokenStream) -> bool {
    let mut pending = vec![(tokens.clone(), 0)];
    while let Some((tokens, depth)) = pending.pop() {
        let mut run = 0;
        for token in tokens {
            run = if matches!(token, TokenTree::Punct(_)) { run + 1 } else { 0 };
            if depth > DEEPEST || run > DEEPEST {
                return true;
            }
            if let TokenTree::Group(group) = token {
                pending.push((group.stream(), depth + 1));
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_overflow_the_parser_is_refused() {
        for deep in [
            format!("const A: u8 = {}1{};", "(".repeat(20_000), ")".repeat(20_000)),
            format!("const A: u8 = {}1;", "!".repeat(60_000)),
        ] {
            assert!(with_file(&deep, |_| ()).unwrap_err().contains("64 deep"));
        }
    }

    #[test]
    fn an_error_names_its_line() {
        assert!(with_file("fn a() {}\nfn", |_| ()).unwrap_err().starts_with("line "));
        assert!(with_file("\nfn a( {}", |_| ()).unwrap_err().starts_with("line 2"));
    }

    #[test]
    fn spans_count_bytes_from_the_start_of_each_text() {
        for _ in 0..2 {
            let found = with_file("/* ü */ fn a() {}", |file| {
                range(syn::spanned::Spanned::span(&file.items[0]), syn::spanned::Spanned::span(&file.items[0]))
            });
            assert_eq!(found, Ok(9..18));
        }
    }
}
