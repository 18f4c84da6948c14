//! Bounds in a where clause.

use syn::spanned::Spanned;
use syn::{WhereClause, WherePredicate};

use super::program::replaced;
use super::tb_bounds::{generics, is_trait, without};
use super::{Expected, Mutator, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropPredicate, &DropWhereBound];

const MISSING: Expected =
    Expected::Codes(&["E0277", "E0282", "E0308", "E0369", "E0382", "E0507", "E0599", "E0614", "E0618"]);

mutator!(
    /// `where K: Hash + Eq, V: Clone` loses one of its predicates, or all of the clause where there is one.
    DropPredicate, "tb_where" / "drop_predicate", MISSING, Item, |program| {
        let clauses = generics(program).filter_map(|generics| generics.where_clause.as_ref());
        clauses.flat_map(|clause| (0..clause.predicates.len()).map(move |index| gone(clause, index))).collect()
    }
);

mutator!(
    /// `where K: Hash + Eq` becomes `where K: Hash`.
    DropWhereBound, "tb_where" / "drop_where_bound", MISSING, Item, |program| {
        let clauses = generics(program).filter_map(|generics| generics.where_clause.as_ref());
        let typed = clauses.flat_map(|clause| &clause.predicates).filter_map(|predicate| match predicate {
            WherePredicate::Type(found) if found.bounds.len() > 1 => Some(&found.bounds),
            _ => None,
        });
        typed.flat_map(|bounds| {
            (0..bounds.len()).filter(|&index| is_trait(&bounds[index])).map(move |index| without(0, bounds, index))
        }).collect()
    }
);

fn gone(clause: &WhereClause, index: usize) -> Vec<Edit> {
    let all = &clause.predicates;
    if all.len() == 1 {
        return vec![replaced(clause, "")];
    }
    let range = |index: usize| all[index].span().byte_range();
    let (start, end) = if index + 1 < all.len() {
        (range(index).start, range(index + 1).start)
    } else {
        (range(index - 1).end, range(index).end)
    };
    vec![Edit { start, end, replacement: String::new() }]
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_predicate_goes_with_its_comma_and_the_last_one_with_the_clause() {
        let text = "fn a<K, V>() where K: B + C, V: D, {}";
        assert_eq!(made(text, "drop_predicate"), ["fn a<K, V>() where V: D, {}", "fn a<K, V>() where K: B + C, {}"]);
        assert_eq!(
            made(text, "drop_where_bound"),
            ["fn a<K, V>() where K: C, V: D, {}", "fn a<K, V>() where K: B, V: D, {}"]
        );
        assert_eq!(made("fn a<K>() where K: B {}", "drop_predicate"), ["fn a<K>()  {}"]);
    }
}
