//! The same graph in another world: where beliefs decide only how likely branches are and how long clocks run, the
//! combinations are explored once, and every world works out its own chances and laws.
//!
//! What comes out is the graph that exploring that world would give, to the last bit; where it would be another (a chance
//! becomes 0, two laws become the same), the world is explored.

use super::super::delay::Delay;
use super::super::graph::{Graph, NEVER};
use super::Config;
use super::laws::law_of;
use crate::engine::World;
use crate::program::{Chance, DrawPlan, Initial, List, Program, Value};

/// More notes than these are not kept: every world is explored.
const MOST: usize = 1_000_000;

/// What of the numbers of a graph a world decides.
#[derive(Clone, Debug)]
pub(in crate::exact) struct Numbers {
    /// Whether worlds can differ in numbers alone.
    shared: bool,
    /// By list: whether a belief bears on its chances.
    believed: Vec<bool>,
    /// State variables, then the stage of each track.
    places: Vec<Box<[f64]>>,
    notes: Vec<Note>,
}

/// Something that was worked out, and where.
#[derive(Clone, Debug)]
struct Note {
    place: u32,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// The law of a clock, and its number.
    Law { clock: u32, number: u32 },
    /// The chances of a list: where its edges begin; by edge its branch, and the chance of what is drawn on the way.
    List { list: u32, first: u32, ways: Vec<(u32, f64)> },
}

/// The chance of each branch.
pub(in crate::exact) fn chances(thresholds: &[f64]) -> Vec<f64> {
    let mut below = 0.0_f64;
    let each = thresholds.iter().map(|above| {
        let p = above.min(1.0) - below;
        below = below.max(above.min(1.0));
        p
    });
    each.collect()
}

/// Whether the chances of a list are the same in all worlds.
fn fixed(program: &Program, list: &List) -> bool {
    let plain = |v: &Value| !v.deps.believed();
    list.branches.of(&program.branches).iter().all(|branch| {
        let chance = match &branch.chance {
            Chance::Rest => true,
            Chance::P(p) | Chance::Weight(p) => plain(p),
            Chance::Odds(base, factors) => {
                let factors = factors.of(&program.factors);
                plain(base) && factors.iter().all(|f| plain(&f.of) && plain(&f.by))
            }
        };
        chance && branch.when.as_ref().is_none_or(plain)
    })
}

/// Whether worlds of a program can differ in chances and laws alone.
fn shared(program: &Program) -> bool {
    if super::epoch::timed(program) {
        return false;
    }
    let plain = |v: &Value| !v.deps.believed();
    let draw = |plan: &DrawPlan| match plan {
        DrawPlan::Law(law) => !law.deps.believed(),
        DrawPlan::Chance(p) => plain(p),
        DrawPlan::Weights(list) => list.iter().all(|(_, w)| plain(w)),
    };
    let clocks =
        program.clocks.iter().all(|clock| clock.guard.as_ref().is_none_or(|guard| plain(&guard.value)));
    let initial = program.initial.iter().all(|initial| match initial {
        Initial::Value(value) => plain(value),
        Initial::Draw(plan, _, _) => draw(plan),
    });
    clocks
        && initial
        && program.outcomes.iter().all(|(_, when)| plain(&when.value))
        && program.firsts.iter().all(|first| plain(&first.condition.value))
        && program.sets.iter().all(|set| plain(&set.value))
        && program.draws.iter().all(|d| draw(&d.draw))
        && program.moves.iter().all(|m| plain(&m.stage))
        && program.pays.iter().all(|pay| plain(&pay.amount))
}

impl Numbers {
    pub(super) fn new(program: &Program) -> Numbers {
        Numbers {
            shared: shared(program),
            believed: program.lists.iter().map(|list| !fixed(program, list)).collect(),
            places: vec![],
            notes: vec![],
        }
    }

    fn note(&mut self, program: &Program, config: &Config, what: What) {
        let stages = config.at.iter().map(|stage| f64::from(program.stages[*stage as usize].index));
        let same = self.places.last().is_some_and(|last| {
            let all = config.states.iter().copied().chain(stages.clone());
            last.iter().zip(all).all(|(a, b)| a.to_bits() == b.to_bits())
        });
        if !same {
            self.places.push(config.states.iter().copied().chain(stages).collect());
        }
        if self.notes.len() >= MOST {
            self.differ();
            return;
        }
        self.notes.push(Note { place: self.places.len() as u32 - 1, what });
    }

    /// What was found here may be otherwise in another world.
    pub(super) fn differ(&mut self) {
        (self.shared, self.notes, self.places) = (false, vec![], vec![]);
    }

    /// A clock was found to have the law with this number.
    pub(super) fn law(&mut self, program: &Program, config: &Config, clock: usize, number: u32) {
        if self.shared {
            self.note(program, config, What::Law { clock: clock as u32, number });
        }
    }

    /// The edges of a list begin.
    pub(super) fn list(&mut self, program: &Program, config: &Config, list: u32, first: usize) {
        if self.shared && self.believed[list as usize] {
            self.note(program, config, What::List { list, first: first as u32, ways: vec![] });
        }
    }

    /// An edge of a branch of the list that began last.
    pub(super) fn edge(&mut self, list: u32, branch: usize, drawn: f64) {
        if self.shared
            && self.believed[list as usize]
            && let Some(Note { what: What::List { ways, .. }, .. }) = self.notes.last_mut()
        {
            ways.push((branch as u32, drawn));
        }
    }

    /// Puts the numbers of a world into a graph; tells whether it is the graph of that world then. If not it is of no use.
    pub fn refill(&self, graph: &mut Graph, program: &Program, world: &World) -> bool {
        self.shared && self.try_refill(graph, program, world).is_some()
    }

    fn try_refill(&self, graph: &mut Graph, program: &Program, world: &World) -> Option<()> {
        let layout = program.layout;
        let mut values = world.values().to_vec();
        values.resize(layout.len(), f64::NAN);
        let mut thresholds = vec![0.0; program.longest_list];
        let before = std::mem::replace(&mut graph.laws, vec![None, None]);
        let mut place = u32::MAX;
        for note in &self.notes {
            if note.place != place {
                place = note.place;
                let (states, stages) = self.places[place as usize].split_at(layout.states);
                values[..layout.states].copy_from_slice(states);
                stages.iter().enumerate().for_each(|(track, stage)| values[layout.track(track)] = *stage);
            }
            match &note.what {
                What::Law { clock, number } => {
                    let law = law_of(program, world, &mut values, *clock as usize).ok()?;
                    let law = law.map(Delay::from);
                    let was = before[*number as usize].as_ref();
                    if was.map(bears) != law.as_ref().map(bears) || numbered(&mut graph.laws, law) != *number
                    {
                        return None;
                    }
                }
                What::List { list, first, ways } => {
                    let plan = &program.lists[*list as usize];
                    let count = plan.branches.range().len();
                    match world.table(program, *list as usize) {
                        Some(table) => thresholds[..count].copy_from_slice(table),
                        None => {
                            let table = &mut thresholds[..count];
                            program.chances().thresholds(plan, &mut values, table).ok()?;
                        }
                    }
                    let chances = chances(&thresholds[..count]);
                    let mut ways = ways.iter().zip(&mut graph.edges[*first as usize..]).peekable();
                    for (branch, p) in chances.into_iter().enumerate() {
                        let mut any = false;
                        while let Some(((_, drawn), edge)) = ways.next_if(|w| w.0.0 as usize == branch) {
                            edge.p = p * drawn;
                            any = true;
                        }
                        if any != (p > 0.0) {
                            return None;
                        }
                    }
                }
            }
        }
        Some(())
    }
}

/// What of a delay bears on what follows what: its one value, when it may ring first, and whether its past matters.
fn bears(delay: &Delay) -> (Option<u64>, u64, bool) {
    (delay.fixed().map(f64::to_bits), delay.support().0.to_bits(), delay.memoryless())
}

/// The number of a delay; a new one if it is.
fn numbered(laws: &mut Vec<Option<Delay>>, law: Option<Delay>) -> u32 {
    if law.is_none() {
        return NEVER;
    }
    let found = laws.iter().position(|l| *l == law);
    found.unwrap_or_else(|| {
        laws.push(law);
        laws.len() - 1
    }) as u32
}
