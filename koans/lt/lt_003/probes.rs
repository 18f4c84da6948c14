use crate::{best, mentions};
use probe::{Draw, Record};

fn line(draw: &mut Draw) -> String {
    let words: Vec<String> =
        draw.vec(0..5, |draw| draw.pick(&["Error", "error", "ok", "LATE", "late", "disk"]).to_string());
    words.join(" ")
}

pub fn best_line(draw: &mut Draw, record: &mut Record) {
    let lines: Vec<String> = draw.vec(2..7, line);
    let word = *draw.pick(&["error", "late", "disk", "never"]);
    let found: String = best(&lines, word);
    record.value("best", &found);
    let ranked: Vec<String> = ["ok disk", "Disk disk ok", "disk DISK", "disk"].map(str::to_string).to_vec();
    let first_of_most: String = best(&ranked, "disk");
    record.value("first_of_most", &first_of_most);
    let foreign: Vec<String> = [draw.word(), "ÄRGER\tÄrger".to_string(), "ärger Ärger ärger".to_string()].to_vec();
    let of_both: String = best(&foreign[..2], "ärger");
    let of_all: String = best(&foreign, "ärger");
    record.value("foreign", &(of_both, of_all));
}

pub fn counted(draw: &mut Draw, record: &mut Record) {
    let count: usize = mentions(&line(draw), "error");
    let none: String = best(&[], &draw.word());
    record.value("count", &(count, none));
    let word = draw.word();
    let upper = word.to_uppercase();
    let parted: usize = mentions(&format!(" {upper}\t{word}  {upper}\u{3000}{word}s"), &word);
    let foreign: usize = mentions("Öl öl ÖL öle", "öl");
    record.value("parted", &(parted, foreign));
}
