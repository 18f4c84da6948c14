//! What may not cross to another thread, and bounds that let it.

use std::ops::Range;
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Expr, Item, Type, TypeParamBound};

use super::imports::imports;
use super::program::cut_after;
use super::tb_bounds::{Bounds, bounds, without};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropSend, &DropSendBound, &RcForArc, &RefCellForMutex];

mutator!(
    /// `Box<dyn Fn() + Send>` becomes `Box<dyn Fn()>`.
    DropSend, "tb_send_sync" / "drop_send", Expected::Codes(&["E0277", "E0308"]), Remote, |program| {
        let lists = program.types.iter().filter_map(|found| match found {
            Type::TraitObject(found) => Some(&found.bounds),
            Type::ImplTrait(found) => Some(&found.bounds),
            _ => None,
        });
        lists.flat_map(|list| auto(list).map(move |index| without(0, list, index))).collect()
    }
);

mutator!(
    /// `F: FnOnce() + Send + 'static` becomes `F: FnOnce() + 'static`.
    DropSendBound, "tb_send_sync" / "drop_send_bound", Expected::Codes(&["E0277"]), Item, |program| {
        bounds(program, is_auto)
    }
);

mutator!(
    /// `Arc` becomes `Rc` everywhere, where a thread is started.
    RcForArc, "tb_send_sync" / "rc_for_arc", Expected::Codes(&["E0277"]), Remote, |program| {
        renamed(program, ["std::sync::Arc", "std::rc::Rc"]).into_iter().collect()
    }
);

mutator!(
    /// `Mutex` becomes `RefCell` everywhere, and `lock().unwrap()` becomes `borrow_mut()`.
    RefCellForMutex, "tb_send_sync" / "refcell_for_mutex", Expected::Codes(&["E0277"]), Remote, |program| {
        let Some(mut edits) = renamed(program, ["std::sync::Mutex", "std::cell::RefCell"]) else { return Vec::new() };
        let locks = program.expressions.iter().filter_map(|expression| {
            let Expr::MethodCall(outer) = expression else { return None };
            let Expr::MethodCall(inner) = &*outer.receiver else { return None };
            (["unwrap", "expect"].iter().any(|name| outer.method == name) && inner.method == "lock").then_some((inner, outer))
        });
        edits.extend(locks.map(|(inner, outer)| Edit { replacement: ".borrow_mut()".to_owned(), ..cut_after(&inner.receiver, outer) }));
        vec![edits]
    }
);

/// One type for another, wherever its name stands; the first edit lies where a thread is started. None where none is.
fn renamed(program: &Program<'_>, [from, to]: [&str; 2]) -> Option<Vec<Edit>> {
    let [old, new] = [from, to].map(|path| path.rsplit("::").next().unwrap_or_default());
    let threads: Vec<Range<usize>> = program
        .functions
        .iter()
        .filter_map(|function| {
            let body = function.body?;
            program.text_of(body).contains("spawn(").then(|| body.span().byte_range())
        })
        .collect();
    if threads.is_empty() || !program.text.contains(old) {
        return None;
    }
    let imports = imports(program);
    let import = imports.iter().find(|import| import.path == from);
    let in_imports: Vec<Range<usize>> = program
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Use(_) => Some(item.span().byte_range()),
            _ => None,
        })
        .collect();
    let mut edits = Vec::new();
    for name in named(program.text, old) {
        // Outside of all items there are tests alone.
        let is_ours = program.item_at(name.start).is_some() && !program.is_module_text(name.start);
        if !is_ours || in_imports.iter().any(|range| range.contains(&name.start)) {
            continue;
        }
        let start = program.text[..name.start].strip_suffix(from.strip_suffix(old)?).map_or(name.start, str::len);
        let replacement = if start < name.start { to } else { new }.to_owned();
        if start == name.start && import.is_none() {
            return None;
        }
        edits.push(Edit { start, end: name.end, replacement });
    }
    let in_thread = edits.iter().position(|edit| threads.iter().any(|range| range.contains(&edit.start)))?;
    edits.swap(0, in_thread);
    edits.extend(import.into_iter().flat_map(|import| import.moved(program, to)));
    Some(edits)
}

/// Where a name stands, in macro calls too.
fn named(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut pending: Vec<TokenStream> = TokenStream::from_str(text).into_iter().collect();
    let mut found = Vec::new();
    while let Some(tokens) = pending.pop() {
        for token in tokens {
            match token {
                TokenTree::Group(group) => pending.push(group.stream()),
                TokenTree::Ident(ident) if ident == name => found.push(ident.span().byte_range()),
                _ => {}
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// The places of `Send` and `Sync` among others.
fn auto(list: &Bounds) -> impl Iterator<Item = usize> {
    (0..list.len()).filter(|&index| list.len() > 1 && is_auto(&list[index]))
}

/// Whether a bound is `Send` or `Sync`.
pub(super) fn is_auto(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(found) => {
            found.path.segments.last().is_some_and(|last| last.ident == "Send" || last.ident == "Sync")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_bound_goes_from_objects_and_parameters() {
        assert_eq!(
            made("fn a(b: Box<dyn Fn() + Send + 'static>) {}", "drop_send"),
            ["fn a(b: Box<dyn Fn() + 'static>) {}"]
        );
        assert_eq!(made("fn a<F: FnOnce() + Send>(f: F) {}", "drop_send_bound"), ["fn a<F: FnOnce()>(f: F) {}"]);
    }

    #[test]
    fn a_type_is_renamed_everywhere() {
        let text =
            "use std::sync::{Arc, Mutex};\nfn a(b: Arc<u8>) { let c = Arc::clone(&b); thread::spawn(move || c); }";
        assert_eq!(
            made(text, "rc_for_arc"),
            [
                "use std::rc::Rc;\nuse std::sync::Mutex;\nfn a(b: Rc<u8>) { let c = Rc::clone(&b); thread::spawn(move || c); }"
            ]
        );
        let text = "use std::sync::Mutex;\nfn a() { let b = Mutex::new(1); s.spawn(|| *b.lock().unwrap()); }";
        assert_eq!(
            made(text, "refcell_for_mutex"),
            ["use std::cell::RefCell;\nfn a() { let b = RefCell::new(1); s.spawn(|| *b.borrow_mut()); }"]
        );
    }
}
