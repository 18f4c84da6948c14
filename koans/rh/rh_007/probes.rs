use crate::{quantity, total};
use probe::{Draw, Record};

fn line(draw: &mut Draw) -> String {
    match draw.int(0..4_u8) {
        0 => draw.word(),
        1 => String::new(),
        _ => format!("{} {}", draw.int(0..20_u32), draw.word()),
    }
}

pub fn quantities(draw: &mut Draw, record: &mut Record) {
    let found: u32 = quantity(&line(draw));
    let plain: u32 = quantity(&draw.word());
    record.value("quantity", &(found, plain));
}

pub fn totals(draw: &mut Draw, record: &mut Record) {
    let list: Vec<String> = draw.vec(1..7, line);
    let sum: u32 = total(&list.join("\n"));
    record.value("total", &sum);
    let blanks: u32 = total(&format!("\n  \n\t\r\n{}\r\n \u{3000}\n", draw.int(2..20_u32)));
    record.value("blanks", &blanks);
}

/// Blanks around, a number that is not in front, and what is no `u32`.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let (word, number): (String, u32) = (draw.word(), draw.int(300..999));
    let parted = [format!("  {number} {word}"), format!("\t{number}\t{word}"), format!("{number}\u{3000}{word} 5 ")];
    let found: [u32; 3] = parted.map(|line| quantity(&line));
    record.value("parted", &found);
    let behind = [
        format!("{word} {number}"),
        format!("{word} 2 {number}"),
        format!("{number} {word} 6"),
        format!("{number}{word}"),
    ];
    let found: [u32; 4] = behind.map(|line| quantity(&line));
    record.value("behind", &found);
    let limits = ["0", "4294967295", "4294967296"].map(|number| quantity(&format!("{number} {word}")));
    let no_number = [format!("-{number}"), format!("{number}.5"), "99999999999999999999".into(), String::new()];
    let found: ([u32; 3], [u32; 4]) = (limits, no_number.map(|line| quantity(&line)));
    record.value("limits", &found);
}
