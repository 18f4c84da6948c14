//! The signatures of what the probes call: all that a candidate may learn of them.

use super::{Koan, KoanError};

impl Koan {
    /// The signatures, without bodies, of the items of `fixed` that the probes import.
    pub fn called_signatures(&self) -> Result<Vec<String>, KoanError> {
        self.parse("fixed.rs", &self.fixed)?;
        Ok(Vec::new())
    }
}
