//! Errors by anyhow: contexts that are missing, and strings where an error is due.

use proc_macro2::TokenTree;
use syn::{Macro, PathArguments, ReturnType, Type};

use super::imports::imports;
use super::program::{after, replaced, up_to};
use super::{Expected, Mutator, mutator};

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&DropContext, &DropContextImport, &DropResultImport, &FormatForAnyhow, &StdResult, &StringForBail];

mutator!(
    /// `list.first().context("empty")?` becomes `list.first()?`.
    DropContext, "rh_anyhow" / "drop_context", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        let edits = program.without_calls(&["context", "with_context"], 1);
        if program.text.contains("anyhow") { edits } else { Vec::new() }
    }
);

mutator!(
    /// `use anyhow::{Context, Result}` becomes `use anyhow::Result`.
    DropContextImport, "rh_anyhow" / "drop_context_import", Expected::Codes(&["E0599"]), Remote, |program| {
        let context = imports(program).into_iter().filter(|import| import.path == "anyhow::Context");
        context.map(|import| vec![import.removed(program)]).collect()
    }
);

mutator!(
    /// `use anyhow::Result` is gone, so that a result lacks its error.
    DropResultImport, "rh_anyhow" / "drop_result_import", Expected::Codes(&["E0107"]), Remote, |program| {
        let result = imports(program).into_iter().filter(|import| import.path == "anyhow::Result");
        result.map(|import| vec![import.removed(program)]).collect()
    }
);

mutator!(
    /// `anyhow!("no {name}")` becomes `format!("no {name}")`.
    FormatForAnyhow, "rh_anyhow" / "format_for_anyhow", Expected::Codes(&["E0277", "E0308"]), Body, |program| {
        program.macro_calls("anyhow").filter(|call| formats(call)).map(|call| vec![replaced(&call.path, "format")]).collect()
    }
);

mutator!(
    /// `-> anyhow::Result<Config>` becomes `-> Result<Config>`.
    StdResult, "rh_anyhow" / "std_result", Expected::Codes(&["E0107"]), Item, |program| {
        let imported = imports(program).iter().any(|import| import.name() == "Result");
        let returned = program.functions.iter().filter_map(|function| match &function.signature.output {
            ReturnType::Type(_, returned) => Some(&**returned),
            ReturnType::Default => None,
        });
        let qualified = returned.filter_map(|returned| {
            let Type::Path(path) = returned else { return None };
            let [first, last] = [path.path.segments.first()?, path.path.segments.get(1)?];
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let ours = first.ident == "anyhow" && last.ident == "Result" && arguments.args.len() == 1;
            ours.then(|| vec![up_to(first, last)])
        });
        qualified.filter(|_| !imported).collect()
    }
);

mutator!(
    /// `bail!("no {name}")` becomes `return Err(format!("no {name}"))`.
    StringForBail, "rh_anyhow" / "string_for_bail", Expected::Codes(&["E0308"]), Body, |program| {
        let calls = program.macro_calls("bail").filter(|call| formats(call));
        calls.map(|call| vec![replaced(&call.path, "return Err(format"), after(call, ")")]).collect()
    }
);

/// Whether a call begins with a string, as `format!` wants it.
fn formats(call: &Macro) -> bool {
    matches!(call.tokens.clone().into_iter().next(), Some(TokenTree::Literal(first)) if first.to_string().starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn strings_stand_where_errors_were() {
        let text = "fn a() { anyhow::bail!(\"{b}\") }";
        assert_eq!(made(text, "string_for_bail"), ["fn a() { return Err(format!(\"{b}\")) }"]);
        assert_eq!(made("fn a() { Err(anyhow!(\"b\")) }", "format_for_anyhow"), ["fn a() { Err(format!(\"b\")) }"]);
        assert_eq!(made("fn a() { Err(anyhow!(b)) }", "format_for_anyhow"), [""; 0]);
    }

    #[test]
    fn contexts_and_imports_go() {
        let text = "use anyhow::{Context, Result};\nfn a() -> Result<u8> { b().context(\"c\") }";
        assert_eq!(made(text, "drop_context"), [text.replace(".context(\"c\")", "")]);
        assert_eq!(made(text, "drop_context_import"), [text.replace("{Context, Result}", "Result")]);
        assert_eq!(made(text, "drop_result_import"), [text.replace("{Context, Result}", "Context")]);
        assert_eq!(made("fn a() -> anyhow::Result<B> { c() }", "std_result"), ["fn a() -> Result<B> { c() }"]);
    }
}
