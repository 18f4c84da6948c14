//! Sightings of birds, counted by place.

use std::collections::HashMap;
use std::hash::Hash;

/// A place. Two names that differ only in the case of their letters are one place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub name: String,
}

impl Place {
    /// The name by which places are told apart.
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

/// How often each of the items occurs.
pub fn tally<T: Hash + Eq>(items: impl IntoIterator<Item = T>) -> HashMap<T, u32> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

/// The number of sightings at each place, by its key, sorted by key; each place once.
pub fn count(places: &[Place]) -> Vec<(String, u32)> {
    let counts = tally(places);
    let mut found: Vec<(String, u32)> = counts.into_iter().map(|(place, count)| (place.key(), count)).collect();
    found.sort();
    found
}
