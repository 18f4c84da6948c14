//! What a program imports, name by name, also from groups, and the program without one of them.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Ident, Item, ItemUse, Token, UseTree, Visibility};

use super::Program;
use super::program::{before, gone, replaced};
use crate::edit::Edit;

/// One imported name.
pub(super) struct Import<'a> {
    /// The whole path, as `std::sync::Arc`, whatever the name is here.
    pub path: String,
    item: &'a ItemUse,
    group: Option<Group<'a>>,
}

/// The innermost braces around a name, with its place among their names.
#[derive(Clone, Copy)]
struct Group<'a> {
    whole: &'a UseTree,
    names: &'a Punctuated<UseTree, Token![,]>,
    index: usize,
}

/// All imports of a program, but globs and what it exports again.
pub(super) fn imports<'a>(program: &Program<'a>) -> Vec<Import<'a>> {
    let mut found = Vec::new();
    for item in &program.items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Inherited)
        {
            walk(item, &item.tree, "", None, &mut found);
        }
    }
    found
}

impl Import<'_> {
    /// The last name of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// Takes the name out; the braces around a last neighbour go too, and an import of nothing else goes whole.
    pub(super) fn removed(&self, program: &Program<'_>) -> Edit {
        let Some(Group { whole, names, index }) = self.group else { return gone(program.text, self.item) };
        let range = |index: usize| names[index].span().byte_range();
        match (names.len(), index) {
            (1, _) => gone(program.text, self.item),
            (2, _) if program.text_of(&names[1 - index]) != "self" => {
                replaced(whole, program.text_of(&names[1 - index]))
            }
            (_, 0) => Edit { start: range(0).start, end: range(1).start, replacement: String::new() },
            _ => Edit { start: range(index - 1).end, end: range(index).end, replacement: String::new() },
        }
    }

    /// Imports `path` instead, on a line of its own where others stand beside the name.
    pub(super) fn moved(&self, program: &Program<'_>, path: &str) -> Vec<Edit> {
        if self.group.is_none_or(|group| group.names.len() == 1) {
            return vec![replaced(&self.item.tree, path)];
        }
        vec![before(self.item, format!("use {path};\n")), self.removed(program)]
    }
}

fn walk<'a>(item: &'a ItemUse, tree: &'a UseTree, path: &str, group: Option<Group<'a>>, found: &mut Vec<Import<'a>>) {
    let longer = |name: &Ident| if path.is_empty() { name.to_string() } else { format!("{path}::{name}") };
    match tree {
        UseTree::Path(inner) => walk(item, &inner.tree, &longer(&inner.ident), group, found),
        // One name in braces is as good as one without.
        UseTree::Group(inner) if inner.items.len() == 1 => walk(item, &inner.items[0], path, group, found),
        UseTree::Group(inner) => {
            for (index, name) in inner.items.iter().enumerate() {
                walk(item, name, path, Some(Group { whole: tree, names: &inner.items, index }), found);
            }
        }
        UseTree::Name(name) => found.push(Import { path: longer(&name.ident), item, group }),
        UseTree::Rename(name) => found.push(Import { path: longer(&name.ident), item, group }),
        UseTree::Glob(_) => {}
    }
}
