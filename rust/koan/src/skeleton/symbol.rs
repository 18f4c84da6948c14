//! Tokens as symbols: what is left of a program when its names, literals, layout and courtesies are taken away.

use std::iter;

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// One symbol of a skeleton.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Symbol {
    /// A keyword, a bracket, an operator, a kind of literal or of primitive type.
    Fixed(String),
    /// What someone named; names of different roles are counted apart, so that a variable may be called like a method.
    Name(Role, String),
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Plain,
    Method,
    Macro,
    Lifetime,
    Derive,
}

/// The strict and reserved keywords of all editions, and the primitive types that are not merged with others.
const KEPT: [&str; 53] = [
    "Self", "abstract", "as", "async", "await", "become", "bool", "box", "break", "char", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "ref", "return", "self", "static", "str", "struct", "super",
    "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "_",
];
const INTEGERS: [&str; 12] = ["i128", "i16", "i32", "i64", "i8", "isize", "u128", "u16", "u32", "u64", "u8", "usize"];
/// Attributes that do not change what a program means.
const COURTESIES: [&str; 13] = [
    "allow",
    "cfg_attr",
    "clippy",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "rustfmt",
    "warn",
];

/// The symbols of tokens at any depth, without recursion. Left out is what rustfmt adds or takes away, and what a copy
/// may have otherwise: commas, semicolons before a bracket closes, the braces around an arm or a closure, imports,
/// visibility, signs of numbers, comments, lint levels.
pub(super) fn symbols(tokens: Vec<TokenTree>) -> Vec<Symbol> {
    let mut found: Vec<Symbol> = Vec::new();
    let mut open: Vec<(Vec<TokenTree>, usize, &str)> = vec![(tokens, 0, "")];
    while let Some((tokens, at, closing)) = open.pop() {
        let Some(token) = tokens.get(at).cloned() else {
            found.extend(fixed(closing));
            continue;
        };
        let mut next = at + 1;
        let mut inner = None;
        match token {
            TokenTree::Group(group) => {
                let (opening, closing) = brackets(&group, &found);
                found.extend(fixed(opening));
                inner = Some((group.stream().into_iter().collect(), 0, closing));
            }
            TokenTree::Literal(literal) => found.extend(fixed(kind(&literal.to_string()))),
            TokenTree::Ident(name) => next = named(&name, &tokens, next, &mut found),
            TokenTree::Punct(mark) => match mark.as_char() {
                ',' => {}
                ';' if next == tokens.len() => {}
                '-' if is_number(tokens.get(next)) && !ends_operand(found.last()) => {}
                '\'' => {
                    if let Some(TokenTree::Ident(name)) = tokens.get(next) {
                        next += 1;
                        let name = name.to_string();
                        found.push(match name.as_str() {
                            "static" | "_" => Symbol::Fixed(format!("'{name}")),
                            _ => Symbol::Name(Role::Lifetime, name),
                        });
                    }
                }
                '#' => match attribute(&tokens, next) {
                    Some((after, group)) => {
                        next = after;
                        found.extend(described(&group));
                    }
                    None => found.extend(fixed("#")),
                },
                other => found.push(Symbol::Fixed(other.to_string())),
            },
        }
        open.push((tokens, next, closing));
        open.extend(inner);
    }
    found
}

/// The token after an attribute whose `#` stands before `next`, and its bracket.
pub(super) fn attribute(tokens: &[TokenTree], next: usize) -> Option<(usize, Group)> {
    let inner = usize::from(matches!(tokens.get(next), Some(TokenTree::Punct(mark)) if mark.as_char() == '!'));
    match tokens.get(next + inner) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            Some((next + inner + 1, group.clone()))
        }
        _ => None,
    }
}

/// The token after a visibility that begins at `at`, if one does.
pub(super) fn after_visibility(tokens: &[TokenTree], at: usize) -> Option<usize> {
    let TokenTree::Ident(name) = tokens.get(at)? else { return None };
    if name != "pub" {
        return None;
    }
    let Some(TokenTree::Group(group)) = tokens.get(at + 1) else { return Some(at + 1) };
    let inner: Vec<String> = group.stream().into_iter().map(|token| token.to_string()).collect();
    let narrows = match inner.as_slice() {
        [only] => matches!(only.as_str(), "crate" | "self" | "super"),
        [first, ..] => first == "in",
        [] => false,
    };
    Some(at + 1 + usize::from(narrows && group.delimiter() == Delimiter::Parenthesis))
}

/// Pushes an identifier; returns the token behind all that belongs to it.
fn named(name: &Ident, tokens: &[TokenTree], next: usize, found: &mut Vec<Symbol>) -> usize {
    let text = name.to_string();
    if let Some(after) = after_visibility(tokens, next - 1) {
        return after;
    }
    let is_mark =
        |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == wanted);
    match text.as_str() {
        // `use<'a>` is a bound; all else is an import.
        "use" if !is_mark(next, '<') => {
            let end = (next..tokens.len()).find(|&at| is_mark(at, ';'));
            return end.map_or(tokens.len(), |end| end + 1);
        }
        "true" | "false" => found.extend(fixed("true")),
        "f32" | "f64" => found.extend(fixed("float")),
        other if INTEGERS.contains(&other) => found.extend(fixed("int")),
        other if KEPT.contains(&other) => found.push(Symbol::Fixed(text)),
        _ => {
            let called = matches!(tokens.get(next), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
                || is_mark(next, ':') && is_mark(next + 1, ':');
            let role = if is_mark(next, '!') && !is_mark(next + 1, '=') {
                Role::Macro
            } else if called && found.last() == Some(&Symbol::Fixed(".".to_owned())) {
                Role::Method
            } else {
                Role::Plain
            };
            found.push(Symbol::Name(role, text.trim_start_matches("r#").to_owned()));
        }
    }
    next
}

/// What a skeleton says of an attribute: nothing of a courtesy, how many derives, else its tokens.
fn described(group: &Group) -> Vec<Symbol> {
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let name = inner.first().map(ToString::to_string).unwrap_or_default();
    if COURTESIES.contains(&name.as_str()) {
        return Vec::new();
    }
    if name != "derive" {
        return iter::once(Symbol::Fixed("#".to_owned())).chain(symbols(inner)).collect();
    }
    // Derives commute, and rustfmt joins them.
    let derives = symbols(inner.into_iter().skip(1).collect());
    derives
        .into_iter()
        .filter_map(|symbol| match symbol {
            Symbol::Name(_, name) => Some(Symbol::Name(Role::Derive, name)),
            Symbol::Fixed(_) => None,
        })
        .collect()
}

/// The brackets of a group. Braces around an arm or around a closure's body come and go with its length.
fn brackets(group: &Group, before: &[Symbol]) -> (&'static str, &'static str) {
    match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace if is_optional(before) => ("", ""),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}

fn is_optional(before: &[Symbol]) -> bool {
    let mark = |back: usize, wanted: &str| {
        before.len().checked_sub(back).is_some_and(|at| before[at] == Symbol::Fixed(wanted.to_owned()))
    };
    mark(1, "|") || mark(1, ">") && mark(2, "=")
}

fn fixed(text: &str) -> Option<Symbol> {
    (!text.is_empty()).then(|| Symbol::Fixed(text.to_owned()))
}

/// `0` for numbers, `"` for texts and bytes, `'` for characters.
fn kind(literal: &str) -> &'static str {
    if literal.starts_with(|first: char| first.is_ascii_digit()) {
        "0"
    } else if literal.trim_start_matches('b').starts_with('\'') {
        "'"
    } else {
        "\""
    }
}

fn is_number(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Literal(literal)) if kind(&literal.to_string()) == "0")
}

/// Whether a minus behind this subtracts.
fn ends_operand(symbol: Option<&Symbol>) -> bool {
    match symbol {
        Some(Symbol::Name(..)) => true,
        Some(Symbol::Fixed(text)) => {
            matches!(text.as_str(), ")" | "]" | "}" | "0" | "\"" | "'" | "true" | "self" | "?" | "await")
        }
        None => false,
    }
}
