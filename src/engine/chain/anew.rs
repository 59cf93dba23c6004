//! Chances worked out for a column of lanes at once, rather than kept for each world: where few paths share a world, what is kept
//! is seldom asked for again.

use super::carried::Carried;
use super::lanes::{LANES, Lanes};
use super::short::{MORE, Way};
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
    columns: Columns<'p>,
    /// By queue.
    sites: Vec<Option<Inputs>>,
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
    /// Places of the world, with the number under which a slot holds their values.
    world: Box<[(u32, u32)]>,
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
        let mut inputs = |list: u32| {
            let list = list as usize;
            let (mut path, mut world) = (vec![], vec![]);
            for &place in columns.list_inputs(list) {
                if (place as usize) < width {
                    path.push(place);
                } else if pool.contains(&(place as usize)) {
                    let number = held.iter().position(|at| *at == place).unwrap_or(held.len());
                    if number == held.len() {
                        held.push(place);
                    }
                    world.push((place, number as u32));
                } else {
                    return None;
                }
            }
            (!carried.lists[list]).then(|| Inputs { list, path: path.into(), world: world.into() })
        };
        let sites = lists.into_iter().map(&mut inputs).collect();
        (Anew { columns, sites, chosen: Box::new([0; LANES]), starts: Box::new([0; LANES]) }, held)
    }

    /// Whether it knows the chances of a queue's branches.
    pub fn knows(&self, site: usize) -> bool {
        self.sites[site].is_some()
    }
}

impl Lanes<'_> {
    /// Finds what each lane of the column does, as [`Lanes::look`] does from what is kept.
    pub(super) fn look_anew(&mut self, site: usize) {
        let until = self.until();
        let (lanes, chain, column) = (&self.lanes, &self.chain, &mut *self.column);
        let count = column.count.min(LANES);
        let some = &column.lanes[..count];
        let Anew { columns, sites, chosen, starts } = &mut self.anew;
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
        for &(place, number) in &inputs.world {
            let (values, held) = (columns.column(place).iter_mut(), self.slots.held(number));
            for (value, lane) in values.zip(some) {
                *value = held[lanes[usize::from(*lane) % LANES].slot as usize];
            }
        }
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
