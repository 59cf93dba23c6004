//! Learning the chain: a path is walked by evaluating everything, and what it did is kept.

use super::carried::Carried;
use super::short::NONE;
use super::store::{Chain, EndNode, Exit, ExitKind, Node, Op, To};
use super::watch::{Seen, Watch};
use crate::engine::walker::{End, Next, PATH_LIMIT, Walker};
use crate::engine::{Fault, Observer, World};
use crate::program::Kind;

/// Walks a path and keeps what it did in the chain, unless that is full. The events of stages go to `observer` as well; the
/// walker stands at the end of the path afterwards.
pub(super) fn learn(
    chain: &mut Chain,
    walker: &mut Walker<'_>,
    world: &World,
    path: u64,
    (simple, carried): (bool, &Carried),
    observer: &mut impl Observer,
) -> Result<(u32, End), Box<Fault>> {
    let program = walker.program;
    let watch = Watch {
        program,
        followed: &carried.followed,
        seen: vec![],
        configs: vec![],
        tracks: vec![0.0; program.tracks.len()],
        read: None,
        stages: Box::default(),
    };
    let mut lesson = Lesson {
        chain,
        watch,
        carried,
        key: vec![],
        occurrences: vec![0; program.clocks.len()],
        crossed: vec![],
        simple,
        open: true,
    };
    lesson.walk(walker, world, path, observer)
}

/// What is learnt from one path.
struct Lesson<'a, 'p> {
    chain: &'a mut Chain,
    watch: Watch<'p, 'a>,
    carried: &'a Carried,
    key: Vec<u64>,
    /// Of each clock before the event.
    occurrences: Vec<u32>,
    /// Of each comparison that time changes, whether it held before the event.
    crossed: Vec<bool>,
    /// Whether what is read at an end follows from the combination.
    simple: bool,
    /// Whether the chain may grow.
    open: bool,
}

impl<'p> Lesson<'_, 'p> {
    fn walk(
        &mut self,
        walker: &mut Walker<'p>,
        world: &World,
        path: u64,
        observer: &mut impl Observer,
    ) -> Result<(u32, End), Box<Fault>> {
        self.open = !self.chain.full();
        walker.reset(world, path);
        self.note(walker);
        let found = self.steps(walker, world, observer);
        let end = found.map_err(|trouble| walker.fault(*trouble, world.number))?;
        walker.gather_last();
        let finished = walker.finish(&end.0, &mut self.watch);
        finished.map_err(|trouble| walker.fault(*trouble, world.number))?;
        let number = self.end_node(walker, end.0.outcome);
        match end.1 {
            Place::Edge(edge) => self.close(walker, edge, To::End(number)),
            Place::Over(node) => self.chain.nodes[node as usize].over = To::End(number),
            Place::Nowhere => {}
        }
        Ok((number, end.0))
    }

    fn steps(
        &mut self,
        walker: &mut Walker<'p>,
        world: &World,
        observer: &mut impl Observer,
    ) -> Result<(End, Place), crate::engine::fault::Trouble> {
        walker.initial(world)?;
        root_key(&mut self.key, walker, self.carried);
        let root = self.chain.root(&self.key);
        let root = root.or_else(|| self.open.then(|| self.chain.add_root(&self.key)));
        let mut place = root.map_or(Place::Nowhere, Place::Edge);
        let mut end = walker.begin(world, &mut (&mut self.watch, &mut *observer))?;
        let (mut clock, mut events) = (None, 0);
        loop {
            // `place` is where the event began; the rings that were seen lead on from there.
            place = self.follow(walker, place, clock);
            if let Some(end) = end {
                return Ok((end, place));
            }
            if events == PATH_LIMIT {
                return Err(walker.endless());
            }
            events += 1;
            let node = self.settled(walker, place);
            self.watch.seen.clear();
            self.watch.configs.clear();
            self.note(walker);
            let over = node.map_or(Place::Nowhere, Place::Over);
            match walker.next() {
                Next::End(end) => return Ok((end, over)),
                Next::Last(horizon) => return Ok((walker.last(horizon)?, over)),
                Next::Ring(ringing, time) => {
                    clock = Some(ringing as u32);
                    place = over;
                    end =
                        walker.pass_and_ring(ringing, time, world, &mut (&mut self.watch, &mut *observer))?;
                    if !crossed(walker).eq(self.crossed.iter().copied()) {
                        place = Place::Nowhere;
                    }
                }
                Next::Crossing(time) => {
                    clock = None;
                    walker.pass(time)?;
                    place = self.cross(walker, over);
                    walker.events = 0;
                    end = walker.settle(world, &mut (&mut self.watch, &mut *observer))?;
                }
            }
        }
    }

    /// Notes how things stand before an event.
    fn note(&mut self, walker: &mut Walker<'p>) {
        self.crossed.clear();
        self.crossed.extend(crossed(walker));
        for (kept, running) in self.occurrences.iter_mut().zip(&walker.clocks) {
            *kept = running.occurrences;
        }
    }

    /// The edge by which time changes one comparison.
    fn cross(&mut self, walker: &mut Walker<'p>, over: Place) -> Place {
        let Place::Over(node) = over else { return Place::Nowhere };
        let before = self.crossed.iter().copied();
        let changed: Vec<usize> =
            crossed(walker).zip(before).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at).collect();
        let &[crossing] = &changed[..] else { return Place::Nowhere };
        let clock = (walker.program.clocks.len() + crossing) as u32;
        let mut exits = self.chain.nodes[node as usize].exits.range();
        let Some(exit) = exits.find(|e| self.chain.exits[*e].clock == clock) else { return Place::Nowhere };
        match self.chain.exits[exit].fork {
            NONE if !self.open => Place::Nowhere,
            NONE => Place::Edge(self.chain.add_crossing(exit, self.chain.nodes[node as usize].config)),
            fork => Place::Edge(self.chain.forks[fork as usize].edges),
        }
    }

    /// Follows the rings that were seen from the combination (or beginning) `from`; where the last leads is open.
    fn follow(&mut self, walker: &Walker<'_>, from: Place, mut clock: Option<u32>) -> Place {
        let mut place = from;
        let mut start = 0;
        for at in 0..self.watch.seen.len() {
            let Seen::Ring { list, branch, clock: rung, config } = self.watch.seen[at] else { continue };
            let fork = match place {
                Place::Nowhere => return Place::Nowhere,
                // The ring with which the event began.
                Place::Over(node) => {
                    let exits = self.chain.nodes[node as usize].exits.range();
                    let Some(exit) = exits.into_iter().find(|e| Some(self.chain.exits[*e].clock) == clock)
                    else {
                        return Place::Nowhere;
                    };
                    if self.chain.exits[exit].fork == NONE {
                        if !self.open {
                            return Place::Nowhere;
                        }
                        let site = match self.chain.exits[exit].kind {
                            ExitKind::Date => self.chain.exits[exit].clock,
                            _ => NONE,
                        };
                        let fork = self.fork(walker, list, site, config);
                        self.chain.ring(walker.program, node, exit, fork);
                    }
                    self.chain.exits[exit].fork
                }
                Place::Edge(edge) => {
                    let site = match rung {
                        None => {
                            let spots = walker.program.stages.iter().filter_map(|stage| stage.spot);
                            spots
                                .into_iter()
                                .find(|spot| spot.list == list)
                                .map(|spot| walker.program.clocks.len() as u32 + spot.counter)
                        }
                        Some(clock) => {
                            let kind = &walker.program.clocks[clock as usize].kind;
                            matches!(kind, Kind::Guard).then_some(clock)
                        }
                    };
                    // Two clocks that ring at the same instant: no other path will do the same.
                    let Some(site) = site else { return Place::Nowhere };
                    match self.chain.edges[edge as usize].to {
                        To::Fork(fork) => fork,
                        To::Unknown if self.open => {
                            let fork = self.fork(walker, list, site, config);
                            let ops = ops(&self.watch.seen[start..at]);
                            self.chain.lead(walker.program, edge, To::Fork(fork), &ops);
                            fork
                        }
                        _ => return Place::Nowhere,
                    }
                }
            };
            clock = None;
            start = at + 1;
            place = Place::Edge(self.chain.forks[fork as usize].edges + branch);
        }
        self.watch.seen.drain(..start);
        place
    }

    fn fork(&mut self, walker: &Walker<'_>, list: u32, site: u32, config: u32) -> u32 {
        let values = &self.watch.configs[config as usize..];
        let config = self.chain.add_config(values);
        self.chain.add_fork(walker.program, list, site, config)
    }

    /// The combination in which the instant has settled.
    fn settled(&mut self, walker: &mut Walker<'_>, from: Place) -> Option<u32> {
        let Place::Edge(edge) = from else { return None };
        let known = self.chain.edges[edge as usize].to;
        if let To::Node(node) = known {
            return Some(node);
        }
        if known != To::Unknown || !self.open {
            return None;
        }
        let program = walker.program;
        root_key(&mut self.key, walker, self.carried);
        let running = |clock: usize| walker.clocks[clock].running;
        self.key.extend(walker.at.iter().map(|stage| u64::from(*stage)));
        let firsts = program.firsts.iter().map(|f| walker.values[program.layout.measure(f.measure as usize)]);
        self.key.extend(firsts.map(|time| u64::from(time.is_finite())));
        // Whether a date has rung is remembered after its stage is left.
        let dates = program.clocks.iter().zip(&walker.clocks).filter(|(c, _)| matches!(c.kind, Kind::At(_)));
        self.key.extend(dates.map(|(_, clock)| u64::from(clock.rung)));
        for stage in &walker.at {
            for clock in program.stages[*stage as usize].clocks.range() {
                self.key.push(u64::from(running(clock)) * 2 + u64::from(walker.clocks[clock].rung));
            }
        }
        let node = self.chain.node(&self.key).unwrap_or_else(|| {
            let config = self.chain.add_config(&walker.values);
            let clocks = walker.at.iter().flat_map(|stage| program.stages[*stage as usize].clocks.range());
            let exits: Vec<Exit> = clocks
                .filter(|clock| running(*clock))
                .filter_map(|clock| {
                    let kind = match &program.clocks[clock].kind {
                        Kind::Takes { .. } => ExitKind::Delay,
                        Kind::Hazard(_) => ExitKind::Rate,
                        Kind::At(_) if walker.clocks[clock].rung => return None,
                        Kind::At(_) => ExitKind::Date,
                        Kind::Guard => return None,
                    };
                    Some(Exit { clock: clock as u32, kind, fork: NONE })
                })
                .chain((0..program.crossings.len()).map(|crossing| Exit {
                    clock: (program.clocks.len() + crossing) as u32,
                    kind: ExitKind::Crossing,
                    fork: NONE,
                }))
                .collect();
            let node = Node {
                exits: Default::default(),
                config,
                over: To::Unknown,
                hazards: exits.iter().any(|exit| exit.kind == ExitKind::Rate),
                closed: walker.is_closed(),
                alone: NONE,
            };
            self.chain.add_node(&self.key, node, exits.into_iter())
        });
        // Clocks that have drawn a delay have started.
        let mut once = true;
        let mut ops = ops(&self.watch.seen);
        for clock in 0..program.clocks.len() {
            let drawn = walker.clocks[clock].occurrences - self.occurrences[clock];
            let delays = matches!(program.clocks[clock].kind, Kind::Takes { .. } | Kind::Hazard(_));
            if drawn == 0 || !delays {
                continue;
            }
            let mut exits = self.chain.nodes[node as usize].exits.range();
            match exits.find(|e| self.chain.exits[*e].clock == clock as u32) {
                Some(exit) if drawn == 1 => ops.push(Op::Start(exit as u32)),
                _ => once = false,
            }
        }
        let now = walker.now;
        let happened = program.firsts.iter().map(|first| first.measure);
        ops.extend(
            happened.filter(|m| walker.values[program.layout.measure(*m as usize)] == now).map(Op::First),
        );
        if !once {
            return None;
        }
        self.chain.lead(walker.program, edge, To::Node(node), &ops);
        Some(node)
    }

    /// Closes an edge that leads to an end.
    fn close(&mut self, walker: &Walker<'_>, edge: u32, to: To) {
        if self.chain.edges[edge as usize].to != To::Unknown || !self.open {
            return;
        }
        let (program, now) = (walker.program, walker.now);
        let mut ops = ops(&self.watch.seen);
        let happened = program.firsts.iter().map(|first| first.measure);
        ops.extend(
            happened.filter(|m| walker.values[program.layout.measure(*m as usize)] == now).map(Op::First),
        );
        self.chain.lead(walker.program, edge, to, &ops);
    }

    fn end_node(&mut self, walker: &Walker<'_>, outcome: u16) -> u32 {
        let program = walker.program;
        self.key.clear();
        self.key.push(u64::from(outcome));
        self.key.extend(walker.at.iter().map(|stage| u64::from(*stage)));
        self.key.extend(steering(&walker.values[..program.layout.states], self.carried));
        if let Some(found) = self.chain.end(&self.key) {
            return found;
        }
        let config = self.chain.add_config(&walker.values);
        let read = self.watch.read.take().filter(|_| self.simple);
        let stages = std::mem::take(&mut self.watch.stages);
        self.chain.add_end(&self.key, EndNode { outcome, config, stages, read })
    }
}

/// Where a path is in the chain.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// An edge was taken.
    Edge(u32),
    /// A combination waits.
    Over(u32),
    /// Where the chain does not go.
    Nowhere,
}

fn ops(seen: &[Seen]) -> Vec<Op> {
    seen.iter()
        .filter_map(|seen| match seen {
            Seen::Op(op) => Some(*op),
            Seen::Ring { .. } => None,
        })
        .collect()
}

/// Which comparisons hold that time changes.
fn crossed(walker: &mut Walker<'_>) -> impl Iterator<Item = bool> {
    let (program, values) = (walker.program, &mut walker.values);
    program.crossings.iter().map(|crossing| program.code.holds(&crossing.holds, values))
}

/// The state variables that are part of the combination.
fn steering<'a>(states: &'a [f64], carried: &'a Carried) -> impl Iterator<Item = u64> + 'a {
    states.iter().zip(&carried.states).filter(|(_, carried)| !**carried).map(|(state, _)| state.to_bits())
}

/// What a path begins with, as far as it is part of the combination.
pub(super) fn root_key(key: &mut Vec<u64>, walker: &mut Walker<'_>, carried: &Carried) {
    key.clear();
    key.extend(crossed(walker).map(u64::from));
    key.extend(steering(&walker.values[..walker.program.layout.states], carried));
}
