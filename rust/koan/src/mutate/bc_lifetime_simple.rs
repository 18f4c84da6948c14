//! Lifetimes that must be written, and are not.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{FnArg, GenericParam, Item, ReturnType, Type, TypeReference};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&ElideField, &ElideParameter, &ElideReturn, &Undeclared];

mutator!(
    /// `struct View<'a> { text: &'a str }` becomes `struct View<'a> { text: &str }`.
    ElideField, "bc_lifetime_simple" / "elide_field", Expected::Codes(&["E0106"]), Item, |program| {
        let types = program.items.iter().filter_map(|item| match item {
            Item::Struct(found) => Some(found),
            _ => None,
        });
        let named = types.flat_map(|item| item.fields.iter()).filter_map(|field| named(&field.ty));
        named.map(|found| found.into_iter().map(elided).collect()).collect()
    }
);

mutator!(
    /// `fn first<'a>(list: &'a [u8], name: &'a str) -> &'a u8`, where one `'a` of a parameter is gone.
    ElideParameter, "bc_lifetime_simple" / "elide_parameter", Expected::Codes(&["E0621"]), Item, |program| {
        let inputs = program.functions.iter().flat_map(|function| &function.signature.inputs);
        let typed = inputs.filter_map(|input| match input {
            FnArg::Typed(found) => Some(&*found.ty),
            FnArg::Receiver(_) => None,
        });
        typed.filter_map(named).map(|found| found.into_iter().map(elided).collect()).collect()
    }
);

mutator!(
    /// `-> &'a str` becomes `-> &str`.
    ElideReturn, "bc_lifetime_simple" / "elide_return", Expected::Codes(&["E0106", "E0621"]), Item, |program| {
        let returned = program.functions.iter().filter_map(|function| match &function.signature.output {
            ReturnType::Type(_, found) => Some(&**found),
            ReturnType::Default => None,
        });
        returned.filter_map(named).map(|found| found.into_iter().map(elided).collect()).collect()
    }
);

mutator!(
    /// `fn first<'a>(list: &'a [u8])` becomes `fn first(list: &'a [u8])`.
    Undeclared, "bc_lifetime_simple" / "undeclared", Expected::Codes(&["E0261"]), Item, |program| {
        let functions = program.functions.iter().map(|function| &function.signature.generics);
        let lone = functions.filter(|generics| {
            generics.params.len() == 1 && matches!(generics.params.first(), Some(GenericParam::Lifetime(_)))
        });
        lone.map(|generics| vec![replaced(generics, "")]).collect()
    }
);

/// The references with a name for their lifetime in a type, all of them as one mistake.
fn named(found: &Type) -> Option<Vec<&TypeReference>> {
    #[derive(Default)]
    struct Named<'a>(Vec<&'a TypeReference>);
    impl<'a> Visit<'a> for Named<'a> {
        fn visit_type_reference(&mut self, reference: &'a TypeReference) {
            if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static") {
                self.0.push(reference);
            }
            visit::visit_type_reference(self, reference);
        }
    }
    let mut named = Named::default();
    named.visit_type(found);
    (!named.0.is_empty()).then_some(named.0)
}

fn elided(reference: &TypeReference) -> crate::edit::Edit {
    let next = reference.mutability.as_ref().map_or_else(|| reference.elem.span(), |token| token.span);
    match &reference.lifetime {
        Some(lifetime) => up_to(lifetime, &next),
        None => replaced(&reference.and_token, "&"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_lifetime_goes_with_its_blank() {
        let text = "fn a<'a>(b: &'a str, c: &'a mut [u8]) -> Option<&'a str> { d }";
        assert_eq!(
            made(text, "elide_parameter"),
            [
                "fn a<'a>(b: &str, c: &'a mut [u8]) -> Option<&'a str> { d }",
                "fn a<'a>(b: &'a str, c: &mut [u8]) -> Option<&'a str> { d }"
            ]
        );
        assert_eq!(made(text, "elide_return"), ["fn a<'a>(b: &'a str, c: &'a mut [u8]) -> Option<&str> { d }"]);
        assert_eq!(made(text, "undeclared"), ["fn a(b: &'a str, c: &'a mut [u8]) -> Option<&'a str> { d }"]);
        assert_eq!(made("struct A<'a> { b: &'a str }", "elide_field"), ["struct A<'a> { b: &str }"]);
    }
}
