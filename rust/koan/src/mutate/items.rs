//! Places in items where something can be planted: behind an item's attributes, and at the head of a function's body.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{AttrStyle, Attribute, Block, ImplItemFn, Signature, TraitItemFn};

use super::program::{attributes, is_test};
use crate::koan::source;

/// An item as [`Mutation::item`](super::Mutation) has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its bytes.
    pub range: Range<usize>,
    /// Where one more attribute can stand, on a line of its own.
    pub head: usize,
    /// Where one more statement can stand before all others; None without a body, or where a constant may call it.
    pub body: Option<usize>,
}

/// Every item of `text`, a whole file, outer before inner; tests are left out.
///
/// # Errors
/// Where `text` is no Rust that parses: the line and the reason.
pub fn items(text: &str) -> Result<Vec<Item>, String> {
    source::with_file(text, |file| {
        let mut places = Places(Vec::new());
        places.visit_file(file);
        places.0
    })
}

struct Places(Vec<Item>);

impl Places {
    fn push(&mut self, item: &impl Spanned, attributes: &[Attribute], function: Option<(&Signature, &Block)>) {
        let range = item.span().byte_range();
        let mut outer = attributes.iter().filter(|one| matches!(one.style, AttrStyle::Outer));
        let head = outer.next_back().map_or(range.start, |last| last.span().byte_range().end);
        let body = function.filter(|(signature, _)| signature.constness.is_none()).map(|(_, block)| begins(block));
        self.0.push(Item { range, head, body });
    }
}

/// Behind the attributes of a block, before its first statement.
fn begins(block: &Block) -> usize {
    let close = block.brace_token.span.close().byte_range().start;
    block.stmts.first().map_or(close, |first| first.span().byte_range().start)
}

impl<'a> Visit<'a> for Places {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let own = attributes(item);
        if own.iter().any(is_test) {
            return;
        }
        let function = if let syn::Item::Fn(found) = item { Some((&found.sig, &*found.block)) } else { None };
        self.push(item, own, function);
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, found: &'a ImplItemFn) {
        self.push(found, &found.attrs, Some((&found.sig, &found.block)));
        visit::visit_impl_item_fn(self, found);
    }

    fn visit_trait_item_fn(&mut self, found: &'a TraitItemFn) {
        self.push(found, &found.attrs, found.default.as_ref().map(|block| (&found.sig, block)));
        visit::visit_trait_item_fn(self, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_can_be_planted_behind_attributes_and_before_statements() {
        let text = "/// Doc.\n#[inline]\nfn a() {\n    #![allow(unused)]\n    // b\n    #[cfg(all())]\n    let c = 1;\n}\nfn d() {}\nconst fn e() {}\n\
                    /// Doc.\nstruct F;\nimpl F {\n    /// Doc.\n    fn g() { fn h() {} }\n}\n#[cfg(test)]\nmod tests { fn i() {} }\n\
                    trait J { fn k(); fn l() { 1; } }\n";
        let mut planted = text.to_owned();
        let found = items(text).unwrap();
        let mut at: Vec<(usize, &str)> = found.iter().map(|one| (one.head, "<h>")).collect();
        at.extend(found.iter().filter_map(|one| Some((one.body?, "<b>"))));
        at.sort_unstable();
        for (at, mark) in at.into_iter().rev() {
            planted.insert_str(at, mark);
        }
        assert_eq!(
            planted,
            "/// Doc.\n#[inline]<h>\nfn a() {\n    #![allow(unused)]\n    // b\n    <b>#[cfg(all())]\n    let c = 1;\n}\n<h>fn d() {<b>}\n\
             <h>const fn e() {}\n/// Doc.<h>\nstruct F;\n<h>impl F {\n    /// Doc.<h>\n    fn g() { <b><h>fn h() {<b>} }\n}\n#[cfg(test)]\n\
             mod tests { fn i() {} }\n<h>trait J { <h>fn k(); <h>fn l() { <b>1; } }\n"
        );
    }

    #[test]
    fn items_are_those_that_mutations_name() {
        let text =
            "#[derive(Debug)]\nstruct A(u8);\nimpl A {\n    /// B.\n    fn b() -> u8 { let mut c = 1; c += 1; c }\n}\n";
        let all: Vec<Range<usize>> = items(text).unwrap().into_iter().map(|one| one.range).collect();
        let found = super::super::mutations(text).unwrap();
        assert!(!found.is_empty() && found.iter().all(|one| all.contains(&one.item)), "{all:?}");
    }

    #[test]
    fn what_does_not_parse_is_an_error() {
        assert!(items("fn").unwrap_err().starts_with("line 1"));
    }
}
