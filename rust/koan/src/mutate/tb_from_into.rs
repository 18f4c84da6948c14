//! Conversions that do not happen by themselves.

use super::program::replaced;
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropFrom, &DropInto];

mutator!(
    /// `u64::from(count)` becomes `count`.
    DropFrom, "tb_from_into" / "drop_from", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        program.wraps("from").map(|(call, value)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `name.into()` becomes `name`, and so `to_string`, `to_owned` and `to_vec`.
    DropInto, "tb_from_into" / "drop_into", Expected::Codes(&["E0277", "E0308", "E0599"]), Body, |program| {
        program.without_calls(&["into", "to_string", "to_vec"], 0)
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_conversion_goes_and_its_value_stays() {
        assert_eq!(made("fn a() { u64::from(b + 1) }", "drop_from"), ["fn a() { b + 1 }"]);
        assert_eq!(made("fn a() { \"b\".into() }", "drop_into"), ["fn a() { \"b\" }"]);
    }
}
