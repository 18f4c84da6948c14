//! Closures that copy or clone what they are given, where `copied` and `cloned` are meant.

use super::noun::element;
use super::program::replaced;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&MapClone, &MapCloneCopied, &MapDereference, &MapPattern];

const EXPLICIT: Expected = Expected::Lint("clippy::map_clone");

mutator!(
    /// `names.iter().cloned()` becomes `names.iter().map(|name| name.clone())`.
    MapClone, "r24_copied" / "map_clone", EXPLICIT, Body, |program| {
        mapped(program, "cloned", |name| format!("map(|{name}| {name}.clone())"))
    }
);

mutator!(
    /// `prices.iter().copied()` becomes `prices.iter().map(|price| price.clone())`.
    MapCloneCopied, "r24_copied" / "map_clone_copied", EXPLICIT, Body, |program| {
        mapped(program, "copied", |name| format!("map(|{name}| {name}.clone())"))
    }
);

mutator!(
    /// `prices.iter().copied()` becomes `prices.iter().map(|price| *price)`.
    MapDereference, "r24_copied" / "map_dereference", EXPLICIT, Body, |program| {
        mapped(program, "copied", |name| format!("map(|{name}| *{name})"))
    }
);

mutator!(
    /// `prices.iter().copied()` becomes `prices.iter().map(|&price| price)`.
    MapPattern, "r24_copied" / "map_pattern", EXPLICIT, Body, |program| {
        mapped(program, "copied", |name| format!("map(|&{name}| {name})"))
    }
);

fn mapped(program: &Program<'_>, method: &str, written: impl Fn(&str) -> String) -> Vec<Vec<Edit>> {
    let calls = program.calls(method, 0).filter(|call| call.turbofish.is_none());
    let edits = calls.map(|call| {
        let start = replaced(&call.method, "").start;
        vec![Edit { start, end: replaced(call, "").end, replacement: written(&element(&call.receiver)) }]
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_closure_copies_what_it_is_given() {
        let text = "fn a() { prices.iter().copied().sum() }";
        assert_eq!(made(text, "map_dereference"), ["fn a() { prices.iter().map(|price| *price).sum() }"]);
        assert_eq!(made(text, "map_pattern"), ["fn a() { prices.iter().map(|&price| price).sum() }"]);
        assert_eq!(made(text, "map_clone_copied"), ["fn a() { prices.iter().map(|price| price.clone()).sum() }"]);
        assert_eq!(made("fn a() { b.c.cloned() }", "map_clone"), ["fn a() { b.c.map(|item| item.clone()) }"]);
    }
}
