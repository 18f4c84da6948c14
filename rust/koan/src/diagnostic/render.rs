//! Errors as text, in rustc's style, from the source and the diagnostics alone: no path, no time, nothing that varies.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level as Title, Patch, Renderer, Snippet};

use super::{Child, Diagnostic, Level, Span};

/// Columns of the text.
const WIDTH: usize = 120;

/// The diagnostics on `source` as text. The same input gives the same text, on every machine.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], source: &str) -> String {
    let renderer = Renderer::plain().term_width(WIDTH);
    let texts: Vec<String> =
        diagnostics.iter().map(|diagnostic| renderer.render(&report(diagnostic, source))).collect();
    texts.join("\n\n")
}

fn report<'a>(diagnostic: &'a Diagnostic, source: &'a str) -> Vec<Group<'a>> {
    let mut title = title(&diagnostic.level).primary_title(diagnostic.message.as_str());
    if let Some(code) = &diagnostic.code {
        title = title.id(code.as_str());
    }
    let mut first = Group::with_title(title);
    first = first.elements(snippet(&diagnostic.spans, source));
    let mut groups = vec![first];
    for child in &diagnostic.children {
        groups.push(group(child, source));
    }
    groups
}

fn group<'a>(child: &'a Child, source: &'a str) -> Group<'a> {
    let group = Group::with_title(title(&child.level).secondary_title(child.message.as_str()));
    let patches: Vec<Patch<'a>> = child
        .spans
        .iter()
        .filter_map(|span| Some(Patch::new(range(span, source)?, span.suggestion.as_ref()?.replacement.as_str())))
        .collect();
    if patches.is_empty() {
        return group.elements(snippet(&child.spans, source));
    }
    group.element(Snippet::source(source).path(None::<&str>).patches(patches))
}

fn snippet<'a>(spans: &'a [Span], source: &'a str) -> Option<Element<'a>> {
    let annotations: Vec<_> = spans
        .iter()
        .filter_map(|span| {
            let kind = if span.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            Some(kind.span(range(span, source)?).label(span.label.as_deref()))
        })
        .collect();
    if annotations.is_empty() {
        return None;
    }
    Some(Snippet::source(source).path(None::<&str>).annotations(annotations).into())
}

/// The bytes of a span, where the source has them.
fn range(span: &Span, source: &str) -> Option<Range<usize>> {
    let range = span.byte_start..span.byte_end;
    source.get(range.clone()).map(|_| range)
}

fn title(level: &Level) -> Title<'_> {
    match level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Help => Title::HELP,
        Level::Note | Level::FailureNote => Title::NOTE,
        Level::Other(name) => Title::NOTE.with_name(name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Applicability, Stage, Suggestion};
    use super::*;

    fn span(start: usize, end: usize, label: &str, replacement: Option<&str>) -> Span {
        let suggestion = replacement
            .map(|text| Suggestion { replacement: text.to_owned(), applicability: Applicability::MachineApplicable });
        Span {
            byte_start: start,
            byte_end: end,
            line_start: 1,
            column_start: 1,
            line_end: 1,
            column_end: 1,
            is_primary: true,
            label: Some(label.to_owned()),
            suggestion,
            file: None,
        }
    }

    fn diagnostic(spans: Vec<Span>, children: Vec<Child>) -> Diagnostic {
        let message = "borrow of moved value: `name`".to_owned();
        Diagnostic {
            level: Level::Error,
            code: Some("E0382".to_owned()),
            message,
            stage: Stage::Borrowck,
            spans,
            children,
        }
    }

    #[test]
    fn the_text_shows_code_message_line_label_and_what_helps() {
        let source = "fn f() {\n    let name = one();\n}\n";
        let help = Child {
            level: Level::Help,
            message: "consider cloning".to_owned(),
            spans: vec![span(29, 29, "", Some(".clone()"))],
        };
        let text = render(&[diagnostic(vec![span(17, 21, "moved here", None)], vec![help])], source);
        for part in [
            "error[E0382]: borrow of moved value: `name`",
            "2 |     let name = one();",
            "^^^^ moved here",
            "help: consider cloning",
            ".clone()",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }

    proptest! {
        #[test]
        fn no_span_makes_it_panic_and_equal_input_gives_equal_text(
            source in "\\PC{0,40}(\n\\PC{0,20}){0,3}", start in 0_usize..80, length in 0_usize..40, replacement in proptest::option::of("[a-z\n]{0,5}"),
        ) {
            let child = Child { level: Level::Help, message: "h".to_owned(), spans: vec![span(start, start + length, "", replacement.as_deref())] };
            let found = [diagnostic(vec![span(start, start + length, "l", None)], vec![child])];
            prop_assert_eq!(render(&found, &source), render(&found, &source));
        }
    }
}
