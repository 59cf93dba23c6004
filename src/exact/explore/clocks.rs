//! What clocks do in a combination: they start, run on, are dropped, and ring.
//!
//! What is left of the delay of every clock whose past matters is known at the events that happen at known times: then it is
//! part of the combination ([`Age::Now`]). Through the events of exponential clocks such clocks run on together
//! ([`Age::Since`]): what is left is counted from the last event of the first kind, or from when a clock started since.

use super::*;

/// Which numbers have been given to laws.
#[derive(Default)]
pub(super) struct Interned {
    fixed: HashMap<u64, u32>,
    /// By law and the time that it has run.
    after: HashMap<(u32, u64), Option<u32>>,
}

impl Explorer<'_> {
    /// Starts, drops and changes clocks as the values now are; tells whether one is due at once.
    pub(super) fn settle_clocks(&mut self, config: &mut Config) -> Result<bool, NotExact> {
        let program = self.program;
        let mut due = false;
        for stage in config.at.clone() {
            for clock in program.stages[stage as usize].clocks.range() {
                let plan = &program.clocks[clock];
                let holds = self.holds(clock)?;
                if matches!(plan.kind, ClockKind::Guard) {
                    config.rung[clock] &= holds;
                    continue;
                }
                if !holds {
                    self.started[clock] = false;
                    self.drop_clock(config, clock)?;
                    continue;
                }
                let before = config.running[clock];
                let now = match &plan.kind {
                    ClockKind::Takes { change, .. } if before == STILL || *change != OnChange::Keep => {
                        self.takes(config, clock, *change)?
                    }
                    ClockKind::Takes { .. } => before,
                    ClockKind::Hazard(_) => {
                        let law = self.law_of(clock)?;
                        let law = law.map_or(NEVER, |law| self.number(law.into()));
                        self.numbers.law(program, config, clock, law);
                        law
                    }
                    ClockKind::At(_) if before != STILL => before,
                    ClockKind::At(at) => self.dated_start(config, clock, at)?,
                    ClockKind::Guard => STILL,
                };
                config.running[clock] = now;
                due |= self.is_due(now);
            }
        }
        Ok(due)
    }

    /// What is left of the delay of a clock that starts, or whose law may have changed.
    fn takes(&mut self, config: &mut Config, clock: usize, change: OnChange) -> Result<u32, NotExact> {
        let before = config.running[clock];
        let paused = std::mem::replace(&mut config.paused[clock], STILL);
        if paused != STILL {
            let remembers = NotExact { clocks: vec![clock], why: Why::Remembers };
            return if change == OnChange::Keep { Ok(paused) } else { Err(remembers) };
        }
        let kept = std::mem::replace(&mut config.kept[clock], STILL);
        if before == STILL && kept != STILL {
            if change != OnChange::Keep {
                return Err(NotExact { clocks: vec![clock], why: Why::Remembers });
            }
            self.starts(config, clock, kept);
            config.whole[clock] = kept;
            return Ok(kept);
        }
        let program = self.program;
        let law = self.law_of(clock)?;
        let fresh = law.map_or(NEVER, |law| self.number(law.into()));
        self.numbers.law(program, config, clock, fresh);
        let both = before != STILL && self.memoryless(before) && self.memoryless(fresh);
        if !both && before != STILL {
            if config.drawn[clock] == fresh {
                return Ok(before);
            }
            if change == OnChange::Rescale {
                let clocks = std::iter::once(clock).chain(self.via).collect();
                return Err(NotExact { clocks, why: Why::RunsOn });
            }
        }
        self.starts(config, clock, fresh);
        config.drawn[clock] = if change == OnChange::Keep { STILL } else { fresh };
        config.whole[clock] = fresh;
        Ok(fresh)
    }

    fn memoryless(&self, law: u32) -> bool {
        law == NEVER || self.graph.laws[law as usize].as_ref().is_some_and(Delay::memoryless)
    }

    /// Whether a clock runs and its past matters.
    fn general(&self, law: u32) -> bool {
        law != STILL && !self.memoryless(law)
    }

    /// Whether it started at a random time and has come through a date since.
    fn carried(&self, law: u32) -> bool {
        self.graph.laws[law as usize].as_ref().is_some_and(|delay| delay.carried().is_some())
    }

    pub(super) fn fixed(&self, law: u32) -> Option<f64> {
        self.graph.laws[law as usize].as_ref().and_then(Delay::fixed)
    }

    /// The clocks that run and whose past matters.
    pub(super) fn generals(&self, config: &Config) -> Vec<usize> {
        let stages = config.at.iter().map(|stage| &self.program.stages[*stage as usize]);
        stages
            .flat_map(|stage| stage.clocks.range())
            .filter(|clock| self.general(config.running[*clock]))
            .collect()
    }

    /// Takes over the numbers of fixed delays.
    pub(super) fn know_fixed(&mut self) {
        for (number, law) in self.graph.laws.iter().enumerate() {
            if let Some(value) = law.as_ref().and_then(Delay::fixed) {
                self.interned.fixed.insert(value.to_bits(), number as u32);
            }
        }
    }

    /// The number of what is left of a delay.
    pub(super) fn number(&mut self, delay: Delay) -> u32 {
        let bits = delay.fixed().map(f64::to_bits);
        delay.fixed().into_iter().for_each(|value| self.times.see(value));
        let laws = &mut self.graph.laws;
        let found = match bits {
            Some(bits) => self.interned.fixed.get(&bits).map(|found| *found as usize),
            None => laws.iter().position(|l| l.as_ref() == Some(&delay)),
        };
        let number = found.unwrap_or_else(|| {
            laws.push(Some(delay));
            laws.len() - 1
        }) as u32;
        if let Some(bits) = bits {
            self.interned.fixed.insert(bits, number);
        }
        number
    }

    /// What is left after some time; none where that can't be.
    pub(super) fn left(&mut self, law: u32, time: f64) -> Option<u32> {
        self.numbers.differ();
        if let Some(known) = self.interned.after.get(&(law, time.to_bits())) {
            return *known;
        }
        let left = self.graph.laws[law as usize].as_ref().and_then(|delay| delay.after(time));
        let number = left.map(|delay| self.number(delay));
        self.interned.after.insert((law, time.to_bits()), number);
        number
    }

    /// A clock that is dropped; what it keeps becomes part of the combination.
    pub(super) fn drop_clock(&self, config: &mut Config, clock: usize) -> Result<(), NotExact> {
        let law = std::mem::replace(&mut config.running[clock], STILL);
        let due = config.due(clock);
        config.forget(clock);
        config.date[clock] = f64::INFINITY;
        let plan = &self.program.clocks[clock];
        if law == STILL || plan.returns == Return::Redraw {
            return Ok(());
        }
        if matches!(plan.kind, ClockKind::At(_)) {
            return Ok(());
        }
        let remembers = NotExact { clocks: vec![clock], why: Why::Remembers };
        let ClockKind::Takes { law: drawn, .. } = &plan.kind else {
            // What is left of a hazard's integral is exponential again.
            return if plan.returns == Return::Resume { Ok(()) } else { Err(remembers) };
        };
        if plan.returns == Return::Resume {
            if self.memoryless(law) {
                // Drawn anew it is the same, unless its law has changed.
                if !matches!(
                    drawn.tree,
                    crate::program::LawTree::Fixed(_) | crate::program::LawTree::World(..)
                ) {
                    config.kept[clock] = law;
                }
                return Ok(());
            }
            if config.age == Age::Now && !self.carried(law) {
                config.kept[clock] = law;
            } else {
                // It may start again before time goes on, and has then never stood still.
                config.paused[clock] = law;
                due.into_iter().for_each(|at| config.know(clock, at));
            }
            return Ok(());
        } else if self.fixed(config.whole[clock]).is_some() {
            config.kept[clock] = config.whole[clock];
            return Ok(());
        }
        Err(remembers)
    }

    /// Time goes on: what is kept of clocks whose stages no track can come back to is of no use, and of those that stood still it is not known
    /// how long they had run.
    pub(super) fn let_go(&self, config: &mut Config) -> Result<(), NotExact> {
        for clock in 0..config.running.len() {
            if config.kept[clock] == STILL && config.paused[clock] == STILL {
                continue;
            }
            let stage = self.program.clocks[clock].stage;
            if !config.at.iter().any(|at| self.reaches[*at as usize][stage as usize]) {
                config.forget(clock);
                (config.kept[clock], config.paused[clock]) = (STILL, STILL);
            } else if config.paused[clock] != STILL {
                return Err(NotExact { clocks: vec![clock], why: Why::Remembers });
            }
        }
        Ok(())
    }

    /// A clock rings, without time having passed.
    pub(super) fn ring(&mut self, config: &Config, clock: usize) -> Result<std::ops::Range<usize>, NotExact> {
        let plan = &self.program.clocks[clock];
        let mut config = config.clone();
        config.running[clock] = STILL;
        config.forget(clock);
        config.date[clock] = f64::INFINITY;
        if matches!(plan.kind, ClockKind::Guard | ClockKind::At(_)) {
            config.rung[clock] = true;
        }
        self.branch(&config, plan.stage, plan.list)
    }

    /// What must be known of how long clocks have run; tells whether some run on since an earlier combination, and those that
    /// have started here.
    pub(super) fn ages(&self, config: &mut Config) -> (bool, Vec<u32>) {
        let general = self.generals(config);
        let (started, carried): (Vec<usize>, Vec<usize>) =
            general.iter().partition(|clock| self.started[**clock]);
        let aged = config.age != Age::Now && !carried.is_empty();
        if aged {
            started.iter().for_each(|clock| config.later[*clock] = true);
        } else {
            config.age = Age::Now;
            config.later.fill(false);
        }
        (aged, started.into_iter().map(|clock| clock as u32).collect())
    }

    /// The number of all that is so in a combination, but for what has started in it.
    pub(super) fn place(&mut self, config: &Config) -> u32 {
        if self.generals(config).is_empty() {
            return 0;
        }
        let later = vec![false; config.later.len()];
        let key = self.key(&Config { age: Age::Now, later, now: f64::NAN, due: vec![], ..config.clone() });
        let next = self.places.len() as u32 + 1;
        *self.places.entry(key.into()).or_insert(next)
    }

    /// Where clocks run side by side, one with values of its own is drawn at once: then it is known when it rings.
    pub(super) fn drawn_now(&mut self, config: &Config) -> Result<Option<std::ops::Range<usize>>, NotExact> {
        if config.age != Age::Now {
            return Ok(None);
        }
        let general = self.generals(config);
        let several = general.len() > 1;
        let mixed = general.into_iter().find(|clock| {
            let repeats = self.program.clocks[*clock].returns == Return::Repeat;
            let delay = self.graph.laws[config.running[*clock] as usize].as_ref();
            (several || repeats || !config.now.is_nan()) && delay.is_some_and(Delay::mixed)
        });
        let Some(clock) = mixed else { return Ok(None) };
        self.numbers.differ();
        let parts = self.graph.laws[config.running[clock] as usize].as_ref().map_or(vec![], Delay::parts);
        let mut edges = vec![];
        for (p, part) in parts {
            let mut config = config.clone();
            let law = self.number(part);
            (config.running[clock], config.whole[clock]) = (law, law);
            self.starts(&mut config, clock, law);
            let to = self.reached(config)?;
            edges.push(Edge { p, to, entered: Box::default(), paid: Box::default() });
        }
        let first = self.graph.edges.len();
        self.graph.edges.extend(edges);
        Ok(Some(first..self.graph.edges.len()))
    }

    /// The clocks that may ring first.
    pub(super) fn exits(&mut self, config: &Config) -> Result<Vec<Exit>, NotExact> {
        let program = self.program;
        let general = self.generals(config);
        let (first, soonest) = self.first_due(config, &general);
        let mut rung = false;
        let (mut exits, here) = (vec![], self.time);
        for stage in config.at.clone() {
            for clock in program.stages[stage as usize].clocks.range() {
                let law = config.running[clock];
                if law == STILL || law == NEVER {
                    continue;
                }
                let mut after = config.clone();
                after.at_once = false;
                self.time = here;
                let later = config.later[clock];
                let low = self.graph.laws[law as usize].as_ref().map_or(0.0, |delay| delay.support().0);
                // Of those due at the same instant the first rings; the others are due then.
                let due = !later && self.fixed(law).is_some();
                let too_late = if due { !first.contains(&clock) } else { !later && low >= soonest };
                if too_late || due && std::mem::replace(&mut rung, true) {
                    continue;
                }
                // What has run since an earlier combination may be due at once.
                let at = config.due(clock).filter(|_| due);
                if let Some(at) = at {
                    self.time = at;
                } else if config.age == Age::Now || self.started[clock] {
                    self.time += low;
                }
                after.now = f64::NAN;
                let others = general.iter().copied().filter(|other| *other != clock);
                let others: Vec<usize> = others.collect();
                after.age = if others.is_empty() { Age::Now } else { Age::Since };
                if others.is_empty() {
                    after.now = at.unwrap_or(f64::NAN);
                }
                if due
                    && others
                        .iter()
                        .all(|other| !config.later[*other] && !self.carried(config.running[*other]))
                {
                    let left: Option<Vec<u32>> =
                        others.iter().map(|other| self.left_then(config, *other, (low, at))).collect();
                    let Some(left) = left else { continue };
                    others.iter().zip(left).for_each(|(other, law)| after.running[*other] = law);
                    (after.age, after.now) = (Age::Now, at.unwrap_or(f64::NAN));
                }
                if after.age == Age::Now && at.is_none() {
                    after.due.clear();
                }
                self.via = Some(clock);
                let edges = self.ring(&after, clock)?;
                exits.push(Exit { clock: clock as u32, law, due: at, edges });
            }
        }
        self.time = here;
        Ok(exits)
    }

    /// What a combination knows of its clocks.
    pub(super) fn clocks_key(&self, config: &Config, key: &mut Vec<u64>) {
        let program = self.program;
        let mut general = false;
        for stage in &config.at {
            for clock in program.stages[*stage as usize].clocks.range() {
                let law = config.running[clock];
                key.push(u64::from(law) * 2 + u64::from(config.rung[clock]));
                self.due_key(config, clock, key);
                let matters = self.general(law);
                general |= matters;
                if matters && config.drawn[clock] != STILL {
                    key.push(1 << 40 | u64::from(config.drawn[clock]));
                }
                if matters && program.clocks[clock].returns == Return::Repeat {
                    key.push(1 << 41 | u64::from(config.whole[clock]));
                }
                if matters && config.later[clock] {
                    key.push(1 << 40);
                }
                if matches!(program.clocks[clock].kind, ClockKind::At(_)) {
                    key.push(config.date[clock].to_bits());
                }
            }
        }
        key.push(if general { 1 + config.age as u64 } else { 0 });
        if self.times.kept {
            key.push(config.now.to_bits());
        }
        for (clock, law) in config.kept.iter().enumerate().filter(|(_, law)| **law != STILL) {
            key.push(1 << 42 | (clock as u64) << 43 | u64::from(*law));
        }
        for (clock, law) in config.paused.iter().enumerate().filter(|(_, law)| **law != STILL) {
            key.push(1 << 59 | (clock as u64) << 33 | u64::from(*law) << 1 | u64::from(config.later[clock]));
            key.push(config.age as u64);
            self.due_key(config, clock, key);
        }
        if self.dated {
            // A date rings once, wherever its track has been since.
            let dates = program.clocks.iter().zip(&config.rung).enumerate();
            let rung = dates.filter(|(_, (clock, rung))| **rung && matches!(clock.kind, ClockKind::At(_)));
            key.extend(rung.map(|(clock, _)| 1 << 60 | clock as u64));
            key.push(1 << 61 | u64::from(config.at_once));
        }
    }
}
