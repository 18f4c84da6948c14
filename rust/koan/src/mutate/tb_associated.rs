//! Associated types that are missing, or named without their trait.

use syn::{GenericArgument, ImplItem, Item, PathArguments, Type, TypeParamBound};

use super::program::{gone, replaced};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BareName, &DropBinding, &DropType];

mutator!(
    /// `Self::Item` becomes `Item`.
    BareName, "tb_associated" / "bare_name", Expected::Codes(&["E0412", "E0425", "E0573"]), Item, |program| {
        let named = program.types.iter().filter_map(|found| match found {
            Type::Path(path) => match path.path.segments.iter().collect::<Vec<_>>().as_slice() {
                [own, name] if own.ident == "Self" => Some(vec![replaced(*found, program.text_of(*name))]),
                _ => None,
            },
            _ => None,
        });
        named.collect()
    }
);

mutator!(
    /// `impl Iterator<Item = u32>` becomes `impl Iterator`.
    DropBinding, "tb_associated" / "drop_binding", Expected::Codes(&["E0191", "E0277", "E0282", "E0308", "E0369", "E0599"]), Item, |program| {
        let opaque = program.types.iter().filter_map(|found| match found {
            Type::ImplTrait(found) => Some(&found.bounds),
            Type::TraitObject(found) => Some(&found.bounds),
            _ => None,
        });
        let bound = opaque.flatten().filter_map(|bound| match bound {
            TypeParamBound::Trait(found) => found.path.segments.last(),
            _ => None,
        });
        let named = bound.filter_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                Some(GenericArgument::AssocType(_)) if arguments.args.len() == 1 => Some(vec![replaced(arguments, "")]),
                _ => None,
            },
            _ => None,
        });
        named.collect()
    }
);

mutator!(
    /// `type Item = u32;` is gone from an impl.
    DropType, "tb_associated" / "drop_type", Expected::Codes(&["E0046"]), Item, |program| {
        let impls = program.items.iter().filter_map(|item| match item {
            Item::Impl(found) if found.trait_.is_some() => Some(found),
            _ => None,
        });
        let types = impls.flat_map(|found| &found.items).filter_map(|member| match member {
            ImplItem::Type(found) => Some(vec![gone(program.text, found)]),
            _ => None,
        });
        types.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn an_associated_type_goes_or_loses_its_trait() {
        let text =
            "impl Iterator for A {\n    type Item = u8;\n    fn next(&mut self) -> Option<Self::Item> { None }\n}\n";
        let expected = "impl Iterator for A {\n    fn next(&mut self) -> Option<Self::Item> { None }\n}\n";
        assert_eq!(made(text, "drop_type"), [expected]);
        assert_eq!(made(text, "bare_name"), [text.replace("Self::Item", "Item")]);
        let text = "fn a() -> impl Iterator<Item = u8> { b }";
        assert_eq!(made(text, "drop_binding"), ["fn a() -> impl Iterator { b }"]);
    }
}
