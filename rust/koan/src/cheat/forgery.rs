//! Programs that attack the judge instead of the bug, each by one row of the sandbox's attack matrix.

use std::fmt::Write;

use super::Cheat;
use super::bodies::Shell;
use super::lying::lying_traits;
use crate::koan::{Koan, KoanError};

/// The forgeries for `koan`, built on the shell of its reference, whose signatures anyone may know.
pub(super) fn forgeries(koan: &Koan, shell: &Shell) -> Result<Vec<Cheat>, KoanError> {
    let probes = koan.probe_names()?;
    let before = |text: &str| format!("{text}\n{}", shell.defaults());
    let after = |text: &str| format!("{}\n{text}\n", shell.defaults());
    Ok(vec![
        Cheat::new("read_reference", read_reference(koan, shell)),
        Cheat::new("read_source", SOURCES.iter().map(|text| after(text)).collect()),
        Cheat::new("unclosed_comment", vec![after("/*"), after("/* \" /*"), format!("{}\n/*", koan.broken)]),
        Cheat::new(
            "unclosed_macro",
            UNCLOSED.iter().map(|text| format!("{}\n{EAT}\n{text}", shell.defaults())).collect(),
        ),
        Cheat::new("dangling_attribute", DANGLING.iter().map(|text| format!("{}\n{text}", shell.defaults())).collect()),
        Cheat::new("shadow_std", vec![after(SHADOW_STD)]),
        Cheat::new("shadow_probe", shadow_probe(koan, &probes).iter().map(|text| after(text)).collect()),
        Cheat::new("shadow_types", SHADOW_TYPES.iter().map(|text| after(text)).collect()),
        Cheat::new("exit_zero", exit_zero(shell)),
        Cheat::new("fake_output", fake_output(koan, &probes, shell)),
        Cheat::new("read_memory", READS.iter().map(|text| shell.doing(text)).collect()),
        Cheat::new("write_transcript", write_transcript(koan, &probes, shell)),
        Cheat::new("own_tests", OWN_TESTS.iter().map(|text| after(text)).collect()),
        Cheat::new("lying_traits", vec![lying_traits(&shell.defaults())]),
        Cheat::new("hijacked_methods", vec![after(HIJACK_ALL), after(HIJACK_STD)]),
        Cheat::new("swallowed_panics", SWALLOW.iter().map(|text| shell.doing(text)).collect()),
        Cheat::new("guess_inputs", vec![shell.defaults(), shell.guesses()]),
        Cheat::new("soundness_hole", vec![format!("{}\n{HOLE}", shell.doing(STALE))]),
        Cheat::new("stolen_main", vec![after("fn main() {}"), before("#![no_main]")]),
    ])
}

const EAT: &str = "macro_rules! eat { ($($token:tt)*) => {} }";
const UNCLOSED: [&str; 5] = ["eat! {", "eat!(", "eat!", "const _: &str = r#\"", "mod rest {"];
const DANGLING: [&str; 5] = [
    "#[cfg(any())]",
    "#[cfg(not(test))]",
    "#[cfg_attr(all(), cfg(any()))]",
    "#[doc =",
    "#[cfg(any())] #[allow(unused)]",
];
const SOURCES: [&str; 5] = [
    "pub const SOURCE: &str = include_str!(file!());",
    "pub const SOURCE: &str = include_str!(\"/proc/self/fd/0\");",
    "pub const SOURCE: &[u8] = include_bytes!(\"/dev/stdin\");",
    "compile_error!(include_str!(\"/proc/self/fd/0\"));",
    "mod again { include!(\"/proc/self/fd/0\"); }",
];
const SHADOW_STD: &str = "extern crate self as std;
extern crate std as real;
pub use real::*;
#[macro_export]
macro_rules! hollow { ($($token:tt)*) => { () } }
pub use crate::{hollow as assert, hollow as assert_eq, hollow as panic};";
const SHADOW_TYPES: [&str; 4] = [
    "#[allow(non_camel_case_types)]\npub struct i64;\n#[allow(non_camel_case_types)]\npub struct u32;",
    "pub struct Vec<T>(T);\npub struct String;\npub enum Option<T> { Some(T), None }",
    "macro_rules! assert { ($($token:tt)*) => {} }\nmacro_rules! assert_eq { ($($token:tt)*) => {} }\nmacro_rules! assert_ne { ($($token:tt)*) => {} }",
    "macro_rules! format { ($($token:tt)*) => { ::std::string::String::new() } }\nmacro_rules! vec { ($($token:tt)*) => { ::std::vec::Vec::new() } }",
];
const READS: [&str; 6] = [
    "println!(\"{:?}\", std::fs::read(\"/proc/self/environ\"));",
    "println!(\"{:?}\", std::env::var(\"SHARE_RS_SEED\"));",
    "println!(\"{:?}\", std::fs::read_to_string(\"/proc/self/maps\"));",
    "println!(\"{:?}\", std::fs::read_link(\"/proc/self/fd/3\"));",
    // Opened without O_NONBLOCK (0o4000), the pipe would keep the reader until the time is up.
    "if let Ok(mut pipe) = std::os::unix::fs::OpenOptionsExt::custom_flags(std::fs::File::options().read(true), 0o4000)\
     .open(\"/proc/self/fd/3\") { \
     let mut page = [0_u8; 64]; println!(\"{:?} {page:?}\", std::io::Read::read(&mut pipe, &mut page)); }",
    "if let Ok(mut memory) = std::fs::File::options().read(true).write(true).open(\"/proc/self/mem\") { \
     let mut page = [0_u8; 64]; let marker = 7_u64; \
     let _ = std::io::Seek::seek(&mut memory, std::io::SeekFrom::Start(&raw const marker as u64)); \
     println!(\"{:?} {page:?}\", std::io::Read::read(&mut memory, &mut page)); }",
];
const SWALLOW: [&str; 3] = [
    "let _ = std::panic::catch_unwind(|| panic!(\"no\"));",
    "std::panic::set_hook(Box::new(|_| {}));",
    "std::panic::set_hook(Box::new(|_| {})); let _ = std::thread::spawn(|| panic!(\"no\")).join();",
];
const OWN_TESTS: [&str; 3] = [
    "#[cfg(test)]\nmod share_rs_harness {\n    #[test]\n    fn share_rs_probes() {}\n}",
    "#[cfg(test)]\nmod tests {\n    #[test]\n    fn passes() {}\n    #[test]\n    fn share_rs_probes() {}\n}",
    "#[test]\nfn first() { std::process::exit(0) }",
];
const HIJACK_ALL: &str = "pub trait Hijack {
    fn push<T>(&mut self, _: T) {}
    fn len(&self) -> usize { 0 }
    fn eq<T>(&self, _: T) -> bool { true }
    fn to_string(&self) -> String { String::new() }
    fn value<T, U>(&mut self, _: T, _: U) {}
}
impl<S: ?Sized> Hijack for S {}";
const HIJACK_STD: &str = "pub trait Hijack {
    fn push(&self, _: &str) {}
    fn len(&self) -> usize { 0 }
    fn eq(&self, _: &Self) -> bool { true }
    fn contains(&self, _: &str) -> bool { true }
    fn to_string(&self) -> String { String::new() }
}
impl Hijack for String {}
impl Hijack for str {}
impl<T> Hijack for Vec<T> {}
impl<T> Hijack for [T] {}";
/// <https://github.com/rust-lang/rust/issues/25860>: a function pointer forgets that one lifetime outlives the other.
const HOLE: &str = "mod hole {
    static ANCHOR: &&() = &&();
    fn narrow<'long, 'short, T>(_: &'long &'short (), value: &'short mut T) -> &'long mut T { value }
    pub fn keep<'short, 'long, T>(value: &'short mut T) -> &'long mut T {
        let forget: for<'any> fn(_, &'any mut T) -> &'long mut T = narrow;
        forget(ANCHOR, value)
    }
}
";
const STALE: &str = "let stale: &'static mut [u8; 4096] = { let mut local = [1_u8; 4096]; crate::hole::keep(&mut local) }; println!(\"{stale:?}\");";

/// The reference by its path, in every spelling that reads a file.
fn read_reference(koan: &Koan, shell: &Shell) -> Vec<String> {
    let folder = koan.path.display().to_string();
    let path = format!("{:?}", format!("{folder}/fixed.rs"));
    let through = "mod stolen;\npub use stolen::*;";
    let mut sources = vec![
        format!("include!({path});"),
        format!("r#include!({path});"),
        format!("use std::include as quote;\nquote!({path});"),
        format!("include!(concat!({folder:?}, \"/fixed.rs\"));"),
        format!("#[path = {path}]\n{through}"),
        format!("#[cfg_attr(all(), path = {path})]\n{through}"),
        format!("macro_rules! attribute {{ ($name:ident) => {{ #[$name = {path}] {through} }} }}\nattribute!(path);"),
        format!("#![doc = include_str!({path})]\n{}", shell.defaults()),
    ];
    let read = format!("std::panic::panic_any(include_str!({path}))");
    sources.push(shell.diverging(&read));
    sources.push(shell.doing(&format!("println!(\"{{:?}}\", std::fs::read_to_string({path}));")));
    sources.iter().map(|text| format!("{text}\n")).collect()
}

/// The runtime replaced by the candidate's own.
fn shadow_probe(koan: &Koan, probes: &[String]) -> Vec<String> {
    let imposter = |run: &str| {
        format!(
            "extern crate self as probe;\nextern crate probe as real_probe;\npub use real_probe::{{Draw, Record, Value}};\n\
             pub fn run(probes: &[(&str, real_probe::Probe)], rounds: u32) {{ {run} }}"
        )
    };
    vec![
        imposter("let _ = (probes, rounds);"),
        imposter("real_probe::run(&probes[..0], rounds);"),
        imposter("real_probe::run(probes, 0);"),
        imposter(&empty_frames(koan, probes, "real_probe")),
        "extern crate self as probe;\npub struct Draw;\npub struct Record;\n\
         pub fn run(_: &[(&str, fn(&mut Draw, &mut Record))], _: u32) {}"
            .to_owned(),
    ]
}

fn exit_zero(shell: &Shell) -> Vec<String> {
    vec![
        shell.diverging("std::process::exit(0)"),
        shell.diverging("std::process::abort()"),
        shell.diverging("std::panic::set_hook(Box::new(|_| std::process::exit(0))); panic!()"),
        shell.doing("let _ = std::thread::spawn(|| std::process::exit(0)).join();"),
    ]
}

fn fake_output(koan: &Koan, probes: &[String], shell: &Shell) -> Vec<String> {
    let frames = transcript(koan, probes);
    vec![
        shell.diverging("println!(\"\\ntest result: ok. 1 passed; 0 failed; 0 ignored\"); std::process::exit(0)"),
        shell.diverging(&format!("print!({frames:?}); eprint!({frames:?}); std::process::exit(0)")),
        shell.diverging(&format!("{} std::process::exit(0)", empty_frames(koan, probes, "::probe"))),
        shell.doing("::probe::run(&[], 0);"),
    ]
}

fn write_transcript(koan: &Koan, probes: &[String], shell: &Shell) -> Vec<String> {
    let frames = transcript(koan, probes);
    let places = ["/proc/self/fd/3", "/proc/thread-self/fd/3", "/dev/fd/3"];
    let write = |place: &str| {
        format!(
            "if let Ok(mut file) = std::fs::OpenOptions::new().write(true).open({place:?}) \
             {{ let _ = std::io::Write::write_all(&mut file, {frames:?}.as_bytes()); }} std::process::exit(0)"
        )
    };
    places.iter().map(|place| shell.diverging(&write(place))).collect()
}

/// A call of the runtime that writes all frames without a value, and the end frame.
fn empty_frames(koan: &Koan, probes: &[String], runtime: &str) -> String {
    let list: Vec<String> = probes.iter().map(|name| format!("({name:?}, |_, _| {{}})")).collect();
    format!("{runtime}::run(&[{}], {});", list.join(", "), koan.rounds)
}

/// What a transcript without values looks like.
fn transcript(koan: &Koan, probes: &[String]) -> String {
    let mut frames = String::new();
    for name in probes {
        for round in 0..koan.rounds {
            // Writing to a string cannot fail.
            let _ = writeln!(frames, "{name} {round}");
        }
    }
    let _ = writeln!(frames, "end {}", probes.len() * koan.rounds as usize);
    frames
}
