//! Trait objects without `dyn`, and without the box around them.

use syn::Type;

use super::program::{replaced, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BareTrait, &DropBox];

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

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn dyn_and_the_box_go() {
        assert_eq!(made("fn a(b: &dyn C) {}", "bare_trait"), ["fn a(b: &C) {}"]);
        assert_eq!(made("fn a() { b(Box::new(c)) }", "drop_box"), ["fn a() { b(c) }"]);
    }
}
