//! Changing what is not mutable, or what is borrowed.

use syn::spanned::Spanned;
use syn::{Expr, FnArg, Local, Pat, ReceiverKind, Stmt, Type};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&BorrowEarlier, &DropMut, &SharedArgument, &SharedParameter, &SharedReceiver, &UseLater];

const CONFLICT: Expected = Expected::Codes(&["E0499", "E0502", "E0506"]);
const IMMUTABLE: Expected = Expected::Codes(&["E0384", "E0594", "E0596"]);

mutator!(
    /// A borrow that was made after a change is made before it: `list.push(x); let first = &list[0];` the other way round.
    BorrowEarlier, "bc_mut" / "borrow_earlier", CONFLICT, Body, |program| {
        swaps(program, |first, second| {
            let (changed, borrowed) = (names(program, first), names(program, second));
            !is_let(first) && is_let(second) && changed.iter().any(|name| borrowed.contains(name))
        })
    }
);

mutator!(
    /// `let mut count` becomes `let count`, and so in patterns and parameters.
    DropMut, "bc_mut" / "drop_mut", IMMUTABLE, Body, |program| {
        let bound = program.patterns.iter().filter_map(|pattern| match pattern {
            Pat::Ident(found) => found.mutability.as_ref().map(|token| vec![up_to(token, &found.ident)]),
            _ => None,
        });
        bound.collect()
    }
);

mutator!(
    /// `fill(&mut list)` becomes `fill(&list)`.
    SharedArgument, "bc_mut" / "shared_argument", Expected::Codes(&["E0308"]), Body, |program| {
        let borrowed = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Reference(found) => found.mutability.as_ref().map(|token| vec![up_to(token, &found.expr)]),
            _ => None,
        });
        borrowed.collect()
    }
);

mutator!(
    /// `list: &mut Vec<T>` becomes `list: &Vec<T>`.
    SharedParameter, "bc_mut" / "shared_parameter", Expected::Codes(&["E0308", "E0594", "E0596"]), Item, |program| {
        let typed = program.functions.iter().flat_map(|function| &function.signature.inputs);
        let shared = typed.filter_map(|input| match input {
            FnArg::Typed(found) => match &*found.ty {
                Type::Reference(inner) => inner.mutability.as_ref().map(|token| vec![up_to(token, &inner.elem)]),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        shared.collect()
    }
);

mutator!(
    /// `&mut self` becomes `&self`.
    SharedReceiver, "bc_mut" / "shared_receiver", IMMUTABLE, Item, |program| {
        let receivers = program.functions.iter().filter_map(|function| function.signature.receiver());
        let shared = receivers.filter_map(|receiver| match &receiver.kind {
            ReceiverKind::Reference(_, _, Some(token)) => Some(vec![up_to(token, &receiver.self_token)]),
            _ => None,
        });
        shared.collect()
    }
);

mutator!(
    /// A borrow is used after the change that it was used before: `show(first); list.push(x);` the other way round.
    UseLater, "bc_mut" / "use_later", CONFLICT, Body, |program| {
        swaps(program, |_, second| !is_let(second))
    }
);

/// Neighbouring statements that `fits` picks, one in the place of the other.
fn swaps(program: &Program<'_>, fits: impl Fn(&Stmt, &Stmt) -> bool) -> Vec<Vec<Edit>> {
    let pairs = program.blocks.iter().flat_map(|block| block.stmts.windows(2)).filter_map(|pair| {
        let [first, second] = pair else { return None };
        // The value of a block has no semicolon, and a statement in its place would change the block's type.
        let apart = [first, second].iter().all(|one| ends(program, one));
        // What the first one binds, the second one may not need.
        let (bound, needed) = (bindings(program, first), names(program, second));
        let free = !needed.iter().any(|name| bound.contains(name));
        (apart && free && fits(first, second))
            .then(|| vec![replaced(first, program.text_of(second)), replaced(second, program.text_of(first))])
    });
    pairs.collect()
}

fn ends(program: &Program<'_>, statement: &Stmt) -> bool {
    !matches!(statement, Stmt::Item(_))
        && program.text_of(statement).ends_with([';', '}'])
        && !matches!(statement, Stmt::Expr(expression, None) if !is_block(expression))
}

fn is_block(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::If(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Match(_) | Expr::Block(_)
    )
}

/// The names that a `let` binds, none of another statement.
fn bindings<'a>(program: &Program<'a>, statement: &Stmt) -> Vec<&'a str> {
    match statement {
        Stmt::Local(local) => words(&program.text[local.pat.span().byte_range()]),
        _ => Vec::new(),
    }
}

fn is_let(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(Local { init: Some(_), .. }))
}

/// The identifiers of a statement that may name a variable.
fn names<'a>(program: &Program<'a>, statement: &Stmt) -> Vec<&'a str> {
    words(&program.text[statement.span().byte_range()])
}

/// The words of a text that may name a variable.
pub(super) fn words(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with(|letter: char| letter.is_lowercase() || letter == '_')).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn mut_goes_from_bindings_parameters_and_receivers() {
        assert_eq!(made("fn a(mut b: u8) { b += 1; }", "drop_mut"), ["fn a(b: u8) { b += 1; }"]);
        assert_eq!(made("fn a() { c(& mut b) }", "shared_argument"), ["fn a() { c(& b) }"]);
        assert_eq!(made("fn a(b: &mut u8) {}", "shared_parameter"), ["fn a(b: &u8) {}"]);
        assert_eq!(made("impl A { fn a(&mut self) {} }", "shared_receiver"), ["impl A { fn a(&self) {} }"]);
        assert_eq!(made("impl A { fn a(mut self) {} }", "shared_receiver"), [""; 0]);
    }

    #[test]
    fn statements_change_places_and_keep_their_lines() {
        let text = "fn a() {\n    list.push(1);\n    let first = &list[0];\n    show(first)\n}\n";
        let expected = "fn a() {\n    let first = &list[0];\n    list.push(1);\n    show(first)\n}\n";
        assert_eq!(made(text, "borrow_earlier"), [expected]);
    }

    #[test]
    fn what_a_statement_binds_stays_before_its_use() {
        let text = "fn a() { let first = list.get(0); show(first); list.push(1); }";
        let expected = "fn a() { let first = list.get(0); list.push(1); show(first); }";
        assert_eq!(made(text, "use_later"), [expected]);
        let text = "fn a() { let first = &list[0]; let copy = list.len(); show(first); list.push(copy); }";
        assert_eq!(made(text, "borrow_earlier"), [""; 0]);
    }

    #[test]
    fn the_value_of_a_block_stays_last() {
        assert_eq!(made("fn a() -> u8 { list.push(1); list[0] }", "use_later"), [""; 0]);
    }
}
