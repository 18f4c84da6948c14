//! Adaptors and the closures that they are given.

use syn::spanned::Spanned;
use syn::{Expr, ExprPath};

use super::noun::element;
use super::program::{after, before, replaced};
use super::{Expected, Program, mutator};
use crate::edit::Edit;

mutator!(
    /// `found.map(|one| one + 1)` becomes `found.and_then(|one| Some(one + 1))`.
    pub(super) BindInsteadOfMap, "r24_clippy_modern" / "bind_instead_of_map",
    Expected::Lint("clippy::bind_instead_of_map"), Body, |program| {
        let calls = program.calls("map", 1).filter_map(|call| match &call.args[0] {
            Expr::Closure(closure) if !matches!(&*closure.body, Expr::Block(_)) => Some((call, &closure.body)),
            _ => None,
        });
        calls.map(|(call, body)| vec![replaced(&call.method, "and_then"), before(body, "Some("), after(body, ")")]).collect()
    }
);

mutator!(
    /// `list.iter().find(is_new)` becomes `list.iter().filter(is_new).next()`.
    pub(super) FilterNext, "r24_clippy_modern" / "filter_next", Expected::Lint("clippy::filter_next"), Body, |program| {
        program.calls("find", 1).map(|call| vec![replaced(&call.method, "filter"), after(call, ".next()")]).collect()
    }
);

mutator!(
    /// `words.next_back()` becomes `words.rev().next()`.
    pub(super) ManualNextBack, "r24_clippy_modern" / "manual_next_back", Expected::Lint("clippy::manual_next_back"), Body, |program| {
        program.calls("next_back", 0).map(|call| vec![replaced(&call.method, "rev"), after(call, ".next()")]).collect()
    }
);

mutator!(
    /// `iter::repeat_n(blank, width)` becomes `iter::repeat(blank).take(width)`.
    pub(super) ManualRepeatN, "r24_clippy_modern" / "manual_repeat_n", Expected::Lint("clippy::manual_repeat_n"), Body, |program| {
        let calls = program.expressions.iter().filter_map(|expression| {
            let Expr::Call(call) = expression else { return None };
            let Expr::Path(function) = &*call.func else { return None };
            let name = &function.path.segments.last()?.ident;
            (name == "repeat_n" && function.path.segments.len() > 1 && call.args.len() == 2).then(|| {
                let (start, end) = (replaced(&call.args[0], "").end, replaced(&call.args[1], "").start);
                vec![replaced(name, "repeat"), Edit { start, end, replacement: ").take(".to_owned() }]
            })
        });
        calls.collect()
    }
);

mutator!(
    /// `words.map(String::from)` becomes `words.map(|word| String::from(word))`.
    pub(super) RedundantClosure, "r24_clippy_modern" / "redundant_closure", Expected::Lint("clippy::redundant_closure"), Body, |program| {
        wrapped(program, |_| true, |name, path, _| format!("|{name}| {path}({name})"))
    }
);

mutator!(
    /// `words.map(str::len)` becomes `words.map(|word| word.len())`.
    pub(super) RedundantClosureForMethodCalls, "r24_clippy_modern" / "redundant_closure_for_method_calls",
    Expected::Lint("clippy::redundant_closure_for_method_calls"), Body, |program| {
        // Types take these by name, and have them without a value.
        let is_method = |function: &ExprPath| {
            let name = function.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let makes = name.starts_with("from") || name.starts_with("try_from") || name == "new";
            function.path.segments.len() > 1 && name.starts_with(|letter: char| letter.is_lowercase()) && !makes
        };
        wrapped(program, is_method, |name, _, method| format!("|{name}| {name}.{method}()"))
    }
);

mutator!(
    /// `list.iter().any(is_new)` becomes `list.iter().position(is_new).is_some()`.
    pub(super) SearchIsSome, "r24_clippy_modern" / "search_is_some", Expected::Lint("clippy::search_is_some"), Body, |program| {
        program.calls("any", 1).map(|call| vec![replaced(&call.method, "position"), after(call, ".is_some()")]).collect()
    }
);

/// Methods that give their closure one value.
const GIVE_ONE: [&str; 8] =
    ["map", "map_err", "and_then", "filter_map", "flat_map", "for_each", "map_while", "is_some_and"];

/// Each function that is given by name, in a closure of what `written` makes of the value, the path and its last part.
fn wrapped(
    program: &Program<'_>,
    fits: impl Fn(&ExprPath) -> bool,
    written: impl Fn(&str, &str, &str) -> String,
) -> Vec<Vec<Edit>> {
    let calls = GIVE_ONE.iter().flat_map(|&name| program.calls(name, 1).map(move |call| (name, call)));
    let edits = calls.filter_map(|(method, call)| {
        let Expr::Path(function) = &call.args[0] else { return None };
        let last = function.path.segments.last()?;
        // A single lower-case word may be a variable that holds a closure.
        let named = function.path.segments.len() > 1
            || last.ident.to_string().starts_with(|letter: char| letter.is_uppercase());
        if !named || !last.arguments.is_empty() || !fits(function) {
            return None;
        }
        let name = if method == "map_err" { "error".to_owned() } else { element(&call.receiver) };
        let path = &program.text[function.span().byte_range()];
        Some(vec![replaced(function, written(&name, path, &last.ident.to_string()))])
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::made;

    #[test]
    fn adaptors_are_written_out() {
        for (new, variant, old) in [
            ("b.map(|c| c + 1)", "bind_instead_of_map", "b.and_then(|c| Some(c + 1))"),
            ("b.iter().find(c)", "filter_next", "b.iter().filter(c).next()"),
            ("b.next_back()", "manual_next_back", "b.rev().next()"),
            ("iter::repeat_n(b, 3)", "manual_repeat_n", "iter::repeat(b).take(3)"),
            ("b.iter().any(|c| c)", "search_is_some", "b.iter().position(|c| c).is_some()"),
            ("words.map(String::from)", "redundant_closure", "words.map(|word| String::from(word))"),
            ("b.map_err(Error::Io)", "redundant_closure", "b.map_err(|error| Error::Io(error))"),
            ("words.map(str::len)", "redundant_closure_for_method_calls", "words.map(|word| word.len())"),
        ] {
            assert_eq!(made(&format!("fn a() {{ {new} }}"), variant), [format!("fn a() {{ {old} }}")]);
        }
        assert_eq!(made("fn a() { words.map(String::from) }", "redundant_closure_for_method_calls"), [""; 0]);
        assert_eq!(made("fn a() { words.map(parse) }", "redundant_closure"), [""; 0]);
    }
}
