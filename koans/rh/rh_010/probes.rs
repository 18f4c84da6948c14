use crate::{Message, lines, read};
use probe::{Draw, Record};

pub fn messages(draw: &mut Draw, record: &mut Record) {
    let text = format!(" {} \n{}\n", draw.word(), draw.words(0..5).join("\n"));
    let message: Option<Message> = read(text.as_bytes()).ok();
    let found: Option<(String, String, usize)> = message.map(|one| (one.header.clone(), one.body.clone(), lines(&one)));
    record.value("message", &found);
}

pub fn not_text(draw: &mut Draw, record: &mut Record) {
    let mut bytes = format!("{}\n{}", draw.word(), draw.word()).into_bytes();
    bytes.push(0xff);
    let failed: bool = read(bytes.as_slice()).is_err();
    let empty: Option<String> = read(&b""[..]).ok().map(|one| one.header);
    let header: Option<String> = read(draw.word().as_bytes()).ok().map(|one| one.header);
    record.value("edges", &(failed, empty, header));
    let texts = [
        format!("\n {} ", draw.word()),
        format!("a\r\n{}\r\n\r\n", draw.word()),
        "only\n".to_string(),
        "a\nb\n c".to_string(),
    ];
    let parts =
        texts.map(|text| read(text.as_bytes()).ok().map(|one| (one.header.clone(), one.body.clone(), lines(&one))));
    let parts: [Option<(String, String, usize)>; 4] = parts;
    record.value("parts", &parts);
}
