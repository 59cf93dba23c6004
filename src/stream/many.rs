//! Many draws side by side, to the bits of one alone.

use super::{M0, M1, Name, W0, W1, WorldKey, mix, unit};
use pulp::{Arch, Simd, WithSimd};

/// As many numbers as the widest instructions take.
const WIDE: usize = 8;

/// Draws that are made at once: by as many at a time as the machine's widest instructions take.
#[derive(Clone, Debug)]
pub struct Draws {
    arch: Arch,
    /// Of each: its key, its path number, its occurrence.
    columns: [Vec<u64>; 3],
    uniforms: Vec<f64>,
    choices: Vec<f64>,
    count: usize,
}

impl Default for Draws {
    fn default() -> Draws {
        Draws {
            arch: Arch::new(),
            columns: Default::default(),
            uniforms: Vec::new(),
            choices: Vec::new(),
            count: 0,
        }
    }
}

impl Draws {
    /// So many draws are to be made (in fact as many more as fill the widest instructions; those are nobody's). Each has its place in
    /// three columns that are to be filled in: the key of its world (see [`WorldKey::bits`]), the number of its path, and for the
    /// how-manieth time it is made, a number of 32 bits.
    #[inline]
    pub fn resize(&mut self, count: usize) -> [&mut [u64]; 3] {
        self.count = count;
        let room = count.next_multiple_of(WIDE);
        if self.uniforms.len() < room {
            self.columns.iter_mut().for_each(|column| column.resize(room, 0));
            self.uniforms.resize(room, 0.5);
            self.choices.resize(room, 0.5);
        }
        self.columns.each_mut().map(|column| &mut column[..count])
    }

    /// What [`super::Draw::uniform`] gives first, of each draw.
    pub fn uniforms(&self) -> &[f64] {
        &self.uniforms[..self.count]
    }

    /// The same, with some more numbers between 0 and 1 that fill the widest instructions.
    pub fn uniforms_filled(&self) -> &[f64] {
        &self.uniforms[..self.count.next_multiple_of(WIDE)]
    }

    /// What [`super::Draw::choice`] gives, of each draw.
    pub fn choices(&self) -> &[f64] {
        &self.choices[..self.count]
    }

    /// Makes the draws of this name.
    pub fn make(&mut self, name: Name) {
        self.dispatch::<true>(name, None);
    }

    /// Makes the draws of this name in one world; the column of keys is not read.
    pub fn make_alike(&mut self, world: WorldKey, name: Name) {
        self.dispatch::<true>(name, Some(world.named(name)));
    }

    /// As [`Draws::make`], but only the choices: the uniform numbers are of no use then.
    pub fn choose(&mut self, name: Name) {
        self.dispatch::<false>(name, None);
    }

    /// As [`Draws::make_alike`], but only the choices.
    pub fn choose_alike(&mut self, world: WorldKey, name: Name) {
        self.dispatch::<false>(name, Some(world.named(name)));
    }

    fn dispatch<const BOTH: bool>(&mut self, name: Name, key: Option<u64>) {
        let count = self.count.next_multiple_of(WIDE);
        self.arch.dispatch(Make::<BOTH> {
            name: name.0,
            key,
            columns: self.columns.each_ref().map(|column| &column[..count]),
            uniforms: &mut self.uniforms[..count],
            choices: &mut self.choices[..count],
        });
    }
}

/// Philox4x32 with ten rounds, compiled for each set of instructions; both numbers of each draw, or only that for the choice.
struct Make<'a, const BOTH: bool> {
    name: u64,
    /// The key of world and name, where that is the same for all.
    key: Option<u64>,
    columns: [&'a [u64]; 3],
    uniforms: &'a mut [f64],
    choices: &'a mut [f64],
}

impl<const BOTH: bool> WithSimd for Make<'_, BOTH> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let count = self.uniforms.len() & !(WIDE - 1);
        let [keys, paths, occurrences] = self.columns;
        let (keys, paths, occurrences) = (&keys[..count], &paths[..count], &occurrences[..count]);
        let choices = &mut self.choices[..count];
        let uniforms = &mut self.uniforms[..count];
        if let Some(key) = self.key {
            for i in 0..count {
                let (first, second) = philox_wide(key, paths[i], occurrences[i]);
                choices[i] = unit(second);
                if BOTH {
                    uniforms[i] = unit(first);
                }
            }
            return;
        }
        for i in 0..count {
            let (first, second) = philox_wide(mix(keys[i] ^ self.name), paths[i], occurrences[i]);
            choices[i] = unit(second);
            if BOTH {
                uniforms[i] = unit(first);
            }
        }
    }
}

/// The block of a draw as two numbers of 64 bits. What stands above the low 32 bits of a word is left where nothing reads it, so
/// that a vector of 64-bit words needs no step beside those of the generator.
#[inline(always)]
fn philox_wide(key: u64, path: u64, occurrence: u64) -> (u64, u64) {
    const LOW: u64 = 0xffff_ffff;
    let (mut a, mut b, mut c, mut d) = (path, path >> 32, occurrence, 0);
    let (mut k0, mut k1) = (key, key >> 32);
    for _ in 0..10 {
        let (p, q) = ((a & LOW) * M0, (c & LOW) * M1);
        (a, b, c, d) = ((q >> 32) ^ b ^ k0, q, (p >> 32) ^ d ^ k1, p);
        k0 = k0.wrapping_add(W0);
        k1 = k1.wrapping_add(W1);
    }
    ((a & LOW) | b << 32, (c & LOW) | d << 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Name, WorldKey};

    #[test]
    fn many_draws_are_the_draws() {
        let (mut draws, name) = (Draws::default(), Name::new("talks.round"));
        for count in [0_u64, 1, 15, 16, 29] {
            let [keys, paths, occurrences] = draws.resize(count as usize);
            let at = |i: u64| {
                let world = WorldKey::new(3, i);
                (world, i * 0x1_2345_6789, (i * i) as u32)
            };
            for (i, (world, path, occurrence)) in (0..count).map(at).enumerate() {
                (keys[i], paths[i], occurrences[i]) = (world.bits(), path, u64::from(occurrence));
            }
            draws.make(name);
            assert_eq!((draws.uniforms().len() as u64, draws.choices().len() as u64), (count, count));
            for (i, (world, path, occurrence)) in (0..count).map(at).enumerate() {
                let mut draw = world.draw(name, path, occurrence);
                assert_eq!((draws.uniforms()[i], draws.choices()[i]), (draw.uniform(), draw.choice()));
            }
            let both = std::mem::replace(&mut draws.choices, vec![0.5; 32]);
            draws.choose(name);
            assert_eq!(draws.choices(), &both[..count as usize]);
            draws.make_alike(WorldKey::new(3, 1), name);
            for (i, (_, path, occurrence)) in (0..count).map(at).enumerate() {
                let mut draw = WorldKey::new(3, 1).draw(name, path, occurrence);
                assert_eq!((draws.uniforms()[i], draws.choices()[i]), (draw.uniform(), draw.choice()));
            }
            let both = std::mem::replace(&mut draws.choices, vec![0.5; 32]);
            draws.choose_alike(WorldKey::new(3, 1), name);
            assert_eq!(draws.choices(), &both[..count as usize]);
        }
    }
}
