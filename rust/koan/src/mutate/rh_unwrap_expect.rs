//! A value that is still inside its Option or Result.

use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropExpect, &DropUnwrap];

const INSIDE: Expected =
    Expected::Codes(&["E0277", "E0308", "E0368", "E0369", "E0599", "E0600", "E0608", "E0609", "E0614", "E0624"]);

mutator!(
    /// `find(key).expect("there")` becomes `find(key)`.
    DropExpect, "rh_unwrap_expect" / "drop_expect", INSIDE, Body, |program| program.without_calls(&["expect"], 1)
);

mutator!(
    /// `find(key).unwrap()` becomes `find(key)`.
    DropUnwrap, "rh_unwrap_expect" / "drop_unwrap", INSIDE, Body, |program| program.without_calls(&["unwrap"], 0)
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn the_call_goes_with_its_message() {
        assert_eq!(made("fn a() { b.expect(\"c\") + 1 }", "drop_expect"), ["fn a() { b + 1 }"]);
        assert_eq!(made("fn a() { b.unwrap() + 1 }", "drop_unwrap"), ["fn a() { b + 1 }"]);
    }
}
