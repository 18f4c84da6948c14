//! Labels of books in a library.

/// A book and, where it is known, its shelf.
pub struct Book {
    pub title: String,
    pub shelf: Option<u32>,
}

/// `TITLE (shelf NUMBER)`, and `TITLE (not shelved)` for a book without one.
pub fn label(book: &Book) -> String {
    format!("{} (shelf {})", book.title, book.shelf.unwrap_or(0))
}

/// The labels of all books that have a shelf, then those of the others, each group in its order.
pub fn labels(books: &[Book]) -> Vec<String> {
    let (shelved, others): (Vec<&Book>, Vec<&Book>) = books.iter().partition(|book| book.shelf.is_some());
    shelved.into_iter().chain(others).map(label).collect()
}
