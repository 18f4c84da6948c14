//! Which bytes of a file are elided, when some of its items are shown whole and some as signatures.

use std::ops::Range;

use super::outline::{Kind, Node, Outline};
use super::{Elided, INLINE, LINE};

/// How much of an item is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All of it, with the comments before it.
    Whole,
    /// All but its documentation: the fields of a type, the value of a constant.
    Open,
    /// What stands outside of its body.
    Head,
}

/// Shorter bodies are no longer than what would stand for them, and say more.
const SHORT: usize = 24;

/// What is elided where `shown` says how much of each item of the outline is shown. Items around it are shown as heads.
pub(super) fn elided(file: &str, outline: &Outline<'_>, shown: &[Option<Shown>]) -> Vec<Elided> {
    let mut all = shown.to_vec();
    for id in (0..all.len()).rev() {
        if let (Some(_), Some(parent)) = (all[id], outline.nodes[id].parent) {
            all[parent] = all[parent].or(Some(Shown::Head));
        }
    }
    let mut hidden = Hidden { file, nodes: &outline.nodes, shown: &all, ranges: Vec::new(), bodies: Vec::new() };
    let mut start = 0;
    for attribute in &outline.attributes {
        hidden.comments(start..attribute.start);
        start = hidden.line_end(attribute.end);
    }
    hidden.level(&outline.top, start..file.len());
    hidden.marked()
}

struct Hidden<'a> {
    file: &'a str,
    nodes: &'a [Node],
    shown: &'a [Option<Shown>],
    ranges: Vec<Range<usize>>,
    bodies: Vec<Elided>,
}

impl Hidden<'_> {
    /// The items that stand next to each other in a range.
    fn level(&mut self, items: &[usize], range: Range<usize>) {
        let mut done = self.line_end(range.start);
        for &id in items {
            let node = &self.nodes[id];
            let end = self.line_end(node.range.end);
            match self.shown[id] {
                None => self.ranges.push(done..end),
                Some(Shown::Whole) => {}
                Some(how) => {
                    self.comments(done..node.range.start);
                    self.head(node, how);
                }
            }
            done = end;
        }
        self.comments(done..range.end);
    }

    fn head(&mut self, node: &Node, how: Shown) {
        for one in &node.docs {
            self.ranges.push(one.start..self.line_end(one.end));
        }
        match &node.body {
            Some(body) if matches!(node.kind, Kind::Container | Kind::Trait) => {
                self.level(&node.children, body.clone());
            }
            Some(body) if how == Shown::Head && body.len() > SHORT => {
                self.bodies.push(Elided { range: body.clone(), shown: format!(" {INLINE} ") });
            }
            _ => {}
        }
    }

    /// Hides what stands between items, unless it is blank.
    fn comments(&mut self, range: Range<usize>) {
        let text = &self.file[range.clone()];
        if !text.trim().is_empty() {
            self.ranges.push(range.start..range.start + text.trim_end_matches([' ', '\t']).len());
        }
    }

    /// The byte behind the newline, where nothing stands between a place and it; else the place.
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.file[at..];
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line.trim().is_empty() { at + line.len() } else { at }
    }

    /// The ranges, joined where only blanks stand between them, with what is shown for each.
    fn marked(mut self) -> Vec<Elided> {
        self.ranges.retain(|one| !one.is_empty());
        self.ranges.sort_by_key(|one| (one.start, one.end));
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in std::mem::take(&mut self.ranges) {
            match joined.last_mut() {
                Some(last) if self.file[last.end.min(range.start)..range.start].trim().is_empty() => {
                    last.end = last.end.max(range.end);
                }
                _ => joined.push(range),
            }
        }
        let mut marked: Vec<Elided> = joined.into_iter().filter_map(|range| self.mark(range)).collect();
        marked.append(&mut self.bodies);
        marked.sort_by_key(|one| one.range.start);
        marked
    }

    /// What is shown for a range, which grows by the blanks around it; None where the text itself is no longer.
    fn mark(&self, range: Range<usize>) -> Option<Elided> {
        let before = self.file[..range.start].trim_end_matches([' ', '\t']);
        let starts = before.is_empty() || before.ends_with('\n');
        let mut end = self.line_end(range.end);
        let ends = self.file[..end].ends_with('\n') || end == self.file.len();
        let (start, shown) = if ends {
            while end < self.file.len() && self.line_end(end) > end {
                end = self.line_end(end);
            }
            let text = &self.file[before.len()..end];
            let newline = if text.ends_with("\r\n") {
                "\r\n"
            } else if text.ends_with('\n') {
                "\n"
            } else {
                ""
            };
            let lines = text.split('\n').find(|line| !line.trim().is_empty()).unwrap_or_default();
            let indent = if starts { &lines[..lines.len() - lines.trim_start().len()] } else { " " };
            (before.len(), format!("{indent}{LINE}{newline}"))
        } else {
            end = range.end;
            (range.start, format!(" {INLINE} "))
        };
        (shown.len() < end - start).then_some(Elided { range: start..end, shown })
    }
}
