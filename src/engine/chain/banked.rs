//! Walking in banks, where each combination waits for one number and little else is to be noted.

use super::banks::{Banks, Going, Path, ROOM};
use super::carried::Carried;
use super::lanes::{Lane, Lanes, Trip, WINDOW};
use super::short::{ASIDE, MORE, NEVER, OVER, Quick, SMALL, Way};
use super::store::To;
use crate::dist::Inverse;
use crate::engine::caught_up::IDLE;
use crate::engine::{Each, MANY, Since, Stops, Visits, World};
use crate::program::{Kind, LawTree, Program};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// The most numbers that paths wait for; with more there are few in a bank.
const NUMBERS: usize = 64;

/// Whether a program's paths may be walked in banks: there is one track, each stage has one delay, which is drawn from a table, or
/// branches on the spot, and nothing is gathered on the way.
pub(super) fn banked(program: &Program, carried: &Carried) -> bool {
    let small = |list: u32| program.lists[list as usize].branches.range().len() <= SMALL;
    let clocks = program.clocks.iter().all(|clock| {
        let drawn = matches!(&clock.kind, Kind::Takes { law, .. } if table(program, &law.tree).is_some());
        drawn && clock.guard.is_none() && small(clock.list)
    });
    program.tracks.len() == 1
        && !carried.any
        && clocks
        && program.stages.iter().all(|stage| stage.clocks.range().len() <= 1)
        && program.stages.iter().all(|stage| stage.spot.is_none_or(|spot| small(spot.list)))
        && program.clocks.len() + program.spot_counters <= NUMBERS
        && program.crossings.is_empty()
        && program.pays.is_empty()
        && program.accounts.iter().all(|account| account.rate.is_none())
}

/// The table of a distribution that is the same everywhere.
fn table<'p>(program: &'p Program, tree: &LawTree) -> Option<&'p Inverse> {
    match tree {
        LawTree::Fixed(law) => program.laws[*law as usize].table(),
        _ => None,
    }
}

/// When delays end: infinity beyond the horizon, and NaN where they are none; compiled for each set of instructions.
struct Due<'a> {
    table: &'a Inverse,
    uniforms: &'a [f64],
    paths: &'a [Path],
    from: &'a [f64],
    to: &'a mut [f64],
    keys: &'a mut [u64],
    until: f64,
}

impl WithSimd for Due<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Due { table, uniforms, paths, from, to, keys, until } = self;
        table.fill(uniforms, to);
        let count = to.len();
        let (paths, from, keys) = (&paths[..count], &from[..count], &mut keys[..count]);
        for nth in 0..count {
            let due = to[nth] + from[nth];
            let usual = due > from[nth] && due <= until;
            to[nth] = if usual {
                due
            } else if due > until {
                f64::INFINITY
            } else {
                f64::NAN
            };
            keys[nth] = if usual { paths[nth].key() } else { paths[nth].aside() };
        }
    }
}

impl Lanes<'_> {
    /// The edge by which all paths of a world begin, if they may be walked in banks from there.
    pub(super) fn banks_begin(&mut self, worlds: &[World]) -> Option<Quick> {
        let edge = self.root.as_ref().filter(|_| self.banked && worlds.len() == 1).map(|(edge, _)| *edge);
        self.quick(edge?)
    }

    /// Walks these paths of a world, which all begin by this edge.
    pub(super) fn walk_in_banks<E: Each>(
        &mut self,
        world: &World,
        paths: Range<u64>,
        begin: Quick,
        seen: &mut E,
    ) {
        let mut banks = self.banks.take().unwrap_or_else(|| Box::new(Banks::new(self.sites.len())));
        self.slots.reserve(self.program, 1);
        self.slots.take(self.program, 0, world);
        banks.enter(world.key);
        self.ended.room().begin(&self.unmeasured);
        let mut trip = Trip { worlds: vec![world], seen };
        let (long, mut place) = (self.long, 0);
        while place < (paths.end - paths.start) as usize && self.fault.is_none() {
            let rest = (paths.end - paths.start) as usize - place;
            let some = Group { place, path: paths.start + place as u64, count: rest.min(ROOM) };
            self.walk_some(&mut banks, some, begin, &mut trip);
            place += rest.min(ROOM);
        }
        // Where many have to go the long way lanes may do better.
        banks.long += std::mem::replace(&mut self.long, long) - long;
        self.banked = banks.walked < WINDOW || banks.long * 4 <= banks.walked;
        self.banks = Some(banks).filter(|_| self.banked);
    }

    fn walk_some<E: Each>(&mut self, banks: &mut Banks, some: Group, begin: Quick, trip: &mut Trip<'_, E>) {
        banks.drawn.fill(0);
        for place in 0..some.count {
            banks.ats[place] = u64::from(trip.seen.begins(some.place + place).at);
            banks.push(Path::new(place, usize::from(begin.site), begin.fork), 0.0);
        }
        if begin.first != NEVER {
            let places = some.place..some.place + some.count;
            self.ended.room().of_measure(usize::from(begin.first))[places].fill(0.0);
        }
        (banks.walked, banks.idle) = (banks.walked + some.count as u64, 0);
        while let Some(site) = banks.fullest() {
            let waiting = banks.empty(site);
            banks.idle += 1;
            if banks.idle > IDLE {
                self.leave_banks(banks, waiting, some, trip);
                continue;
            }
            for from in waiting.clone().step_by(MANY) {
                self.advance(banks, site, from..waiting.end.min(from + MANY), some, trip);
            }
        }
    }

    /// Some of those that waited in a bank go on.
    fn advance<E: Each>(
        &mut self,
        banks: &mut Banks,
        site: usize,
        waiting: Range<usize>,
        some: Group,
        trip: &mut Trip<'_, E>,
    ) {
        banks.reserve(self.chain.forks.len());
        self.numbers(banks, site, waiting, some);
        let choices = self.drawn.choices();
        let more = match self.passed[site] {
            0 | 1 => banks.branch::<1>(choices),
            2 => banks.branch::<2>(choices),
            _ => banks.branch::<3>(choices),
        };
        let stage = self.program.stages[self.sites[site] as usize].index as usize;
        self.more(banks, more, stage, some, trip);
        trip.seen.visits(0, stage).leave_many(&banks.going.stays);
        for nth in 0..banks.aside.len() {
            let place = banks.aside[nth];
            // What it drew last it has not followed.
            let draws: u32 = banks.drawn.iter().skip(place).step_by(ROOM).sum();
            self.go_long(banks, place, draws - 1, some, trip);
        }
    }

    /// Draws what is waited for, and when it is over.
    #[inline(never)]
    fn numbers(&mut self, banks: &mut Banks, site: usize, waiting: Range<usize>, some: Group) {
        let Banks { drawn, ats, going, waiting: all, .. } = banks;
        let Going { paths, stays, keys, .. } = &mut **going;
        let waiting = &all[waiting];
        let count = waiting.len().min(MANY);
        stays.count = count;
        let [_, numbers, counts] = self.drawn.resize(count);
        let (drawn, ats) = (&mut drawn[site * ROOM..][..ROOM], &ats[..ROOM]);
        let (numbers, counts) = (&mut numbers[..count], &mut counts[..count]);
        for nth in 0..count {
            let (path, time) = waiting[nth];
            (paths[nth], stays.from[nth]) = (path, time);
            let place = path.place() % ROOM;
            numbers[nth] = some.path + place as u64;
            counts[nth] = u64::from(drawn[place]);
            drawn[place] += 1;
            stays.at[nth] = ats[place];
        }
        let (key, name) = (self.slots.key(0), self.names[site]);
        let Some(Kind::Takes { law, .. }) = self.program.clocks.get(site).map(|clock| &clock.kind) else {
            self.drawn.choose_alike(key, name);
            (stays.to, stays.at_once) = (stays.from, true);
            keys.iter_mut().zip(&paths[..count]).for_each(|(key, path)| *key = path.key());
            return;
        };
        stays.at_once = false;
        self.drawn.make_alike(key, name);
        let Some(table) = table(self.program, &law.tree) else { return };
        let uniforms = self.drawn.uniforms_filled();
        let (from, to) = (&stays.from[..], &mut stays.to[..uniforms.len()]);
        self.tables.dispatch(Due { table, uniforms, paths, from, to, keys, until: self.until() });
    }

    /// So many of them do more than to wait for another number.
    #[inline(never)]
    fn more<E: Each>(
        &mut self,
        banks: &mut Banks,
        more: usize,
        stage: usize,
        some: Group,
        trip: &mut Trip<'_, E>,
    ) {
        let Lanes { program, ended, chain, slots, drawn, .. } = self;
        let (stands, horizon, choices) = (ended.stands, program.horizon, drawn.choices());
        let mut room = ended.room();
        if stands {
            let Going { paths, stays, .. } = &*banks.going;
            for (path, from) in paths[..stays.count].iter().zip(&stays.from) {
                room.entered[some.place + path.place()] = *from;
            }
        }
        banks.out.clear();
        banks.aside.clear();
        let begins = trip.seen.begins(some.place);
        let mut stops = trip.seen.stops();
        // From the last on: one that is taken out of the stays is replaced by the last of them.
        for more in (0..more).rev() {
            let nth = usize::from(banks.going.more[more]) % MANY;
            let (path, to) = (banks.going.paths[nth], banks.going.stays.to[nth]);
            let place = some.place + path.place();
            if to < f64::INFINITY {
                let (fork, choice) = (path.fork(), choices[nth]);
                let branch = banks.chosen(fork, choice).or_else(|| {
                    banks.learn(fork, slots.small_of(program, chain, fork, &trip.worlds)?);
                    banks.chosen(fork, choice)
                });
                let way = branch.map_or(Way::ASIDE, |branch| chain.ways[fork as usize][branch]);
                if way.first != NEVER {
                    room.of_measure(usize::from(way.first))[place] = to;
                }
                match way.site {
                    OVER => {
                        room.put(place, way.fork, to);
                        if stands {
                            room.stand(place, to, false);
                        }
                        stops.over(banks.ats[path.place()] as u32, to);
                        banks.idle = 0;
                        continue;
                    }
                    MORE | ASIDE => {}
                    site => {
                        banks.push(Path::new(path.place(), usize::from(site), way.fork), to);
                        continue;
                    }
                }
            } else if to == f64::INFINITY
                && horizon < f64::INFINITY
                && let Some(&home) = chain.homes.get(path.fork() as usize)
                && let Some(&To::End(end)) = chain.nodes.get(home as usize).map(|node| &node.over)
            {
                room.put(place, end, horizon);
                if stands {
                    room.stand(place, horizon, true);
                }
                let at = banks.ats[path.place()] as u32;
                let mut since = Since { time: banks.going.stays.from[nth], at, ..begins };
                stops.stop((true, horizon), [(stage, &mut since)].into_iter());
                banks.idle = 0;
                banks.out.push(nth as u8);
                continue;
            }
            banks.out.push(nth as u8);
            banks.aside.push(path.place());
        }
        for &nth in &banks.out {
            banks.going.stays.remove(usize::from(nth));
        }
    }

    /// A path that has left so many stages goes the long way.
    #[cold]
    fn go_long<E: Each>(
        &mut self,
        banks: &mut Banks,
        place: usize,
        left: u32,
        some: Group,
        trip: &mut Trip<'_, E>,
    ) {
        let path = some.path + place as u64;
        self.lanes[0] = Lane { place: (some.place + place) as u32, path, left, ..Lane::default() };
        self.long_way(0, trip);
        banks.idle = 0;
        banks.forget(&self.renewed);
        banks.reserve(self.chain.forks.len());
    }

    /// Those that wait in a bank go the long way: they have been on it for too long.
    #[cold]
    fn leave_banks<E: Each>(
        &mut self,
        banks: &mut Banks,
        waiting: Range<usize>,
        some: Group,
        trip: &mut Trip<'_, E>,
    ) {
        for at in waiting {
            let place = banks.waiting[at].0.place();
            if self.fault.as_ref().is_some_and(|(first, _)| (*first as usize) < some.place + place) {
                continue;
            }
            let left = banks.drawn.iter().skip(place).step_by(ROOM).sum();
            self.go_long(banks, place, left, some, trip);
        }
    }
}

/// Paths that are walked together: the place of the first in the batch, its number, and how many.
#[derive(Clone, Copy)]
struct Group {
    place: usize,
    path: u64,
    count: usize,
}
