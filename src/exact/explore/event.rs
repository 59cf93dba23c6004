//! What an event leads to: branches, moved tracks, effects, and the vertex where the instant goes on.

use super::*;
use crate::program::Chance;

/// What stands for a chance of 0 that moves.
const UNSEEN: f64 = 1e-30;

impl Explorer<'_> {
    /// All branches of a list.
    pub(super) fn branch(
        &mut self,
        config: &Config,
        stage: u32,
        list: u32,
    ) -> Result<std::ops::Range<usize>, NotExact> {
        let program = self.program;
        let track = program.stages[stage as usize].track as usize;
        let first = self.graph.edges.len();
        self.load(config);
        let plan = &program.lists[list as usize];
        let count = plan.branches.range().len();
        let swings = self.list_swings(plan)?;
        match self.world.table(program, list as usize) {
            Some(table) => self.thresholds[..count].copy_from_slice(table),
            None => {
                let table = &mut self.thresholds[..count];
                let wrong = program.chances().thresholds(plan, &mut self.values, table);
                wrong.map_err(|(wrong, span)| {
                    NotExact::because(Why::Fault(FaultKind::Branches(wrong), span))
                })?;
            }
        }
        let chances = chances(&self.thresholds[..count]);
        self.numbers.list(program, config, list, first);
        let branches = plan.branches.of(&program.branches).iter().zip(chances);
        let mut ways = vec![];
        for (number, (branch, p)) in branches.enumerate() {
            self.load(config);
            let exists = match &branch.when {
                Some(when) if swings => self.is_true(when)?,
                _ => swings,
            };
            if p <= 0.0 && !exists {
                continue;
            }
            // At another time it may have one.
            let p = p.max(if swings { UNSEEN } else { 0.0 });
            let mut paid = vec![];
            for done in self.apply(&branch.effects, &mut paid)? {
                let mut config = config.clone();
                for (state, value) in &done.states {
                    config.states[*state as usize] = *value;
                }
                let mut moves = done.moves;
                if let Target::Stage(to) = branch.to {
                    moves.push((track as u32, to));
                }
                let pending = vec![false; program.tracks.len()];
                let mut moving = Moving { p: done.p, config, pending, entered: vec![], paid: paid.clone() };
                self.transfer(&mut moving, &moves)?;
                let end = match branch.to {
                    Target::Outcome(outcome) => Some(outcome),
                    _ => None,
                };
                self.drawn.clear();
                self.arrive(p, moving, end)?;
                for drawn in self.drawn.drain(..) {
                    ways.push((number as u32, drawn));
                    self.numbers.edge(list, number, drawn);
                }
            }
            if swings && exists && matches!(branch.chance, Chance::Rest) {
                break;
            }
        }
        if swings {
            let stages = config.at.iter().map(|stage| f64::from(program.stages[*stage as usize].index));
            let (states, stages) = (config.states.as_slice().into(), stages.collect());
            self.graph.swings.push(Swing { list, first, ways, states, stages });
        }
        Ok(first..self.graph.edges.len())
    }

    /// Moved tracks leave, and stand where they are moved to.
    pub(super) fn transfer(&self, moving: &mut Moving, moves: &[(u32, u32)]) -> Result<(), NotExact> {
        for (track, _) in moves {
            if !moving.pending[*track as usize] {
                let stage = moving.config.at[*track as usize] as usize;
                for clock in self.program.stages[stage].clocks.range() {
                    self.drop_clock(&mut moving.config, clock)?;
                }
            }
        }
        for (track, to) in moves {
            moving.config.at[*track as usize] = *to;
            moving.pending[*track as usize] = true;
        }
        Ok(())
    }

    /// Pending tracks enter; then edges lead to the combinations reached. `chance`: of the branch.
    pub(super) fn arrive(&mut self, chance: f64, moving: Moving, end: Option<u16>) -> Result<(), NotExact> {
        let program = self.program;
        let mut work = vec![moving];
        while let Some(mut moving) = work.pop() {
            let Some(track) = moving.pending.iter().position(|p| *p) else {
                let to = match end {
                    Some(outcome) => self.ended(&moving.config, outcome)?,
                    None => self.reached(moving.config)?,
                };
                let (entered, paid) = (moving.entered.into(), moving.paid.into());
                self.graph.edges.push(Edge { p: chance * moving.p, to, entered, paid });
                self.drawn.push(moving.p);
                continue;
            };
            if moving.entered.len() > program.instant_limit as usize {
                return Err(NotExact::because(Why::Endless));
            }
            moving.pending[track] = false;
            let number = moving.config.at[track];
            let stage = &program.stages[number as usize];
            for clock in stage.clocks.range() {
                if matches!(program.clocks[clock].kind, ClockKind::Guard) {
                    moving.config.rung[clock] = false;
                }
            }
            moving.entered.push(number);
            if stage.enter.nothing {
                work.push(moving);
                continue;
            }
            self.load(&moving.config);
            let mut paid = vec![];
            let ways = self.apply(&stage.enter, &mut paid)?;
            moving.paid.extend(paid);
            for done in ways {
                let mut next = moving.clone();
                next.p *= done.p;
                for (state, value) in &done.states {
                    next.config.states[*state as usize] = *value;
                }
                // To the stage where it is: nothing. Where it is was looked at before anybody moved.
                self.transfer(&mut next, &done.moves)?;
                work.push(next);
            }
        }
        Ok(())
    }

    /// The ways of doing effects, by what is drawn; all read the values loaded.
    pub(super) fn apply(
        &mut self,
        effects: &Effects,
        paid: &mut Vec<(u32, f64)>,
    ) -> Result<Vec<Done>, NotExact> {
        let program = self.program;
        if effects.nothing {
            return Ok(vec![Done { p: 1.0, states: vec![], moves: vec![] }]);
        }
        let mut states = vec![];
        for set in effects.sets.of(&program.sets) {
            let counts = self.counts[set.state as usize];
            let value = if self.live.always[set.state as usize] || counts.is_some() {
                self.value(&set.value)?
            } else {
                program.code.evaluate(&set.value, &mut self.values)
            };
            if !value.is_finite() {
                return Err(self.fault(FaultKind::Assigned(set.state as usize, value), set.value.span));
            }
            // What is counted reads as 0, so that this is the step.
            counts.into_iter().for_each(|account| paid.push((account, value)));
            if self.live.always[set.state as usize] {
                states.push((set.state, value));
            }
        }
        for pay in effects.pays.of(&program.pays) {
            let amount = self.value(&pay.amount)?;
            if !amount.is_finite() {
                return Err(self.fault(FaultKind::Payment(amount), pay.amount.span));
            }
            paid.push((program.account_of[pay.measure as usize], amount));
        }
        let mut moves = vec![];
        for moved in effects.moves.of(&program.moves) {
            let index = self.value(&moved.stage)? as u32;
            let to = program.tracks[moved.track as usize].stages.start + index;
            let here = self.values[program.layout.track(moved.track as usize)] as u32;
            if index != here {
                moves.push((moved.track, to));
            }
        }
        let mut ways = vec![Done { p: 1.0, states, moves }];
        for draw in effects.draws.of(&program.draws) {
            let state = draw.state as usize;
            if !self.live.always[state] {
                self.draws_well(&draw.draw, state, Default::default())?;
                continue;
            }
            self.draw_lasts(&draw.draw)?;
            let atoms = self.atoms(&draw.draw, state, Default::default())?;
            let split = |way: Done| -> Vec<Done> {
                let each = atoms.iter().map(|(p, value)| {
                    let mut states = way.states.clone();
                    states.push((draw.state, *value));
                    Done { p: way.p * p, states, moves: way.moves.clone() }
                });
                each.collect()
            };
            ways = ways.into_iter().flat_map(split).collect();
        }
        Ok(ways)
    }

    /// What a combination is told by.
    pub(super) fn key(&self, config: &Config) -> Vec<u64> {
        let mut key: Vec<u64> = vec![u64::MAX];
        let live = config.states.iter().zip(&self.live.always).filter(|(_, live)| **live);
        // -0 and 0 read the same.
        key.extend(live.map(|(value, _)| (value + 0.0).to_bits()));
        key.extend(config.at.iter().map(|stage| u64::from(*stage)));
        self.clocks_key(config, &mut key);
        key.extend(config.firsts.iter().map(|f| u64::from(*f)));
        key.extend(config.over.then_some(1 << 62));
        key
    }

    /// The number of a combination; a new one if it is.
    pub(super) fn reached(&mut self, config: Config) -> Result<u32, NotExact> {
        let key = self.key(&config);
        let vertex = Vertex {
            kind: Kind::New,
            at: config.at.clone().into(),
            states: config.states.clone().into(),
            firsts: config.firsts.clone().into(),
            flips: vec![],
            aged: false,
            general: vec![],
            started: vec![],
            place: 0,
            over: false,
        };
        self.add(key, vertex, Some(config))
    }

    /// The same of an end. What the last event has made true counts for `first`.
    pub(super) fn ended(&mut self, config: &Config, outcome: u16) -> Result<u32, NotExact> {
        let program = self.program;
        self.load(config);
        let mut firsts = config.firsts.clone();
        let mut flips = vec![];
        for (number, first) in program.firsts.iter().enumerate() {
            if !firsts[number] && self.is_true(&first.condition.value)? {
                firsts[number] = true;
                flips.push(number as u32);
            }
        }
        let mut key: Vec<u64> = vec![u64::from(outcome)];
        let mut states = config.states.clone();
        for (state, read) in states.iter_mut().zip(&self.live.at_end) {
            *state = if *read { *state + 0.0 } else { 0.0 };
        }
        key.extend(states.iter().map(|s| s.to_bits()));
        key.extend(config.at.iter().map(|stage| u64::from(*stage)));
        key.extend(config.firsts.iter().zip(&firsts).map(|(was, is)| u64::from(*was) * 2 + u64::from(*is)));
        let vertex = Vertex {
            kind: Kind::End(outcome),
            at: config.at.clone().into(),
            states: states.into(),
            firsts: firsts.into(),
            flips,
            aged: false,
            general: vec![],
            started: vec![],
            place: 0,
            over: false,
        };
        self.add(key, vertex, None)
    }

    pub(super) fn add(
        &mut self,
        key: Vec<u64>,
        vertex: Vertex,
        config: Option<Config>,
    ) -> Result<u32, NotExact> {
        let key: Box<[u64]> = key.into();
        if let Some(&found) = self.seen.get(&key) {
            let earliest = &mut self.earliest[found as usize];
            if self.time < *earliest {
                *earliest = self.time;
                self.open.push(Reverse((self.time.to_bits(), found as usize)));
            }
            return Ok(found);
        }
        if self.nearest.is_some_and(|most| self.graph.vertices.len() >= most) {
            return Ok(self.beyond());
        }
        if self.graph.vertices.len() >= self.times.most() {
            return Err(self.too_many());
        }
        let number = self.graph.vertices.len() as u32;
        self.seen.insert(key, number);
        self.graph.vertices.push(vertex);
        self.configs.push(config);
        self.vias.push(self.via);
        self.earliest.push(self.time);
        self.open.push(Reverse((self.time.to_bits(), number as usize)));
        Ok(number)
    }

    /// What stands for all combinations that are too far away to be told apart. Nothing is known of them, nothing happens there.
    fn beyond(&mut self) -> u32 {
        if let Some(known) = self.graph.beyond {
            return known;
        }
        let number = self.graph.vertices.len() as u32;
        let nobody = Vertex {
            kind: Kind::Wait(vec![]),
            at: self.program.tracks.iter().map(|track| track.begins).collect(),
            states: vec![0.0; self.program.layout.states].into(),
            firsts: vec![false; self.program.firsts.len()].into(),
            flips: vec![],
            aged: false,
            general: vec![],
            started: vec![],
            place: 0,
            over: true,
        };
        self.graph.vertices.push(nobody);
        self.configs.push(None);
        self.vias.push(None);
        self.earliest.push(f64::INFINITY);
        self.graph.beyond = Some(number);
        number
    }

    #[cold]
    pub(super) fn too_many(&self) -> NotExact {
        let counts = (0..self.program.layout.states).map(|state| {
            let values: HashSet<u64> =
                self.graph.vertices.iter().map(|v| v.states[state].to_bits()).collect();
            (state, values.len())
        });
        let state = counts.max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 1);
        NotExact::because(Why::TooMany { limit: MOST, state })
    }
}
