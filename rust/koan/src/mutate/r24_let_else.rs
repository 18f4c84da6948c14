//! Bindings that a match or an if makes where `let ... else` says it at once.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Local, Pat, PatIdent, Stmt};

use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&IfLetElse, &MatchElse];

const MANUAL: Expected = Expected::Lint("clippy::manual_let_else");

mutator!(
    /// `let Some(found) = list.first() else { return };` becomes `let found = if let Some(found) = list.first() { found } else { return };`.
    IfLetElse, "r24_let_else" / "if_let_else", MANUAL, Body, |program| {
        let locals = locals(program).map(|found| {
            let Binding { pattern, name, value } = &found.binding;
            let (local, end) = (found.local.pat.span().byte_range(), found.expr.span().byte_range().end);
            let start = found.expr.span().byte_range().start;
            vec![
                Edit { start: local.start, end: local.end, replacement: name.clone() },
                Edit { start, end: start, replacement: format!("if let {pattern} = ") },
                Edit { start: end, end, replacement: format!(" {{ {value} }}") },
            ]
        });
        locals.collect()
    }
);

mutator!(
    /// `let Some(found) = list.first() else { return };` becomes `let found = match list.first() { Some(found) => found, None => return };`.
    MatchElse, "r24_let_else" / "match_else", MANUAL, Body, |program| {
        let locals = locals(program).map(|found| {
            let Binding { pattern, name, value } = &found.binding;
            let (local, start) = (found.local.pat.span().byte_range(), found.expr.span().byte_range().start);
            let (end, diverges) = (found.expr.span().byte_range().end, found.diverges.span().byte_range());
            let other = other(pattern);
            let otherwise = otherwise(program, found.diverges);
            let arms = if program.text[end..diverges.end].contains('\n') {
                let indent = program.indent(found.local.span().byte_range().start);
                let comma = if otherwise.ends_with('}') { "" } else { "," };
                format!(" {{\n{indent}    {pattern} => {value},\n{indent}    {other} => {otherwise}{comma}\n{indent}}}")
            } else {
                format!(" {{ {pattern} => {value}, {other} => {otherwise} }}")
            };
            vec![
                Edit { start: local.start, end: local.end, replacement: name.clone() },
                Edit { start, end: start, replacement: "match ".to_owned() },
                Edit { start: end, end: diverges.end, replacement: arms },
            ]
        });
        locals.collect()
    }
);

struct Found<'a> {
    local: &'a Local,
    expr: &'a Expr,
    diverges: &'a Expr,
    binding: Binding,
}

/// A pattern without its `mut`, what is bound with it, and the value.
struct Binding {
    pattern: String,
    name: String,
    value: String,
}

fn locals<'a>(program: &Program<'a>) -> impl Iterator<Item = Found<'a>> {
    let statements = program.blocks.iter().flat_map(|block| &block.stmts);
    statements.filter_map(|statement| {
        let Stmt::Local(local) = statement else { return None };
        let init = local.init.as_ref()?;
        let (_, diverges) = init.diverge.as_ref()?;
        let binding = binding(program, &local.pat)?;
        let between = &program.text[init.expr.span().byte_range().end..diverges.span().byte_range().start];
        (between.trim() == "else").then_some(Found { local, expr: &init.expr, diverges, binding })
    })
}

/// None where the pattern binds nothing, by reference or with `@`, or has a type.
fn binding(program: &Program<'_>, pattern: &Pat) -> Option<Binding> {
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    let found = names.0;
    let plain = found.iter().all(|name| name.by_ref.is_none() && name.subpat.is_none());
    if found.is_empty() || !plain || matches!(pattern, Pat::Type(_) | Pat::Ident(_)) {
        return None;
    }
    let range = pattern.span().byte_range();
    let mut text = program.text[range.clone()].to_owned();
    for name in found.iter().rev() {
        let own = name.span().byte_range();
        text.replace_range(own.start - range.start..own.end - range.start, &name.ident.to_string());
    }
    let list = |written: fn(&PatIdent) -> String| match found.as_slice() {
        [one] => written(one),
        several => format!("({})", several.iter().map(|name| written(name)).collect::<Vec<_>>().join(", ")),
    };
    let name = list(|name| name.mutability.map_or_else(|| name.ident.to_string(), |_| format!("mut {}", name.ident)));
    Some(Binding { pattern: text, name, value: list(|name| name.ident.to_string()) })
}

/// The names that a pattern binds; what begins with a capital is a constant or a variant.
struct Names<'a>(Vec<&'a PatIdent>);

impl<'a> Visit<'a> for Names<'a> {
    fn visit_pat_ident(&mut self, found: &'a PatIdent) {
        if is_variable(&found.ident) {
            self.0.push(found);
        }
        visit::visit_pat_ident(self, found);
    }
}

fn is_variable(name: &Ident) -> bool {
    name.to_string().trim_start_matches('_').starts_with(|letter: char| letter.is_lowercase())
}

/// The pattern of what does not match.
fn other(pattern: &str) -> &'static str {
    match pattern.split('(').next() {
        Some("Some") => "None",
        Some("Ok") => "Err(_)",
        Some("Err") => "Ok(_)",
        _ => "_",
    }
}

/// The block, or what alone is in it.
fn otherwise(program: &Program<'_>, diverges: &Expr) -> String {
    let text = program.text_of(diverges);
    match diverges {
        Expr::Block(found) if !text.contains("//") && !text.contains("/*") => match found.block.stmts.as_slice() {
            [Stmt::Expr(one, _)] => program.text_of(one).to_owned(),
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_binding_is_made_by_an_if_or_a_match() {
        let text = "fn a() { let Some(b) = c else { return; }; }";
        assert_eq!(made(text, "if_let_else"), ["fn a() { let b = if let Some(b) = c { b } else { return; }; }"]);
        assert_eq!(made(text, "match_else"), ["fn a() { let b = match c { Some(b) => b, None => return }; }"]);
    }

    #[test]
    fn several_names_make_a_tuple_and_mut_stays_outside() {
        let text = "fn a() { let [b, mut c] = d else { return; }; }";
        let expected = "fn a() { let (b, mut c) = if let [b, c] = d { (b, c) } else { return; }; }";
        assert_eq!(made(text, "if_let_else"), [expected]);
    }

    #[test]
    fn lines_stay_lines() {
        let text = "fn a() {\n    let Ok(b) = c else {\n        d();\n        return;\n    };\n}\n";
        let expected = "fn a() {\n    let b = match c {\n        Ok(b) => b,\n        Err(_) => {\n        d();\n        return;\n    }\n    };\n}\n";
        assert_eq!(made(text, "match_else"), [expected]);
    }

    #[test]
    fn what_binds_nothing_plain_is_left_alone() {
        for local in ["let None = b else { return };", "let Some(ref b) = c else { return };", "let b = c;"] {
            let text = format!("fn a() {{ {local} }}");
            assert_eq!(made(&text, "if_let_else").len() + made(&text, "match_else").len(), 0, "{local}");
        }
    }
}
