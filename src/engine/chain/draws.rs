//! Random numbers for many lanes at once.

use super::lanes::{LANES, Lanes, carries};
use super::queue::Column;
use super::short::NONE;
use crate::dist::Inverse;
use crate::engine::World;
use crate::program::{Kind, LawPlan, LawTree};
use pulp::{Simd, WithSimd};

/// Many quantiles of one law, added to when each delay starts; compiled for each set of instructions. Whether each ends later than it
/// starts.
struct Invert<'a> {
    table: &'a Inverse,
    uniforms: &'a [f64],
    starts: &'a [f64],
    dues: &'a mut [f64],
}

impl WithSimd for Invert<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        self.table.fill(self.uniforms, self.dues);
        let mut later = true;
        for (due, start) in self.dues.iter_mut().zip(self.starts) {
            *due += start;
            later &= *due > *start;
        }
        later
    }
}

impl Lanes<'_> {
    /// Draws what the lanes of the column wait for. Whether it is over at a time that was drawn.
    pub(super) fn draw(&mut self, site: usize, worlds: &[&World]) -> bool {
        let name = self.names[site];
        let clock = self.program.clocks.get(site).map(|clock| &clock.kind);
        // Of stages that branch on the spot, and of dates, only the choice is asked for.
        let timed = matches!(clock, Some(Kind::Takes { .. } | Kind::Hazard(_)));
        let Lanes { column, drawn, lanes, occurrences, .. } = self;
        let count = column.count.min(LANES);
        let [keys, paths, counts] = drawn.resize(count);
        let occurrences = &mut occurrences[site * LANES..][..LANES];
        let (lanes, column) = (&**lanes, &mut **column);
        let draws = paths.iter_mut().zip(counts);
        for (nth, (path, count)) in draws.enumerate() {
            let lane = usize::from(column.lanes[nth % LANES]) % LANES;
            let (it, occurrence) = (&lanes[lane], &mut occurrences[lane]);
            (*path, *count) = (it.path, u64::from(*occurrence));
            column.starts[nth % LANES] = it.now;
            *occurrence += 1;
        }
        if self.slots.capacity() > 1 {
            for (key, lane) in keys.iter_mut().zip(&column.lanes) {
                *key = self.slots.key(lanes[usize::from(*lane) % LANES].slot as usize).bits();
            }
            if timed { drawn.make(name) } else { drawn.choose(name) }
        } else if timed {
            drawn.make_alike(self.slots.key(0), name);
        } else {
            drawn.choose_alike(self.slots.key(0), name);
        }
        let later = match clock {
            None | Some(Kind::At(_) | Kind::Guard) => {
                self.column.times[..count].copy_from_slice(&self.column.starts[..count]);
                return false;
            }
            Some(Kind::Takes { law, .. }) => self.delays(site, law, worlds),
            Some(Kind::Hazard(_)) => self.needs(site),
        };
        if !later {
            self.part_those_at_once();
        }
        true
    }

    /// What has no delay goes on by itself.
    #[cold]
    fn part_those_at_once(&mut self) {
        for nth in 0..self.column.count {
            let later = self.column.times[nth] > self.column.starts[nth];
            if !later {
                let lane = usize::from(self.column.lanes[nth]);
                self.lanes[lane].node = self.node(lane);
                self.lanes[lane].fork = NONE;
            }
        }
    }

    /// The exit of the clock in the node of a lane.
    fn exit(&self, lane: usize, clock: usize) -> usize {
        let mut exits = self.chain.nodes[self.node(lane) as usize].exits.range();
        exits.find(|e| self.chain.exits[*e].clock as usize == clock).unwrap_or(0)
    }

    /// When delays end. Whether each ends later than it starts.
    fn delays(&mut self, site: usize, law: &LawPlan, worlds: &[&World]) -> bool {
        if let LawTree::Fixed(law) = law.tree
            && let Some(table) = self.program.laws[law as usize].table()
        {
            let uniforms = self.drawn.uniforms_filled();
            let Column { count, starts, times, .. } = &mut *self.column;
            let dues = &mut times[..uniforms.len()];
            return self.tables.dispatch(Invert { table, uniforms, starts: &starts[..*count], dues });
        }
        let (name, mut later) = (self.names[site], true);
        for nth in 0..self.column.count {
            let lane = usize::from(self.column.lanes[nth]);
            let it = self.lanes[lane];
            let world = worlds[it.slot as usize];
            let occurrence = self.occurrences[site * LANES + lane] - 1;
            let mut draw = world.key.draw(name, it.path, occurrence);
            let place = (self.node(lane), self.exit(lane, site), it.slot as usize);
            let own = self.carried.clocks[site].then(|| carries(&self.carried, &self.states, lane));
            let delay = self.slots.delay(self.program, &self.chain, law, place, (world, own), &mut draw);
            // What is no delay is seen when the lane goes on: not later than now.
            let due = if (0.0..f64::INFINITY).contains(&delay) { it.now + delay } else { f64::NEG_INFINITY };
            self.column.times[nth] = due;
            later &= due > it.now;
        }
        later
    }

    /// The same of clocks that ring by a rate.
    fn needs(&mut self, site: usize) -> bool {
        let mut later = true;
        for nth in 0..self.column.count {
            let lane = usize::from(self.column.lanes[nth]);
            let (i, it) = (site * LANES + lane, self.lanes[lane]);
            let exit = self.exit(lane, site);
            let own = self.carried.clocks[site].then(|| carries(&self.carried, &self.states, lane));
            let place = (exit, self.node(lane), it.slot as usize);
            let rate = self.slots.rate(self.program, &self.chain, place, own);
            self.need[i] = -libm::log(self.drawn.uniforms()[nth]);
            self.since[i] = it.now;
            self.rate[i] = rate.unwrap_or(f64::NAN);
            let due = match rate {
                Some(rate) if rate > 0.0 => it.now + self.need[i] / rate,
                Some(_) => f64::INFINITY,
                None => f64::NEG_INFINITY,
            };
            self.column.times[nth] = due;
            later &= due > it.now;
        }
        later
    }
}
