//! N1 alone by hand, with the work of a whole run: what the price of named draws, of precise delays and of all that is counted
//! is at least.
//!
//! Like the other kernel it knows N1 beforehand and has no `unsafe`. But (a) each number is drawn by its name, as Detente draws it:
//! Philox4x32-10, keyed by seed, world and name, of path and occurrence; (b) delays come of Detente's own tables, to 1e-12; (c) it
//! counts what a whole run counts of N1 (`totals.rs`). Draws of `back` are left out: its ways have conditions, and the number chooses
//! nothing. With the same seed it finds what Detente finds, to the last path and, for the totals of 16 paths, to the last sixty-fourth
//! of a second; the bench holds it to that.
//!
//! A path is 64 bits and a time. The bits are its place among those that are walked together, all that bears on what follows, and
//! how often each number was drawn; so a step is one addition to them. Paths that wait for the same number lie side by side, and move
//! to another queue with all that they are: no step looks up a path. `numbers.rs` has what is done for many at once.

use super::found::Found;
use super::numbers::{Delays, Draw, Numbers, SOME, Stays, Step, WIDE, key, narrow};
use super::totals::{BLOCKS, CELLS, Close, HORIZON, SLOTS, Totals, WHOLE, stays};
use detente::dist::{Gamma, Law, LogNormal};
use detente::quantity::DAY;
use pulp::Arch;

/// Paths that are walked together: a power of two.
pub const ROOM: usize = 2048;
/// Queues: first the stages with a delay.
const CALL: usize = 0;
pub const PLANNING: usize = 1;
pub const ROUND: usize = 2;
pub const SHIPPING: usize = 3;
pub const WAITING: usize = 4;
/// How many these are.
pub const TIMED: usize = 5;
const VENUE: usize = 5;
const INVITATION: usize = 6;
const SIGNING: usize = 7;
const REFUSAL: usize = 8;
const END: usize = 9;
/// Room for so many: a power of two.
const QUEUES: usize = 16;
const NAMES: [&str; END] =
    ["call", "planning", "round", "shipping", "waiting", "venue", "invitation", "signing", "refusal"];

/// Where the parts of a path lie in its bits: the place; all that bears on what follows; the outcome; how often numbers were drawn.
const CONFIG: u32 = 16;
const HELD: u64 = 1 << CONFIG;
const JOINED: u64 = 1 << 17;
const SHIPPED: u64 = 1 << 18;
const SITE: u64 = 1 << 19;
const REFUSALS: u64 = 1 << 21;
const OUTCOME: u64 = 1 << 24;
/// How many combinations there are.
pub const CONFIGS: usize = 256;
/// The outcome of paths that the horizon ends, and the way that leads there.
pub const OPEN: u64 = 4;
const LATE: usize = 3;
/// By queue: where in the bits it stands how often the number was drawn, and how many bits it takes; none where it is drawn once.
const DRAWN: [(u32, u64); END] =
    [(0, 0), (48, 15), (32, 0xffff), (52, 15), (60, 15), (0, 0), (0, 0), (0, 0), (56, 15)];

/// What follows a number, for one combination.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Fork {
    /// What the number's first 52 bits must be at least, to pass from one way to the next.
    least: [u64; 2],
    /// By way: what is added to the bits of the path, the queue that it goes to, and where the stay is counted.
    add: [u64; 4],
    to: [u16; 4],
    stays: [u16; 4],
}

/// N1, laid out.
pub struct Kernel {
    forks: Vec<[Fork; CONFIGS]>,
    delays: Vec<Delays>,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The ways on from a stage, with probabilities.
fn ways(stage: usize, config: usize) -> Vec<(f64, u64, usize)> {
    let [held, joined, shipped] = [0, 1, 2].map(|bit| f64::from(config as u32 >> bit & 1));
    let (site, refusals) = (config >> 3 & 3, (config >> 5) as f64);
    let rapport = 1.5 * held - 0.5 + 0.2 * joined;
    match stage {
        CALL => vec![(0.92, HELD, PLANNING), (0.08, 0, PLANNING)],
        PLANNING => {
            let agreed = logistic(0.3 + 0.8 * rapport);
            vec![(agreed, 0, VENUE), (1.0 - agreed, REFUSALS, REFUSAL)]
        }
        VENUE => {
            vec![(0.35, SITE, INVITATION), (0.25, 2 * SITE, INVITATION), (0.4, 3 * SITE, INVITATION)]
        }
        INVITATION => {
            let joins = logistic([0.0, 0.2, -0.7, -0.4][site]);
            vec![(joins, JOINED, ROUND), (1.0 - joins, 0, ROUND)]
        }
        ROUND => {
            let deal = logistic(-2.2 + 0.5 * rapport + 0.4 * joined + 0.5 * shipped);
            let refusal = 0.15 * (1.0 - deal);
            vec![(deal, 0, SIGNING), (refusal, REFUSALS, REFUSAL), (1.0 - deal - refusal, 0, ROUND)]
        }
        SIGNING => {
            let whole = logistic(-1.0 + 0.9 * joined);
            vec![(whole, 0, END), (1.0 - whole, OUTCOME, END)]
        }
        REFUSAL if refusals > 3.0 => vec![(1.0, 3 * OUTCOME, END)],
        REFUSAL => vec![(0.6, 0, SHIPPING), (0.4, 0, WAITING)],
        SHIPPING => {
            let escalation = logistic(-3.0 + 0.7 * refusals);
            let armed = if shipped > 0.0 { 0 } else { SHIPPED };
            vec![(escalation, armed + 2 * OUTCOME, END), (1.0 - escalation, armed, WAITING)]
        }
        _ => {
            let back = logistic(-0.2 + 0.6 * shipped + 0.2 * rapport);
            let to = if site > 0 { ROUND } else { PLANNING };
            vec![(back, 0, to), (1.0 - back, REFUSALS, REFUSAL)]
        }
    }
}

impl Fork {
    fn new(stage: usize, config: usize) -> Fork {
        let (mut fork, mut sum) = (Fork { least: [u64::MAX; 2], ..Fork::default() }, 0.0);
        let (shift, bits) = DRAWN[stage];
        let drawn = (bits & 1) << shift;
        let ways = ways(stage, config);
        for (way, (p, add, to)) in ways.iter().enumerate() {
            (fork.add[way], fork.to[way]) = (add.wrapping_add(drawn), *to as u16);
            fork.stays[way] = stays(stage, way);
            sum += p;
            if way + 1 < ways.len() {
                // A number of 52 bits stands for the middle of its cell.
                fork.least[way] = (sum * (1_u64 << 52) as f64 - 0.5).ceil() as u64;
            }
        }
        (fork.add[LATE], fork.to[LATE], fork.stays[LATE]) = (OPEN * OUTCOME, END as u16, stays(stage, 0));
        fork
    }
}

/// Paths in flight.
struct Flight<'a> {
    kernel: &'a Kernel,
    keys: [u64; END],
    arch: Arch,
    narrow: Arch,
    /// By queue, then place in it: the paths, and when each came there.
    paths: Box<[u64; QUEUES * ROOM]>,
    times: Box<[f64; QUEUES * ROOM]>,
    /// By queue: where it ends; it begins at a multiple of the room.
    ends: [usize; QUEUES],
    step: Box<Step>,
}

impl Kernel {
    /// Lays it out.
    pub fn new() -> Kernel {
        let gamma =
            |shape, days: f64| Law::Gamma(Gamma::new(shape, days * DAY / shape).expect("sound numbers"));
        let lognormal =
            |days, sigma| Law::LogNormal(LogNormal::new(days * DAY, sigma).expect("sound numbers"));
        let laws =
            [lognormal(5.0, 0.8), gamma(4.0, 60.0), gamma(2.0, 14.0), lognormal(30.0, 0.5), gamma(2.0, 20.0)];
        Kernel {
            forks: (0..END).map(|stage| std::array::from_fn(|config| Fork::new(stage, config))).collect(),
            delays: laws.iter().map(Delays::new).collect(),
        }
    }

    /// Paths with precise delays or rough ones, with all counts or only those that every form has to find.
    pub fn run<const PRECISE: bool, const COUNTED: bool>(&self, paths: u64, seed: u64) -> Found {
        self.totals::<PRECISE, COUNTED>(paths, seed).found()
    }

    /// The same with all that was counted.
    pub fn totals<const PRECISE: bool, const COUNTED: bool>(&self, paths: u64, seed: u64) -> Totals {
        let mut flight = Flight {
            kernel: self,
            keys: NAMES.map(|name| key(seed, name)),
            arch: Arch::new(),
            narrow: narrow(),
            paths: Box::new([0; QUEUES * ROOM]),
            times: Box::new([0.0; QUEUES * ROOM]),
            ends: std::array::from_fn(|queue| queue * ROOM),
            step: Box::new(Step::EMPTY),
        };
        let mut totals = Totals::new();
        for first in (0..paths).step_by(ROOM) {
            let count = ROOM.min((paths - first) as usize);
            for place in 0..count {
                (flight.paths[CALL * ROOM + place], flight.times[CALL * ROOM + place]) = (place as u64, 0.0);
            }
            flight.ends[CALL] = CALL * ROOM + count;
            // The longest queue goes on.
            while let Some(queue) = (0..END).max_by_key(|queue| flight.ends[*queue] - queue * ROOM)
                && flight.ends[queue] > queue * ROOM
            {
                flight.advance::<PRECISE, COUNTED>(queue, first, &mut totals);
            }
            flight.ends[END] = END * ROOM;
            let ended = END * ROOM..END * ROOM + count;
            totals.end::<COUNTED>(&flight.paths[ended.clone()], &flight.times[ended]);
            if COUNTED {
                flight.arch.dispatch(Close(&mut totals));
            }
        }
        totals
    }
}

impl Flight<'_> {
    /// Those of a queue take a step.
    fn advance<const PRECISE: bool, const COUNTED: bool>(
        &mut self,
        queue: usize,
        first: u64,
        totals: &mut Totals,
    ) {
        let waiting = std::mem::replace(&mut self.ends[queue], queue * ROOM) - queue * ROOM;
        for start in (0..waiting).step_by(SOME) {
            let count = SOME.min(waiting - start);
            let from = queue * ROOM + start;
            let filled = from..from + count.next_multiple_of(WIDE);
            let (paths, times) = (&self.paths[filled.clone()], &self.times[filled]);
            let (key, drawn, step) = (self.keys[queue], DRAWN[queue], &mut *self.step);
            let numbers = Numbers { key, first, drawn, paths, step };
            if let Some(delays) = self.kernel.delays.get(queue) {
                self.arch.dispatch(Draw::<true>(numbers));
                let Step { uniforms, dues, .. } = &mut *self.step;
                let (uniforms, dues) = (&uniforms[..paths.len()], &mut dues[..paths.len()]);
                if PRECISE {
                    delays.precise(self.narrow, uniforms, dues);
                } else {
                    delays.rough(uniforms, dues);
                }
                self.arch.dispatch(Stays::<COUNTED> { paths, times, step: &mut self.step });
            } else {
                self.arch.dispatch(Draw::<false>(numbers));
            }
            let (stays, some) = (&mut totals.stays, (from, count));
            let crossing = match queue {
                ROUND => self.branch::<true, COUNTED, 2>(queue, some, stays),
                VENUE => self.branch::<false, COUNTED, 2>(queue, some, stays),
                0..TIMED => self.branch::<true, COUNTED, 1>(queue, some, stays),
                _ => self.branch::<false, COUNTED, 1>(queue, some, stays),
            };
            self.share(crossing, stays);
        }
    }

    /// Shares out so many stays that cross milestones, mostly one.
    #[inline(never)]
    fn share(&self, crossing: usize, stays: &mut [u64; CELLS]) {
        let step = &*self.step;
        for (i, cell) in &step.crossing[..crossing.min(SOME)] {
            let (i, first) = (usize::from(*i) % SOME, usize::from(*cell));
            let last = first + (step.ends[i] - step.cells[i]) as usize;
            stays[first % CELLS] += step.firsts[i];
            stays[last % CELLS] += step.lasts[i];
            for cell in (first + BLOCKS..last).step_by(BLOCKS) {
                stays[cell % CELLS] += WHOLE[cell / BLOCKS % SLOTS];
            }
        }
    }

    /// Each takes the way that its number chooses, to another queue or, as many as were before it, to the same. How many stays cross a
    /// milestone.
    #[inline(never)]
    fn branch<const DELAYED: bool, const COUNTED: bool, const LEASTS: usize>(
        &mut self,
        queue: usize,
        (from, count): (usize, usize),
        stays: &mut [u64; CELLS],
    ) -> usize {
        let Flight { kernel, paths, times, ends, step, .. } = self;
        let (forks, mut crossing) = (&kernel.forks[queue], 0);
        for i in 0..count.min(SOME) {
            let at = (from + i) % (QUEUES * ROOM);
            let (path, choice) = (paths[at], step.choices[i]);
            let time = if DELAYED { step.dues[i] } else { times[at] };
            let fork = &forks[(path >> CONFIG) as usize % CONFIGS];
            let way = fork.least[..LEASTS].iter().map(|least| usize::from(choice >= *least)).sum::<usize>();
            let way = if DELAYED && time > HORIZON { LATE } else { way % 4 };
            let to = usize::from(fork.to[way]) % QUEUES;
            let place = ends[to] % (QUEUES * ROOM);
            ends[to] += 1;
            (paths[place], times[place]) = (path.wrapping_add(fork.add[way]), time);
            if DELAYED && COUNTED {
                let cell = usize::from(fork.stays[way]) + step.cells[i] as usize;
                stays[cell % CELLS] += step.adds[i];
                step.crossing[crossing % SOME] = (i as u16, cell as u16);
                crossing += usize::from(step.adds[i] == 0);
            }
        }
        crossing
    }
}
