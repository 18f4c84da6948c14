use crate::{Settings, read};
use probe::{Draw, Record};

fn parts(settings: Settings) -> (u32, bool, String) {
    (settings.tab, settings.wrap, settings.theme)
}

pub fn some_lines(draw: &mut Draw, record: &mut Record) {
    let mut text = String::new();
    if draw.bool() { text += &format!("tab={}\n", draw.int(1..9_u32)); }
    if draw.bool() { text += &format!("wrap={}\n", draw.bool()); }
    if draw.bool() { text += &format!("theme={}\n", draw.word()); }
    if draw.bool() { text += "tab=wide\nother=1\n"; }
    let found: (u32, bool, String) = parts(read(&text));
    record.value("settings", &found);
}

pub fn no_line(draw: &mut Draw, record: &mut Record) {
    let found: (u32, bool, String) = parts(read(&draw.word()));
    record.value("settings", &found);
    let named: (u32, bool, String) = parts(read(&format!("theme={}", draw.word())));
    record.value("named", &named);
}
