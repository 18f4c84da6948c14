//! Newtypes taken for what is in them, and for each other.

use std::collections::BTreeMap;

use syn::spanned::Spanned;
use syn::{Expr, Fields, FnArg, Item, Member, Pat, Type};

use super::program::{cut_after, is_name, replaced, type_name};
use super::{Expected, Mutator, Program, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] = &[&BareValue, &DropField, &InnerParameter, &OtherNewtype];

const MIXED: Expected =
    Expected::Codes(&["E0277", "E0308", "E0368", "E0369", "E0599", "E0600", "E0605", "E0606", "E0609", "E0610"]);

mutator!(
    /// `Meters(length)` becomes `length`.
    BareValue, "adv_newtype" / "bare_value", MIXED, Body, |program| {
        made(program).into_iter().map(|(call, value, _)| vec![replaced(call, program.text_of(value))]).collect()
    }
);

mutator!(
    /// `meters.0 * 2.0` becomes `meters * 2.0`.
    DropField, "adv_newtype" / "drop_field", MIXED, Body, |program| {
        holders(program).iter().flat_map(|holder| inner_uses(program, holder)).map(|(base, whole)| vec![cut_after(base, whole)]).collect()
    }
);

mutator!(
    /// `fn walk(distance: Meters)` becomes `fn walk(distance: f64)`, where `distance.0` is used.
    InnerParameter, "adv_newtype" / "inner_parameter", Expected::Codes(&["E0053", "E0308", "E0609", "E0610"]), Item, |program| {
        let newtypes = newtypes(program);
        let used = holders(program).into_iter().filter(|holder| inner_uses(program, holder).next().is_some());
        let typed = used.filter_map(|holder| {
            let found = holder.found?;
            let inner = newtypes.get(&type_name(found)?)?;
            let bare = match found { Type::Reference(found) => &*found.elem, other => other };
            Some(vec![replaced(bare, program.text_of(*inner))])
        });
        typed.collect()
    }
);

mutator!(
    /// `Meters(length)` becomes `Feet(length)`, another newtype of the same type.
    OtherNewtype, "adv_newtype" / "other_newtype", Expected::Codes(&["E0308", "E0277"]), Body, |program| {
        let newtypes = newtypes(program);
        let others = made(program).into_iter().filter_map(|(call, _, name)| {
            let inner = program.text_of(*newtypes.get(&name)?);
            let (other, _) = newtypes.iter().find(|(other, found)| **other != name && program.text_of(**found) == inner)?;
            let Expr::Call(call) = call else { return None };
            Some(vec![replaced(&call.func, other.as_str())])
        });
        others.collect()
    }
);

/// Structs with one field that has no name, and its type.
fn newtypes<'a>(program: &Program<'a>) -> BTreeMap<String, &'a Type> {
    let structs = program.items.iter().filter_map(|&item| match item {
        Item::Struct(found) => match &found.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 && found.generics.params.is_empty() => {
                Some((found.ident.to_string(), &fields.unnamed[0].ty))
            }
            _ => None,
        },
        _ => None,
    });
    structs.collect()
}

/// Every newtype that is made: the call, the value in it, the newtype.
fn made<'a>(program: &Program<'a>) -> Vec<(&'a Expr, &'a Expr, String)> {
    let newtypes = newtypes(program);
    let mut found = Vec::new();
    for name in newtypes.keys() {
        found.extend(program.wraps(name).map(|(call, value)| (call, value, name.clone())));
    }
    found
}

/// A name that holds a newtype in a body.
struct Holder<'a> {
    name: String,
    /// None for `self`.
    found: Option<&'a Type>,
    body: std::ops::Range<usize>,
}

/// The parameters that are newtypes.
fn holders<'a>(program: &Program<'a>) -> Vec<Holder<'a>> {
    let newtypes = newtypes(program);
    let mut found = Vec::new();
    for function in &program.functions {
        let Some(body) = function.body.map(|body| body.span().byte_range()) else { continue };
        // The innermost impl around the function says what `self` is.
        let mut impls = program.items.iter().filter_map(|&item| match item {
            Item::Impl(found) if found.brace_token.span.join().byte_range().contains(&body.start) => {
                Some(&*found.self_ty)
            }
            _ => None,
        });
        let own = impls.next_back().and_then(type_name).filter(|name| newtypes.contains_key(name));
        for input in &function.signature.inputs {
            match input {
                FnArg::Receiver(_) if own.is_some() => {
                    found.push(Holder { name: "self".to_owned(), found: None, body: body.clone() });
                }
                FnArg::Typed(typed) => {
                    let named = type_name(&typed.ty);
                    let holds = named
                        .as_ref()
                        .is_some_and(|name| newtypes.contains_key(name) || name == "Self" && own.is_some());
                    if let Pat::Ident(pattern) = &*typed.pat
                        && holds
                    {
                        found.push(Holder {
                            name: pattern.ident.to_string(),
                            found: Some(&typed.ty),
                            body: body.clone(),
                        });
                    }
                }
                FnArg::Receiver(_) => {}
            }
        }
    }
    found
}

/// Every `name.0` in the body: the name, and the whole.
fn inner_uses<'a>(program: &Program<'a>, holder: &Holder<'_>) -> impl Iterator<Item = (&'a Expr, &'a Expr)> {
    let (name, body) = (holder.name.clone(), holder.body.clone());
    let fields = program.expressions.iter().filter_map(move |&expression| match expression {
        Expr::Field(field) if matches!(&field.member, Member::Unnamed(index) if index.index == 0) => {
            let inside = body.contains(&expression.span().byte_range().start);
            (inside && is_name(&field.base, &name)).then_some((&*field.base, expression))
        }
        _ => None,
    });
    fields.collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const UNITS: &str = "struct Meters(f64);\nstruct Feet(f64);\n";

    #[test]
    fn what_is_made_loses_or_changes_its_name() {
        let text = format!("{UNITS}fn a(b: f64) -> Meters {{ Meters(b) }}");
        assert_eq!(made(&text, "bare_value"), [text.replace("{ Meters(b) }", "{ b }")]);
        assert_eq!(made(&text, "other_newtype"), [text.replace("{ Meters(b) }", "{ Feet(b) }")]);
        assert_eq!(made("fn a() { Some(b) }", "bare_value"), [""; 0]);
    }

    #[test]
    fn what_is_in_it_is_taken_without_asking() {
        let text = format!("{UNITS}impl Feet {{ fn a(&self, b: Meters, c: (f64,)) -> f64 {{ self.0 + b.0 + c.0 }} }}");
        assert_eq!(made(&text, "drop_field"), [text.replace("self.0", "self"), text.replace("b.0", "b")]);
        assert_eq!(made(&text, "inner_parameter"), [text.replace("b: Meters", "b: f64")]);
    }
}
