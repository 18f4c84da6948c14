//! Signatures, constants and fields that say what goes without saying.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, Item, Receiver, ReceiverKind, ReturnType, Signature, Type, TypeReference};

use super::program::{after, replaced};
use super::{Expected, Program, mutator};
use crate::edit::Edit;

mutator!(
    /// `fn name(&self) -> &str` becomes `fn name<'a>(&'a self) -> &'a str`.
    pub(super) NeedlessLifetimes, "r24_clippy_modern" / "needless_lifetimes", Expected::Lint("clippy::needless_lifetimes"), Item, |program| {
        program.functions.iter().filter_map(|function| lifetimes(program, function.signature)).collect()
    }
);

mutator!(
    /// `list: &[u32]` becomes `list: &Vec<u32>`, and `name: &str` becomes `name: &String`.
    pub(super) PtrArg, "r24_clippy_modern" / "ptr_arg", Expected::Lint("clippy::ptr_arg"), Item, |program| {
        let typed = program.functions.iter().filter(|function| function.body.is_some()).flat_map(|function| &function.signature.inputs);
        let owners = typed.filter_map(|input| {
            let FnArg::Typed(found) = input else { return None };
            let Type::Reference(reference) = &*found.ty else { return None };
            match &*reference.elem {
                Type::Slice(slice) => Some((&reference.elem, format!("Vec<{}>", program.text_of(&slice.elem)))),
                Type::Path(path) if path.path.is_ident("str") => Some((&reference.elem, "String".to_owned())),
                _ => None,
            }
        });
        owners.map(|(borrowed, owner)| vec![replaced(borrowed, owner)]).collect()
    }
);

mutator!(
    /// `Order { name }` becomes `Order { name: name }`.
    pub(super) RedundantFieldNames, "r24_clippy_modern" / "redundant_field_names", Expected::Lint("clippy::redundant_field_names"), Body, |program| {
        let fields = program.expressions.iter().flat_map(|expression| match expression {
            Expr::Struct(found) => found.fields.iter().collect(),
            _ => Vec::new(),
        });
        let short = fields.filter(|field| field.colon_token.is_none());
        short.map(|field| vec![after(&field.member, format!(": {}", program.text_of(&field.member)))]).collect()
    }
);

mutator!(
    /// `const NAME: &str` becomes `const NAME: &'static str`.
    pub(super) RedundantStaticLifetimes, "r24_clippy_modern" / "redundant_static_lifetimes",
    Expected::Lint("clippy::redundant_static_lifetimes"), Item, |program| {
        let types = program.items.iter().filter_map(|item| match item {
            Item::Const(found) => Some(&*found.ty),
            Item::Static(found) => Some(&*found.ty),
            _ => None,
        });
        let elided = types.filter_map(|found| match found {
            Type::Reference(reference) if reference.lifetime.is_none() => Some(vec![after(&reference.and_token, "'static ")]),
            _ => None,
        });
        elided.collect()
    }
);

/// One name for the lifetime that elision gives to all that is returned.
fn lifetimes(program: &Program<'_>, signature: &Signature) -> Option<Vec<Edit>> {
    let text = program.text_of(signature);
    let ReturnType::Type(_, output) = &signature.output else { return None };
    // Lifetimes that are there already, and those that traits and functions have by themselves, follow other rules.
    if text.contains('\'') || ["dyn ", "impl ", "Fn", "fn("].iter().any(|word| text[2..].contains(word)) {
        return None;
    }
    let name = ["'a", "'b", "'c"].into_iter().find(|name| !program.text.contains(name))?;
    let taken = match signature.receiver().map(borrowed) {
        Some(Some(place)) => vec![place],
        _ => references(|found| signature.inputs.iter().for_each(|input| found.visit_fn_arg(input))),
    };
    let given = references(|found| found.visit_type(output));
    let [taken] = taken.as_slice() else { return None };
    if given.is_empty() {
        return None;
    }
    let declared = match signature.generics.params.first() {
        Some(first) => (first.span().byte_range().start, format!("{name}, ")),
        None => (signature.ident.span().byte_range().end, format!("<{name}>")),
    };
    let named = std::iter::once(taken).chain(&given).map(|place| (*place, format!("{name} ")));
    let edits = std::iter::once(declared).chain(named);
    Some(edits.map(|(start, replacement)| Edit { start, end: start, replacement }).collect())
}

/// The byte behind the `&` of `&self`.
fn borrowed(receiver: &Receiver) -> Option<usize> {
    match &receiver.kind {
        ReceiverKind::Reference(and, ..) => Some(and.span().byte_range().end),
        _ => None,
    }
}

fn references(look: impl FnOnce(&mut References)) -> Vec<usize> {
    let mut found = References(Vec::new());
    look(&mut found);
    found.0
}

/// The bytes behind each `&`.
struct References(Vec<usize>);

impl<'a> Visit<'a> for References {
    fn visit_type_reference(&mut self, found: &'a TypeReference) {
        self.0.push(found.and_token.span().byte_range().end);
        visit::visit_type_reference(self, found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::made;

    #[test]
    fn a_lifetime_gets_a_name() {
        let text = "impl A { fn a(&self, b: &str) -> Option<&str> { None } }";
        let expected = "impl A { fn a<'a>(&'a self, b: &str) -> Option<&'a str> { None } }";
        assert_eq!(made(text, "needless_lifetimes"), [expected]);
        let text = "fn a<T>(b: &[T]) -> &T { &b[0] }";
        assert_eq!(made(text, "needless_lifetimes"), ["fn a<'a, T>(b: &'a [T]) -> &'a T { &b[0] }"]);
        let text = "fn a(\n    b: &str,\n    c: u8,\n) -> &str {\n    b\n}\n";
        let expected = "fn a<'a>(\n    b: &'a str,\n    c: u8,\n) -> &'a str {\n    b\n}\n";
        assert_eq!(made(text, "needless_lifetimes"), [expected]);
        for text in
            ["fn a(b: &str, c: &str) -> u8 { 1 }", "fn a<'a>(b: &'a str) -> &'a str { b }", "fn a() -> &str { b }"]
        {
            assert_eq!(made(text, "needless_lifetimes"), [""; 0], "{text}");
        }
    }

    #[test]
    fn types_and_fields_are_written_out() {
        assert_eq!(made("fn a(b: &[u8]) {}", "ptr_arg"), ["fn a(b: &Vec<u8>) {}"]);
        assert_eq!(made("fn a(b: &str) {}", "ptr_arg"), ["fn a(b: &String) {}"]);
        assert_eq!(made("fn a() { B { c, d: e } }", "redundant_field_names"), ["fn a() { B { c: c, d: e } }"]);
        let text = "static A: &[&str] = &[];";
        assert_eq!(made(text, "redundant_static_lifetimes"), ["static A: &'static [&str] = &[];"]);
    }
}
