use crate::{Draft, Editor};
use probe::{Draw, Record};

fn state(draft: &Draft) -> (Vec<String>, bool) {
    (draft.lines.clone(), draft.saved)
}

pub fn written_and_undone(draw: &mut Draw, record: &mut Record) {
    let draft = Draft { lines: draw.words(0..3), saved: draw.bool() };
    let mut editor = Editor { draft, history: Vec::new() };
    for _ in 0..5 {
        if draw.chance(2, 3) { editor.write(&draw.word()) } else { editor.undo() }
        record.value("draft", &state(&editor.draft));
    }
    let history: Vec<(Vec<String>, bool)> = editor.history.iter().map(state).collect();
    record.value("history", &history);
}

pub fn one_write(draw: &mut Draw, record: &mut Record) {
    let mut editor = Editor { draft: Draft { lines: vec![draw.word()], saved: true }, history: Vec::new() };
    editor.write("more");
    let before: (Vec<String>, bool) = state(&editor.history[0]);
    editor.undo();
    let after: (Vec<String>, bool) = state(&editor.draft);
    record.value("states", &(before, after));
}
