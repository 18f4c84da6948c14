//! Futures that borrow what they must own, or that nobody waits for.

use syn::Expr;

use super::program::{cut_after, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropAsync, &DropAsyncMove, &DropAwait];

mutator!(
    /// `async fn fetch()`, which waits in its body, becomes `fn fetch()`.
    DropAsync, "bc_async_borrow" / "drop_async", Expected::Codes(&["E0728"]), Item, |program| {
        let waiting = program
            .functions
            .iter()
            .filter(|function| function.body.is_some_and(|body| program.text_of(body).contains(".await")))
            .map(|function| function.signature);
        waiting.filter_map(|one| one.asyncness.as_ref().map(|token| vec![up_to(token, &one.fn_token)])).collect()
    }
);

mutator!(
    /// `async move { ... }` becomes `async { ... }`.
    DropAsyncMove, "bc_async_borrow" / "drop_async_move", Expected::Codes(&["E0373", "E0506", "E0515", "E0521", "E0597"]), Body, |program| {
        let moved = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Async(found) => found.capture.as_ref().map(|token| vec![up_to(token, &found.block)]),
            _ => None,
        });
        moved.collect()
    }
);

mutator!(
    /// `fetch(key).await` becomes `fetch(key)`.
    DropAwait, "bc_async_borrow" / "drop_await", Expected::Codes(&["E0277", "E0308", "E0368", "E0369", "E0599", "E0608", "E0609"]), Body, |program| {
        let awaited = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Await(found) => Some(vec![cut_after(&found.base, found)]),
            _ => None,
        });
        awaited.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn move_await_and_async_go() {
        assert_eq!(made("pub async fn a() { b().await }", "drop_async"), ["pub fn a() { b().await }"]);
        assert_eq!(made("async fn a() { b() }", "drop_async"), [""; 0]);
        assert_eq!(made("fn a() { b(async move { c }) }", "drop_async_move"), ["fn a() { b(async { c }) }"]);
        assert_eq!(made("async fn a() { b().await + 1 }", "drop_await"), ["async fn a() { b() + 1 }"]);
    }
}
