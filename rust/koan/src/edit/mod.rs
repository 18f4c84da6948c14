//! Edits of sources, and those that rustc suggests.

mod suggestion;

pub use suggestion::{machine_applicable, suggestions};

/// Bytes `start..end` become `replacement`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Edit {
    /// The first byte that goes.
    pub start: usize,
    /// The first byte that stays.
    pub end: usize,
    /// What stands there instead.
    pub replacement: String,
}

/// Why edits cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The edit does not lie in the source.
    #[error("the edit {start}..{end} is out of range, expected start <= end <= {length}")]
    OutOfRange {
        /// The edit's first byte.
        start: usize,
        /// The byte after its last.
        end: usize,
        /// The source's bytes.
        length: usize,
    },
    /// The edit would cut a character.
    #[error("the edit {start}..{end} cuts a character, expected offsets between characters")]
    CutsCharacter {
        /// The edit's first byte.
        start: usize,
        /// The byte after its last.
        end: usize,
    },
    /// Two edits change the same bytes, or one inserts into what another replaces.
    #[error(
        "the edits {first_start}..{first_end} and {second_start}..{second_end} overlap, expected one edit for each byte"
    )]
    Overlap {
        /// The first edit's first byte.
        first_start: usize,
        /// The byte after its last.
        first_end: usize,
        /// The second edit's first byte.
        second_start: usize,
        /// The byte after its last.
        second_end: usize,
    },
}

/// Applies all `edits` to `source`. Insertions at one place stand in the order of the list.
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    let mut result =
        String::with_capacity(source.len() + edits.iter().map(|edit| edit.replacement.len()).sum::<usize>());
    let mut previous: Option<&Edit> = None;
    let mut copied = 0;
    for edit in sorted {
        let (start, end) = (edit.start, edit.end);
        if start > end || end > source.len() {
            return Err(EditError::OutOfRange { start, end, length: source.len() });
        }
        if !source.is_char_boundary(start) || !source.is_char_boundary(end) {
            return Err(EditError::CutsCharacter { start, end });
        }
        if let Some(first) = previous.filter(|first| first.end > start) {
            return Err(EditError::Overlap {
                first_start: first.start,
                first_end: first.end,
                second_start: start,
                second_end: end,
            });
        }
        result.push_str(&source[copied..start]);
        result.push_str(&edit.replacement);
        copied = end;
        previous = Some(edit);
    }
    result.push_str(&source[copied..]);
    Ok(result)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { start, end, replacement: replacement.to_owned() }
    }

    #[test]
    fn edits_apply_at_once_whatever_their_order() {
        let edits = [edit(6, 7, "b"), edit(0, 1, "long"), edit(3, 3, "+")];
        assert_eq!(apply("a = 1;c", &edits).unwrap(), "long =+ 1;b");
    }

    #[test]
    fn insertions_at_one_place_keep_the_order_of_the_list() {
        assert_eq!(apply("x", &[edit(0, 0, "1"), edit(0, 0, "2")]).unwrap(), "12x");
    }

    #[test]
    fn an_insertion_may_touch_a_replacement_but_not_lie_in_it() {
        assert_eq!(apply("abc", &[edit(0, 2, "x"), edit(2, 2, "y"), edit(0, 0, "z")]).unwrap(), "zxyc");
        assert!(matches!(
            apply("abc", &[edit(0, 2, "x"), edit(1, 1, "y")]),
            Err(EditError::Overlap { second_start: 1, .. })
        ));
    }

    #[test]
    fn an_edit_out_of_range_reversed_or_inside_a_character_is_named() {
        assert_eq!(apply("abc", &[edit(2, 4, "")]), Err(EditError::OutOfRange { start: 2, end: 4, length: 3 }));
        assert_eq!(apply("abc", &[edit(2, 1, "")]), Err(EditError::OutOfRange { start: 2, end: 1, length: 3 }));
        assert_eq!(apply("ü", &[edit(1, 2, "")]), Err(EditError::CutsCharacter { start: 1, end: 2 }));
    }

    proptest! {
        #[test]
        fn replacing_every_piece_by_itself_changes_nothing(source in ".{0,40}", mut cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let bounds: Vec<usize> = source.char_indices().map(|(at, _)| at).chain([source.len()]).collect();
            let mut places: Vec<usize> = cuts.drain(..).map(|cut| bounds[cut.index(bounds.len())]).collect();
            places.sort_unstable();
            let edits: Vec<Edit> = places.windows(2).map(|pair| edit(pair[0], pair[1], &source[pair[0]..pair[1]])).collect();
            prop_assert_eq!(apply(&source, &edits).unwrap(), source);
        }

        #[test]
        fn no_list_of_edits_panics(source in "\\PC{0,8}", edits in proptest::collection::vec((0_usize..12, 0_usize..12, "[a-z]{0,3}"), 0..5)) {
            let edits: Vec<Edit> = edits.into_iter().map(|(start, end, text)| edit(start, end, &text)).collect();
            let kept: usize = source.len() + edits.iter().map(|edit| edit.replacement.len()).sum::<usize>();
            if let Ok(result) = apply(&source, &edits) {
                prop_assert_eq!(result.len() + edits.iter().map(|edit| edit.end - edit.start).sum::<usize>(), kept);
            }
        }
    }
}
