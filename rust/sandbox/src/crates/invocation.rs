//! How cargo calls rustc for the library, read from what `cargo check -vv` says.

use std::path::Path;

use super::about::About;

/// A call of rustc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invocation {
    pub env: Vec<(String, String)>,
    /// The flags, without those that say what is made, where, and how errors are told.
    pub flags: Vec<String>,
}

impl Invocation {
    /// The call that compiled the library of `about`, whose package lies in `folder`.
    pub(super) fn find(said: &str, about: &About, folder: &Path) -> Option<Self> {
        let starts = said.match_indices("Running `").filter(|&(at, _)| {
            let line = said[..at].rsplit('\n').next().unwrap_or_default();
            line.chars().all(|character| character == ' ')
        });
        let calls = starts.filter_map(|(at, start)| {
            let words = words(&said[at + start.len()..])?;
            let program = words.iter().position(|word| variable(word).is_none())?;
            let env: Vec<(String, String)> = words[..program].iter().filter_map(|word| variable(word)).collect();
            let own = env.iter().any(|(name, value)| name == "CARGO_MANIFEST_DIR" && Path::new(value) == folder);
            let flags = &words[program + 1..];
            let named = flags.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == about.lib);
            let built = flags.iter().any(|flag| flag == "build.rs" || flag == "--test");
            let bin = flags.windows(2).any(|pair| pair[0] == "--crate-type" && pair[1] == "bin");
            (own && named && !built && !bin).then(|| Self { env, flags: kept(flags) })
        });
        calls.last()
    }

    /// The same call where everything that lies below `from` lies below `to`.
    pub(super) fn moved(&self, from: &Path, to: &Path) -> Self {
        let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
        let moved = |text: &String| text.replace(&*from, &to);
        Self {
            env: self.env.iter().map(|(name, value)| (name.clone(), moved(value))).collect(),
            flags: self.flags.iter().map(moved).collect(),
        }
    }
}

/// Drops what is replaced: outputs, the incremental folder, how errors are told, debug information, which is never made.
fn kept(flags: &[String]) -> Vec<String> {
    const DROPPED: [&str; 6] = ["--error-format", "--json", "--emit", "--out-dir", "--diagnostic-width", "--color"];
    const CODEGEN: [&str; 4] = ["incremental=", "extra-filename=", "debuginfo=", "split-debuginfo="];
    let mut kept = Vec::new();
    let mut flags = flags.iter();
    while let Some(flag) = flags.next() {
        if let Some(dropped) = DROPPED.iter().find(|dropped| flag.starts_with(**dropped)) {
            if flag == dropped {
                flags.next();
            }
        } else if flag == "-C" {
            let Some(value) = flags.next() else { break };
            if !CODEGEN.iter().any(|name| value.starts_with(name)) {
                kept.extend([flag.clone(), value.clone()]);
            }
        } else if !flag.strip_prefix("-C").is_some_and(|value| CODEGEN.iter().any(|name| value.starts_with(name))) {
            kept.push(flag.clone());
        }
    }
    kept
}

fn variable(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let plain = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    (plain && !name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

/// The words of a command as a shell reads them, up to the backtick that ends it.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut begun) = (String::new(), false);
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '`' => {
                if begun {
                    words.push(word);
                }
                return Some(words);
            }
            ' ' => {
                if std::mem::take(&mut begun) {
                    words.push(std::mem::take(&mut word));
                }
            }
            '\\' => {
                word.push(characters.next()?);
                begun = true;
            }
            '\'' => {
                begun = true;
                loop {
                    match characters.next()? {
                        '\'' => break,
                        character => word.push(character),
                    }
                }
            }
            character => {
                word.push(character);
                begun = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_librarys_call_is_found_among_others_with_quotes_and_lines_in_its_variables() {
        let said = "   Compiling a v0.1.0 (/w/copy)\n     Running `CARGO_MANIFEST_DIR=/w/copy A='it'\\''s\n`two`' /t/rustc --crate-name a \
                    --edition=2021 src/lib.rs --error-format=json --json=x --crate-type lib --emit=dep-info,metadata -C metadata=1 \
                    -C extra-filename=-1 -C incremental=/w/target/i --out-dir /w/target --check-cfg 'cfg(x, values(\"y\"))' --extern b`\n\
                    \x20    Running `CARGO_MANIFEST_DIR=/w/other /t/rustc --crate-name a --crate-type lib src/lib.rs`\n";
        let about = About { lib: "a".to_owned(), ..About::default() };
        let found = Invocation::find(said, &about, Path::new("/w/copy")).unwrap();
        assert_eq!(found.env[1], ("A".to_owned(), "it's\n`two`".to_owned()));
        assert_eq!(
            found.flags.join(" "),
            "--crate-name a --edition=2021 src/lib.rs --crate-type lib -C metadata=1 --check-cfg cfg(x, values(\"y\")) --extern b"
        );
        assert_eq!(Invocation::find("[a 0.1.0] Running `x`\n", &about, Path::new("/w/copy")), None);
        assert_eq!(Invocation::find("     Running `x 'never ends", &about, Path::new("/w/copy")), None);
    }
}
