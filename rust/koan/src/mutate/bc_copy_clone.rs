//! Types that were copied, and are moved where Copy is gone.

use syn::Item;

use super::program::replaced;
use super::tb_derive::{derives, without};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropCopy, &DropCopyImpl];

const MOVED: Expected = Expected::Codes(&["E0382", "E0505", "E0507", "E0509"]);

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
}
