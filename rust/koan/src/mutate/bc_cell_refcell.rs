//! Interior mutability: a cell that is taken for what it holds.

use super::program::replaced;
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&AssignCell, &DropBorrow, &DropGet, &SharedBorrow];

mutator!(
    /// `count.set(1)` becomes `count = 1`.
    AssignCell, "bc_cell_refcell" / "assign_cell", Expected::Codes(&["E0308", "E0594"]), Body, |program| {
        let calls = program.calls("set", 1).map(|call| {
            vec![replaced(call, format!("{} = {}", program.text_of(&call.receiver), program.text_of(&call.args[0])))]
        });
        calls.collect()
    }
);

mutator!(
    /// `list.borrow_mut().push(1)` becomes `list.push(1)`.
    DropBorrow, "bc_cell_refcell" / "drop_borrow", Expected::Codes(&["E0308", "E0599", "E0608", "E0609", "E0614"]), Body, |program| {
        program.without_calls(&["borrow", "borrow_mut"], 0)
    }
);

mutator!(
    /// `count.get() + 1` becomes `count + 1`.
    DropGet, "bc_cell_refcell" / "drop_get", Expected::Codes(&["E0277", "E0308", "E0369", "E0599"]), Body, |program| {
        program.without_calls(&["get"], 0)
    }
);

mutator!(
    /// `list.borrow_mut().push(1)` becomes `list.borrow().push(1)`.
    SharedBorrow, "bc_cell_refcell" / "shared_borrow", Expected::Codes(&["E0594", "E0596"]), Body, |program| {
        program.calls("borrow_mut", 0).map(|call| vec![replaced(&call.method, "borrow")]).collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn cells_are_taken_for_what_they_hold() {
        assert_eq!(made("fn a() { b.borrow_mut().c() }", "drop_borrow"), ["fn a() { b.c() }"]);
        assert_eq!(made("fn a() { b.borrow_mut().c() }", "shared_borrow"), ["fn a() { b.borrow().c() }"]);
        assert_eq!(made("fn a() { b.set(c + 1); }", "assign_cell"), ["fn a() { b = c + 1; }"]);
    }
}
