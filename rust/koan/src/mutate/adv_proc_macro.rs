//! Derives and attributes of macro crates, used without their import, without each other, or by a name that they do not have.

use syn::spanned::Spanned;
use syn::{Attribute, Item, Meta};

use super::imports::imports;
use super::program::gone;
use super::tb_derive::{derives, without};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropDerive, &DropHelper, &DropImport, &MisspeltDerive, &MisspeltHelper];

mutator!(
    /// `#[derive(Debug, Fields)]` becomes `#[derive(Debug)]`, and the derive's own attributes stay.
    DropDerive, "adv_proc_macro" / "drop_derive", Expected::Message(&["cannot find attribute"]), Item, |program| {
        let with_helpers = derives(program).into_iter().filter(|derive| helpers(program).iter().any(|(_, derived)| *derived == derive.start()));
        with_helpers.filter_map(|derive| without(&derive, |name| !is_known(name))).collect()
    }
);

mutator!(
    /// `#[field(rename = "size")]` is gone.
    DropHelper, "adv_proc_macro" / "drop_helper", Expected::Codes(&["E0277", "E0308", "E0599"]), Remote, |program| {
        helpers(program).into_iter().map(|(attribute, _)| vec![gone(program.text, attribute)]).collect()
    }
);

mutator!(
    /// `use fields::Fields` is gone.
    DropImport, "adv_proc_macro" / "drop_import", Expected::Message(&["cannot find derive macro", "cannot find attribute"]), Remote, |program| {
        let derived: Vec<String> = derives(program).iter().flat_map(|derive| derive.derived().map(str::to_owned).collect::<Vec<_>>()).collect();
        let macros = imports(program).into_iter().filter(|import| derived.iter().any(|name| import.name() == name));
        let foreign = macros.filter(|import| !["std", "core", "alloc"].iter().any(|own| import.path.starts_with(&format!("{own}::"))));
        foreign.map(|import| vec![import.removed(program)]).collect()
    }
);

mutator!(
    /// `#[derive(Fields)]` becomes `#[derive(Field)]`, or the other way round.
    MisspeltDerive, "adv_proc_macro" / "misspelt_derive", Expected::Message(&["cannot find derive macro"]), Item, |program| {
        let names = derives(program).into_iter().flat_map(|derive| derive.ranges().collect::<Vec<_>>());
        let foreign = names.filter(|(_, name)| !is_known(name));
        foreign.map(|(range, name)| vec![misspelt(range.end, &name)]).collect()
    }
);

mutator!(
    /// `#[field(skip)]` becomes `#[fields(skip)]`, or the other way round.
    MisspeltHelper, "adv_proc_macro" / "misspelt_helper", Expected::Message(&["cannot find attribute"]), Item, |program| {
        let names = helpers(program).into_iter().filter_map(|(attribute, _)| attribute.path().get_ident());
        names.map(|name| vec![misspelt(name.span().byte_range().end, &name.to_string())]).collect()
    }
);

/// A plural for a singular, and the other way round.
fn misspelt(end: usize, name: &str) -> Edit {
    match name.strip_suffix('s') {
        Some(_) => Edit { start: end - 1, end, replacement: String::new() },
        None => Edit { start: end, end, replacement: "s".to_owned() },
    }
}

/// The attributes in types with a derive of a macro crate, which that derive reads, and where the derive begins.
fn helpers<'a>(program: &Program<'a>) -> Vec<(&'a Attribute, usize)> {
    let foreign: Vec<_> =
        derives(program).into_iter().filter(|derive| derive.derived().any(|name| !is_known(name))).collect();
    let mut found = Vec::new();
    for &item in &program.items {
        let all = attributes(item);
        let Some(derive) =
            foreign.iter().find(|derive| all.iter().any(|own| own.span().byte_range().start == derive.start()))
        else {
            continue;
        };
        found.extend(
            all.into_iter().filter(|attribute| !is_builtin(attribute)).map(|attribute| (attribute, derive.start())),
        );
    }
    found
}

/// The attributes of a type, of its variants and of their fields.
fn attributes(item: &Item) -> Vec<&Attribute> {
    match item {
        Item::Struct(found) => found.attrs.iter().chain(found.fields.iter().flat_map(|field| &field.attrs)).collect(),
        Item::Enum(found) => {
            let inner = found
                .variants
                .iter()
                .flat_map(|variant| variant.attrs.iter().chain(variant.fields.iter().flat_map(|field| &field.attrs)));
            found.attrs.iter().chain(inner).collect()
        }
        _ => Vec::new(),
    }
}

fn is_builtin(attribute: &Attribute) -> bool {
    const NAMES: [&str; 12] = [
        "allow",
        "cfg",
        "cfg_attr",
        "default",
        "deny",
        "deprecated",
        "derive",
        "doc",
        "expect",
        "must_use",
        "non_exhaustive",
        "repr",
    ];
    attribute.path().get_ident().is_none_or(|name| NAMES.iter().any(|known| name == known))
        || matches!(attribute.meta, Meta::NameValue(_))
}

/// Whether a derive is std's, or one that has a family of its own.
fn is_known(name: &str) -> bool {
    ["Clone", "Copy", "Debug", "Default", "Eq", "Error", "Hash", "Ord", "PartialEq", "PartialOrd"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const ITEM: &str = "use fields::Fields;\n#[derive(Debug, Fields)]\nstruct A {\n    #[field(skip)]\n    b: u8,\n}\n";

    #[test]
    fn a_derive_is_not_found() {
        assert_eq!(made(ITEM, "drop_import"), [ITEM.replace("use fields::Fields;\n", "")]);
        assert_eq!(made(ITEM, "misspelt_derive"), [ITEM.replace(", Fields)", ", Field)")]);
        assert_eq!(made("#[derive(Debug)] struct A;", "misspelt_derive"), [""; 0]);
    }

    #[test]
    fn what_a_derive_reads_is_not_as_it_wants() {
        assert_eq!(made(ITEM, "drop_derive"), [ITEM.replace(", Fields)", ")")]);
        assert_eq!(made(ITEM, "drop_helper"), [ITEM.replace("#[field(skip)]\n    ", "")]);
        assert_eq!(made(ITEM, "misspelt_helper"), [ITEM.replace("#[field(", "#[fields(")]);
    }
}
