//! Where a path ends as `never`: no outcome can be reached, or nothing comes any more.

use super::*;
use crate::engine::{TimedRate, next_crossing};

impl Explorer<'_> {
    /// A path has ended as `never` in a combination: nothing happens there any more.
    pub(super) fn stand(&mut self, at: usize, mut config: Config) -> Result<(), NotExact> {
        config.over = true;
        config.running.fill(STILL);
        config.date.fill(f64::INFINITY);
        let vertex = &mut self.graph.vertices[at];
        (vertex.kind, vertex.over) = (Kind::Wait(vec![]), true);
        (vertex.aged, vertex.place) = (false, 0);
        (vertex.general, vertex.started) = (vec![], vec![]);
        if self.timed {
            self.settled.resize_with(self.settled.len().max(at + 1), || None);
            self.settled[at] = Some(config);
        }
        Ok(())
    }

    /// Whether time alone may still bring something where no clock runs, as a path sees it: a date, a comparison of any condition
    /// that is looked at, a rate that is 0 now. The epoch ends when it next may.
    pub(super) fn pends(&mut self, config: &Config) -> Result<bool, NotExact> {
        let program = self.program;
        let clocks = || config.at.iter().flat_map(|s| program.stages[*s as usize].clocks.range());
        let whens = program.outcomes.iter().map(|(_, when)| when);
        let firsts = program.firsts.iter().zip(&config.firsts).filter(|(_, holds)| !**holds);
        let firsts = firsts.map(|(first, _)| &first.condition);
        let guards = clocks().filter_map(|clock| program.clocks[clock].guard.as_ref());
        let mut next = config.date.iter().copied().fold(f64::INFINITY, f64::min);
        for condition in whens.chain(firsts).chain(guards) {
            for crossing in condition.crossings.of(&program.crossings) {
                if program.code.evaluate(&crossing.difference, &mut self.values).is_nan() {
                    // It reads how long a stage has lasted.
                    return Err(NotExact::because(Why::ReadsTime(condition.value.span)));
                }
                next = next.min(next_crossing(program, &mut self.values, crossing));
            }
        }
        self.next = self.next.min(next);
        let mut pends = next < f64::INFINITY;
        for clock in clocks().filter(|clock| config.running[*clock] == NEVER) {
            if let ClockKind::Hazard(rate) = &program.clocks[clock].kind
                && rate.value.deps.timed()
            {
                let mut rate = TimedRate::new(program, &mut self.values, *rate, 0.0);
                let rings = rate.when(self.from, f64::MIN_POSITIVE, f64::INFINITY);
                pends |= rings.is_ok_and(|at| at < f64::INFINITY);
            }
        }
        Ok(pends)
    }
}
