//! Seeded inputs: splitmix64, so that one seed gives one sequence on every platform.

use std::ops::RangeBounds;

/// A source of inputs for one round of one probe.
pub struct Draw {
    state: u64,
}

/// Words of everyday domains, so that drawn text looks like the text that programs meet.
const WORDS: [&str; 32] = [
    "amber", "basil", "cedar", "delta", "ember", "fjord", "grain", "harbor", "indigo", "jasper", "kelp", "lumen",
    "maple", "nectar", "onyx", "pepper", "quartz", "ripple", "saffron", "timber", "umber", "velvet", "willow", "xenon",
    "yarrow", "zephyr", "über", "café", "naïve", "x", "ox", "a",
];

impl Draw {
    pub(crate) fn new(seed: u64, probe: u64, round: u64) -> Self {
        let mut draw = Self { state: seed };
        for part in [probe, round] {
            draw.state = draw.next().wrapping_add(part);
        }
        draw.next();
        draw
    }

    /// 64 uniformly random bits.
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// An integer of `range`: `draw.int(1..=6)`, `draw.int(-3_i64..3)`. Both ends must be given.
    pub fn int<T: Integer>(&mut self, range: impl RangeBounds<T>) -> T {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let low = match range.start_bound() {
            Included(&low) => low.widen(),
            Excluded(&low) => low.widen() + 1,
            Unbounded => panic!("a drawn range has both ends"),
        };
        let high = match range.end_bound() {
            Included(&high) => high.widen(),
            Excluded(&high) => high.widen() - 1,
            Unbounded => panic!("a drawn range has both ends"),
        };
        assert!(low <= high, "a drawn range is not empty");
        let width = (high - low) as u128 + 1;
        T::narrow(low + (u128::from(self.next()) % width) as i128)
    }

    /// True in `hits` of `of` cases.
    pub fn chance(&mut self, hits: u32, of: u32) -> bool {
        self.int(0..of) < hits
    }

    /// True or false, evenly.
    pub fn bool(&mut self) -> bool {
        self.chance(1, 2)
    }

    /// A multiple of 1/64 between `low` and `high`: sums of a few of them are exact.
    pub fn f64(&mut self, low: i32, high: i32) -> f64 {
        f64::from(self.int(low * 64..=high * 64)) / 64.0
    }

    /// A lower-case word; some have letters of more than one byte.
    pub fn word(&mut self) -> String {
        (*self.pick(&WORDS)).to_owned()
    }

    /// A number of words.
    pub fn words(&mut self, count: impl RangeBounds<usize>) -> Vec<String> {
        self.vec(count, Self::word)
    }

    /// A number of values, each made by `make`.
    pub fn vec<T>(&mut self, count: impl RangeBounds<usize>, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.int(count);
        (0..count).map(|_| make(self)).collect()
    }

    /// `Some` of what `make` gives, or, in one case of three, `None`.
    pub fn option<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance(2, 3) { Some(make(self)) } else { None }
    }

    /// One of `choices`, which must not be empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.int(0..choices.len())]
    }

    /// Puts `items` into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.int(0..=last);
            items.swap(last, other);
        }
    }
}

/// The integer types that [`Draw::int`] draws.
pub trait Integer: Copy {
    #[doc(hidden)]
    fn widen(self) -> i128;
    #[doc(hidden)]
    fn narrow(wide: i128) -> Self;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Integer for $integer {
            fn widen(self) -> i128 {
                self as i128
            }
            fn narrow(wide: i128) -> Self {
                wide as $integer
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
