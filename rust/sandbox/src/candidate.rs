//! What can be said of a candidate's text before any compiler sees it.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A candidate that could be compiled.
pub(crate) struct Text<'a> {
    pub source: &'a str,
    /// Whether the text is a sequence of whole items, so that nothing of it can join with the harness that follows.
    /// Where this is false, rustc itself is asked about the candidate alone first.
    pub whole: bool,
}

/// Why a candidate is not compiled.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// rustc would refuse it too.
    NotUtf8(usize),
    /// The policy of the sandbox.
    Policy(String),
}

/// Looks at the candidate's bytes and tokens.
pub(crate) fn inspect(bytes: &[u8], most_kib: u64, allow_unsafe: bool) -> Result<Text<'_>, Refusal> {
    if bytes.len() as u64 > most_kib * 1024 {
        return Err(Refusal::Policy(format!(
            "the candidate has {} bytes, and at most {most_kib} KiB are compiled",
            bytes.len()
        )));
    }
    let source = std::str::from_utf8(bytes).map_err(|error| Refusal::NotUtf8(error.valid_up_to()))?;
    // Lexing keeps its own stack, so that no depth of brackets can overflow this process's.
    let tokens = TokenStream::from_str(source).ok();
    let found = judge(source, tokens, allow_unsafe);
    // The spans of all that a thread ever lexed are kept until it says that it needs none of them any more.
    proc_macro2::extra::invalidate_current_thread_spans();
    found
}

/// Whether each of these names is an identifier of the text, at any depth: what a macro writes comes from them too.
pub(crate) fn holds(source: &str, names: &[&str]) -> bool {
    let mut missing = names.to_vec();
    let mut rest: Vec<TokenStream> = TokenStream::from_str(source).into_iter().collect();
    while let Some(tokens) = rest.pop() {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let written = ident.to_string();
                    missing.retain(|name| *name != written.trim_start_matches("r#"));
                }
                TokenTree::Group(group) => rest.push(group.stream()),
                _ => {}
            }
        }
    }
    proc_macro2::extra::invalidate_current_thread_spans();
    missing.is_empty()
}

fn judge(source: &str, tokens: Option<TokenStream>, allow_unsafe: bool) -> Result<Text<'_>, Refusal> {
    let Some(tokens) = tokens else { return Ok(Text { source, whole: false }) };
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if !allow_unsafe && let Some(token) = foreign(&tokens) {
        return Err(Refusal::Policy(format!(
            "the candidate links foreign code ({token}), which this koan does not allow"
        )));
    }
    let whole = match tokens.last() {
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    Ok(Text { source, whole })
}

/// An `extern` block or a `link` attribute, anywhere. A cheap first look: macros can hide both, and the jail does not rely on it.
fn foreign(tokens: &[TokenTree]) -> Option<&'static str> {
    let mut rest = vec![tokens.to_vec()];
    while let Some(tokens) = rest.pop() {
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) if ident == "extern" && opens_block(&tokens[index + 1..]) => {
                    return Some("an extern block");
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let attribute = group.delimiter() == Delimiter::Bracket
                        && index > 0
                        && matches!(&tokens[index - 1], TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!'));
                    if attribute && matches!(inner.first(), Some(TokenTree::Ident(ident)) if ident == "link") {
                        return Some("a link attribute");
                    }
                    rest.push(inner);
                }
                _ => {}
            }
        }
    }
    None
}

/// Whether what follows `extern` is a block, with or without the name of an ABI.
fn opens_block(after: &[TokenTree]) -> bool {
    let name = usize::from(matches!(after.first(), Some(TokenTree::Literal(_))));
    matches!(after.get(name), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(source: &str) -> bool {
        inspect(source.as_bytes(), 64, false).unwrap_or_else(|refusal| panic!("{refusal:?}")).whole
    }

    #[test]
    fn a_text_of_whole_items_cannot_join_with_what_follows() {
        assert!(whole("//! A crate.\npub fn f() {}\n"));
        assert!(whole("const A: u8 = 1; // the end"));
    }

    #[test]
    fn whatever_could_take_the_harness_for_its_own_is_not_whole() {
        for source in [
            "",
            "fn f() {} #[cfg(any())]",
            "fn f() {} /// a comment on what follows",
            "fn f() {} pub",
            "fn f() {} /*",
            "fn f() {",
            "m!(",
            "fn f() {} \"",
            "#![allow(dead_code)]",
            "const A: u8 = 1",
        ] {
            assert!(!whole(source), "{source}");
        }
    }

    #[test]
    fn foreign_code_is_refused_unless_the_koan_allows_it() {
        for source in
            ["extern \"C\" { fn f(); }", "#[link(name = \"z\")] unsafe extern {}", "mod m { fn f() { extern {} } }"]
        {
            assert!(matches!(inspect(source.as_bytes(), 64, false), Err(Refusal::Policy(_))), "{source}");
            assert!(inspect(source.as_bytes(), 64, true).is_ok());
        }
        assert!(whole("extern crate std as s; pub extern \"C\" fn f() {}"));
    }

    #[test]
    fn names_are_found_at_any_depth_and_not_in_texts() {
        assert!(holds("fn f() { m!(a [r#b]) }", &["a", "b"]));
        assert!(!holds("fn f() { m!(a, \"b\") } // b", &["a", "b"]));
        assert!(!holds("fn f( a b", &["a", "b"]));
    }

    #[test]
    fn hostile_bytes_get_an_answer() {
        assert_eq!(inspect(b"fn f() {} \xff", 64, false).err(), Some(Refusal::NotUtf8(10)));
        assert!(matches!(inspect(&vec![b' '; 10 << 20], 64, false), Err(Refusal::Policy(_))));
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("!", ""), ("/*", "*/"), ("#[", "]"), ("{\")\"", "}")]
        {
            let deep = format!("{}{}", open.repeat(20_000), close.repeat(20_000));
            assert!(inspect(deep.as_bytes(), 1024, false).is_ok());
            assert!(
                !inspect(open.repeat(20_000).as_bytes(), 1024, false)
                    .unwrap_or_else(|refusal| panic!("{refusal:?}"))
                    .whole
            );
        }
    }
}
