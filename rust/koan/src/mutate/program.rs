//! A program as mutators look at it: its expressions, blocks, patterns and items as flat lists, without its tests.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprMethodCall, File, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Macro, Pat, Signature,
    TraitItemFn, Type,
};

use super::position::{self, Position};
use crate::edit::Edit;

/// A text, its syntax, and what it consists of, each list in the order of the text, outer before inner.
pub struct Program<'a> {
    /// The whole file.
    pub text: &'a str,
    /// Its expressions at any depth, but not those in macro calls, whose syntax is the macro's.
    pub expressions: Vec<&'a Expr>,
    /// Bodies, and blocks in them.
    pub blocks: Vec<&'a Block>,
    /// Patterns at any depth.
    pub patterns: Vec<&'a Pat>,
    /// Types at any depth.
    pub types: Vec<&'a Type>,
    /// Functions and methods, with a body or without.
    pub functions: Vec<Function<'a>>,
    /// Calls of macros.
    pub macros: Vec<&'a Macro>,
    /// Items, in modules too.
    pub items: Vec<&'a Item>,
    places: Vec<Range<usize>>,
    bound: HashMap<Range<usize>, Position>,
}

/// A function, a method or a trait's method.
#[derive(Clone, Copy)]
pub struct Function<'a> {
    /// All before the body.
    pub signature: &'a Signature,
    /// None where a trait only asks for it.
    pub body: Option<&'a Block>,
}

impl<'a> Program<'a> {
    pub fn new(text: &'a str, file: &'a File) -> Self {
        let mut program = Self {
            text,
            expressions: Vec::new(),
            blocks: Vec::new(),
            patterns: Vec::new(),
            types: Vec::new(),
            macros: Vec::new(),
            functions: Vec::new(),
            items: Vec::new(),
            places: Vec::new(),
            bound: HashMap::new(),
        };
        program.visit_file(file);
        program
    }

    /// The bytes of the innermost function, or of the innermost item, around a byte.
    pub fn item_at(&self, byte: usize) -> Option<Range<usize>> {
        self.places.iter().filter(|place| place.contains(&byte)).min_by_key(|place| place.len()).cloned()
    }

    /// Whether a byte lies in a module and in none of the items in it that are looked at: in its tests.
    pub fn is_module_text(&self, byte: usize) -> bool {
        let modules = self.items.iter().filter(|item| matches!(item, Item::Mod(_)));
        let mut ranges = modules.map(|module| module.span().byte_range());
        self.item_at(byte).is_some_and(|place| ranges.any(|range| range == place))
    }

    /// What is around an expression.
    pub fn position(&self, expression: &impl Spanned) -> Position {
        self.bound.get(&expression.span().byte_range()).copied().unwrap_or(Position::Free)
    }

    /// The blanks that begin the line of a byte.
    pub fn indent(&self, byte: usize) -> &'a str {
        let line = &self.text[self.text[..byte].rfind('\n').map_or(0, |at| at + 1)..byte];
        &line[..line.len() - line.trim_start().len()]
    }

    /// The text of some syntax.
    pub fn text_of(&self, syntax: &impl Spanned) -> &'a str {
        &self.text[syntax.span().byte_range()]
    }

    /// Calls of the method `name` with so many arguments.
    pub fn calls<'b>(&'b self, name: &'b str, arguments: usize) -> impl Iterator<Item = &'a ExprMethodCall> + 'b {
        self.expressions.iter().filter_map(move |expression| match expression {
            Expr::MethodCall(call) if call.method == name && call.args.len() == arguments => Some(call),
            _ => None,
        })
    }

    /// Calls of methods with so many arguments, each without the call: what it was called on stays.
    pub fn without_calls(&self, names: &[&str], arguments: usize) -> Vec<Vec<Edit>> {
        let calls = names.iter().flat_map(|&name| self.calls(name, arguments));
        calls.map(|call| vec![cut_after(&call.receiver, call)]).collect()
    }

    /// Calls of the function that `path` ends in, such as `Some` or `Box::new`, with one argument: the call and the argument.
    pub fn wraps<'b>(&'b self, path: &'b str) -> impl Iterator<Item = (&'a Expr, &'a Expr)> + 'b {
        self.expressions.iter().filter_map(move |&expression| {
            let Expr::Call(call) = expression else { return None };
            let Expr::Path(function) = &*call.func else { return None };
            let mut segments = function.path.segments.iter().rev();
            let ends = path.rsplit("::").all(|name| segments.next().is_some_and(|segment| segment.ident == name));
            (ends && call.args.len() == 1).then(|| (expression, &call.args[0]))
        })
    }

    /// Calls of the macro that this is the last name of.
    pub fn macro_calls<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a Macro> + 'b {
        let ends = move |call: &&Macro| call.path.segments.last().is_some_and(|last| last.ident == name);
        self.macros.iter().copied().filter(ends)
    }

    /// Methods and functions of impls without a trait, each with its impl.
    pub fn own_methods(&self) -> Vec<(&'a ItemImpl, &'a ImplItemFn)> {
        let impls = self.items.iter().filter_map(|&item| match item {
            Item::Impl(found) if found.trait_.is_none() => Some(found),
            _ => None,
        });
        let members = impls.flat_map(|found| found.items.iter().map(move |member| (found, member)));
        let methods = members.filter_map(|(found, member)| match member {
            ImplItem::Fn(method) => Some((found, method)),
            _ => None,
        });
        methods.collect()
    }

    /// The expressions in some syntax.
    pub fn expressions_in(&self, syntax: &impl Spanned) -> impl Iterator<Item = &'a Expr> {
        let whole = syntax.span().byte_range();
        let inside = move |found: &&Expr| {
            let range = found.span().byte_range();
            whole.start <= range.start && range.end <= whole.end
        };
        self.expressions.iter().copied().filter(inside)
    }

    fn place(&mut self, span: Span) {
        self.places.push(span.byte_range());
    }
}

/// The last name of a type's path, without the references before it.
pub fn type_name(found: &Type) -> Option<String> {
    match found {
        Type::Path(found) => found.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(found) => type_name(&found.elem),
        _ => None,
    }
}

/// Whether an expression is this name and nothing more.
pub fn is_name(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(found) if found.path.is_ident(name))
}

/// What a chain of calls and fields begins with.
pub fn root(expression: &Expr) -> &Expr {
    let mut found = expression;
    loop {
        found = match found {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Try(asked) => &asked.expr,
            Expr::Field(field) => &field.base,
            _ => return found,
        };
    }
}

/// Replaces some syntax.
pub fn replaced(syntax: &impl Spanned, replacement: impl Into<String>) -> Edit {
    let range = syntax.span().byte_range();
    Edit { start: range.start, end: range.end, replacement: replacement.into() }
}

/// Takes out all from the start of `first` to the start of `next`: a token and the blanks behind it.
pub fn up_to(first: &impl Spanned, next: &impl Spanned) -> Edit {
    let (start, end) = (first.span().byte_range().start, next.span().byte_range().start);
    Edit { start, end, replacement: String::new() }
}

/// Takes out all from the end of `last` to the end of `syntax`: what is appended to an expression.
pub fn cut_after(last: &impl Spanned, syntax: &impl Spanned) -> Edit {
    let (start, end) = (last.span().byte_range().end, syntax.span().byte_range().end);
    Edit { start, end, replacement: String::new() }
}

/// Takes out an item or a member with the blanks behind it, so that no empty line is left.
pub fn gone(text: &str, syntax: &impl Spanned) -> Edit {
    let range = syntax.span().byte_range();
    let rest = &text[range.end..];
    let blanks = rest.len() - rest.trim_start().len();
    // The last one of a block takes the blanks before it along, and leaves the bracket on its line.
    if rest.trim_start().starts_with('}') {
        Edit { start: text[..range.start].trim_end().len(), end: range.end, replacement: String::new() }
    } else {
        Edit { start: range.start, end: range.end + blanks, replacement: String::new() }
    }
}

/// Puts text before some syntax.
pub fn before(syntax: &impl Spanned, text: impl Into<String>) -> Edit {
    let start = syntax.span().byte_range().start;
    Edit { start, end: start, replacement: text.into() }
}

/// Puts text behind some syntax.
pub fn after(syntax: &impl Spanned, text: impl Into<String>) -> Edit {
    let end = syntax.span().byte_range().end;
    Edit { start: end, end, replacement: text.into() }
}

impl<'a> Visit<'a> for Program<'a> {
    fn visit_item(&mut self, item: &'a Item) {
        if attributes(item).iter().any(is_test) {
            return;
        }
        self.items.push(item);
        self.place(item.span());
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.functions.push(Function { signature: &function.sig, body: Some(&function.block) });
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        self.place(function.span());
        self.functions.push(Function { signature: &function.sig, body: Some(&function.block) });
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'a TraitItemFn) {
        self.place(function.span());
        self.functions.push(Function { signature: &function.sig, body: function.default.as_ref() });
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_block(&mut self, block: &'a Block) {
        self.blocks.push(block);
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.expressions.push(expression);
        self.bound.extend(position::bound(expression));
        visit::visit_expr(self, expression);
    }

    fn visit_pat(&mut self, pattern: &'a Pat) {
        self.patterns.push(pattern);
        visit::visit_pat(self, pattern);
    }

    fn visit_type(&mut self, found: &'a Type) {
        self.types.push(found);
        visit::visit_type(self, found);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        self.macros.push(call);
    }

    fn visit_attribute(&mut self, _: &'a Attribute) {}
}

/// `#[test]`, `#[cfg(test)]` and what other crates name so.
pub(super) fn is_test(attribute: &Attribute) -> bool {
    if attribute.path().segments.last().is_some_and(|segment| segment.ident == "test") {
        return true;
    }
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
