//! Foreign functions: declarations and attributes that edition 2024 calls unsafe, calls, and what C takes.

use std::collections::BTreeSet;

use syn::{Attribute, Expr, ForeignItem, Item, ItemForeignMod, Lit, Meta, Safety};

use super::adv_unsafe::{bare, blocks};
use super::program::{cut_after, replaced, up_to};
use super::{Expected, Mutator, Program, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&DropAsPointer, &DropSafe, &DropUnsafeAttribute, &DropUnsafeCall, &DropUnsafeExtern, &PlainString];

mutator!(
    /// `strlen(text.as_ptr())` becomes `strlen(text)`.
    DropAsPointer, "adv_ffi" / "drop_as_pointer", Expected::Codes(&["E0308"]), Body, |program| {
        let foreign = foreign(program);
        let calls = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Call(call) if is_foreign(&call.func, &foreign) => Some(call),
            _ => None,
        });
        let pointers = calls.flat_map(|call| &call.args).filter_map(|argument| match argument {
            Expr::MethodCall(call) if call.method == "as_ptr" || call.method == "as_mut_ptr" => Some(vec![cut_after(&call.receiver, call)]),
            _ => None,
        });
        pointers.collect()
    }
);

mutator!(
    /// `safe fn abs(number: c_int)` becomes `fn abs(number: c_int)`, and is called as a safe one.
    DropSafe, "adv_ffi" / "drop_safe", Expected::Codes(&["E0133"]), Remote, |program| {
        let functions = declarations(program).flat_map(|block| &block.items).filter_map(|item| match item {
            ForeignItem::Fn(function) => match &function.sig.safety {
                Safety::Safe(token) => Some(vec![up_to(token, &function.sig.fn_token)]),
                _ => None,
            },
            _ => None,
        });
        functions.collect()
    }
);

mutator!(
    /// `#[unsafe(no_mangle)]` becomes `#[no_mangle]`.
    DropUnsafeAttribute, "adv_ffi" / "drop_unsafe_attribute", Expected::Message(&["unsafe attribute used without unsafe"]), Item, |program| {
        let attributes = program.items.iter().flat_map(|item| match item {
            Item::Fn(item) => item.attrs.as_slice(),
            Item::Static(item) => item.attrs.as_slice(),
            _ => &[],
        });
        attributes.filter_map(inner_of_unsafe).map(|(attribute, inner)| vec![replaced(&attribute.meta, inner)]).collect()
    }
);

mutator!(
    /// `unsafe { abs(number) }` becomes `abs(number)`, where `abs` is foreign.
    DropUnsafeCall, "adv_ffi" / "drop_unsafe_call", Expected::Codes(&["E0133"]), Body, |program| {
        let foreign = foreign(program);
        let calling = blocks(program).into_iter().filter(|block| {
            program.expressions_in(block).any(|inner| matches!(inner, Expr::Call(call) if is_foreign(&call.func, &foreign)))
        });
        calling.map(|block| vec![bare(program, block)]).collect()
    }
);

mutator!(
    /// `unsafe extern "C" { .. }` becomes `extern "C" { .. }`.
    DropUnsafeExtern, "adv_ffi" / "drop_unsafe_extern", Expected::Message(&[
        "extern blocks must be unsafe", "items in `extern` blocks without an `unsafe` qualifier",
    ]), Item, |program| {
        declarations(program).filter_map(|block| Some(vec![up_to(block.unsafety.as_ref()?, &block.abi)])).collect()
    }
);

mutator!(
    /// `c"name"` becomes `"name"`, which ends in no zero.
    PlainString, "adv_ffi" / "plain_string", Expected::Codes(&["E0308", "E0599"]), Body, |program| {
        let literals = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Lit(found) if matches!(found.lit, Lit::CStr(_)) => Some(vec![replaced(found, program.text_of(found).strip_prefix('c')?)]),
            _ => None,
        });
        literals.collect()
    }
);

fn declarations<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a ItemForeignMod> {
    let items: Vec<&'a Item> = program.items.clone();
    items.into_iter().filter_map(|item| match item {
        Item::ForeignMod(found) => Some(found),
        _ => None,
    })
}

/// The names of the functions that are declared to be foreign.
fn foreign(program: &Program<'_>) -> BTreeSet<String> {
    let items = declarations(program).flat_map(|block| &block.items);
    items
        .filter_map(|item| match item {
            ForeignItem::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        })
        .collect()
}

fn is_foreign(function: &Expr, foreign: &BTreeSet<String>) -> bool {
    matches!(function, Expr::Path(found) if found.path.segments.last().is_some_and(|last| foreign.contains(&last.ident.to_string())))
}

/// An attribute `unsafe(..)`, and what stands in its brackets.
fn inner_of_unsafe(attribute: &Attribute) -> Option<(&Attribute, String)> {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("unsafe") => Some((attribute, list.tokens.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const C: &str =
        "unsafe extern \"C\" {\n    safe fn abs(number: i32) -> i32;\n    fn puts(text: *const i8) -> i32;\n}\n";

    #[test]
    fn declarations_and_attributes_are_not_marked() {
        assert_eq!(made(C, "drop_unsafe_extern"), [C.replace("unsafe ", "")]);
        assert_eq!(made(C, "drop_safe"), [C.replace("safe fn", "fn")]);
        assert_eq!(
            made("#[unsafe(no_mangle)]\npub fn a() {}", "drop_unsafe_attribute"),
            ["#[no_mangle]\npub fn a() {}"]
        );
    }

    #[test]
    fn calls_give_what_c_does_not_take() {
        let text = format!("{C}fn a() {{ unsafe {{ puts(c\"hello\".as_ptr()) }} }}");
        assert_eq!(
            made(&text, "drop_unsafe_call"),
            [text.replace("unsafe { puts(c\"hello\".as_ptr()) }", "puts(c\"hello\".as_ptr())")]
        );
        assert_eq!(made(&text, "drop_as_pointer"), [text.replace(".as_ptr()", "")]);
        assert_eq!(made(&text, "plain_string"), [text.replace("c\"hello\"", "\"hello\"")]);
    }
}
