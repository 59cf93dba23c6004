//! A luck that steers paths towards a goal, and keeps the weight that makes up for it.

use super::tilt::{Fall, fall, favour};
use super::worth::{Beside, CELLS, LEVELS, Made, NEAR, Worths};
use crate::dist::Law;
use crate::engine::luck::{Luck, Scene, probability};
use crate::program::Program;
use crate::stream::Draw;

/// Delays and branches of paths that are steered.
#[derive(Clone, Debug)]
pub struct Steered<'a> {
    program: &'a Program,
    worths: &'a Worths,
    /// The logarithm of the weight of the path so far, as steering makes it.
    log_weight: f64,
    /// Whether the path is left as it comes; what steering would have made of it is kept all the same, where some are steered.
    plain: bool,
    none_steered: bool,
    /// The choices of the path, where somebody learns from them.
    made: Vec<Made>,
    learning: bool,
    /// The ends of the cells of time: of all, and of those that are ahead where something is drawn.
    times: Vec<f64>,
    ahead: Vec<f64>,
    /// How many cells are over there.
    over: usize,
    masses: Vec<f64>,
    guesses: Vec<f64>,
    favours: Vec<f64>,
    ends: Vec<f64>,
    even: Vec<f64>,
}

impl<'a> Steered<'a> {
    /// Steers by these worths; `learning` keeps the choices.
    pub fn new(program: &'a Program, worths: &'a Worths, learning: bool) -> Steered<'a> {
        let until = worths.until();
        let cells = if until.is_finite() && until > 0.0 { CELLS } else { 0 };
        let times = (1..=cells).map(|n| {
            let left = (cells - n) as f64 / cells as f64;
            until * (1.0 - left * left)
        });
        Steered {
            program,
            worths,
            log_weight: 0.0,
            plain: false,
            none_steered: false,
            made: Vec::new(),
            learning,
            times: times.collect(),
            ahead: Vec::new(),
            over: 0,
            masses: Vec::new(),
            guesses: Vec::new(),
            favours: Vec::new(),
            ends: Vec::new(),
            even: Vec::new(),
        }
    }

    /// A path begins, which is left as it comes or steered.
    pub fn begin(&mut self, plain: bool) {
        (self.log_weight, self.plain) = (0.0, plain);
        self.made.clear();
    }

    /// No path is steered, and nobody asks for weights.
    pub fn leave_all(&mut self) {
        self.none_steered = true;
    }

    /// What steering makes the path weigh: how much more likely it is as the scenario says.
    pub fn weight(&self) -> f64 {
        libm::exp(self.log_weight)
    }

    /// The choices of the path.
    pub fn made(&self) -> &[Made] {
        &self.made
    }

    /// How many cells of time are over, or being lived through.
    fn cell(&self, now: f64) -> usize {
        self.times.partition_point(|end| *end <= now)
    }

    /// Sets out the cells of time from `now` on: two short ones, for clocks that are quick against the whole time, then what
    /// is left of the others.
    fn look_ahead(&mut self, now: f64) {
        self.ahead.clear();
        let Some(until) = self.times.last().copied().filter(|until| now < *until) else { return };
        let cell = self.cell(now);
        let width = self.times[cell] - if cell == 0 { 0.0 } else { self.times[cell - 1] };
        self.over = self.times.partition_point(|end| *end <= now + width / 8.0);
        self.ahead.extend([(now + width / 64.0).min(until), (now + width / 8.0).min(until)]);
        self.ahead.extend(&self.times[self.over..]);
    }

    /// How soon a clock rings, roughly: what matters where several race.
    fn due_class(&self, due: f64) -> u64 {
        match self.ahead.iter().take(NEAR + 1).position(|end| due <= *end) {
            Some(soon) => soon as u64 + 2,
            None => u64::from(due <= self.worths.until()),
        }
    }

    fn beside(&self, clock: usize, scene: &Scene<'_>) -> Beside {
        let mut beside = Beside { over: self.over, ..Beside::default() };
        for stage in scene.at {
            for other in self.program.stages[*stage as usize].clocks.range() {
                if other != clock && self.worths.on_the_way(other) {
                    beside.aimed |= scene.due(other) <= self.worths.until();
                    beside.others += u32::from(scene.due(other) == f64::INFINITY && other > clock);
                }
            }
        }
        beside
    }

    /// The context of a choice: by itself, with stages and clocks, with the state variables too.
    fn context(&self, choice: u64, scene: &Scene<'_>) -> [u64; 3] {
        let own = mix(choice);
        let mut close = own;
        for stage in scene.at {
            close = mix(close ^ u64::from(*stage));
            for clock in self.program.stages[*stage as usize].clocks.range() {
                close = mix(close ^ self.due_class(scene.due(clock)));
            }
        }
        let closest = scene.states.iter().fold(mix(close), |key, state| mix(key ^ state.to_bits()));
        [own, close, closest]
    }

    /// The option that a number chooses, and where in it.
    fn fall(&mut self, number: f64) -> Fall {
        if self.plain {
            self.even.resize(self.masses.len(), 1.0);
            return fall(&self.masses, &self.even, number);
        }
        fall(&self.masses, &self.favours, number)
    }

    fn note(&mut self, keys: [u64; LEVELS], option: usize, value: Option<f64>) {
        let favour = self.favours[option];
        self.log_weight -= libm::log(favour);
        if self.learning {
            let options = self.masses.len() as u16;
            self.made.push(Made { keys, options, option: option as u16, weight: 1.0 / favour, value });
        }
    }

    /// Chooses when a clock rings, by what is below the ends of the cells and what is above the last; gives what is below and
    /// above the quantile to take. `None` where there is nothing to steer.
    fn place(&mut self, clock: usize, above: f64, number: f64, scene: &Scene<'_>) -> Option<(f64, f64)> {
        let [first, second, rest @ ..] = self.ends.as_slice() else { return None };
        self.masses.clear();
        self.masses.extend([*first, (second - first).max(0.0)]);
        self.masses.resize(NEAR + self.over, 0.0);
        let mut below = *second;
        for end in rest {
            self.masses.push((end - below).max(0.0));
            below = *end;
        }
        self.masses.push(above);
        if self.masses.iter().filter(|mass| **mass > 0.0).count() < 2 {
            return None;
        }
        let [own, close, closest] = self.context(2 * clock as u64, scene);
        let cell = self.cell(scene.now) as u64 + 1;
        let keys = [own, close, mix(close ^ cell), mix(closest ^ cell)];
        let options = self.masses.len();
        self.favours.resize(options, 0.0);
        self.guesses.resize(options, 0.0);
        let beside = self.beside(clock, scene);
        let known =
            self.worths.of_delays(clock, &self.masses, beside, &keys, &mut self.guesses, &mut self.favours);
        let value = favour(&self.masses, &self.guesses, &mut self.favours);
        let at = self.fall(number);
        self.note(keys, at.cell, known.then_some(value));
        if at.cell + 1 == options {
            return Some((1.0 - at.over, at.over));
        }
        let start = match at.cell {
            0 => 0.0,
            1 => self.ends[0],
            cell => self.ends[cell - self.over - 1],
        };
        let below = start + at.into;
        Some((below, 1.0 - below))
    }
}

impl Luck for Steered<'_> {
    const PLAIN: bool = false;

    fn delay(&mut self, clock: usize, law: &Law, draw: &Draw, scene: &Scene<'_>) -> Option<f64> {
        if self.none_steered {
            return None;
        }
        self.look_ahead(scene.now);
        let last = self.ahead.last()?;
        self.ends.clear();
        self.ends.extend(self.ahead.iter().map(|end| law.cdf(end - scene.now)));
        let above = law.sf(last - scene.now);
        let (below, above) = self.place(clock, above, draw.clone().uniform(), scene)?;
        Some(if above < 0.5 { law.upper_quantile(above) } else { law.quantile(below) })
    }

    fn times(&mut self, now: f64) -> &[f64] {
        self.look_ahead(now);
        &self.ahead
    }

    fn need(&mut self, clock: usize, reached: &[f64], draw: &mut Draw, scene: &Scene<'_>) -> f64 {
        let uniform = draw.uniform();
        let sound = |_: &&f64| !self.none_steered && reached.iter().all(|sum| *sum >= 0.0 && sum.is_finite());
        let Some(last) = reached.last().filter(sound) else {
            return -libm::log(uniform);
        };
        self.ends.clear();
        self.ends.extend(reached.iter().map(|sum| -libm::expm1(-sum)));
        let above = libm::exp(-last);
        // A plain draw falls with its number; so does this one.
        match self.place(clock, above, 1.0 - uniform, scene) {
            Some((below, _)) if below < 0.5 => -libm::log1p(-below),
            Some((_, above)) => -libm::log(above),
            None => -libm::log(uniform),
        }
    }

    fn branch(&mut self, list: usize, thresholds: &[f64], number: f64, scene: &Scene<'_>) -> (usize, f64) {
        let options = thresholds.len();
        self.masses.clear();
        self.masses.extend((0..options).map(|branch| probability(thresholds, branch)));
        let possible = self.masses.iter().filter(|mass| **mass > 0.0).count();
        if possible < 2 {
            let chosen = self.masses.iter().position(|mass| *mass > 0.0).unwrap_or(options - 1);
            return (chosen, self.masses[chosen]);
        }
        if self.none_steered {
            let at = self.fall(number);
            return (at.cell, self.masses[at.cell]);
        }
        let cell = self.cell(scene.now) as u64 + 1;
        self.look_ahead(scene.now);
        let [own, close, closest] = self.context(2 * list as u64 + 1, scene);
        let keys = [own, mix(own ^ cell), mix(close ^ cell), mix(closest ^ cell)];
        self.favours.resize(options, 0.0);
        self.guesses.resize(options, 0.0);
        let first = self.program.lists[list].branches.start as usize;
        let known = self.worths.of_branches(first, &self.masses, &keys, &mut self.guesses, &mut self.favours);
        let value = favour(&self.masses, &self.guesses, &mut self.favours);
        let at = self.fall(number);
        self.note(keys, at.cell, known.then_some(value));
        (at.cell, self.masses[at.cell])
    }
}

/// A bijective mix of 64 bits (Stafford 2011, variant 13).
fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
