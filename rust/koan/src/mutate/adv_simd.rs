//! `std::arch`: features that are not enabled, and vectors of other lanes. The intrinsics are those of `x86_64`, so these fail there alone.

use syn::spanned::Spanned;
use syn::{Attribute, Expr, Item, Meta, Type};

use super::adv_unsafe::{bare, blocks};
use super::program::{gone, replaced};
use super::{Expected, Mutator, Program, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] =
    &[&DropFeature, &DropUnsafe, &NarrowFeature, &WrongIntrinsic, &WrongVector];

mutator!(
    /// `#[target_feature(enable = "avx")]` is gone.
    DropFeature, "adv_simd" / "drop_feature", Expected::Codes(&["E0133"]), Item, |program| {
        features(program).into_iter().map(|(attribute, _)| vec![gone(program.text, attribute)]).collect()
    }
);

mutator!(
    /// `unsafe { sum_avx(values) }` becomes `sum_avx(values)`, where that needs a feature.
    DropUnsafe, "adv_simd" / "drop_unsafe", Expected::Codes(&["E0133"]), Body, |program| {
        let needing: Vec<String> = features(program).into_iter().map(|(_, name)| name).collect();
        let calls = |found: &Expr| match found {
            Expr::Call(call) => name(&call.func).is_some_and(|name| is_intrinsic(&name) || needing.contains(&name)),
            _ => false,
        };
        let wide = blocks(program).into_iter().filter(|block| program.expressions_in(block).any(calls));
        wide.map(|block| vec![bare(program, block)]).collect()
    }
);

mutator!(
    /// `#[target_feature(enable = "avx2")]` becomes `#[target_feature(enable = "sse2")]`.
    NarrowFeature, "adv_simd" / "narrow_feature", Expected::Codes(&["E0133"]), Item, |program| {
        let narrowed = features(program).into_iter().filter_map(|(attribute, _)| {
            let range = attribute.span().byte_range();
            let (at, wide) = FEATURES.iter().find_map(|&wide| Some((program.text[range.clone()].find(&format!("\"{wide}\""))?, wide)))?;
            let start = range.start + at + 1;
            let replacement = if wide.starts_with("avx") { "sse2" } else { "sse" }.to_owned();
            Some(vec![Edit { start, end: start + wide.len(), replacement }])
        });
        narrowed.collect()
    }
);

mutator!(
    /// `_mm_add_ps(first, second)` becomes `_mm_add_pd(first, second)`: lanes of another type.
    WrongIntrinsic, "adv_simd" / "wrong_intrinsic", Expected::Codes(&["E0308"]), Body, |program| {
        let paths = program.expressions.iter().filter_map(|expression| match expression {
            Expr::Call(call) => match &*call.func {
                Expr::Path(found) => found.path.segments.last().map(|last| &last.ident),
                _ => None,
            },
            _ => None,
        });
        let renamed = paths.filter_map(|ident| {
            let name = ident.to_string();
            let (from, to) = LANES.iter().find(|(from, _)| is_intrinsic(&name) && name.ends_with(from))?;
            Some(vec![replaced(ident, format!("{}{to}", name.strip_suffix(from)?))])
        });
        renamed.collect()
    }
);

mutator!(
    /// `__m128` becomes `__m128d`: a vector of other lanes.
    WrongVector, "adv_simd" / "wrong_vector", Expected::Codes(&["E0308"]), Item, |program| {
        let vectors = program.types.iter().filter_map(|found| {
            let Type::Path(path) = found else { return None };
            let last = &path.path.segments.last()?.ident;
            let (_, other) = VECTORS.iter().find(|(from, _)| last == from)?;
            Some(vec![replaced(last, *other)])
        });
        vectors.collect()
    }
);

/// Those that need more than what every such machine has.
const FEATURES: [&str; 8] = ["avx512f", "avx2", "avx", "fma", "sse4.2", "sse4.1", "ssse3", "sse3"];

const LANES: [(&str, &str); 5] =
    [("_ps", "_pd"), ("_pd", "_ps"), ("_epi32", "_ps"), ("_epi64", "_pd"), ("_epi16", "_ps")];

const VECTORS: [(&str, &str); 6] = [
    ("__m128", "__m128d"),
    ("__m128d", "__m128"),
    ("__m128i", "__m128"),
    ("__m256", "__m256d"),
    ("__m256d", "__m256"),
    ("__m256i", "__m256"),
];

/// The attributes that enable a feature, each with the name of its function.
fn features<'a>(program: &Program<'a>) -> Vec<(&'a Attribute, String)> {
    let functions = program.items.iter().filter_map(|&item| match item {
        Item::Fn(found) => Some(found),
        _ => None,
    });
    let attributes =
        functions.flat_map(|found| found.attrs.iter().map(move |attribute| (attribute, found.sig.ident.to_string())));
    attributes
        .filter(|(attribute, _)| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("target_feature")))
        .collect()
}

fn name(function: &Expr) -> Option<String> {
    match function {
        Expr::Path(found) => found.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

fn is_intrinsic(name: &str) -> bool {
    name.starts_with("_mm")
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    const SUM: &str = "#[target_feature(enable = \"avx\")]\nfn a(b: __m256) -> f32 { _mm256_add_ps(b, b) }\n";

    #[test]
    fn a_feature_is_not_enabled() {
        assert_eq!(made(SUM, "drop_feature"), [SUM.replace("#[target_feature(enable = \"avx\")]\n", "")]);
        assert_eq!(made(SUM, "narrow_feature"), [SUM.replace("\"avx\"", "\"sse2\"")]);
        let text = format!("{SUM}fn c() {{ unsafe {{ a(d) }} }}");
        assert_eq!(made(&text, "drop_unsafe"), [text.replace("unsafe { a(d) }", "a(d)")]);
    }

    #[test]
    fn lanes_are_of_another_type() {
        assert_eq!(made(SUM, "wrong_intrinsic"), [SUM.replace("_ps", "_pd")]);
        assert_eq!(made(SUM, "wrong_vector"), [SUM.replace("__m256", "__m256d")]);
    }
}
