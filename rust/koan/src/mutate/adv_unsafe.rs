//! What is unsafe, without the word.

use syn::spanned::Spanned;
use syn::{Expr, ExprUnsafe, Item, Safety, Stmt};

use super::program::{replaced, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&DropBlock, &DropUnsafeFn, &DropUnsafeImpl, &DropUnsafeTrait, &NarrowBlock];

mutator!(
    /// `unsafe { read(pointer) }` becomes `read(pointer)`; a block of several statements loses the word alone.
    DropBlock, "adv_unsafe" / "drop_block", Expected::Codes(&["E0133"]), Body, |program| {
        blocks(program).into_iter().map(|block| vec![bare(program, block)]).collect()
    }
);

mutator!(
    /// `unsafe fn read` becomes `fn read`, though its body needs it.
    DropUnsafeFn, "adv_unsafe" / "drop_unsafe_fn", Expected::Codes(&["E0133"]), Item, |program| {
        let needing = program.functions.iter().filter(|function| {
            function.body.is_some_and(|body| !program.expressions_in(body).any(|inner| matches!(inner, Expr::Unsafe(_))))
        });
        let functions = needing.filter_map(|function| match &function.signature.safety {
            Safety::Unsafe(token) => Some(vec![match &function.signature.abi {
                Some(abi) => up_to(token, abi),
                None => up_to(token, &function.signature.fn_token),
            }]),
            _ => None,
        });
        functions.collect()
    }
);

mutator!(
    /// `unsafe impl Send for Handle` becomes `impl Send for Handle`.
    DropUnsafeImpl, "adv_unsafe" / "drop_unsafe_impl", Expected::Codes(&["E0200"]), Item, |program| {
        let impls = program.items.iter().filter_map(|item| match item {
            Item::Impl(found) => Some(vec![up_to(found.unsafety.as_ref()?, &found.impl_token)]),
            _ => None,
        });
        impls.collect()
    }
);

mutator!(
    /// `unsafe trait Zeroed` becomes `trait Zeroed`, while its impls are unsafe.
    DropUnsafeTrait, "adv_unsafe" / "drop_unsafe_trait", Expected::Codes(&["E0199"]), Remote, |program| {
        let traits = program.items.iter().filter_map(|item| match item {
            Item::Trait(found) => Some(vec![up_to(found.unsafety.as_ref()?, &found.trait_token)]),
            _ => None,
        });
        traits.collect()
    }
);

mutator!(
    /// `unsafe { first(); second() }` becomes `unsafe { first(); } second()`.
    NarrowBlock, "adv_unsafe" / "narrow_block", Expected::Codes(&["E0133"]), Body, |program| {
        let whole = program.functions.iter().filter_map(|function| match function.body?.stmts.as_slice() {
            // What the first statements bind is gone outside of the block, so they must bind nothing.
            [Stmt::Expr(Expr::Unsafe(block), None)] => Some(block),
            _ => None,
        });
        let narrowed = whole.filter_map(|block| {
            let [before @ .., last] = block.block.stmts.as_slice() else { return None };
            let kept = before.last().filter(|_| before.iter().all(|one| !matches!(one, Stmt::Local(_) | Stmt::Item(_))))?;
            let close = block.block.brace_token.span.close().byte_range();
            let (between, end) = (kept.span().byte_range().end..last.span().byte_range().start, last.span().byte_range().end);
            let indent = program.indent(close.start);
            let lines = program.text[between.clone()].contains('\n').then(|| format!("\n{indent}}}\n{indent}"));
            let bare = program.text[between.clone()].trim().is_empty();
            bare.then(|| vec![
                Edit { start: between.start, end: between.end, replacement: lines.unwrap_or_else(|| " } ".to_owned()) },
                Edit { start: end, end: close.end, replacement: String::new() },
            ])
        });
        narrowed.collect()
    }
);

/// Unsafe blocks outside of unsafe functions, where leaving them out is no more than a warning.
pub(super) fn blocks<'a>(program: &Program<'a>) -> Vec<&'a ExprUnsafe> {
    let unsafe_functions: Vec<_> = program
        .functions
        .iter()
        .filter_map(|function| match function.signature.safety {
            Safety::Unsafe(_) => Some(function.body?.span().byte_range()),
            _ => None,
        })
        .collect();
    let blocks = program.expressions.iter().filter_map(|&expression| match expression {
        Expr::Unsafe(block) => Some(block),
        _ => None,
    });
    blocks
        .filter(|block| !unsafe_functions.iter().any(|range| range.contains(&block.span().byte_range().start)))
        .collect()
}

/// A block's only expression without the block, or the block without the word.
pub(super) fn bare(program: &Program<'_>, block: &ExprUnsafe) -> Edit {
    match block.block.stmts.as_slice() {
        [Stmt::Expr(value, None)] => replaced(block, program.text_of(value)),
        _ => up_to(&block.unsafe_token, &block.block),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_block_goes_loses_its_word_or_ends_early() {
        assert_eq!(made("fn a() { unsafe { b() } }", "drop_block"), ["fn a() { b() }"]);
        let text = "fn a() { unsafe { b(); c() } }";
        assert_eq!(made(text, "drop_block"), ["fn a() { { b(); c() } }"]);
        assert_eq!(made(text, "narrow_block"), ["fn a() { unsafe { b(); } c() }"]);
        let text = "fn a() {\n    unsafe {\n        b();\n        c()\n    }\n}\n";
        let narrow = "fn a() {\n    unsafe {\n        b();\n    }\n    c()\n}\n";
        assert_eq!(made(text, "narrow_block"), [narrow]);
        assert_eq!(made("unsafe fn a() { unsafe { b() } }", "drop_block"), [""; 0]);
    }

    #[test]
    fn functions_impls_and_traits_lose_the_word() {
        assert_eq!(made("pub unsafe fn a() { b() }", "drop_unsafe_fn"), ["pub fn a() { b() }"]);
        assert_eq!(made("unsafe extern \"C\" fn a() { b() }", "drop_unsafe_fn"), ["extern \"C\" fn a() { b() }"]);
        assert_eq!(made("unsafe impl A for B {}", "drop_unsafe_impl"), ["impl A for B {}"]);
        assert_eq!(made("unsafe trait A {}", "drop_unsafe_trait"), ["trait A {}"]);
    }
}
