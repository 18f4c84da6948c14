//! The items of a file as a tree: what each defines, and which of its bytes a signature leaves out.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ForeignItem, ImplItem, Item, Macro, TraitItem, UseTree};

use crate::koan::source;

/// What an item is, as far as a window asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A module, an impl or a foreign block, which is shown where something in it is.
    Container,
    /// A trait, whose members are shown with it.
    Trait,
    /// A function or method within a container.
    Member,
    /// A type, a constant or a macro, which says more with its body.
    Definition,
    /// An import.
    Use,
    /// All else.
    Other,
}

/// An item with its attributes.
#[derive(Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub range: Range<usize>,
    /// Comments for its documentation.
    pub docs: Vec<Range<usize>>,
    /// What its signature lacks: a body, or a long value.
    pub body: Option<Range<usize>>,
    /// The names that it defines or imports; of an impl those of its type and trait. An import of all names has `*`.
    pub names: BTreeSet<String>,
    /// Whether it is compiled for tests alone.
    pub test: bool,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
}

/// The items in the order of the text, outer before inner.
pub(super) struct Outline<'a> {
    text: &'a str,
    pub nodes: Vec<Node>,
    pub top: Vec<usize>,
    /// Attributes of the file, but for its documentation.
    pub attributes: Vec<Range<usize>>,
}

impl<'a> Outline<'a> {
    pub(super) fn new(text: &'a str, file: &syn::File) -> Self {
        let others = file.attrs.iter().filter(|one| !one.path().is_ident("doc"));
        let attributes = others.map(|one| one.span().byte_range()).collect();
        let mut outline = Self { text, nodes: Vec::new(), top: Vec::new(), attributes };
        for item in &file.items {
            outline.item(item, None);
        }
        outline
    }

    fn text_of(&self, syntax: &impl Spanned) -> &'a str {
        &self.text[syntax.span().byte_range()]
    }

    fn tokens(&self, syntax: &impl Spanned) -> TokenStream {
        self.text_of(syntax).parse().unwrap_or_default()
    }

    fn add(
        &mut self,
        parent: Option<usize>,
        kind: Kind,
        syntax: &impl Spanned,
        attributes: &[Attribute],
        body: Option<Range<usize>>,
        names: impl IntoIterator<Item = String>,
    ) -> usize {
        let range = syntax.span().byte_range();
        // Inner documentation stands in the body.
        let docs = docs(attributes).into_iter().filter(|one| body.as_ref().is_none_or(|body| one.end <= body.start));
        let test = parent.is_some_and(|parent| self.nodes[parent].test) || attributes.iter().any(is_test);
        let (docs, names) = (docs.collect(), names.into_iter().collect());
        self.nodes.push(Node { kind, range, docs, body, names, test, parent, children: Vec::new() });
        let id = self.nodes.len() - 1;
        match parent {
            Some(parent) => self.nodes[parent].children.push(id),
            None => self.top.push(id),
        }
        id
    }

    fn item(&mut self, item: &Item, parent: Option<usize>) {
        let name = |ident: &syn::Ident| Some(ident.to_string());
        match item {
            Item::Mod(one) => {
                let Some((braces, items)) = &one.content else {
                    self.add(parent, Kind::Other, one, &one.attrs, None, name(&one.ident));
                    return;
                };
                let body = Some(within(braces.span));
                let id = self.add(parent, Kind::Container, one, &one.attrs, body, []);
                for item in items {
                    self.item(item, Some(id));
                }
            }
            Item::Impl(one) => {
                let mut names = source::identifiers(self.text_of(&one.self_ty));
                if let Some((path, _)) = &one.trait_ {
                    names.extend(path.segments.last().map(|last| last.ident.to_string()));
                }
                let body = Some(within(one.brace_token.span));
                let id = self.add(parent, Kind::Container, one, &one.attrs, body, names);
                for item in &one.items {
                    self.associated(item, id);
                }
            }
            Item::Trait(one) => {
                let body = Some(within(one.brace_token.span));
                let id = self.add(parent, Kind::Trait, one, &one.attrs, body, name(&one.ident));
                for item in &one.items {
                    self.required(item, id);
                }
            }
            Item::ForeignMod(one) => {
                let body = Some(within(one.brace_token.span));
                let id = self.add(parent, Kind::Container, one, &one.attrs, body, []);
                for item in &one.items {
                    if let ForeignItem::Fn(function) = item {
                        self.add(Some(id), Kind::Other, item, &function.attrs, None, name(&function.sig.ident));
                    } else {
                        self.add(Some(id), Kind::Other, item, &[], None, defined(self.tokens(item)));
                    }
                }
            }
            Item::Fn(one) => {
                let body = Some(within(one.block.brace_token.span));
                self.add(parent, Kind::Other, one, &one.attrs, body, name(&one.sig.ident));
            }
            Item::Struct(one) => {
                let body = match &one.fields {
                    syn::Fields::Named(fields) => Some(within(fields.brace_token.span)),
                    _ => None,
                };
                self.add(parent, Kind::Definition, one, &one.attrs, body, name(&one.ident));
            }
            Item::Enum(one) => {
                let variants = one.variants.iter().map(|variant| variant.ident.to_string());
                let names = variants.chain(name(&one.ident));
                self.add(parent, Kind::Definition, one, &one.attrs, Some(within(one.brace_token.span)), names);
            }
            Item::Union(one) => {
                let body = Some(within(one.fields.brace_token.span));
                self.add(parent, Kind::Definition, one, &one.attrs, body, name(&one.ident));
            }
            Item::Const(one) => {
                self.add(parent, Kind::Definition, one, &one.attrs, value(&one.expr), name(&one.ident));
            }
            Item::Static(one) => {
                self.add(parent, Kind::Definition, one, &one.attrs, value(&one.expr), name(&one.ident));
            }
            Item::Type(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, None, name(&one.ident));
            }
            Item::Use(one) => {
                let mut names = BTreeSet::new();
                imported(&one.tree, &mut names);
                self.add(parent, Kind::Use, one, &one.attrs, None, names);
            }
            Item::ExternCrate(one) => {
                self.add(parent, Kind::Use, one, &one.attrs, None, name(&one.ident));
            }
            Item::Macro(one) => {
                let names =
                    one.ident.as_ref().map_or_else(|| defined(self.tokens(one)), |own| [own.to_string()].into());
                self.add(parent, Kind::Definition, one, &one.attrs, Some(arguments(&one.mac)), names);
            }
            _ => {
                self.add(parent, Kind::Other, item, &[], None, defined(self.tokens(item)));
            }
        }
    }

    fn associated(&mut self, item: &ImplItem, parent: usize) {
        let parent = Some(parent);
        match item {
            ImplItem::Fn(one) => {
                let body = Some(within(one.block.brace_token.span));
                self.add(parent, Kind::Member, one, &one.attrs, body, [one.sig.ident.to_string()]);
            }
            ImplItem::Const(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, value(&one.expr), [one.ident.to_string()]);
            }
            ImplItem::Type(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, None, [one.ident.to_string()]);
            }
            ImplItem::Macro(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, Some(arguments(&one.mac)), defined(self.tokens(one)));
            }
            _ => {
                self.add(parent, Kind::Other, item, &[], None, defined(self.tokens(item)));
            }
        }
    }

    fn required(&mut self, item: &TraitItem, parent: usize) {
        let parent = Some(parent);
        match item {
            TraitItem::Fn(one) => {
                let body = one.default.as_ref().map(|block| within(block.brace_token.span));
                self.add(parent, Kind::Member, one, &one.attrs, body, [one.sig.ident.to_string()]);
            }
            TraitItem::Const(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, None, [one.ident.to_string()]);
            }
            TraitItem::Type(one) => {
                self.add(parent, Kind::Other, one, &one.attrs, None, [one.ident.to_string()]);
            }
            _ => {
                self.add(parent, Kind::Other, item, &[], None, defined(self.tokens(item)));
            }
        }
    }
}

/// What stands behind `fn`, `struct` and the like, at any depth: what a macro may define.
fn defined(tokens: TokenStream) -> BTreeSet<String> {
    const BEFORE: [&str; 10] = ["const", "enum", "fn", "macro", "mod", "static", "struct", "trait", "type", "union"];
    let mut found = BTreeSet::new();
    let mut pending = vec![tokens];
    while let Some(tokens) = pending.pop() {
        let mut defines = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(name) => {
                    let name = name.to_string();
                    let keyword =
                        BEFORE.contains(&name.as_str()) || (defines && matches!(name.as_str(), "ref" | "mut"));
                    if defines && !keyword {
                        found.insert(name);
                    }
                    defines = keyword;
                }
                _ => defines = false,
            }
        }
    }
    found
}

fn imported(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => {
            if let UseTree::Group(group) = &*path.tree
                && group.items.iter().any(|item| matches!(item, UseTree::Name(name) if name.ident == "self"))
            {
                found.insert(path.ident.to_string());
            }
            imported(&path.tree, found);
        }
        UseTree::Name(name) => {
            found.insert(name.ident.to_string());
        }
        UseTree::Rename(name) => {
            found.insert(name.rename.to_string());
        }
        UseTree::Glob(_) => {
            found.insert("*".to_owned());
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| imported(item, found)),
    }
}

fn docs(attributes: &[Attribute]) -> Vec<Range<usize>> {
    attributes.iter().filter(|one| one.path().is_ident("doc")).map(|one| one.span().byte_range()).collect()
}

fn is_test(attribute: &Attribute) -> bool {
    let named = attribute.path().segments.last().is_some_and(|segment| segment.ident == "test");
    named
        || (attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test")))
}

fn within(braces: proc_macro2::extra::DelimSpan) -> Range<usize> {
    braces.open().byte_range().end..braces.close().byte_range().start
}

fn arguments(call: &Macro) -> Range<usize> {
    within(*call.delimiter.span())
}

/// What stands in the brackets of a value, where it is long.
fn value(value: &Expr) -> Option<Range<usize>> {
    match value {
        Expr::Array(one) => Some(within(one.bracket_token.span)),
        Expr::Block(one) => Some(within(one.block.brace_token.span)),
        Expr::Call(one) => Some(within(one.paren_token.span)),
        Expr::Macro(one) => Some(arguments(&one.mac)),
        Expr::Reference(one) => self::value(&one.expr),
        Expr::Struct(one) => Some(within(one.brace_token.span)),
        _ => None,
    }
}
