//! Reads settings of the form `KEY=VALUE`, one a line.

/// What follows `mark` in the first line that begins with it, without blanks around; empty when no line does.
/// It is a part of `text`: `mark` may be gone while it is still used.
pub fn after<'a>(text: &'a str, mark: impl AsRef<str>) -> &'a str {
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix(mark.as_ref()) {
            return rest.trim();
        }
    }
    ""
}

/// The values of the keys, in the order of the keys; empty for a key that the text does not set.
pub fn values<'a>(text: &'a str, keys: &[String]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for key in keys {
        let mark = format!("{key}=");
        found.push(after(text, &mark));
    }
    found
}
