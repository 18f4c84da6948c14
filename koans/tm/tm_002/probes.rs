use crate::{small, stem};
use probe::{Draw, Record};

fn name(draw: &mut Draw) -> String {
    let ending = *draw.pick(&["", ".png", ".tar.gz", ".", ".jpeg"]);
    let start = if draw.chance(1, 5) { "." } else { "" };
    format!("{start}{}{ending}", draw.word())
}

pub fn stems(draw: &mut Draw, record: &mut Record) {
    let found: String = stem(&name(draw)).to_string();
    let hidden: String = stem(".profile").to_string();
    record.value("stem", &(found, hidden));
    let word = draw.word();
    let names = [
        "a.png".to_string(),
        format!(".{word}"),
        format!("{word}."),
        format!(".{word}.png"),
        "..".into(),
        "".into(),
        "ö.gif".into(),
    ];
    let edges: Vec<String> = names.iter().map(|name| stem(name).to_string()).collect();
    record.value("edges", &edges);
}

pub fn small_names(draw: &mut Draw, record: &mut Record) {
    let found: String = small(&name(draw));
    record.value("small", &found);
    let edges: [String; 4] = ["x.png", ".x", "x.", "x"].map(small);
    record.value("edges", &edges);
}
