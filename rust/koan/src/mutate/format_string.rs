//! The variables that a format string names, and where.

use std::ops::Range;

use proc_macro2::TokenTree;
use syn::Macro;

use super::Program;

/// The string of a call such as `println!`.
pub struct FormatString {
    /// The byte behind its closing quote.
    pub end: usize,
    /// Whether anything but a comma follows.
    pub has_arguments: bool,
    /// The variables in it, in their order.
    pub names: Vec<Name>,
}

/// A variable in a format string.
pub struct Name {
    pub text: String,
    /// The first of its bytes.
    pub start: usize,
    /// Whether it is a width or a precision.
    pub counts: bool,
}

const FORMATTING: [&str; 14] = [
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "format_args",
    "assert",
    "debug_assert",
    "todo",
    "unimplemented",
    "unreachable",
];

/// Every format string whose placeholders all name their variables.
pub fn format_strings(program: &Program<'_>) -> Vec<FormatString> {
    program.macros.iter().filter_map(|call| read(program.text, call)).collect()
}

fn read(text: &str, call: &Macro) -> Option<FormatString> {
    let name = call.path.segments.last()?;
    if !FORMATTING.iter().any(|known| name.ident == known) {
        return None;
    }
    // The string follows a comma, or nothing: another literal is part of an expression.
    let tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
    let at = tokens.iter().enumerate().position(|(at, token)| {
        let follows = at == 0 || is_comma(&tokens[at - 1]);
        follows
            && tokens.get(at + 1).is_none_or(is_comma)
            && matches!(token, TokenTree::Literal(found) if quote(&found.to_string()).is_some())
    })?;
    let range = tokens[at].span().byte_range();
    let inside = quote(&text[range.clone()])?;
    let names = placeholders(text, range.start + inside.start..range.start + inside.end, inside.start == 1)?;
    Some(FormatString { end: range.end, has_arguments: tokens.len() > at + 2, names })
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',')
}

/// What is between the quotes of a string literal.
fn quote(literal: &str) -> Option<Range<usize>> {
    let start = literal.find('"')?;
    let plain = literal.starts_with('"') || literal.starts_with('r');
    plain.then(|| start + 1..literal.len() - start.max(1))
}

/// The variables of all placeholders; None where one of them names none.
fn placeholders(text: &str, range: Range<usize>, escapes: bool) -> Option<Vec<Name>> {
    let bytes = text.as_bytes();
    let mut names = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match bytes[at] {
            // `\u{41}` has braces of its own.
            b'\\' if escapes => at += if bytes[at + 1] == b'u' { text[at..].find('}')? + 1 } else { 2 },
            b'{' if bytes[at + 1] == b'{' => at += 2,
            b'{' => {
                let close = at + text[at..range.end].find('}')?;
                names.extend(variables(text, at + 1..close)?);
                at = close + 1;
            }
            _ => at += 1,
        }
    }
    Some(names)
}

/// The argument of one placeholder, and the widths and precisions after its colon.
fn variables(text: &str, inside: Range<usize>) -> Option<Vec<Name>> {
    let within = &text[inside.clone()];
    let (name, counts) = within.split_once(':').unwrap_or((within, ""));
    if !is_name(name) || counts.contains(['*', '\\', '{']) {
        return None;
    }
    let mut names = vec![Name { text: name.to_owned(), start: inside.start, counts: false }];
    let offset = inside.start + name.len() + 1;
    for (dollar, _) in counts.match_indices('$') {
        let before = &counts[..dollar];
        let start = before
            .rfind(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let count = before[start..].trim_start_matches('0');
        if !is_name(count) {
            return None;
        }
        names.push(Name { text: count.to_owned(), start: offset + dollar - count.len(), counts: true });
    }
    Some(names)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(call: &str) -> Option<Vec<(String, bool)>> {
        let text = format!("fn a() {{ {call} }}");
        let file = syn::parse_file(&text).unwrap();
        let found = format_strings(&Program::new(&text, &file)).pop()?;
        for name in &found.names {
            assert_eq!(&text[name.start..name.start + name.text.len()], name.text);
        }
        Some(found.names.into_iter().map(|name| (name.text, name.counts)).collect())
    }

    #[test]
    fn names_widths_and_precisions_are_found() {
        let found = names("format!(\"{b:>width$.digits$} \\u{41} {{x}} {c:?}\")").unwrap();
        let expected = [("b", false), ("width", true), ("digits", true), ("c", false)];
        assert_eq!(found, expected.map(|(name, counts)| (name.to_owned(), counts)));
        assert_eq!(names("write!(f, r#\"{b:09$}\"#)"), None);
        assert_eq!(names("write!(f, r#\"{b:0d$} \\\"#)").unwrap().len(), 2);
        // A value, not a format string.
        assert_eq!(names("assert_eq!(b, \"{c}\")"), None);
    }

    #[test]
    fn a_placeholder_without_a_name_leaves_the_string_out() {
        for call in ["format!(\"{}\", b)", "format!(\"{0}\", b)", "format!(\"{b:.*}\")", "other!(\"{b}\")"] {
            assert_eq!(names(call), None, "{call}");
        }
        assert_eq!(names("panic!(b\"{b}\")"), None);
    }
}
