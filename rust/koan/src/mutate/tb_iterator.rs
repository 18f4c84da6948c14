//! Iterators that are not collected, not begun, or of references where values are wanted.

use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropCollect, &DropCopied, &DropIter];

mutator!(
    /// `names.map(f).collect()` becomes `names.map(f)`.
    DropCollect, "tb_iterator" / "drop_collect", Expected::Codes(&["E0277", "E0308", "E0599"]), Body, |program| {
        program.without_calls(&["collect"], 0)
    }
);

mutator!(
    /// `numbers.iter().copied().max()` becomes `numbers.iter().max()`.
    DropCopied, "tb_iterator" / "drop_copied", Expected::Codes(&["E0271", "E0277", "E0308"]), Body, |program| {
        program.without_calls(&["copied", "cloned"], 0)
    }
);

mutator!(
    /// `numbers.iter().max()` becomes `numbers.max()`.
    DropIter, "tb_iterator" / "drop_iter", Expected::Codes(&["E0277", "E0599", "E0614"]), Body, |program| {
        program.without_calls(&["iter", "iter_mut", "into_iter", "chars", "values"], 0)
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_step_of_the_chain_goes_with_its_turbofish() {
        assert_eq!(made("fn a() { b.c().collect::<Vec<_>>().d() }", "drop_collect"), ["fn a() { b.c().d() }"]);
        assert_eq!(made("fn a() { b.iter().copied() }", "drop_iter"), ["fn a() { b.copied() }"]);
        assert_eq!(made("fn a() { b.iter().copied() }", "drop_copied"), ["fn a() { b.iter() }"]);
    }
}
