//! Sightings of birds, counted by place.

use std::collections::HashMap;

/// A place. Two names that differ only in the case of their letters are one place.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: String,
}

impl Place {
    /// The name by which places are told apart.
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

/// The number of sightings at each place, by its key, sorted by key.
pub fn count(places: &[Place]) -> Vec<(String, u32)> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for place in places {
        *counts.entry(place.key()).or_insert(0) += 1;
    }
    let mut found: Vec<(String, u32)> = counts.into_iter().collect();
    found.sort();
    found
}
