//! Conditions, values and returns that say more than they need.

use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, Local, Pat, RangeLimits, ReturnType, Stmt, Type, UnOp};

use super::nest::{closing, opening};
use super::program::{after, before, replaced};
use super::{Expected, Position, Program, mutator};
use crate::edit::Edit;

mutator!(
    /// `total += price` becomes `total = total + price`.
    pub(super) AssignOpPattern, "r24_clippy_modern" / "assign_op_pattern", Expected::Lint("clippy::assign_op_pattern"), Body, |program| {
        let changes = program.expressions.iter().filter_map(|expression| {
            let Expr::Binary(found) = expression else { return None };
            let (target, operator) = (program.text_of(&found.left), program.text_of(&found.op));
            let operator = operator.strip_suffix('=')?;
            // What is called for its place would be called twice.
            if !is_assignment(found.op) || target.contains('(') {
                return None;
            }
            let mut edits = vec![replaced(&found.op, format!("= {target} {operator}"))];
            if !matches!(&*found.right, Expr::Lit(_) | Expr::Path(_) | Expr::Field(_) | Expr::Call(_) | Expr::MethodCall(_)
                | Expr::Index(_) | Expr::Unary(_) | Expr::Reference(_) | Expr::Paren(_) | Expr::Try(_) | Expr::Macro(_)) {
                edits.extend([before(&found.right, "("), after(&found.right, ")")]);
            }
            Some(edits)
        });
        changes.collect()
    }
);

mutator!(
    /// `if ready` becomes `if ready == true`, and `if !ready` becomes `if ready == false`.
    pub(super) BoolComparison, "r24_clippy_modern" / "bool_comparison", Expected::Lint("clippy::bool_comparison"), Body, |program| {
        let conditions = program.expressions.iter().filter_map(|expression| match expression {
            Expr::If(found) => Some(&*found.cond),
            Expr::While(found) => Some(&*found.cond),
            _ => None,
        });
        let compared = conditions.filter_map(|condition| match condition {
            Expr::Path(_) | Expr::MethodCall(_) | Expr::Call(_) | Expr::Field(_) => Some(vec![after(condition, " == true")]),
            Expr::Unary(found) if matches!(found.op, UnOp::Not(_)) => {
                let (start, end) = (found.span().byte_range().start, found.expr.span().byte_range().start);
                Some(vec![Edit { start, end, replacement: String::new() }, after(&found.expr, " == false")])
            }
            _ => None,
        });
        compared.collect()
    }
);

mutator!(
    /// `(1..=9).contains(&level)` becomes `level >= 1 && level <= 9`.
    pub(super) ManualRangeContains, "r24_clippy_modern" / "manual_range_contains",
    Expected::Lint("clippy::manual_range_contains"), Body, |program| {
        let calls = program.calls("contains", 1).filter_map(|call| {
            let Expr::Paren(brackets) = &*call.receiver else { return None };
            let Expr::Range(range) = &*brackets.expr else { return None };
            let (Some(start), Some(end), Expr::Reference(value)) = (&range.start, &range.end, &call.args[0]) else { return None };
            let is_plain = matches!(&*value.expr, Expr::Path(_) | Expr::Field(_));
            if !is_plain || program.position(call) == Position::Operand {
                return None;
            }
            let (value, start, end) = (program.text_of(&value.expr), program.text_of(start), program.text_of(end));
            let below = if matches!(range.limits, RangeLimits::Closed(_)) { "<=" } else { "<" };
            Some(vec![replaced(call, format!("{value} >= {start} && {value} {below} {end}"))])
        });
        calls.collect()
    }
);

mutator!(
    /// `if let Some(rest) = line.strip_prefix("# ") {` becomes `if line.starts_with("# ") { let rest = &line[2..];`.
    pub(super) ManualStrip, "r24_clippy_modern" / "manual_strip", Expected::Lint("clippy::manual_strip"), Body, |program| {
        program.expressions.iter().filter_map(|expression| stripped(program, expression)).collect()
    }
);

mutator!(
    /// `count > 9` becomes `if count > 9 { true } else { false }`.
    pub(super) NeedlessBool, "r24_clippy_modern" / "needless_bool", Expected::Lint("clippy::needless_bool"), Body, |program| {
        let compared = values(program).filter(|value| match value {
            Expr::Binary(found) => matches!(found.op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)),
            _ => false,
        });
        compared.map(|value| vec![before(value, "if "), after(value, " { true } else { false }")]).collect()
    }
);

mutator!(
    /// The last line `total` of a function becomes `return total;`.
    pub(super) NeedlessReturn, "r24_clippy_modern" / "needless_return", Expected::Lint("clippy::needless_return"), Body, |program| {
        let simple = values(program).filter(|value| !matches!(value,
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) | Expr::Unsafe(_) | Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Return(_)));
        simple.map(|value| vec![before(value, "return "), after(value, ";")]).collect()
    }
);

mutator!(
    /// `let first = list.first()?;` becomes `let Some(first) = list.first() else { return None; };`, and for a Result a match.
    pub(super) QuestionMark, "r24_clippy_modern" / "question_mark", Expected::Lint("clippy::question_mark"), Body, |program| {
        let returning = program.functions.iter().filter_map(|function| Some((returned(&function.signature.output)?, function.body?)));
        let tried = returning.flat_map(|(kind, body)| {
            let locals = body.stmts.iter().filter_map(move |statement| match statement {
                Stmt::Local(local) => by_hand(program, local, &kind),
                _ => None,
            });
            locals.collect::<Vec<_>>()
        });
        tried.collect()
    }
);

mutator!(
    /// `if let Some(name) = found { greet(name); }` becomes `match found { Some(name) => { greet(name); } _ => {} }`.
    pub(super) SingleMatch, "r24_clippy_modern" / "single_match", Expected::Lint("clippy::single_match"), Body, |program| {
        let single = program.expressions.iter().filter_map(|expression| {
            let Expr::If(found) = expression else { return None };
            let Expr::Let(condition) = &*found.cond else { return None };
            if found.else_branch.is_some() || program.text[..found.span().byte_range().start].trim_end().ends_with("else") {
                return None;
            }
            let (start, end) = (found.span().byte_range().start, found.then_branch.span().byte_range().start);
            let head = format!("{} => ", program.text_of(&condition.pat));
            let opened = format!("match {}{}", program.text_of(&condition.expr), opening(program, &found.then_branch, &head));
            let mut edits = vec![Edit { start, end, replacement: opened }];
            let mut closed = closing(program, &found.then_branch);
            if let Some(last) = closed.last_mut() {
                let blanks = last.replacement.trim_end_matches('}').to_owned();
                let more = if blanks.contains('\n') { "    " } else { "" };
                last.replacement = format!("{blanks}{more}_ => {{}}{blanks}}}");
            }
            edits.extend(closed);
            Some(edits)
        });
        single.collect()
    }
);

fn is_assignment(operator: BinOp) -> bool {
    matches!(
        operator,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// What functions end in.
fn values<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a Expr> {
    let bodies = program.functions.iter().filter(|function| matches!(function.signature.output, ReturnType::Type(..)));
    bodies.filter_map(|function| function.body?.stmts.last()).filter_map(|statement| match statement {
        Stmt::Expr(value, None) => Some(value),
        _ => None,
    })
}

/// The name of the type that is returned.
fn returned(output: &ReturnType) -> Option<String> {
    let ReturnType::Type(_, found) = output else { return None };
    let Type::Path(path) = &**found else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

fn by_hand(program: &Program<'_>, local: &Local, kind: &str) -> Option<Vec<Edit>> {
    let init = local.init.as_ref()?;
    let (Expr::Try(tried), None, Pat::Ident(name)) = (&*init.expr, &init.diverge, &local.pat) else { return None };
    let (pattern, last) = (program.text_of(name), replaced(&*tried.expr, "").end);
    let mark = Edit { start: last, end: replaced(tried, "").end, replacement: String::new() };
    match kind {
        "Option" => Some(vec![
            replaced(name, format!("Some({pattern})")),
            Edit { replacement: " else { return None; }".to_owned(), ..mark },
        ]),
        "Result" => Some(vec![
            before(tried, "match "),
            Edit { replacement: format!(" {{ Ok({0}) => {0}, Err(error) => return Err(error) }}", name.ident), ..mark },
        ]),
        _ => None,
    }
}

fn stripped(program: &Program<'_>, expression: &Expr) -> Option<Vec<Edit>> {
    let Expr::If(found) = expression else { return None };
    let Expr::Let(condition) = &*found.cond else { return None };
    let (Expr::MethodCall(call), Pat::TupleStruct(some)) = (&*condition.expr, &*condition.pat) else { return None };
    let (Expr::Path(_), Some(Expr::Lit(affix))) = (&*call.receiver, call.args.first()) else { return None };
    let (true, [Pat::Ident(rest)]) = (some.path.is_ident("Some"), some.elems.iter().collect::<Vec<_>>().as_slice())
    else {
        return None;
    };
    let length = match &affix.lit {
        Lit::Str(text) => text.value().len(),
        Lit::Char(letter) => letter.value().len_utf8(),
        _ => return None,
    };
    let text = program.text_of(&call.receiver);
    let (asked, part) = match call.method.to_string().as_str() {
        "strip_prefix" => ("starts_with", format!("&{text}[{length}..]")),
        "strip_suffix" => ("ends_with", format!("&{text}[..{text}.len() - {length}]")),
        _ => return None,
    };
    let body = found.then_branch.span().byte_range();
    let lines = program.text[body.clone()].contains('\n');
    let blanks = if lines { format!("\n{}    ", program.indent(body.end - 1)) } else { " ".to_owned() };
    let (start, end) = (condition.span().byte_range().start, call.span().byte_range().start);
    Some(vec![
        Edit { start, end, replacement: String::new() },
        replaced(&call.method, asked),
        Edit {
            start: body.start + 1,
            end: body.start + 1,
            replacement: format!("{blanks}let {} = {part};", program.text_of(rest)),
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::made;

    #[test]
    fn expressions_say_more_than_they_need() {
        for (new, variant, old) in [
            ("b += 1;", "assign_op_pattern", "b = b + 1;"),
            ("b *= c + 1;", "assign_op_pattern", "b = b * (c + 1);"),
            ("if b {}", "bool_comparison", "if b == true {}"),
            ("if !b.c() {}", "bool_comparison", "if b.c() == false {}"),
            ("c && (1..9).contains(&b)", "manual_range_contains", "c && b >= 1 && b < 9"),
            ("if let Some(b) = c { d(b); }", "single_match", "match c { Some(b) => { d(b); } _ => {} }"),
            (
                "if let Some(b) = c.strip_prefix(\"é \") { d(b) }",
                "manual_strip",
                "if c.starts_with(\"é \") { let b = &c[3..]; d(b) }",
            ),
            (
                "if let Some(b) = c.strip_suffix('d') { b }",
                "manual_strip",
                "if c.ends_with('d') { let b = &c[..c.len() - 1]; b }",
            ),
        ] {
            assert_eq!(made(&format!("fn a() {{ {new} }}"), variant), [format!("fn a() {{ {old} }}")]);
        }
        assert_eq!(made("fn a() { b() += 1; }", "assign_op_pattern"), [""; 0]);
        assert_eq!(made("fn a() { !(1..9).contains(&b) }", "manual_range_contains"), [""; 0]);
    }

    #[test]
    fn functions_end_in_more_words() {
        let text = "fn a() -> bool { b > 1 }";
        assert_eq!(made(text, "needless_bool"), ["fn a() -> bool { if b > 1 { true } else { false } }"]);
        assert_eq!(made(text, "needless_return"), ["fn a() -> bool { return b > 1; }"]);
        let text = "fn a() -> Option<u8> { let b = c()?; d }";
        assert_eq!(
            made(text, "question_mark"),
            ["fn a() -> Option<u8> { let Some(b) = c() else { return None; }; d }"]
        );
        let text = "fn a() -> Result<u8, E> { let b = c()?; d }";
        let expected =
            "fn a() -> Result<u8, E> { let b = match c() { Ok(b) => b, Err(error) => return Err(error) }; d }";
        assert_eq!(made(text, "question_mark"), [expected]);
    }

    #[test]
    fn a_match_keeps_the_lines_of_its_arm() {
        let text = "fn a() {\n    if let Some(b) = c {\n        d(b);\n    }\n}\n";
        let expected =
            "fn a() {\n    match c {\n        Some(b) => {\n        d(b);\n        }\n        _ => {}\n    }\n}\n";
        assert_eq!(made(text, "single_match"), [expected]);
    }
}
