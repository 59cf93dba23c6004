//! Worlds that do the work of many more: beliefs spread evenly over their distributions, instead of drawn at random.
//!
//! A design is made of [`REPLICATES`] parts that are randomised independently. Within a part worlds keep out of each other's
//! way, so that only the means of parts are independent, and errors are taken from these (L'Ecuyer 2018, "Randomized quasi-Monte
//! Carlo: an introduction for practitioners"; Owen 1997). In every design each world by itself is drawn from the beliefs.

use super::fault::Fault;
use super::world::World;
use crate::program::Program;
use crate::stream::{Name, WorldKey};
use rand::Rng;

/// Parts of a design that are independent of each other.
pub const REPLICATES: u64 = 16;
/// Points of a scrambled sequence.
const MOST_POINTS: u64 = 1 << 16;
/// The most places of all permutations: 4 bytes each.
const MOST_PLACES: u64 = 1 << 27;

/// How the beliefs of worlds are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorldDesign {
    /// Independently of each other.
    #[default]
    Random,
    /// Each belief once in every stratum of its distribution (McKay, Beckman and Conover 1979).
    Latin,
    /// By the points of Sobol's sequence, scrambled (Owen 1995; Burley 2020; directions of Joe and Kuo 2008).
    Sobol,
}

/// A design that is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// A sequence has no more points.
    #[error(
        "`--design sobol` has {most} worlds at most, and {worlds} are asked for; `latin` has no such limit"
    )]
    Points {
        /// Worlds asked for.
        worlds: u64,
        /// The most.
        most: u64,
    },
    /// A sequence has no more dimensions.
    #[error(
        "`--design sobol` holds {most} beliefs at most, and the scenario has {beliefs}; `latin` has no such limit"
    )]
    Beliefs {
        /// Beliefs of the scenario.
        beliefs: usize,
        /// The most.
        most: u32,
    },
    /// Permutations take too much memory.
    #[error(
        "`--design latin` holds {most} draws of beliefs at most: {worlds} worlds of {beliefs} beliefs are more"
    )]
    Draws {
        /// Worlds asked for.
        worlds: u64,
        /// Beliefs of the scenario.
        beliefs: usize,
        /// The most.
        most: u64,
    },
}

impl WorldDesign {
    /// As on the command line and in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            WorldDesign::Random => "random",
            WorldDesign::Latin => "latin",
            WorldDesign::Sobol => "sobol",
        }
    }

    /// So many worlds, rounded up to what the design can do: parts of equal size, of Sobol's sequence powers of two.
    pub fn rounded(self, worlds: u64) -> u64 {
        let each = worlds.max(1).div_ceil(REPLICATES);
        match self {
            WorldDesign::Random => worlds,
            WorldDesign::Latin => each.saturating_mul(REPLICATES),
            WorldDesign::Sobol => each.checked_next_power_of_two().unwrap_or(each).saturating_mul(REPLICATES),
        }
    }

    /// How many parts of so many worlds are independent: all, or [`REPLICATES`].
    pub fn independent(self, worlds: u64) -> u64 {
        match self {
            WorldDesign::Random => worlds,
            _ => REPLICATES.min(worlds),
        }
    }
}

/// The worlds of a design.
#[derive(Debug)]
pub struct Worlds<'p> {
    program: &'p Program,
    seed: u64,
    design: WorldDesign,
    /// Worlds of a part.
    each: u64,
    /// Of a Latin design, by belief: the strata of all worlds.
    strata: Vec<Vec<u32>>,
    /// Of a sequence: the seed of each part.
    seeds: Vec<u32>,
}

impl<'p> Worlds<'p> {
    /// So many worlds of a program; the count is rounded by [`WorldDesign::rounded`] already.
    pub fn new(
        program: &'p Program,
        seed: u64,
        design: WorldDesign,
        count: u64,
    ) -> Result<Worlds<'p>, TooLarge> {
        let beliefs = program.beliefs.len();
        let each = count.div_ceil(REPLICATES).max(1);
        let mut worlds = Worlds { program, seed, design, each, strata: vec![], seeds: vec![] };
        match design {
            WorldDesign::Random => {}
            WorldDesign::Latin => {
                if count.saturating_mul(beliefs as u64) > MOST_PLACES {
                    return Err(TooLarge::Draws { worlds: count, beliefs, most: MOST_PLACES });
                }
                let strata = |belief: &crate::program::BeliefPlan| -> Vec<u32> {
                    (0..REPLICATES)
                        .flat_map(|part| permutation(seed, belief.name, part, each as u32))
                        .collect()
                };
                worlds.strata = program.beliefs.iter().map(strata).collect();
            }
            WorldDesign::Sobol => {
                if each > MOST_POINTS {
                    return Err(TooLarge::Points { worlds: count, most: MOST_POINTS * REPLICATES });
                }
                if beliefs > sobol_burley::NUM_DIMENSIONS as usize {
                    return Err(TooLarge::Beliefs { beliefs, most: sobol_burley::NUM_DIMENSIONS });
                }
                let seed_of = |part| design_key(seed).draw(Name::new("sobol"), part, 0).next_u32();
                worlds.seeds = (0..REPLICATES).map(seed_of).collect();
            }
        }
        Ok(worlds)
    }

    /// The world with this number.
    pub fn world(&self, number: u64) -> Result<World, Box<Fault>> {
        if self.design == WorldDesign::Random {
            return World::new(self.program, self.seed, number);
        }
        World::with_uniforms(self.program, self.seed, number, &self.uniforms(number))
    }

    /// The uniform numbers of a world, one for each belief in order, before they are correlated.
    pub fn uniforms(&self, number: u64) -> Vec<f64> {
        let key = WorldKey::new(self.seed, number);
        let named = |belief: &crate::program::BeliefPlan| key.draw(belief.name, u64::MAX, 0).uniform();
        let beliefs = self.program.beliefs.iter().map(named).enumerate();
        let place = |(belief, u): (usize, f64)| match self.design {
            WorldDesign::Random => u,
            WorldDesign::Latin => {
                let stratum = f64::from(self.strata[belief][number as usize]);
                inside((stratum + u) / self.each as f64)
            }
            WorldDesign::Sobol => {
                let (part, point) = (number / self.each, number % self.each);
                let x = sobol_burley::sample(point as u32, belief as u32, self.seeds[part as usize]);
                // Its 24 bits; those below are the world's own.
                let cells = f64::from(1 << 24);
                inside(((f64::from(x) * cells).floor() + u) / cells)
            }
        };
        beliefs.map(place).collect()
    }
}

/// Below 1, where rounding has reached it.
fn inside(u: f64) -> f64 {
    u.min(1.0 - f64::EPSILON / 2.0)
}

/// The key of what a design draws itself: no world has this number.
fn design_key(seed: u64) -> WorldKey {
    WorldKey::new(seed, u64::MAX)
}

/// A permutation of 0..count at random (Fisher and Yates).
fn permutation(seed: u64, name: Name, part: u64, count: u32) -> Vec<u32> {
    let mut all: Vec<u32> = (0..count).collect();
    let mut draw = design_key(seed).draw(name, part, 0);
    for last in (1..all.len()).rev() {
        let other = (draw.uniform() * (last + 1) as f64) as usize;
        all.swap(last, other.min(last));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check_text;

    const TEXT: &str = "[beliefs]\na = { is = \"uniform(0, 1)\", why = \"a test\" }\n\
        b = { is = \"normal(0, 1)\", why = \"a test\" }\nc = { is = \"uniform(0, 1)\", why = \"a test\" }\n\
        [stage.go]\nnext = [{ p = \"a * c\", to = \"yes\" }, { to = \"no\" }]\n[outcome.yes]\n[outcome.no]\n";

    fn program() -> Program {
        let checked = check_text("test", TEXT);
        Program::compile(&checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found)))
    }

    fn uniforms(program: &Program, design: WorldDesign, seed: u64, count: u64) -> Vec<Vec<f64>> {
        let worlds = Worlds::new(program, seed, design, count).expect("it is small");
        (0..count).map(|number| worlds.uniforms(number)).collect()
    }

    /// Within a part each belief is once in every stratum; of a sequence, each pair of beliefs once in every cell.
    #[test]
    fn strata_are_filled_once() {
        let program = program();
        for design in [WorldDesign::Latin, WorldDesign::Sobol] {
            let all = uniforms(&program, design, 3, 16 * 64);
            for part in all.chunks(64) {
                for belief in 0..3 {
                    let mut seen = [0; 64];
                    part.iter().for_each(|u| seen[(u[belief] * 64.0) as usize] += 1);
                    assert!(seen.iter().all(|n| *n == 1), "{design:?}");
                }
            }
            assert!(all.iter().flatten().all(|u| 0.0 < *u && *u < 1.0));
        }
        // The first two of Sobol's dimensions are a (0, 2) sequence: 64 cells of every shape hold one point each.
        for part in uniforms(&program, WorldDesign::Sobol, 3, 16 * 64).chunks(64) {
            for rows in 0..7 {
                let (rows, columns) = (1 << rows, 64 >> rows);
                let mut seen = vec![0; 64];
                for u in part {
                    let (a, b) = ((u[0] * f64::from(rows)) as usize, (u[1] * f64::from(columns)) as usize);
                    seen[a * columns as usize + b] += 1;
                }
                assert!(seen.iter().all(|n| *n == 1));
            }
        }
    }

    /// A world by itself is drawn from the beliefs: by seed, its uniforms are uniform.
    #[test]
    fn each_world_is_a_draw() {
        let program = program();
        for design in [WorldDesign::Latin, WorldDesign::Sobol] {
            let mut cells = [0.0_f64; 20];
            let seeds = 2_000;
            for seed in 0..seeds {
                let worlds = Worlds::new(&program, seed, design, 32).expect("it is small");
                cells[(worlds.uniforms(21)[1] * 20.0) as usize] += 1.0;
            }
            let wanted = seeds as f64 / 20.0;
            let chi: f64 = cells.iter().map(|n| (n - wanted) * (n - wanted) / wanted).sum();
            // The 99.99% quantile of chi squared with 19 degrees of freedom.
            assert!(chi < 50.8, "{design:?}: {chi}");
        }
    }

    #[test]
    fn parts_differ_and_seeds_too() {
        let program = program();
        for design in [WorldDesign::Latin, WorldDesign::Sobol] {
            let (one, two) = (uniforms(&program, design, 1, 256), uniforms(&program, design, 2, 256));
            assert_eq!(one, uniforms(&program, design, 1, 256));
            assert_ne!(one, two);
            assert_ne!(one[..16], one[16..32]);
        }
        assert_eq!(WorldDesign::Sobol.rounded(1000), 1024);
        assert_eq!(WorldDesign::Latin.rounded(1000), 1008);
        assert_eq!(WorldDesign::Random.rounded(1000), 1000);
    }

    #[test]
    fn limits_are_told() {
        let program = program();
        let worlds = |design, count| Worlds::new(&program, 1, design, count).map(|_| ());
        let most = MOST_POINTS * REPLICATES;
        assert_eq!(worlds(WorldDesign::Sobol, most), Ok(()));
        assert!(matches!(worlds(WorldDesign::Sobol, 2 * most), Err(TooLarge::Points { .. })));
        assert!(matches!(worlds(WorldDesign::Latin, 1 << 40), Err(TooLarge::Draws { .. })));
    }
}
