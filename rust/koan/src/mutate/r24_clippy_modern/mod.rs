//! Idioms that clippy knows a better form of: a closed list of lints that no other family uses, one variant each.

mod calls;
mod flow;
mod items;
mod iterators;
mod loops;

use super::{Expected, Mutator, Position, Program, Reach, mutator, nest, noun, program};

pub(super) const MUTATORS: &[&dyn Mutator] = &[
    &flow::AssignOpPattern,
    &iterators::BindInsteadOfMap,
    &flow::BoolComparison,
    &calls::CastLossless,
    &loops::ExplicitIterLoop,
    &iterators::FilterNext,
    &calls::GetFirst,
    &calls::IoOtherError,
    &calls::LenZero,
    &calls::ManualClamp,
    &iterators::ManualNextBack,
    &flow::ManualRangeContains,
    &iterators::ManualRepeatN,
    &flow::ManualStrip,
    &calls::MapUnwrapOr,
    &flow::NeedlessBool,
    &items::NeedlessLifetimes,
    &loops::NeedlessRangeLoop,
    &flow::NeedlessReturn,
    &items::PtrArg,
    &flow::QuestionMark,
    &iterators::RedundantClosure,
    &iterators::RedundantClosureForMethodCalls,
    &items::RedundantFieldNames,
    &items::RedundantStaticLifetimes,
    &iterators::SearchIsSome,
    &flow::SingleMatch,
    &calls::UnwrapOrDefault,
    &calls::UselessFormat,
];
