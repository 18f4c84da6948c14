use crate::{Settings, read};
use probe::{Draw, Record};

fn parts(settings: Settings) -> (u32, bool, String) {
    (settings.tab, settings.wrap, settings.theme)
}

pub fn some_lines(draw: &mut Draw, record: &mut Record) {
    let mut text = String::new();
    if draw.bool() {
        text += &format!("tab={}\n", draw.int(1..9_u32));
    }
    if draw.bool() {
        text += &format!("wrap={}\n", draw.bool());
    }
    if draw.bool() {
        text += &format!("theme={}\n", draw.word());
    }
    if draw.bool() {
        text += "tab=wide\nother=1\n";
    }
    let found: (u32, bool, String) = parts(read(&text));
    record.value("settings", &found);
}

pub fn no_line(draw: &mut Draw, record: &mut Record) {
    let found: (u32, bool, String) = parts(read(&draw.word()));
    record.value("settings", &found);
    let named: (u32, bool, String) = parts(read(&format!("theme={}", draw.word())));
    record.value("named", &named);
}

/// A value with `=` in it, both line breaks, and values that cannot be read after some that can.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let (tab, theme): (u32, String) = (draw.int(5..9), draw.word());
    let signs: (u32, bool, String) = parts(read(&format!("theme={theme}=tab=3=\n=wrap=false")));
    record.value("signs", &signs);
    let breaks: (u32, bool, String) = parts(read(&format!("wrap=false\r\ntab={tab}\r\ntheme={theme}\r\n")));
    record.value("breaks", &breaks);
    let kept: (u32, bool, String) = parts(read(&format!("tab={tab}\nwrap=false\ntab=wide\nwrap=maybe\ntheme=")));
    record.value("kept", &kept);
}
