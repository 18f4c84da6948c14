//! The expected and the found type of a mismatch, as rustc tells them.

/// The two types: as the message, the primary label, another label or a note tells them, whichever is first.
pub(super) fn pair(message: &str, label: &str, labels: &str, notes: &[&str]) -> Option<(String, String)> {
    let (expected, found) = [message, label, labels].into_iter().find_map(told).or_else(|| noted(notes))?;
    // A label may tell only the kind: a note has the type.
    let (expected, found) =
        if found.starts_with("opaque type") { noted(notes).unwrap_or((expected, found)) } else { (expected, found) };
    Some(differing(&expected, &found))
}

/// `head` is the whole type, or what stands before its parameters; `*` at the end of a head stands for anything.
pub(super) fn is_head(of: &str, head: &str) -> bool {
    match head.strip_suffix('*') {
        Some(start) => of.starts_with(start),
        None => of == head || of.strip_prefix(head).is_some_and(|rest| rest.starts_with('<')),
    }
}

/// What rustc says in one sentence: expected `A`, found `B`, with what kind of thing each is cut off.
fn told(text: &str) -> Option<(String, String)> {
    text.lines().find_map(|line| {
        let rest = &line[line.find("expected ")? + "expected ".len()..];
        let (expected, found) = rest.split_once(", found ")?;
        Some((quoted(expected), quoted(found)))
    })
}

/// What rustc aligns in a note of two lines.
fn noted(notes: &[&str]) -> Option<(String, String)> {
    notes.iter().find_map(|note| {
        let expected = note.lines().find_map(|line| line.trim_start().strip_prefix("expected "))?;
        let found = note.lines().find_map(|line| line.trim_start().strip_prefix("found "))?;
        Some((quoted(expected), quoted(found)))
    })
}

fn quoted(text: &str) -> String {
    text.split('`').nth(1).unwrap_or(text).trim().to_owned()
}

/// Where both have one head and differ in one parameter, that parameter of each. Two Results are left as they are if
/// their errors differ: then that is what the mismatch is about.
fn differing(expected: &str, found: &str) -> (String, String) {
    let (mut expected, mut found) = (expected, found);
    loop {
        if let (Some(one), Some(other)) = (referent(expected), referent(found)) {
            (expected, found) = (one, other);
            continue;
        }
        let inner = parameters(expected).zip(parameters(found)).and_then(|((head, one), (other_head, other))| {
            let mut pairs = one.iter().zip(&other).enumerate().filter(|(_, (one, other))| one != other);
            let (at, (one, other)) = pairs.next()?;
            let alone = head == other_head && !one.is_empty() && pairs.next().is_none() && *one != "_" && *other != "_";
            (alone && (head != "Result" || at == 0)).then_some((*one, *other))
        });
        match inner {
            Some(pair) => (expected, found) = pair,
            None => return (expected.to_owned(), found.to_owned()),
        }
    }
}

/// What both sides borrow alike. `&str` and slices are types of their own.
fn referent(of: &str) -> Option<&str> {
    let of = of.strip_prefix('&').filter(|of| *of != "str" && !of.starts_with('['))?;
    Some(of.strip_prefix("mut ").unwrap_or(of))
}

/// The head of a type and its parameters.
fn parameters(of: &str) -> Option<(&str, Vec<&str>)> {
    let (head, rest) = of.split_once('<')?;
    let inside = rest.strip_suffix('>')?;
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in inside.char_indices() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(inside[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(inside[start..].trim());
    Some((head, found))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owned(one: &str, other: &str) -> (String, String) {
        (one.to_owned(), other.to_owned())
    }

    #[test]
    fn expected_and_found_types_are_read_from_labels_and_notes() {
        assert_eq!(told("expected `&str`, found `String`"), Some(owned("&str", "String")));
        let note = "expected enum `Result<u32, _>`\n   found enum `Option<u32>`";
        assert_eq!(noted(&[note]), Some(owned("Result<u32, _>", "Option<u32>")));
        assert!(is_head("Result<u32, _>", "Result") && !is_head("Results", "Result") && is_head("&str", "&*"));
    }

    #[test]
    fn types_of_one_head_are_told_by_the_parameter_that_differs() {
        for (expected, found, pair) in [
            ("Vec<String>", "Vec<&str>", ("String", "&str")),
            ("Option<Vec<u8>>", "Option<Vec<u32>>", ("u8", "u32")),
            ("&u64", "&u32", ("u64", "u32")),
            ("HashMap<u8, (u8, u8)>", "HashMap<u8, String>", ("(u8, u8)", "String")),
            ("Result<u8, E>", "Result<u8, F>", ("Result<u8, E>", "Result<u8, F>")),
            ("Result<u8, E>", "Result<u16, E>", ("u8", "u16")),
            ("Vec<u8>", "[u8; 3]", ("Vec<u8>", "[u8; 3]")),
            ("&str", "&String", ("&str", "&String")),
        ] {
            assert_eq!(differing(expected, found), owned(pair.0, pair.1), "{expected} {found}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(one in "[&<>(),`a-z é]{0,30}", other in "[&<>(),`a-z é]{0,30}") {
            let _ = differing(&one, &other);
            let _ = pair(&one, &other, &one, &[&other]);
        }
    }
}
