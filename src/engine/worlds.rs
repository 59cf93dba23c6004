//! Many worlds at once: their beliefs are drawn, and what follows from these is worked out, in columns.

use super::draw::by_uniform;
use super::fault::Fault;
use super::source::Source;
use super::world::World;
use crate::dist::{Inverse, Sampler};
use crate::program::columnar::{Columns, LANES};
use crate::program::{DrawPlan, LawTree, NO_TABLE, Program, Ready};
use crate::stream::{Draws, WorldKey};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// [`Source::worlds`], one after the other.
pub(super) fn one_by_one<S: Source + ?Sized>(
    source: &S,
    numbers: Range<u64>,
    mut earlier: Vec<S::World>,
) -> (Vec<S::World>, Option<S::Fault>) {
    let mut worlds = Vec::with_capacity(earlier.len());
    for number in numbers {
        match source.world(number, earlier.pop()) {
            Ok(world) => worlds.push(world),
            Err(fault) => return (worlds, Some(fault)),
        }
    }
    (worlds, None)
}

/// The same worlds of another variant, with what [`Program::shared_beliefs`] says of its program.
type Like<'a> = Option<(&'a [(bool, bool)], &'a [World])>;

/// Worlds of one program, made side by side; to the bits of [`World::refill`].
pub(super) struct Crowd<'p> {
    program: &'p Program,
    arch: Arch,
    columns: Columns<'p>,
    draws: Draws,
    /// By belief: its law, where it has one.
    laws: Vec<Option<&'p Sampler>>,
    /// The uniform numbers of the beliefs: by belief, then by world.
    uniforms: Vec<[f64; LANES]>,
    /// The places of the pool that each world has for itself.
    places: Vec<u32>,
    /// The lists of branches whose chances worlds decide.
    lists: Vec<usize>,
}

impl<'p> Crowd<'p> {
    /// For worlds of a program; none where the distributions of beliefs are not the same in all of them.
    pub fn new(program: &'p Program) -> Option<Crowd<'p>> {
        let mut laws = vec![];
        for belief in &program.beliefs {
            let fixed = match &belief.draw {
                DrawPlan::Law(plan) => matches!(plan.tree, LawTree::Fixed(_)),
                DrawPlan::Chance(p) => p.deps.constant(),
                DrawPlan::Weights(weights) => weights.iter().all(|(_, weight)| weight.deps.constant()),
            };
            if !fixed {
                return None;
            }
            laws.push(program.fixed_sampler(belief));
        }
        let lists = 0..program.lists.len();
        Some(Crowd {
            program,
            arch: Inverse::arch(),
            columns: Columns::new(program),
            draws: Draws::default(),
            uniforms: vec![[0.0; LANES]; laws.len()],
            laws,
            places: program
                .beliefs
                .iter()
                .map(|b| b.place)
                .chain(program.world_code.iter().map(|i| i.out))
                .collect(),
            lists: lists.filter(|list| program.lists[*list].table != NO_TABLE).collect(),
        })
    }

    /// These become the worlds from number `first` on, up to the first that is wrong: its place comes with its fault. `like` may be
    /// worlds with the same numbers of another variant: a belief that has the same law and the same luck there has the same value,
    /// which is taken over (the inverse of some laws takes longer than a path).
    pub fn refill(
        &mut self,
        seed: u64,
        first: u64,
        worlds: &mut [World],
        like: Option<(&Program, &[World])>,
    ) -> Result<(), (usize, Box<Fault>)> {
        let shared = like.map(|(other, _)| self.program.shared_beliefs(other)).unwrap_or_default();
        for (nth, some) in worlds.chunks_mut(LANES).enumerate() {
            let before = nth * LANES;
            let theirs = like.and_then(|(_, worlds)| worlds.get(before..before + some.len()));
            let like = theirs.map(|theirs| (&shared[..], theirs));
            let made = self.some(seed, first + before as u64, some, like);
            made.map_err(|(place, fault)| (before + place, fault))?;
        }
        Ok(())
    }

    fn some(
        &mut self,
        seed: u64,
        first: u64,
        worlds: &mut [World],
        like: Like<'_>,
    ) -> Result<(), (usize, Box<Fault>)> {
        let program = self.program;
        for (number, world) in (first..).zip(worlds.iter_mut()) {
            world.begin(WorldKey::new(seed, number), number);
        }
        self.draw(worlds, like);
        self.columns.run_world(worlds.len());
        let mut wrong = None;
        for (nth, world) in worlds.iter_mut().enumerate() {
            world.beliefs.extend(program.beliefs.iter().map(|belief| self.columns.of(belief.place)[nth]));
            if world.beliefs.iter().any(|belief| !belief.is_finite())
                && let Err(fault) = world.refill(program, seed, first + nth as u64)
            {
                wrong = Some((nth, fault));
                break;
            }
        }
        // Those before it are as they should be.
        let count = wrong.as_ref().map_or(worlds.len(), |(nth, _)| *nth);
        self.hand_over(&mut worlds[..count]);
        wrong.map_or(Ok(()), Err)
    }

    /// Everything that follows from the beliefs goes to where each world has it.
    fn hand_over(&mut self, worlds: &mut [World]) {
        let (program, count) = (self.program, worlds.len());
        for place in &self.places {
            for (world, value) in worlds.iter_mut().zip(self.columns.of(*place)) {
                world.values[*place as usize] = *value;
            }
        }
        for list in &self.lists {
            let start = program.lists[*list].table as usize;
            let thresholds = self.columns.thresholds(*list, count);
            for branch in 0..program.lists[*list].branches.range().len() {
                for (world, threshold) in worlds.iter_mut().zip(thresholds.of(branch)) {
                    world.tables[start + branch] = *threshold;
                }
            }
            for (nth, world) in worlds.iter_mut().enumerate() {
                if thresholds.is_wrong(nth) {
                    world.tables[start] = f64::NAN;
                }
            }
        }
        worlds.iter_mut().for_each(|world| world.make_laws(program));
    }

    /// Draws the beliefs into their columns; what can't be drawn is NaN.
    fn draw(&mut self, worlds: &mut [World], like: Like<'_>) {
        let (program, count) = (self.program, worlds.len());
        let like = like.filter(|(_, theirs)| worlds.iter().zip(*theirs).all(|(a, b)| a.key == b.key));
        let shared = |number: usize| {
            let (luck, value) = like.map_or((false, false), |(shared, _)| shared[number]);
            let theirs = like.map_or(&[][..], |(_, theirs)| theirs);
            (Some(theirs).filter(|_| luck), Some(theirs).filter(|_| value))
        };
        for (number, (belief, uniforms)) in program.beliefs.iter().zip(&mut self.uniforms).enumerate() {
            if let (Some(theirs), _) = shared(number) {
                uniforms.iter_mut().zip(theirs).for_each(|(u, world)| *u = world.uniforms[number]);
                continue;
            }
            let [keys, paths, occurrences] = self.draws.resize(count);
            keys.iter_mut().zip(worlds.iter()).for_each(|(key, world)| *key = world.key.bits());
            paths.fill(u64::MAX);
            occurrences.fill(0);
            self.draws.make(belief.name);
            uniforms[..count].copy_from_slice(self.draws.uniforms());
        }
        if let Some(copula) = &program.copula
            && program.correlated.iter().all(|belief| shared(*belief as usize).0.is_none())
        {
            let mut together = vec![0.0; program.correlated.len()];
            for nth in 0..count {
                for (u, belief) in together.iter_mut().zip(&program.correlated) {
                    *u = self.uniforms[*belief as usize][nth];
                }
                copula.apply(&mut together);
                for (u, belief) in together.iter().zip(&program.correlated) {
                    self.uniforms[*belief as usize][nth] = *u;
                }
            }
        }
        for (nth, world) in worlds.iter_mut().enumerate() {
            world.uniforms.clear();
            world.uniforms.extend(self.uniforms.iter().map(|uniforms| uniforms[nth]));
        }
        for (number, (belief, own)) in program.beliefs.iter().zip(&self.laws).enumerate() {
            let (uniforms, column) =
                (&self.uniforms[number][..count], &mut self.columns.column(belief.place)[..count]);
            if let (_, Some(theirs)) = shared(number) {
                column.iter_mut().zip(theirs).for_each(|(to, world)| *to = world.beliefs[number]);
                continue;
            }
            match own {
                Some(own) => match own.table() {
                    Some(table) => self.arch.dispatch(Quantiles { table, uniforms, to: column }),
                    None => column.iter_mut().zip(uniforms).for_each(|(to, u)| *to = own.at(*u)),
                },
                None => {
                    for ((to, u), world) in column.iter_mut().zip(uniforms).zip(worlds.iter_mut()) {
                        let World { values, .. } = world;
                        let ready = Ready { fixed: &program.laws, world: &[] };
                        let drawn = by_uniform(&belief.draw, &program.code, values, ready, *u, belief.span);
                        *to = drawn.unwrap_or(f64::NAN);
                    }
                }
            }
        }
    }
}

/// Quantiles by a table; compiled for each set of instructions.
pub(super) struct Quantiles<'a> {
    pub table: &'a Inverse,
    pub uniforms: &'a [f64],
    pub to: &'a mut [f64],
}

impl WithSimd for Quantiles<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.table.fill(self.uniforms, self.to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Sampled;
    use crate::model::Draw;
    use crate::model::build::{add, belief, empty, lognormal, num};
    use crate::program::shipped;

    fn bits(numbers: &[f64]) -> Vec<u64> {
        numbers.iter().map(|number| if number.is_nan() { u64::MAX } else { number.to_bits() }).collect()
    }

    /// All that is known of a world.
    fn known(world: &World, program: &Program) -> impl PartialEq + std::fmt::Debug {
        let values = bits(&world.values[program.layout.pool()]);
        (world.key, world.number, bits(&world.beliefs), values, bits(&world.tables), world.laws.clone())
    }

    #[test]
    fn worlds_side_by_side_are_those_made_one_by_one() {
        let mut files = 0;
        for (path, program) in shipped() {
            let Some(mut crowd) = Crowd::new(&program).filter(|crowd| !crowd.laws.is_empty()) else {
                continue;
            };
            files += 1;
            let mut worlds = vec![World::empty(&program); LANES + 44];
            // The second time beliefs of other worlds are at hand, the third time those of the same.
            let mut others = vec![];
            for first in [5, 1_000, 1_000] {
                let like = Some((&program, &others[..]));
                crowd.refill(3, first, &mut worlds, like).expect("nothing is wrong");
                others.clone_from(&worlds);
                for (number, world) in (first..).zip(&worlds) {
                    let alone = World::new(&program, 3, number).expect("nothing is wrong");
                    assert!(known(world, &program) == known(&alone, &program), "{path:?} {number}");
                }
            }
        }
        assert!(files >= 10, "{files}");
    }

    #[test]
    fn worlds_end_before_the_first_that_is_wrong() {
        let mut s = empty();
        // Infinite where the score is above 1.77: in one world of 26.
        s.add_belief("b", Draw::Law(lognormal(1.0, 400.0)));
        s.add_number("x", 0.0);
        s.add_measure("m", crate::model::MeasureKind::Value(add(belief(0), num(1.0))), None);
        s.until(1.0);
        let source = Sampled { program: Program::compile(&s), seed: 9 };
        for numbers in [0..300, 100..700] {
            let (side_by_side, wrong) = source.worlds(numbers.clone(), vec![], None);
            let (alone, expected) = one_by_one(&source, numbers, vec![]);
            assert_eq!(side_by_side.len(), alone.len());
            for (one, other) in side_by_side.iter().zip(&alone) {
                assert!(known(one, &source.program) == known(other, &source.program));
            }
            let number = |fault: Option<Box<Fault>>| fault.map(|fault| (fault.world, fault.kind));
            let (wrong, expected) = (number(wrong), number(expected));
            assert!(wrong.is_some());
            assert_eq!(format!("{wrong:?}"), format!("{expected:?}"));
        }
    }

    /// Two experts' views have no table. What is the same in the same world of a variant is taken over, and nothing else.
    #[test]
    fn the_same_beliefs_are_drawn_once_for_all_variants() {
        let compile = |size: &str, rank: &str| {
            let text = format!(
                "[beliefs.a]\np = 0.4\nwhy = \"w\"\n\
                [beliefs.b]\nexperts = {{ a = \"6% to 18%\", b = \"pert(10%, 22%, 45%)\" }}\nwhy = \"w\"\n\
                [beliefs.c]\nis = \"{size} to 8\"\nwhy = \"w\"\n\
                [beliefs.d]\nis = \"1 to 4\"\nwhy = \"w\"\n\
                [[correlate]]\nbetween = [\"c\", \"d\"]\nrank = {rank}\nwhy = \"w\"\n\
                [stage.s]\ntakes = \"1 day * c * d\"\n\
                next = [{{ when = \"a\", p = \"b\", to = \"yes\" }}, {{ to = \"no\" }}]\n[outcome.yes]\n[outcome.no]\n"
            );
            let checked = crate::check::check_text("experts", &text);
            Program::compile(&checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found)))
        };
        let (mut base, mut known) = (compile("2", "0.5"), vec![]);
        base.share_laws(&mut known);
        let marked: Vec<World> = (0..40)
            .map(|number| {
                let mut world = World::new(&base, 3, number).unwrap();
                world.beliefs.fill(0.125);
                world
            })
            .collect();
        // Which are taken over, of a variant and a seed.
        let mut taken = |size: &str, rank: &str, seed: u64, shared: bool| -> [bool; 4] {
            let mut program = compile(size, rank);
            if shared {
                program.share_laws(&mut known);
            }
            let mut worlds = vec![World::empty(&program); marked.len()];
            let mut crowd = Crowd::new(&program).expect("its beliefs have fixed distributions");
            crowd.refill(seed, 0, &mut worlds, Some((&base, &marked))).expect("nothing is wrong");
            let own: Vec<World> = (0..40).map(|w| World::new(&program, seed, w).unwrap()).collect();
            std::array::from_fn(|belief| {
                let all =
                    |of: &dyn Fn(&World, &World) -> bool| worlds.iter().zip(&own).all(|(w, o)| of(w, o));
                let taken = all(&|world, _| world.beliefs[belief] == 0.125);
                assert!(all(&|w, own| w.uniforms[belief].to_bits() == own.uniforms[belief].to_bits()));
                assert!(taken || all(&|w, own| w.beliefs[belief].to_bits() == own.beliefs[belief].to_bits()));
                taken
            })
        };
        assert_eq!(taken("2", "0.5", 3, true), [true; 4]);
        // Another law of one; another luck of those that are correlated; other luck of all; nobody knows that laws are the same.
        assert_eq!(taken("3", "0.5", 3, true), [true, true, false, true]);
        assert_eq!(taken("2", "0.25", 3, true), [true, true, false, false]);
        assert_eq!(taken("2", "0.5", 4, true), [false; 4]);
        assert_eq!(taken("2", "0.5", 3, false), [true, false, false, false]);
    }
}
