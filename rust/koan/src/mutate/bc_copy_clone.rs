//! Types that were copied, and are moved where Copy is gone.

use syn::Item;

use super::program::replaced;
use super::tb_derive::{derives, without};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropBoth, &DropCopy, &DropCopyImpl];

/// A type that is Copy may hold only such types, which is E0204.
const MOVED: Expected = Expected::Codes(&["E0204", "E0382", "E0505", "E0507", "E0509"]);

mutator!(
    /// `#[derive(Debug, Clone, Copy)]` becomes `#[derive(Debug)]`.
    DropBoth, "bc_copy_clone" / "drop_clone_and_copy", MOVED, Remote, |program| {
        let both = |name: &str| name == "Clone" || name == "Copy";
        let found = derives(program).into_iter().filter(|derive| derive.derived().filter(|name| both(name)).count() == 2);
        found.filter_map(|derive| without(&derive, both)).collect()
    }
);

mutator!(
    /// `#[derive(Clone, Copy)]` becomes `#[derive(Clone)]`.
    DropCopy, "bc_copy_clone" / "drop_copy", MOVED, Remote, |program| {
        derives(program).into_iter().filter_map(|derive| without(&derive, |name| name == "Copy")).collect()
    }
);

mutator!(
    /// `impl Copy for T {}` is gone.
    DropCopyImpl, "bc_copy_clone" / "drop_copy_impl", MOVED, Remote, |program| {
        let impls = program.items.iter().filter_map(|item| match item {
            Item::Impl(found) => found.trait_.as_ref().filter(|(path, _)| path.segments.last().is_some_and(|one| one.ident == "Copy")).map(|_| found),
            _ => None,
        });
        impls.map(|found| vec![replaced(found, "")]).collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn copy_goes_and_the_rest_of_the_derive_stays() {
        let text = "#[derive(Debug, Clone, Copy)]\nstruct A;\n#[derive(Copy)]\nstruct B;\n";
        assert_eq!(
            made(text, "drop_copy"),
            [
                "#[derive(Debug, Clone)]\nstruct A;\n#[derive(Copy)]\nstruct B;\n",
                "#[derive(Debug, Clone, Copy)]\nstruct A;\nstruct B;\n"
            ]
        );
        assert_eq!(made("impl Copy for A {}", "drop_copy_impl"), [""]);
    }

    #[test]
    fn clone_goes_with_copy_where_one_derive_has_both() {
        assert_eq!(
            made("#[derive(Clone, Debug, Copy)]\nstruct A;\n#[derive(Clone)]\nstruct B;\n", "drop_clone_and_copy"),
            ["#[derive(Debug)]\nstruct A;\n#[derive(Clone)]\nstruct B;\n"]
        );
    }
}
