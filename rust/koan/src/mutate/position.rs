//! Where an expression stands, which decides what may stand there instead of it without brackets.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::{BinOp, Expr};

/// What is around an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Nothing that binds: an argument, a value, the end of a block.
    Free,
    /// Between `if`, `while` or `match` and its block.
    Condition,
    /// Beside `&&` or `||`.
    Junction,
    /// Beside an operator that binds more tightly, or before a dot.
    Operand,
}

/// The expressions directly inside of `around` that do not stand free.
pub(super) fn bound(around: &Expr) -> Vec<(Range<usize>, Position)> {
    let of = |expressions: &[&Expr], position| {
        expressions.iter().map(|expression| (expression.span().byte_range(), position)).collect()
    };
    match around {
        Expr::If(found) => of(&[&found.cond], Position::Condition),
        Expr::While(found) => of(&[&found.cond], Position::Condition),
        Expr::Match(found) => of(&[&found.expr], Position::Condition),
        Expr::Let(found) => of(&[&found.expr], Position::Operand),
        Expr::ForLoop(found) => of(&[&found.expr], Position::Condition),
        Expr::Binary(found) if matches!(found.op, BinOp::And(_) | BinOp::Or(_)) => {
            of(&[&found.left, &found.right], Position::Junction)
        }
        Expr::Binary(found) => of(&[&found.left, &found.right], Position::Operand),
        Expr::Unary(found) => of(&[&found.expr], Position::Operand),
        Expr::Reference(found) => of(&[&found.expr], Position::Operand),
        Expr::MethodCall(found) => of(&[&found.receiver], Position::Operand),
        Expr::Field(found) => of(&[&found.base], Position::Operand),
        Expr::Try(found) => of(&[&found.expr], Position::Operand),
        Expr::Await(found) => of(&[&found.base], Position::Operand),
        Expr::Cast(found) => of(&[&found.expr], Position::Operand),
        Expr::Index(found) => of(&[&found.expr], Position::Operand),
        Expr::Call(found) => of(&[&found.func], Position::Operand),
        Expr::Range(found) => {
            let ends: Vec<&Expr> = [&found.start, &found.end].into_iter().flatten().map(|end| &**end).collect();
            of(&ends, Position::Operand)
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Program;
    use super::*;

    #[test]
    fn an_expression_knows_what_binds_it() {
        let text = "fn a() { if b() { c(d()); !e() } else { f() && g() } }";
        let file = syn::parse_file(text).unwrap();
        let program = Program::new(text, &file);
        let position = |name: &str| {
            let found = program.expressions.iter().find(|expression| program.text_of(**expression) == name).unwrap();
            program.position(*found)
        };
        assert_eq!(position("b()"), Position::Condition);
        assert_eq!(position("d()"), Position::Free);
        assert_eq!(position("e()"), Position::Operand);
        assert_eq!(position("f()"), Position::Junction);
    }
}
