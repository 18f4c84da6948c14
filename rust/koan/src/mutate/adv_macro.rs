//! Macros by example: rules that match something else, and calls that no rule matches.

use std::collections::BTreeMap;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Expr, Item, ItemMacro, Macro};

use super::program::{gone, replaced};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[
    &ColonForArrow,
    &DefinedLater,
    &DropArgument,
    &DropBang,
    &DropDollar,
    &DropFragment,
    &DropRepetition,
    &DropSeparator,
    &FragmentName,
];

const NO_RULE: Expected = Expected::Message(&["no rules expected", "unexpected end of macro invocation"]);

mutator!(
    /// `map! { 1 => 2 }` becomes `map! { 1: 2 }`.
    ColonForArrow, "adv_macro" / "colon_for_arrow", NO_RULE, Body, |program| {
        let arrows = calls(program).into_iter().flat_map(|call| arrows(&call.tokens)).collect::<Vec<_>>();
        arrows.into_iter().map(|(start, end)| {
            let blanks = program.text[..start].len() - program.text[..start].trim_end().len();
            vec![Edit { start: start - blanks, end, replacement: ":".to_owned() }]
        }).collect()
    }
);

mutator!(
    /// A macro is defined at the end of the file, after its calls.
    DefinedLater, "adv_macro" / "defined_later", Expected::Message(&["cannot find macro"]), Remote, |program| {
        let own = definitions(program).into_values().filter(|found| found.attrs.is_empty());
        let last = program.items.iter().map(|item| end(*item)).max().unwrap_or_default();
        let moved = own.filter(|found| end(*found) < last).map(|found| vec![
            gone(program.text, found),
            Edit { start: last, end: last, replacement: format!("\n\n{}", program.text_of(found)) },
        ]);
        moved.collect()
    }
);

mutator!(
    /// `largest!(first, second)` becomes `largest!(first)`.
    DropArgument, "adv_macro" / "drop_argument", NO_RULE, Body, |program| {
        let shortened = calls(program).into_iter().filter_map(|call| {
            let tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
            let comma = tokens.iter().rposition(|token| is_punct(token, ','))?;
            let (start, end) = (start_of(&tokens[comma]), end_of(tokens.last()?));
            (comma > 0 && comma + 1 < tokens.len()).then(|| vec![Edit { start, end, replacement: String::new() }])
        });
        shortened.collect()
    }
);

mutator!(
    /// `square!(side)` becomes `square(side)`.
    DropBang, "adv_macro" / "drop_bang", Expected::Codes(&["E0423", "E0425"]), Body, |program| {
        let known = definitions(program);
        let in_expressions = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Macro(found) if matches!(found.mac.delimiter, syn::MacroDelimiter::Paren(_)) => Some(&found.mac),
            _ => None,
        });
        let ours = in_expressions.filter(|call| call.path.get_ident().is_some_and(|name| known.contains_key(&name.to_string())));
        ours.map(|call| vec![replaced(&call.bang_token, "")]).collect()
    }
);

mutator!(
    /// `$side * $side` becomes `side * $side`.
    DropDollar, "adv_macro" / "drop_dollar", Expected::Codes(&["E0425"]), Remote, |program| {
        let mut found = Vec::new();
        for rule in rules(program) {
            for (dollar, name) in variables(&rule.body) {
                let captured = fragments(&rule.matcher).iter().any(|known| known.name == name && known.kind == "expr");
                found.extend(captured.then(|| vec![Edit { start: dollar, end: dollar + 1, replacement: String::new() }]));
            }
        }
        found
    }
);

mutator!(
    /// `$side:expr` becomes `$side`.
    DropFragment, "adv_macro" / "drop_fragment", Expected::Message(&["missing fragment specifier"]), Item, |program| {
        let all = rules(program).into_iter().flat_map(|rule| fragments(&rule.matcher)).collect::<Vec<_>>();
        all.into_iter().map(|found| vec![Edit { start: found.colon, end: found.end, replacement: String::new() }]).collect()
    }
);

mutator!(
    /// `$(list.push($item);)*` becomes `list.push($item);`.
    DropRepetition, "adv_macro" / "drop_repetition", Expected::Message(&["is still repeating at this depth"]), Item, |program| {
        let all = rules(program).into_iter().flat_map(|rule| repetitions(&rule.body)).collect::<Vec<_>>();
        let of_variables = all.into_iter().filter(|found| !variables(&found.inner).is_empty());
        of_variables.map(|found| vec![
            Edit { start: found.start, end: inside(&found.inner).0, replacement: String::new() },
            Edit { start: inside(&found.inner).1, end: found.end, replacement: String::new() },
        ]).collect()
    }
);

mutator!(
    /// `$($item:expr),*` becomes `$($item:expr)*`, in what a rule matches.
    DropSeparator, "adv_macro" / "drop_separator", NO_RULE, Remote, |program| {
        let all = rules(program).into_iter().flat_map(|rule| repetitions(&rule.matcher)).collect::<Vec<_>>();
        all.into_iter().filter_map(|found| {
            let start = found.separator?;
            Some(vec![Edit { start, end: start + 1, replacement: String::new() }])
        }).collect()
    }
);

mutator!(
    /// `$side:expr` becomes `$side:expression`.
    FragmentName, "adv_macro" / "fragment_name", Expected::Message(&["invalid fragment specifier"]), Item, |program| {
        let all = rules(program).into_iter().flat_map(|rule| fragments(&rule.matcher)).collect::<Vec<_>>();
        all.into_iter().filter_map(|found| {
            let (_, long) = NAMES.iter().find(|(short, _)| found.kind == *short)?;
            Some(vec![Edit { start: found.end - found.kind.len(), end: found.end, replacement: (*long).to_owned() }])
        }).collect()
    }
);

const NAMES: [(&str, &str); 6] = [
    ("expr", "expression"),
    ("ident", "identifier"),
    ("literal", "lit"),
    ("pat", "pattern"),
    ("stmt", "statement"),
    ("ty", "type"),
];

/// One rule of a macro: what it matches, and what becomes of it.
struct Rule {
    matcher: Group,
    body: Group,
}

/// `$name:kind`, from its colon to its end.
struct Fragment {
    name: String,
    kind: String,
    colon: usize,
    end: usize,
}

/// `$(inner)separator*`.
struct Repetition {
    start: usize,
    inner: Group,
    separator: Option<usize>,
    end: usize,
}

/// The macros of the program by name.
fn definitions<'a>(program: &Program<'a>) -> BTreeMap<String, &'a ItemMacro> {
    let found = program.items.iter().filter_map(|&item| match item {
        Item::Macro(found) if found.mac.path.is_ident("macro_rules") => {
            Some((found.ident.as_ref()?.to_string(), found))
        }
        _ => None,
    });
    found.collect()
}

/// The calls of the program's own macros.
fn calls<'a>(program: &Program<'a>) -> Vec<&'a Macro> {
    let known = definitions(program);
    let named = program
        .macros
        .iter()
        .copied()
        .filter(|call| call.path.get_ident().is_some_and(|name| known.contains_key(&name.to_string())));
    named.collect()
}

fn rules(program: &Program<'_>) -> Vec<Rule> {
    let mut found = Vec::new();
    for definition in definitions(program).values() {
        let groups: Vec<Group> = definition
            .mac
            .tokens
            .clone()
            .into_iter()
            .filter_map(|token| match token {
                TokenTree::Group(group) => Some(group),
                _ => None,
            })
            .collect();
        found.extend(groups.chunks_exact(2).map(|pair| Rule { matcher: pair[0].clone(), body: pair[1].clone() }));
    }
    found.sort_by_key(|rule| inside(&rule.matcher).0);
    found
}

/// Every list of tokens in a group, its own first.
fn lists(group: &Group) -> Vec<Vec<TokenTree>> {
    let mut pending = vec![group.stream()];
    let mut found = Vec::new();
    while let Some(stream) = pending.pop() {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        pending.extend(tokens.iter().filter_map(|token| match token {
            TokenTree::Group(inner) => Some(inner.stream()),
            _ => None,
        }));
        found.push(tokens);
    }
    found
}

/// Every `$name`: where it begins, and the name.
fn variables(group: &Group) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for tokens in lists(group) {
        found.extend(tokens.windows(2).filter_map(|pair| match pair {
            [dollar, TokenTree::Ident(name)] if is_punct(dollar, '$') && name != "crate" => {
                Some((start_of(dollar), name.to_string()))
            }
            _ => None,
        }));
    }
    found.sort();
    found
}

fn fragments(group: &Group) -> Vec<Fragment> {
    let mut found = Vec::new();
    for tokens in lists(group) {
        found.extend(tokens.windows(4).filter_map(|four| match four {
            [dollar, TokenTree::Ident(name), colon, TokenTree::Ident(kind)]
                if is_punct(dollar, '$') && is_punct(colon, ':') =>
            {
                let (name, kind) = (name.to_string(), kind.to_string());
                Some(Fragment { name, kind, colon: start_of(colon), end: end_of(&four[3]) })
            }
            _ => None,
        }));
    }
    found.sort_by_key(|fragment| fragment.colon);
    found
}

fn repetitions(group: &Group) -> Vec<Repetition> {
    let mut found = Vec::new();
    for tokens in lists(group) {
        for (index, pair) in tokens.windows(2).enumerate() {
            let [dollar, TokenTree::Group(inner)] = pair else { continue };
            if !is_punct(dollar, '$') {
                continue;
            }
            let operator =
                |at: usize| tokens.get(at).filter(|token| ['*', '+', '?'].iter().any(|&sign| is_punct(token, sign)));
            let (separator, last) = match (operator(index + 2), operator(index + 3)) {
                (Some(last), _) => (None, last),
                (None, Some(last)) => (Some(start_of(&tokens[index + 2])), last),
                (None, None) => continue,
            };
            found.push(Repetition { start: start_of(dollar), inner: inner.clone(), separator, end: end_of(last) });
        }
    }
    found.sort_by_key(|repetition| repetition.start);
    found
}

/// Every `=>` of a call.
fn arrows(tokens: &TokenStream) -> Vec<(usize, usize)> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let pairs = tokens.windows(2).filter(|pair| is_punct(&pair[0], '=') && is_punct(&pair[1], '>'));
    pairs.map(|pair| (start_of(&pair[0]), end_of(&pair[1]))).collect()
}

fn end(item: &impl Spanned) -> usize {
    item.span().byte_range().end
}

/// The bytes between a group's brackets.
fn inside(group: &Group) -> (usize, usize) {
    (group.span_open().byte_range().end, group.span_close().byte_range().start)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}

fn start_of(token: &TokenTree) -> usize {
    token.span().byte_range().start
}

fn end_of(token: &TokenTree) -> usize {
    token.span().byte_range().end
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const LIST: &str = "macro_rules! list {\n    ($($item:expr),*) => {{ let mut all = Vec::new(); $(all.push($item);)* all }};\n}\nfn a() { list!(1, 2) }\n";

    #[test]
    fn a_rule_matches_or_makes_something_else() {
        assert_eq!(made(LIST, "drop_separator"), [LIST.replace("),*", ")*")]);
        assert_eq!(made(LIST, "drop_repetition"), [LIST.replace("$(all.push($item);)*", "all.push($item);")]);
        assert_eq!(made(LIST, "drop_dollar"), [LIST.replace("push($item)", "push(item)")]);
        assert_eq!(made(LIST, "drop_fragment"), [LIST.replace(":expr", "")]);
        assert_eq!(made(LIST, "fragment_name"), [LIST.replace(":expr", ":expression")]);
    }

    #[test]
    fn a_call_is_not_what_a_rule_matches() {
        assert_eq!(made(LIST, "drop_argument"), [LIST.replace("(1, 2)", "(1)")]);
        assert_eq!(made(LIST, "drop_bang"), [LIST.replace("list!(1", "list(1")]);
        let arrow = LIST.replace("(1, 2)", "(1 => 2)");
        assert_eq!(made(&arrow, "colon_for_arrow"), [arrow.replace("(1 => 2)", "(1: 2)")]);
    }

    #[test]
    fn a_definition_comes_too_late() {
        let text = "macro_rules! b { () => {} }\nfn a() { b!() }\n";
        assert_eq!(made(text, "defined_later"), ["fn a() { b!() }\n\nmacro_rules! b { () => {} }\n"]);
    }
}
