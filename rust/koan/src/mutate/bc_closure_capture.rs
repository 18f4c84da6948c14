//! Closures that borrow what they must own, or own what is used after them.

use syn::Expr;

use super::program::{before, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&AddMove, &DropMove];

mutator!(
    /// `|name| ...` becomes `move |name| ...`.
    AddMove, "bc_closure_capture" / "add_move", Expected::Codes(&["E0382", "E0505", "E0507"]), Body, |program| {
        let closures = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Closure(found) if found.capture.is_none() => Some(vec![before(&found.inputs_begin, "move ")]),
            _ => None,
        });
        closures.collect()
    }
);

mutator!(
    /// `move |name| ...` becomes `|name| ...`; so does an async block.
    DropMove, "bc_closure_capture" / "drop_move", Expected::Codes(&["E0373", "E0506", "E0521", "E0597"]), Body, |program| {
        let moved = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Closure(found) => found.capture.as_ref().map(|token| vec![up_to(token, &found.inputs_begin)]),
            _ => None,
        });
        moved.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn move_comes_and_goes() {
        assert_eq!(made("fn a() { b(move |c| d) }", "drop_move"), ["fn a() { b(|c| d) }"]);
        assert_eq!(made("fn a() { b(|c| d) }", "add_move"), ["fn a() { b(move |c| d) }"]);
    }
}
