//! The text that is appended to a candidate.

use super::{Koan, KoanError, probes, qualify, source};

impl Koan {
    /// The module that calls the probes. It begins with a newline, so that a candidate's last line cannot hide its first.
    ///
    /// The sandbox puts names that no candidate can foresee in the place of `share_rs_harness` and `share_rs_runtime`,
    /// and decides what `share_rs_allowed` stands for.
    pub fn harness(&self) -> Result<String, KoanError> {
        let (names, private) = self.parse("probes.rs", &self.probes, |file| {
            let names: Vec<String> = probes::functions(file).map(|function| function.sig.ident.to_string()).collect();
            (names, probes::visibilities(file))
        })?;
        let list: Vec<String> = names.iter().map(|name| format!("(\"{name}\", {name})")).collect();
        Ok(format!(
            "\n#[cfg(test)]\n/* share_rs_allowed */\nmod share_rs_harness {{\n{}\n    #[test]\n    fn share_rs_probes() {{ \
             ::share_rs_runtime::run(&[{}], {}); }}\n}}\n",
            qualify::qualified(&self.probes, private),
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
        assert!(harness.starts_with("\n#[cfg(test)]\n/* share_rs_allowed */\nmod share_rs_harness {\n"));
        assert!(harness.contains("::share_rs_runtime::run(&[(\"totals\", totals), (\"labels\", labels)], 8);"));
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

    #[test]
    fn no_probe_is_public_in_the_harness() {
        assert!(!koan().harness().unwrap().contains("pub"));
    }
}
