//! A shortlist that borrows the names that are put on it.

/// Names in the order in which they were put on the list, each once.
#[derive(Default)]
pub struct Shortlist<'a> {
    pub names: Vec<&'a str>,
}

/// Puts a name on the list, and returns whether it was not there yet.
pub fn add<'list, 'name>(list: &'list mut Shortlist<'name>, name: &'name str) -> bool {
    if list.names.contains(&name) {
        return false;
    }
    list.names.push(name);
    true
}

/// The names of `text`, separated by commas, without blanks around them, each once.
pub fn read(text: &str) -> Vec<String> {
    let mut list = Shortlist::default();
    for name in text.split(',') {
        add(&mut list, name.trim());
    }
    list.names.iter().map(|name| name.to_string()).collect()
}
