//! Programs that must score zero on every koan: those that do nothing, and those that attack the judge.

mod bodies;
mod default;
mod forgery;
mod lying;
mod statements;

use bodies::Shell;

use crate::koan::{Koan, KoanError, source};

/// Programs that cheat in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cheat {
    /// What they do, as one name.
    pub name: String,
    /// The candidates.
    pub sources: Vec<String>,
}

impl Cheat {
    fn new(name: &str, sources: Vec<String>) -> Self {
        Self { name: name.to_owned(), sources }
    }
}

/// Every cheat, made for `koan`: the same koan in the same folder gives the same programs.
pub fn cheats(koan: &Koan) -> Result<Vec<Cheat>, KoanError> {
    let fault =
        |name: &'static str| move |error: String| KoanError::one(&koan.id, format!("{name} does not parse: {error}"));
    let broken = Shell::new(&koan.broken).map_err(fault("broken.rs"))?;
    // Signatures are no secret, so a cheat may use the right ones; most forgeries would not compile without.
    let fixed = Shell::new(&koan.fixed).map_err(fault("fixed.rs"))?;
    let mut found = vec![
        Cheat::new("empty", vec![String::new()]),
        Cheat::new("empty_main", vec!["fn main() {}\n".to_owned()]),
        Cheat::new("unchanged", vec![koan.broken.clone()]),
        Cheat::new("todo_bodies", vec![broken.diverging("todo!()"), fixed.diverging("todo!()")]),
        Cheat::new("default_bodies", vec![broken.each("Default::default()"), broken.defaults(), fixed.defaults()]),
        Cheat::new("commented_out", commented_out(&koan.broken)),
        Cheat::new("cfg_any", cfg_any(&koan.broken).map_err(fault("broken.rs"))?),
        Cheat::new("cfg_not_test", cfg_not_test(&koan.broken, &fixed)),
        Cheat::new("deleted_statement", statements::without_one(&koan.broken).map_err(fault("broken.rs"))?),
    ];
    found.extend(forgery::forgeries(koan, &fixed)?);
    Ok(found)
}

fn commented_out(broken: &str) -> Vec<String> {
    let lines: Vec<String> = broken.lines().map(|line| format!("// {line}")).collect();
    vec![format!("/*\n{broken}\n*/\n"), lines.join("\n") + "\n"]
}

fn cfg_any(broken: &str) -> Result<Vec<String>, String> {
    let items = source::with_file(broken, |file| {
        let starts = file.items.iter().map(|item| syn::spanned::Spanned::span(item).byte_range().start);
        bodies::inserted(broken, starts, "#[cfg(any())]\n")
    })?;
    Ok(vec![format!("#![cfg(any())]\n{broken}"), items])
}

fn cfg_not_test(broken: &str, fixed: &Shell) -> Vec<String> {
    [broken.to_owned(), fixed.defaults()].iter().map(|text| format!("#![cfg(not(test))]\n{text}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::koan::tests::koan;

    #[test]
    fn every_cheat_has_programs_and_a_name_of_its_own() {
        let found = cheats(&koan()).unwrap();
        let names: BTreeSet<&str> = found.iter().map(|cheat| cheat.name.as_str()).collect();
        assert_eq!(names.len(), found.len());
        for cheat in &found {
            assert!(!cheat.sources.is_empty(), "{} has no program", cheat.name);
            assert!(cheat.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", cheat.name);
        }
    }

    #[test]
    fn no_cheat_holds_a_body_of_the_reference() {
        let koan = koan();
        let koan = Koan { fixed: koan.fixed.replace(".sum()", ".sum::<u32>()"), ..koan };
        assert!(koan.fixed.contains(".sum::<u32>()"));
        for cheat in cheats(&koan).unwrap() {
            for source in cheat.sources {
                assert!(!source.contains(".sum::<u32>()"), "{} tells a body:\n{source}", cheat.name);
            }
        }
    }

    #[test]
    fn the_same_koan_gives_the_same_cheats() {
        let koan = koan();
        assert_eq!(cheats(&koan).unwrap(), cheats(&koan).unwrap());
    }

    #[test]
    fn every_item_stands_behind_its_own_cfg() {
        let [whole, items] = cfg_any("//! Doc.\n/// One.\nfn a() {}\nfn b() {}\n").unwrap().try_into().unwrap();
        assert_eq!(items, "//! Doc.\n#[cfg(any())]\n/// One.\nfn a() {}\n#[cfg(any())]\nfn b() {}\n");
        assert!(whole.starts_with("#![cfg(any())]\n//! Doc."));
    }

    #[test]
    fn a_koan_that_does_not_parse_is_an_error() {
        let broken = Koan { broken: "fn".to_owned(), ..koan() };
        assert!(cheats(&broken).unwrap_err().to_string().contains("broken.rs does not parse"));
    }
}
