//! Candidate and harness as one text, under names that no candidate can hold, and whether errors give the harness away.

use share_rs_koan::diagnostic::Parsed;

/// Lints that a candidate may deny and that judge style: what the harness is written like is not the candidate's doing.
/// Where the candidate forbids any lint, allowing it is an error, so then the harness goes without.
const ALLOWED: &str = "#[allow(warnings, unused, nonstandard_style, rust_2018_idioms, missing_docs, unreachable_pub, \
                       unused_results, unused_qualifications, trivial_casts, trivial_numeric_casts, \
                       single_use_lifetimes, let_underscore_drop)]";

/// What rustc is given to judge a candidate.
pub(crate) struct Joint {
    /// The candidate, then the harness.
    pub text: String,
    /// What the runtime is called in it.
    pub runtime: String,
    tag: String,
    secrets: Vec<String>,
}

impl Joint {
    /// Names come from a hash of both texts: the same on every run, and no text holds its own hash.
    pub(crate) fn new(source: &str, harness: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(source.len() as u64).to_le_bytes()).update(source.as_bytes()).update(harness.as_bytes());
        let tag = format!("share_rs_{}", &hasher.finalize().to_hex()[..32]);
        let runtime = format!("{tag}_runtime");
        let allowed = if source.contains("forbid") { "" } else { ALLOWED };
        let named = harness
            .replace("/* share_rs_allowed */", allowed)
            .replace("share_rs_harness", &tag)
            .replace("share_rs_runtime", &runtime);
        Self { text: format!("{source}{named}"), runtime, tag, secrets: secrets(source, harness) }
    }

    /// Whether any error is about the harness, or names it or something in it.
    pub(crate) fn shows(&self, parsed: &Parsed) -> bool {
        let texts = || {
            parsed.diagnostics.iter().flat_map(|found| {
                let spans = found.spans.iter().chain(found.children.iter().flat_map(|child| &child.spans));
                let labels = spans.flat_map(|span| {
                    let replacement =
                        span.suggestion.as_ref().map(|suggestion| (true, suggestion.replacement.as_str()));
                    replacement.into_iter().chain(span.label.as_deref().map(|label| (false, label)))
                });
                let children = found.children.iter().map(|child| (false, child.message.as_str()));
                labels.chain(children).chain([(false, found.message.as_str())])
            })
        };
        parsed.touches_harness
            || texts().any(|(is_code, text)| {
                text.contains(&self.tag) || self.secrets.iter().any(|secret| names(text, is_code, secret))
            })
    }
}

/// The names of the harness's items that the candidate does not hold itself.
fn secrets(source: &str, harness: &str) -> Vec<String> {
    const KINDS: [&str; 9] = ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod"];
    let own: std::collections::HashSet<&str> = words(source).collect();
    let mut found: Vec<String> = Vec::new();
    let mut last = "";
    for word in words(harness) {
        if KINDS.contains(&last) && !own.contains(word) && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
        last = word;
    }
    found
}

/// A capitalised name gives itself away anywhere; of the others only in code, for `found` and `line` are plain words too.
fn names(text: &str, is_code: bool, secret: &str) -> bool {
    let plain = is_code || secret.starts_with(|first: char| first.is_ascii_uppercase());
    text.contains(secret)
        && text
            .split('`')
            .enumerate()
            .any(|(index, part)| (plain || index % 2 == 1) && words(part).any(|word| word == secret))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_between_candidates_and_are_the_same_on_every_run() {
        let harness = "\n/* share_rs_allowed */mod share_rs_harness { ::share_rs_runtime::run() }";
        let joint = Joint::new("fn a() {}", harness);
        assert_eq!(joint.text, Joint::new("fn a() {}", harness).text);
        assert_ne!(joint.runtime, Joint::new("fn b() {}", harness).runtime);
        assert!(!joint.text.contains("share_rs_harness") && joint.text.contains(&format!("::{}::run", joint.runtime)));
        assert!(
            joint.text.contains("#[allow(") && !Joint::new("#![forbid(unused)]", harness).text.contains("#[allow(")
        );
    }

    #[test]
    fn an_item_of_the_harness_is_seen_in_code_and_a_plain_word_is_not() {
        assert_eq!(secrets("fn way() {}", "fn way() {} fn found() {} struct Meter;"), ["found", "Meter"]);
        assert!(names("expected one of: `found`", false, "found"));
        assert!(!names("expected `u8`, found `u16`", false, "found"));
        assert!(names("found();", true, "found"));
        assert!(names("other types implement it:\n  Meter", false, "Meter"));
        assert!(!names("Meters", false, "Meter"));
    }
}
