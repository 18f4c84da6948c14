//! Near copies: of two programs the smaller is nearly contained in the other.

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

/// For each first set the second that is nearest, of the pairs of which the smaller has at least `least` shingles, and the
/// other at least the fraction `share` of them; of equally near ones the first. Sets are sorted and hold each shingle once.
///
/// Exact: the fraction `share` of a set can only be found elsewhere if one of its rarest shingles is, so that those alone
/// are looked up. One pair for each is kept, for thousands of copies of one program make millions.
#[must_use]
pub fn near(first: &[Vec<u64>], second: &[Vec<u64>], least: usize, share: f64) -> Vec<Near> {
    let mut best: Vec<Option<Near>> = vec![None; first.len()];
    one_way(first, second, least, share, |first, second, share| {
        nearer(&mut best[first], Near { first, second, share });
    });
    one_way(second, first, least, share, |second, first, share| {
        nearer(&mut best[first], Near { first, second, share });
    });
    best.into_iter().flatten().collect()
}

fn nearer(best: &mut Option<Near>, pair: Near) {
    if best.is_none_or(|held| pair.share > held.share || pair.share >= held.share && pair.second < held.second) {
        *best = Some(pair);
    }
}

/// Tells the pairs of which the one of `small` is no larger.
fn one_way(small: &[Vec<u64>], large: &[Vec<u64>], least: usize, share: f64, mut tell: impl FnMut(usize, usize, f64)) {
    let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
    for (place, set) in large.iter().enumerate() {
        for &shingle in set {
            places.entry(shingle).or_default().push(u32::try_from(place).unwrap_or(u32::MAX));
        }
    }
    let mut counted = vec![0_usize; large.len()];
    for (at, set) in small.iter().enumerate() {
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
        for place in touched {
            if counted[place] >= needed {
                tell(at, place, ratio(counted[place], set.len()));
            }
            counted[place] = 0;
        }
    }
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
            let mut best: Option<Near> = None;
            for (other, two) in second.iter().enumerate() {
                let size = one.len().min(two.len());
                let both = one.iter().filter(|shingle| two.contains(shingle)).count();
                let near = ratio(both, size.max(1));
                if size >= least.max(1) && both >= needed(size, share) && best.is_none_or(|held| near > held.share) {
                    best = Some(Near { first: at, second: other, share: near });
                }
            }
            found.extend(best);
        }
        found
    }

    fn sets() -> impl Strategy<Value = Vec<Vec<u64>>> {
        let set = prop::collection::btree_set(0_u64..12, 0..8).prop_map(|set: BTreeSet<u64>| set.into_iter().collect());
        prop::collection::vec(set, 0..8)
    }

    proptest! {
        #[test]
        fn the_nearest_are_found(one in sets(), two in sets(), least in 0_usize..4, share in 0.0..=1.0) {
            prop_assert_eq!(near(&one, &two, least, share), plainly(&one, &two, least, share));
        }
    }
}
