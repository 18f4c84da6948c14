use crate::{Article, slugs};
use probe::{Draw, Record};

fn article(draw: &mut Draw) -> Article {
    let words: Vec<String> = draw.vec(1..4, |draw| if draw.bool() { draw.word() } else { draw.word().to_uppercase() });
    Article { words, year: draw.option(|draw| draw.int(1990..2030)) }
}

pub fn one(draw: &mut Draw, record: &mut Record) {
    let slug: String = article(draw).slug().to_string();
    record.value("slug", &slug);
    let words = || ["Über".to_string(), "CAFÉ".to_string()].to_vec();
    let (plain, dated) =
        (Article { words: words(), year: None }, Article { words: words(), year: Some(draw.int(1990..2030)) });
    let foreign: [String; 2] = [plain.slug().to_string(), dated.slug().to_string()];
    record.value("foreign", &foreign);
}

pub fn several(draw: &mut Draw, record: &mut Record) {
    let mut articles: Vec<Article> = draw.vec(0..4, article);
    articles.push(Article { words: vec!["One".to_string()], year: None });
    articles.push(Article { words: vec!["ONE".to_string()], year: None });
    let found: Vec<String> = slugs(&articles);
    record.value("slugs", &found);
}
