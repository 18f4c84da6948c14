//! Drafts of letters with a history that can be undone.

/// A letter that is being written.
#[derive(Clone)]
pub struct Draft {
    pub lines: Vec<String>,
    pub saved: bool,
}

/// A draft and the states it had, oldest first.
pub struct Editor {
    pub draft: Draft,
    pub history: Vec<Draft>,
}

impl Editor {
    /// Keeps the present state in the history, with its own lines, then appends a line to the draft,
    /// which is unsaved from then on.
    pub fn write(&mut self, line: &str) {
        self.history.push(self.draft.clone());
        self.draft.lines.push(line.to_string());
        self.draft.saved = false;
    }

    /// Goes back to the last state in the history; without one, nothing changes.
    pub fn undo(&mut self) {
        if let Some(draft) = self.history.pop() {
            self.draft = draft;
        }
    }
}
