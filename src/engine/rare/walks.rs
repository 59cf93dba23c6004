//! The paths of a hunt for something rare: pilots that learn, then those that count.

use super::mixture::{JUDGING, Judge, Steering, mixed};
use super::steer::Steered;
use super::worth::{Lessons, Worths};
use crate::engine::schedule::{Halt, in_order};
use crate::engine::{Fault, Observer, PathEnd, Walker, World};
use crate::program::{Goal, Program};
use crate::stats::WeighedTally;
use crate::stream::Name;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// Paths of each world, where worlds differ.
pub const UNIT: u64 = 4;
/// Units of a batch.
const BATCH: u64 = 250;
/// Rounds of pilots at most, and those that must have been of no use before they stop.
const MOST_ROUNDS: u64 = 32;
const PATIENCE: usize = 5;
/// The effective hits a path that are enough, and how much larger than the first rounds may become.
const ENOUGH: f64 = 0.1;
const LARGEST: u64 = 8;
/// How much larger the round is that judges.
const JUDGES: u64 = 4;
/// Pilots have numbers of their own.
const PILOTS: u64 = 1 << 63;

/// What is hunted, in which program.
#[derive(Clone, Copy)]
pub struct Hunt<'a> {
    /// The program, cut down by [`Program::aimed`].
    pub program: &'a Program,
    /// What is asked for.
    pub goal: &'a Goal,
    /// The seed.
    pub seed: u64,
    /// Whether worlds differ.
    pub vary: bool,
    /// Threads; 0 for one each core.
    pub threads: usize,
    /// Set to stop.
    pub cancel: &'a AtomicBool,
    /// Told how many more paths are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// Why a hunt did not finish.
pub type Stopped = Halt<Box<Fault>>;

/// How a round of pilots went.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pilot {
    /// Paths walked.
    pub paths: u64,
    /// Those that reached the goal.
    pub hits: u64,
    /// What these are worth if all weighed the same.
    pub effective_hits: f64,
}

/// Sees whether a path reached the goal.
struct Goals<'a> {
    hunt: &'a Hunt<'a>,
    /// The number of the outcome that stands for a `first`.
    came: usize,
    reached: bool,
}

impl Goals<'_> {
    fn new<'a>(hunt: &'a Hunt<'a>) -> Goals<'a> {
        let still_going = hunt.program.outcomes.iter().map(|(outcome, _)| *outcome).max();
        let came =
            if hunt.goal.firsts.is_empty() { usize::MAX } else { usize::from(still_going.unwrap_or(0)) };
        Goals { hunt, came, reached: false }
    }
}

impl Observer for Goals<'_> {
    fn end(&mut self, end: &PathEnd<'_>) {
        let goal = self.hunt.goal;
        let in_time = |time: f64| time <= goal.until && time < f64::INFINITY;
        let by_outcome = goal.outcomes.iter().any(|wanted| usize::from(*wanted) == end.outcome)
            && (in_time(end.time) || goal.until == f64::INFINITY);
        let firsts = goal.firsts.iter().any(|first| in_time(end.measures[*first as usize]));
        self.reached = by_outcome || firsts || end.outcome == self.came;
    }
}

/// What a thread keeps.
struct Kept<'a> {
    walker: Walker<'a, Steered<'a>>,
    goals: Goals<'a>,
    world: Option<World>,
    /// The share of paths that are not steered, and what says whether one is.
    plain: f64,
    coin: Name,
}

impl<'a> Kept<'a> {
    fn new(hunt: &'a Hunt<'a>, worths: &'a Worths, plain: f64) -> Kept<'a> {
        // Pilots alone are all steered, and learnt from.
        let mut luck = Steered::new(hunt.program, worths, plain == 0.0);
        if plain >= 1.0 {
            luck.leave_all();
        }
        let (walker, goals) = (Walker::with_luck(hunt.program, luck), Goals::new(hunt));
        // No name in a scenario has a blank.
        Kept { walker, goals, world: None, plain, coin: Name::new("left as it comes") }
    }

    /// Makes sure that the world with this number is there.
    fn enter(&mut self, number: u64) -> Result<(), Box<Fault>> {
        let (program, seed) = (self.goals.hunt.program, self.goals.hunt.seed);
        match &mut self.world {
            Some(world) if world.number() == number => Ok(()),
            Some(world) => world.refill(program, seed, number),
            None => World::new(program, seed, number).map(|world| self.world = Some(world)),
        }
    }

    /// Walks one path; whether it reached the goal.
    fn walk(&mut self, path: u64, observer: &mut impl Observer) -> Result<bool, Box<Fault>> {
        let Some(world) = &self.world else { return Ok(false) };
        let plain = self.plain > 0.0 && world.key.draw(self.coin, path, 0).uniform() < self.plain;
        self.walker.luck().begin(plain);
        self.walker.walk(world, path, &mut (&mut self.goals, observer))?;
        Ok(self.goals.reached)
    }

    /// What the path counts that was walked last.
    fn weight(&mut self) -> f64 {
        mixed(self.walker.luck().weight(), self.plain)
    }
}

/// Nobody watches.
struct Nobody;

impl Observer for Nobody {
    fn end(&mut self, _: &PathEnd<'_>) {}
}

/// Walks one round of pilots, the paths with these numbers, by what is known, and learns from them.
fn pilot_round(hunt: &Hunt<'_>, worths: &mut Worths, numbers: Range<u64>) -> Result<Pilot, Stopped> {
    let paths = numbers.end - numbers.start;
    let (mut lessons, mut tally) = (Vec::new(), WeighedTally::default());
    let known = &*worths;
    in_order(
        hunt.threads,
        paths.div_ceil(BATCH),
        hunt.cancel,
        || Kept::new(hunt, known, 0.0),
        |kept, batch| {
            let (mut lesson, mut tally) = (Lessons::default(), WeighedTally::default());
            let range = batch * BATCH..paths.min((batch + 1) * BATCH);
            (hunt.progress)(range.end - range.start);
            for n in range {
                let world = if hunt.vary { n } else { 0 };
                kept.enter(world).map_err(Halt::Fault)?;
                let reached = kept.walk(numbers.start + n, &mut Nobody).map_err(Halt::Fault)?;
                tally.record(&[(kept.walker.luck().weight(), reached)]);
                lesson.learn(kept.walker.luck().made(), reached);
            }
            Ok((lesson, tally))
        },
        |(lesson, part)| {
            lessons.push(lesson);
            tally.merge(&part);
            Ok(())
        },
    )?;
    worths.take(lessons);
    let seen = tally.weighed();
    Ok(Pilot { paths, hits: seen.hits, effective_hits: seen.effective_hits })
}

/// Judges how many paths are to be left as they come.
fn judge(hunt: &Hunt<'_>, worths: &Worths, numbers: Range<u64>) -> Result<(Judge, Pilot), Stopped> {
    let paths = numbers.end - numbers.start;
    let (mut judge, mut tally) = (Judge::default(), WeighedTally::default());
    in_order(
        hunt.threads,
        paths.div_ceil(BATCH),
        hunt.cancel,
        || Kept::new(hunt, worths, JUDGING),
        |kept, batch| {
            let (mut judge, mut tally) = (Judge::default(), WeighedTally::default());
            let range = batch * BATCH..paths.min((batch + 1) * BATCH);
            (hunt.progress)(range.end - range.start);
            for n in range {
                kept.enter(if hunt.vary { n } else { 0 }).map_err(Halt::Fault)?;
                let reached = kept.walk(numbers.start + n, &mut Nobody).map_err(Halt::Fault)?;
                tally.record(&[(kept.weight(), reached)]);
                if reached {
                    judge.see(kept.walker.luck().weight());
                }
            }
            Ok((judge, tally))
        },
        |(part, seen)| {
            judge.merge(&part);
            tally.merge(&seen);
            Ok(())
        },
    )?;
    let seen = tally.weighed();
    Ok((judge, Pilot { paths, hits: seen.hits, effective_hits: seen.effective_hits }))
}

/// Learns in rounds of so many paths, until `PATIENCE` of them were no better than the best before; then, where hits are worth
/// little still, in rounds twice as large. Gives all that is known then: to take the round whose weights look best would be to
/// prefer those that missed something. A last round of four times as many judges how many paths are to be left as they come.
pub fn learn(hunt: &Hunt<'_>, paths: u64) -> Result<(Steering, Vec<Pilot>), Stopped> {
    let mut worths = Worths::guess(hunt.program, hunt.goal);
    let mut pilots: Vec<Pilot> = Vec::new();
    let (mut most, mut waited) = (0.0, 0);
    let (last, largest) = (JUDGES * paths, paths * LARGEST);
    let (mut paths, mut first) = (paths, PILOTS);
    for _ in 0..MOST_ROUNDS {
        let pilot = pilot_round(hunt, &mut worths, first..first + paths)?;
        first += paths;
        pilots.push(pilot);
        let share = pilot.effective_hits / paths as f64;
        waited = if share > 1.1 * most { 0 } else { waited + 1 };
        most = f64::max(most, share);
        if most > 0.0 && waited >= PATIENCE {
            if most >= ENOUGH || paths >= largest {
                break;
            }
            // A share from few paths is no match for one from many: heavy weights are seen late.
            (paths, waited, most) = (2 * paths, 0, 0.0);
        }
    }
    let (judge, pilot) = judge(hunt, &worths, first..first + last)?;
    pilots.push(pilot);
    Ok((Steering { worths, plain: judge.best() }, pilots))
}

/// Walks the units with these numbers by what is known, and weighs them: paths of the one world, or worlds with
/// [`UNIT`] paths each.
pub fn weigh(hunt: &Hunt<'_>, steering: &Steering, units: Range<u64>) -> Result<WeighedTally, Stopped> {
    let mut all = WeighedTally::default();
    let count = units.end - units.start;
    in_order(
        hunt.threads,
        count.div_ceil(BATCH),
        hunt.cancel,
        || Kept::new(hunt, &steering.worths, steering.plain),
        |kept, batch| {
            let (mut tally, mut weights) = (WeighedTally::default(), Vec::new());
            let range = units.start + batch * BATCH..units.end.min(units.start + (batch + 1) * BATCH);
            for unit in range.clone() {
                weights.clear();
                let paths = if hunt.vary { 0..UNIT } else { unit..unit + 1 };
                kept.enter(if hunt.vary { unit } else { 0 }).map_err(Halt::Fault)?;
                for path in paths {
                    let reached = kept.walk(path, &mut Nobody).map_err(Halt::Fault)?;
                    weights.push((kept.weight(), reached));
                }
                tally.record(&weights);
            }
            (hunt.progress)((range.end - range.start) * if hunt.vary { UNIT } else { 1 });
            Ok(tally)
        },
        |tally| {
            all.merge(&tally);
            Ok(())
        },
    )?;
    Ok(all)
}

/// Walks one path as [`weigh`] does, watched; its weight, and whether it reached the goal.
pub fn walk_one(
    hunt: &Hunt<'_>,
    steering: &Steering,
    world: u64,
    path: u64,
    observer: &mut impl Observer,
) -> Result<(f64, bool), Box<Fault>> {
    let mut kept = Kept::new(hunt, &steering.worths, steering.plain);
    kept.enter(world)?;
    let reached = kept.walk(path, observer)?;
    Ok((kept.weight(), reached))
}
