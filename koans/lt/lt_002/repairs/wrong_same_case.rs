//! A shortlist of names.

/// Names in lower case, in the order in which they were put on the list, each once.
#[derive(Default)]
pub struct Shortlist {
    pub names: Vec<String>,
}

/// Puts a name, given in lower case, on the list, and returns whether it was not there yet.
/// The list keeps the name for as long as the list lives, also when the caller's text is gone before.
pub fn add(list: &mut Shortlist, name: &str) -> bool {
    if list.names.iter().any(|known| *known == name) {
        return false;
    }
    list.names.push(name.to_string());
    true
}

/// The names of a text in lower case, joined by `+`, each once. They are parted by commas and may have blanks around;
/// empty ones are left out.
pub fn read(text: &str) -> String {
    let mut list = Shortlist::default();
    for part in text.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            add(&mut list, name);
        }
    }
    list.names.join("+")
}
