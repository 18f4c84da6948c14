//! Trait objects without `dyn`, and without the box around them.

use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeTraitObject};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, Program, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BareTrait, &DropBox, &OpaqueReturn, &UnboxedReturn];

mutator!(
    /// `&dyn Shape` becomes `&Shape`.
    BareTrait, "tb_dyn" / "bare_trait", Expected::Codes(&["E0782"]), Item, |program| {
        let objects = program.types.iter().filter_map(|found| match found {
            Type::TraitObject(found) => Some(vec![up_to(found.dyn_token.as_ref()?, &found.bounds)]),
            _ => None,
        });
        objects.collect()
    }
);

mutator!(
    /// `Box::new(circle)` becomes `circle`.
    DropBox, "tb_dyn" / "drop_box", Expected::Codes(&["E0308"]), Body, |program| {
        program.wraps("Box::new").map(|(call, value)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `-> Box<dyn Shape>` becomes `-> impl Shape`, whose callers want a box, or whose body makes two kinds of them.
    OpaqueReturn, "tb_dyn" / "opaque_return", Expected::Codes(&["E0277", "E0308", "E0746"]), Item, |program| {
        let returned = boxed(program).into_iter().map(|(whole, object)| {
            vec![replaced(whole, format!("impl {}", program.text_of(&object.bounds)))]
        });
        returned.collect()
    }
);

mutator!(
    /// `-> Box<dyn Shape>` becomes `-> dyn Shape`.
    UnboxedReturn, "tb_dyn" / "unboxed_return", Expected::Codes(&["E0746"]), Item, |program| {
        boxed(program).into_iter().map(|(whole, object)| vec![replaced(whole, program.text_of(object))]).collect()
    }
);

/// The boxed trait objects that functions return, with what is in the box.
fn boxed<'a>(program: &Program<'a>) -> Vec<(&'a Type, &'a TypeTraitObject)> {
    let returned = program.functions.iter().filter_map(|function| match &function.signature.output {
        ReturnType::Type(_, whole) => Some(&**whole),
        ReturnType::Default => None,
    });
    let boxed = returned.filter_map(|whole| {
        let Type::Path(path) = whole else { return None };
        let last = path.path.segments.last().filter(|last| last.ident == "Box")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        match arguments.args.first()? {
            GenericArgument::Type(Type::TraitObject(object)) => Some((whole, object)),
            _ => None,
        }
    });
    boxed.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn dyn_and_the_box_go() {
        assert_eq!(made("fn a(b: &dyn C) {}", "bare_trait"), ["fn a(b: &C) {}"]);
        assert_eq!(made("fn a() { b(Box::new(c)) }", "drop_box"), ["fn a() { b(c) }"]);
    }

    #[test]
    fn what_is_returned_loses_its_box() {
        let text = "fn a() -> Box<dyn C + Send> { b() }";
        assert_eq!(made(text, "unboxed_return"), ["fn a() -> dyn C + Send { b() }"]);
        assert_eq!(made(text, "opaque_return"), ["fn a() -> impl C + Send { b() }"]);
        assert_eq!(made("fn a(b: Box<dyn C>) -> Box<u8> { b() }", "unboxed_return"), [""; 0]);
    }
}
