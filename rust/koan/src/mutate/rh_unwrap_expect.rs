//! A value that is still inside its Option or Result.

use super::program::cut_after;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropExpect, &DropUnwrap];

const INSIDE: Expected = Expected::Codes(&["E0277", "E0308", "E0369", "E0599", "E0608", "E0609", "E0614"]);

mutator!(
    /// `find(key).expect("there")` becomes `find(key)`.
    DropExpect, "rh_unwrap_expect" / "drop_expect", INSIDE, Body, |program| cut(program, "expect", 1)
);

mutator!(
    /// `find(key).unwrap()` becomes `find(key)`.
    DropUnwrap, "rh_unwrap_expect" / "drop_unwrap", INSIDE, Body, |program| cut(program, "unwrap", 0)
);

fn cut(program: &Program<'_>, name: &str, arguments: usize) -> Vec<Vec<Edit>> {
    program.calls(name, arguments).map(|call| vec![cut_after(&call.receiver, call)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn the_call_goes_with_its_message() {
        assert_eq!(made("fn a() { b.expect(\"c\") + 1 }", "drop_expect"), ["fn a() { b + 1 }"]);
        assert_eq!(made("fn a() { b.unwrap() + 1 }", "drop_unwrap"), ["fn a() { b + 1 }"]);
    }
}
