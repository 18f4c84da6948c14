//! References that outlive what they point to.

use syn::visit::{self, Visit};
use syn::{Expr, FnArg, GenericParam, Lifetime, Local, Pat, ReturnType, Stmt, Type, TypeParamBound};

use super::bc_lifetime_simple::elided_return;
use super::bc_mut::words;
use super::program::{before, replaced, up_to};
use super::tb_bounds::{bounds, generics};
use super::{Expected, Mutator, Program, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&DropLifetimeBound, &DropOutlives, &OtherLifetime, &OwnerInBlock, &ReturnReference, &ShortReturn, &Temporary];

const TOO_SHORT: Expected = Expected::Message(&["lifetime may not live long enough"]);

mutator!(
    /// `<'a, 'b: 'a>` becomes `<'a, 'b>`.
    DropLifetimeBound, "bc_lifetime_complex" / "drop_lifetime_bound", TOO_SHORT, Item, |program| {
        let bounded = generics(program).flat_map(|generics| &generics.params).filter_map(|parameter| match parameter {
            GenericParam::Lifetime(found) if !found.bounds.is_empty() => {
                Some(vec![replaced(parameter, found.lifetime.to_string())])
            }
            _ => None,
        });
        bounded.collect()
    }
);

mutator!(
    /// `T: Display + 'static` becomes `T: Display`.
    DropOutlives, "bc_lifetime_complex" / "drop_outlives", Expected::Codes(&["E0309", "E0310"]), Item, |program| {
        bounds(program, |bound| matches!(bound, TypeParamBound::Lifetime(Lifetime { .. })))
    }
);

mutator!(
    /// `fn first<'a, 'b>(text: &'a str, sign: &'b str) -> &'a str` becomes `... -> &'b str`.
    OtherLifetime, "bc_lifetime_complex" / "other_lifetime", TOO_SHORT, Item, |program| {
        let functions = program.functions.iter().flat_map(|function| {
            let ReturnType::Type(_, returned) = &function.signature.output else { return Vec::new() };
            let mut named = Lifetimes::default();
            named.visit_type(returned);
            let [own] = named.0.as_slice() else { return Vec::new() };
            let declared = function.signature.generics.lifetimes().map(|one| &one.lifetime);
            declared.filter(|one| one.ident != own.ident).map(|one| vec![replaced(*own, one.to_string())]).collect()
        });
        functions.collect()
    }
);

mutator!(
    /// `let owner = make(); let part = owner.part();` becomes `let part = { let owner = make(); owner.part() };`.
    OwnerInBlock, "bc_lifetime_complex" / "owner_in_block", Expected::Codes(&["E0597"]), Body, |program| {
        let pairs = program.blocks.iter().flat_map(|block| owners(program, &block.stmts));
        let blocks = pairs.filter_map(|(owner, part, _)| {
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
    /// A method's `-> &'a str` becomes `-> &str`, which is borrowed from `self` and ends with it.
    ShortReturn, "bc_lifetime_complex" / "short_return", Expected::Codes(&["E0499", "E0502", "E0505", "E0506", "E0515", "E0597"]), Remote, |program| {
        program.functions.iter().filter(|function| function.signature.receiver().is_some()).filter_map(elided_return).collect()
    }
);

mutator!(
    /// `let owner = make(); let part = owner.part();` becomes `let part = make().part();`.
    Temporary, "bc_lifetime_complex" / "temporary", Expected::Codes(&["E0716"]), Body, |program| {
        let pairs = program.blocks.iter().flat_map(|block| owners(program, &block.stmts));
        let inlined = pairs.filter_map(|(owner, part, root)| {
            let value = &owner.init.as_ref()?.expr;
            let text = program.text_of(value);
            let text = if is_closed(value) { text.to_owned() } else { format!("({text})") };
            Some(vec![up_to(owner, part), replaced(root, text)])
        });
        inlined.collect()
    }
);

/// The lifetimes that a type names.
#[derive(Default)]
struct Lifetimes<'a>(Vec<&'a Lifetime>);

impl<'a> Visit<'a> for Lifetimes<'a> {
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        self.0.push(lifetime);
        visit::visit_lifetime(self, lifetime);
    }
}

/// Neighbouring `let`s, where the second one calls methods of, or borrows, what the first one binds, and that name in it;
/// nothing else names it.
fn owners<'a>(program: &Program<'_>, statements: &'a [Stmt]) -> impl Iterator<Item = (&'a Local, &'a Local, &'a Expr)> {
    (1..statements.len()).filter_map(|index| {
        let (Stmt::Local(owner), Stmt::Local(part)) = (&statements[index - 1], &statements[index]) else { return None };
        let Pat::Ident(bound) = &owner.pat else { return None };
        let value = &*part.init.as_ref()?.expr;
        let root = root(value);
        let lent =
            !matches!(value, Expr::Path(_)) && matches!(root, Expr::Path(path) if path.path.is_ident(&bound.ident));
        let behind = statements[index..].iter().flat_map(|one| words(program.text_of(one)));
        (lent && behind.filter(|&word| bound.ident == word).count() == 1).then_some((owner, part, root))
    })
}

/// What the first of a chain of calls, indices and fields stands on.
fn root(expression: &Expr) -> &Expr {
    match expression {
        Expr::Field(found) => root(&found.base),
        Expr::Index(found) => root(&found.expr),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Reference(found) => root(&found.expr),
        Expr::Try(found) => root(&found.expr),
        _ => expression,
    }
}

/// Whether a method can be called on it as it stands.
fn is_closed(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn an_owner_ends_before_what_it_lends() {
        let text = "fn a() {\n    let b = c();\n    let d = b.e();\n    f(d)\n}\n";
        assert_eq!(made(text, "temporary"), ["fn a() {\n    let d = c().e();\n    f(d)\n}\n"]);
        assert_eq!(made(text, "owner_in_block"), ["fn a() {\n    let d = { let b = c(); b.e() };\n    f(d)\n}\n"]);
        let text = "fn a() { let b = c + d; let e = &b.f()[1..]; g(e) }";
        assert_eq!(made(text, "temporary"), ["fn a() { let e = &(c + d).f()[1..]; g(e) }"]);
        assert_eq!(made("fn a() { let b = c(); let d = b; e(d) }", "temporary"), [""; 0]);
        assert_eq!(made("fn a() { let b = c(); let d = b.e(); f(d, &b) }", "temporary"), [""; 0]);
        assert_eq!(
            made("fn a(b: &str) -> String { let c = b.d(); c }", "return_reference"),
            ["fn a(b: &str) -> &str { let c = b.d(); &c }"]
        );
        assert_eq!(made("fn a<T: B + 'static>() {}", "drop_outlives"), ["fn a<T: B>() {}"]);
    }

    #[test]
    fn what_a_method_returns_ends_with_its_self() {
        let text = "impl<'a> A<'a> { fn b(&self) -> Option<&'a str> { c } } fn d<'a>(e: &'a str) -> &'a str { e }";
        assert_eq!(made(text, "short_return"), [text.replacen("Option<&'a str>", "Option<&str>", 1)]);
        assert_eq!(made(text, "elide_return"), [text.replace("-> &'a str", "-> &str")]);
    }

    #[test]
    fn a_lifetime_is_taken_for_another() {
        assert_eq!(made("fn a<'a, 'b: 'a>() {}", "drop_lifetime_bound"), ["fn a<'a, 'b>() {}"]);
        let text = "fn a<'a, 'b>(c: &'a str, d: &'b str) -> Option<&'a str> { e }";
        let expected = "fn a<'a, 'b>(c: &'a str, d: &'b str) -> Option<&'b str> { e }";
        assert_eq!(made(text, "other_lifetime"), [expected]);
        assert_eq!(made("fn a<'a>(c: &'a str) -> &'a str { c }", "other_lifetime"), [""; 0]);
    }
}
