//! Builders: what takes and gives back itself, and the last call that makes the thing.

use syn::{Expr, ImplItemFn, ReceiverKind, ReturnType, Stmt, Type};

use super::program::{cut_after, is_name, replaced, root, type_name, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&BorrowedSetter, &DropBuild, &DropMutSelf, &DropRebinding, &DropReturnType, &DropReturnedSelf, &ForgetSelf];

mutator!(
    /// `fn name(mut self) -> Self` becomes `fn name(&mut self) -> &mut Self`, while `build` takes the builder itself.
    BorrowedSetter, "adv_builder" / "borrowed_setter", Expected::Codes(&["E0308", "E0507", "E0515", "E0596", "E0716"]), Remote, |program| {
        let consuming = setters(program).into_iter().filter_map(|(method, returned)| {
            let receiver = method.sig.receiver().filter(|receiver| matches!(receiver.kind, ReceiverKind::Value))?;
            receiver.mutability?;
            Some(vec![
                replaced(receiver, "&mut self"),
                replaced(returned, format!("&mut {}", program.text_of(returned))),
            ])
        });
        consuming.collect()
    }
);

mutator!(
    /// `Request::new().retries(3).build()` becomes `Request::new().retries(3)`.
    DropBuild, "adv_builder" / "drop_build", Expected::Codes(&["E0277", "E0308", "E0599", "E0609"]), Body, |program| {
        program.without_calls(&["build"], 0)
    }
);

mutator!(
    /// `fn name(mut self) -> Self` becomes `fn name(self) -> Self`.
    DropMutSelf, "adv_builder" / "drop_mut_self", Expected::Codes(&["E0594", "E0596"]), Item, |program| {
        let receivers = setters(program).into_iter().filter_map(|(method, _)| method.sig.receiver());
        let mutable = receivers.filter(|receiver| matches!(receiver.kind, ReceiverKind::Value));
        mutable.filter_map(|receiver| Some(vec![up_to(receiver.mutability.as_ref()?, &receiver.self_token)])).collect()
    }
);

mutator!(
    /// `request = request.retries(3);` becomes `request.retries(3);`.
    DropRebinding, "adv_builder" / "drop_rebinding", Expected::Codes(&["E0382"]), Body, |program| {
        let names: Vec<String> = setters(program).iter().map(|(method, _)| method.sig.ident.to_string()).collect();
        let assigned = program.expressions.iter().filter_map(|expression| {
            let Expr::Assign(assigned) = expression else { return None };
            let Expr::Path(left) = &*assigned.left else { return None };
            let name = left.path.get_ident()?.to_string();
            let Expr::MethodCall(call) = &*assigned.right else { return None };
            let sets = names.iter().any(|known| call.method == known);
            (sets && is_name(root(&assigned.right), &name)).then(|| vec![up_to(assigned, call)])
        });
        assigned.collect()
    }
);

mutator!(
    /// `fn name(mut self) -> Self` becomes `fn name(mut self)`, and still ends in `self`.
    DropReturnType, "adv_builder" / "drop_return_type", Expected::Codes(&["E0308"]), Item, |program| {
        setters(program).into_iter().map(|(method, _)| vec![cut_after(&method.sig.paren_token.span.close(), &method.sig)]).collect()
    }
);

mutator!(
    /// The `self` at the end of a setter is forgotten.
    DropReturnedSelf, "adv_builder" / "drop_returned_self", Expected::Codes(&["E0308"]), Item, |program| {
        setters(program).into_iter().filter_map(|(method, _)| Some(vec![without_self(method)?])).collect()
    }
);

mutator!(
    /// A setter of a consuming builder neither says that it gives itself back nor does so.
    ForgetSelf, "adv_builder" / "forget_self", Expected::Codes(&["E0277", "E0308", "E0599"]), Remote, |program| {
        let both = setters(program).into_iter().filter_map(|(method, _)| {
            Some(vec![cut_after(&method.sig.paren_token.span.close(), &method.sig), without_self(method)?])
        });
        both.collect()
    }
);

/// Methods that end in `self`, and the type by which they say so.
fn setters<'a>(program: &Program<'a>) -> Vec<(&'a ImplItemFn, &'a Type)> {
    let methods = program.own_methods().into_iter().filter_map(|(owner, method)| {
        let ReturnType::Type(_, returned) = &method.sig.output else { return None };
        let name = type_name(returned)?;
        let own = name == "Self" || Some(name) == type_name(&owner.self_ty);
        let Stmt::Expr(last, None) = method.block.stmts.last()? else { return None };
        (own && is_name(last, "self") && method.sig.receiver().is_some()).then_some((method, &**returned))
    });
    methods.collect()
}

/// A body without the `self` at its end.
fn without_self(method: &ImplItemFn) -> Option<Edit> {
    let [.., before, last] = method.block.stmts.as_slice() else { return None };
    Some(cut_after(before, last))
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const SETTER: &str = "impl A { fn b(mut self, c: u8) -> Self { self.c = c; self } }";

    #[test]
    fn a_setter_keeps_itself() {
        let part = |from: &str, to: &str| vec![SETTER.replace(from, to)];
        assert_eq!(made(SETTER, "borrowed_setter"), part("mut self, c: u8) -> Self", "&mut self, c: u8) -> &mut Self"));
        assert_eq!(made(SETTER, "drop_mut_self"), part("mut self", "self"));
        assert_eq!(made(SETTER, "drop_return_type"), part(" -> Self", ""));
        assert_eq!(made(SETTER, "drop_returned_self"), part("; self", ";"));
        let forgotten = SETTER.replace(" -> Self", "").replace("; self", ";");
        assert_eq!(made(SETTER, "forget_self"), [forgotten]);
    }

    #[test]
    fn a_chain_ends_early_or_is_not_kept() {
        let text = format!("{SETTER} fn d() {{ let mut e = A; e = e.b(1); e.build() }}");
        assert_eq!(made(&text, "drop_rebinding"), [text.replace("e = e.b", "e.b")]);
        assert_eq!(made(&text, "drop_build"), [text.replace(".build()", "")]);
    }
}
