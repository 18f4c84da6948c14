use crate::{tagged, tags};
use probe::{Draw, Record};

fn line(draw: &mut Draw) -> String {
    let choices = ["#rust", "#Rust", "#linker", "word", "#", "#Age", "rust#"];
    let words: Vec<String> = draw.vec(2..8, |draw| draw.pick(&choices).to_string());
    words.join(" ")
}

pub fn found(draw: &mut Draw, record: &mut Record) {
    let found: Vec<String> = tags(&line(draw));
    let own: Vec<String> = tags(&format!("#{} #{}", draw.word(), draw.word()));
    record.value("tags", &(found, own));
    let word = draw.word();
    let parted: Vec<String> = tags(&format!("#{word}\t#Zinc\u{3000}#ÖL  #öl\n#{} x#y", word.to_uppercase()));
    record.value("parted", &parted);
}

pub fn counted(draw: &mut Draw, record: &mut Record) {
    let lines: Vec<String> = draw.vec(0..6, line);
    let count: usize = tagged(&lines, "rust");
    record.value("tagged", &count);
    let foreign: [String; 2] = ["#ÖL".to_string(), "#Ärger #öl".to_string()];
    let foreign: [usize; 2] = ["öl", "ärger"].map(|tag| tagged(&foreign, tag));
    record.value("foreign", &foreign);
}
