//! A program without one of its statements.

use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, File};

use crate::koan::source;

/// The program once for each of its statements, at any depth, without that statement.
pub(super) fn without_one(program: &str) -> Result<Vec<String>, String> {
    let ranges = source::with_file(program, |file: &File| {
        let mut statements = Statements::default();
        statements.visit_file(file);
        statements.ranges
    })?;
    Ok(ranges.into_iter().map(|range| format!("{}{}", &program[..range.start], &program[range.end..])).collect())
}

#[derive(Default)]
struct Statements {
    ranges: Vec<Range<usize>>,
}

impl Visit<'_> for Statements {
    fn visit_block(&mut self, block: &Block) {
        self.ranges.extend(block.stmts.iter().map(|statement| statement.span().byte_range()));
        visit::visit_block(self, block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_goes_once_at_any_depth_and_the_rest_stays_as_it_was() {
        let program = "// ü\nfn a() -> u8 {\n    let b = 1; // one\n    if b > 0 { c(b); }\n    b\n}\n";
        let expected = [
            "// ü\nfn a() -> u8 {\n     // one\n    if b > 0 { c(b); }\n    b\n}\n",
            "// ü\nfn a() -> u8 {\n    let b = 1; // one\n    \n    b\n}\n",
            "// ü\nfn a() -> u8 {\n    let b = 1; // one\n    if b > 0 { c(b); }\n    \n}\n",
            "// ü\nfn a() -> u8 {\n    let b = 1; // one\n    if b > 0 {  }\n    b\n}\n",
        ];
        assert_eq!(without_one(program).unwrap(), expected);
    }

    #[test]
    fn closures_and_macros_are_statements_too() {
        let found = without_one("fn a() { let f = |x: u8| { drop(x); x }; println!(\"{}\", f(1)); }").unwrap();
        assert_eq!(found.len(), 4);
        assert_eq!(found[1], "fn a() { let f = |x: u8| { drop(x); x };  }");
    }
}
