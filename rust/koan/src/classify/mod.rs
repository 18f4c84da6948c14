//! From errors to an error pattern: by code, message, label, note, and the trait and type names in backticks.

mod table;
mod types;

use serde::{Deserialize, Serialize};

pub use table::{PatternTable, TableError};

use crate::diagnostic::{Diagnostic, Stage};

/// Below this a guess is not given: a wrong skill harms more than none, which leaves the base model to its own.
const THRESHOLD: f64 = 0.5;

/// What the router makes of a list of errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// The pattern; None where no rule is sure enough.
    pub pattern: Option<String>,
    /// How sure the best rule is, 0 to 1; 0 where none fits.
    pub confidence: f64,
    /// The best rule's nearest rival with another pattern.
    pub runner_up: Option<String>,
    /// The code of the error that was classified.
    pub code: Option<String>,
    /// Its stage.
    pub stage: Stage,
    /// The number of the rule that decided, counted from 0 in the table.
    pub rule: Option<String>,
}

/// Classifies the first error: what follows it is often its consequence. Names that mean nothing go before everything else.
#[must_use]
pub fn classify(diagnostics: &[Diagnostic], table: &PatternTable) -> Classification {
    let Some(first) = diagnostics.iter().min_by_key(|found| found.stage > Stage::Resolve) else {
        return Classification {
            pattern: None,
            confidence: 0.0,
            runner_up: None,
            code: None,
            stage: Stage::Unknown,
            rule: None,
        };
    };
    let features = table::Features::of(first);
    let mut fits: Vec<(usize, &table::Rule)> =
        table.rules().enumerate().filter(|(_, rule)| rule.fits(&features)).collect();
    // Stable: of two equally sure rules the earlier one decides, so that a user's own come first.
    fits.sort_by(|one, other| other.1.confidence.total_cmp(&one.1.confidence));
    let best = fits.first().copied();
    let rival = best.and_then(|(_, best)| fits.iter().find(|(_, rule)| rule.pattern != best.pattern));
    let sure = best.filter(|(_, rule)| rule.confidence >= THRESHOLD && rule.pattern != "unknown");
    Classification {
        pattern: sure.map(|(_, rule)| rule.pattern.clone()),
        confidence: best.map_or(0.0, |(_, rule)| rule.confidence),
        runner_up: rival.map(|(_, rule)| rule.pattern.clone()),
        code: first.code.clone(),
        stage: first.stage,
        rule: sure.map(|(number, _)| number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Child, Level, Span};

    fn error(code: Option<&str>, message: &str, label: &str, child: &str) -> Diagnostic {
        let span = Span {
            byte_start: 0,
            byte_end: 1,
            line_start: 1,
            column_start: 1,
            line_end: 1,
            column_end: 2,
            is_primary: true,
            label: Some(label.to_owned()),
            suggestion: None,
            file: None,
        };
        Diagnostic {
            level: Level::Error,
            code: code.map(str::to_owned),
            message: message.to_owned(),
            stage: Stage::Typeck,
            spans: vec![span],
            children: vec![Child { level: Level::Note, message: child.to_owned(), spans: Vec::new() }],
        }
    }

    fn pattern(found: &Diagnostic) -> Option<String> {
        classify(std::slice::from_ref(found), PatternTable::builtin()).pattern
    }

    #[test]
    fn one_code_is_many_patterns_by_the_trait_and_the_label() {
        for (found, expected) in [
            (error(Some("E0277"), "`Shelf` doesn't implement `Debug`", "", ""), "missing_debug"),
            (error(Some("E0277"), "`Shelf` doesn't implement `std::fmt::Display`", "", ""), "missing_display"),
            (error(Some("E0277"), "the trait bound `Key: Hash` is not satisfied", "", ""), "missing_hash"),
            (error(Some("E0277"), "the trait bound `Item: Ord` is not satisfied", "", ""), "missing_ord"),
            (error(Some("E0277"), "`Rc<u8>` cannot be sent between threads safely", "", ""), "not_send"),
            (error(Some("E0277"), "`?` couldn't convert the error to `String`", "", ""), "result_map_err"),
            (error(Some("E0308"), "mismatched types", "expected `&str`, found `String`", ""), "string_vs_str"),
            (error(Some("E0308"), "mismatched types", "expected `u32`, found `usize`", ""), "integer_width"),
            (
                error(
                    Some("E0382"),
                    "use of moved value: `name`",
                    "value moved here, in previous iteration of loop",
                    "",
                ),
                "move_in_loop",
            ),
            (error(Some("E0382"), "borrow of moved value: `name`", "value moved here", ""), "use_after_move"),
            (error(None, "lifetime may not live long enough", "", ""), "lifetime_mismatch"),
        ] {
            assert_eq!(pattern(&found).as_deref(), Some(expected), "{}", found.message);
        }
    }

    #[test]
    fn what_no_rule_knows_is_left_alone() {
        let found = classify(&[error(Some("E9999"), "something new", "", "")], PatternTable::builtin());
        assert_eq!((found.pattern, found.confidence), (None, 0.0));
        assert_eq!(classify(&[], PatternTable::builtin()).pattern, None);
    }

    #[test]
    fn a_rule_of_the_user_goes_before_the_built_in_ones() {
        let own = "[[pattern]]\nname = \"ours\"\ndescription = \"our own\"\n[[rule]]\npattern = \"ours\"\ncodes = [\"E0382\"]\nconfidence = 0.99\n";
        let table = PatternTable::builtin().extended(own).unwrap();
        let found = error(Some("E0382"), "borrow of moved value: `name`", "", "");
        assert_eq!(classify(&[found], &table).pattern.as_deref(), Some("ours"));
    }

    #[test]
    fn a_faulty_table_is_refused_by_name() {
        for (text, named) in [
            ("[[rule]]\npattern = \"nowhere\"\ncodes = []\nconfidence = 0.9\n", "nowhere"),
            ("[[rule]]\npattern = \"missing_mut\"\nconfidenc = 0.9\n", "confidenc"),
            ("[[rule]]\npattern = \"missing_mut\"\nconfidence = 1.5\n", "1.5"),
            ("rule = 3", "rule"),
        ] {
            let error = PatternTable::builtin().extended(text).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
