//! Whether what is taken out of a program can be inferred from what is left of it.

use proc_macro2::{Literal, TokenStream, TokenTree};
use syn::spanned::Spanned;

use super::Program;

/// True if every literal of some syntax is plain (0, 1, an empty text) or stands elsewhere too: a number in the same function
/// or in its comments, a text anywhere, be it as a name such as `Open` for `"open"`. Nobody could guess another.
pub fn foretold(program: &Program<'_>, syntax: &impl Spanned) -> bool {
    let gone = syntax.span().byte_range();
    let item = program.item_at(gone.start).unwrap_or(0..program.text.len());
    // The impl of which all methods go has nothing around it.
    let near = if item == gone { 0..program.text.len() } else { item };
    let rest = |within: std::ops::Range<usize>| {
        let end = within.end.max(gone.end);
        [&program.text[within.start..gone.start], &program.text[gone.end..end]].join(" ")
    };
    let (near, all) = (rest(near), rest(0..program.text.len()));
    literals(&program.text[gone.clone()]).iter().all(|literal| stands(&literal.to_string(), &near, &all))
}

fn stands(literal: &str, near: &str, all: &str) -> bool {
    match literal.trim_matches(|one| one == '"' || one == '\'') {
        "" | "0" | "1" => true,
        number if number.starts_with(|one: char| one.is_ascii_digit()) => holds(near, number),
        // What a text with placeholders says only the same text tells.
        format if format.contains('{') => all.contains(format),
        word => bare(all).contains(&bare(word)),
    }
}

/// Whether a text holds a number that is no part of a longer word; its type may be missing.
fn holds(text: &str, number: &str) -> bool {
    let digits = number.split('_').next().unwrap_or(number);
    let mut words = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    words.any(|word| word.split('_').next() == Some(digits))
}

/// Letters and digits only, in lower case, so that `"open order"` is found in `OpenOrder`.
fn bare(text: &str) -> String {
    text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn literals(text: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut pending: Vec<TokenStream> = text.parse().into_iter().collect();
    while let Some(tokens) = pending.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Literal(literal) => found.push(literal),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    fn arms(text: &str) -> usize {
        made(text, "drop_wildcard").len()
    }

    #[test]
    fn a_number_is_foretold_by_its_function_or_the_comment_on_it() {
        assert_eq!(arms("fn a() { match b { 4 => c, _ => 7 } }"), 0);
        assert_eq!(arms("fn a() { match b { 4 => c, _ => 0 } }"), 1);
        assert_eq!(arms("fn a() { match b { 4 => c + 7, _ => 7_u32 } }"), 1);
        assert_eq!(arms("/// Else it is 7.\nfn a() { match b { 4 => c, _ => 7 } }"), 1);
        assert_eq!(arms("fn a() { match b { 4 => c, _ => 7 } }\nfn d() { 7 }"), 0);
        assert_eq!(arms("fn a() { match b { 4 => c + 70, _ => 7 } }"), 0);
    }

    #[test]
    fn a_text_is_foretold_by_a_name_or_by_itself() {
        assert_eq!(arms("enum B { OpenOrder }\nfn a() { match b { 4 => c, _ => \"open order\" } }"), 1);
        assert_eq!(arms("fn a() { match b { 4 => c, _ => \"other\" } }"), 0);
        assert_eq!(arms("fn a() { match b { 4 => \"other\", _ => \"other\" } }"), 1);
        assert_eq!(arms("fn a() { match b { 4 => c, _ => format!(\"{d}-\") } }"), 0);
        assert_eq!(arms("fn a() { match b { 4 => format!(\"{d}-\"), _ => format!(\"{d}-\") } }"), 1);
    }
}
