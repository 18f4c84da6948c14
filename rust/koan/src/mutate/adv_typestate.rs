//! Types that say in which state a thing is: states that were not entered, that are wrong, or that are over.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Expr, FnArg, GenericArgument, ImplItemFn, Item, Pat, PathArguments, ReceiverKind, ReturnType, Stmt, Type};

use super::program::{before, cut_after, is_name, replaced, type_name, up_to};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&BorrowedTransition, &DropRebinding, &DropTransition, &StaleState, &WrongParameter, &WrongReturn];

mutator!(
    /// `fn open(self) -> Door<Open>` becomes `fn open(&self) -> Door<Open>`.
    BorrowedTransition, "adv_typestate" / "borrowed_transition", Expected::Codes(&["E0507"]), Item, |program| {
        let receivers = transitions(program).into_iter().filter_map(|(_, method)| method.sig.receiver());
        receivers.filter(|receiver| receiver.mutability.is_none()).map(|receiver| vec![before(receiver, "&")]).collect()
    }
);

mutator!(
    /// `let door = door.open();` becomes `door.open();`.
    DropRebinding, "adv_typestate" / "drop_rebinding", Expected::Codes(&["E0308", "E0382", "E0599"]), Body, |program| {
        let names = names(program);
        let statements = program.blocks.iter().flat_map(|block| &block.stmts);
        let bound = statements.filter_map(|statement| {
            let (name, call, old) = enters(statement, &names)?;
            let Stmt::Local(local) = statement else { return None };
            (name == old).then(|| vec![up_to(local, call)])
        });
        bound.collect()
    }
);

mutator!(
    /// `door.open().enter()` becomes `door.enter()`.
    DropTransition, "adv_typestate" / "drop_transition", Expected::Codes(&["E0277", "E0308", "E0599"]), Body, |program| {
        let names = names(program);
        let calls = program.expressions.iter().filter_map(|expression| match expression {
            Expr::MethodCall(call) if names.contains(&call.method.to_string()) => Some(vec![cut_after(&call.receiver, call)]),
            _ => None,
        });
        calls.collect()
    }
);

mutator!(
    /// `let opened = door.open(); opened.enter()` becomes `let opened = door.open(); door.enter()`.
    StaleState, "adv_typestate" / "stale_state", Expected::Codes(&["E0308", "E0382", "E0599"]), Body, |program| {
        let names = names(program);
        let mut found = Vec::new();
        for block in &program.blocks {
            for (index, statement) in block.stmts.iter().enumerate() {
                let Some((name, _, old)) = enters(statement, &names).filter(|(name, _, old)| name != old) else { continue };
                let later = block.stmts[index + 1..].iter().flat_map(|later| program.expressions_in(later));
                found.extend(later.filter(|used| is_name(used, &name)).take(1).map(|used| vec![replaced(used, old.as_str())]));
            }
        }
        found
    }
);

mutator!(
    /// `fn enter(door: Door<Open>)` becomes `fn enter(door: Door<Closed>)`.
    WrongParameter, "adv_typestate" / "wrong_parameter", Expected::Codes(&["E0308", "E0599"]), Remote, |program| {
        let states = states(program);
        let typed = program.functions.iter().flat_map(|function| &function.signature.inputs).filter_map(|input| match input {
            FnArg::Typed(input) => Some(&*input.ty),
            FnArg::Receiver(_) => None,
        });
        typed.filter_map(|found| other_state(program, &states, found)).collect()
    }
);

mutator!(
    /// `fn open(self) -> Door<Open>` becomes `fn open(self) -> Door<Closed>`.
    WrongReturn, "adv_typestate" / "wrong_return", Expected::Codes(&["E0308", "E0599"]), Remote, |program| {
        let states = states(program);
        let returned = transitions(program).into_iter().filter_map(|(_, method)| match &method.sig.output {
            ReturnType::Type(_, returned) => Some(&**returned),
            ReturnType::Default => None,
        });
        returned.filter_map(|found| other_state(program, &states, found)).collect()
    }
);

/// Methods that take a thing in one state and give it back in another: the thing's type, and the method.
fn transitions<'a>(program: &Program<'a>) -> Vec<(&'a Type, &'a ImplItemFn)> {
    let methods = program.own_methods().into_iter().filter_map(|(owner, method)| {
        let ReturnType::Type(_, returned) = &method.sig.output else { return None };
        let receiver = method.sig.receiver()?;
        let changes = state(returned)?.0 == type_name(&owner.self_ty)?
            && program.text_of(returned) != program.text_of(&owner.self_ty);
        (changes && matches!(receiver.kind, ReceiverKind::Value)).then_some((&*owner.self_ty, method))
    });
    methods.collect()
}

/// The names of the transitions.
fn names(program: &Program<'_>) -> BTreeSet<String> {
    transitions(program).iter().map(|(_, method)| method.sig.ident.to_string()).collect()
}

/// `let name = old.transition(..);` as name, call and old name.
fn enters<'a>(statement: &'a Stmt, names: &BTreeSet<String>) -> Option<(String, &'a Expr, String)> {
    let Stmt::Local(local) = statement else { return None };
    let Pat::Ident(bound) = &local.pat else { return None };
    let value = &*local.init.as_ref()?.expr;
    let Expr::MethodCall(call) = value else { return None };
    let Expr::Path(old) = &*call.receiver else { return None };
    let old = old.path.get_ident()?.to_string();
    names.contains(&call.method.to_string()).then(|| (bound.ident.to_string(), value, old))
}

/// A type with one type in its angle brackets: its name, and that type.
fn state(found: &Type) -> Option<(String, &Type)> {
    let found = match found {
        Type::Reference(found) => &*found.elem,
        other => other,
    };
    let Type::Path(path) = found else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(found) => Some(found),
        _ => None,
    });
    // The state stands last, behind what is held.
    Some((last.ident.to_string(), types.next_back()?))
}

/// The states of each type that has methods of its own for at least two of them, in the order of the text.
fn states<'a>(program: &Program<'a>) -> BTreeMap<String, Vec<&'a Type>> {
    let mut found: BTreeMap<String, Vec<&'a Type>> = BTreeMap::new();
    let generic: BTreeSet<String> = program
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(found) if !found.generics.params.is_empty() => Some(found.ident.to_string()),
            _ => None,
        })
        .collect();
    let impls = program.items.iter().filter_map(|&item| match item {
        Item::Impl(found) if found.trait_.is_none() && found.generics.params.is_empty() => Some(&*found.self_ty),
        _ => None,
    });
    for own in impls {
        let Some((name, state)) = state(own).filter(|(name, _)| generic.contains(name)) else { continue };
        let known = found.entry(name).or_default();
        if known.iter().all(|other| program.text_of(*other) != program.text_of(state)) {
            known.push(state);
        }
    }
    found.retain(|_, states| states.len() > 1);
    found
}

/// A type in the state that follows its own in the text.
fn other_state(program: &Program<'_>, states: &BTreeMap<String, Vec<&Type>>, found: &Type) -> Option<Vec<Edit>> {
    let (name, own) = state(found)?;
    let states = states.get(&name)?;
    let at = states.iter().position(|other| program.text_of(*other) == program.text_of(own))?;
    let next = states[(at + 1) % states.len()];
    Some(vec![replaced(own, program.text_of(next))])
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const DOOR: &str = "struct Door<S> { s: S }\nimpl Door<Shut> { fn open(self) -> Door<Open> { a() } }\nimpl Door<Open> { fn enter(&self) {} }\n";

    #[test]
    fn a_state_is_not_entered() {
        let text = format!("{DOOR}fn b(d: Door<Shut>) {{ let d = d.open(); d.enter() }}");
        assert_eq!(made(&text, "drop_rebinding"), [text.replace("let d = ", "")]);
        assert_eq!(made(&text, "drop_transition"), [text.replace("d.open()", "d")]);
        let text = format!("{DOOR}fn b(d: Door<Shut>) {{ let e = d.open(); e.enter() }}");
        assert_eq!(made(&text, "stale_state"), [text.replace("e.enter", "d.enter")]);
    }

    #[test]
    fn a_signature_names_another_state() {
        let text = format!("{DOOR}fn b(d: &Door<Shut>) {{}}");
        assert_eq!(made(&text, "wrong_parameter"), [text.replace("&Door<Shut>", "&Door<Open>")]);
        assert_eq!(made(&text, "wrong_return"), [text.replace("-> Door<Open>", "-> Door<Shut>")]);
        assert_eq!(made(&text, "borrowed_transition"), [text.replace("(self)", "(&self)")]);
    }
}
