//! Programs that must score zero on every koan.

use crate::koan::{Koan, KoanError};

/// Programs that cheat in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cheat {
    /// What they do, as one name.
    pub name: String,
    /// The candidates.
    pub sources: Vec<String>,
}

/// Every cheat, made for `koan`.
pub fn cheats(koan: &Koan) -> Result<Vec<Cheat>, KoanError> {
    Ok(vec![Cheat { name: "unchanged".to_owned(), sources: vec![koan.broken.clone()] }])
}
