//! Calls where a better one is known.

use syn::spanned::Spanned;
use syn::{Expr, Lit, UnOp};

use super::program::{after, before, replaced};
use super::{Expected, Position, Program, mutator};
use crate::edit::Edit;

const NUMBERS: [&str; 10] = ["u16", "u32", "u64", "u128", "i16", "i32", "i64", "i128", "f32", "f64"];

mutator!(
    /// `u64::from(count)` becomes `count as u64`.
    pub(super) CastLossless, "r24_clippy_modern" / "cast_lossless", Expected::Lint("clippy::cast_lossless"), Body, |program| {
        let calls = NUMBERS.iter().flat_map(|&number| {
            let path = format!("{number}::from");
            program.wraps(&path).map(move |(call, value)| (number, call, value)).collect::<Vec<_>>()
        });
        let plain = calls.filter(|(_, call, value)| {
            program.position(*call) != Position::Operand
                && matches!(value, Expr::Path(_) | Expr::Field(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Index(_))
        });
        plain.map(|(number, call, value)| vec![replaced(call, format!("{} as {number}", program.text_of(value)))]).collect()
    }
);

mutator!(
    /// `list.first()` becomes `list.get(0)`.
    pub(super) GetFirst, "r24_clippy_modern" / "get_first", Expected::Lint("clippy::get_first"), Body, |program| {
        recalled(program, "first", "get(0)")
    }
);

mutator!(
    /// `io::Error::other(reason)` becomes `io::Error::new(io::ErrorKind::Other, reason)`.
    pub(super) IoOtherError, "r24_clippy_modern" / "io_other_error", Expected::Lint("clippy::io_other_error"), Body, |program| {
        let calls = program.wraps("Error::other").filter_map(|(call, value)| {
            let function = &program.text[call.span().byte_range().start..value.span().byte_range().start];
            let module = function.strip_suffix("Error::other(").filter(|module| !module.is_empty())?;
            let (start, end) = (call.span().byte_range().start, value.span().byte_range().start);
            let replacement = format!("{module}Error::new({module}ErrorKind::Other, ");
            Some(vec![Edit { start, end, replacement }])
        });
        calls.collect()
    }
);

mutator!(
    /// `list.is_empty()` becomes `list.len() == 0`, and `!list.is_empty()` becomes `list.len() > 0`.
    pub(super) LenZero, "r24_clippy_modern" / "len_zero", Expected::Lint("clippy::len_zero"), Body, |program| {
        let asked = program.expressions.iter().filter_map(|expression| {
            let (inner, compared) = match expression {
                Expr::Unary(found) if matches!(found.op, UnOp::Not(_)) => (&*found.expr, " > 0"),
                other => (*other, " == 0"),
            };
            let Expr::MethodCall(call) = inner else { return None };
            if call.method != "is_empty" || !call.args.is_empty() || program.position(*expression) == Position::Operand {
                return None;
            }
            let (start, end) = (expression.span().byte_range().start, call.span().byte_range().start);
            let mut edits = vec![replaced(&call.method, "len"), after(call, compared)];
            if start < end {
                edits.insert(0, Edit { start, end, replacement: String::new() });
            }
            Some(edits)
        });
        asked.collect()
    }
);

mutator!(
    /// `level.clamp(1, 9)` becomes `level.max(1).min(9)`.
    pub(super) ManualClamp, "r24_clippy_modern" / "manual_clamp", Expected::Lint("clippy::manual_clamp"), Body, |program| {
        let calls = program.calls("clamp", 2).map(|call| {
            let (start, end) = (replaced(&call.args[0], "").end, replaced(&call.args[1], "").start);
            vec![replaced(&call.method, "max"), Edit { start, end, replacement: ").min(".to_owned() }]
        });
        calls.collect()
    }
);

mutator!(
    /// `found.map_or(0, double)` becomes `found.map(double).unwrap_or(0)`.
    pub(super) MapUnwrapOr, "r24_clippy_modern" / "map_unwrap_or", Expected::Lint("clippy::map_unwrap_or"), Body, |program| {
        let calls = program.calls("map_or", 2).map(|call| {
            let (default, function) = (&call.args[0], &call.args[1]);
            let (start, end) = (default.span().byte_range().start, function.span().byte_range().start);
            let unwrapped = format!(".unwrap_or({})", program.text_of(default));
            vec![replaced(&call.method, "map"), Edit { start, end, replacement: String::new() }, after(call, unwrapped)]
        });
        calls.collect()
    }
);

mutator!(
    /// `names.unwrap_or_default()` becomes `names.unwrap_or_else(Vec::new)`, or `String::new`.
    pub(super) UnwrapOrDefault, "r24_clippy_modern" / "unwrap_or_default", Expected::Lint("clippy::unwrap_or_default"), Body, |program| {
        let made = ["Vec::new", "String::new"].into_iter().flat_map(|made| {
            let unwrapped = recalled(program, "unwrap_or_default", &format!("unwrap_or_else({made})"));
            unwrapped.into_iter().chain(recalled(program, "or_default", &format!("or_insert_with({made})")))
        });
        made.collect()
    }
);

mutator!(
    /// `"none".to_string()` becomes `format!("none")`.
    pub(super) UselessFormat, "r24_clippy_modern" / "useless_format", Expected::Lint("clippy::useless_format"), Body, |program| {
        let called = ["to_string", "to_owned"].into_iter().flat_map(|name| {
            program.calls(name, 0).map(|call| (call.span().byte_range(), &*call.receiver)).collect::<Vec<_>>()
        });
        let made = program.wraps("String::from").map(|(call, value)| (call.span().byte_range(), value));
        let literal = called.chain(made).filter_map(|(range, value)| {
            let is_text = matches!(value, Expr::Lit(found) if matches!(found.lit, Lit::Str(_)));
            let text = program.text_of(value);
            // Braces mean something else in a format string.
            (is_text && !text.contains(['{', '}'])).then(|| {
                vec![Edit { start: range.start, end: range.end, replacement: format!("format!({text})") }]
            })
        });
        literal.collect()
    }
);

/// A call without arguments as another one.
fn recalled(program: &Program<'_>, name: &str, call: &str) -> Vec<Vec<Edit>> {
    let calls = program.calls(name, 0).map(|found| {
        let start = before(&found.method, "").start;
        vec![Edit { start, end: replaced(found, "").end, replacement: call.to_owned() }]
    });
    calls.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::made;

    #[test]
    fn calls_are_written_as_others() {
        for (new, variant, old) in [
            ("u64::from(b)", "cast_lossless", "b as u64"),
            ("b.first()", "get_first", "b.get(0)"),
            ("io::Error::other(\"b\")", "io_other_error", "io::Error::new(io::ErrorKind::Other, \"b\")"),
            ("c && b.is_empty()", "len_zero", "c && b.len() == 0"),
            ("!b.is_empty()", "len_zero", "b.len() > 0"),
            ("b.clamp(1, 9)", "manual_clamp", "b.max(1).min(9)"),
            ("b.map_or(0, |c| c + 1)", "map_unwrap_or", "b.map(|c| c + 1).unwrap_or(0)"),
            ("\"b\".to_string()", "useless_format", "format!(\"b\")"),
            ("String::from(\"b\")", "useless_format", "format!(\"b\")"),
        ] {
            assert_eq!(made(&format!("fn a() {{ {new} }}"), variant), [format!("fn a() {{ {old} }}")]);
        }
        assert_eq!(made("fn a() { b.or_default() }", "unwrap_or_default").len(), 2);
    }

    #[test]
    fn what_would_bind_otherwise_stays() {
        assert_eq!(made("fn a() { b.is_empty() == c }", "len_zero"), [""; 0]);
        assert_eq!(made("fn a() { u64::from(b).pow(2) }", "cast_lossless"), [""; 0]);
        assert_eq!(made("fn a() { \"{}\".to_string() }", "useless_format"), [""; 0]);
    }
}
