//! Impls that do not do what their trait asks for.

use syn::{ImplItem, ImplItemFn, Item, ReceiverKind};

use super::program::{after, gone, replaced, up_to};
use super::{Expected, Mutator, Program, foretold, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropMethod, &DropReceiver, &Misnamed, &MutableReceiver];

/// More lines than this nobody could infer.
const LINES: usize = 3;

mutator!(
    /// A short method of the trait is missing.
    DropMethod, "tb_impl" / "drop_method", Expected::Codes(&["E0046"]), Remote, |program| {
        let short = methods(program).filter(|method| program.text_of(*method).lines().count() <= LINES && foretold(program, *method));
        short.map(|method| vec![gone(program.text, method)]).collect()
    }
);

mutator!(
    /// `fn name(&self)` becomes `fn name()`.
    DropReceiver, "tb_impl" / "drop_receiver", Expected::Codes(&["E0106", "E0186", "E0424"]), Item, |program| {
        let received = methods(program).filter(|method| method.sig.receiver().is_some());
        let edits = received.filter_map(|method| {
            let first = method.sig.inputs.first()?;
            Some(vec![match method.sig.inputs.iter().nth(1) {
                Some(second) => up_to(first, second),
                None => replaced(first, ""),
            }])
        });
        edits.collect()
    }
);

mutator!(
    /// `fn name` becomes `fn names`, which the trait does not have.
    Misnamed, "tb_impl" / "misnamed", Expected::Codes(&["E0046", "E0407"]), Item, |program| {
        methods(program).map(|method| vec![after(&method.sig.ident, "s")]).collect()
    }
);

mutator!(
    /// `&self` becomes `&mut self`, which the trait does not allow.
    MutableReceiver, "tb_impl" / "mutable_receiver", Expected::Codes(&["E0053"]), Item, |program| {
        let receivers = methods(program).filter_map(|method| method.sig.receiver());
        let shared = receivers.filter_map(|receiver| match &receiver.kind {
            ReceiverKind::Reference(_, _, None) => Some(vec![replaced(&receiver.self_token, "mut self")]),
            _ => None,
        });
        shared.collect()
    }
);

/// The methods of impls of traits.
fn methods<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a ImplItemFn> {
    let items: Vec<&'a Item> = program.items.clone();
    let impls = items.into_iter().filter_map(|item| match item {
        Item::Impl(found) if found.trait_.is_some() => Some(found),
        _ => None,
    });
    impls.flat_map(|found| &found.items).filter_map(|member| match member {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn a_method_of_a_trait_changes_against_it() {
        let text = "impl A for B {\n    fn c(&self, d: u8) {}\n    fn e(&self) {}\n}\n";
        assert_eq!(made(text, "drop_method")[0], "impl A for B {\n    fn e(&self) {}\n}\n");
        assert_eq!(made(text, "drop_receiver")[0], text.replace("&self, ", ""));
        assert_eq!(made(text, "misnamed")[1], text.replace("fn e", "fn es"));
        assert_eq!(made(text, "mutable_receiver")[1], text.replace("fn e(&self)", "fn e(&mut self)"));
        assert_eq!(made("impl B { fn c(&self) {} }", "mutable_receiver"), [""; 0]);
    }
}
