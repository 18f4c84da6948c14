//! Derives that are missing, and that something else in the program needs.

use std::ops::Range;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Item, Path, Token};

use super::program::gone;
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropClone, &DropComparison, &DropDebug, &DropDefault, &DropHash];

mutator!(
    /// `Clone` is gone from a derive.
    DropClone, "tb_derive" / "drop_clone_derive", Expected::Codes(&["E0277", "E0599", "E0308"]), Remote,
    |program| each(program, &["Clone"])
);

mutator!(
    /// Equality or an order is gone, with what is built on it.
    DropComparison, "tb_derive" / "drop_comparison", Expected::Codes(&["E0277", "E0369", "E0599"]), Remote, |program| {
        let groups: [&[&str]; 4] =
            [&["Ord"], &["PartialOrd", "Ord"], &["Eq", "Ord"], &["PartialEq", "Eq", "PartialOrd", "Ord"]];
        groups.iter().flat_map(|group| each(program, group)).collect()
    }
);

mutator!(
    /// `Debug` is gone.
    DropDebug, "tb_derive" / "drop_debug", Expected::Codes(&["E0277"]), Remote, |program| each(program, &["Debug"])
);

mutator!(
    /// `Default` is gone, with the attribute of the variant that was the default.
    DropDefault, "tb_derive" / "drop_default", Expected::Codes(&["E0277", "E0599"]), Remote, |program| {
        let found = each(program, &["Default"]).into_iter();
        found.map(|edits| [edits.clone(), marks(program, &edits)].concat()).collect()
    }
);

mutator!(
    /// `Hash` is gone.
    DropHash, "tb_derive" / "drop_hash", Expected::Codes(&["E0277", "E0599"]), Remote, |program| each(program, &["Hash"])
);

/// The `#[default]` of the enum that those edits are in, without it.
fn marks(program: &Program<'_>, edits: &[Edit]) -> Vec<Edit> {
    let enums = program.items.iter().filter_map(|item| match item {
        Item::Enum(found) if edits.iter().all(|edit| item.span().byte_range().contains(&edit.start)) => Some(found),
        _ => None,
    });
    let attributes = enums.flat_map(|found| &found.variants).flat_map(|variant| &variant.attrs);
    let marks = attributes.filter(|attribute| attribute.path().is_ident("default"));
    marks.map(|attribute| gone(program.text, attribute)).collect()
}

/// One `#[derive(...)]`: its lines, and the bytes and the last name of each path in it.
pub(super) struct Derive {
    whole: Range<usize>,
    names: Vec<(Range<usize>, String)>,
}

impl Derive {
    /// Its first byte.
    pub(super) fn start(&self) -> usize {
        self.whole.start
    }

    /// What is derived, by the last name of each path.
    pub(super) fn derived(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(_, name)| name.as_str())
    }

    /// What is derived, and the bytes of each path.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (Range<usize>, String)> {
        self.names.clone().into_iter()
    }
}

/// All derives of the program's types.
pub(super) fn derives(program: &Program<'_>) -> Vec<Derive> {
    let attributes = program.items.iter().flat_map(|item| match item {
        Item::Struct(item) => item.attrs.as_slice(),
        Item::Enum(item) => item.attrs.as_slice(),
        Item::Union(item) => item.attrs.as_slice(),
        _ => &[],
    });
    attributes.filter_map(|attribute| derive(program.text, attribute)).collect()
}

/// A derive without the names that `gone` picks; the whole attribute where none is left. None where nothing goes.
pub(super) fn without(derive: &Derive, gone: impl Fn(&str) -> bool) -> Option<Vec<Edit>> {
    let going = derive.names.iter().filter(|(_, name)| gone(name)).count();
    if going == 0 {
        return None;
    }
    if going == derive.names.len() {
        return Some(vec![Edit { start: derive.whole.start, end: derive.whole.end, replacement: String::new() }]);
    }
    let first_kept = derive.names.iter().position(|(_, name)| !gone(name)).unwrap_or_default();
    let edits = derive.names.iter().enumerate().filter(|(_, (_, name))| gone(name)).map(|(index, (range, _))| {
        // Before the first that stays a name goes with the comma behind it, after it with the one before.
        let (start, end) = if index < first_kept {
            (range.start, derive.names[index + 1].0.start)
        } else {
            (derive.names[index - 1].0.end, range.end)
        };
        Edit { start, end, replacement: String::new() }
    });
    Some(edits.collect())
}

fn each(program: &Program<'_>, names: &[&str]) -> Vec<Vec<Edit>> {
    let found = derives(program).into_iter().filter(|derive| derive.names.iter().any(|(_, name)| name == names[0]));
    found.filter_map(|derive| without(&derive, |name| names.contains(&name))).collect()
}

fn derive(text: &str, attribute: &Attribute) -> Option<Derive> {
    if !attribute.path().is_ident("derive") {
        return None;
    }
    let paths = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
    let names =
        paths.iter().filter_map(|path| Some((path.span().byte_range(), path.segments.last()?.ident.to_string())));
    let mut whole = attribute.span().byte_range();
    // With its line, where it has one of its own.
    let rest = &text[whole.end..];
    whole.end += rest.len() - rest.trim_start().len();
    Some(Derive { whole, names: names.collect() })
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_derive_goes_alone_first_last_or_between() {
        let text = "#[derive(Debug, Clone, Hash)]\nstruct A;\n";
        assert_eq!(made(text, "drop_debug"), ["#[derive(Clone, Hash)]\nstruct A;\n"]);
        assert_eq!(made(text, "drop_clone_derive"), ["#[derive(Debug, Hash)]\nstruct A;\n"]);
        assert_eq!(made(text, "drop_hash"), ["#[derive(Debug, Clone)]\nstruct A;\n"]);
        assert_eq!(made("/// A.\n#[derive(Debug)]\n    struct A;\n", "drop_debug"), ["/// A.\nstruct A;\n"]);
    }

    #[test]
    fn the_default_of_an_enum_goes_with_its_mark() {
        let text = "#[derive(Debug, Default)]\nenum A {\n    B,\n    #[default]\n    C,\n}\n";
        assert_eq!(made(text, "drop_default"), ["#[derive(Debug)]\nenum A {\n    B,\n    C,\n}\n"]);
    }

    #[test]
    fn what_is_built_on_a_comparison_goes_with_it() {
        let text = "#[derive(PartialEq, Debug, Eq, PartialOrd, Ord)]\nstruct A;\n";
        let found = made(text, "drop_comparison");
        assert!(found.contains(&"#[derive(Debug)]\nstruct A;\n".to_owned()), "{found:?}");
        assert!(found.contains(&"#[derive(PartialEq, Debug, Eq)]\nstruct A;\n".to_owned()), "{found:?}");
    }
}
