//! Items: a token stream cut where one item ends and the next begins.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::symbol::{after_visibility, attribute};

/// A part of a file.
pub(super) enum Part {
    /// Tokens that are read in their order.
    Leaf(Vec<TokenTree>),
    /// An `impl`, a `trait`, a `mod` or an `extern` block: its head, and its items, whose order means nothing.
    Nest(Vec<TokenTree>, TokenStream),
}

/// The items of a file or a block of items; one leaf where there is anything else, whose order may mean something.
pub(super) fn items(tokens: TokenStream) -> Vec<Part> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        // `#![...]` belongs to the file.
        if let Some((after, _)) = inner_attribute(&tokens, at) {
            at = after;
            continue;
        }
        match item(&tokens, at) {
            Some((part, after)) => {
                found.extend(part);
                at = after;
            }
            None => return vec![Part::Leaf(tokens)],
        }
    }
    found
}

fn inner_attribute(tokens: &[TokenTree], at: usize) -> Option<(usize, proc_macro2::Group)> {
    (is_mark(tokens.get(at), '#') && is_mark(tokens.get(at + 1), '!')).then(|| attribute(tokens, at + 1))?
}

/// The item at `start`, none where it is an import, and where the next one begins.
fn item(tokens: &[TokenTree], start: usize) -> Option<(Option<Part>, usize)> {
    let mut at = start;
    while is_mark(tokens.get(at), '#') {
        at = attribute(tokens, at + 1)?.0;
    }
    let start_of_item = after_visibility(tokens, at).unwrap_or(at);
    let word = keyword(tokens, start_of_item)?;
    let ends_at_brace = !matches!(word.as_str(), "const" | "static" | "type" | "use" | "let");
    for end in start_of_item..tokens.len() {
        match &tokens[end] {
            TokenTree::Punct(mark) if mark.as_char() == ';' => {
                let part = (word != "use").then(|| Part::Leaf(tokens[start..=end].to_vec()));
                return Some((part, end + 1));
            }
            TokenTree::Group(group) if ends_at_brace && group.delimiter() == Delimiter::Brace => {
                // A const argument in braces stands before the body.
                if end + 1 < tokens.len() && (is_mark(tokens.get(end + 1), '>') || is_mark(tokens.get(end + 1), ',')) {
                    continue;
                }
                let part = if matches!(word.as_str(), "impl" | "trait" | "mod" | "extern") {
                    Part::Nest(tokens[start..end].to_vec(), group.stream())
                } else {
                    Part::Leaf(tokens[start..=end].to_vec())
                };
                return Some((Some(part), end + 1));
            }
            _ => {}
        }
    }
    None
}

/// The word that says which item begins at `at`: `fn` for all that stands before one.
fn keyword(tokens: &[TokenTree], mut at: usize) -> Option<String> {
    let mut first: Option<String> = None;
    loop {
        let TokenTree::Ident(name) = tokens.get(at)? else { return first };
        let name = name.to_string();
        match name.as_str() {
            "fn" | "struct" | "enum" | "trait" | "impl" | "mod" | "type" | "static" | "use" => return Some(name),
            "const" | "extern" => {
                first = Some(name);
                at += 1;
                // `extern "C"`
                at += usize::from(matches!(tokens.get(at), Some(TokenTree::Literal(_))));
            }
            "unsafe" | "async" | "default" | "auto" | "safe" => at += 1,
            "union" if matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) => return Some(name),
            // `const NAME`, `extern crate`
            _ if first.is_some() => return first,
            _ if is_mark(tokens.get(at + 1), '!') => return Some("macro".to_owned()),
            _ => return None,
        }
    }
}

fn is_mark(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == wanted)
}
