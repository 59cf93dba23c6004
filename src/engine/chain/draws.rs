//! Random numbers for many lanes at once.

use super::lanes::{LANES, Lanes};
use crate::dist::Inverse;
use crate::engine::World;
use crate::program::{Kind, LawPlan, LawTree};
use pulp::{Simd, WithSimd};

/// Many quantiles of one law, added to when each delay starts; compiled for each set of instructions.
struct Invert<'a> {
    table: &'a Inverse,
    uniforms: &'a [f64],
    starts: &'a [f64],
    dues: &'a mut [f64],
}

impl WithSimd for Invert<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.table.fill(self.uniforms, self.dues);
        for (due, start) in self.dues.iter_mut().zip(self.starts) {
            *due += start;
        }
    }
}

impl Lanes<'_> {
    /// Draws what these lanes wait for.
    pub(super) fn draw(&mut self, site: usize, some: &[u32], worlds: &[&World]) {
        let (count, name) = (some.len(), self.names[site]);
        self.starts.resize(count, 0.0);
        let starts = &mut self.starts[..count];
        let [keys, paths, counts] = self.drawn.resize(count);
        let occurrences = &mut self.occurrences[site * LANES..][..LANES];
        let lanes = &*self.lanes;
        let draws = paths.iter_mut().zip(counts).zip(starts);
        for (((path, count), start), &lane) in draws.zip(some) {
            let it = &lanes[lane as usize % LANES];
            let occurrence = &mut occurrences[lane as usize % LANES];
            (*path, *count, *start) = (it.path, u64::from(*occurrence), it.now);
            *occurrence += 1;
        }
        if self.slots.capacity() > 1 {
            for (key, lane) in keys.iter_mut().zip(some) {
                *key = self.slots.key(self.lanes[*lane as usize % LANES].slot as usize).bits();
            }
            self.drawn.make(name);
        } else {
            self.drawn.make_alike(self.slots.key(0), name);
        }
        self.dues.clear();
        match self.program.clocks.get(site).map(|clock| &clock.kind) {
            None | Some(Kind::At(_) | Kind::Guard) => {}
            Some(Kind::Takes { law, .. }) => self.delays(site, some, law, worlds),
            Some(Kind::Hazard(_)) => self.needs(site, some),
        }
    }

    /// The exit of the clock in the node of a lane.
    fn exit(&self, lane: usize, clock: usize) -> usize {
        let mut exits = self.chain.nodes[self.node(lane) as usize].exits.range();
        exits.find(|e| self.chain.exits[*e].clock as usize == clock).unwrap_or(0)
    }

    fn delays(&mut self, site: usize, lanes: &[u32], law: &LawPlan, worlds: &[&World]) {
        if let LawTree::Fixed(law) = law.tree
            && let Some(table) = self.program.laws[law as usize].table()
        {
            let uniforms = self.drawn.uniforms_filled();
            self.dues.resize(uniforms.len(), 0.0);
            let (starts, dues) = (&self.starts[..], &mut self.dues);
            self.arch.dispatch(Invert { table, uniforms, starts, dues });
            return;
        }
        let name = self.names[site];
        for lane in lanes.iter().map(|lane| *lane as usize) {
            let it = self.lanes[lane];
            let world = worlds[it.slot as usize];
            let occurrence = self.occurrences[site * LANES + lane] - 1;
            let mut draw = world.key.draw(name, it.path, occurrence);
            let place = (self.node(lane), self.exit(lane, site), it.slot as usize);
            let count = self.own();
            let own = self.carried.clocks[site].then(|| &self.states[lane * count..][..count]);
            let delay = self.slots.delay(self.program, &self.chain, law, place, (world, own), &mut draw);
            // What is no delay is seen when the lane goes on: not later than now.
            let due = if (0.0..f64::INFINITY).contains(&delay) { it.now + delay } else { f64::NEG_INFINITY };
            self.dues.push(due);
        }
    }

    fn needs(&mut self, site: usize, lanes: &[u32]) {
        for (nth, lane) in lanes.iter().map(|lane| *lane as usize).enumerate() {
            let (i, it) = (site * LANES + lane, self.lanes[lane]);
            let exit = self.exit(lane, site);
            let count = self.own();
            let own = self.carried.clocks[site].then(|| &self.states[lane * count..][..count]);
            let place = (exit, self.node(lane), it.slot as usize);
            let rate = self.slots.rate(self.program, &self.chain, place, own);
            self.need[i] = -libm::log(self.drawn.uniforms()[nth]);
            self.since[i] = it.now;
            self.rate[i] = rate.unwrap_or(f64::NAN);
            self.dues.push(match rate {
                Some(rate) if rate > 0.0 => it.now + self.need[i] / rate,
                Some(_) => f64::INFINITY,
                None => f64::NEG_INFINITY,
            });
        }
    }
}
