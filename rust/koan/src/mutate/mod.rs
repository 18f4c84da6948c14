//! Breaking Rust that works: each mutator knows one mistake that people make, and what rustc says to it.
//!
//! A mutation is a list of text edits, so that formatting and comments survive and the way back is exact. What is found here
//! is a guess from syntax alone; whether the program then fails, and as expected, is for the compiler to say.

mod adv_builder;
mod adv_ffi;
mod adv_macro;
mod adv_newtype;
mod adv_phantom;
mod adv_pin;
mod adv_proc_macro;
mod adv_simd;
mod adv_typestate;
mod adv_unsafe;
mod bc_async_borrow;
mod bc_cell_refcell;
mod bc_closure_capture;
mod bc_copy_clone;
mod bc_lifetime_complex;
mod bc_lifetime_simple;
mod bc_move;
mod bc_mut;
mod bc_rc_arc;
mod bc_ref;
mod foretold;
mod format_string;
mod imports;
mod items;
mod nest;
mod noun;
mod position;
mod program;
mod r24_async_closure;
mod r24_clippy_modern;
mod r24_copied;
mod r24_flatten;
mod r24_fmt;
mod r24_is_ok_and;
mod r24_is_some_and;
mod r24_let_chain;
mod r24_let_else;
mod r24_matches;
mod rh_anyhow;
mod rh_combinators;
mod rh_custom_error;
mod rh_early_return;
mod rh_match;
mod rh_option;
mod rh_question;
mod rh_result;
mod rh_thiserror;
mod rh_unwrap_expect;
mod tb_associated;
mod tb_bounds;
mod tb_derive;
mod tb_display_debug;
mod tb_dyn;
mod tb_from_into;
mod tb_impl;
mod tb_iterator;
mod tb_send_sync;
mod tb_where;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::edit::Edit;
use crate::koan::source;

pub use items::{Item, items};

use foretold::foretold;
use position::Position;
use program::Program;

/// What must become of a program for a mutation to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The first error has one of these codes.
    Codes(&'static [&'static str]),
    /// The first error has no code, and its message holds one of these texts.
    Message(&'static [&'static str]),
    /// It compiles, and clippy reports this lint, by its full name.
    Lint(&'static str),
}

/// Where the first error lies, which decides how many mutations one check can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// In the body that was changed; bodies are checked apart.
    Body,
    /// In the item that was changed, its signature or its fields.
    Item,
    /// In another item, that uses the changed one: a derive, an impl or a bound is gone.
    Remote,
}

/// One way to break a program.
pub trait Mutator: Sync {
    /// The task family, such as `bc_move`.
    fn family(&self) -> &'static str;
    /// What is done, one name within the family.
    fn variant(&self) -> &'static str;
    /// What rustc, or clippy, must say.
    fn expected(&self) -> Expected;
    /// Where it says so.
    fn reach(&self) -> Reach;
    /// The edits of every place where it can be done.
    fn edits(&self, program: &Program<'_>) -> Vec<Vec<Edit>>;
}

/// A mutator applied at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The task family.
    pub family: &'static str,
    /// What was done.
    pub variant: &'static str,
    /// What rustc, or clippy, must say.
    pub expected: Expected,
    /// Where it says so.
    pub reach: Reach,
    /// The bytes of the item that the first edit changes: a function, a method, a type, or an impl's head. Related
    /// edits may lie elsewhere, but for mutations in a body.
    pub item: Range<usize>,
    /// What is changed, in bytes of the unbroken text.
    pub edits: Vec<Edit>,
}

/// All mutators, sorted by family and variant. Where two make the same edits, the earlier is meant.
#[must_use]
pub fn mutators() -> Vec<&'static dyn Mutator> {
    let families: [&[&dyn Mutator]; 50] = [
        adv_builder::MUTATORS,
        adv_ffi::MUTATORS,
        adv_macro::MUTATORS,
        adv_newtype::MUTATORS,
        adv_phantom::MUTATORS,
        adv_pin::MUTATORS,
        adv_proc_macro::MUTATORS,
        adv_simd::MUTATORS,
        adv_typestate::MUTATORS,
        adv_unsafe::MUTATORS,
        bc_async_borrow::MUTATORS,
        bc_cell_refcell::MUTATORS,
        bc_closure_capture::MUTATORS,
        bc_copy_clone::MUTATORS,
        bc_lifetime_complex::MUTATORS,
        bc_lifetime_simple::MUTATORS,
        bc_move::MUTATORS,
        bc_mut::MUTATORS,
        bc_rc_arc::MUTATORS,
        bc_ref::MUTATORS,
        r24_async_closure::MUTATORS,
        r24_clippy_modern::MUTATORS,
        r24_copied::MUTATORS,
        r24_flatten::MUTATORS,
        r24_fmt::MUTATORS,
        r24_is_ok_and::MUTATORS,
        r24_is_some_and::MUTATORS,
        r24_let_chain::MUTATORS,
        r24_let_else::MUTATORS,
        r24_matches::MUTATORS,
        rh_anyhow::MUTATORS,
        rh_combinators::MUTATORS,
        rh_custom_error::MUTATORS,
        rh_early_return::MUTATORS,
        rh_match::MUTATORS,
        rh_option::MUTATORS,
        rh_question::MUTATORS,
        rh_result::MUTATORS,
        rh_thiserror::MUTATORS,
        rh_unwrap_expect::MUTATORS,
        tb_associated::MUTATORS,
        tb_bounds::MUTATORS,
        tb_derive::MUTATORS,
        tb_display_debug::MUTATORS,
        tb_dyn::MUTATORS,
        tb_from_into::MUTATORS,
        tb_impl::MUTATORS,
        tb_iterator::MUTATORS,
        tb_send_sync::MUTATORS,
        tb_where::MUTATORS,
    ];
    families.concat()
}

/// Every mutation of `text`, a whole file, in the order of the mutators and of their places; tests are left alone.
///
/// # Errors
/// Where `text` is no Rust that parses: the line and the reason.
pub fn mutations(text: &str) -> Result<Vec<Mutation>, String> {
    source::with_file(text, |file| {
        let program = Program::new(text, file);
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for mutator in mutators() {
            for edits in mutator.edits(&program) {
                let Some(item) = edits.first().and_then(|edit| program.item_at(edit.start)) else { continue };
                let changes = edits.iter().any(|edit| text[edit.start..edit.end] != edit.replacement);
                let key: Vec<(usize, usize, String)> =
                    edits.iter().map(|edit| (edit.start, edit.end, edit.replacement.clone())).collect();
                if changes && seen.insert(key) {
                    let (family, variant) = (mutator.family(), mutator.variant());
                    let (expected, reach) = (mutator.expected(), mutator.reach());
                    found.push(Mutation { family, variant, expected, reach, item, edits });
                }
            }
        }
        found
    })
}

/// A mutator: a unit struct of this name, described by its constants.
macro_rules! mutator {
    ($(#[$doc:meta])* $seen:vis $name:ident, $family:literal / $variant:literal, $expected:expr, $reach:ident, $edits:expr) => {
        $(#[$doc])*
        $seen struct $name;

        impl super::Mutator for $name {
            fn family(&self) -> &'static str {
                $family
            }
            fn variant(&self) -> &'static str {
                $variant
            }
            fn expected(&self) -> super::Expected {
                $expected
            }
            fn reach(&self) -> super::Reach {
                super::Reach::$reach
            }
            fn edits(&self, program: &super::Program<'_>) -> Vec<Vec<crate::edit::Edit>> {
                let edits: fn(&super::Program<'_>) -> Vec<Vec<crate::edit::Edit>> = $edits;
                edits(program)
            }
        }
    };
}
use mutator;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    /// The programs that a variant makes of a text.
    pub(super) fn made(text: &str, variant: &str) -> Vec<String> {
        let found = mutations(text).unwrap();
        found.iter().filter(|one| one.variant == variant).map(|one| apply(text, &one.edits).unwrap()).collect()
    }

    #[test]
    fn variants_have_names_of_their_own_and_stand_in_order() {
        let names: Vec<(&str, &str)> = mutators().iter().map(|one| (one.family(), one.variant())).collect();
        assert!(names.is_sorted_by(|first, second| first < second), "{names:?}");
    }

    #[test]
    fn every_family_has_two_variants() {
        let families: BTreeSet<&str> = mutators().iter().map(|one| one.family()).collect();
        for family in families {
            assert!(mutators().iter().filter(|one| one.family() == family).count() >= 2, "{family}");
        }
    }

    #[test]
    fn tests_are_left_alone() {
        let text = "#[cfg(test)]\nmod tests {\n    fn a() { let mut b = 1; b += 1; drop(b); }\n}\n#[test]\nfn c() { let mut d = 1; d += 1; }\n";
        assert_eq!(mutations(text), Ok(Vec::new()));
    }

    #[test]
    fn what_does_not_parse_is_an_error() {
        assert!(mutations("fn").unwrap_err().starts_with("line 1"));
    }
}
