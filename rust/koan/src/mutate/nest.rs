//! A second block around a body whose lines stay as they are.

use syn::Block;
use syn::spanned::Spanned;

use super::Program;
use crate::edit::Edit;

/// What opens the outer block before `head`, which opens the inner one: ` {`, the blanks, `head`.
pub fn opening(program: &Program<'_>, body: &Block, head: &str) -> String {
    format!(" {{{}{head}", blanks(program, body, "    "))
}

/// The two closing brackets, where one was.
pub fn closing(program: &Program<'_>, body: &Block) -> Vec<Edit> {
    let end = body.span().byte_range().end;
    let mut edits = vec![Edit { start: end, end, replacement: format!("{}}}", blanks(program, body, "")) }];
    let indent = program.indent(end - 1);
    if program.text[..end - 1].ends_with(&format!("\n{indent}")) {
        edits.insert(0, Edit { start: end - 1, end: end - 1, replacement: "    ".to_owned() });
    }
    edits
}

fn blanks(program: &Program<'_>, body: &Block, more: &str) -> String {
    let range = body.span().byte_range();
    if program.text[range.clone()].contains('\n') {
        format!("\n{}{more}", program.indent(range.end - 1))
    } else {
        " ".to_owned()
    }
}
