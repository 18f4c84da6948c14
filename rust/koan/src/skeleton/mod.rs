//! Skeletons: equal for a copy under other names, with other literals or integer types, or with its items in another order.
//!
//! Every name is numbered, those of the standard library too: a copy is found whatever its author renamed, and programs
//! that differ in nothing but the methods that they call are one group. That errs on the side that leaks nothing.

mod item;
mod near;
mod symbol;

use std::collections::HashMap;

use proc_macro2::TokenStream;

use crate::koan::source::with_tokens;

use item::{Part, items};
use symbol::{Role, Symbol, symbols};

pub use near::{Near, near};

/// Modules that nest deeper are read as one item.
const DEEPEST: usize = 32;

/// The skeleton of a program or of any part of one: its symbols, one item a line, the lines sorted.
///
/// # Errors
/// Where `text` does not lex: the line and the reason.
pub fn skeleton(text: &str) -> Result<String, String> {
    with_tokens(text, |tokens| lines(tokens, 0).join("\n"))
}

/// Hashes of every `size` symbols that follow each other in an item, sorted, each once; an item that is shorter has one.
///
/// Names are numbered anew in each, so that a line more or less changes only those that it touches.
///
/// # Errors
/// Where `text` does not lex: the line and the reason.
///
/// # Panics
/// Where `size` is 0.
pub fn shingles(text: &str, size: usize) -> Result<Vec<u64>, String> {
    with_tokens(text, |tokens| {
        let mut found = Vec::new();
        let mut pending = vec![(tokens, 0)];
        while let Some((tokens, depth)) = pending.pop() {
            for part in parts(tokens, depth) {
                let leaf = match part {
                    Part::Leaf(leaf) => leaf,
                    Part::Nest(head, body) => {
                        pending.push((body, depth + 1));
                        head
                    }
                };
                let leaf = symbols(leaf);
                found.extend(leaf.windows(size.min(leaf.len()).max(1)).map(|some| hash(&numbered(some))));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    })
}

fn lines(tokens: TokenStream, depth: usize) -> Vec<String> {
    let mut found: Vec<String> = parts(tokens, depth)
        .into_iter()
        .map(|part| match part {
            Part::Leaf(leaf) => numbered(&symbols(leaf)),
            Part::Nest(head, body) => {
                format!("{} {{ {} }}", numbered(&symbols(head)), lines(body, depth + 1).join(" ; "))
            }
        })
        .filter(|line| !line.is_empty())
        .collect();
    found.sort_unstable();
    found
}

fn parts(tokens: TokenStream, depth: usize) -> Vec<Part> {
    if depth < DEEPEST { items(tokens) } else { vec![Part::Leaf(tokens.into_iter().collect())] }
}

/// Symbols as text, names by the order in which they appear first.
fn numbered(symbols: &[Symbol]) -> String {
    let mut numbers: HashMap<(Role, &str), usize> = HashMap::new();
    let mut counts: HashMap<Role, usize> = HashMap::new();
    let mut text = String::new();
    for symbol in symbols {
        if !text.is_empty() {
            text.push(' ');
        }
        match symbol {
            Symbol::Fixed(fixed) => text.push_str(fixed),
            Symbol::Name(role, name) => {
                let number = *numbers.entry((*role, name)).or_insert_with(|| {
                    let count = counts.entry(*role).or_default();
                    *count += 1;
                    *count
                });
                let letter = match role {
                    Role::Plain => "n",
                    Role::Method => "m",
                    Role::Macro => "x",
                    Role::Lifetime => "'",
                    Role::Derive => "d",
                };
                text.push_str(letter);
                text.push_str(&number.to_string());
            }
        }
    }
    text
}

fn hash(text: &str) -> u64 {
    let digest = blake3::hash(text.as_bytes());
    digest.as_bytes().iter().take(8).fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANK: &str = "
use std::collections::HashMap;

/// What people own.
#[derive(Debug, Clone)]
pub struct Bank { accounts: HashMap<String, i64> }

impl Bank {
    pub fn add(&mut self, name: &str, sum: i64) { *self.accounts.entry(name.to_owned()).or_insert(0) += sum; }
    fn total(&self) -> i64 { self.accounts.values().map(|value| value * -1).sum() }
}

fn longest<'a>(one: &'a str, two: &'a str) -> &'a str {
    match one.len() > two.len() {
        true => one,
        false => { two }
    }
}
";

    fn same(one: &str, two: &str) -> bool {
        skeleton(one).unwrap() == skeleton(two).unwrap()
    }

    #[test]
    fn names_literals_integer_types_layout_and_courtesies_do_not_count() {
        let copy = "
            #![allow(dead_code)]
            #[derive(Clone)] #[derive(Debug)] struct Shop { goods: HashMap<String, u8,>, }
            use std::collections::{HashMap, BTreeMap};
            impl Shop {
                #[inline] #[must_use]
                pub(crate) fn put(&mut self, r#type: &str, len: u8) { *self.goods.entry(r#type.to_owned()).or_insert(-77_u8) += len }
                /* all */ fn all(&self,) -> u8 { self.goods.values().map(|len| { len * 2 }).sum() }
            }
            fn shortest<'text>(a: &'text str, b: &'text str,) -> &'text str { match a.len() > b.len() { false => { a } true => b } }
        ";
        assert!(same(BANK, copy), "{}\n\n{}", skeleton(BANK).unwrap(), skeleton(copy).unwrap());
    }

    #[test]
    fn items_may_stand_in_any_order_and_so_may_methods() {
        let mut parts: Vec<&str> = BANK.split("\n\n").collect();
        parts.reverse();
        assert!(same(BANK, &parts.join("\n")));
        assert!(same("impl A { fn a(&self) {} const B: u8 = 1; }", "impl A { const B: u8 = 1; fn a(&self) {} }"));
        assert!(same("mod a { fn b() {} struct C; }", "mod x { struct Y; fn z() {} }"));
    }

    #[test]
    fn statements_may_not() {
        assert!(!same("fn a() { b(1); c[0]; }", "fn a() { c[0]; b(1); }"));
        assert!(!same("let a = b(1); c[0];", "c[0]; let a = b(1);"));
    }

    #[test]
    fn another_structure_is_another_skeleton() {
        let all = [
            "fn a(b: &str) {}",
            "fn a(b: &mut str) {}",
            "fn a(b: u8) {}",
            "fn a(b: f32) {}",
            "fn a(b: u8) -> u8 { b }",
            "fn a(b: u8, c: u8) -> u8 { b }",
            "fn a(b: u8, c: u8) -> u8 { c }",
            "fn a(b: u8) -> u8 { b - 1 }",
            "fn a(b: u8) -> u8 { b - \"\" }",
            "fn a(b: u8) -> u8 { b - '.' }",
            "fn a(b: u8) -> u8 { b.c() }",
            "fn a(b: u8) -> u8 { b.c }",
            "fn a(b: u8) -> u8 { b!() }",
            "struct A;",
            "#[derive(B)] struct A;",
            "#[derive(B, C)] struct A;",
            "#[repr(B)] struct A;",
            "const A: &'static str = \"\";",
            "const A: &'a str = \"\";",
        ];
        let skeletons: std::collections::HashSet<String> = all.iter().map(|one| skeleton(one).unwrap()).collect();
        assert_eq!(skeletons.len(), all.len());
    }

    #[test]
    fn a_variable_may_be_called_like_a_method() {
        assert!(same("fn a(b: V) -> u8 { b.len() + b.0 }", "fn a(len: V) -> u8 { len.len() + len.1 }"));
    }

    #[test]
    fn what_is_no_item_lexes_too_and_what_does_not_lex_is_refused_with_its_line() {
        assert_eq!(skeleton("x.f(1, \"a\")").unwrap(), "n1 . m1 ( 0 \" )");
        assert_eq!(skeleton("").unwrap(), "");
        assert_eq!(skeleton("\u{feff}#!/usr/bin/env run\nfn a() {}"), skeleton("fn b() {}"));
        assert!(skeleton("fn a() {\n (}").unwrap_err().starts_with("line 2"));
    }

    #[test]
    fn deep_nesting_overflows_nothing() {
        for text in [
            format!("fn a() {{ {}{} }}", "(".repeat(5_000), ")".repeat(5_000)),
            format!("{}{}", "mod a {".repeat(5_000), "}".repeat(5_000)),
        ] {
            assert!(skeleton(&text).is_ok());
            assert!(shingles(&text, 5).is_ok());
        }
    }

    #[test]
    fn shingles_know_no_names_and_change_only_around_a_change() {
        let one = shingles(BANK, 5).unwrap();
        assert_eq!(one, shingles(&BANK.replace("accounts", "a").replace("i64", "u8"), 5).unwrap());
        let longer =
            BANK.replace("pub fn add", "fn more(&self) {} pub fn add").replace("match one", "let x = 1; match one");
        let two = shingles(&longer, 5).unwrap();
        let kept = one.iter().filter(|shingle| two.binary_search(shingle).is_ok()).count();
        assert!(kept < one.len() && kept * 10 > one.len() * 9, "{kept} of {}", one.len());
    }
}
