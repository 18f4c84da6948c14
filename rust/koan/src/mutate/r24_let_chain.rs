//! Conditions that are nested where one chain would do, which edition 2024 allows with `let`.

use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprIf};

use super::nest::{closing, opening};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&NestBinding, &NestCondition];

const COLLAPSIBLE: Expected = Expected::Lint("clippy::collapsible_if");

mutator!(
    /// `if ready && let Some(found) = list.first() {` becomes `if ready { if let Some(found) = list.first() {`.
    NestBinding, "r24_let_chain" / "nest_binding", COLLAPSIBLE, Body, |program| {
        nested(program, |inner| matches!(inner, Expr::Let(_)))
    }
);

mutator!(
    /// `if let Some(found) = list.first() && *found > 1 {` becomes `if let Some(found) = list.first() { if *found > 1 {`.
    NestCondition, "r24_let_chain" / "nest_condition", COLLAPSIBLE, Body, |program| {
        nested(program, |inner| !matches!(inner, Expr::Let(_)))
    }
);

/// Every chain, parted before each condition that `fits` picks.
fn nested(program: &Program<'_>, fits: impl Fn(&Expr) -> bool) -> Vec<Vec<Edit>> {
    let conditions = program.expressions.iter().filter_map(|expression| match expression {
        // What an `else` belongs to would change.
        Expr::If(found) if found.else_branch.is_none() => Some(found),
        _ => None,
    });
    let parted = conditions.flat_map(|found| {
        let links = links(&found.cond);
        let has_let = links.iter().any(|link| matches!(link, Expr::Let(_)));
        let pairs = links.windows(2).filter(|pair| has_let && fits(pair[1]));
        pairs.filter_map(|pair| part(program, found, pair[0], pair[1])).collect::<Vec<_>>()
    });
    parted.collect()
}

fn part(program: &Program<'_>, found: &ExprIf, last: &Expr, next: &Expr) -> Option<Vec<Edit>> {
    let (start, end) = (last.span().byte_range().end, next.span().byte_range().start);
    let (condition, body) = (found.cond.span().byte_range().end, found.then_branch.span().byte_range().start);
    // A comment between them explains the chain.
    let blank = program.text[start..end].trim() == "&&" && program.text[condition..body].trim().is_empty();
    let mut edits = vec![Edit { start, end, replacement: opening(program, &found.then_branch, "if ") }];
    if program.text[condition..body].contains('\n') {
        edits.push(Edit { start: condition, end: body, replacement: " ".to_owned() });
    }
    edits.extend(closing(program, &found.then_branch));
    blank.then_some(edits)
}

/// The conditions of a chain, in their order.
fn links(condition: &Expr) -> Vec<&Expr> {
    let mut links = Vec::new();
    let mut rest = condition;
    while let Expr::Binary(found) = rest
        && matches!(found.op, BinOp::And(_))
    {
        links.push(&*found.right);
        rest = &found.left;
    }
    links.push(rest);
    links.reverse();
    links
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_chain_is_parted_into_two_conditions() {
        let text = "fn a() { if b && let Some(c) = d && c > 1 { e(c); } }";
        assert_eq!(made(text, "nest_binding"), ["fn a() { if b { if let Some(c) = d && c > 1 { e(c); } } }"]);
        assert_eq!(made(text, "nest_condition"), ["fn a() { if b && let Some(c) = d { if c > 1 { e(c); } } }"]);
    }

    #[test]
    fn the_lines_of_the_body_stay_as_they_are() {
        let text = "fn a() {\n    if let Some(b) = c\n        && b > 1\n    {\n        d(b);\n    }\n}\n";
        let expected = "fn a() {\n    if let Some(b) = c {\n        if b > 1 {\n        d(b);\n        }\n    }\n}\n";
        assert_eq!(made(text, "nest_condition"), [expected]);
    }

    #[test]
    fn chains_without_let_or_with_else_are_left_alone() {
        for chain in
            ["if b && c { d(); }", "if let Some(b) = c && b > 1 { d } else { e }", "if let Some(b) = c { d(); }"]
        {
            let text = format!("fn a() {{ {chain} }}");
            assert_eq!(made(&text, "nest_condition").len() + made(&text, "nest_binding").len(), 0, "{chain}");
        }
    }
}
