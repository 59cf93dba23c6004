//! One path, from its start to its end (design, sections 3.1, 3.3 and 3.6).

use super::accounts;
use super::clocks::{Luck, Memory, on_return};
use super::draws::{beliefs, drawn};
use super::eval::View;
use super::fault::{Kind, Result, fault, finite};
use super::reach::can_end;
use super::times::next_crossing;
use detente::model::{Clock, ClockKind, Expr, Initial, MeasureKind, Scenario, Stage, Waits, draw_name};
use detente::stream::{Name, WorldKey};

/// What a path leaves behind.
#[derive(Clone, Debug)]
pub struct Ended {
    pub outcome: usize,
    pub time: f64,
    pub last: f64,
    pub states: Vec<f64>,
    pub stages: Vec<usize>,
    pub entered: Vec<f64>,
    pub measures: Vec<f64>,
    pub counted: Vec<bool>,
    pub payoffs: Vec<f64>,
    pub cells: Vec<i64>,
    /// How many clocks rang and stages were entered.
    pub events: u64,
}

/// Where a path is.
#[derive(Clone, Debug)]
pub struct Here {
    pub now: f64,
    pub states: Vec<f64>,
    pub stages: Vec<usize>,
    pub entered: Vec<f64>,
}

/// A path while it is walked.
pub struct Path<'a> {
    pub scenario: &'a Scenario,
    pub beliefs: &'a [f64],
    pub key: WorldKey,
    pub number: u64,
    pub here: Here,
    /// By track, stage and clock; a stage without clocks has one, for its counter.
    pub memory: Vec<Vec<Vec<Memory>>>,
    /// How often each stage was entered.
    pub entries: Vec<Vec<u32>>,
    pub accounts: Vec<f64>,
    pub firsts: Vec<f64>,
    pub of_instant: u64,
    pub events: u64,
    /// What happened, for people.
    pub story: Vec<String>,
}

/// The most events of a path here; the engine's bound is for real runs.
const EVENTS: u64 = 20_000;

/// How an instant ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    GoesOn,
    Ended(usize),
}

/// The path with this number in this world, and what happened on it.
pub fn tell(scenario: &Scenario, seed: u64, world: u64, number: u64) -> (Result<Ended>, Vec<String>) {
    let key = WorldKey::new(seed, world);
    let beliefs = match beliefs(scenario, key) {
        Ok(beliefs) => beliefs,
        Err(fault) => return (Err(fault), vec![]),
    };
    let mut path = Path::new(scenario, &beliefs, key, number);
    let ended = path.live();
    (ended, path.story)
}

impl Here {
    pub fn view<'a>(&'a self, scenario: &'a Scenario, beliefs: &'a [f64]) -> View<'a> {
        View {
            states: &self.states,
            stages: &self.stages,
            entered: &self.entered,
            now: self.now,
            ..View::of(scenario, beliefs)
        }
    }
}

impl<'a> Path<'a> {
    fn new(scenario: &'a Scenario, beliefs: &'a [f64], key: WorldKey, number: u64) -> Path<'a> {
        let per_stage = |f: &dyn Fn(&Stage) -> Vec<Memory>| {
            scenario.tracks.iter().map(|t| t.stages.iter().map(f).collect()).collect()
        };
        Path {
            scenario,
            beliefs,
            key,
            number,
            here: Here {
                now: 0.0,
                states: vec![],
                stages: scenario.tracks.iter().map(|t| t.begins.0).collect(),
                entered: vec![0.0; scenario.tracks.len()],
            },
            memory: per_stage(&|s| vec![Memory::default(); s.clocks().len().max(1)]),
            entries: scenario.tracks.iter().map(|t| vec![0; t.stages.len()]).collect(),
            accounts: vec![0.0; scenario.measures.len()],
            firsts: vec![f64::INFINITY; scenario.measures.len()],
            of_instant: 0,
            events: 0,
            story: vec![],
        }
    }

    pub fn view(&self) -> View<'_> {
        self.here.view(self.scenario, self.beliefs)
    }

    pub fn luck(&self, track: usize, stage: usize, clock: &str) -> Luck {
        let name = self.clock_name(track, stage, clock);
        Luck { key: self.key, path: self.number, name: Name::new(&name) }
    }

    pub fn clock_name(&self, track: usize, stage: usize, clock: &str) -> String {
        let track = &self.scenario.tracks[track];
        draw_name::clock(&track.name, &track.stages[stage].name, clock)
    }

    /// The clocks of the stage where a track is.
    fn occupied(&self, track: usize) -> (usize, &'a [Clock]) {
        let scenario: &'a Scenario = self.scenario;
        let stage = self.here.stages[track];
        (stage, scenario.tracks[track].stages[stage].clocks())
    }

    /// The occupied clocks, by track and then in order.
    fn clocks(&self) -> Vec<(usize, usize, usize, &'a Clock)> {
        let mut all = vec![];
        for track in 0..self.scenario.tracks.len() {
            let (stage, clocks) = self.occupied(track);
            all.extend(clocks.iter().enumerate().map(|(i, clock)| (track, stage, i, clock)));
        }
        all
    }

    fn guarded(&self, clock: &Clock) -> bool {
        clock.guard.as_ref().is_none_or(|guard| self.view().holds(guard))
    }

    /// From the start to the end.
    fn live(&mut self) -> Result<Ended> {
        self.begin()?;
        loop {
            if let Next::Ended(outcome) = self.instant()? {
                return self.end(outcome, self.here.now);
            }
            if let Some(never) = self.scenario.never
                && self.scenario.horizon.is_none()
                && !can_end(self.scenario, &self.here.stages)
            {
                return self.end(never.0, f64::INFINITY);
            }
            let next = self.next_time()?;
            match self.scenario.horizon {
                Some(horizon) if next > horizon => {
                    self.advance(horizon)?;
                    let outcome = self.scenario.at_horizon.expect("a horizon has an outcome");
                    return self.end(outcome.0, horizon);
                }
                None if next == f64::INFINITY => {
                    let never = self.scenario.never.expect("there without a horizon");
                    return self.end(never.0, f64::INFINITY);
                }
                _ => {
                    self.advance(next)?;
                    self.of_instant = 0;
                }
            }
        }
    }

    /// 3.1: initial values in order, each seeing those before; then all tracks enter in order.
    fn begin(&mut self) -> Result<()> {
        for state in &self.scenario.states {
            let view = self.view();
            let value = match &state.initial {
                Initial::Value(expr) => finite(view.number(expr), Kind::Assigned, 0.0)?,
                Initial::Draw(how) => {
                    let name = Name::new(&draw_name::initial(&state.name));
                    drawn(&view, how, self.key.draw(name, self.number, 0))?
                }
            };
            self.here.states.push(value);
        }
        self.enter_all((0..self.scenario.tracks.len()).collect())
    }

    /// 3.3: what is left of the instant, until time can go on or the path ends.
    fn instant(&mut self) -> Result<Next> {
        loop {
            if let Some(next) = self.scan()? {
                match next {
                    Next::GoesOn => continue,
                    ended => return Ok(ended),
                }
            }
            self.settle()?;
            let now = self.here.now;
            let due = |(t, s, c, _): &(usize, usize, usize, &Clock)| {
                self.memory[*t][*s][*c].running.as_ref().is_some_and(|r| r.due <= now)
            };
            if !self.clocks().iter().any(due) {
                return Ok(Next::GoesOn);
            }
        }
    }

    /// The first thing that is to be done, done; none where nothing is.
    fn scan(&mut self) -> Result<Option<Next>> {
        self.note_firsts();
        for (i, outcome) in self.scenario.outcomes.iter().enumerate() {
            if outcome.when.as_ref().is_some_and(|when| self.view().holds(when)) {
                self.story.push(format!("{} outcome {}", self.here.now, outcome.name));
                return Ok(Some(Next::Ended(i)));
            }
        }
        for track in 0..self.scenario.tracks.len() {
            let stage = self.here.stages[track];
            if let Waits::Now(next) = &self.scenario.tracks[track].stages[stage].waits {
                let occurrence = self.memory[track][stage][0].occur();
                return self.ring(track, stage, "", next, occurrence).map(Some);
            }
        }
        for (track, stage, i, clock) in self.clocks() {
            let armed = self.memory[track][stage][i].armed;
            if matches!(clock.kind, ClockKind::Guard) && armed && self.guarded(clock) {
                let occurrence = self.memory[track][stage][i].ring(clock);
                return self.ring(track, stage, &clock.name, &clock.next, occurrence).map(Some);
            }
        }
        for (track, stage, i, clock) in self.clocks() {
            let due = |m: &Memory| m.running.as_ref().is_some_and(|r| r.due <= self.here.now);
            if due(&self.memory[track][stage][i]) && self.guarded(clock) {
                let occurrence = self.memory[track][stage][i].ring(clock);
                return self.ring(track, stage, &clock.name, &clock.next, occurrence).map(Some);
            }
        }
        Ok(None)
    }

    /// The measures of when something first held.
    pub fn note_firsts(&mut self) {
        for (i, measure) in self.scenario.measures.iter().enumerate() {
            if let MeasureKind::First(condition) = &measure.kind
                && self.firsts[i] == f64::INFINITY
                && self.view().holds(condition)
            {
                self.firsts[i] = self.here.now;
            }
        }
    }

    /// 3.2: clocks are dropped, armed, started and changed by the values of the instant's end.
    fn settle(&mut self) -> Result<()> {
        for (track, stage, i, clock) in self.clocks() {
            let guarded = self.guarded(clock);
            let luck = self.luck(track, stage, &clock.name);
            let how = on_return(self.scenario, clock);
            let view = self.here.view(self.scenario, self.beliefs);
            let memory = &mut self.memory[track][stage][i];
            if !guarded {
                memory.drop(how, view.now);
                memory.armed = true;
            } else if memory.running.is_none() {
                memory.start(&view, clock, luck)?;
            } else {
                memory.change(&view, clock, luck)?;
            }
        }
        for (track, stage, i, clock) in self.clocks() {
            let view = self.here.view(self.scenario, self.beliefs);
            self.memory[track][stage][i].foresee(&view, clock)?;
        }
        Ok(())
    }

    /// When something happens next: a clock rings, or a comparison with the time changes.
    fn next_time(&mut self) -> Result<f64> {
        let view = self.here.view(self.scenario, self.beliefs);
        let mut next = f64::INFINITY;
        let conditions = self.scenario.outcomes.iter().filter_map(|o| o.when.as_ref());
        for condition in conditions.chain(self.clocks().iter().filter_map(|(_, _, _, c)| c.guard.as_ref())) {
            next = next.min(next_crossing(&view, condition));
        }
        for (measure, first) in self.scenario.measures.iter().zip(&self.firsts) {
            if let MeasureKind::First(condition) = &measure.kind
                && *first == f64::INFINITY
            {
                next = next.min(next_crossing(&view, condition));
            }
        }
        let clocks = self.clocks();
        for (track, stage, i, _) in &clocks {
            if let Some(running) = &self.memory[*track][*stage][*i].running {
                next = next.min(running.due);
            }
        }
        for (track, stage, i, clock) in &clocks {
            let end = next.min(self.scenario.horizon.unwrap_or(f64::INFINITY));
            let memory = &mut self.memory[*track][*stage][*i];
            memory.look_ahead(&view, clock, end)?;
            if let Some(running) = &memory.running {
                next = next.min(running.due);
            }
        }
        Ok(next)
    }

    /// Time goes on: hazards run and accounts gather.
    fn advance(&mut self, to: f64) -> Result<()> {
        let view = self.here.view(self.scenario, self.beliefs);
        for (i, measure) in self.scenario.measures.iter().enumerate() {
            if let MeasureKind::Account(account) = &measure.kind {
                self.accounts[i] += accounts::gathered(&view, account, to)?;
            }
        }
        for (track, stage, i, clock) in self.clocks() {
            self.memory[track][stage][i].run(&view, clock, to)?;
        }
        self.here.now = to;
        Ok(())
    }

    /// One more event of this instant and of the path.
    pub fn count(&mut self) -> Result<()> {
        self.of_instant += 1;
        self.events += 1;
        if self.of_instant > u64::from(self.scenario.instant_limit) {
            return fault(Kind::InstantLimit, self.here.now);
        }
        if self.events > EVENTS { fault(Kind::PathLimit, self.here.now) } else { Ok(()) }
    }

    /// 3.6 and 3.8: what is read at the end.
    fn end(&self, outcome: usize, time: f64) -> Result<Ended> {
        let scenario = self.scenario;
        let last = self.here.now;
        let mut view = View { outcome: outcome as f64, ..self.view() };
        let mut measures = vec![];
        for (i, measure) in scenario.measures.iter().enumerate() {
            let value = match &measure.kind {
                MeasureKind::Value(expr) => View { measures: &measures, ..view }.number(expr),
                MeasureKind::Account(_) => self.accounts[i],
                MeasureKind::First(_) => self.firsts[i],
            };
            if value.is_nan() {
                return fault(Kind::Measure, last);
            }
            measures.push(value);
        }
        view.measures = &measures;
        let counted =
            scenario.measures.iter().map(|m| m.given.as_ref().is_none_or(|g| view.holds(g))).collect();
        let payoff = |by: &[Expr]| finite(view.number(&by[outcome]), Kind::Payoff, last);
        let payoffs = scenario.payoffs.iter().map(|(_, by)| payoff(by)).collect::<Result<_>>()?;
        let keys = scenario.splits.iter().flat_map(|split| &split.keys);
        let cells = keys.map(|key| view.number(&key.expr).round() as i64).collect();
        Ok(Ended {
            outcome,
            time,
            last,
            states: self.here.states.clone(),
            stages: self.here.stages.clone(),
            entered: self.here.entered.clone(),
            measures: measures.clone(),
            counted,
            payoffs,
            cells,
            events: self.events,
        })
    }
}
