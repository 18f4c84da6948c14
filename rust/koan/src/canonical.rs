//! What is left of a program where layout, comments and what commutes are no difference: two repairs that say the same.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens of `text`, one blank between two, without comments, doc comments and trailing commas; the traits of derives
/// that follow each other are one sorted list.
///
/// # Errors
/// Where `text` does not lex: the reason.
pub fn canonical(text: &str) -> Result<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let result = text.parse::<TokenStream>().map_err(|error| error.to_string()).map(|tokens| {
        let mut words = Vec::new();
        write(tokens, &mut words);
        words.join(" ")
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

fn write(tokens: TokenStream, words: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut derived: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((traits, next)) = derive(&tokens, at) {
            derived.extend(traits);
            at = next;
            continue;
        }
        if let Some(next) = doc_comment(&tokens, at) {
            at = next;
            continue;
        }
        derives(&mut derived, words);
        match &tokens[at] {
            TokenTree::Group(group) => {
                let (open, close) = brackets(group.delimiter());
                let single =
                    group.delimiter() == Delimiter::Parenthesis && !follows_name(&tokens[..at]) && commas(group) == 1;
                words.push(open.to_owned());
                write(group.stream(), words);
                if !single && words.last().is_some_and(|last| last == ",") {
                    words.pop();
                }
                words.push(close.to_owned());
            }
            token => words.push(token.to_string()),
        }
        at += 1;
    }
    derives(&mut derived, words);
}

/// Whether parentheses behind these tokens belong to a call or a signature, and are no tuple.
fn follows_name(before: &[TokenTree]) -> bool {
    const KEYWORDS: [&str; 12] =
        ["as", "break", "else", "if", "in", "let", "match", "move", "mut", "ref", "return", "while"];
    match before.last() {
        Some(TokenTree::Ident(name)) => !KEYWORDS.iter().any(|keyword| name == keyword),
        Some(TokenTree::Punct(sign)) => sign.as_char() == '>' && !arrow(before),
        _ => false,
    }
}

fn arrow(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Punct(first), _] if matches!(first.as_char(), '-' | '='))
}

fn commas(group: &Group) -> usize {
    group.stream().into_iter().filter(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',')).count()
}

/// Writes what was derived before the token that follows.
fn derives(traits: &mut Vec<String>, words: &mut Vec<String>) {
    if !traits.is_empty() {
        traits.sort();
        traits.dedup();
        words.push(format!("# [ derive ( {} ) ]", traits.join(" , ")));
        traits.clear();
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// The traits of `#[derive(..)]` at a token, and the token behind it.
fn derive(tokens: &[TokenTree], at: usize) -> Option<(Vec<String>, usize)> {
    let inner = attribute(tokens, at, false)?;
    let [TokenTree::Ident(name), TokenTree::Group(list)] = inner.as_slice() else { return None };
    if name != "derive" {
        return None;
    }
    let mut traits = vec![String::new()];
    for token in list.stream() {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => traits.push(String::new()),
            token => traits.last_mut()?.push_str(&token.to_string()),
        }
    }
    traits.retain(|name| !name.is_empty());
    Some((traits, at + 2))
}

/// The token behind a doc comment, which lexes as an attribute.
fn doc_comment(tokens: &[TokenTree], at: usize) -> Option<usize> {
    for inner in [false, true] {
        if let Some(found) = attribute(tokens, at, inner)
            && matches!(found.as_slice(), [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(_)] if name == "doc")
        {
            return Some(at + 2 + usize::from(inner));
        }
    }
    None
}

/// What stands in the brackets of `#[..]`, or of `#![..]`, at a token.
fn attribute(tokens: &[TokenTree], at: usize, inner: bool) -> Option<Vec<TokenTree>> {
    let is = |index: usize, sign: char| matches!(tokens.get(index), Some(TokenTree::Punct(found)) if found.as_char() == sign);
    let group = at + 1 + usize::from(inner);
    match tokens.get(group) {
        Some(TokenTree::Group(found))
            if is(at, '#') && (!inner || is(at + 1, '!')) && found.delimiter() == Delimiter::Bracket =>
        {
            Some(found.stream().into_iter().collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(first: &str, second: &str) -> bool {
        canonical(first).unwrap() == canonical(second).unwrap()
    }

    #[test]
    fn layout_comments_and_trailing_commas_are_no_difference() {
        assert!(same("fn a(b: u8,){c(b,)}", "/// Says.\nfn a( b : u8 ) { // c\n    c(b)\n}\n"));
        assert!(same("//! Crate.\nstruct A;", "struct A;"));
        assert!(!same("fn a() { b(1) }", "fn a() { b(1); }"));
        assert!(!same("fn a() { b(1) }", "fn a() { b(2) }"));
    }

    #[test]
    fn derives_commute_and_join() {
        assert!(same("#[derive(Clone, Debug)] struct A;", "#[derive(Debug)]\n#[derive(Clone,)]\nstruct A;"));
        assert!(same("#[derive(serde::Ser, Copy)] struct A;", "#[derive(Copy, serde :: Ser)] struct A;"));
        assert!(!same("#[derive(Clone)] struct A;", "#[derive(Copy)] struct A;"));
        assert!(!same("#[derive(Clone)] struct A; struct B;", "struct A; #[derive(Clone)] struct B;"));
    }

    #[test]
    fn other_attributes_stay() {
        assert!(!same("#[must_use] fn a() {}", "fn a() {}"));
        assert!(!same("#[doc(hidden)] fn a() {}", "fn a() {}"));
    }

    #[test]
    fn a_tuple_of_one_keeps_its_comma() {
        assert!(!same("fn a() -> (u8,) { (1,) }", "fn a() -> (u8) { (1) }"));
        assert!(!same("fn a() { return (1,); }", "fn a() { return (1); }"));
        assert!(same("fn a<T>(b: T,) { c::<T>(b,) }", "fn a<T>(b: T) { c::<T>(b) }"));
    }

    #[test]
    fn what_does_not_lex_is_an_error() {
        assert!(canonical("fn a() {").is_err());
        assert!(canonical("} fn a() {").is_err());
        assert!(canonical("fn a() { \"").is_err());
    }
}
