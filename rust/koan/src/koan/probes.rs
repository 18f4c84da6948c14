//! What `probes.rs` holds: the probe functions, and the faults that would spoil the harness.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{File, Item, ItemFn, ItemUse, UseTree, Visibility};

use super::source;

/// The functions that the harness calls, in source order.
pub(crate) fn functions(file: &File) -> impl Iterator<Item = &ItemFn> {
    file.items.iter().filter_map(|item| match item {
        Item::Fn(function) if matches!(function.vis, Visibility::Public(_)) => Some(function),
        _ => None,
    })
}

/// Where the probes say `pub`, which in the harness is one more thing for a candidate's lints to reject.
pub(crate) fn visibilities(file: &File) -> Vec<Range<usize>> {
    functions(file).map(|function| source::range(function.vis.span(), function.vis.span())).collect()
}

/// One sentence for each fault.
pub(crate) fn faults(file: &File, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let count = functions(file).count();
    if count < 2 {
        faults.push(format!("probes.rs has {count} probes, expected at least 2: every `pub fn` is one"));
    }
    for function in functions(file) {
        if function.sig.inputs.len() != 2 {
            let name = &function.sig.ident;
            let found = function.sig.inputs.len();
            faults.push(format!("the probe `{name}` takes {found} arguments, expected (&mut Draw, &mut Record)"));
        }
    }
    let mut globs = Globs::default();
    globs.visit_file(file);
    if globs.found {
        faults.push(
            "probes.rs imports a glob of the koan, expected a list such as `use crate::{Parcel, describe}`".to_owned(),
        );
    }
    for name in source::identifiers(text) {
        if name.trim_start_matches("r#").starts_with("share_rs") {
            faults.push(format!(
                "probes.rs holds the name `{name}`, but names that begin with `share_rs` are the harness's"
            ));
        }
    }
    faults
}

/// The paths below `crate` that `probes.rs` imports, in source order, each as its segments.
pub(crate) fn imports(file: &File) -> Vec<Vec<String>> {
    let mut imports = Imports::default();
    imports.visit_file(file);
    imports.paths
}

#[derive(Default)]
struct Globs {
    found: bool,
}

impl Visit<'_> for Globs {
    fn visit_item_use(&mut self, item: &ItemUse) {
        let mut pending = vec![&item.tree];
        let own = match &item.tree {
            UseTree::Path(path) => path.ident == "crate" || path.ident == "super",
            UseTree::Group(_) => true,
            _ => false,
        };
        while let Some(tree) = pending.pop() {
            match tree {
                UseTree::Path(path) => pending.push(&path.tree),
                UseTree::Group(group) => pending.extend(&group.items),
                UseTree::Glob(_) => self.found |= own,
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Imports {
    paths: Vec<Vec<String>>,
}

impl Visit<'_> for Imports {
    fn visit_item_use(&mut self, item: &ItemUse) {
        let mut pending = vec![(Vec::new(), &item.tree)];
        while let Some((mut path, tree)) = pending.pop() {
            match tree {
                UseTree::Path(step) => {
                    path.push(step.ident.to_string());
                    pending.push((path, &step.tree));
                }
                UseTree::Group(group) => pending.extend(group.items.iter().rev().map(|tree| (path.clone(), tree))),
                UseTree::Name(name) => self.take(path, &name.ident),
                UseTree::Rename(rename) => self.take(path, &rename.ident),
                UseTree::Glob(_) => {}
            }
        }
        visit::visit_item_use(self, item);
    }
}

impl Imports {
    fn take(&mut self, mut path: Vec<String>, name: &proc_macro2::Ident) {
        if path.first().is_some_and(|root| root == "crate" || root == "super") {
            path.remove(0);
            if name != "self" {
                path.push(name.to_string());
            }
            self.paths.push(path);
        }
    }
}
