//! What the kernel of equal work does for many paths at once: random numbers by name, delays, and what is counted of stays. Its loops
//! are compiled for each set of instructions.

use super::equal::ROOM;
use super::kernel::{STEPS, table};
use super::totals::{BLOCKS, ENTRY, HORIZON, LEFT, SLOTS, TICKS, UNTIL, whole};
use detente::dist::{Inverse, Law};
use detente::stream::{WorldKey, unit};
use pulp::{Arch, Simd, WithSimd};

/// Paths that take a step together; what is worked out for them stays in the first cache.
pub const SOME: usize = 256;
/// As many numbers as the widest instructions take.
pub const WIDE: usize = 8;

/// The key of a stage's number in world 0.
pub fn key(seed: u64, stage: &str) -> u64 {
    let mix = |value: u64| {
        let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let hash = "stage.".bytes().chain(stage.bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(WorldKey::new(seed, 0).bits() ^ mix(hash))
}

/// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) of a path below 2^32, as two numbers of 64 bits. What stands above the low 32
/// bits of a word is left where nothing reads it.
#[inline(always)]
pub fn philox(key: u64, path: u64, occurrence: u64) -> (u64, u64) {
    const LOW: u64 = 0xffff_ffff;
    let (mut a, mut b, mut c, mut d) = (path, 0, occurrence, 0);
    let (mut k0, mut k1) = (key, key >> 32);
    for _ in 0..10 {
        let (p, q) = ((a & LOW) * 0xd251_1f53, (c & LOW) * 0xcd9e_8d57);
        (a, b, c, d) = ((q >> 32) ^ b ^ k0, q, (p >> 32) ^ d ^ k1, p);
        k0 = k0.wrapping_add(0x9e37_79b9);
        k1 = k1.wrapping_add(0xbb67_ae85);
    }
    ((a & LOW) | b << 32, (c & LOW) | d << 32)
}

/// What is worked out for paths that take a step together.
pub struct Step {
    pub uniforms: [f64; SOME],
    pub choices: [u64; SOME],
    pub dues: [f64; SOME],
    /// The cell where a stay is counted, and what is added there; 0 where it crosses a milestone.
    pub cells: [u64; SOME],
    pub adds: [u64; SOME],
    /// Of stays that cross one: what is added in the first cell and in the last, and that.
    pub firsts: [u64; SOME],
    pub lasts: [u64; SOME],
    pub ends: [u64; SOME],
    /// Those that do, and the cell, as the way has it.
    pub crossing: [(u16, u16); SOME],
}

impl Step {
    /// Nothing worked out yet.
    pub const EMPTY: Step = Step {
        uniforms: [0.5; SOME],
        choices: [0; SOME],
        dues: [0.0; SOME],
        cells: [0; SOME],
        adds: [0; SOME],
        firsts: [0; SOME],
        lasts: [0; SOME],
        ends: [0; SOME],
        crossing: [(0, 0); SOME],
    };
}

/// Of which paths numbers are drawn, and how.
pub struct Numbers<'a> {
    pub key: u64,
    pub first: u64,
    pub drawn: (u32, u64),
    pub paths: &'a [u64],
    pub step: &'a mut Step,
}

/// Random numbers; compiled for each set of instructions.
pub struct Draw<'a, const DELAYED: bool>(pub Numbers<'a>);

impl<const DELAYED: bool> WithSimd for Draw<'_, DELAYED> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Numbers { key, first, drawn: (shift, bits), paths, step } = self.0;
        let count = paths.len().min(SOME) & !(WIDE - 1);
        let (paths, choices) = (&paths[..count], &mut step.choices[..count]);
        let uniforms = &mut step.uniforms[..count];
        for i in 0..count {
            let path = first + (paths[i] & (ROOM as u64 - 1));
            let (delay, choice) = philox(key, path, (paths[i] >> shift) & bits);
            choices[i] = choice >> 12;
            if DELAYED {
                uniforms[i] = unit(delay);
            }
        }
    }
}

/// When delays end, and what is counted of stays.
pub struct Stays<'a, const COUNTED: bool> {
    pub paths: &'a [u64],
    pub times: &'a [f64],
    pub step: &'a mut Step,
}

impl<const COUNTED: bool> WithSimd for Stays<'_, COUNTED> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let count = self.paths.len().min(SOME) & !(WIDE - 1);
        let (paths, times) = (&self.paths[..count], &self.times[..count]);
        let Step { dues, cells, adds, firsts, lasts, ends, .. } = self.step;
        let (dues, adds) = (&mut dues[..count], &mut adds[..count]);
        let (cells, ends) = (&mut cells[..count], &mut ends[..count]);
        let (firsts, lasts) = (&mut firsts[..count], &mut lasts[..count]);
        for i in 0..count {
            dues[i] += times[i];
            if COUNTED {
                let (begin, due) = (times[i], dues[i]);
                let end = if due < HORIZON { due } else { HORIZON };
                let left = if due <= HORIZON { LEFT } else { 0 };
                let ([from, to], block) = ([begin, end].map(slot), (paths[i] & (ROOM as u64 - 1)) >> 4);
                cells[i] = from.0 * BLOCKS as u64 + block;
                ends[i] = to.0 * BLOCKS as u64 + block;
                // A stay is the difference of whole ticks, as Detente has it.
                let [entered, ended] = [begin, end].map(|time| whole(time * TICKS));
                adds[i] =
                    if from.0 == to.0 { ended.wrapping_sub(entered).wrapping_add(ENTRY + left) } else { 0 };
                firsts[i] = whole(from.2 * TICKS).wrapping_sub(entered).wrapping_add(ENTRY);
                lasts[i] = ended.wrapping_sub(whole(to.1 * TICKS)).wrapping_add(left);
            }
        }
    }
}

/// The slot of a time, and when that begins and ends.
#[inline(always)]
fn slot(time: f64) -> (u64, f64, f64) {
    let (mut slot, mut begins, mut ends) = (0, 0.0, UNTIL[0]);
    for (nth, until) in UNTIL[..SLOTS - 1].iter().enumerate() {
        let later = time > *until;
        slot += u64::from(later);
        begins = if later { *until } else { begins };
        ends = if later { UNTIL[nth + 1] } else { ends };
    }
    (slot, begins, ends)
}

/// Instructions without those that gather numbers from many places, which take longer than looking up one after the other.
pub fn narrow() -> Arch {
    #[cfg(target_arch = "x86_64")]
    if let Some(narrow) = pulp::x86::V3::try_new() {
        return Arch::V3(narrow);
    }
    Arch::new()
}

/// The delays of a stage.
pub struct Delays {
    precise: Inverse,
    /// Straight lines between few quantiles, as the other kernel has them.
    rough: Box<[f32; STEPS + 1]>,
}

/// Precise delays of some random numbers.
struct Precise<'a>(&'a Inverse, &'a [f64], &'a mut [f64]);

impl WithSimd for Precise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.fill(self.1, self.2);
    }
}

impl Delays {
    /// The delays of a law, in seconds.
    pub fn new(law: &Law) -> Delays {
        let rough = table(law).into_boxed_slice().try_into().expect("STEPS and one");
        Delays { precise: Inverse::new(law).expect("a table"), rough }
    }

    /// Delays to the precision of Detente's tables.
    pub fn precise(&self, arch: Arch, uniforms: &[f64], to: &mut [f64]) {
        arch.dispatch(Precise(&self.precise, uniforms, to));
    }

    /// Delays by straight lines.
    pub fn rough(&self, uniforms: &[f64], to: &mut [f64]) {
        for (delay, u) in to.iter_mut().zip(uniforms) {
            let at = *u * STEPS as f64;
            let step = whole((at - 0.5).max(0.0)) as usize % STEPS;
            let [a, b] = [self.rough[step], self.rough[step + 1]].map(f64::from);
            *delay = a + (at - step as f64) * (b - a);
        }
    }
}
