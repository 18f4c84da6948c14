//! Pinning: pins that are missing, moved, or not in the signature.

use syn::spanned::Spanned;
use syn::{Expr, PathArguments, ReceiverKind, Type, TypeParamBound};

use super::imports::imports;
use super::program::{cut_after, replaced, type_name};
use super::tb_bounds::bounds;
use super::{Expected, Mutator, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&BoxForPin, &DropAsMut, &DropPinMacro, &DropPinType, &DropUnpin, &NewForPin, &PlainReceiver];

const UNPINNED: Expected = Expected::Codes(&["E0277", "E0308", "E0599"]);

mutator!(
    /// `Box::pin(future)` becomes `Box::new(future)`.
    BoxForPin, "adv_pin" / "box_for_pin", UNPINNED, Body, |program| {
        let pins = program.wraps("Box::pin").filter_map(|(call, _)| match call {
            Expr::Call(call) => match &*call.func {
                Expr::Path(function) => Some(vec![replaced(&function.path.segments.last()?.ident, "new")]),
                _ => None,
            },
            _ => None,
        });
        pins.collect()
    }
);

mutator!(
    /// `future.as_mut().poll(context)` becomes `future.poll(context)`, which takes the pin away.
    DropAsMut, "adv_pin" / "drop_as_mut", Expected::Codes(&["E0382", "E0507", "E0599"]), Body, |program| {
        let polls = ["poll", "poll_next", "set", "get_mut", "project", "get_unchecked_mut"];
        let calls = program.expressions.iter().filter_map(|expression| match expression {
            Expr::MethodCall(call) if polls.iter().any(|name| call.method == name) => Some(&*call.receiver),
            _ => None,
        });
        let pinned = calls.filter_map(|receiver| match receiver {
            Expr::MethodCall(call) if call.method == "as_mut" && call.args.is_empty() => Some(vec![cut_after(&call.receiver, call)]),
            _ => None,
        });
        pinned.collect()
    }
);

mutator!(
    /// `pin!(future)` becomes `future`.
    DropPinMacro, "adv_pin" / "drop_pin_macro", UNPINNED, Body, |program| {
        let calls = program.macro_calls("pin").filter_map(|call| {
            let range = call.tokens.span().byte_range();
            (!range.is_empty()).then(|| vec![replaced(call, &program.text[range])])
        });
        calls.collect()
    }
);

mutator!(
    /// `Pin<Box<dyn Future>>` becomes `Box<dyn Future>`, in what a function takes or gives.
    DropPinType, "adv_pin" / "drop_pin_type", UNPINNED, Item, |program| {
        let signatures: Vec<_> = program.functions.iter().map(|function| function.signature.span().byte_range()).collect();
        let pinned = program.types.iter().filter_map(|found| {
            let Type::Path(path) = found else { return None };
            let last = path.path.segments.last().filter(|last| last.ident == "Pin")?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let inner = program.text_of(arguments.args.first()?);
            let at = found.span().byte_range().start;
            // A receiver of another type is another mistake.
            let counts = inner.starts_with("Box<") && signatures.iter().any(|range| range.contains(&at));
            counts.then(|| vec![replaced(*found, inner)])
        });
        pinned.collect()
    }
);

mutator!(
    /// `F: Future + Unpin` becomes `F: Future`.
    DropUnpin, "adv_pin" / "drop_unpin", Expected::Codes(&["E0277", "E0596", "E0599"]), Item, |program| {
        bounds(program, |bound| match bound {
            TypeParamBound::Trait(found) => found.path.segments.last().is_some_and(|last| last.ident == "Unpin"),
            _ => false,
        })
    }
);

mutator!(
    /// `pin!(future)` becomes `Pin::new(&mut future)`, which asks for `Unpin`.
    NewForPin, "adv_pin" / "new_for_pin", Expected::Codes(&["E0277", "E0596", "E0716"]), Body, |program| {
        let imported = imports(program).iter().any(|import| import.path == "std::pin::Pin");
        let new = if imported { "Pin::new" } else { "std::pin::Pin::new" };
        let calls = program.macro_calls("pin").filter(|call| !call.tokens.is_empty());
        let edits = calls.map(|call| {
            let (start, end) = (call.span().byte_range().start, call.tokens.span().byte_range().start);
            vec![Edit { start, end, replacement: format!("{new}(&mut ") }]
        });
        edits.collect()
    }
);

mutator!(
    /// `self: Pin<&mut Self>` becomes `&mut self`.
    PlainReceiver, "adv_pin" / "plain_receiver", Expected::Codes(&["E0053", "E0277", "E0308", "E0596", "E0599"]), Item, |program| {
        let receivers = program.functions.iter().filter_map(|function| function.signature.receiver());
        let pinned = receivers.filter_map(|receiver| match &receiver.kind {
            ReceiverKind::Typed(_, found) if type_name(found)? == "Pin" => Some(vec![replaced(receiver, "&mut self")]),
            _ => None,
        });
        pinned.collect()
    }
);

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_pin_is_left_out() {
        assert_eq!(made("fn a() { Box::pin(b()) }", "box_for_pin"), ["fn a() { Box::new(b()) }"]);
        assert_eq!(made("fn a() { let c = pin!(b()); }", "drop_pin_macro"), ["fn a() { let c = b(); }"]);
        assert_eq!(made("fn a() { pin!(b()) }", "new_for_pin"), ["fn a() { std::pin::Pin::new(&mut b()) }"]);
        assert_eq!(
            made("fn a() { b.as_mut().poll(c); b.as_mut() }", "drop_as_mut"),
            ["fn a() { b.poll(c); b.as_mut() }"]
        );
    }

    #[test]
    fn a_pin_is_not_in_the_signature() {
        assert_eq!(made("fn a() -> Pin<Box<dyn B>> { c }", "drop_pin_type"), ["fn a() -> Box<dyn B> { c }"]);
        assert_eq!(made("fn a<F: B + Unpin>() {}", "drop_unpin"), ["fn a<F: B>() {}"]);
        assert_eq!(
            made("impl A for B { fn c(mut self: Pin<&mut Self>) {} }", "plain_receiver"),
            ["impl A for B { fn c(&mut self) {} }"]
        );
    }
}
