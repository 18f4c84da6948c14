//! The signatures of what the probes call: all that a candidate may learn of them.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Fields, File, Generics, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, ItemTrait, Signature, TraitItem, Type,
    Visibility,
};

use super::{Koan, KoanError, probes, source};

impl Koan {
    /// The signatures, without bodies, of the items of `fixed` that the probes import: functions, types with the fields
    /// that anyone may read, and those methods of the types that the probes name.
    pub fn called_signatures(&self) -> Result<Vec<String>, KoanError> {
        let imports = self.parse("probes.rs", &self.probes, probes::imports)?;
        let named = source::identifiers(&self.probes);
        self.parse("fixed.rs", &self.fixed, |file| {
            let text = Text(&self.fixed);
            let mut found = Vec::new();
            for path in &imports {
                for item in resolve(file, path) {
                    found.extend(text.item(item));
                }
                if let Some(name) = path.last() {
                    methods(&file.items, name, &named, text, &mut found);
                }
            }
            let mut seen = BTreeSet::new();
            found.retain(|signature| seen.insert(signature.clone()));
            found
        })
    }
}

/// The items that `path` names; re-exports are followed by name.
fn resolve<'a>(file: &'a File, path: &[String]) -> Vec<&'a Item> {
    let Some((name, modules)) = path.split_last() else { return Vec::new() };
    let mut items = Some(&file.items);
    for module in modules {
        items = items.and_then(|items| items.iter().find_map(|item| inside(item).filter(|_| named(item, module))));
    }
    let direct: Vec<&Item> = items.into_iter().flatten().filter(|item| named(item, name)).collect();
    if !direct.is_empty() {
        return direct;
    }
    let mut pending = vec![&file.items];
    while let Some(items) = pending.pop() {
        let found: Vec<&Item> = items.iter().filter(|item| named(item, name)).collect();
        if !found.is_empty() {
            return found;
        }
        pending.extend(items.iter().filter_map(inside));
    }
    Vec::new()
}

fn inside(item: &Item) -> Option<&Vec<Item>> {
    match item {
        Item::Mod(module) => module.content.as_ref().map(|(_, items)| items),
        _ => None,
    }
}

fn named(item: &Item, name: &str) -> bool {
    match item {
        Item::Const(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        Item::Mod(item) => item.ident == name,
        Item::Static(item) => item.ident == name,
        Item::Struct(item) => item.ident == name,
        Item::Trait(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        _ => false,
    }
}

/// Adds the methods of the type `name` that are among `called`, wherever their blocks stand.
fn methods(items: &[Item], name: &str, called: &BTreeSet<String>, text: Text, found: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Impl(block) if of(block, name) => {
                let header = text.between(block.impl_token.span, block.brace_token.span.open(), true);
                for item in &block.items {
                    if let ImplItem::Fn(method) = item
                        && called.contains(&method.sig.ident.to_string())
                    {
                        found.push(format!("{header} {{ {}; }}", text.signature(&method.vis, &method.sig)));
                    }
                }
            }
            _ => methods(inside(item).map_or(&[], Vec::as_slice), name, called, text, found),
        }
    }
}

fn of(block: &ItemImpl, name: &str) -> bool {
    matches!(&*block.self_ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The source as the author wrote it, on one line.
#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl Text<'_> {
    fn item(self, item: &Item) -> Option<String> {
        match item {
            Item::Const(item) => Some(format!(
                "{}{}: {};",
                visible(&item.vis),
                self.between(item.const_token.span, item.ident.span(), false),
                self.of(&item.ty)
            )),
            Item::Enum(item) => Some(self.enumeration(item)),
            Item::Fn(item) => Some(format!("{};", self.signature(&item.vis, &item.sig))),
            Item::Static(item) => Some(format!(
                "{}{}: {};",
                visible(&item.vis),
                self.between(item.static_token.span, item.ident.span(), false),
                self.of(&item.ty)
            )),
            Item::Struct(item) => Some(self.structure(item)),
            Item::Trait(item) => Some(self.interface(item)),
            Item::Type(item) => Some(format!(
                "{}{}",
                visible(&item.vis),
                self.between(item.type_token.span, item.semi_token.span, false)
            )),
            _ => None,
        }
    }

    fn signature(self, visibility: &Visibility, signature: &Signature) -> String {
        format!("{}{}", visible(visibility), self.of(signature))
    }

    fn structure(self, item: &ItemStruct) -> String {
        let end = if matches!(item.fields, Fields::Named(_)) { "" } else { ";" };
        let bounds =
            item.generics.where_clause.as_ref().map(|clause| format!(" {}", self.of(clause))).unwrap_or_default();
        let generics = self.parameters(&item.generics);
        format!(
            "{}struct {}{generics}{bounds}{}{end}",
            visible(&item.vis),
            item.ident,
            self.fields(&item.fields, false)
        )
    }

    fn enumeration(self, item: &ItemEnum) -> String {
        let variants: Vec<String> = item
            .variants
            .iter()
            .map(|variant| format!("{}{}", variant.ident, self.fields(&variant.fields, true)))
            .collect();
        format!(
            "{}enum {}{} {{ {} }}",
            visible(&item.vis),
            item.ident,
            self.parameters(&item.generics),
            variants.join(", ")
        )
    }

    fn interface(self, item: &ItemTrait) -> String {
        let header = self.between(item.trait_token.span, item.brace_token.span.open(), true);
        let mut parts = Vec::new();
        for part in &item.items {
            match part {
                TraitItem::Fn(method) => parts.push(format!("{};", self.of(&method.sig))),
                TraitItem::Type(kind) => parts.push(self.between(kind.type_token.span, kind.semi_token.span, false)),
                _ => {}
            }
        }
        format!("{}{header} {{ {} }}", visible(&item.vis), parts.join(" "))
    }

    /// The fields; of a struct only those with a visibility of their own, as rustdoc shows them.
    fn fields(self, fields: &Fields, all: bool) -> String {
        let mut shown = Vec::new();
        let mut hidden = false;
        for field in fields {
            if all || !matches!(field.vis, Visibility::Inherited) {
                let name = field.ident.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
                shown.push(format!("{}{name}{}", visible(&field.vis), self.of(&field.ty)));
            } else {
                hidden = true;
            }
        }
        if hidden {
            shown.push("/* private */".to_owned());
        }
        match fields {
            Fields::Named(_) => format!(" {{ {} }}", shown.join(", ")),
            Fields::Unnamed(_) => format!("({})", shown.join(", ")),
            Fields::Unit => String::new(),
        }
    }

    fn of(self, part: &impl Spanned) -> String {
        self.between(part.span(), part.span(), false)
    }

    fn parameters(self, generics: &Generics) -> String {
        if generics.params.is_empty() { String::new() } else { self.of(generics) }
    }

    /// From the start of `first` to the end of `last`, or to its start.
    fn between(self, first: Span, last: Span, before: bool) -> String {
        let range = source::range(first, last);
        let end = if before { last.byte_range().start } else { range.end };
        let words: Vec<&str> = self.0[range.start..end].split_whitespace().collect();
        words.join(" ").replace("( ", "(").replace(", )", ")").replace(",)", ")").trim_end_matches(',').to_owned()
    }
}

fn visible(visibility: &Visibility) -> &'static str {
    match visibility {
        Visibility::Public(_) => "pub ",
        Visibility::Restricted(_) => "pub(crate) ",
        Visibility::Inherited => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::koan;

    fn signatures(fixed: &str, probes: &str) -> Vec<String> {
        let mut koan = koan();
        koan.fixed = fixed.to_owned();
        koan.probes = probes.to_owned();
        koan.called_signatures().unwrap()
    }

    #[test]
    fn only_what_is_imported_and_named_is_told() {
        let expected = [
            "pub struct Parcel { pub label: String, /* private */ }",
            "impl Parcel { pub fn new(label: &str, weight: u32) -> Self; }",
            "pub fn total(parcels: &[Parcel]) -> u32;",
        ];
        assert_eq!(koan().called_signatures().unwrap(), expected);
    }

    #[test]
    fn generics_bounds_and_line_breaks_survive_as_one_line() {
        let fixed = "/// Doc.\npub fn pick<T, F>(\n    items: Vec<T>,\n    by: F,\n) -> Option<T>\nwhere\n    F: Fn(&T) -> bool,\n{\n    None\n}\n\
            #[derive(Clone)]\npub enum Shape<T> {\n    /// Round.\n    Circle(T),\n    Box { side: u32 },\n    Point,\n}\npub struct Unit;\npub struct Meters(pub f64, u8);\n";
        let expected = [
            "pub fn pick<T, F>(items: Vec<T>, by: F) -> Option<T> where F: Fn(&T) -> bool,;",
            "pub enum Shape<T> { Circle(T), Box { side: u32 }, Point }",
            "pub struct Unit;",
            "pub struct Meters(pub f64, /* private */);",
        ];
        assert_eq!(
            signatures(fixed, "use crate::{pick, Shape, Unit, Meters};"),
            expected.map(|text| text.replace("bool,;", "bool;"))
        );
    }

    #[test]
    fn modules_and_re_exports_are_followed_and_traits_lose_their_bodies() {
        let fixed = "pub use inner::deep;\npub mod inner {\n    pub fn deep() -> u8 { 1 }\n    pub trait Area: Sized { const N: u8; type Unit; fn area(&self) -> u32 { 7 } }\n    pub type Id = u32;\n}\npub const MOST: u8 = 3;\n";
        let found = signatures(fixed, "use crate::{deep, MOST, inner::{Area, Id}};");
        let expected = [
            "pub fn deep() -> u8;",
            "pub const MOST: u8;",
            "pub trait Area: Sized { type Unit; fn area(&self) -> u32; }",
            "pub type Id = u32;",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn no_body_is_told() {
        for signature in koan().called_signatures().unwrap() {
            assert!(!signature.contains("weight).sum") && !signature.contains("to_owned"), "{signature}");
        }
    }
}
