//! Closures that return a future, where an async closure lends it what it needs.

use syn::spanned::Spanned;
use syn::{Expr, ExprClosure};

use super::program::{after, before, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BlockBorrows, &BlockEscapes, &BlockMoves, &DropAsync];

mutator!(
    /// `async |id| fetch(id).await` becomes `|id| async { fetch(id).await }`, which borrows what ends with the call.
    BlockBorrows, "r24_async_closure" / "block_borrows", Expected::Codes(&["E0373"]), Body, |program| {
        closures(program).filter(|found| !found.inputs.is_empty()).map(|found| block(found, "async")).collect()
    }
);

mutator!(
    /// `async || total += 1` becomes `|| async { total += 1 }`, whose borrow of `total` outlives the call.
    BlockEscapes, "r24_async_closure" / "block_escapes", ESCAPES, Body, |program| {
        closures(program).filter(|found| found.inputs.is_empty()).map(|found| block(found, "async")).collect()
    }
);

mutator!(
    /// `async |id| log.push(id)` becomes `|id| async move { log.push(id) }`, which can be called once.
    BlockMoves, "r24_async_closure" / "block_moves", Expected::Codes(&["E0507", "E0525"]), Body, |program| {
        closures(program).map(|found| block(found, "async move")).collect()
    }
);

mutator!(
    /// `async |id| fetch(id).await` becomes `|id| fetch(id).await`.
    DropAsync, "r24_async_closure" / "drop_async", Expected::Codes(&["E0277", "E0728"]), Body, |program| {
        closures(program).filter_map(|found| Some(vec![unmarked(found)?])).collect()
    }
);

const ESCAPES: Expected = Expected::Message(&["captured variable cannot escape `FnMut` closure body"]);

fn closures<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a ExprClosure> {
    program.expressions.iter().filter_map(|expression| match expression {
        Expr::Closure(found) if found.asyncness.is_some() && found.output.span().byte_range().is_empty() => Some(found),
        _ => None,
    })
}

/// The closure without `async`, and its body in a block of this kind.
fn block(found: &ExprClosure, kind: &str) -> Vec<Edit> {
    let edits = match &*found.body {
        Expr::Block(_) => vec![before(&found.body, format!("{kind} "))],
        body => vec![before(body, format!("{kind} {{ ")), after(body, " }")],
    };
    unmarked(found).into_iter().chain(edits).collect()
}

fn unmarked(found: &ExprClosure) -> Option<Edit> {
    let token = found.asyncness.as_ref()?;
    Some(found.capture.as_ref().map_or_else(|| up_to(token, &found.inputs_begin), |next| up_to(token, next)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_closure_returns_a_block() {
        let text = "fn a() { b(async |c| d(c).await) }";
        assert_eq!(made(text, "block_borrows"), ["fn a() { b(|c| async { d(c).await }) }"]);
        assert_eq!(made(text, "block_moves"), ["fn a() { b(|c| async move { d(c).await }) }"]);
        assert_eq!(made(text, "drop_async"), ["fn a() { b(|c| d(c).await) }"]);
        assert_eq!(
            made("fn a() { b(async move || { c += 1; }) }", "block_escapes"),
            ["fn a() { b(move || async { c += 1; }) }"]
        );
    }

    #[test]
    fn what_is_no_async_closure_stays() {
        assert_eq!(made("fn a() { b(|c| async move { c }); b(async || 1) }", "block_borrows"), [""; 0]);
    }
}
