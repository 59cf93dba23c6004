//! Chances worked out for a column of lanes at once, rather than kept for each world: where few paths share a world, what is kept
//! is seldom asked for again. Of chances that read what lanes carry nothing is kept.

use super::carried::Carried;
use super::lanes::{LANES, Lane, Lanes};
use super::short::{MORE, Way};
use super::slots::Slots;
use crate::program::Program;
use crate::program::columnar::Columns;

/// Where this many paths or more share a world, chances are kept, if there are no more forks than that: then those that are kept are asked
/// for often.
const MANY: u64 = 32;

/// Whether chances are rather worked out for columns where `each` paths share a world and so many forks are known.
pub(super) fn by_column(each: u64, forks: usize) -> bool {
    each < MANY.max(forks as u64)
}

/// The evaluator, and what is to be filled in for it.
#[derive(Clone, Debug)]
pub(super) struct Anew<'p> {
    pub columns: Columns<'p>,
    /// By queue.
    sites: Vec<Option<Inputs>>,
    /// By queue: whether its chances read what lanes carry.
    carried: Vec<bool>,
    /// What assignments read, by their number in the program, where lanes follow them.
    pub sets: Vec<Reads>,
    /// Room for what is assigned.
    pub results: Vec<f64>,
    chosen: Box<[u32; LANES]>,
    /// Where the values of each lane's combination begin.
    starts: Box<[u32; LANES]>,
}

/// What the chances of a list read.
#[derive(Clone, Debug)]
struct Inputs {
    list: usize,
    /// Places of the combination.
    path: Box<[u32]>,
    reads: Reads,
}

/// What is read of lanes and their worlds.
#[derive(Clone, Debug, Default)]
pub(super) struct Reads {
    /// State variables of the lane.
    own: Box<[u32]>,
    /// Places of the world, with the number under which a slot holds their values.
    world: Box<[(u32, u32)]>,
}

impl Reads {
    /// These places: of `world` those that slots hold, under the number in `held`.
    fn of(own: Vec<u32>, world: Vec<u32>, held: &mut Vec<u32>) -> Reads {
        let mut number = |place: u32| {
            let number = held.iter().position(|at| *at == place).unwrap_or(held.len());
            if number == held.len() {
                held.push(place);
            }
            (place, number as u32)
        };
        Reads { own: own.into(), world: world.into_iter().map(&mut number).collect() }
    }

    /// Fills in the columns of some lanes, whose state variables are these.
    pub fn fill(
        &self,
        columns: &mut Columns<'_>,
        some: &[u8],
        (lanes, slots): (&[Lane; LANES], &Slots),
        (states, count): (&[f64], usize),
    ) {
        for &place in &self.own {
            for (value, lane) in columns.column(place).iter_mut().zip(some) {
                *value = states[usize::from(*lane) * count + place as usize];
            }
        }
        for &(place, number) in &self.world {
            let (values, held) = (columns.column(place).iter_mut(), slots.held(number));
            for (value, lane) in values.zip(some) {
                *value = held[lanes[usize::from(*lane) % LANES].slot as usize];
            }
        }
    }
}

impl<'p> Anew<'p> {
    /// For the branches of these queues' clocks and stages; `width` numbers tell a combination. With it the places of the world that
    /// slots are to hold.
    pub fn new(program: &'p Program, carried: &Carried, width: usize) -> (Anew<'p>, Vec<u32>) {
        let mut columns = Columns::new(program);
        let (mut held, pool) = (Vec::new(), program.layout.pool());
        let spots = program.stages.iter().filter_map(|stage| stage.spot);
        let mut lists: Vec<u32> = program.clocks.iter().map(|clock| clock.list).collect();
        let clocks = lists.len();
        lists.resize(clocks + program.spot_counters, 0);
        spots.for_each(|spot| lists[clocks + spot.counter as usize] = spot.list);
        let of_lists = lists.iter().map(|list| carried.lists[*list as usize]).collect();
        let mut inputs = |list: u32| {
            let list = list as usize;
            let (mut own, mut path, mut world) = (vec![], vec![], vec![]);
            for &place in columns.list_inputs(list) {
                if carried.states.get(place as usize) == Some(&true) {
                    own.push(place);
                } else if (place as usize) < width {
                    path.push(place);
                } else if pool.contains(&(place as usize)) {
                    world.push(place);
                } else {
                    return None;
                }
            }
            Some(Inputs { list, path: path.into(), reads: Reads::of(own, world, &mut held) })
        };
        let sites = lists.into_iter().map(&mut inputs).collect();
        let sets = program.sets.iter().map(|set| {
            if !carried.any || !carried.followed[set.state as usize] {
                return Reads::default();
            }
            let states = |place: &u32| (*place as usize) < program.layout.states;
            let (own, world) = columns.inputs(&[set.value]).into_iter().partition(states);
            Reads::of(own, world, &mut held)
        });
        let sets = sets.collect();
        let (chosen, starts) = (Box::new([0; LANES]), Box::new([0; LANES]));
        (Anew { columns, sites, carried: of_lists, sets, results: vec![], chosen, starts }, held)
    }

    /// Whether the chances of a queue's branches are worked out anew, where lanes carry what they read or else where `rather` says so.
    pub fn of(&self, site: usize, rather: bool) -> bool {
        self.sites[site].is_some() && (rather || self.carried[site])
    }
}

impl Lanes<'_> {
    /// Finds what each lane of the column does, as [`Lanes::look`] does from what is kept.
    pub(super) fn look_anew(&mut self, site: usize) {
        let (until, own) = (self.until(), self.own());
        let (lanes, chain, column) = (&self.lanes, &self.chain, &mut *self.column);
        let count = column.count.min(LANES);
        let some = &column.lanes[..count];
        let Anew { columns, sites, chosen, starts, .. } = &mut self.anew;
        let Some(inputs) = &sites[site] else { return };
        let fork = |lane: u8| lanes[usize::from(lane) % LANES].fork as usize;
        for (start, lane) in starts.iter_mut().zip(some) {
            *start = chain.forks.get(fork(*lane)).map_or(0, |fork| chain.start(fork.config));
        }
        for &place in &inputs.path {
            let values = columns.column(place).iter_mut();
            for (value, start) in values.zip(&starts[..count]) {
                *value = chain.value(start + place);
            }
        }
        inputs.reads.fill(columns, some, (lanes, &self.slots), (&self.states, own));
        let choices = &self.drawn.choices()[..count];
        columns.thresholds(inputs.list, count).choose(choices, &mut chosen[..count]);
        for nth in 0..count {
            column.ways[nth] = Way::ASIDE;
            let comes = column.times[nth] <= until;
            // Where there are no probabilities no branch is chosen.
            if !comes || chosen[nth] == u32::MAX {
                continue;
            }
            let fork = fork(some[nth]);
            let Some(ways) = chain.ways.get(fork) else { continue };
            column.ways[nth] = match ways.get(chosen[nth] as usize) {
                Some(way) if way.site != MORE => *way,
                _ => Way { fork: chain.forks[fork].edges + chosen[nth], ..Way::MORE },
            };
        }
    }
}
