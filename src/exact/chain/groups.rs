//! Groups of clocks that move by themselves until something joins them.
//!
//! From a start, clocks of different groups run on through one another's events. Where no group's moves depend on where another
//! one is, the chance to find them in given places is the product of the chances of each, which follow from a chain of its own
//! that begins at the start. What ends this (a deadline, a condition on both) is an event of one group while the others are
//! in given places: its density is that of the event in the group's own chain times those chances. The product is right up to the
//! first such event if what has ended can't come back to where it would count again; that is checked.

use super::alone::{Class, Group, Label, Moves};
use super::starts::Starts;
use super::{Goes, Places, Use};
use crate::exact::moment::Late;
use crate::exact::race::{Own, Race};
use crate::exact::refusal::{NotExact, Why};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The most combinations between a start and what ends it.
const MOST: usize = 1_000;

/// Sets that are joined.
#[derive(Default)]
struct Sets<T: Ord + Copy>(BTreeMap<T, T>);

impl<T: Ord + Copy> Sets<T> {
    fn of(&mut self, it: T) -> T {
        let mut root = *self.0.entry(it).or_insert(it);
        while self.0[&root] != root {
            root = self.0[&root];
        }
        self.0.insert(it, root);
        root
    }

    fn join(&mut self, a: T, b: T) {
        let (a, b) = (self.of(a), self.of(b));
        self.0.insert(a.max(b), a.min(b));
    }
}

/// An event that stays within a region, by numbers in it.
struct Move {
    from: usize,
    /// Which exit it is, and its clock.
    which: usize,
    clock: u32,
    to: usize,
    /// The node that it leads to: the same place as `to`.
    node: usize,
    p: f64,
}

/// The nodes from a start up to what ends it; the start is the first.
struct Region {
    nodes: Vec<usize>,
    place: HashMap<usize, usize>,
}

impl Starts<'_> {
    fn tangled(&self, n: usize, v: usize, clock: u32) -> NotExact {
        let running = self.general(v).iter().chain(self.general(n));
        let other = running.map(|it| it.0).find(|other| *other != clock).unwrap_or(clock);
        NotExact { clocks: vec![other as usize, clock as usize], why: Why::RunsOn }
    }

    fn region(&self, n: usize) -> Result<Region, NotExact> {
        let mut region = Region { nodes: vec![n], place: HashMap::from([(n, 0)]) };
        let mut at = 0;
        while let Some(&v) = region.nodes.get(at) {
            for to in self.goes[v].iter().flat_map(|goes| &goes.on).map(|to| to.0 as usize) {
                if let std::collections::hash_map::Entry::Vacant(new) = region.place.entry(to) {
                    new.insert(region.nodes.len());
                    region.nodes.push(to);
                }
            }
            if region.nodes.len() > MOST {
                let clocks = vec![self.general(n)[0].0 as usize];
                return Err(NotExact { clocks, why: Why::RunsThrough(MOST) });
            }
            at += 1;
        }
        Ok(region)
    }

    fn place(&self, v: usize) -> u32 {
        self.graph.vertices[self.nodes[v] as usize].place
    }

    /// The events that stay within the region.
    fn inner(&self, region: &Region) -> Vec<Move> {
        let mut moves = vec![];
        for (from, v) in region.nodes.iter().enumerate() {
            for (which, (exit, goes)) in self.exits(*v).iter().zip(&self.goes[*v]).enumerate() {
                moves.extend(goes.on.iter().map(|(node, p)| {
                    let node = *node as usize;
                    Move { from, which, clock: exit.clock, to: region.place[&node], node, p: *p }
                }));
            }
        }
        moves
    }

    /// The events after which a group is alone, and all is as it may be elsewhere in the region: they stay within it too.
    fn back(&self, region: &Region, groups: &[BTreeSet<u32>]) -> Vec<Move> {
        let aged = region.nodes.iter().enumerate().skip(1);
        let known: HashMap<u32, usize> = aged.map(|(i, v)| (self.place(*v), i)).collect();
        let mut moves = vec![];
        for (from, v) in region.nodes.iter().enumerate() {
            for (which, (exit, goes)) in self.exits(*v).iter().zip(&self.goes[*v]).enumerate() {
                let Some(own) = groups.iter().find(|g| g.contains(&exit.clock)) else { continue };
                for (node, p) in &goes.to {
                    let node = *node as usize;
                    if node < self.nodes.len()
                        && let Some(to) = known.get(&self.place(node))
                        && self.general(node).iter().all(|it| own.contains(&it.0))
                    {
                        moves.push(Move { from, which, clock: exit.clock, to: *to, node, p: *p });
                    }
                }
            }
        }
        moves
    }

    fn running(&self, v: usize) -> BTreeSet<u32> {
        let exits = self.exits(v).iter().map(|exit| exit.clock);
        exits.chain(self.general(v).iter().map(|it| it.0)).collect()
    }

    fn started(&self, v: usize) -> &[u32] {
        &self.graph.vertices[self.nodes[v] as usize].started
    }

    /// The groups: a clock that runs through all of it and ends it is one of its own; else those of a track go together, and
    /// what an event starts or drops goes with it.
    fn parted(&self, region: &Region, moves: &[Move]) -> Vec<BTreeSet<u32>> {
        let mut all: BTreeSet<u32> = BTreeSet::new();
        let mut through: Vec<(u32, u32)> = self.general(region.nodes[0]).to_vec();
        for (i, v) in region.nodes.iter().enumerate() {
            all.extend(self.running(*v));
            let started = if i == 0 { &[] } else { self.started(*v) };
            through.retain(|it| self.general(*v).contains(it) && !started.contains(&it.0));
        }
        through.retain(|it| moves.iter().all(|m| m.clock != it.0));
        let through: BTreeSet<u32> = through.into_iter().map(|it| it.0).collect();
        let mut sets: Sets<u32> = Sets::default();
        for a in &all {
            for b in &all {
                let apart = through.contains(a) != through.contains(b);
                if !apart
                    && (through.contains(a)
                        || self.graph.tracks[*a as usize] == self.graph.tracks[*b as usize])
                {
                    sets.join(*a, *b);
                }
            }
        }
        for m in moves {
            let (from, to) = (region.nodes[m.from], m.node);
            let changed =
                self.running(from).symmetric_difference(&self.running(to)).copied().collect::<Vec<u32>>();
            // Which clocks may ring before fixed ones is no change of theirs.
            let (general, then) = (self.general(from), self.general(to));
            let same = |c: &u32| general.iter().any(|it| it.0 == *c) && then.iter().any(|it| it.0 == *c);
            let changed = changed.iter().filter(|c| !same(c));
            changed.chain(self.started(to)).for_each(|other| sets.join(m.clock, *other));
        }
        let mut groups: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for clock in all {
            groups.entry(sets.of(clock)).or_default().insert(clock);
        }
        groups.into_values().collect()
    }

    /// A group's places and moves; refused where they depend on the others.
    fn group(&self, region: &Region, moves: &[Move], clocks: BTreeSet<u32>) -> Result<Group, NotExact> {
        let place = |i: usize| self.place(region.nodes[i]);
        let mut sets: Sets<u32> = Sets::default();
        moves
            .iter()
            .filter(|m| !clocks.contains(&m.clock))
            .for_each(|m| sets.join(place(m.from), place(m.to)));
        let mut numbers: HashMap<u32, usize> = HashMap::new();
        let class: Vec<usize> = (0..region.nodes.len())
            .map(|i| {
                let next = numbers.len();
                *numbers.entry(sets.of(place(i))).or_insert(next)
            })
            .collect();
        let mut classes: Vec<Class> = (0..numbers.len()).map(|_| Class::default()).collect();
        let start = region.nodes[0];
        for (i, v) in region.nodes.iter().enumerate() {
            let own = |list: &[(u32, u32)]| -> Vec<(u32, u32)> {
                list.iter().filter(|it| clocks.contains(&it.0)).copied().collect()
            };
            let general = own(self.general(*v));
            let known = &mut classes[class[i]];
            // Those without memory run in all of it, or in none.
            let exits = self.exits(*v).iter().filter(|exit| self.memoryless(exit));
            let rates = own(&exits.map(|exit| (exit.clock, exit.law)).collect::<Vec<_>>());
            if known.general.get_or_insert_with(|| general.clone()) != &general
                || known.rates.get_or_insert_with(|| rates.clone()) != &rates
            {
                let clock = clocks.first().copied().unwrap_or(0);
                return Err(self.tangled(start, *v, clock));
            }
            for (which, exit) in self.exits(*v).iter().enumerate() {
                if !clocks.contains(&exit.clock) {
                    continue;
                }
                let mut led: BTreeMap<Label, f64> = BTreeMap::new();
                for m in moves.iter().filter(|m| m.from == i && m.which == which) {
                    let started = self.started(m.node).iter().filter(|c| clocks.contains(c));
                    *led.entry((class[m.to], started.copied().collect())).or_default() += m.p;
                }
                let (law, ways) = known.rings.entry(exit.clock).or_insert((exit.law, BTreeMap::new()));
                let mut same = *law == exit.law;
                for (label, p) in led {
                    let way = ways.entry(label).or_insert(p);
                    same &= (*way - p).abs() <= 1e-12;
                }
                if !same || ways.values().sum::<f64>() > 1.0 + 1e-9 {
                    return Err(self.tangled(start, *v, exit.clock));
                }
            }
        }
        Ok(Group { clocks, class, classes })
    }

    /// Refused where the places of the groups do not tell the combination, or an end may come back to where it would count again.
    fn sound(&self, region: &Region, moves: &[Move], groups: &[Group]) -> Result<(), NotExact> {
        let tuple = |i: usize| -> Vec<usize> { groups.iter().map(|g| g.class[i]).collect() };
        let start = region.nodes[0];
        let mut known: HashMap<Vec<usize>, u32> = HashMap::new();
        for (i, v) in region.nodes.iter().enumerate() {
            let place = self.place(*v);
            if *known.entry(tuple(i)).or_insert(place) != place {
                return Err(self.tangled(start, *v, self.general(start)[0].0));
            }
        }
        let mut lost: HashSet<Vec<usize>> = HashSet::new();
        let mut work: Vec<(Vec<usize>, usize, u32)> = vec![];
        for (i, v) in region.nodes.iter().enumerate() {
            for (which, exit) in self.exits(*v).iter().enumerate() {
                let Some(g) = groups.iter().position(|g| g.clocks.contains(&exit.clock)) else { continue };
                let own = moves.iter().filter(|m| m.from == i && m.which == which);
                let stays: Vec<usize> = own.map(|m| groups[g].class[m.to]).collect();
                for (to, _) in groups[g].classes[groups[g].class[i]].rings[&exit.clock].1.keys() {
                    if !stays.contains(to) {
                        let mut at = tuple(i);
                        at[g] = *to;
                        work.push((at, *v, exit.clock));
                    }
                }
            }
        }
        while let Some((at, v, clock)) = work.pop() {
            if known.contains_key(&at) || lost.len() > 20 * MOST {
                return Err(self.tangled(start, v, clock));
            }
            if !lost.insert(at.clone()) {
                continue;
            }
            for (g, group) in groups.iter().enumerate() {
                for (_, ways) in group.classes[at[g]].rings.values() {
                    for (to, _) in ways.keys() {
                        let mut next = at.clone();
                        next[g] = *to;
                        work.push((next, v, clock));
                    }
                }
            }
        }
        Ok(())
    }

    /// What may happen after a start from which several groups go on; and what the parts may be off.
    pub(super) fn groups(&mut self, n: usize) -> Result<(Vec<Use>, Places, f64), NotExact> {
        let region = self.region(n)?;
        let exits = region.nodes.iter().flat_map(|v| self.exits(*v));
        if let Some(exit) = exits.into_iter().find(|exit| self.swings(exit)) {
            return Err(NotExact { clocks: vec![exit.clock as usize], why: Why::Swings });
        }
        self.pairs += region.nodes.len();
        let mut moves = self.inner(&region);
        let parted = self.parted(&region, &moves);
        moves.extend(self.back(&region, &parted));
        let clock = moves.first().map_or(0, |m| m.clock);
        if parted.len() < 2 {
            return Err(self.tangled(n, region.nodes[region.nodes.len().min(2) - 1], clock));
        }
        // Those that came through a date together depend on one another.
        let carried = |it: &&(u32, u32)| self.delay(it.1).is_some_and(|delay| delay.carried().is_some());
        let together: Vec<u32> = self.general(n).iter().filter(carried).map(|it| it.0).collect();
        if !parted.iter().any(|set| together.iter().all(|clock| set.contains(clock))) {
            return Err(self.tangled(n, n, clock));
        }
        let groups: Result<Vec<Group>, NotExact> =
            parted.into_iter().map(|clocks| self.group(&region, &moves, clocks)).collect();
        let groups = groups?;
        self.sound(&region, &moves, &groups)?;
        // A group that never goes on within the region ends it by its first ring.
        let ending = groups.iter().filter(|g| g.classes.len() == 1);
        let ending = ending.filter(|g| g.classes[0].rings.values().all(|(_, ways)| ways.is_empty()));
        let laws = ending.flat_map(|g| g.classes[0].general.iter().flatten());
        let until = self.bank.far(laws.filter_map(|it| self.delay(it.1)));
        if until == f64::INFINITY && !groups.iter().all(Group::ends) {
            return Err(self.tangled(n, n, clock));
        }
        let solved: Result<Vec<Moves>, NotExact> = groups.iter().map(|g| self.moves(g, until)).collect();
        let solved = solved?;
        let mut seen: HashMap<u64, usize> = HashMap::new();
        for (g, moves) in solved.iter().enumerate() {
            for (time, _) in moves.rings.values().flat_map(|path| path.jumps()) {
                // At the same instant the order would matter.
                if *seen.entry(time.to_bits()).or_insert(g) != g {
                    return Err(self.tangled(n, n, clock));
                }
            }
        }
        // Combinations that differ by what has started in them are one here. Not in each of them may every clock ring: what has just
        // started may rule out that a fixed delay is over before.
        let mut first: HashMap<u32, usize> = HashMap::new();
        let places: Vec<u32> = (0..self.nodes.len()).map(|v| self.place(v)).collect();
        let place = |v: usize| places[v];
        region.nodes.iter().for_each(|v| {
            first.entry(place(*v)).or_insert(*v);
        });
        let mut uses = vec![];
        let mut told: HashSet<(u32, u32)> = HashSet::new();
        for (i, v) in region.nodes.iter().enumerate() {
            for (which, exit) in self.exits(*v).to_vec().iter().enumerate() {
                let Some(g) = groups.iter().position(|g| g.clocks.contains(&exit.clock)) else { continue };
                let Some(ring) = solved[g].rings.get(&(groups[g].class[i], exit.clock)) else { continue };
                if !told.insert((place(*v), exit.clock)) {
                    continue;
                }
                let others = (0..groups.len()).filter(|other| *other != g);
                let places = others.map(|other| solved[other].stands[groups[other].class[i]].clone());
                let own = Own::Path(ring.clone());
                let race = Race { places: places.collect(), ..Race::new(own, None, std::iter::empty()) };
                let mut goes: Goes = self.goes[*v][which].clone();
                let stays = moves.iter().filter(|m| m.from == i && m.which == which);
                let stays: Vec<&Move> = stays.collect();
                goes.to.retain(|(to, _)| stays.iter().all(|m| m.node != *to as usize));
                let on = stays.iter().map(|m| (first[&place(region.nodes[m.to])] as u32, m.p));
                goes.on = on.collect();
                let kernel = self.bank.number(&race);
                let (rings, swings) = (vec![(exit.clock, 1.0)], vec![]);
                let at = first[&place(*v)] as u32;
                uses.push(Use { kernel, share: 1.0, at, due: None, goes, rings, swings });
            }
        }
        let places = region.nodes.iter().map(|v| *v as u32).collect();
        let off: f64 = solved.iter().map(|moves| moves.bound).sum();
        // What is wrong may be wrong as late as anything rings.
        let last = solved.iter().flat_map(|moves| moves.rings.values()).map(|path| path.last());
        let last = last.fold(0.0, f64::max);
        self.late.add(off, Late { first: last, second: last * last });
        Ok((uses, Places::Grouped(places), off))
    }
}
