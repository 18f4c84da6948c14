//! References that outlive what they point to.

use syn::{Expr, FnArg, Lifetime, Local, Pat, ReturnType, Stmt, Type, TypeParamBound};

use super::program::{before, replaced, up_to};
use super::tb_bounds::bounds;
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropOutlives, &OwnerInBlock, &ReturnReference, &Temporary];

mutator!(
    /// `T: Display + 'static` becomes `T: Display`.
    DropOutlives, "bc_lifetime_complex" / "drop_outlives", Expected::Codes(&["E0309", "E0310"]), Item, |program| {
        bounds(program, |bound| matches!(bound, TypeParamBound::Lifetime(Lifetime { .. })))
    }
);

mutator!(
    /// `let owner = make(); let part = owner.part();` becomes `let part = { let owner = make(); owner.part() };`.
    OwnerInBlock, "bc_lifetime_complex" / "owner_in_block", Expected::Codes(&["E0597"]), Body, |program| {
        let pairs = program.blocks.iter().flat_map(|block| owners(&block.stmts));
        let blocks = pairs.filter_map(|(owner, part)| {
            let value = &part.init.as_ref()?.expr;
            let inside = format!("{{ {} {} }}", program.text_of(owner), program.text_of(value));
            Some(vec![up_to(owner, part), replaced(value, inside)])
        });
        blocks.collect()
    }
);

mutator!(
    /// `-> String { ... text }` becomes `-> &str { ... &text }`, where one parameter lends its lifetime.
    ReturnReference, "bc_lifetime_complex" / "return_reference", Expected::Codes(&["E0515"]), Item, |program| {
        let functions = program.functions.iter().filter_map(|function| {
            let ReturnType::Type(_, returned) = &function.signature.output else { return None };
            let lending = function.signature.inputs.iter().filter(|input| match input {
                FnArg::Typed(found) => matches!(&*found.ty, Type::Reference(_)),
                FnArg::Receiver(_) => true,
            });
            let Some(Stmt::Expr(value @ Expr::Path(_), None)) = function.body?.stmts.last() else { return None };
            let borrowed = match program.text_of(returned) {
                "String" => "&str".to_owned(),
                other => match other.strip_prefix("Vec<").and_then(|inner| inner.strip_suffix('>')) {
                    Some(inner) => format!("&[{inner}]"),
                    None => return None,
                },
            };
            (lending.count() == 1).then(|| vec![replaced(returned, borrowed), before(value, "&")])
        });
        functions.collect()
    }
);

mutator!(
    /// `let owner = make(); let part = owner.part();` becomes `let part = make().part();`.
    Temporary, "bc_lifetime_complex" / "temporary", Expected::Codes(&["E0716"]), Body, |program| {
        let pairs = program.blocks.iter().flat_map(|block| owners(&block.stmts));
        let inlined = pairs.filter_map(|(owner, part)| {
            let Expr::MethodCall(call) = &*part.init.as_ref()?.expr else { return None };
            let value = program.text_of(&owner.init.as_ref()?.expr);
            Some(vec![up_to(owner, part), replaced(&call.receiver, value)])
        });
        inlined.collect()
    }
);

/// Neighbouring `let`s, where the second one calls a method of, or borrows, what the first one binds.
fn owners(statements: &[Stmt]) -> impl Iterator<Item = (&Local, &Local)> {
    statements.windows(2).filter_map(|pair| {
        let [Stmt::Local(owner), Stmt::Local(part)] = pair else { return None };
        let Pat::Ident(bound) = &owner.pat else { return None };
        let value = match &*part.init.as_ref()?.expr {
            Expr::MethodCall(call) => &*call.receiver,
            Expr::Reference(found) => &*found.expr,
            _ => return None,
        };
        matches!(value, Expr::Path(path) if path.path.is_ident(&bound.ident)).then_some((owner, part))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn an_owner_ends_before_what_it_lends() {
        let text = "fn a() {\n    let b = c();\n    let d = b.e();\n    f(d)\n}\n";
        assert_eq!(made(text, "temporary"), ["fn a() {\n    let d = c().e();\n    f(d)\n}\n"]);
        assert_eq!(made(text, "owner_in_block"), ["fn a() {\n    let d = { let b = c(); b.e() };\n    f(d)\n}\n"]);
        assert_eq!(
            made("fn a(b: &str) -> String { let c = b.d(); c }", "return_reference"),
            ["fn a(b: &str) -> &str { let c = b.d(); &c }"]
        );
        assert_eq!(made("fn a<T: B + 'static>() {}", "drop_outlives"), ["fn a<T: B>() {}"]);
    }
}
