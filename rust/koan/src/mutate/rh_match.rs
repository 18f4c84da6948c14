//! Cases that a match leaves out.

use syn::{Arm, Expr, Pat};

use super::program::gone;
use super::{Expected, Mutator, Program, foretold, mutator};
use crate::edit::Edit;

pub(super) const MUTATORS: &[&dyn Mutator] = &[&DropArm, &DropWildcard];

const LEFT_OUT: Expected = Expected::Codes(&["E0004"]);
/// A longer body nobody could infer.
const BODY: usize = 32;

mutator!(
    /// One of at least three arms is gone, where no other takes its cases.
    DropArm, "rh_match" / "drop_arm", LEFT_OUT, Body, |program| {
        without(program, |arms, _| arms.len() >= 3 && !arms.iter().any(takes_all))
    }
);

mutator!(
    /// The arm for all that is left, `_ => ...`, is gone.
    DropWildcard, "rh_match" / "drop_wildcard", LEFT_OUT, Body, |program| {
        without(program, |arms, arm| arms.len() >= 2 && matches!(arm.pat, Pat::Wild(_)))
    }
);

/// `_`, or a name such as `other`, without a guard, which would make another pattern of it; a name in capitals may be a constant.
fn takes_all(arm: &Arm) -> bool {
    match &arm.pat {
        Pat::Wild(_) => true,
        Pat::Ident(name) => name.subpat.is_none() && name.ident.to_string().starts_with(char::is_lowercase),
        _ => false,
    }
}

fn without(program: &Program<'_>, fits: impl Fn(&[Arm], &Arm) -> bool) -> Vec<Vec<Edit>> {
    let matches = program.expressions.iter().filter_map(|expression| match expression {
        Expr::Match(found) => Some(&found.arms),
        _ => None,
    });
    let arms = matches.flat_map(|arms| arms.iter().map(move |arm| (arms, arm)));
    let short = arms.filter(|(arms, arm)| fits(arms, arm) && program.text_of(&arm.body).len() <= BODY);
    let inferable = short.filter(|(_, arm)| foretold(program, &arm.body));
    inferable.map(|(_, arm)| vec![gone(program.text, arm)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::made;

    #[test]
    fn an_arm_goes_with_its_line() {
        let text = "fn a() {\n    match b {\n        C => 1,\n        D => 2,\n        _ => 0,\n    }\n}\n";
        assert_eq!(
            made(text, "drop_wildcard"),
            ["fn a() {\n    match b {\n        C => 1,\n        D => 2,\n    }\n}\n"]
        );
        assert_eq!(made(text, "drop_arm"), [""; 0]);
        let text = "fn a() {\n    match b {\n        C => 1,\n        D => 0,\n        E => 1,\n    }\n}\n";
        assert_eq!(made(text, "drop_arm")[0], "fn a() {\n    match b {\n        D => 0,\n        E => 1,\n    }\n}\n");
    }
}
