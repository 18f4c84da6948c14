//! rustc's suggestions as edits.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Applicability, Diagnostic, Span};
use crate::koan::source::lexes;

use super::{Edit, apply};

/// `source` with rustc's machine-applicable suggestions applied; None where there are none.
///
/// Rustfix's rule: a suggestion counts only if all of its parts are machine-applicable, and one that overlaps with an
/// earlier one, or that is an earlier one again, is passed over.
#[must_use]
pub fn machine_applicable(diagnostics: &[Diagnostic], source: &str) -> Option<String> {
    let mut accepted: Vec<Edit> = Vec::new();
    let mut result = None;
    for spans in groups(diagnostics) {
        let sure = spans.iter().all(|span| applicability(span) == Some(Applicability::MachineApplicable));
        // Of several ways to go on, none is sure.
        let [edits] = alternatives(&spans).try_into().unwrap_or_default();
        if !sure || edits.is_empty() || edits.iter().any(|edit| accepted.contains(edit)) {
            continue;
        }
        let together = [accepted.as_slice(), &edits].concat();
        if let Ok(text) = apply(source, &together) {
            accepted = together;
            result = Some(text);
        }
    }
    result
}

/// Every suggestion of rustc that can be applied, in its order, each once; then, where rustc suggests several derives
/// for one type, all of them as one edit.
#[must_use]
pub fn suggestions(diagnostics: &[Diagnostic], source: &str) -> Vec<Vec<Edit>> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut derives: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for spans in groups(diagnostics) {
        let placeholders = spans.iter().any(|span| applicability(span) == Some(Applicability::HasPlaceholders));
        for edits in alternatives(&spans) {
            let Ok(result) = apply(source, &edits) else { continue };
            if result == source || (placeholders && !lexes(&result)) {
                continue;
            }
            for (place, names) in edits.iter().filter_map(derived) {
                let known = derives.entry(place).or_default();
                for name in names {
                    if !known.contains(&name) {
                        known.push(name);
                    }
                }
            }
            if seen.insert(key(&edits)) {
                found.push(edits);
            }
        }
    }
    for (place, names) in derives {
        let edits = vec![Edit { start: place, end: place, replacement: format!("#[derive({})]\n", names.join(", ")) }];
        if seen.insert(key(&edits)) {
            found.push(edits);
        }
    }
    found
}

/// The spans of one suggestion each, that is those of one child that hold a replacement.
fn groups(diagnostics: &[Diagnostic]) -> impl Iterator<Item = Vec<&Span>> {
    let lists = diagnostics.iter().flat_map(|diagnostic| {
        std::iter::once(&diagnostic.spans).chain(diagnostic.children.iter().map(|child| &child.spans))
    });
    lists.map(|spans| spans.iter().filter(|span| span.suggestion.is_some()).collect())
}

/// rustc writes the parts of all alternatives of a suggestion into one list, in no order of places. The parts of one
/// alternative never touch the same bytes, so where the next part would, a new alternative begins.
fn alternatives(spans: &[&Span]) -> Vec<Vec<Edit>> {
    let mut found: Vec<Vec<Edit>> = Vec::new();
    for span in spans {
        let Some(suggestion) = &span.suggestion else { continue };
        let edit = Edit { start: span.byte_start, end: span.byte_end, replacement: suggestion.replacement.clone() };
        match found.last_mut() {
            Some(parts) if !parts.iter().any(|part| clashes(part, &edit)) => parts.push(edit),
            _ => found.push(vec![edit]),
        }
    }
    found
}

fn clashes(one: &Edit, other: &Edit) -> bool {
    let same = one.start == other.start && one.end == other.end;
    same || (one.start < other.end && other.start < one.end)
}

fn applicability(span: &Span) -> Option<Applicability> {
    span.suggestion.as_ref().map(|suggestion| suggestion.applicability)
}

/// The place and the traits of an insertion of `#[derive(…)]`.
fn derived(edit: &Edit) -> Option<(usize, Vec<String>)> {
    let names = edit.replacement.trim().strip_prefix("#[derive(")?.strip_suffix(")]")?;
    (edit.start == edit.end).then(|| (edit.start, names.split(',').map(|name| name.trim().to_owned()).collect()))
}

fn key(edits: &[Edit]) -> Vec<(usize, usize, String)> {
    edits.iter().map(|edit| (edit.start, edit.end, edit.replacement.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Child, Level, Stage, Suggestion};

    const SURE: Applicability = Applicability::MachineApplicable;
    const MAYBE: Applicability = Applicability::MaybeIncorrect;
    const GAPS: Applicability = Applicability::HasPlaceholders;

    type Part<'a> = (usize, usize, &'a str, Applicability);

    /// One error whose helps hold the given parts.
    fn error(helps: &[&[Part]]) -> Diagnostic {
        let children = helps.iter().map(|parts| Child {
            level: Level::Help,
            message: "consider this".to_owned(),
            spans: parts.iter().map(|&part| span(part)).collect(),
        });
        Diagnostic {
            level: Level::Error,
            code: None,
            message: "wrong".to_owned(),
            stage: Stage::Typeck,
            spans: Vec::new(),
            children: children.collect(),
        }
    }

    fn span((byte_start, byte_end, replacement, applicability): Part) -> Span {
        let suggestion = Some(Suggestion { replacement: replacement.to_owned(), applicability });
        Span {
            byte_start,
            byte_end,
            line_start: 1,
            column_start: byte_start + 1,
            line_end: 1,
            column_end: byte_end + 1,
            is_primary: true,
            label: None,
            suggestion,
            file: None,
        }
    }

    fn results(diagnostics: &[Diagnostic], source: &str) -> Vec<String> {
        suggestions(diagnostics, source).iter().map(|edits| apply(source, edits).unwrap()).collect()
    }

    #[test]
    fn parts_apply_together_whatever_their_order() {
        let lifetimes = error(&[&[(4, 4, "<'a>", MAYBE), (13, 13, "'a ", MAYBE), (6, 6, "'a ", MAYBE)]]);
        assert_eq!(results(&[lifetimes], "fn d(&str) -> &str"), ["fn d<'a>(&'a str) ->'a  &str"]);
    }

    #[test]
    fn alternatives_for_one_place_are_separate_suggestions_in_the_order_of_rustc() {
        let found =
            results(&[error(&[&[(0, 1, "x", SURE), (2, 3, "y", SURE), (0, 1, "z", SURE), (2, 3, "w", SURE)]])], "a b");
        assert_eq!(found, ["x y", "z w"]);
    }

    #[test]
    fn a_suggestion_that_two_errors_share_comes_once() {
        let one = error(&[&[(0, 0, "mut ", SURE)]]);
        assert_eq!(results(&[one.clone(), one.clone()], "x"), ["mut x"]);
        assert_eq!(machine_applicable(&[one.clone(), one], "x").as_deref(), Some("mut x"));
    }

    #[test]
    fn only_sure_suggestions_without_alternatives_or_overlaps_are_machine_applied() {
        let source = "abcd";
        let sure = error(&[&[(0, 1, "A", SURE)]]);
        let overlapping = error(&[&[(0, 2, "B", SURE)]]);
        let partly = error(&[&[(2, 3, "C", SURE), (3, 4, "D", MAYBE)]]);
        let several = error(&[&[(2, 3, "C", SURE), (2, 3, "D", SURE)]]);
        assert_eq!(machine_applicable(&[sure, overlapping, partly.clone(), several], source).as_deref(), Some("Abcd"));
        assert_eq!(machine_applicable(&[partly], source), None);
        assert_eq!(machine_applicable(&[], source), None);
    }

    #[test]
    fn placeholders_are_kept_only_where_the_result_lexes() {
        let gaps = error(&[&[(2, 2, "/* value */", GAPS)], &[(2, 2, "/* value", GAPS)], &[(2, 2, "(", MAYBE)]]);
        assert_eq!(results(&[gaps], "f()"), ["f(/* value */)", "f(()"]);
    }

    #[test]
    fn derives_for_one_type_are_also_suggested_together() {
        let derive = |place, name| error(&[&[(place, place, name, MAYBE)]]);
        let errors =
            [derive(0, "#[derive(Ord)]\n"), derive(0, "#[derive(Eq, Ord)]\n"), derive(9, "#[derive(Clone)]\n")];
        let found = results(&errors, "struct A;struct B;");
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[3], "#[derive(Ord, Eq)]\nstruct A;struct B;");
    }

    #[test]
    fn what_lies_outside_the_source_is_passed_over() {
        let outside = error(&[&[(0, 9, "x", SURE)]]);
        assert_eq!(machine_applicable(std::slice::from_ref(&outside), "a"), None);
        assert!(suggestions(&[outside], "a").is_empty());
    }
}
