//! Questions to an Option in more words than `is_some_and` and `is_none_or`.

use super::program::{after, before, replaced};
use super::{Expected, Mutator, Position, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&MapDefault, &MapEquals, &MapOrFalse, &MapOrTrue];

mutator!(
    /// `found.is_some_and(|one| one > 1)` becomes `found.map(|one| one > 1).unwrap_or_default()`.
    MapDefault, "r24_is_some_and" / "map_default", Expected::Lint("clippy::manual_is_variant_and"), Body, |program| {
        mapped_default(program, "is_some_and")
    }
);

mutator!(
    /// `found.is_some_and(|one| one > 1)` becomes `found.map(|one| one > 1) == Some(true)`.
    MapEquals, "r24_is_some_and" / "map_equals", Expected::Lint("clippy::manual_is_variant_and"), Body, |program| {
        mapped_equals(program, "is_some_and", "Some(true)")
    }
);

mutator!(
    /// `found.is_some_and(|one| one > 1)` becomes `found.map_or(false, |one| one > 1)`.
    MapOrFalse, "r24_is_some_and" / "map_or_false", Expected::Lint("clippy::unnecessary_map_or"), Body, |program| {
        mapped_or(program, "is_some_and", "false, ")
    }
);

mutator!(
    /// `found.is_none_or(|one| one > 1)` becomes `found.map_or(true, |one| one > 1)`.
    MapOrTrue, "r24_is_some_and" / "map_or_true", Expected::Lint("clippy::unnecessary_map_or"), Body, |program| {
        mapped_or(program, "is_none_or", "true, ")
    }
);

pub(super) fn mapped_or(program: &Program<'_>, method: &str, default: &str) -> Vec<Vec<Edit>> {
    let calls = program.calls(method, 1);
    calls.map(|call| vec![replaced(&call.method, "map_or"), before(&call.args[0], default)]).collect()
}

pub(super) fn mapped_default(program: &Program<'_>, method: &str) -> Vec<Vec<Edit>> {
    let calls = program.calls(method, 1);
    calls.map(|call| vec![replaced(&call.method, "map"), after(call, ".unwrap_or_default()")]).collect()
}

pub(super) fn mapped_equals(program: &Program<'_>, method: &str, value: &str) -> Vec<Vec<Edit>> {
    let calls = program.calls(method, 1).filter(|call| program.position(*call) != Position::Operand);
    calls.map(|call| vec![replaced(&call.method, "map"), after(call, format!(" == {value}"))]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn the_question_is_asked_in_more_words() {
        let text = "fn a() { b.is_some_and(|c| c > 1) }";
        assert_eq!(made(text, "map_or_false"), ["fn a() { b.map_or(false, |c| c > 1) }"]);
        assert_eq!(made(text, "map_default"), ["fn a() { b.map(|c| c > 1).unwrap_or_default() }"]);
        assert_eq!(made(text, "map_equals"), ["fn a() { b.map(|c| c > 1) == Some(true) }"]);
        assert_eq!(made("fn a() { b.is_none_or(c) }", "map_or_true"), ["fn a() { b.map_or(true, c) }"]);
    }

    #[test]
    fn a_comparison_does_not_come_beside_an_operator() {
        assert_eq!(made("fn a() { !b.is_some_and(c) }", "map_equals"), [""; 0]);
    }
}
