//! The question mark: missing, or in a function that cannot pass an error on.

use syn::{Expr, PathArguments, ReturnType, Type};

use super::program::{after, cut_after, replaced};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&AddQuestion, &DropQuestion, &PlainReturn];

mutator!(
    /// `text.len()` becomes `text.len()?`: a question mark too many.
    AddQuestion, "rh_question" / "add_question", Expected::Codes(&["E0277"]), Body, |program| {
        let calls = program.expressions.iter().filter_map(|expression| match expression {
            Expr::MethodCall(call) if ["len", "trim", "count", "sum"].iter().any(|name| call.method == name) => Some(call),
            _ => None,
        });
        calls.map(|call| vec![after(call, "?")]).collect()
    }
);

mutator!(
    /// `read(path)?` becomes `read(path)`.
    DropQuestion, "rh_question" / "drop_question", Expected::Codes(&["E0277", "E0308", "E0369", "E0599", "E0608", "E0609", "E0614", "E0624"]), Body, |program| {
        let asked = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Try(found) => Some(vec![cut_after(&found.expr, found)]),
            _ => None,
        });
        asked.collect()
    }
);

mutator!(
    /// `-> Result<T, E>` becomes `-> T` in a function that uses `?`.
    PlainReturn, "rh_question" / "plain_return", Expected::Codes(&["E0277", "E0308"]), Item, |program| {
        let functions = program.functions.iter().filter(|function| {
            function.body.is_some_and(|body| program.text_of(body).contains('?'))
        });
        let plain = functions.filter_map(|function| {
            let ReturnType::Type(_, returned) = &function.signature.output else { return None };
            let Type::Path(path) = &**returned else { return None };
            let last = path.path.segments.last().filter(|last| last.ident == "Result" || last.ident == "Option")?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let value = program.text_of(arguments.args.first()?);
            Some(vec![replaced(returned, value)])
        });
        plain.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn question_marks_come_and_go() {
        assert_eq!(made("fn a() -> B { c()? + 1 }", "drop_question"), ["fn a() -> B { c() + 1 }"]);
        assert_eq!(made("fn a() { b.len() }", "add_question"), ["fn a() { b.len()? }"]);
        let text = "fn a() -> Result<Vec<u8>, E> { c()? }";
        assert_eq!(made(text, "plain_return"), ["fn a() -> Vec<u8> { c()? }"]);
    }
}
