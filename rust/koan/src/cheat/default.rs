//! Expressions of a given type, from its name alone.

use std::collections::BTreeMap;

use syn::{Fields, File, GenericArgument, Item, PathArguments, PathSegment, Type, TypeParamBound};

/// Types that hold themselves have no finite expression; `Default::default()` ends the search.
const DEEPEST: usize = 4;

/// Which expression of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taste {
    /// Zero, nothing, success.
    Empty,
    /// One, one element, failure.
    Full,
}

/// The types of a program.
pub(super) struct Defaults<'a> {
    types: BTreeMap<String, (String, &'a Fields)>,
}

impl<'a> Defaults<'a> {
    pub fn of(file: &'a File) -> Self {
        let mut types = BTreeMap::new();
        for item in &file.items {
            match item {
                Item::Struct(item) => {
                    types.insert(item.ident.to_string(), (item.ident.to_string(), &item.fields));
                }
                Item::Enum(item) => {
                    if let Some(first) = item.variants.first() {
                        types.insert(
                            item.ident.to_string(),
                            (format!("{}::{}", item.ident, first.ident), &first.fields),
                        );
                    }
                }
                _ => {}
            }
        }
        Self { types }
    }

    /// An expression that has the type `kind` as often as its name can tell; `of` is what `Self` stands for.
    pub fn expression(&self, kind: &Type, of: Option<&Type>, taste: Taste) -> String {
        Search { types: &self.types, of, taste }.find(kind, 0)
    }
}

struct Search<'a> {
    types: &'a BTreeMap<String, (String, &'a Fields)>,
    of: Option<&'a Type>,
    taste: Taste,
}

impl Search<'_> {
    fn find(&self, kind: &Type, depth: usize) -> String {
        let full = self.taste == Taste::Full;
        match kind {
            _ if depth > DEEPEST => fallback(),
            Type::Reference(reference) => match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") && reference.mutability.is_none() => {
                    if full {
                        "\"amber\"".to_owned()
                    } else {
                        "\"\"".to_owned()
                    }
                }
                Type::Slice(_) if reference.mutability.is_some() => "&mut []".to_owned(),
                Type::Slice(_) => "&[]".to_owned(),
                inner => format!("Box::leak(Box::new({}))", self.find(inner, depth + 1)),
            },
            Type::Tuple(tuple) => {
                let parts: Vec<String> = tuple.elems.iter().map(|part| self.find(part, depth + 1) + ",").collect();
                format!("({})", parts.join(" "))
            }
            Type::Paren(inner) => self.find(&inner.elem, depth),
            Type::ImplTrait(opaque) if opaque.bounds.iter().any(iterates) => "std::iter::empty()".to_owned(),
            Type::Path(path) => path.path.segments.last().map_or_else(fallback, |last| self.named(last, depth)),
            _ => fallback(),
        }
    }

    fn named(&self, last: &PathSegment, depth: usize) -> String {
        let name = last.ident.to_string();
        let full = self.taste == Taste::Full;
        let inner = |index| argument(last, index).map_or_else(|| "()".to_owned(), |kind| self.find(kind, depth + 1));
        match name.as_str() {
            "bool" => full.to_string(),
            "f32" | "f64" => if full { "1.0" } else { "0.0" }.to_owned(),
            "char" => if full { "'a'" } else { "' '" }.to_owned(),
            "String" => if full { "String::from(\"amber\")" } else { "String::new()" }.to_owned(),
            "Option" if full => format!("Some({})", inner(0)),
            "Option" => "None".to_owned(),
            "Result" if full && argument(last, 1).is_some() => format!("Err({})", inner(1)),
            "Result" => format!("Ok({})", inner(0)),
            "Vec" if full => format!("vec![{}]", inner(0)),
            "Vec" => "Vec::new()".to_owned(),
            "Ordering" => "std::cmp::Ordering::Equal".to_owned(),
            "Box" => match argument(last, 0) {
                Some(Type::TraitObject(object)) if object.bounds.iter().any(iterates) => {
                    "Box::new(std::iter::empty())".to_owned()
                }
                _ => format!("Box::new({})", inner(0)),
            },
            "Self" => match self.of {
                Some(Type::Path(path)) if !path.path.is_ident("Self") => {
                    path.path.segments.last().map_or_else(fallback, |last| self.named(last, depth + 1))
                }
                _ => fallback(),
            },
            _ if is_integer(&name) => if full { "1" } else { "0" }.to_owned(),
            _ => self.types.get(&name).map_or_else(fallback, |(path, fields)| self.built(path, fields, depth)),
        }
    }

    fn built(&self, path: &str, fields: &Fields, depth: usize) -> String {
        let parts: Vec<String> = fields
            .iter()
            .map(|field| {
                let name = field.ident.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
                format!("{name}{}", self.find(&field.ty, depth + 1))
            })
            .collect();
        match fields {
            Fields::Named(_) => format!("{path} {{ {} }}", parts.join(", ")),
            Fields::Unnamed(_) => format!("{path}({})", parts.join(", ")),
            Fields::Unit => path.to_owned(),
        }
    }
}

fn fallback() -> String {
    "Default::default()".to_owned()
}

fn argument(segment: &PathSegment, index: usize) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(kind) => Some(kind),
        _ => None,
    });
    types.nth(index)
}

fn iterates(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "Iterator"))
}

fn is_integer(name: &str) -> bool {
    let width = name.strip_prefix(['u', 'i']);
    width.is_some_and(|width| ["8", "16", "32", "64", "128", "size"].contains(&width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::koan::source::with_file;

    fn both(kind: &str) -> (String, String) {
        let types = "struct Point { x: i32, next: Option<Box<Point>> } enum Shape { Dot(Point), Line } struct Node { next: Box<Node> }";
        with_file(&format!("{types} type T = {kind};"), |file| {
            let defaults = Defaults::of(file);
            let Some(Item::Type(item)) = file.items.last() else { panic!("the alias is last") };
            (defaults.expression(&item.ty, None, Taste::Empty), defaults.expression(&item.ty, None, Taste::Full))
        })
        .unwrap()
    }

    #[test]
    fn types_of_std_have_an_empty_and_a_full_expression() {
        assert_eq!(both("Option<u8>"), ("None".into(), "Some(1)".into()));
        assert_eq!(both("Result<Vec<String>, &'static str>"), ("Ok(Vec::new())".into(), "Err(\"amber\")".into()));
        assert_eq!(both("(bool, f64)"), ("(false, 0.0,)".into(), "(true, 1.0,)".into()));
        assert_eq!(both("fmt::Result"), ("Ok(())".into(), "Ok(())".into()));
        assert_eq!(both("HashMap<u8, u8>").0, "Default::default()");
    }

    #[test]
    fn types_of_the_program_are_built_from_their_fields() {
        assert_eq!(both("Shape").0, "Shape::Dot(Point { x: 0, next: None })");
        assert_eq!(both("&mut Point").0, "Box::leak(Box::new(Point { x: 0, next: None }))");
    }

    #[test]
    fn a_type_that_holds_itself_ends_in_its_default() {
        assert!(both("Node").0.contains("Default::default()"));
    }
}
