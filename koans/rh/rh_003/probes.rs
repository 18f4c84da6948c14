use crate::{SizeError, size};
use probe::{Draw, Record};

fn read(text: &str) -> Result<(u32, u32), String> {
    size(text).map_err(|error| match error {
        SizeError::Form => "form".to_string(),
        SizeError::Number(part) => format!("number {part}"),
    })
}

pub fn sizes(draw: &mut Draw, record: &mut Record) {
    let found: Result<(u32, u32), String> = read(&format!("{}x{}", draw.int(0..5000_u32), draw.int(0..5000_u32)));
    record.value("size", &found);
}

pub fn errors(draw: &mut Draw, record: &mut Record) {
    let first: Result<(u32, u32), String> = read(&format!("-{}x{}", draw.int(1..9), draw.word()));
    let second: Result<(u32, u32), String> = read(&format!("{}xw{}", draw.int(1..9), draw.int(1..9)));
    let form: Result<(u32, u32), String> = read(&draw.int(1..99_u8).to_string());
    record.value("errors", &(first, second, form));
    let number: u32 = draw.int(2..99);
    let texts = [
        "x".to_string(),
        String::new(),
        format!("{number}x"),
        format!("x{number}"),
        format!("{number}x{number}x1"),
        format!("{number}X1"),
    ];
    let parts: Vec<Result<(u32, u32), String>> = texts.iter().map(|text| read(text)).collect();
    let limits: [Result<(u32, u32), String>; 4] = ["4294967295x0", "4294967296x1", "1x-1", "ax b"].map(read);
    record.value("edges", &(parts, limits));
}
