//! Loops that say more than they need.

use syn::spanned::Spanned;
use syn::{Expr, ExprForLoop, Pat};

use super::program::{after, replaced};
use super::{Expected, Program, mutator};
use crate::edit::Edit;

mutator!(
    /// `for price in &prices` becomes `for price in prices.iter()`.
    pub(super) ExplicitIterLoop, "r24_clippy_modern" / "explicit_iter_loop", Expected::Lint("clippy::explicit_iter_loop"), Body, |program| {
        let borrowed = loops(program).filter_map(|found| match &*found.expr {
            Expr::Reference(list) if matches!(&*list.expr, Expr::Path(_) | Expr::Field(_)) => Some(list),
            _ => None,
        });
        let edits = borrowed.map(|list| {
            let (start, end) = (list.span().byte_range().start, list.expr.span().byte_range().start);
            let call = if list.mutability.is_some() { ".iter_mut()" } else { ".iter()" };
            vec![Edit { start, end, replacement: String::new() }, after(&list.expr, call)]
        });
        edits.collect()
    }
);

mutator!(
    /// `for price in &prices {` becomes `for index in 0..prices.len() { let price = &prices[index];`.
    pub(super) NeedlessRangeLoop, "r24_clippy_modern" / "needless_range_loop", Expected::Lint("clippy::needless_range_loop"), Body, |program| {
        let indexed = loops(program).filter_map(|found| {
            let body = found.body.span().byte_range();
            let text = &program.text[body.clone()];
            let (list, index, element) = parts(program, found, text)?;
            let blanks = if text.contains('\n') { format!("\n{}    ", program.indent(body.end - 1)) } else { " ".to_owned() };
            Some(vec![
                replaced(&*found.pat, index.clone()),
                replaced(&*found.expr, format!("0..{list}.len()")),
                Edit { start: body.start + 1, end: body.start + 1, replacement: format!("{blanks}let {element} = &{list}[{index}];") },
            ])
        });
        indexed.collect()
    }
);

fn loops<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a ExprForLoop> {
    program.expressions.iter().filter_map(|expression| match expression {
        Expr::ForLoop(found) => Some(found),
        _ => None,
    })
}

/// The list, the name of a place in it, and the pattern of what is there.
fn parts<'a>(program: &Program<'a>, found: &ExprForLoop, body: &str) -> Option<(&'a str, String, &'a str)> {
    let (list, numbered) = match &*found.expr {
        Expr::Reference(list) if list.mutability.is_none() => (&*list.expr, false),
        Expr::MethodCall(call) if call.method == "iter" => (&*call.receiver, false),
        Expr::MethodCall(call) if call.method == "enumerate" => match &*call.receiver {
            Expr::MethodCall(inner) if inner.method == "iter" => (&*inner.receiver, true),
            _ => return None,
        },
        _ => return None,
    };
    let list = matches!(list, Expr::Path(_)).then(|| program.text_of(list))?;
    if !numbered {
        let free = ["index", "i", "at"].into_iter().find(|name| !words(body).any(|word| word == *name))?;
        return Some((list, free.to_owned(), program.text_of(&*found.pat)));
    }
    let Pat::Tuple(pair) = &*found.pat else { return None };
    let (Pat::Ident(index), element) = (pair.elems.first()?, pair.elems.get(1)?) else { return None };
    Some((list, index.ident.to_string(), program.text_of(element)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::made;

    #[test]
    fn a_loop_calls_iter_or_counts() {
        let text = "fn a() { for b in &c.d { e(b); } }";
        assert_eq!(made(text, "explicit_iter_loop"), ["fn a() { for b in c.d.iter() { e(b); } }"]);
        let text = "fn a() {\n    for b in &c {\n        d(b);\n    }\n}\n";
        let expected = "fn a() {\n    for index in 0..c.len() {\n        let b = &c[index];\n        d(b);\n    }\n}\n";
        assert_eq!(made(text, "needless_range_loop"), [expected]);
        let text = "fn a() { for (i, b) in c.iter().enumerate() { d(i, b); } }";
        assert_eq!(made(text, "needless_range_loop"), ["fn a() { for i in 0..c.len() { let b = &c[i]; d(i, b); } }"]);
    }

    #[test]
    fn the_name_of_a_place_is_a_free_one() {
        let text = "fn a() { for b in &c { d(b, index); } }";
        assert_eq!(
            made(text, "needless_range_loop"),
            ["fn a() { for i in 0..c.len() { let b = &c[i]; d(b, index); } }"]
        );
    }
}
