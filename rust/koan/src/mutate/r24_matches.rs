//! Matches that only say true or false.

use std::ops::Range;

use proc_macro2::TokenTree;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Expr, Macro, Token, UnOp};

use super::{Expected, Mutator, Position, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&IfLetBool, &MatchBool, &NegatedMatch];

const BOOLS: Expected = Expected::Lint("clippy::match_like_matches_macro");

mutator!(
    /// `matches!(light, Light::Red)` becomes `if let Light::Red = light { true } else { false }`.
    IfLetBool, "r24_matches" / "if_let_bool", BOOLS, Body, |program| {
        let written = |question: &Question| {
            let Question { value, pattern, guarded, negated, .. } = question;
            (!guarded).then(|| format!("if let {pattern} = {value} {{ {} }} else {{ {negated} }}", !negated))
        };
        spelt(program, written)
    }
);

mutator!(
    /// `matches!(light, Light::Red)` becomes `match light { Light::Red => true, _ => false }`.
    MatchBool, "r24_matches" / "match_bool", BOOLS, Body, |program| {
        spelt(program, |question| (!question.negated).then(|| arms(question)))
    }
);

mutator!(
    /// `!matches!(light, Light::Red)` becomes `match light { Light::Red => false, _ => true }`.
    NegatedMatch, "r24_matches" / "negated_match", BOOLS, Body, |program| {
        spelt(program, |question| question.negated.then(|| arms(question)))
    }
);

/// A call of `matches!` that stands by itself.
struct Question<'a> {
    range: Range<usize>,
    value: &'a str,
    /// With its guard.
    pattern: &'a str,
    guarded: bool,
    negated: bool,
}

fn arms(question: &Question<'_>) -> String {
    let Question { value, pattern, negated, .. } = question;
    format!("match {value} {{ {pattern} => {}, _ => {negated} }}", !negated)
}

fn spelt(program: &Program<'_>, written: impl Fn(&Question<'_>) -> Option<String>) -> Vec<Vec<Edit>> {
    let questions = program.expressions.iter().filter_map(|expression| {
        let question = question(program, expression)?;
        let replacement = written(&question)?;
        Some(vec![Edit { start: question.range.start, end: question.range.end, replacement }])
    });
    questions.collect()
}

fn question<'a>(program: &Program<'a>, expression: &'a Expr) -> Option<Question<'a>> {
    let (call, negated) = match expression {
        Expr::Macro(found) => (&found.mac, false),
        Expr::Unary(found) if matches!(found.op, UnOp::Not(_)) => match &*found.expr {
            Expr::Macro(inner) => (&inner.mac, true),
            _ => return None,
        },
        _ => return None,
    };
    let named = call.path.segments.last().is_some_and(|segment| segment.ident == "matches");
    if !named || program.position(expression) != Position::Free {
        return None;
    }
    let value = value(call)?;
    let (inside, value_range) = (call.tokens.span().byte_range(), value.span().byte_range());
    let rest = &program.text[value_range.end..inside.end];
    let pattern = rest.trim_start().strip_prefix(',')?.trim();
    let guarded = call.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "if"));
    Some(Question {
        range: expression.span().byte_range(),
        value: &program.text[value_range],
        pattern: pattern.strip_suffix(',').unwrap_or(pattern).trim_end(),
        guarded,
        negated,
    })
}

/// The first argument; none where its brackets would be the match's, or where a comment could swallow what follows.
fn value(call: &Macro) -> Option<Expr> {
    let first = |input: syn::parse::ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(value)
    };
    first
        .parse2(call.tokens.clone())
        .ok()
        .filter(|value| !matches!(value, Expr::Struct(_) | Expr::If(_) | Expr::Match(_)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_question_is_spelt_out() {
        let text = "fn a() -> bool { matches!(b.c(d, e), Some(1) | None,) }";
        assert_eq!(
            made(text, "match_bool"),
            ["fn a() -> bool { match b.c(d, e) { Some(1) | None => true, _ => false } }"]
        );
        assert_eq!(
            made(text, "if_let_bool"),
            ["fn a() -> bool { if let Some(1) | None = b.c(d, e) { true } else { false } }"]
        );
    }

    #[test]
    fn guards_and_negations_are_kept() {
        let text = "fn a() -> bool { !matches!(b, Some(c) if c > 1) }";
        assert_eq!(
            made(text, "negated_match"),
            ["fn a() -> bool { match b { Some(c) if c > 1 => false, _ => true } }"]
        );
        assert_eq!(made(text, "match_bool").len() + made(text, "if_let_bool").len(), 0);
        let text = "fn a() -> bool { !matches!(b, Some(_)) }";
        assert_eq!(made(text, "if_let_bool"), ["fn a() -> bool { if let Some(_) = b { false } else { true } }"]);
    }

    #[test]
    fn a_question_inside_of_another_expression_stays() {
        for text in ["if matches!(b, c) {}", "matches!(b, c) && d", "matches!(B { c }, d)", "assert!(matches!(b, c))"] {
            let text = format!("fn a() {{ {text} }}");
            assert_eq!(made(&text, "match_bool"), [""; 0], "{text}");
        }
    }
}
