//! Iterators that are flattened by hand.

use syn::{Expr, Pat};

use super::nest::{closing, opening};
use super::noun::element;
use super::program::{after, replaced};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&FilterMapIdentity, &FilterOk, &FilterSome, &FlatMapIdentity, &IfLetOk, &IfLetSome, &MapFlatten];

mutator!(
    /// `found.flatten()` becomes `found.filter_map(|item| item)`.
    FilterMapIdentity, "r24_flatten" / "filter_map_identity", Expected::Lint("clippy::filter_map_identity"), Body, |program| {
        flattened(program, |name| format!("filter_map(|{name}| {name})"))
    }
);

mutator!(
    /// `found.flatten()` becomes `found.filter(Result::is_ok).map(Result::unwrap)`.
    FilterOk, "r24_flatten" / "filter_ok", Expected::Lint("clippy::result_filter_map"), Body, |program| {
        flattened(program, |_| "filter(Result::is_ok).map(Result::unwrap)".to_owned())
    }
);

mutator!(
    /// `found.flatten()` becomes `found.filter(Option::is_some).map(Option::unwrap)`.
    FilterSome, "r24_flatten" / "filter_some", Expected::Lint("clippy::option_filter_map"), Body, |program| {
        flattened(program, |_| "filter(Option::is_some).map(Option::unwrap)".to_owned())
    }
);

mutator!(
    /// `found.flatten()` becomes `found.flat_map(|item| item)`.
    FlatMapIdentity, "r24_flatten" / "flat_map_identity", Expected::Lint("clippy::flat_map_identity"), Body, |program| {
        flattened(program, |name| format!("flat_map(|{name}| {name})"))
    }
);

mutator!(
    /// `for line in lines.flatten() {` becomes `for line in lines { if let Ok(line) = line {`.
    IfLetOk, "r24_flatten" / "if_let_ok", Expected::Lint("clippy::manual_flatten"), Body, |program| {
        looped(program, "Ok")
    }
);

mutator!(
    /// `for entry in entries.flatten() {` becomes `for entry in entries { if let Some(entry) = entry {`.
    IfLetSome, "r24_flatten" / "if_let_some", Expected::Lint("clippy::manual_flatten"), Body, |program| {
        looped(program, "Some")
    }
);

mutator!(
    /// `lines.flat_map(parse)` becomes `lines.map(parse).flatten()`; so does `and_then` of an Option.
    MapFlatten, "r24_flatten" / "map_flatten", Expected::Lint("clippy::map_flatten"), Body, |program| {
        let calls = ["flat_map", "and_then"].into_iter().flat_map(|name| program.calls(name, 1));
        calls.map(|call| vec![replaced(&call.method, "map"), after(call, ".flatten()")]).collect()
    }
);

fn flattened(program: &Program<'_>, written: impl Fn(&str) -> String) -> Vec<Vec<Edit>> {
    let edits = program.calls("flatten", 0).map(|call| {
        let start = replaced(&call.method, "").start;
        vec![Edit { start, end: replaced(call, "").end, replacement: written(&element(&call.receiver)) }]
    });
    edits.collect()
}

fn looped(program: &Program<'_>, variant: &str) -> Vec<Vec<Edit>> {
    let loops = program.expressions.iter().filter_map(|expression| {
        let Expr::ForLoop(found) = expression else { return None };
        let (Pat::Ident(name), Expr::MethodCall(call)) = (&*found.pat, &*found.expr) else { return None };
        if call.method != "flatten" || !call.args.is_empty() || name.subpat.is_some() || name.by_ref.is_some() {
            return None;
        }
        // The element is moved into the inner name, which alone may change.
        let head = format!("if let {variant}({}) = {} ", program.text_of(name), name.ident);
        let start = replaced(&*call.receiver, "").end;
        let end = replaced(&found.body, "").start;
        let mut edits = Vec::new();
        if name.mutability.is_some() {
            edits.push(replaced(name, name.ident.to_string()));
        }
        edits.push(Edit { start, end, replacement: opening(program, &found.body, &head) });
        edits.extend(closing(program, &found.body));
        Some(edits)
    });
    loops.collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_call_is_written_out() {
        let text = "fn a() { replies.into_iter().flatten().collect() }";
        let call = |call: &str| format!("fn a() {{ replies.into_iter().{call}.collect() }}");
        assert_eq!(made(text, "filter_map_identity"), [call("filter_map(|reply| reply)")]);
        assert_eq!(made(text, "flat_map_identity"), [call("flat_map(|reply| reply)")]);
        assert_eq!(made(text, "filter_some"), [call("filter(Option::is_some).map(Option::unwrap)")]);
        assert_eq!(made("fn a() { b.flat_map(c) }", "map_flatten"), ["fn a() { b.map(c).flatten() }"]);
    }

    #[test]
    fn a_loop_looks_at_each_element() {
        let text = "fn a() {\n    for b in c.flatten() {\n        d(b);\n    }\n}\n";
        let expected = "fn a() {\n    for b in c {\n        if let Some(b) = b {\n        d(b);\n        }\n    }\n}\n";
        assert_eq!(made(text, "if_let_some"), [expected]);
        let text = "fn a() { for mut b in c.flatten() { d(&mut b); } }";
        assert_eq!(made(text, "if_let_ok"), ["fn a() { for b in c { if let Ok(mut b) = b { d(&mut b); } } }"]);
    }
}
