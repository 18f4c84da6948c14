//! The text that is appended to a candidate.

use super::{Koan, KoanError, probes, source};

impl Koan {
    /// The module that calls the probes. It begins with a newline, so that a candidate's last line cannot hide its first.
    pub fn harness(&self) -> Result<String, KoanError> {
        let names = self.probe_names()?;
        let list: Vec<String> = names.iter().map(|name| format!("(\"{name}\", {name})")).collect();
        Ok(format!(
            "\n#[cfg(test)]\nmod share_rs_harness {{\n{}\n    #[test]\n    fn share_rs_probes() {{ ::probe::run(&[{}], {}); }}\n}}\n",
            self.probes,
            list.join(", "),
            self.rounds
        ))
    }

    /// The names of the probes, in source order.
    pub fn probe_names(&self) -> Result<Vec<String>, KoanError> {
        self.parse("probes.rs", &self.probes, |file| {
            probes::functions(file).map(|function| function.sig.ident.to_string()).collect()
        })
    }

    /// Hands the syntax of a file of this koan to `look`; see [`source::with_file`].
    pub(crate) fn parse<T>(&self, name: &str, text: &str, look: impl FnOnce(&syn::File) -> T) -> Result<T, KoanError> {
        source::with_file(text, look)
            .map_err(|error| KoanError::one(&self.id, format!("{name} does not parse: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::koan;
    use super::*;

    #[test]
    fn the_harness_begins_with_a_newline_and_lists_the_probes_in_source_order() {
        let harness = koan().harness().unwrap();
        assert!(harness.starts_with("\n#[cfg(test)]\nmod share_rs_harness {\n"));
        assert!(harness.contains("::probe::run(&[(\"totals\", totals), (\"labels\", labels)], 8);"));
    }

    #[test]
    fn a_candidate_with_its_harness_still_parses() {
        let koan = koan();
        let together = format!("{}{}", koan.fixed, koan.harness().unwrap());
        assert_eq!(source::with_file(&together, |file| file.items.len()), Ok(4));
    }

    #[test]
    fn private_functions_of_the_probes_are_not_called() {
        let mut koan = koan();
        koan.probes.push_str("fn unused(a: u32, b: u32) -> u32 { a + b }\n");
        assert_eq!(koan.probe_names().unwrap(), ["totals", "labels"]);
    }
}
