//! A reference where a value is wanted, and the other way round.

use syn::{Expr, ExprUnary, UnOp};

use super::program::{before, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&AddReference, &DropDereference, &DropReference];

mutator!(
    /// `take(name)` becomes `take(&name)`.
    AddReference, "bc_ref" / "add_reference", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        let named = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Call(call) => Some(call.args.iter()),
            Expr::MethodCall(call) => Some(call.args.iter()),
            _ => None,
        });
        let paths = named.flatten().filter(|argument| matches!(argument, Expr::Path(_) | Expr::Field(_)));
        paths.map(|argument| vec![before(argument, "&")]).collect()
    }
);

mutator!(
    /// `*total += 1` becomes `total += 1`.
    DropDereference, "bc_ref" / "drop_dereference", Expected::Codes(&["E0277", "E0308", "E0368", "E0369", "E0614"]), Body, |program| {
        let pointed = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Unary(ExprUnary { op: UnOp::Deref(token), expr, .. }) => Some(vec![up_to(token, expr)]),
            _ => None,
        });
        pointed.collect()
    }
);

mutator!(
    /// `take(&name)` becomes `take(name)`.
    DropReference, "bc_ref" / "drop_reference", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        let borrowed = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Reference(found) if found.mutability.is_none() => Some(vec![up_to(&found.and_token, &found.expr)]),
            _ => None,
        });
        borrowed.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn references_come_and_go() {
        assert_eq!(made("fn a() { b(c, 1) }", "add_reference"), ["fn a() { b(&c, 1) }"]);
        assert_eq!(made("fn a() { b(&c) }", "drop_reference"), ["fn a() { b(c) }"]);
        assert_eq!(made("fn a() { *b += 1; }", "drop_dereference"), ["fn a() { b += 1; }"]);
    }
}
