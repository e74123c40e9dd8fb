//! A small generator of random numbers that gives the same ones everywhere: `SplitMix64`.

use super::generate::Choices;

/// The generator; its state is the seed.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Choices for Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
