//! What the engine walks side by side, along a chain or in columns, must be the paths that it walks one by one, to the bit.

use detente::engine::{
    ColumnWalker, Each, Ends, FaultKind, Observer, PathEnd, Sampled, SampledWalker, Since, Source, Stops,
    Visits, Walker, World,
};
use detente::model::Scenario;
use detente::program::Program;
use std::ops::Range;

/// Where paths of a scenario were compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// In columns.
    pub columns: u64,
    /// Along a chain.
    pub chain: u64,
    /// Those with a fault, whose place was compared.
    pub faults: u64,
}

/// Scenarios whose paths have more stages than this together would take too long.
const MOST: usize = 100_000;

/// The worlds, and the paths of each: some hundred paths are in flight, at times from many worlds, at times from one.
const PARTS: [(Range<u64>, Range<u64>); 3] = [(0..40, 0..9), (0..3, 9..130), (1..2, 5..600)];

/// All that is seen of paths; of numbers their bits, since no number equals itself if it is none.
#[derive(Debug, Default)]
struct Seen {
    rows: Vec<Row>,
    /// By place of the path: what it left, from when to when. Paths that go side by side mix.
    visits: Vec<(u32, usize, usize, u64, u64)>,
    stops: Vec<Stop>,
    /// The place of the next path.
    next: u32,
}

/// By place of the path: in which stage of a track it stands, and since when, or that it is over; and when.
type Stop = (u32, Option<(usize, u64)>, u64);

#[derive(Debug, PartialEq)]
struct Row {
    outcome: usize,
    numbers: Vec<u64>,
    stages: Vec<u16>,
    counted: Vec<bool>,
    cells: Vec<i64>,
}

fn bits(number: f64) -> u64 {
    if number.is_nan() { u64::MAX } else { number.to_bits() }
}

impl Row {
    fn of(end: &PathEnd<'_>) -> Row {
        let lists = [end.states, end.entered, end.measures, end.payoffs];
        let numbers = [end.time, end.last].into_iter().chain(lists.into_iter().flatten().copied());
        Row {
            outcome: end.outcome,
            numbers: numbers.map(bits).collect(),
            stages: end.stages.to_vec(),
            counted: end.counted.to_vec(),
            cells: end.cells.to_vec(),
        }
    }
}

struct Left<'a>(&'a mut Seen, usize, usize);

impl Visits for Left<'_> {
    fn leave(&mut self, since: &mut Since, time: f64) {
        self.0.visits.push((since.at, self.1, self.2, bits(since.time), bits(time)));
        since.time = time;
    }
}

struct Stopped<'a>(&'a mut Seen);

impl Stops for Stopped<'_> {
    fn stop<'s>(
        &mut self,
        (standing, last): (bool, f64),
        tracks: impl Iterator<Item = (usize, &'s mut Since)>,
    ) {
        let mut place = 0;
        for (track, (stage, since)) in tracks.enumerate() {
            place = since.at;
            if standing {
                self.0.stops.push((place, Some((stage, bits(since.time))), bits(last)));
            } else {
                Left(self.0, track, stage).leave(since, last);
            }
        }
        if !standing {
            self.over(place, last);
        }
    }

    fn over(&mut self, at: u32, time: f64) {
        self.0.stops.push((at, None, bits(time)));
    }
}

impl Each for Seen {
    fn go_on(&mut self) -> bool {
        true
    }

    fn open(&mut self, _: u64, _: u64, _: usize) {}

    fn begins(&self, place: usize) -> Since {
        Since { at: self.next + place as u32, ..Since::default() }
    }

    fn visits(&mut self, track: usize, stage: usize) -> impl Visits {
        Left(self, track, stage)
    }

    fn stops(&mut self) -> impl Stops {
        Stopped(self)
    }

    fn end_many(&mut self, ends: &Ends<'_>) {
        self.next += ends.count as u32;
    }

    fn rows(&self) -> bool {
        true
    }

    fn row(&mut self, _: u64, _: u64, end: &PathEnd<'_>) {
        self.rows.push(Row::of(end));
    }
}

/// One path after the other.
impl Observer for Seen {
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.visits.push((self.next, track, stage, bits(entered), bits(time)));
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        let begins = Since { at: self.next, ..Since::default() };
        let mut since: Vec<Since> = end.entered.iter().map(|time| Since { time: *time, ..begins }).collect();
        let stages = end.stages.iter().map(|stage| usize::from(*stage));
        self.stops().stop((end.standing, end.last), stages.zip(&mut since));
        self.rows.push(Row::of(end));
        self.next += 1;
    }
}

/// The place of the path that went wrong, and the kind of its fault.
type Ended = Result<(), (u64, String)>;

fn place((place, kind): (u64, &FaultKind)) -> (u64, String) {
    (place, format!("{kind:?}"))
}

/// One path after the other; `None` where they take too long.
fn one_by_one(program: &Program, worlds: &[World], paths: Range<u64>) -> Option<(Seen, Ended)> {
    let (mut walker, mut seen) = (Walker::new(program), Seen::default());
    for world in worlds {
        for path in paths.clone() {
            if let Err(fault) = walker.walk(world, path, &mut seen) {
                let long = matches!(fault.kind, FaultKind::PathTooLong(_));
                let ended = Err(place((u64::from(seen.next), &fault.kind)));
                return (!long).then_some((seen, ended));
            }
            if seen.visits.len() > MOST {
                return None;
            }
        }
    }
    Some((seen, Ok(())))
}

/// The first difference of some paths that were walked `way`.
fn difference(way: &str, (seen, ended): (Seen, Ended), (expected, fault): &(Seen, Ended)) -> Option<String> {
    if ended != *fault {
        return Some(format!("{way}: {ended:?}, one by one {fault:?}"));
    }
    // What was counted before a fault is of no use.
    if ended.is_err() {
        return None;
    }
    let rows = seen.rows.iter().zip(&expected.rows).position(|(a, b)| a != b);
    if let Some(path) = rows {
        let (a, b) = (&seen.rows[path], &expected.rows[path]);
        return Some(format!("{way}, path {path}: {a:?}, one by one {b:?}"));
    }
    fn sorted<T: Ord + Clone>(all: &[T]) -> Vec<T> {
        let mut all = all.to_vec();
        all.sort_unstable();
        all
    }
    let visits = sorted(&seen.visits) == sorted(&expected.visits);
    let stops = sorted(&seen.stops) == sorted(&expected.stops);
    let same = visits && stops && seen.rows.len() == expected.rows.len();
    (!same).then(|| format!("{way}: rows alike; visits {visits}, last stages {stops}"))
}

/// Walks paths of a scenario in each way that it can be walked.
pub fn beside(scenario: &Scenario, seed: u64) -> Result<Ways, String> {
    let mut ways = Ways::default();
    let source = Sampled { program: Program::compile(scenario), seed };
    let mut columns = ColumnWalker::new(&source.program);
    let mut chain = source.walker();
    let along = matches!(chain, SampledWalker::Chain(_));
    if columns.is_none() && !along {
        return Ok(ways);
    }
    for (numbers, paths) in PARTS {
        let (worlds, wrong) = source.worlds(numbers, vec![], None);
        let Some(expected) = one_by_one(&source.program, &worlds, paths.clone()) else { return Ok(ways) };
        let count = worlds.len() as u64 * (paths.end - paths.start);
        ways.faults += u64::from(expected.1.is_err());
        if let Some(columns) = &mut columns {
            let mut seen = Seen::default();
            let ended = columns.walk(&worlds, paths.clone(), &mut seen);
            let ended = ended.map_err(|(at, fault)| place((at, &fault.kind)));
            difference("in columns", (seen, ended), &expected).map_or(Ok(()), Err)?;
            ways.columns += count;
        }
        if along {
            let mut seen = Seen::default();
            let ended = source.walk(&mut chain, &worlds, paths.clone(), u64::MAX, &mut seen);
            let ended = ended.map_err(|(at, fault)| place((at, &fault.kind)));
            difference("along the chain", (seen, ended), &expected).map_or(Ok(()), Err)?;
            ways.chain += count;
        }
        if wrong.is_some() {
            break;
        }
    }
    Ok(ways)
}
