//! Named random numbers: a draw depends on (seed, world, path, name, occurrence) and on nothing else.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): a
//! keyed bijection of a 128-bit counter. The 64-bit key is a mix of (seed, world) and of the name; the counter holds path,
//! occurrence and block, so that within one world and name no two draws can share a block. `docs/statistics.md` says why
//! this generator, and what a battery of tests found on interleaved streams.

mod many;

pub use many::Draws;
use std::convert::Infallible;

/// The name of a draw, hashed (FNV-1a, 64 bits, then mixed). Equal names share their luck across variants and versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name(u64);

impl Name {
    /// The name of a draw, from its words: `talks.round.session`.
    pub fn new(words: &str) -> Name {
        let hash = words
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
        Name(mix(hash))
    }
}

/// One world's share of the randomness of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorldKey(u64);

impl WorldKey {
    /// The key of world number `world` under `seed`.
    pub fn new(seed: u64, world: u64) -> WorldKey {
        WorldKey(mix(mix(seed).wrapping_add(world.wrapping_mul(GOLDEN))))
    }

    /// The bits of the key, for [`Draws`].
    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The key of the draws called `name`.
    #[inline]
    fn named(self, name: Name) -> u64 {
        mix(self.0 ^ name.0)
    }

    /// The draw called `name` on path number `path`, for the `occurrence`-th time (from 0).
    #[inline]
    pub fn draw(self, name: Name, path: u64, occurrence: u32) -> Draw {
        let key = self.named(name);
        let counter = [path as u32, (path >> 32) as u32, occurrence, 0];
        let first = philox(counter, [key as u32, (key >> 32) as u32]);
        Draw { key, counter, first, next: Next::First }
    }
}

/// The numbers of one draw: a generator for a sampler that may need several, and beside it one number for the choice
/// that follows (a clock's delay, then the branch it takes).
#[derive(Clone, Debug)]
pub struct Draw {
    key: u64,
    counter: [u32; 4],
    first: [u32; 4],
    next: Next,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    First,
    Block,
    Second(u64),
}

impl Draw {
    /// A number in the open interval (0, 1) for the choice that follows the draw: the second half of the first block, which
    /// the generator itself never gives out.
    #[inline]
    pub fn choice(&self) -> f64 {
        unit(u64::from(self.first[2]) | u64::from(self.first[3]) << 32)
    }

    /// The next number in the open interval (0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        unit(self.next())
    }

    #[inline]
    fn next(&mut self) -> u64 {
        match self.next {
            Next::First => {
                self.next = Next::Block;
                u64::from(self.first[0]) | u64::from(self.first[1]) << 32
            }
            Next::Block => {
                self.counter[3] += 1;
                let b = philox(self.counter, [self.key as u32, (self.key >> 32) as u32]);
                self.next = Next::Second(u64::from(b[2]) | u64::from(b[3]) << 32);
                u64::from(b[0]) | u64::from(b[1]) << 32
            }
            Next::Second(value) => {
                self.next = Next::Block;
                value
            }
        }
    }
}

impl rand::TryRng for Draw {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for chunk in to.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// The middle of one of 2^53 equal cells of (0, 1): never 0, never 1.
#[inline]
pub fn unit(bits: u64) -> f64 {
    // 2^53 cells whose middles would need 54 bits at the top end; 52 bits keep every middle exact and below 1. The bits are
    // put behind a leading 1, since that can be done for many at once on any machine.
    let from_one = f64::from_bits((bits >> 12) | 1.0_f64.to_bits());
    (from_one - 1.0) + 0.5 * (1.0 / (1_u64 << 52) as f64)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijective mix of 64 bits (Stafford 2011, variant 13, as in SplitMix64).
#[inline(always)]
fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Multipliers and key increments of Philox4x32.
const M0: u64 = 0xd251_1f53;
const M1: u64 = 0xcd9e_8d57;
const W0: u64 = 0x9e37_79b9;
const W1: u64 = 0xbb67_ae85;

/// Philox4x32 with ten rounds.
#[inline]
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut a, mut b, mut c, mut d], [mut k0, mut k1]) = (counter, key);
    for _ in 0..10 {
        let (p, q) = (u64::from(a) * M0, u64::from(c) * M1);
        (a, b, c, d) = ((q >> 32) as u32 ^ b ^ k0, q as u32, (p >> 32) as u32 ^ d ^ k1, p as u32);
        k0 = k0.wrapping_add(W0 as u32);
        k1 = k1.wrapping_add(W1 as u32);
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that Random123 ships for philox4x32-10.
    #[test]
    fn philox_gives_the_published_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_draw_is_the_same_whoever_asks() {
        let draw = |seed, world, path, occurrence| {
            WorldKey::new(seed, world).draw(Name::new("talks.round"), path, occurrence).uniform()
        };
        assert_eq!(draw(1, 2, 3, 4), draw(1, 2, 3, 4));
        let all = [draw(1, 2, 3, 4), draw(2, 2, 3, 4), draw(1, 3, 3, 4), draw(1, 2, 4, 4), draw(1, 2, 3, 5)];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b), "{all:?}");
        }
    }

    #[test]
    fn the_choice_is_no_number_of_the_generator() {
        let mut draw = WorldKey::new(7, 0).draw(Name::new("x"), 0, 0);
        let choice = draw.choice();
        assert!((0..1000).all(|_| draw.uniform() != choice));
    }

    #[test]
    fn units_are_the_middles_of_cells() {
        for bits in [0, 1 << 12, 0x0123_4567_89ab_cdef, 1 << 63, u64::MAX] {
            let cell = (bits >> 12) as f64;
            assert_eq!(unit(bits), (cell + 0.5) / (1_u64 << 52) as f64);
        }
    }

    #[test]
    fn units_stay_inside() {
        assert!(unit(0) > 0.0);
        assert!(unit(u64::MAX) < 1.0);
    }
}
