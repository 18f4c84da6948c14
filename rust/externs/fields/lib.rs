//! `#[derive(Fields)]`: a method for each field of a struct, and the list of their names.
//!
//! `#[field(skip)]` leaves a field out, `#[field(rename = "other")]` gives its method another name.

use std::fmt::Write as _;
use std::iter::Peekable;

use proc_macro::token_stream::IntoIter;
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// For `struct Item { name: String }`: `fn name(&self) -> &String` and `const FIELDS: &'static [&'static str]`.
#[proc_macro_derive(Fields, attributes(field))]
pub fn fields(item: TokenStream) -> TokenStream {
    expand(item).unwrap_or_else(|(span, message)| error(span, &message))
}

type Tokens = Peekable<IntoIter>;
type Fault = (Span, String);

/// What an attribute asks for.
#[derive(Default)]
struct Options {
    skip: bool,
    rename: Option<String>,
}

fn expand(item: TokenStream) -> Result<TokenStream, Fault> {
    let mut tokens = item.into_iter().peekable();
    options(&mut tokens)?;
    visibility(&mut tokens);
    let word = name(&mut tokens)?;
    if word.to_string() != "struct" {
        return Err((word.span(), "`Fields` is for structs".to_owned()));
    }
    let owner = name(&mut tokens)?;
    let body = match tokens.next() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
        _ => return Err((owner.span(), "`Fields` is for structs with named fields and without generics".to_owned())),
    };
    let (mut methods, mut names) = (String::new(), String::new());
    let mut inner = body.stream().into_iter().peekable();
    while inner.peek().is_some() {
        let asked = options(&mut inner)?;
        visibility(&mut inner);
        let field = name(&mut inner)?;
        inner.next();
        let kind = until_comma(&mut inner);
        if asked.skip {
            continue;
        }
        let method = asked.rename.unwrap_or_else(|| field.to_string());
        let _ = write!(methods, "pub fn {method}(&self) -> &{kind} {{ &self.{field} }} ");
        let _ = write!(names, "{method:?}, ");
    }
    let text = format!("impl {owner} {{ pub const FIELDS: &'static [&'static str] = &[{names}]; {methods} }}");
    text.parse().map_err(|_| (owner.span(), "`rename` wants the name of a method".to_owned()))
}

/// Reads past attributes, and what those of this derive ask for.
fn options(tokens: &mut Tokens) -> Result<Options, Fault> {
    let mut found = Options::default();
    while matches!(tokens.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '#') {
        tokens.next();
        let Some(TokenTree::Group(attribute)) = tokens.next() else { break };
        let mut inner = attribute.stream().into_iter();
        match (inner.next(), inner.next()) {
            (Some(TokenTree::Ident(word)), Some(TokenTree::Group(list))) if word.to_string() == "field" => {
                read(&list, &mut found)?;
            }
            (Some(TokenTree::Ident(word)), _) if word.to_string() == "field" => return Err(unknown(word.span())),
            _ => {}
        }
    }
    Ok(found)
}

fn read(list: &Group, found: &mut Options) -> Result<(), Fault> {
    let text = list.stream().to_string();
    let (option, value) =
        text.split_once('=').map_or((text.trim(), None), |(option, value)| (option.trim(), Some(value.trim())));
    match (option, value.and_then(|value| value.strip_prefix('"')?.strip_suffix('"'))) {
        ("skip", None) if value.is_none() => found.skip = true,
        ("rename", Some(name)) => found.rename = Some(name.to_owned()),
        _ => return Err(unknown(list.span())),
    }
    Ok(())
}

fn unknown(span: Span) -> Fault {
    (span, "expected `field(skip)` or `field(rename = \"name\")`".to_owned())
}

/// Reads past `pub` and `pub(crate)`.
fn visibility(tokens: &mut Tokens) {
    if matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word.to_string() == "pub") {
        tokens.next();
        if matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis) {
            tokens.next();
        }
    }
}

fn name(tokens: &mut Tokens) -> Result<Ident, Fault> {
    match tokens.next() {
        Some(TokenTree::Ident(name)) => Ok(name),
        Some(other) => Err((other.span(), "`Fields` expected a name".to_owned())),
        None => Err((Span::call_site(), "`Fields` expected a name".to_owned())),
    }
}

/// A type: all up to a comma that is in no angle brackets.
fn until_comma(tokens: &mut Tokens) -> TokenStream {
    let (mut depth, mut before) = (0, ' ');
    let mut kind = Vec::new();
    for token in tokens {
        let sign = match &token {
            TokenTree::Punct(sign) => sign.as_char(),
            _ => ' ',
        };
        match sign {
            ',' if depth == 0 => break,
            '<' => depth += 1,
            // Not the head of an arrow.
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = sign;
        kind.push(token);
    }
    kind.into_iter().collect()
}

/// `compile_error!` at a place of the program.
fn error(span: Span, message: &str) -> TokenStream {
    let mut text = Literal::string(message);
    text.set_span(span);
    let mut list = Group::new(Delimiter::Brace, TokenTree::Literal(text).into());
    list.set_span(span);
    let mut mark = Punct::new('!', Spacing::Alone);
    mark.set_span(span);
    [TokenTree::Ident(Ident::new("compile_error", span)), TokenTree::Punct(mark), TokenTree::Group(list)]
        .into_iter()
        .collect()
}
