//! Bounds at a type parameter that its function needs.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Item, Token, TypeParamBound};

use super::program::Function;
use super::tb_send_sync::is_auto;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropBound, &DropOnlyBound];

const MISSING: Expected =
    Expected::Codes(&["E0277", "E0282", "E0308", "E0369", "E0382", "E0507", "E0599", "E0614", "E0618"]);

mutator!(
    /// `T: Debug + Clone` becomes `T: Debug`.
    DropBound, "tb_bounds" / "drop_bound", MISSING, Item, |program| {
        let several = parameters(program).filter(|(_, bounds)| bounds.len() > 1);
        several.flat_map(|(from, bounds)| {
            (0..bounds.len()).filter(|&index| is_trait(&bounds[index])).map(move |index| without(from, bounds, index))
        }).collect()
    }
);

mutator!(
    /// `T: Debug` becomes `T`.
    DropOnlyBound, "tb_bounds" / "drop_only_bound", MISSING, Item, |program| {
        let single = parameters(program).filter(|(_, bounds)| bounds.len() == 1 && is_trait(&bounds[0]));
        single.map(|(from, bounds)| without(from, bounds, 0)).collect()
    }
);

pub(super) type Bounds = Punctuated<TypeParamBound, Token![+]>;

/// Every bound of a type parameter that `goes` picks, without it.
pub(super) fn bounds(program: &Program<'_>, goes: impl Fn(&TypeParamBound) -> bool) -> Vec<Vec<Edit>> {
    let all = parameters(program).flat_map(|(from, bounds)| (0..bounds.len()).map(move |index| (from, bounds, index)));
    all.filter(|(_, bounds, index)| goes(&bounds[*index]))
        .map(|(from, bounds, index)| without(from, bounds, index))
        .collect()
}

/// A list of bounds without one; the colon, which ends what stands before the list, goes with the last one.
pub(super) fn without(from: usize, bounds: &Bounds, index: usize) -> Vec<Edit> {
    let range = |index: usize| bounds[index].span().byte_range();
    let (start, end) = if bounds.len() == 1 {
        (from, range(0).end)
    } else if index == 0 {
        (range(0).start, range(1).start)
    } else {
        (range(index - 1).end, range(index).end)
    };
    vec![Edit { start, end, replacement: String::new() }]
}

/// Every generics of functions, types, traits and impls.
pub(super) fn generics<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a Generics> {
    let functions: Vec<Function<'a>> = program.functions.clone();
    let items: Vec<&'a Item> = program.items.clone();
    let of_items = items.into_iter().filter_map(|item| match item {
        Item::Enum(item) => Some(&item.generics),
        Item::Impl(item) => Some(&item.generics),
        Item::Struct(item) => Some(&item.generics),
        Item::Trait(item) => Some(&item.generics),
        _ => None,
    });
    functions.into_iter().map(|function| &function.signature.generics).chain(of_items)
}

/// Whether a bound is a trait; those about threads are a family of their own.
pub(super) fn is_trait(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(_)) && !is_auto(bound)
}

/// The end of a parameter's name, and its bounds.
fn parameters<'a>(program: &Program<'a>) -> impl Iterator<Item = (usize, &'a Bounds)> {
    generics(program).flat_map(|generics| &generics.params).filter_map(|parameter| match parameter {
        GenericParam::Type(found) if !found.bounds.is_empty() => {
            Some((found.ident.span().byte_range().end, &found.bounds))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_bound_goes_with_its_plus_and_the_last_one_with_the_colon() {
        assert_eq!(
            made("fn a<T: B + C>() {} fn d<T: E>() {}", "drop_bound"),
            ["fn a<T: C>() {} fn d<T: E>() {}", "fn a<T: B>() {} fn d<T: E>() {}"]
        );
        assert_eq!(made("fn d<'a, T: E, U>() {}", "drop_only_bound"), ["fn d<'a, T, U>() {}"]);
    }
}
