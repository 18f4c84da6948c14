//! Values that are used after they moved, or that cannot move from where they are.

use syn::{Expr, Pat};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropAsRef, &DropClone, &ForByValue, &IntoIter, &MatchByValue];

const MOVED: Expected = Expected::Codes(&["E0382", "E0505", "E0507"]);

mutator!(
    /// `name.as_ref().map(f)` becomes `name.map(f)`.
    DropAsRef, "bc_move" / "drop_as_ref", MOVED, Body, |program| program.without_calls(&["as_ref", "as_deref", "as_mut"], 0)
);

mutator!(
    /// `take(name.clone())` becomes `take(name)`.
    DropClone, "bc_move" / "drop_clone", MOVED, Body, |program| program.without_calls(&["clone", "to_owned", "cloned"], 0)
);

mutator!(
    /// `for name in &names` becomes `for name in names`.
    ForByValue, "bc_move" / "for_by_value", MOVED, Body, |program| {
        let loops = program.expressions.iter().filter_map(|expression| match expression {
            Expr::ForLoop(found) => Some(&*found.expr),
            _ => None,
        });
        loops.filter_map(by_value).collect()
    }
);

mutator!(
    /// `names.iter()` becomes `names.into_iter()`.
    IntoIter, "bc_move" / "into_iter", MOVED, Body, |program| {
        program.calls("iter", 0).map(|call| vec![replaced(&call.method, "into_iter")]).collect()
    }
);

mutator!(
    /// `match &name` becomes `match name`; so do `if let` and `ref` in a pattern.
    MatchByValue, "bc_move" / "match_by_value", MOVED, Body, |program| {
        let looked = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Match(found) => Some(&*found.expr),
            Expr::Let(found) => Some(&*found.expr),
            _ => None,
        });
        let bound = program.patterns.iter().filter_map(|pattern| match pattern {
            Pat::Ident(found) => found.by_ref.as_ref().map(|token| vec![up_to(token, &found.ident)]),
            _ => None,
        });
        looked.filter_map(by_value).chain(bound).collect()
    }
);

/// An expression without the `&` before it.
fn by_value(expression: &Expr) -> Option<Vec<Edit>> {
    match expression {
        Expr::Reference(found) if found.mutability.is_none() => Some(vec![up_to(&found.and_token, &found.expr)]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_clone_goes_with_its_dot() {
        assert_eq!(made("fn a(b: &str) { c(b /* so */ .clone()) }", "drop_clone"), ["fn a(b: &str) { c(b) }"]);
    }

    #[test]
    fn a_loop_and_a_match_take_what_they_borrowed() {
        assert_eq!(made("fn a() { for b in & c {} }", "for_by_value"), ["fn a() { for b in c {} }"]);
        assert_eq!(made("fn a() { match &b { _ => 1 } }", "match_by_value"), ["fn a() { match b { _ => 1 } }"]);
        assert_eq!(
            made("fn a() { if let Some(ref b) = c {} }", "match_by_value"),
            ["fn a() { if let Some(b) = c {} }"]
        );
        assert_eq!(made("fn a() { for b in &mut c {} }", "for_by_value"), [""; 0]);
    }

    #[test]
    fn an_iterator_takes_what_it_walked() {
        assert_eq!(made("fn a() { b.iter().map(c) }", "into_iter"), ["fn a() { b.into_iter().map(c) }"]);
    }
}
