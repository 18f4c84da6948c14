//! Reading a koan's folder: every fault is found and named at once.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::{EXTERNS, Koan, KoanError, Repair, probes, source};

/// The sandbox refuses larger candidates, and a koan's own programs are candidates too.
const LARGEST_FILE: u64 = 64 * 1024;
/// What a koan consists of.
const FILES: [&str; 4] = ["koan.toml", "broken.rs", "fixed.rs", "probes.rs"];
const EDITIONS: [&str; 3] = ["2018", "2021", "2024"];

impl Koan {
    /// Reads the koan in the folder `dir`.
    pub fn load(dir: &Path) -> Result<Self, KoanError> {
        let path = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        let mut reader = Reader { path: path.clone(), faults: Vec::new() };
        let manifest = reader.manifest();
        let mut koan = Self {
            broken: reader.text("broken.rs"),
            fixed: reader.text("fixed.rs"),
            probes: reader.text("probes.rs"),
            repairs: reader.repairs(),
            path,
            ..manifest
        };
        koan.repairs.sort_by(|left, right| left.name.cmp(&right.name));
        reader.check(&koan);
        if reader.faults.is_empty() {
            Ok(koan)
        } else {
            Err(KoanError { subject: dir.display().to_string(), faults: reader.faults })
        }
    }
}

impl Koan {
    /// A koan that was never on disk, such as a generated program; `path` and `family` are the caller's business.
    pub fn made(koan: Self) -> Result<Self, KoanError> {
        let mut reader = Reader { path: PathBuf::new(), faults: Vec::new() };
        reader.check_programs(&koan);
        if reader.faults.is_empty() { Ok(koan) } else { Err(KoanError { subject: koan.id, faults: reader.faults }) }
    }
}

/// The folders at or below `root` that hold a koan, sorted. None at all is an error.
///
/// A folder with a koan's programs and no `koan.toml` is one that lacks a file, which reading it will tell.
pub fn discover(root: &Path) -> Result<Vec<PathBuf>, KoanError> {
    let subject = root.display().to_string();
    let mut found = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        if FILES.iter().filter(|name| folder.join(name).is_file()).count() >= 2 || folder.join(FILES[0]).is_file() {
            found.push(folder);
            continue;
        }
        let entries = fs::read_dir(&folder)
            .map_err(|error| KoanError::one(&subject, format!("{} cannot be read: {error}", folder.display())))?;
        for entry in entries.flatten() {
            // A link may lead back up; a koan is a folder of its own.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                pending.push(entry.path());
            }
        }
    }
    if found.is_empty() {
        return Err(KoanError::one(subject, "no folder at or below it holds a koan.toml or a koan's programs"));
    }
    found.sort();
    Ok(found)
}

/// The family of an id such as `bc_001`; None where the id is malformed.
pub(super) fn family_of(id: &str) -> Option<&str> {
    let (family, rest) = id.split_once('_')?;
    let letters = !family.is_empty() && family.bytes().all(|byte| byte.is_ascii_lowercase());
    let plain =
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (letters && plain).then_some(family)
}

struct Reader {
    path: PathBuf,
    faults: Vec<String>,
}

impl Reader {
    fn fault(&mut self, fault: impl Into<String>) {
        self.faults.push(fault.into());
    }

    /// The text of the file `name` of the folder; empty, with a fault, where there is none.
    fn text(&mut self, name: &str) -> String {
        match read(&self.path.join(name)) {
            Ok(text) => text,
            Err(fault) => {
                self.fault(format!("{name} {fault}"));
                String::new()
            }
        }
    }

    /// A koan with the fields of `koan.toml` only.
    fn manifest(&mut self) -> Koan {
        let text = self.text("koan.toml");
        let parsed = toml::from_str::<toml::Table>(&text);
        if let Err(error) = &parsed {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            self.fault(format!("koan.toml is not TOML: line {line}: {}", error.message().trim()));
        }
        // A manifest that could not be read is one fault already, not one for each key.
        let unread = parsed.is_err() || !self.faults.is_empty();
        let mut table = parsed.unwrap_or_default();
        let mut koan = Koan {
            id: self.take(&mut table, "id", unread.then(String::new)),
            family: self.take(&mut table, "family", unread.then(String::new)),
            title: self.take(&mut table, "title", unread.then(String::new)),
            pattern: self.take(&mut table, "pattern", unread.then(String::new)),
            codes: self.take(&mut table, "codes", unread.then(Vec::new)),
            edition: self.take(&mut table, "edition", Some("2024".to_owned())),
            rounds: self.take(&mut table, "rounds", Some(8)),
            allow_unsafe: self.take(&mut table, "allow_unsafe", Some(false)),
            externs: self.take(&mut table, "externs", Some(Vec::new())),
            broken: String::new(),
            fixed: String::new(),
            probes: String::new(),
            repairs: Vec::new(),
            path: PathBuf::new(),
        };
        koan.title = koan.title.trim().to_owned();
        for key in table.keys() {
            self.fault(format!("koan.toml has the unknown key `{key}`"));
        }
        koan
    }

    /// The value of `key`, or `default`, or an empty value with a fault.
    fn take<T: DeserializeOwned + Default>(&mut self, table: &mut toml::Table, key: &str, default: Option<T>) -> T {
        let Some(value) = table.remove(key) else {
            return default.unwrap_or_else(|| {
                self.fault(format!("koan.toml lacks the key `{key}`"));
                T::default()
            });
        };
        value.try_into().unwrap_or_else(|error: toml::de::Error| {
            self.fault(format!("koan.toml: `{key}`: {}", error.message().trim()));
            default.unwrap_or_default()
        })
    }

    fn repairs(&mut self) -> Vec<Repair> {
        let folder = self.path.join("repairs");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                self.fault(format!("repairs cannot be read: {error}"));
                return Vec::new();
            }
        };
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        let mut repairs = Vec::new();
        for file in names {
            let file = file.to_string_lossy().into_owned();
            let name = file.strip_suffix(".rs").filter(|name| name.starts_with("right_") || name.starts_with("wrong_"));
            let Some(name) = name else {
                self.fault(format!("repairs/{file} is neither right_*.rs nor wrong_*.rs"));
                continue;
            };
            let source = self.text(&format!("repairs/{file}"));
            repairs.push(Repair { name: name.to_owned(), right: name.starts_with("right_"), source });
        }
        repairs
    }

    fn check(&mut self, koan: &Koan) {
        if !koan.id.is_empty() {
            self.check_id(koan);
        }
        self.check_programs(koan);
    }

    fn check_programs(&mut self, koan: &Koan) {
        for code in &koan.codes {
            if code.len() != 5 || !code.starts_with('E') || !code[1..].bytes().all(|byte| byte.is_ascii_digit()) {
                self.fault(format!("koan.toml: `codes` holds `{code}`, expected codes such as E0382"));
            }
        }
        if !EDITIONS.contains(&koan.edition.as_str()) {
            self.fault(format!("koan.toml: `edition` is `{}`, expected 2018, 2021 or 2024", koan.edition));
        }
        for name in koan.externs.iter().filter(|name| !EXTERNS.contains(&name.as_str())) {
            self.fault(format!("koan.toml: `externs` holds `{name}`, expected crates among {}", EXTERNS.join(", ")));
        }
        if !koan.externs.is_sorted_by(|first, second| first < second) {
            self.fault("koan.toml: `externs` is not sorted, expected each crate once and in the order of their names");
        }
        if !(1..=64).contains(&koan.rounds) {
            self.fault(format!("koan.toml: `rounds` is {}, expected 1 to 64", koan.rounds));
        }
        if let Err(error) = source::with_file(&koan.fixed, |_| ()) {
            self.fault(format!("fixed.rs does not parse: {error}"));
        }
        // A file that could not be read is a fault already.
        if !self.faults.iter().any(|fault| fault.starts_with("probes.rs ")) {
            match source::with_file(&koan.probes, |file| probes::faults(file, &koan.probes)) {
                Ok(faults) => self.faults.extend(faults),
                Err(error) => self.fault(format!("probes.rs does not parse: {error}")),
            }
        }
    }

    fn check_id(&mut self, koan: &Koan) {
        let folder = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if koan.id != folder {
            self.fault(format!("koan.toml: `id` is `{}`, expected the folder's name, `{folder}`", koan.id));
        }
        match family_of(&koan.id) {
            None => self.fault(format!(
                "koan.toml: `id` is `{}`, expected lower-case letters, `_`, then a number or name",
                koan.id
            )),
            Some(family) if family != koan.family && !koan.family.is_empty() => {
                self.fault(format!("koan.toml: `family` is `{}`, expected `{family}` as in the id", koan.family));
            }
            Some(_) => {}
        }
    }
}

/// The whole text of a regular file, or what is wrong with it as the end of a sentence.
fn read(path: &Path) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    if !metadata.is_file() {
        return Err("is not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let opened = fs::File::open(path).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes));
    opened.map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(format!("is larger than {LARGEST_FILE} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| format!("is not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const MANIFEST: &str = "id = \"bc_001\"\nfamily = \"bc\"\ntitle = \"A label is read after it moved\"\npattern = \"use_after_move\"\ncodes = [\"E0382\"]\n";
    const FIXED: &str = "pub struct Parcel {\n    pub label: String,\n    weight: u32,\n}\n\nimpl Parcel {\n    pub fn new(label: &str, weight: u32) -> Self {\n        Self { label: label.to_owned(), weight }\n    }\n    pub fn unused(&self) -> u32 {\n        self.weight\n    }\n}\n\n/// The sum.\npub fn total(parcels: &[Parcel]) -> u32 {\n    parcels.iter().map(|parcel| parcel.weight).sum()\n}\n";
    const PROBES: &str = "use crate::{Parcel, total};\nuse probe::{Draw, Record};\n\npub fn totals(draw: &mut Draw, record: &mut Record) {\n    let sum: u32 = total(&[Parcel::new(\"a\", draw.int(1..9))]);\n    record.value(\"sum\", &sum);\n}\n\npub fn labels(draw: &mut Draw, record: &mut Record) {\n    let label: String = Parcel::new(&draw.word(), 1).label;\n    record.value(\"label\", &label);\n}\n";

    /// A koan that was never on disk.
    pub(crate) fn koan() -> Koan {
        let folder = tempfile::tempdir().unwrap();
        Koan::load(&write(folder.path(), &[])).unwrap()
    }

    /// Writes a sound koan with `changes` to its files; an empty text removes the file.
    fn write(root: &Path, changes: &[(&str, &[u8])]) -> PathBuf {
        let folder = root.join("bc_001");
        fs::create_dir_all(folder.join("repairs")).unwrap();
        let broken = FIXED.replace("label: label.to_owned()", "label");
        let sound = [
            ("koan.toml", MANIFEST),
            ("broken.rs", &broken),
            ("fixed.rs", FIXED),
            ("probes.rs", PROBES),
            ("repairs/wrong_zero.rs", "fn f() {}\n"),
            ("repairs/right_sum.rs", FIXED),
        ];
        for (name, text) in sound {
            fs::write(folder.join(name), text).unwrap();
        }
        for (name, text) in changes {
            if text.is_empty() {
                fs::remove_file(folder.join(name)).unwrap();
            } else {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        folder
    }

    fn faults(changes: &[(&str, &[u8])]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        Koan::load(&write(root.path(), changes)).unwrap_err().faults
    }

    #[test]
    fn a_koan_in_memory_is_checked_as_one_on_disk() {
        let sound = Koan { path: PathBuf::new(), ..koan() };
        assert_eq!(Koan::made(sound.clone()), Ok(sound.clone()));
        let faults = Koan::made(Koan { fixed: "fn".to_owned(), rounds: 0, ..sound }).unwrap_err().faults;
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn a_sound_folder_gives_a_koan_with_defaults_and_sorted_repairs() {
        let koan = koan();
        assert_eq!(
            (koan.id.as_str(), koan.edition.as_str(), koan.rounds, koan.allow_unsafe),
            ("bc_001", "2024", 8, false)
        );
        let repairs: Vec<_> = koan.repairs.iter().map(|repair| (repair.name.as_str(), repair.right)).collect();
        assert_eq!(repairs, [("right_sum", true), ("wrong_zero", false)]);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let manifest = b"id = \"tb_002\"\nfamily = \"rh\"\npattern = 3\ncodes = [\"383\"]\nedition = \"2027\"\nexterns = [\"serde\"]\nrounds = 65\nspeed = 1\n";
        let found = faults(&[
            ("koan.toml", manifest),
            ("broken.rs", b""),
            ("fixed.rs", b"fn"),
            ("probes.rs", b"use crate::*; pub fn share_rs_one(draw: &mut Draw) {}"),
        ]);
        let expected = [
            "lacks the key `title`",
            "`pattern`",
            "unknown key `speed`",
            "broken.rs is missing",
            "expected the folder's name, `bc_001`",
            "expected `tb` as in the id",
            "holds `383`",
            "`edition` is `2027`",
            "`externs` holds `serde`",
            "`rounds` is 65",
            "fixed.rs does not parse",
            "1 probes, expected at least 2",
            "takes 1 arguments",
            "imports a glob",
            "`share_rs_one`",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (fault, part) in found.iter().zip(expected) {
            assert!(fault.contains(part), "expected {part:?} in {fault:?}");
        }
    }

    #[test]
    fn toml_that_does_not_parse_is_one_fault_with_its_line() {
        let found = faults(&[("koan.toml", b"id = \"bc_001\"\nfamily = bc\n")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("line 2"), "{found:?}");
    }

    #[test]
    fn an_empty_manifest_lacks_every_key_without_a_default() {
        let found = faults(&[("koan.toml", b"\n")]);
        assert_eq!(found.len(), 5, "{found:?}");
    }

    #[test]
    fn an_empty_file_of_probes_is_one_fault() {
        let root = tempfile::tempdir().unwrap();
        let folder = write(root.path(), &[]);
        fs::write(folder.join("probes.rs"), "").unwrap();
        let expected = ["probes.rs has 0 probes, expected at least 2: every `pub fn` is one"];
        assert_eq!(Koan::load(&folder).unwrap_err().faults, expected);
    }

    #[test]
    fn a_file_that_is_too_large_or_not_utf8_is_named() {
        assert_eq!(faults(&[("broken.rs", &vec![b' '; 65_537])]), ["broken.rs is larger than 65536 bytes"]);
        assert_eq!(faults(&[("repairs/right_sum.rs", b"ab\xff")]), ["repairs/right_sum.rs is not UTF-8 at byte 2"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_that_names_every_file() {
        let error = Koan::load(Path::new("/nonexistent/bc_001")).unwrap_err();
        assert_eq!(error.faults.len(), 4, "{error}");
    }

    #[test]
    fn a_stray_file_among_the_repairs_is_named() {
        assert_eq!(
            faults(&[("repairs/maybe.rs", b"fn f() {}")]),
            ["repairs/maybe.rs is neither right_*.rs nor wrong_*.rs"]
        );
    }

    #[test]
    fn only_what_a_verdict_depends_on_changes_the_hash() {
        let before = koan();
        let hash = before.content_hash();
        assert_eq!(Koan { title: "other".to_owned(), broken: String::new(), ..before.clone() }.content_hash(), hash);
        assert_ne!(Koan { rounds: 9, ..before.clone() }.content_hash(), hash);
        assert_ne!(Koan { externs: vec!["anyhow".to_owned()], ..before.clone() }.content_hash(), hash);
        let (fixed, probes) = (format!("{}{}", before.fixed, before.probes), String::new());
        assert_ne!(Koan { fixed, probes, ..before }.content_hash(), hash);
    }

    #[test]
    fn folders_are_discovered_in_order_and_a_koan_itself_counts() {
        let root = tempfile::tempdir().unwrap();
        let one = write(&root.path().join("z"), &[]);
        let two = write(&root.path().join("a"), &[]);
        assert_eq!(discover(root.path()).unwrap(), [two, one.clone()]);
        assert_eq!(discover(&one).unwrap(), std::slice::from_ref(&one));
        assert!(discover(&root.path().join("z/bc_001/repairs")).is_err());
        fs::remove_file(one.join("koan.toml")).unwrap();
        assert!(discover(root.path()).unwrap().contains(&one), "a koan without its koan.toml is a faulty one");
        assert!(Koan::load(&one).unwrap_err().to_string().contains("koan.toml"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn no_content_of_a_folder_panics(file in 0_usize..5, bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..200), text in "[a-z#{}()<>!&*/\"'=;: \n]{1,60}") {
            let name = ["koan.toml", "broken.rs", "fixed.rs", "probes.rs", "repairs/right_sum.rs"][file];
            for content in [bytes.as_slice(), text.as_bytes()] {
                let root = tempfile::tempdir().unwrap();
                if let Ok(koan) = Koan::load(&write(root.path(), &[(name, content)])) {
                    proptest::prop_assert!(koan.harness().is_ok() && koan.called_signatures().is_ok());
                    let _ = crate::cheat::cheats(&koan);
                }
            }
        }
    }
}
