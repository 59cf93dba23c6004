//! What each choice is worth: the chance of reaching the goal after it, as far as it is known. It begins as a guess from the
//! graph of stages and is learnt from pilot paths. A worth decides only which paths are drawn, never what they count.

use crate::program::{Goal, Program, Target, Toward};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// Cells of time between the start and the end of the goal: shorter and shorter, as what is left is.
pub const CELLS: usize = 32;
/// What the guess gives a way that is a step longer on the graph of stages, against the shortest.
const STEP: f64 = 0.2;
/// The share that the guess gives a ring in time, of a clock that lies on the way.
const IN_TIME: f64 = 0.95;
/// The same where another such clock rings in time already: both may be needed, or one may do.
const BESIDE: f64 = 0.25;
/// The same where the goal is that nothing comes until the horizon.
const WAIT: f64 = 0.5;
/// What the guess gives an end elsewhere, where nothing is known of a way.
const LOST: f64 = 1e-3;
/// What a visit of the round before counts.
const KEPT: f64 = 0.5;
/// The visits that what is known of a wider context counts for.
const PRIOR: f64 = 2.0;
/// How much of what came of a choice is taken from the path itself rather than from what the next choice was thought to be worth.
const TRACE: f64 = 0.3;
/// The most contexts that are kept.
const MOST: usize = 1 << 16;

/// How closely a choice is looked at. A delay: by its clock; with the stages and the other clocks; with the cell of time where it
/// begins; with the state variables. A branch: by its list; with the cell of time; with the stages and clocks; with the state
/// variables.
pub const LEVELS: usize = 4;
/// Of these, the levels of a delay that do not know where it begins.
const LOOSE: usize = 2;
/// Options of a delay that are short cells right after its beginning.
pub const NEAR: usize = 2;

/// What pilots have seen of the options of one choice in one context: visits, and the sum of what came of them.
type Seen = Box<[(f64, f64)]>;

/// Keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

type Table = HashMap<u64, Seen, BuildHasherDefault<Ready>>;

/// One choice that a path made, for learning.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Its context at each level.
    pub keys: [u64; LEVELS],
    /// How many options there were.
    pub options: u16,
    /// The option taken.
    pub option: u16,
    /// Its weight.
    pub weight: f64,
    /// What the choice itself was thought to be worth before; `None` where nothing was known but guesses.
    pub value: Option<f64>,
}

/// What a batch of pilot paths has seen; merged in order of batch.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    table: Table,
}

impl Lessons {
    /// Learns from one path: `reached` tells whether it came to the goal. What came of a choice is what the next one was thought
    /// to be worth, and to a part `TRACE` what came of that, times its weight: temporal differences (Sutton 1988),
    /// which are far less noisy than the weights of whole paths.
    pub fn learn(&mut self, made: &[Made], reached: bool) {
        let mut came = f64::from(u8::from(reached));
        for choice in made.iter().rev() {
            let worth = came;
            let whole = choice.weight * came;
            came = choice.value.map_or(whole, |value| (1.0 - TRACE) * value + TRACE * whole);
            for key in choice.keys {
                let full = self.table.len() >= MOST;
                let seen = match self.table.entry(key) {
                    Entry::Occupied(seen) => seen.into_mut(),
                    Entry::Vacant(_) if full => continue,
                    Entry::Vacant(place) => {
                        place.insert(vec![(0.0, 0.0); usize::from(choice.options)].into())
                    }
                };
                if let Some((visits, sum)) = seen.get_mut(usize::from(choice.option)) {
                    *visits += 1.0;
                    *sum += worth;
                }
            }
        }
    }
}

/// What other clocks on the way do where one is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// Those that have yet to start.
    pub others: u32,
    /// Whether one rings in time.
    pub aimed: bool,
    /// How many cells of time are over.
    pub over: usize,
}

/// All that is known.
#[derive(Clone, Debug)]
pub struct Worths {
    toward: Toward,
    table: Table,
    until: f64,
    /// By branch: how many steps further than the nearest of its list; NaN where no branch of it knows a way.
    extra: Vec<f64>,
    /// By branch: whether it ends the path.
    ends: Vec<bool>,
    /// Whether the goal is what comes at the horizon.
    waits: bool,
}

impl Worths {
    /// Nothing but guesses.
    pub fn guess(program: &Program, goal: &Goal) -> Worths {
        let toward = program.toward(goal);
        let mut extra = vec![f64::NAN; program.branches.len()];
        for list in &program.lists {
            let far = &toward.branches[list.branches.range()];
            let nearest = far.iter().copied().fold(f64::INFINITY, f64::min);
            let furthest = far.iter().copied().filter(|far| far.is_finite()).fold(0.0, f64::max);
            if nearest.is_finite() {
                let steps =
                    far.iter().map(|far| if far.is_finite() { *far } else { furthest + 3.0 } - nearest);
                extra[list.branches.range()].iter_mut().zip(steps).for_each(|(extra, steps)| *extra = steps);
            }
        }
        let ends = program.branches.iter().map(|b| matches!(b.to, Target::Outcome(_))).collect();
        let until = goal.until.min(program.horizon);
        let waits = goal.outcomes.contains(&program.at_horizon);
        Worths { toward, table: Table::default(), until, extra, ends, waits }
    }

    /// The end of the goal's time; infinity where there is none.
    pub fn until(&self) -> f64 {
        self.until
    }

    /// Takes in what the pilots of a round have seen, in order; what earlier rounds saw counts less and less.
    pub fn take(&mut self, lessons: Vec<Lessons>) {
        for seen in self.table.values_mut() {
            seen.iter_mut().for_each(|(visits, sum)| (*visits, *sum) = (KEPT * *visits, KEPT * *sum));
        }
        for lesson in lessons {
            for (key, theirs) in lesson.table {
                let full = self.table.len() >= MOST;
                match self.table.entry(key) {
                    Entry::Occupied(mut mine) => {
                        for (mine, theirs) in mine.get_mut().iter_mut().zip(&theirs) {
                            mine.0 += theirs.0;
                            mine.1 += theirs.1;
                        }
                    }
                    Entry::Vacant(_) if full => {}
                    Entry::Vacant(place) => drop(place.insert(theirs)),
                }
            }
        }
    }

    /// How many contexts are known.
    pub fn contexts(&self) -> usize {
        self.table.len()
    }

    /// What each branch from `first` on is worth, with these probabilities. The guess shares out by steps, so that the shortest
    /// way is taken mostly, however unlikely it is; among equals it goes by probability. Tells
    /// whether more than a guess is known: the worths are probabilities then.
    pub fn of_branches(
        &self,
        first: usize,
        masses: &[f64],
        keys: &[u64; LEVELS],
        guesses: &mut [f64],
        to: &mut [f64],
    ) -> bool {
        let extra = &self.extra[first..first + to.len()];
        for (branch, worth) in to.iter_mut().enumerate() {
            *worth = if extra[branch].is_nan() {
                if self.ends[first + branch] { LOST } else { 1.0 }
            } else {
                let equals = extra.iter().zip(masses).filter(|(other, _)| **other == extra[branch]);
                let together: f64 = equals.map(|(_, mass)| mass).sum();
                if together > 0.0 { libm::pow(STEP, extra[branch]) / together } else { 0.0 }
            };
        }
        guesses.copy_from_slice(to);
        self.known(keys, to, None)
    }

    /// What a clock is worth that rings in each cell, and (last) too late, with these probabilities. Of several clocks that lie
    /// on a way the guess takes one, each as likely as the others: `others` may still be drawn, `aimed` tells whether
    /// one rings in time already.
    pub fn of_delays(
        &self,
        clock: usize,
        masses: &[f64],
        beside: Beside,
        keys: &[u64; LEVELS],
        guesses: &mut [f64],
        to: &mut [f64],
    ) -> bool {
        to.fill(1.0);
        let share = if self.waits {
            WAIT
        } else if !self.toward.clocks[clock] {
            0.0
        } else if beside.aimed {
            BESIDE
        } else {
            IN_TIME / f64::from(beside.others + 1)
        };
        if let (true, Some((late, cells)), Some(worth)) = (share > 0.0, masses.split_last(), to.last_mut()) {
            let in_time: f64 = cells.iter().sum();
            if in_time > 0.0 && *late > 0.0 {
                *worth = (1.0 - share) / share * in_time / late;
            }
        }
        guesses.copy_from_slice(to);
        self.known(keys, to, Some(beside.over))
    }

    /// Whether a clock's ring lies on a shortest way.
    pub fn on_the_way(&self, clock: usize) -> bool {
        self.toward.clocks[clock]
    }

    /// Mends guesses by what is known, from the widest context to the closest. Only the ratios between options count, so the
    /// wider context is brought to the scale of the closer one before it stands in for the visits that this lacks; where options
    /// are cells of time (`over` of them over), to the scale of the cells beside.
    fn known(&self, keys: &[u64; LEVELS], to: &mut [f64], over: Option<usize>) -> bool {
        let mut known = false;
        let last = to.len() - 1;
        for (level, key) in keys.iter().enumerate() {
            let Some(seen) = self.table.get(key).filter(|seen| seen.len() == to.len()) else { break };
            // What a ring right after the beginning is worth hangs on when that is.
            let first = if over.is_some() && level < LOOSE { NEAR } else { 0 };
            let sums = |range: std::ops::Range<usize>, worths: &[f64]| {
                let visited = seen[range.clone()].iter().zip(&worths[range]);
                visited.fold((0.0, 0.0), |sum, (seen, worth)| (sum.0 + seen.1, sum.1 + seen.0 * worth))
            };
            let (came, expected) = sums(first..to.len(), to);
            // Nothing ever came of it: which option is best is as unknown as before, but all are worth less.
            if !(came > 0.0 && expected > 0.0) {
                let visits: f64 = seen.iter().map(|seen| seen.0).sum();
                to.iter_mut().for_each(|worth| *worth *= PRIOR / (visits + PRIOR));
                continue;
            }
            known = true;
            let mut wider = [0.0; NEAR + CELLS + 1];
            let local = over.is_some() && to.len() <= wider.len();
            if local {
                wider[..to.len()].copy_from_slice(to);
            }
            for option in first..to.len() {
                let mut scale = came / expected;
                if local && option < last {
                    let beside = option.saturating_sub(1).max(first)..(option + 2).min(last);
                    let (came, expected) = sums(beside, &wider);
                    if came > 0.0 && expected > 0.0 {
                        scale = came / expected;
                    }
                }
                let (visits, sum) = seen[option];
                to[option] = (sum + PRIOR * scale * to[option]) / (visits + PRIOR);
            }
            if let (Some(over), NEAR) = (over, first) {
                let ahead = to[(NEAR + over).min(last - 1)];
                to[..NEAR].fill(ahead);
            }
        }
        known
    }
}
