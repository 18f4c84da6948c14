//! Lifetimes that must be written, and are not.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{FnArg, GenericArgument, GenericParam, Generics, Item, PathArguments, ReturnType, Type, TypeReference};

use super::program::{Function, replaced, up_to};
use super::tb_bounds::generics;
use super::{Expected, Mutator, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BareImpl, &ElideField, &ElideParameter, &ElideReturn, &Undeclared];

mutator!(
    /// `impl View<'_>` becomes `impl View`.
    BareImpl, "bc_lifetime_simple" / "bare_impl", Expected::Codes(&["E0726"]), Item, |program| {
        let impls = program.items.iter().filter_map(|item| match item {
            Item::Impl(found) if !declares(&found.generics) => Some(&*found.self_ty),
            _ => None,
        });
        let ends = impls.filter_map(|found| match found {
            Type::Path(path) => path.path.segments.last(),
            _ => None,
        });
        let lent = ends.filter_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments)
                if arguments.args.iter().all(|one| matches!(one, GenericArgument::Lifetime(_))) =>
            {
                Some(vec![replaced(arguments, "")])
            }
            _ => None,
        });
        lent.collect()
    }
);

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
        // A method's is borrowed from `self` then, which is another mistake.
        program.functions.iter().filter(|function| function.signature.receiver().is_none()).filter_map(elided_return).collect()
    }
);

mutator!(
    /// `fn first<'a>(list: &'a [u8])` becomes `fn first(list: &'a [u8])`; types, traits and impls lose it, too.
    Undeclared, "bc_lifetime_simple" / "undeclared", Expected::Codes(&["E0261"]), Item, |program| {
        let lone = generics(program).filter(|generics| generics.params.len() == 1 && declares(generics));
        lone.map(|generics| vec![replaced(generics, "")]).collect()
    }
);

/// What a function returns, without the names of its lifetimes.
pub(super) fn elided_return(function: &Function<'_>) -> Option<Vec<Edit>> {
    let ReturnType::Type(_, found) = &function.signature.output else { return None };
    Some(named(found)?.into_iter().map(elided).collect())
}

/// Whether a lifetime is the first that is declared.
fn declares(generics: &Generics) -> bool {
    matches!(generics.params.first(), Some(GenericParam::Lifetime(_)))
}

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

fn elided(reference: &TypeReference) -> Edit {
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
        assert_eq!(
            made("struct A<'a>(&'a B); impl<'a> A<'a> {}", "undeclared"),
            ["struct A(&'a B); impl<'a> A<'a> {}", "struct A<'a>(&'a B); impl A<'a> {}"]
        );
        assert_eq!(
            made("impl A<'_> {} impl<'a> B<'a> {} impl C {}", "bare_impl"),
            ["impl A {} impl<'a> B<'a> {} impl C {}"]
        );
    }
}
