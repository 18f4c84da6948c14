//! Entries of a diary with an optional note.

/// One day of the diary.
#[derive(Debug)]
pub struct Entry {
    pub day: u32,
    pub note: Option<String>,
}

/// The number of words in the entry's note, parted by any white space, 0 without a note; and the entry unchanged.
pub fn measure(entry: Entry) -> (usize, Entry) {
    let words = match &entry.note {
        Some(note) => note.split_ascii_whitespace().count(),
        None => 0,
    };
    (words, entry)
}

/// The day with the longest note, the earliest one among equals; None without entries.
pub fn longest(entries: Vec<Entry>) -> Option<u32> {
    let mut found: Option<(usize, u32)> = None;
    for entry in entries {
        let (words, entry) = measure(entry);
        let better = found.is_none_or(|(most, day)| words > most || (words == most && entry.day < day));
        if better {
            found = Some((words, entry.day));
        }
    }
    found.map(|(_, day)| day)
}
