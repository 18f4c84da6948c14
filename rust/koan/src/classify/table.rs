//! The table of patterns: data that a user can extend.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use thiserror::Error;

use crate::diagnostic::{Diagnostic, Span, Stage};

use super::types;

/// The patterns and the rules that lead to them.
#[derive(Debug, Clone)]
pub struct PatternTable {
    patterns: BTreeMap<String, String>,
    rules: Vec<Rule>,
}

/// Why a table is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// It is not TOML, or has a key that means nothing.
    #[error("the pattern table is malformed: {0}")]
    Malformed(String),
    /// A rule leads nowhere.
    #[error(
        "a rule leads to the pattern `{0}`, which no [[pattern]] declares: declare it with a name and a description"
    )]
    Undeclared(String),
    /// A confidence is no probability.
    #[error("a rule for `{0}` has the confidence {1}: expected a number from 0 to 1")]
    Confidence(String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    pattern: Vec<Pattern>,
    #[serde(default)]
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    name: String,
    description: String,
}

/// A rule fits where every key that it gives fits; of a key's list, one entry is enough.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub pattern: String,
    pub confidence: f64,
    /// Codes; the empty string stands for an error without one.
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    stage: Vec<Stage>,
    /// Parts of the message, or of its template.
    #[serde(default)]
    message: Vec<String>,
    /// Parts of the primary label.
    #[serde(default)]
    label: Vec<String>,
    /// Parts of any label, note or help.
    #[serde(default)]
    note: Vec<String>,
    /// Names of traits or types in backticks, without their path and their parameters.
    #[serde(default)]
    names: Vec<String>,
    /// The type that is expected and the one that is found, or their heads.
    #[serde(default)]
    expected: Vec<String>,
    #[serde(default)]
    found: Vec<String>,
    /// Parts that must not be anywhere.
    #[serde(default)]
    without: Vec<String>,
}

/// What rules look at.
pub(super) struct Features {
    code: String,
    stage: Stage,
    message: String,
    template: String,
    label: String,
    all: String,
    names: Vec<String>,
    expected: String,
    found: String,
}

impl PatternTable {
    /// The table that ships with this crate.
    ///
    /// # Panics
    /// Never: a test parses the table.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static TABLE: LazyLock<PatternTable> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the text is part of this crate, and a test parses it")]
            PatternTable::parse(include_str!("patterns.toml")).expect("the built-in table is sound")
        });
        &TABLE
    }

    /// Reads a table by itself.
    ///
    /// # Errors
    /// [`TableError`], which names what is wrong.
    pub fn parse(toml: &str) -> Result<Self, TableError> {
        Self { patterns: BTreeMap::new(), rules: Vec::new() }.extended(toml)
    }

    /// This table with another one's patterns, and with its rules before these.
    ///
    /// # Errors
    /// [`TableError`], which names what is wrong.
    pub fn extended(&self, toml: &str) -> Result<Self, TableError> {
        let file: File = toml::from_str(toml).map_err(|error| TableError::Malformed(error.to_string()))?;
        let mut patterns = self.patterns.clone();
        patterns.extend(file.pattern.into_iter().map(|pattern| (pattern.name, pattern.description)));
        for rule in &file.rule {
            if !patterns.contains_key(&rule.pattern) {
                return Err(TableError::Undeclared(rule.pattern.clone()));
            }
            if !(0.0..=1.0).contains(&rule.confidence) {
                return Err(TableError::Confidence(rule.pattern.clone(), rule.confidence.to_string()));
            }
        }
        let rules = file.rule.into_iter().chain(self.rules.iter().cloned()).collect();
        Ok(Self { patterns, rules })
    }

    /// Names and one-line descriptions, sorted by name.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.patterns.iter().map(|(name, description)| (name.as_str(), description.as_str()))
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }
}

impl Rule {
    pub(super) fn fits(&self, features: &Features) -> bool {
        let any = |list: &[String], holds: &dyn Fn(&String) -> bool| list.is_empty() || list.iter().any(holds);
        any(&self.codes, &|code| *code == features.code)
            && (self.stage.is_empty() || self.stage.contains(&features.stage))
            && any(&self.message, &|part| {
                features.message.contains(part.as_str()) || features.template.contains(part.as_str())
            })
            && any(&self.label, &|part| features.label.contains(part.as_str()))
            && any(&self.note, &|part| features.all.contains(part.as_str()))
            && any(&self.names, &|name| features.names.contains(name))
            && any(&self.expected, &|head| types::is_head(&features.expected, head))
            && any(&self.found, &|head| types::is_head(&features.found, head))
            && !self.without.iter().any(|part| features.all.contains(part.as_str()))
    }
}

impl Features {
    pub(super) fn of(diagnostic: &Diagnostic) -> Self {
        let label = labels(diagnostic.spans.iter().filter(|span| span.is_primary));
        let own = labels(&diagnostic.spans);
        let children = &diagnostic.children;
        let notes: Vec<&str> = children.iter().map(|child| child.message.as_str()).collect();
        let below = labels(children.iter().flat_map(|child| &child.spans));
        let (expected, found) = types::pair(&diagnostic.message, &label, &own, &notes).unwrap_or_default();
        // Of the notes, only the first speaks of the trait at fault; the others list impls of their own.
        let names = names(&format!("{}\n{label}", diagnostic.message));
        Self {
            code: diagnostic.code.clone().unwrap_or_default(),
            stage: diagnostic.stage,
            message: diagnostic.message.clone(),
            template: template(&diagnostic.message),
            all: [&diagnostic.message, &own, &notes.join("\n"), &below].map(String::as_str).join("\n"),
            label,
            names,
            expected,
            found,
        }
    }
}

fn labels<'a>(spans: impl IntoIterator<Item = &'a Span>) -> String {
    spans.into_iter().filter_map(|span| span.label.as_deref()).collect::<Vec<_>>().join("\n")
}

/// The message with each part in backticks replaced by `_`.
fn template(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "`_`" }).collect()
}

/// The names in backticks: of `std::fmt::Display`, `Display`; of `Shelf: Clone`, both; of `Vec<u8>`, `Vec`.
fn names(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let words = quoted
        .flat_map(|part| part.split([':', '<', '>', ' ', '(', ')', ',', '&', '\'', '{', '}', '[', ']', ';', '+', '=']));
    let mut found: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_is_sound_and_every_pattern_but_unknown_has_a_rule() {
        let table = PatternTable::builtin();
        for (name, description) in table.patterns() {
            assert!(!description.is_empty());
            assert!(name == "unknown" || table.rules().any(|rule| rule.pattern == name), "{name} has no rule");
        }
    }

    #[test]
    fn names_are_cut_from_paths_and_parameters() {
        assert_eq!(
            names("`Vec<Shelf>` doesn't implement `std::fmt::Display`"),
            ["Display", "Shelf", "Vec", "fmt", "std"]
        );
    }

    #[test]
    fn a_template_has_no_names() {
        assert_eq!(template("cannot add `&str` to `String`"), "cannot add `_` to `_`");
        assert_eq!(template("one ` alone"), "one `_`");
    }
}
