//! The combinator beside the one that is meant.

use syn::Expr;

use super::program::replaced;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&EagerForLazy, &LazyForEager, &MapForAndThen, &MapForFilterMap];

/// An Option or Result remains where a value was.
const INSIDE: Expected = Expected::Codes(&[
    "E0271", "E0277", "E0308", "E0369", "E0599", "E0600", "E0608", "E0609", "E0614", "E0624", "E0631",
]);

mutator!(
    /// `unwrap_or_else(|| 0)` becomes `unwrap_or(|| 0)`.
    EagerForLazy, "rh_combinators" / "eager_for_lazy", Expected::Codes(&["E0271", "E0277", "E0308", "E0631"]), Body, |program| {
        renamed(program, &[("unwrap_or_else", "unwrap_or"), ("ok_or_else", "ok_or"), ("or_else", "or")])
    }
);

mutator!(
    /// `unwrap_or(0)` becomes `unwrap_or_else(0)`.
    LazyForEager, "rh_combinators" / "lazy_for_eager", Expected::Codes(&["E0277", "E0618"]), Body, |program| {
        renamed(program, &[("unwrap_or", "unwrap_or_else"), ("ok_or", "ok_or_else")])
    }
);

mutator!(
    /// `and_then(parse)` becomes `map(parse)`.
    MapForAndThen, "rh_combinators" / "map_for_and_then", INSIDE, Body, |program| {
        renamed(program, &[("and_then", "map")])
    }
);

mutator!(
    /// `filter_map(parse)` becomes `map(parse)`.
    MapForFilterMap, "rh_combinators" / "map_for_filter_map", INSIDE, Body, |program| {
        renamed(program, &[("filter_map", "map"), ("flat_map", "map")])
    }
);

fn renamed(program: &Program<'_>, names: &[(&str, &str)]) -> Vec<Vec<Edit>> {
    let calls = names.iter().flat_map(|&(from, to)| program.calls(from, 1).map(move |call| (call, to)));
    // A path may name a function that is called, a closure, or a value: rustc knows.
    let meant = calls.filter(|(call, _)| !matches!(call.args[0], Expr::Macro(_)));
    meant.map(|(call, to)| vec![replaced(&call.method, to)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_combinator_gets_the_name_of_its_neighbour() {
        assert_eq!(made("fn a() { b.unwrap_or_else(|| 1) }", "eager_for_lazy"), ["fn a() { b.unwrap_or(|| 1) }"]);
        assert_eq!(made("fn a() { b.ok_or(1) }", "lazy_for_eager"), ["fn a() { b.ok_or_else(1) }"]);
        assert_eq!(made("fn a() { b.and_then(c) }", "map_for_and_then"), ["fn a() { b.map(c) }"]);
    }
}
