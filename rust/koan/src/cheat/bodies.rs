//! A program with other bodies for all of its functions.

use std::fmt::Write;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, File, ImplItemFn, ItemFn, ItemImpl, ReturnType, Signature, TraitItemFn, Type};

use super::default::{Defaults, Taste};
use crate::koan::source;

/// A program whose bodies can be replaced.
pub(super) struct Shell {
    program: String,
    functions: Vec<Function>,
}

struct Function {
    /// The body with its braces.
    body: Range<usize>,
    /// An expression of the type that the function returns, empty or zero where it can be.
    empty: String,
    /// Another one, with one element or the number one.
    full: String,
    /// Whether `!` can stand for the value: not in a `const fn` and not for an `impl Trait`.
    may_diverge: bool,
}

impl Shell {
    pub fn new(program: &str) -> Result<Self, String> {
        let functions = source::with_file(program, |file: &File| {
            let mut bodies = Bodies { defaults: Defaults::of(file), of: None, functions: Vec::new() };
            bodies.visit_file(file);
            bodies.functions
        })?;
        Ok(Self { program: program.to_owned(), functions })
    }

    /// Every body is `expression`.
    pub fn each(&self, expression: &str) -> String {
        self.replaced(|_| expression.to_owned())
    }

    /// Every body is an expression of its type: nothing, zero, or the first variant.
    pub fn defaults(&self) -> String {
        self.replaced(|function| function.empty.clone())
    }

    /// Every body is an expression of its type that is not the default.
    pub fn guesses(&self) -> String {
        self.replaced(|function| function.full.clone())
    }

    /// Every body does `statements` first, and then gives a default.
    pub fn doing(&self, statements: &str) -> String {
        self.replaced(|function| {
            if function.may_diverge { format!("{statements} {}", function.empty) } else { function.empty.clone() }
        })
    }

    /// Every body that can is `expression`, which does not return.
    pub fn diverging(&self, expression: &str) -> String {
        self.replaced(|function| if function.may_diverge { expression.to_owned() } else { function.empty.clone() })
    }

    fn replaced(&self, body: impl Fn(&Function) -> String) -> String {
        let mut text = String::new();
        let mut copied = 0;
        for function in &self.functions {
            text.push_str(&self.program[copied..function.body.start]);
            // Writing to a string cannot fail.
            let _ = write!(text, "{{ {} }}", body(function));
            copied = function.body.end;
        }
        text + &self.program[copied..]
    }
}

/// `program` with `text` before each of the bytes `places`, which ascend.
pub(super) fn inserted(program: &str, places: impl Iterator<Item = usize>, text: &str) -> String {
    let mut result = String::new();
    let mut copied = 0;
    for place in places {
        result.push_str(&program[copied..place]);
        result.push_str(text);
        copied = place;
    }
    result + &program[copied..]
}

struct Bodies<'a> {
    defaults: Defaults<'a>,
    /// What `Self` is.
    of: Option<&'a Type>,
    functions: Vec<Function>,
}

impl<'a> Bodies<'a> {
    fn add(&mut self, signature: &'a Signature, block: &Block) {
        let (empty, full, opaque) = match &signature.output {
            ReturnType::Default => (String::new(), String::new(), false),
            ReturnType::Type(_, kind) => (
                self.defaults.expression(kind, self.of, Taste::Empty),
                self.defaults.expression(kind, self.of, Taste::Full),
                matches!(**kind, Type::ImplTrait(_)),
            ),
        };
        let may_diverge = !opaque && signature.constness.is_none();
        self.functions.push(Function { body: block.span().byte_range(), empty, full, may_diverge });
    }
}

/// Functions inside of functions go with the body of the outer one, so bodies are not entered.
impl<'a> Visit<'a> for Bodies<'a> {
    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.add(&function.sig, &function.block);
    }

    fn visit_item_impl(&mut self, block: &'a ItemImpl) {
        self.of = Some(&block.self_ty);
        visit::visit_item_impl(self, block);
        self.of = None;
    }

    fn visit_impl_item_fn(&mut self, method: &'a ImplItemFn) {
        self.add(&method.sig, &method.block);
    }

    fn visit_trait_item_fn(&mut self, method: &'a TraitItemFn) {
        if let Some(block) = &method.default {
            self.add(&method.sig, block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "pub struct A { b: u8 }\nimpl A {\n    /// Doc { }.\n    fn new(b: u8) -> Self { Self { b } }\n}\ntrait T { fn t(&self); fn u(&self) -> u8 { 1 } }\nconst fn c() -> u8 { fn inner() {} 7 }\nfn i() -> impl Iterator<Item = u8> { [1].into_iter() }\n";

    #[test]
    fn every_body_is_replaced_and_all_else_stays() {
        let text = Shell::new(PROGRAM).unwrap().each("x");
        assert_eq!(text.matches("{ x }").count(), 4);
        assert!(text.contains("/// Doc { }.") && text.contains("fn t(&self);") && !text.contains("inner"));
    }

    #[test]
    fn defaults_have_the_type_of_the_function() {
        let text = Shell::new(PROGRAM).unwrap().defaults();
        assert!(text.contains("fn new(b: u8) -> Self { A { b: 0 } }"), "{text}");
        assert!(text.contains("{ std::iter::empty() }"), "{text}");
    }

    #[test]
    fn where_a_body_cannot_diverge_it_gives_a_default() {
        let text = Shell::new(PROGRAM).unwrap().diverging("todo!()");
        assert_eq!(text.matches("todo!()").count(), 2);
        assert!(text.contains("const fn c() -> u8 { 0 }"), "{text}");
    }
}
