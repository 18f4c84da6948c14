//! Options that are taken for values, and values for options.

use super::program::{cut_after, replaced};
use super::{Expected, Mutator, foretold, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropDefaultValue, &DropSome];

const MISMATCH: Expected =
    Expected::Codes(&["E0277", "E0308", "E0368", "E0369", "E0599", "E0600", "E0608", "E0609", "E0614", "E0624"]);

mutator!(
    /// `found.unwrap_or(0)` becomes `found`.
    DropDefaultValue, "rh_option" / "drop_default_value", MISMATCH, Body, |program| {
        let calls = ["unwrap_or", "unwrap_or_else"].into_iter().flat_map(|name| program.calls(name, 1));
        let defaults = calls.chain(program.calls("unwrap_or_default", 0));
        let inferable = defaults.filter(|call| call.args.iter().all(|value| foretold(program, value)));
        inferable.map(|call| vec![cut_after(&call.receiver, call)]).collect()
    }
);

mutator!(
    /// `Some(value)` becomes `value`.
    DropSome, "rh_option" / "drop_some", Expected::Codes(&["E0308"]), Body, |program| {
        program.wraps("Some").map(|(call, value)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn what_stands_around_a_value_goes() {
        assert_eq!(made("fn a() { b(Some(c + 1)) }", "drop_some"), ["fn a() { b(c + 1) }"]);
        assert_eq!(made("fn a() { b.unwrap_or(1) }", "drop_default_value"), ["fn a() { b }"]);
    }
}
