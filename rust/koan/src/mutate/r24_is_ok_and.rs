//! Questions to a Result in more words than `is_ok_and`.

use super::r24_is_some_and::{mapped_default, mapped_equals, mapped_or};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&MapDefault, &MapEquals, &MapOrFalse];

mutator!(
    /// `found.is_ok_and(|one| one > 1)` becomes `found.map(|one| one > 1).unwrap_or_default()`.
    MapDefault, "r24_is_ok_and" / "map_default", Expected::Lint("clippy::manual_is_variant_and"), Body, |program| {
        mapped_default(program, "is_ok_and")
    }
);

mutator!(
    /// `found.is_ok_and(|one| one > 1)` becomes `found.map(|one| one > 1) == Ok(true)`.
    MapEquals, "r24_is_ok_and" / "map_equals", Expected::Lint("clippy::manual_is_variant_and"), Body, |program| {
        mapped_equals(program, "is_ok_and", "Ok(true)")
    }
);

mutator!(
    /// `found.is_ok_and(|one| one > 1)` becomes `found.map_or(false, |one| one > 1)`.
    MapOrFalse, "r24_is_ok_and" / "map_or_false", Expected::Lint("clippy::unnecessary_map_or"), Body, |program| {
        mapped_or(program, "is_ok_and", "false, ")
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn the_question_is_asked_in_more_words() {
        let text = "fn a() { b.is_ok_and(|c| c > 1) }";
        assert_eq!(made(text, "map_or_false"), ["fn a() { b.map_or(false, |c| c > 1) }"]);
        assert_eq!(made(text, "map_default"), ["fn a() { b.map(|c| c > 1).unwrap_or_default() }"]);
        assert_eq!(made(text, "map_equals"), ["fn a() { b.map(|c| c > 1) == Ok(true) }"]);
    }
}
