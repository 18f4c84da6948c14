//! `PhantomData`: the field that makes a type parameter count, and the parameter itself.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Field, Fields, Item, ItemStruct, PathArguments, Token, Type};

use super::program::{cut_after, replaced, type_name};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&BareMarker, &DropArgument, &DropField, &DropInitialiser, &ValueForMarker];

mutator!(
    /// `marker: PhantomData<T>` becomes `marker: PhantomData`.
    BareMarker, "adv_phantom" / "bare_marker", Expected::Codes(&["E0107"]), Item, |program| {
        markers(program).into_iter().filter_map(|(_, field)| {
            let Type::Path(path) = &field.ty else { return None };
            let last = path.path.segments.last()?;
            Some(vec![cut_after(&last.ident, last)])
        }).collect()
    }
);

mutator!(
    /// `fn find(id: Id<User>)` becomes `fn find(id: Id)`.
    DropArgument, "adv_phantom" / "drop_argument", Expected::Codes(&["E0107"]), Item, |program| {
        let marked: BTreeSet<String> = markers(program).iter().map(|(found, _)| found.ident.to_string()).collect();
        let signatures = program.functions.iter().map(|function| function.signature.span().byte_range()).collect::<Vec<_>>();
        let named = program.types.iter().filter_map(|found| {
            let Type::Path(path) = found else { return None };
            let last = path.path.segments.last()?;
            let at = found.span().byte_range().start;
            let counts = marked.contains(&last.ident.to_string()) && signatures.iter().any(|range| range.contains(&at));
            let PathArguments::AngleBracketed(_) = &last.arguments else { return None };
            counts.then(|| vec![cut_after(&last.ident, last)])
        });
        named.collect()
    }
);

mutator!(
    /// The field is gone, here and wherever the type is made.
    DropField, "adv_phantom" / "drop_field", Expected::Codes(&["E0392"]), Item, |program| {
        markers(program).into_iter().filter_map(|(found, field)| {
            let mut edits = vec![without_field(&found.fields, field)?];
            edits.extend(initialisers(program, found));
            Some(edits)
        }).collect()
    }
);

mutator!(
    /// `Id { value, marker: PhantomData }` becomes `Id { value }`.
    DropInitialiser, "adv_phantom" / "drop_initialiser", Expected::Codes(&["E0061", "E0063"]), Body, |program| {
        markers(program).into_iter().flat_map(|(found, _)| initialisers(program, found)).map(|edit| vec![edit]).collect()
    }
);

mutator!(
    /// `marker: PhantomData<T>` becomes `marker: T`, and is still made of `PhantomData`.
    ValueForMarker, "adv_phantom" / "value_for_marker", Expected::Codes(&["E0308", "E0277"]), Remote, |program| {
        markers(program).into_iter().filter_map(|(_, field)| {
            let Type::Path(path) = &field.ty else { return None };
            let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
            Some(vec![replaced(&field.ty, program.text_of(arguments.args.first()?))])
        }).collect()
    }
);

/// Generic structs with a `PhantomData`, and that field.
fn markers<'a>(program: &Program<'a>) -> Vec<(&'a ItemStruct, &'a Field)> {
    let structs = program.items.iter().filter_map(|&item| match item {
        Item::Struct(found) if !found.generics.params.is_empty() => Some(found),
        _ => None,
    });
    let fields = structs.flat_map(|found| found.fields.iter().map(move |field| (found, field)));
    fields.filter(|(_, field)| type_name(&field.ty).is_some_and(|name| name == "PhantomData")).collect()
}

fn without_field(fields: &Fields, field: &Field) -> Option<Edit> {
    match fields {
        Fields::Named(fields) => without(&fields.named, field),
        Fields::Unnamed(fields) => without(&fields.unnamed, field),
        Fields::Unit => None,
    }
}

/// Where the type is made with a plain `PhantomData`, without it.
fn initialisers(program: &Program<'_>, made: &ItemStruct) -> Vec<Edit> {
    let is_made = |path: &syn::Path, at: usize| {
        path.segments
            .last()
            .is_some_and(|last| last.ident == made.ident || last.ident == "Self" && within(program, made, at))
    };
    let found = program.expressions.iter().filter_map(|&expression| match expression {
        Expr::Struct(found) if is_made(&found.path, expression.span().byte_range().start) => {
            let marker = found.fields.iter().find(|field| is_marker(program, &field.expr))?;
            without(&found.fields, marker)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let marker = call.args.iter().find(|argument| is_marker(program, argument))?;
            is_made(&function.path, expression.span().byte_range().start).then(|| without(&call.args, marker))?
        }
        _ => None,
    });
    found.collect()
}

/// Whether a byte lies in an impl for the struct.
fn within(program: &Program<'_>, made: &ItemStruct, at: usize) -> bool {
    program.items.iter().any(|item| match item {
        Item::Impl(found) => {
            found.span().byte_range().contains(&at) && type_name(&found.self_ty).is_some_and(|name| made.ident == name)
        }
        _ => false,
    })
}

fn is_marker(program: &Program<'_>, value: &Expr) -> bool {
    program.text_of(value).ends_with("PhantomData")
}

/// A list without one of its parts, which goes with the comma before it, or, as the first one, with the one behind it.
fn without<T: Spanned>(list: &Punctuated<T, Token![,]>, part: &T) -> Option<Edit> {
    let index = list.iter().position(|other| std::ptr::eq(other, part))?;
    let range = |index: usize| list[index].span().byte_range();
    let (start, end) = match index {
        0 if list.len() == 1 => (range(0).start, range(0).end),
        0 => (range(0).start, range(1).start),
        _ => (range(index - 1).end, range(index).end),
    };
    Some(Edit { start, end, replacement: String::new() })
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const ID: &str = "struct Id<T> {\n    value: u64,\n    marker: PhantomData<T>,\n}\nimpl<T> Id<T> { fn new() -> Id<T> { Self { value: 1, marker: PhantomData } } }\n";

    #[test]
    fn the_field_goes_where_it_stands_and_where_it_is_made() {
        let made_without = ID.replace(", marker: PhantomData }", " }");
        assert_eq!(made(ID, "drop_initialiser"), std::slice::from_ref(&made_without));
        assert_eq!(
            made(ID, "drop_field"),
            [made_without.replace("\n    marker: PhantomData<T>,", ",").replace("u64,,", "u64,")]
        );
        let tuple = "struct Id<T>(u64, PhantomData<T>);\nfn a() { Id(1, PhantomData) }";
        assert_eq!(made(tuple, "drop_initialiser"), [tuple.replace("(1, PhantomData)", "(1)")]);
    }

    #[test]
    fn the_parameter_goes() {
        assert_eq!(made(ID, "bare_marker"), [ID.replace("PhantomData<T>", "PhantomData")]);
        assert_eq!(made(ID, "value_for_marker"), [ID.replace("PhantomData<T>", "T")]);
        assert_eq!(made(ID, "drop_argument"), [ID.replace("-> Id<T>", "-> Id")]);
    }
}
