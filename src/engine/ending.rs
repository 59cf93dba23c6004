//! What is gathered while time passes, and what is read when a path has ended.

use super::fault::{FaultKind, Trouble, trouble};
use super::gathering::Gathering;
use super::luck::Luck;
use super::observer::{Observer, PathEnd};
use super::timed::TimedRate;
use super::walker::{End, NONE, Walker};
use crate::program::MeasureKind;

impl<L: Luck> Walker<'_, L> {
    /// Time goes on to `next`; accounts gather what comes until then.
    #[inline]
    pub(super) fn pass(&mut self, next: f64) -> Result<(), Trouble> {
        if !self.program.accounts.is_empty() {
            self.gather(next)?;
        }
        self.set_time(next);
        Ok(())
    }

    /// Nothing has gathered yet: the path begins.
    pub(super) fn gather_anew(&mut self) {
        self.gathering.fill(Gathering::NONE);
        for account in &self.program.accounts {
            self.values[self.program.layout.measure(account.measure as usize)] = 0.0;
        }
    }

    fn gather(&mut self, next: f64) -> Result<(), Trouble> {
        let program = self.program;
        let news = std::mem::take(&mut self.ungathered);
        for (number, account) in program.accounts.iter().enumerate() {
            let Some(rate) = account.rate else { continue };
            let wrong = |value: f64| trouble(FaultKind::Rate(value), rate.value.span);
            let measure = program.layout.measure(account.measure as usize);
            if rate.value.deps.timed() {
                let weight = |t: f64| account.discount(t);
                self.values[measure] += TimedRate::new(program, &mut self.values, rate, f64::MIN)
                    .integral(self.now, next, weight)
                    .map_err(wrong)?;
            } else if rate.touches.touched(news) {
                let value = program.code.evaluate(&rate.value, &mut self.values);
                if !value.is_finite() {
                    return Err(wrong(value));
                }
                self.gathering[number].go_on(account, value, self.now, &mut self.values[measure]);
            }
        }
        Ok(())
    }

    /// Accounts get what has gathered since their rates changed last: the path is at its end.
    pub(super) fn gather_last(&mut self) {
        for (gathering, account) in self.gathering.iter().zip(&self.program.accounts) {
            let measure = self.program.layout.measure(account.measure as usize);
            gathering.add(account, self.now, &mut self.values[measure]);
        }
    }

    /// Reads measures, payoffs and splits, and shows the end.
    pub(super) fn finish(&mut self, end: &End, observer: &mut impl Observer) -> Result<(), Trouble> {
        let program = self.program;
        let (code, layout) = (&program.code, program.layout);
        self.place = NONE;
        self.clean = true;
        self.values[layout.outcome()] = f64::from(end.outcome);
        for (index, measure) in program.measures.iter().enumerate() {
            if let MeasureKind::Value(value) = &measure.kind {
                self.values[layout.measure(index)] = code.evaluate(value, &mut self.values);
            }
            let counted = match &measure.given {
                Some(given) => code.holds(given, &mut self.values),
                None => true,
            };
            self.counted[index] = counted;
            if counted && self.values[layout.measure(index)].is_nan() {
                let span = match &measure.kind {
                    MeasureKind::Value(value) => value.span,
                    _ => measure.given.map_or_else(Default::default, |given| given.span),
                };
                return Err(trouble(FaultKind::Measure(index), span));
            }
        }
        for (index, key) in program.cells.iter().enumerate() {
            let value = code.evaluate(key, &mut self.values);
            if !(value.abs() < 9e15 && value == value.trunc()) {
                return Err(trouble(FaultKind::Cell(index, value), key.span));
            }
            self.cells[index] = value as i64;
        }
        let outcomes = program.payoffs.len().checked_div(program.parties).unwrap_or(0);
        for party in 0..program.parties {
            let payoff = &program.payoffs[party * outcomes + usize::from(end.outcome)];
            let value = code.evaluate(payoff, &mut self.values);
            if !value.is_finite() {
                return Err(trouble(FaultKind::Payoff(party, value), payoff.span));
            }
            self.payoffs[party] = value;
        }
        let measures = layout.measure(0)..layout.measure(program.measures.len());
        let entered = layout.entered(0)..layout.entered(program.tracks.len());
        observer.end(&PathEnd {
            outcome: usize::from(end.outcome),
            time: end.time,
            last: self.now,
            standing: end.standing,
            states: &self.values[..layout.states],
            stages: &self.stages,
            entered: &self.values[entered],
            measures: &self.values[measures],
            counted: &self.counted,
            payoffs: &self.payoffs,
            cells: &self.cells,
        });
        Ok(())
    }
}
