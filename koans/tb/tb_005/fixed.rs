//! Settings of a text editor.

/// What a user may set. Where nothing is said the tab is 4 wide, lines are wrapped, and the theme is `plain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub tab: u32,
    pub wrap: bool,
    pub theme: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { tab: 4, wrap: true, theme: "plain".to_string() }
    }
}

/// Reads `KEY=VALUE` lines, which may end in `\r\n`; a key ends at the first `=` of its line.
/// Unknown keys and values that cannot be read change nothing.
pub fn read(text: &str) -> Settings {
    let mut settings = fresh::<Settings>();
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        match key {
            "tab" => settings.tab = value.parse().unwrap_or(settings.tab),
            "wrap" => settings.wrap = value.parse().unwrap_or(settings.wrap),
            "theme" => settings.theme = value.to_string(),
            _ => {}
        }
    }
    settings
}

fn fresh<T: Default>() -> T {
    T::default()
}
