//! Titles of articles, as they appear in an address.

/// An article with the words of its title.
pub struct Article {
    pub words: Vec<String>,
    pub year: Option<u32>,
}

impl Article {
    /// The title as a slug: the words in lower case, joined by `-`, with `-YEAR` at the end where the year is known.
    pub fn slug(&self) -> String {
        let mut slug = self.words.join("-").to_ascii_lowercase();
        if let Some(year) = self.year {
            slug.push_str(&format!("-{year}"));
        }
        slug
    }
}

/// The slugs of all articles, each once, in the order of the articles.
pub fn slugs(articles: &[Article]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for article in articles {
        let slug = article.slug().to_string();
        if !found.contains(&slug) {
            found.push(slug);
        }
    }
    found
}
