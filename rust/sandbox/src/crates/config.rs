//! What of a `.cargo/config.toml` is used: flags of rustc, variables, profiles, and where crates come from.
//!
//! Nothing that names a program, for such a program would run outside of the jail.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::SandboxError;

/// The two configurations that take its place.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// For the fetch, outside of the jail: only where crates come from.
    pub fetch: Table,
    /// For everything else.
    pub build: Table,
}

/// Names of a configuration file, the older one last.
const NAMES: [&str; 2] = ["config.toml", "config"];

/// Reads the configuration of the workspace that was copied to `root`, and removes its files.
///
/// # Errors
/// [`SandboxError::Crate`] for a file that is no TOML, or that names a program.
pub(super) fn take(root: &Path) -> Result<Config, SandboxError> {
    let folder = root.join(".cargo");
    let mut config = Config::default();
    for name in NAMES {
        let Ok(text) = fs::read_to_string(folder.join(name)) else { continue };
        fs::remove_file(folder.join(name)).map_err(|error| SandboxError::io("replace .cargo/config.toml", &error))?;
        let table = text.parse::<Table>().map_err(|error| {
            SandboxError::Crate(format!("expected TOML in .cargo/{name}, got {}: repair it", error.message()))
        })?;
        if config.build.is_empty() {
            config = read(&table, &format!(".cargo/{name}"))?;
        }
    }
    Ok(config)
}

/// Puts a configuration where cargo finds it.
pub(super) fn put(root: &Path, config: &Table) -> std::io::Result<()> {
    let folder = root.join(".cargo");
    if config.is_empty() {
        return fs::remove_file(folder.join(NAMES[0])).or(Ok(()));
    }
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(NAMES[0]), config.to_string())
}

/// Where crates come from by the user's own configuration, without what is secret.
pub(super) fn of_user(cargo_home: &Path) -> Table {
    let text = NAMES.iter().find_map(|name| fs::read_to_string(cargo_home.join(name)).ok()).unwrap_or_default();
    let Ok(table) = text.parse::<Table>() else { return Table::new() };
    let mut kept = Table::new();
    for (name, keys) in [
        ("source", &["replace-with", "registry", "directory", "local-registry", "git", "branch", "tag", "rev"][..]),
        ("registries", &["index", "protocol"]),
    ] {
        keep_below(&table, name, keys, &mut kept);
    }
    kept
}

fn read(table: &Table, file: &str) -> Result<Config, SandboxError> {
    for (path, names) in [("build", &PROGRAMS[..]), ("target.*", &["linker", "runner"])] {
        for (place, found) in tables(table, path) {
            if let Some(name) = names.iter().find(|name| found.contains_key(**name)) {
                return Err(refused(
                    file,
                    &format!("{place}.{name}"),
                    "it names a program to run instead of rustc or around it",
                ));
            }
        }
    }
    for (path, names) in [
        ("registry", &["credential-provider", "global-credential-providers"][..]),
        ("registries.*", &["credential-provider", "token"]),
        ("", &["paths", "include"]),
    ] {
        for (place, found) in tables(table, path) {
            if let Some(name) = names.iter().find(|name| found.contains_key(**name)) {
                let place = if place.is_empty() { (*name).to_owned() } else { format!("{place}.{name}") };
                return Err(refused(file, &place, "it leads out of the copy"));
            }
        }
    }
    for (place, source) in tables(table, "source.*") {
        let within = |path: &str| {
            Path::new(path).is_relative() && !Path::new(path).components().any(|part| part.as_os_str() == "..")
        };
        let leads = source.get("directory").and_then(Value::as_str).is_some_and(within);
        let only = source.keys().all(|key| key == "replace-with" || key == "directory" && leads);
        // `crates-io` and registries may be named again as what is replaced.
        let original = source.contains_key("replace-with") && !source.contains_key("directory");
        if !only && !original {
            return Err(refused(file, &place, "only sources in a folder of the workspace are used"));
        }
    }
    let mut config = Config::default();
    for (name, keys) in [
        ("source", &["replace-with", "directory", "git", "branch", "tag", "rev"][..]),
        ("registries", &["index", "protocol"]),
    ] {
        keep_below(table, name, keys, &mut config.fetch);
    }
    config.build = config.fetch.clone();
    for name in ["env", "profile", "patch", "resolver"] {
        if let Some(value) = table.get(name) {
            config.build.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(flags) = table.get("build").and_then(|build| build.get("rustflags")) {
        config.build.insert("build".to_owned(), Table::from_iter([("rustflags".to_owned(), flags.clone())]).into());
    }
    keep_below(table, "target", &["rustflags"], &mut config.build);
    Ok(config)
}

/// Keys of `[build]` that name a program.
const PROGRAMS: [&str; 4] = ["rustc", "rustc-wrapper", "rustc-workspace-wrapper", "rustdoc"];

fn refused(file: &str, key: &str, why: &str) -> SandboxError {
    SandboxError::Crate(format!(
        "{file} sets `{key}`, which is not used here because {why}: remove it from the crate's copy that you pass"
    ))
}

/// The tables at `path`, whose last part may be `*`, by name.
fn tables<'a>(table: &'a Table, path: &str) -> Vec<(String, &'a Table)> {
    if path.is_empty() {
        return vec![(String::new(), table)];
    }
    let (name, below) = path.split_once('.').map_or((path, false), |(name, _)| (name, true));
    let Some(found) = table.get(name).and_then(Value::as_table) else { return Vec::new() };
    if !below {
        return vec![(name.to_owned(), found)];
    }
    found.iter().filter_map(|(key, value)| Some((format!("{name}.{key}"), value.as_table()?))).collect()
}

/// Keeps `keys` of every table below `name`.
fn keep_below(table: &Table, name: &str, keys: &[&str], kept: &mut Table) {
    let mut found = Table::new();
    for (key, value) in table.get(name).and_then(Value::as_table).into_iter().flatten() {
        let Some(value) = value.as_table() else { continue };
        let value: Table = value
            .iter()
            .filter(|(key, _)| keys.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !value.is_empty() {
            found.insert(key.clone(), value.into());
        }
    }
    if !found.is_empty() {
        kept.insert(name.to_owned(), found.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, SandboxError> {
        read(&text.parse().unwrap(), ".cargo/config.toml")
    }

    #[test]
    fn what_names_a_program_or_leads_elsewhere_is_refused_by_name() {
        for (text, key) in [
            ("[build]\nrustc-wrapper = 'x'", "build.rustc-wrapper"),
            ("[build]\nrustc = 'x'", "build.rustc"),
            ("[target.x86_64-unknown-linux-gnu]\nrunner = 'x'", "target.x86_64-unknown-linux-gnu.runner"),
            ("[target.'cfg(unix)']\nlinker = 'x'", "target.cfg(unix).linker"),
            ("[registry]\ncredential-provider = 'x'", "registry.credential-provider"),
            ("[source.crates-io]\nreplace-with = 'm'\n[source.m]\nregistry = 'https://x'", "source.m"),
            ("[source.crates-io]\nreplace-with = 'm'\n[source.m]\ndirectory = '../x'", "source.m"),
            ("paths = ['/x']", "paths"),
        ] {
            let error = config(text).unwrap_err().to_string();
            assert!(error.contains(&format!("`{key}`")), "{error}");
        }
    }

    #[test]
    fn flags_and_vendored_sources_are_kept_and_only_sources_are_known_to_the_fetch() {
        let text = "[alias]\nb = 'build'\n[build]\nrustflags = ['--cfg', 'x']\ntarget-dir = '/x'\n[env]\nA = 'b'\n[net]\ngit-fetch-with-cli = true\n\
                    [source.crates-io]\nreplace-with = 'vendored'\n[source.vendored]\ndirectory = 'vendor'\n[target.'cfg(all())']\nrustflags = ['-g']";
        let found = config(text).unwrap();
        assert_eq!(found.fetch.keys().collect::<Vec<_>>(), ["source"]);
        let mut keys: Vec<_> = found.build.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["build", "env", "source", "target"]);
        assert_eq!(found.build["build"].as_table().unwrap().len(), 1);
    }
}
