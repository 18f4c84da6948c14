//! Errors by thiserror: conversions, messages and derives that are missing, and messages that name no field.

use proc_macro2::TokenTree;
use syn::{Attribute, Item, ItemEnum, Meta};

use super::program::gone;
use super::tb_derive::{derives, without};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropDebug, &DropDerive, &DropFrom, &DropMessage, &UnknownField];

mutator!(
    /// `#[derive(Debug, Error)]` becomes `#[derive(Error)]`.
    DropDebug, "rh_thiserror" / "drop_debug", Expected::Codes(&["E0277"]), Item, |program| {
        let errors = derives(program).into_iter().filter(|derive| derive.derived().any(|name| name == "Error"));
        errors.filter_map(|derive| without(&derive, |name| name == "Debug")).collect()
    }
);

mutator!(
    /// `#[derive(Debug, Error)]` becomes `#[derive(Debug)]`, and `#[error("..")]` stays.
    DropDerive, "rh_thiserror" / "drop_derive", Expected::Message(&["cannot find attribute"]), Item, |program| {
        derives(program).into_iter().filter_map(|derive| without(&derive, |name| name == "Error")).collect()
    }
);

mutator!(
    /// `Io(#[from] io::Error)` becomes `Io(io::Error)`.
    DropFrom, "rh_thiserror" / "drop_from", Expected::Codes(&["E0277"]), Remote, |program| {
        let variants = errors(program).into_iter().flat_map(|found| &found.variants);
        let attributes = variants.flat_map(|variant| &variant.fields).flat_map(|field| &field.attrs);
        let from = attributes.filter(|attribute| matches!(&attribute.meta, Meta::Path(path) if path.is_ident("from")));
        from.map(|attribute| vec![gone(program.text, attribute)]).collect()
    }
);

mutator!(
    /// The `#[error("..")]` of one variant is gone.
    DropMessage, "rh_thiserror" / "drop_message", Expected::Message(&["missing #[error(\"...\")] display attribute"]), Item, |program| {
        let several = errors(program).into_iter().filter(|found| found.variants.len() > 1);
        several.flat_map(messages).map(|attribute| vec![gone(program.text, attribute)]).collect()
    }
);

mutator!(
    /// `#[error("bad {name}")]` becomes `#[error("bad {names}")]`, and `{0}` becomes `{1}`.
    UnknownField, "rh_thiserror" / "unknown_field", Expected::Codes(&["E0425"]), Item, |program| {
        let named = errors(program).into_iter().flat_map(messages).filter_map(|attribute| {
            let Meta::List(list) = &attribute.meta else { return None };
            let TokenTree::Literal(literal) = list.tokens.clone().into_iter().next()? else { return None };
            let start = literal.span().byte_range().start;
            let text = &program.text[literal.span().byte_range()];
            let open = text.match_indices('{').map(|(at, _)| at).find(|&at| {
                !text[..at].ends_with('{') && text[at + 1..].starts_with(|first: char| first.is_alphabetic())
            })?;
            let length = text[open + 1..].find([':', '}'])?;
            let at = start + open + 1 + length;
            Some(vec![Edit { start: at, end: at, replacement: "s".to_owned() }])
        });
        named.collect()
    }
);

/// Enums that derive `Error`.
fn errors<'a>(program: &Program<'a>) -> Vec<&'a ItemEnum> {
    let deriving: Vec<usize> = derives(program)
        .iter()
        .filter(|derive| derive.derived().any(|name| name == "Error"))
        .map(super::tb_derive::Derive::start)
        .collect();
    let enums = program.items.iter().filter_map(|&item| match item {
        Item::Enum(found) => Some(found),
        _ => None,
    });
    let start = |attribute: &Attribute| syn::spanned::Spanned::span(attribute).byte_range().start;
    enums.filter(|found| found.attrs.iter().any(|attribute| deriving.contains(&start(attribute)))).collect()
}

/// The messages of its variants.
fn messages(found: &ItemEnum) -> Vec<&Attribute> {
    found
        .variants
        .iter()
        .flat_map(|variant| &variant.attrs)
        .filter(|attribute| attribute.path().is_ident("error"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const FAILURE: &str = "#[derive(Debug, Error)]\nenum A {\n    #[error(\"bad {name:?}\")]\n    B { name: u8 },\n    #[error(\"io\")]\n    C(#[from] D),\n}\n";

    #[test]
    fn conversions_messages_and_derives_go() {
        assert_eq!(made(FAILURE, "drop_from"), [FAILURE.replace("#[from] ", "")]);
        assert_eq!(made(FAILURE, "drop_message")[0], FAILURE.replace("#[error(\"bad {name:?}\")]\n    ", ""));
        assert_eq!(made(FAILURE, "drop_derive"), [FAILURE.replace(", Error)", ")")]);
        assert_eq!(made(FAILURE, "drop_debug"), [FAILURE.replace("Debug, ", "")]);
    }

    #[test]
    fn a_message_names_a_field_that_is_not_there() {
        assert_eq!(made(FAILURE, "unknown_field"), [FAILURE.replace("{name:?}", "{names:?}")]);
    }
}
