//! Returns that do not return.

use syn::{Expr, Stmt};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropReturn, &ElseFallsThrough];

mutator!(
    /// `return Err(reason);` becomes `Err(reason)`, the value of a block that has none to give.
    DropReturn, "rh_early_return" / "drop_return", Expected::Codes(&["E0282", "E0308", "E0317"]), Body, |program| {
        let returns = program.blocks.iter().flat_map(|block| &block.stmts).filter_map(|statement| match statement {
            Stmt::Expr(whole @ Expr::Return(found), Some(_)) => Some((statement, whole, found.expr.as_ref()?)),
            _ => None,
        });
        returns.map(|(statement, _, value)| vec![replaced(statement, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `let Some(found) = list.first() else { return None };` becomes `... else { None };`.
    ElseFallsThrough, "rh_early_return" / "else_falls_through", Expected::Codes(&["E0308"]), Body, |program| {
        let locals = program.blocks.iter().flat_map(|block| &block.stmts).filter_map(|statement| match statement {
            Stmt::Local(local) => local.init.as_ref()?.diverge.as_ref().map(|(_, value)| value),
            _ => None,
        });
        let returned = locals.filter_map(|value| match &**value {
            Expr::Block(found) => match found.block.stmts.as_slice() {
                [Stmt::Expr(Expr::Return(found), _)] => found.expr.as_ref().map(|value| vec![up_to(found, value)]),
                _ => None,
            },
            _ => None,
        });
        returned.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_return_is_a_value_only() {
        assert_eq!(made("fn a() { if b { return Err(c); } d }", "drop_return"), ["fn a() { if b { Err(c) } d }"]);
        let text = "fn a() { let Some(b) = c else { return None; }; d }";
        assert_eq!(made(text, "else_falls_through"), ["fn a() { let Some(b) = c else { None; }; d }"]);
    }
}
