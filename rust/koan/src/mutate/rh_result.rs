//! Results that are taken for values, and values for results.

use syn::{Expr, Stmt};

use super::program::{cut_after, replaced};
use super::{Expected, Mutator, foretold, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropErr, &DropOk, &DropOkOr, &DropOkUnit];

mutator!(
    /// `Err(reason)` becomes `reason`.
    DropErr, "rh_result" / "drop_err", Expected::Codes(&["E0308"]), Body, |program| {
        program.wraps("Err").map(|(call, value)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `Ok(value)` becomes `value`.
    DropOk, "rh_result" / "drop_ok", Expected::Codes(&["E0308"]), Body, |program| {
        let calls = program.wraps("Ok").filter(|(_, value)| program.text_of(*value) != "()");
        calls.map(|(call, value)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `list.first().ok_or(Fault::Empty)?` becomes `list.first()?`.
    DropOkOr, "rh_result" / "drop_ok_or", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        let calls = ["ok_or", "ok_or_else"].into_iter().flat_map(|name| program.calls(name, 1));
        let inferable = calls.filter(|call| foretold(program, &call.args[0]));
        inferable.map(|call| vec![cut_after(&call.receiver, call)]).collect()
    }
);

mutator!(
    /// The `Ok(())` at the end of a function is forgotten.
    DropOkUnit, "rh_result" / "drop_ok_unit", Expected::Codes(&["E0308", "E0317"]), Item, |program| {
        let bodies = program.functions.iter().filter_map(|function| function.body);
        let last = bodies.filter_map(|body| match body.stmts.as_slice() {
            [.., before, Stmt::Expr(value @ Expr::Call(_), None)] if program.text_of(value) == "Ok(())" => {
                let start = syn::spanned::Spanned::span(before).byte_range().end;
                let end = syn::spanned::Spanned::span(value).byte_range().end;
                Some(vec![Edit { start, end, replacement: String::new() }])
            }
            _ => None,
        });
        last.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn what_stands_around_a_value_goes() {
        assert_eq!(made("fn a() { b(Ok(c)) }", "drop_ok"), ["fn a() { b(c) }"]);
        assert_eq!(made("fn a() { b(Err(c)) }", "drop_err"), ["fn a() { b(c) }"]);
        assert_eq!(made("fn a() { b().ok_or(C::D)? }", "drop_ok_or"), ["fn a() { b()? }"]);
        assert_eq!(made("fn a() {\n    b();\n    Ok(())\n}", "drop_ok_unit"), ["fn a() {\n    b();\n}"]);
    }
}
