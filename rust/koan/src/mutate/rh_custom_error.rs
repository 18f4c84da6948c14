//! Errors of one type where another is returned.

use syn::{Item, Path};

use super::program::{cut_after, gone};
use super::{Expected, Mutator, foretold, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropFromImpl, &DropMapErr];

/// More lines than this nobody could infer.
const LINES: usize = 5;

mutator!(
    /// `impl From<ParseIntError> for Failure { ... }` is gone, if it is short.
    DropFromImpl, "rh_custom_error" / "drop_from_impl", Expected::Codes(&["E0277"]), Remote, |program| {
        let impls = program.items.iter().filter(|item| match item {
            Item::Impl(found) => found.trait_.as_ref().is_some_and(|(path, _)| ends(path, "From")),
            _ => false,
        });
        let short = impls.filter(|item| program.text_of(**item).lines().count() <= LINES && foretold(program, *item));
        short.map(|item| vec![gone(program.text, *item)]).collect()
    }
);

mutator!(
    /// `read(path).map_err(Failure::Io)?` becomes `read(path)?`.
    DropMapErr, "rh_custom_error" / "drop_map_err", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        let calls = program.calls("map_err", 1).filter(|call| foretold(program, &call.args[0]));
        calls.map(|call| vec![cut_after(&call.receiver, call)]).collect()
    }
);

fn ends(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|segment| segment.ident == name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_conversion_of_errors_goes() {
        assert_eq!(made("fn a() { b().map_err(C::D)? }", "drop_map_err"), ["fn a() { b()? }"]);
        let text = "impl From<A> for B {\n    fn from(a: A) -> Self { B(a) }\n}\n\nfn c() {}\n";
        assert_eq!(made(text, "drop_from_impl"), ["fn c() {}\n"]);
    }
}
