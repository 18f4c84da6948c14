//! Types that call every value equal and show none.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Item, Path, Token};

use crate::edit::{Edit, apply};
use crate::koan::source;

/// `program` with lying impls in place of the derives of `PartialEq` and `Debug`.
pub(super) fn lying_traits(program: &str) -> String {
    let found = source::with_file(program, |file| {
        let mut edits = Vec::new();
        let mut lies = String::new();
        for item in &file.items {
            let (attributes, name, generics) = match item {
                Item::Struct(item) => (&item.attrs, &item.ident, &item.generics),
                Item::Enum(item) => (&item.attrs, &item.ident, &item.generics),
                _ => continue,
            };
            if !generics.params.is_empty() {
                continue;
            }
            for attribute in attributes {
                let Some(derived) = derives(attribute) else { continue };
                let (taken, kept): (Vec<_>, Vec<_>) = derived.into_iter().partition(|name| lie(name, "").is_some());
                let replacement = format!("#[derive({})]", kept.join(", "));
                let range = attribute.span().byte_range();
                edits.push(Edit { start: range.start, end: range.end, replacement });
                lies.extend(taken.iter().filter_map(|derived| lie(derived, &name.to_string())));
            }
        }
        (edits, lies)
    });
    let (edits, lies) = found.unwrap_or_default();
    apply(program, &edits).unwrap_or_else(|_| program.to_owned()) + "\n" + &lies
}

fn derives(attribute: &Attribute) -> Option<Vec<String>> {
    if !attribute.path().is_ident("derive") {
        return None;
    }
    let paths = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
    Some(paths.iter().filter_map(|path| path.get_ident().map(ToString::to_string)).collect())
}

fn lie(derived: &str, name: &str) -> Option<String> {
    match derived {
        "PartialEq" => Some(format!("impl PartialEq for {name} {{ fn eq(&self, _: &Self) -> bool {{ true }} }}\n")),
        "Debug" => Some(format!(
            "impl std::fmt::Debug for {name} {{ fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ f.write_str(\"ok\") }} }}\n"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_give_way_to_lies_and_the_others_stay() {
        let text = lying_traits("/// A.\n#[derive(Debug, Clone, PartialEq)]\npub struct A;\n");
        assert!(text.starts_with("/// A.\n#[derive(Clone)]\npub struct A;\n"), "{text}");
        assert!(text.contains("impl PartialEq for A") && text.contains("impl std::fmt::Debug for A"), "{text}");
    }
}
