//! What a window shows: the items that are asked for, and the signatures of what they name.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use super::outline::{Kind, Node, Outline};
use super::show::{Shown, elided};
use super::{Elided, Window};
use crate::koan::source;

/// The window of a file on the item that was changed.
///
/// Shown whole: the function, method or other item around `item`, those around each of `remote`, and, as far as `budget`
/// bytes allow, those around `spans`, bytes that diagnostics speak of. Around them the heads of impls, traits and modules,
/// and the attributes of the file. Then, nearest first and as long as the window stays within the budget: imports, and the
/// signatures of functions, methods, types, traits, constants and macros of this file, as far as what is shown whole names
/// them. An impl or a trait that does not fit is shown with all its signatures instead. What is shown whole may be longer
/// than the budget. A file that fits is shown as it is.
///
/// # Errors
/// Where the file does not parse, or a range does not lie in it.
pub fn window(
    file: &str,
    item: &Range<usize>,
    remote: &[Range<usize>],
    spans: &[Range<usize>],
    budget: usize,
) -> Result<Window, String> {
    for range in [item].into_iter().chain(remote).chain(spans) {
        if file.get(range.clone()).is_none() {
            let (start, end, length) = (range.start, range.end, file.len());
            return Err(format!(
                "expected whole characters within the {length} bytes of the file, got bytes {start}..{end}"
            ));
        }
    }
    if file.len() <= budget {
        return Ok(Window::new(file, &[]));
    }
    let outline = source::with_file(file, |syntax| Outline::new(file, syntax))?;
    let mut choice = Choice { file, outline: &outline, shown: vec![None; outline.nodes.len()], budget };
    for range in [item].into_iter().chain(remote) {
        choice.must_show(range);
    }
    for range in spans {
        if let Some(id) = choice.innermost(range) {
            choice.try_to_show(id, Shown::Whole);
            choice.try_to_show(id, Shown::Head);
        }
    }
    for id in choice.named(item) {
        if outline.nodes[id].kind == Kind::Definition {
            choice.try_to_show(id, Shown::Open);
        }
        choice.try_to_show(id, Shown::Head);
    }
    Ok(Window::new(file, &choice.elided()))
}

struct Choice<'a> {
    file: &'a str,
    outline: &'a Outline<'a>,
    shown: Vec<Option<Shown>>,
    budget: usize,
}

impl Choice<'_> {
    fn elided(&self) -> Vec<Elided> {
        elided(self.file, self.outline, &self.shown)
    }

    fn fits(&self) -> bool {
        let less: usize = self.elided().iter().map(|one| one.range.len() - one.shown.len()).sum();
        self.file.len() - less <= self.budget
    }

    /// The smallest item around a range.
    fn innermost(&self, range: &Range<usize>) -> Option<usize> {
        let around = |node: &Node| node.range.start <= range.start && range.end <= node.range.end;
        let found = self.outline.nodes.iter().enumerate().filter(|(_, node)| around(node));
        found.min_by_key(|(id, node)| (node.range.len(), Reverse(*id))).map(|(id, _)| id)
    }

    fn must_show(&mut self, range: &Range<usize>) {
        let Some(id) = self.innermost(range) else { return };
        self.shown[id] = Some(Shown::Whole);
        if matches!(self.outline.nodes[id].kind, Kind::Container | Kind::Trait) && !self.fits() {
            self.shown[id] = Some(Shown::Head);
            self.show_members(id);
        }
    }

    fn try_to_show(&mut self, id: usize, how: Shown) {
        if self.is_whole(id) || self.shown[id] == Some(how) || self.shown[id] == Some(Shown::Open) {
            return;
        }
        let before = self.shown.clone();
        self.shown[id] = Some(how);
        if how == Shown::Head && self.outline.nodes[id].kind == Kind::Trait {
            self.show_members(id);
        }
        if !self.fits() {
            self.shown = before;
        }
    }

    fn show_members(&mut self, id: usize) {
        for &child in &self.outline.nodes[id].children {
            self.shown[child] = self.shown[child].or(Some(Shown::Head));
        }
    }

    fn is_whole(&self, id: usize) -> bool {
        self.chain(id).any(|one| self.shown[one] == Some(Shown::Whole))
    }

    /// An item and those around it, inner before outer.
    fn chain(&self, id: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(id), |&one| self.outline.nodes[one].parent)
    }

    /// What is shown whole names these, in the order in which they are worth their bytes.
    fn named(&self, item: &Range<usize>) -> Vec<usize> {
        let nodes = &self.outline.nodes;
        let whole: Vec<usize> = (0..nodes.len()).filter(|&id| self.shown[id].is_some()).collect();
        let mut around: BTreeSet<Option<usize>> = BTreeSet::from([None]);
        let mut names = BTreeSet::new();
        for &id in &whole {
            names.extend(source::identifiers(&self.file[nodes[id].range.clone()]));
            for outer in self.chain(id).skip(1) {
                around.insert(Some(outer));
                let head = nodes[outer].body.as_ref().map_or(nodes[outer].range.end, |body| body.start);
                names.extend(source::identifiers(self.file[nodes[outer].range.start..head].trim_end_matches('{')));
            }
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        let own: BTreeSet<&String> =
            nodes.iter().filter(|node| node.kind != Kind::Use).flat_map(|node| &node.names).collect();
        let tests = whole.iter().any(|&id| nodes[id].test);
        let tier = |id: usize| -> Option<u8> {
            let node = &nodes[id];
            let mut meant = node.names.iter().filter(|&name| names.contains(name));
            if node.test && !tests {
                return None;
            }
            match node.kind {
                Kind::Use => {
                    let used = node.names.contains("*") || meant.next().is_some();
                    (used && around.contains(&node.parent)).then_some(0)
                }
                Kind::Member if meant.next().is_some() => {
                    let of =
                        node.parent.is_some_and(|parent| nodes[parent].names.iter().any(|name| names.contains(name)));
                    Some(if around.contains(&node.parent) || of { 1 } else { 3 })
                }
                Kind::Container => meant.any(|name| own.contains(name)).then_some(2),
                Kind::Trait | Kind::Definition | Kind::Other => meant.next().is_some().then_some(0),
                Kind::Member => None,
            }
        };
        let mut found: Vec<(u8, usize, usize)> =
            (0..nodes.len()).filter_map(|id| Some((tier(id)?, distance(&nodes[id].range, item), id))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, _, id)| id).collect()
    }
}

fn distance(one: &Range<usize>, other: &Range<usize>) -> usize {
    one.start.saturating_sub(other.end).max(other.start.saturating_sub(one.end))
}
