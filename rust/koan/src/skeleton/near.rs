//! Near copies: pairs of programs of which the smaller is nearly contained in the other.

use std::collections::HashMap;

/// A pair, by the places of the two in their lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Among the first.
    pub first: usize,
    /// Among the second.
    pub second: usize,
    /// How much of the smaller one's shingles the other has, up to 1.
    pub share: f64,
}

/// Every pair of a first and a second set of which the smaller has at least `least` shingles, and the other at least
/// the fraction `share` of them. Sets are sorted and hold each shingle once. Exact: no pair is missed.
///
/// The fraction `share` of a set can only be found elsewhere if one of its rarest does: those alone are looked up.
#[must_use]
pub fn near(first: &[Vec<u64>], second: &[Vec<u64>], least: usize, share: f64) -> Vec<Near> {
    let mut found = one_way(first, second, least, share);
    for pair in one_way(second, first, least, share) {
        found.push(Near { first: pair.second, second: pair.first, share: pair.share });
    }
    found.sort_by_key(|pair| (pair.first, pair.second));
    found.dedup_by_key(|pair| (pair.first, pair.second));
    found
}

/// The pairs whose first is no larger.
fn one_way(small: &[Vec<u64>], large: &[Vec<u64>], least: usize, share: f64) -> Vec<Near> {
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    for (place, set) in large.iter().enumerate() {
        for &shingle in set {
            places.entry(shingle).or_default().push(u32::try_from(place).unwrap_or(u32::MAX));
        }
    }
    let mut found = Vec::new();
    let mut counted = vec![0_usize; large.len()];
    for (first, set) in small.iter().enumerate() {
        if set.len() < least.max(1) {
            continue;
        }
        let needed = needed(set.len(), share);
        let mut rarest: Vec<&[u32]> =
            set.iter().map(|shingle| places.get(shingle).map_or(&[][..], Vec::as_slice)).collect();
        rarest.sort_by_key(|places| places.len());
        let mut touched = Vec::new();
        for (seen, places) in rarest.iter().enumerate() {
            for &place in *places {
                let place = place as usize;
                // Whoever was not among the rarest cannot have enough of the rest.
                if counted[place] == 0 {
                    if seen > set.len() - needed || large[place].len() < set.len() {
                        continue;
                    }
                    touched.push(place);
                }
                counted[place] += 1;
            }
        }
        for second in touched {
            if counted[second] >= needed {
                found.push(Near { first, second, share: ratio(counted[second], set.len()) });
            }
            counted[second] = 0;
        }
    }
    found
}

/// How many of so many are at least such a share, rounded up.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of tokens"
)]
fn needed(size: usize, share: f64) -> usize {
    ((size as f64 * share).ceil() as usize).clamp(1, size)
}

#[allow(clippy::cast_precision_loss, reason = "counts of tokens")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn plainly(first: &[Vec<u64>], second: &[Vec<u64>], least: usize, share: f64) -> Vec<Near> {
        let mut found = Vec::new();
        for (at, one) in first.iter().enumerate() {
            for (other, two) in second.iter().enumerate() {
                let size = one.len().min(two.len());
                let both = one.iter().filter(|shingle| two.contains(shingle)).count();
                if size >= least.max(1) && both >= needed(size, share) {
                    found.push(Near { first: at, second: other, share: ratio(both, size) });
                }
            }
        }
        found
    }

    fn sets() -> impl Strategy<Value = Vec<Vec<u64>>> {
        let set = prop::collection::btree_set(0_u64..12, 0..8).prop_map(|set: BTreeSet<u64>| set.into_iter().collect());
        prop::collection::vec(set, 0..8)
    }

    proptest! {
        #[test]
        fn no_pair_is_missed(one in sets(), two in sets(), least in 0_usize..4, share in 0.0..=1.0) {
            prop_assert_eq!(near(&one, &two, least, share), plainly(&one, &two, least, share));
        }
    }
}
