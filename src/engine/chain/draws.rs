//! Random numbers for many lanes at once.

use super::lanes::{LANES, Lanes};
use crate::dist::Inverse;
use crate::engine::World;
use crate::program::{Kind, LawPlan, LawTree};
use pulp::{Simd, WithSimd};

/// Many quantiles of one law, compiled for each set of instructions.
struct Invert<'a> {
    table: &'a Inverse,
    uniforms: &'a [f64],
    delays: &'a mut [f64],
}

impl WithSimd for Invert<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.table.fill(self.uniforms, self.delays);
    }
}

impl Lanes<'_> {
    /// Draws what these lanes wait for.
    pub(super) fn draw(&mut self, site: usize, lanes: &[u32], worlds: &[World]) {
        let (drawn, sites) = (&mut self.drawn, self.queues.len());
        let [keys, paths, counts] = drawn.resize(lanes.len());
        let many = self.slots.capacity() > 1;
        keys.fill(self.slots.key(site, 0));
        for (nth, lane) in lanes.iter().enumerate() {
            let it = &self.lanes[*lane as usize % LANES];
            let occurrence = &mut self.occurrences[*lane as usize % LANES * sites + site];
            (paths[nth], counts[nth]) = (it.path, u64::from(*occurrence));
            if many {
                keys[nth] = self.slots.key(site, it.slot as usize);
            }
            *occurrence += 1;
        }
        drawn.make();
        self.dues.clear();
        self.delays.clear();
        match self.program.clocks.get(site).map(|clock| &clock.kind) {
            None | Some(Kind::At(_) | Kind::Guard) => {}
            Some(Kind::Takes { law, .. }) => self.delays(site, lanes, law, worlds),
            Some(Kind::Hazard(_)) => self.needs(site, lanes),
        }
    }

    /// The exit of the clock in the node of a lane.
    fn exit(&self, lane: usize, clock: usize) -> usize {
        let mut exits = self.chain.nodes[self.lanes[lane].node as usize].exits.range();
        exits.find(|e| self.chain.exits[*e].clock as usize == clock).unwrap_or(0)
    }

    fn delays(&mut self, site: usize, lanes: &[u32], law: &LawPlan, worlds: &[World]) {
        if let LawTree::Fixed(law) = law.tree
            && let Some(table) = self.program.laws[law as usize].table()
        {
            self.delays.resize(lanes.len(), 0.0);
            let (uniforms, delays) = (self.drawn.uniforms(), &mut self.delays);
            self.arch.dispatch(Invert { table, uniforms, delays });
            return;
        }
        let name = self.program.clocks[site].name;
        for lane in lanes.iter().map(|lane| *lane as usize) {
            let it = self.lanes[lane];
            let world = &worlds[it.slot as usize];
            let occurrence = self.occurrences[lane * self.queues.len() + site] - 1;
            let mut draw = world.key.draw(name, it.path, occurrence);
            let place = (it.node, self.exit(lane, site), it.slot as usize);
            let delay = self.slots.delay(self.program, &self.chain, law, place, world, &mut draw);
            // What is no delay is seen when the lane goes on: not later than now.
            let due = if (0.0..f64::INFINITY).contains(&delay) { it.now + delay } else { f64::NEG_INFINITY };
            self.dues.push(due);
        }
    }

    fn needs(&mut self, site: usize, lanes: &[u32]) {
        for (nth, lane) in lanes.iter().map(|lane| *lane as usize).enumerate() {
            let (i, it) = (site * LANES + lane, self.lanes[lane]);
            let exit = self.exit(lane, site);
            let rate = self.slots.rate(self.program, &self.chain, exit, it.node, it.slot as usize);
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
