//! Many draws side by side, to the bits of one alone.

use super::{M0, M1, W0, W1, unit};
use pulp::{Arch, Simd, WithSimd};

/// Draws that are made at once: by as many at a time as the machine's widest instructions take.
#[derive(Clone, Debug)]
pub struct Draws {
    arch: Arch,
    /// Of each: the halves of its key, the halves of its path number, its occurrence.
    columns: [Vec<u32>; 5],
    block: [Vec<u32>; 4],
    /// What [`super::Draw::uniform`] gives first.
    pub uniforms: Vec<f64>,
    /// What [`super::Draw::choice`] gives.
    pub choices: Vec<f64>,
}

/// The most that one instruction takes.
const WIDEST: usize = 16;

impl Default for Draws {
    fn default() -> Draws {
        Draws {
            arch: Arch::new(),
            columns: Default::default(),
            block: Default::default(),
            uniforms: Vec::new(),
            choices: Vec::new(),
        }
    }
}

impl Draws {
    /// Forgets all draws.
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(Vec::clear);
    }

    /// Adds the draw with this key (see [`super::WorldKey::named`]) on a path, for the `occurrence`-th time.
    #[inline]
    pub fn push(&mut self, key: u64, path: u64, occurrence: u32) {
        let halves = [key as u32, (key >> 32) as u32, path as u32, (path >> 32) as u32, occurrence];
        self.columns.iter_mut().zip(halves).for_each(|(column, half)| column.push(half));
    }

    /// Makes the draws.
    pub fn make(&mut self) {
        let count = self.columns[0].len();
        // Whole vectors: what is too much is made for nothing.
        let padded = count.next_multiple_of(WIDEST);
        self.columns.iter_mut().for_each(|column| column.resize(padded, 0));
        self.block.iter_mut().for_each(|column| column.resize(padded, 0));
        self.uniforms.resize(padded, 0.0);
        self.choices.resize(padded, 0.0);
        self.arch.dispatch(Make {
            columns: &self.columns,
            block: &mut self.block,
            uniforms: &mut self.uniforms,
            choices: &mut self.choices,
        });
        self.uniforms.truncate(count);
        self.choices.truncate(count);
        self.columns.iter_mut().for_each(|column| column.truncate(count));
    }
}

/// Philox4x32 with ten rounds, compiled for each set of instructions.
struct Make<'a> {
    columns: &'a [Vec<u32>; 5],
    block: &'a mut [Vec<u32>; 4],
    uniforms: &'a mut [f64],
    choices: &'a mut [f64],
}

impl WithSimd for Make<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [k0, k1, low, high, occurrence] = self.columns;
        let (k0, k1) = (S::as_simd_u32s(k0).0, S::as_simd_u32s(k1).0);
        let (low, high) = (S::as_simd_u32s(low).0, S::as_simd_u32s(high).0);
        let occurrence = S::as_simd_u32s(occurrence).0;
        let (m0, m1) = (simd.splat_u32s(M0 as u32), simd.splat_u32s(M1 as u32));
        let (w0, w1) = (simd.splat_u32s(W0 as u32), simd.splat_u32s(W1 as u32));
        {
            let [a, b, c, d] = &mut *self.block;
            let (to_a, to_b) = (S::as_mut_simd_u32s(a).0, S::as_mut_simd_u32s(b).0);
            let (to_c, to_d) = (S::as_mut_simd_u32s(c).0, S::as_mut_simd_u32s(d).0);
            let keys = k0.iter().zip(k1);
            let counters = low.iter().zip(high).zip(occurrence);
            let to = to_a.iter_mut().zip(to_b).zip(to_c).zip(to_d);
            for (((k0, k1), ((low, high), occurrence)), (((to_a, to_b), to_c), to_d)) in
                keys.zip(counters).zip(to)
            {
                let (mut a, mut b, mut c, mut d) = (*low, *high, *occurrence, simd.splat_u32s(0));
                let (mut k0, mut k1) = (*k0, *k1);
                for _ in 0..10 {
                    let (p_low, p_high) = simd.widening_mul_u32s(a, m0);
                    let (q_low, q_high) = simd.widening_mul_u32s(c, m1);
                    a = simd.xor_u32s(simd.xor_u32s(q_high, b), k0);
                    c = simd.xor_u32s(simd.xor_u32s(p_high, d), k1);
                    (b, d) = (q_low, p_low);
                    k0 = simd.add_u32s(k0, w0);
                    k1 = simd.add_u32s(k1, w1);
                }
                (*to_a, *to_b, *to_c, *to_d) = (a, b, c, d);
            }
        }
        let [a, b, c, d] = &*self.block;
        let joined = |low: &u32, high: &u32| unit(u64::from(*low) | u64::from(*high) << 32);
        for ((low, high), to) in a.iter().zip(b).zip(&mut *self.uniforms) {
            *to = joined(low, high);
        }
        for ((low, high), to) in c.iter().zip(d).zip(&mut *self.choices) {
            *to = joined(low, high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Name, WorldKey};

    #[test]
    fn many_draws_are_the_draws() {
        let mut draws = Draws::default();
        for count in [0_u64, 1, 15, 16, 29] {
            draws.clear();
            let at = |i: u64| {
                let world = WorldKey::new(3, i);
                (world, Name::new("talks.round"), i * 0x1_2345_6789, (i * i) as u32)
            };
            for (world, name, path, occurrence) in (0..count).map(at) {
                draws.push(world.named(name), path, occurrence);
            }
            draws.make();
            assert_eq!(draws.uniforms.len() as u64, count);
            for (i, (world, name, path, occurrence)) in (0..count).map(at).enumerate() {
                let mut draw = world.draw(name, path, occurrence);
                assert_eq!((draws.uniforms[i], draws.choices[i]), (draw.uniform(), draw.choice()));
            }
        }
    }
}
