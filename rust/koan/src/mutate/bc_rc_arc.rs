//! Shared owners: the count that is not raised, the value that may not change, and the value that has no such owner.

use super::program::{replaced, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

use syn::Expr;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropCount, &DropNew, &SkipMakeMut];

mutator!(
    /// `Rc::clone(&shared)` becomes `shared`.
    DropCount, "bc_rc_arc" / "drop_count", Expected::Codes(&["E0382", "E0505", "E0507"]), Body, |program| {
        both(program, "clone")
    }
);

mutator!(
    /// `Rc::new(value)` becomes `value`.
    DropNew, "bc_rc_arc" / "drop_new", Expected::Codes(&["E0308"]), Body, |program| {
        let calls = ["Rc::new", "Arc::new"].iter().flat_map(|path| program.wraps(path));
        calls.map(|(call, argument)| vec![replaced(call, program.text_of(argument))]).collect()
    }
);

mutator!(
    /// `Rc::make_mut(&mut shared).push(1)` becomes `shared.push(1)`.
    SkipMakeMut, "bc_rc_arc" / "skip_make_mut", Expected::Codes(&["E0368", "E0594", "E0596", "E0614"]), Body, |program| {
        both(program, "make_mut")
    }
);

/// `Rc::name(&value)` and `Arc::name(&value)` as `value`.
fn both(program: &Program<'_>, name: &str) -> Vec<Vec<Edit>> {
    let owners = ["Rc", "Arc"].map(|owner| format!("{owner}::{name}"));
    let calls = owners.iter().flat_map(|path| program.wraps(path));
    let edits = calls.filter_map(|(call, argument)| match argument {
        Expr::Reference(found) => Some(vec![replaced(call, program.text_of(&found.expr))]),
        _ => None,
    });
    // `*Rc::make_mut(..)` needs its star no more: the field is what is changed.
    let starred = program.expressions.iter().filter_map(|expression| match expression {
        Expr::Unary(found) => Some((found, &*found.expr)),
        _ => None,
    });
    let mut edits: Vec<Vec<Edit>> = edits.collect();
    for (whole, inner) in starred {
        let start = up_to(whole, inner);
        if let Some(own) = edits.iter_mut().find(|own| own[0].start == start.end && name == "make_mut") {
            own.insert(0, start);
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn the_call_goes_and_its_owner_stays() {
        assert_eq!(made("fn a() { b(Rc::clone(&c.d)) }", "drop_count"), ["fn a() { b(c.d) }"]);
        assert_eq!(made("fn a() { b(Arc::new(c.d())) }", "drop_new"), ["fn a() { b(c.d()) }"]);
        assert_eq!(
            made("fn a() { std::sync::Arc::make_mut(&mut b).push(1) }", "skip_make_mut"),
            ["fn a() { b.push(1) }"]
        );
        assert_eq!(made("fn a() { *Rc::make_mut(&mut b) += 1; }", "skip_make_mut"), ["fn a() { b += 1; }"]);
    }
}
