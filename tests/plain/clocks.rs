//! One clock (design, section 3.2): starting, changing, being dropped.

use super::eval::View;
use super::fault::{Kind, Result, fault, finite};
use super::hazard;
use super::laws::{Values, sample, values};
use super::times::reads_time;
use detente::dist::Law;
use detente::model::{Clock, ClockKind, Expr, OnChange, OnReturn, Return, Scenario};
use detente::stream::{Name, WorldKey};

/// Whose draws these are.
#[derive(Clone, Copy)]
pub struct Luck {
    pub key: WorldKey,
    pub path: u64,
    pub name: Name,
}

/// What a path remembers of a clock, from its start to its end.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// How many occurrences it has had.
    pub occurrences: u32,
    pub running: Option<Running>,
    /// What it goes on with when it starts again.
    kept: Option<Running>,
    /// A date that has rung: it never rings again.
    rung: bool,
    /// A guard-only clock that may ring.
    pub armed: bool,
}

/// A clock that runs.
#[derive(Clone, Debug)]
pub struct Running {
    /// The occurrence whose draw it is.
    pub occurrence: u32,
    /// When it rings; infinity where that is not known yet or never.
    pub due: f64,
    timer: Timer,
}

#[derive(Clone, Debug)]
enum Timer {
    Date,
    Delay(Delay),
    /// The unit exponential, and what is left of it.
    Integral {
        whole: f64,
        left: f64,
    },
}

/// A delay, and the law that it was drawn by.
#[derive(Clone, Debug)]
struct Delay {
    whole: f64,
    /// How old it was at the time `since`.
    age: f64,
    since: f64,
    values: Values,
    law: Law,
    /// Which of the law's delays was drawn: the probability of a shorter one, and of a longer one.
    quantile: (f64, f64),
    /// The times by which the values were taken, so that time alone is no change.
    taken: f64,
    entered: Vec<f64>,
}

/// How a clock returns, with the levers as they are.
pub fn on_return(scenario: &Scenario, clock: &Clock) -> Return {
    match &clock.on_return {
        OnReturn::Fixed(how) => *how,
        OnReturn::Lever(lever, by_option) => by_option[scenario.levers[lever.0].chosen],
    }
}

impl Memory {
    /// The next occurrence, for a clock that draws no delay.
    pub fn occur(&mut self) -> u32 {
        self.occurrences += 1;
        self.occurrences - 1
    }

    /// Stops it because it rings; the occurrence that the branch is chosen by.
    pub fn ring(&mut self, clock: &Clock) -> u32 {
        let running = self.running.take();
        self.kept = None;
        match clock.kind {
            ClockKind::Takes(..) | ClockKind::Hazard(_) => running.expect("it rings").occurrence,
            ClockKind::At(_) => {
                self.rung = true;
                self.occur()
            }
            ClockKind::Guard => {
                self.armed = false;
                self.occur()
            }
        }
    }

    /// Drops it where it runs, and keeps what its `on_return` keeps.
    pub fn drop(&mut self, how: Return, now: f64) {
        let Some(mut running) = self.running.take() else { return };
        match (&mut running.timer, how) {
            (Timer::Date, _) | (_, Return::Redraw) => return,
            (Timer::Delay(delay), Return::Resume) => {
                delay.age += now - delay.since;
                // Until it starts again, `due` is the time that was left.
                running.due -= now;
            }
            (Timer::Delay(delay), Return::Repeat) => {
                delay.age = 0.0;
                running.due = delay.whole;
            }
            (Timer::Integral { left, .. }, Return::Resume) => {
                if running.due <= now {
                    *left = 0.0;
                }
            }
            (Timer::Integral { whole, left }, Return::Repeat) => *left = *whole,
        }
        self.kept = Some(running);
    }

    /// Starts it: with what was kept, else with a draw by the values of this moment.
    pub fn start(&mut self, view: &View<'_>, clock: &Clock, luck: Luck) -> Result<()> {
        let now = view.now;
        match &clock.kind {
            ClockKind::Guard => Ok(()),
            ClockKind::At(date) => {
                // It is looked at once, when it starts; where it is past it runs on and never rings.
                let date = view.number(date);
                if date.is_nan() {
                    return fault(Kind::Delay, now);
                }
                let due = if date >= now && !self.rung { date } else { f64::INFINITY };
                self.running = Some(Running { occurrence: 0, due, timer: Timer::Date });
                Ok(())
            }
            ClockKind::Takes(law, _) => match self.kept.take() {
                Some(mut running) => {
                    let Timer::Delay(delay) = &mut running.timer else { panic!("a kept delay") };
                    delay.since = now;
                    running.due += now;
                    self.running = Some(running);
                    self.change(view, clock, luck)
                }
                None => self.draw_delay(view, law, luck),
            },
            ClockKind::Hazard(_) => {
                self.running = Some(self.kept.take().unwrap_or_else(|| {
                    let occurrence = self.occurrences;
                    self.occurrences += 1;
                    let u = luck.key.draw(luck.name, luck.path, occurrence).uniform();
                    let whole = -libm::log(u);
                    Running { occurrence, due: f64::INFINITY, timer: Timer::Integral { whole, left: whole } }
                }));
                Ok(())
            }
        }
    }

    fn draw_delay(&mut self, view: &View<'_>, law: &Expr, luck: Luck) -> Result<()> {
        let now = view.now;
        let occurrence = self.occur();
        let (words, values) = (law, values(view, law));
        let law = values.build(now)?;
        let whole = sample(view, words, &law, &mut luck.key.draw(luck.name, luck.path, occurrence));
        let whole = checked(whole, now)?;
        let (taken, entered) = (now, view.entered.to_vec());
        let quantile = (law.cdf(whole), law.sf(whole));
        let delay = Delay { whole, age: 0.0, since: now, values, law, quantile, taken, entered };
        self.running = Some(Running { occurrence, due: now + whole, timer: Timer::Delay(delay) });
        Ok(())
    }

    /// `on_change`, where the law's values are no longer those of the last draw.
    pub fn change(&mut self, view: &View<'_>, clock: &Clock, luck: Luck) -> Result<()> {
        let ClockKind::Takes(expr, how) = &clock.kind else { return Ok(()) };
        let Some(running) = &mut self.running else { return Ok(()) };
        let Timer::Delay(delay) = &mut running.timer else { panic!("a delay") };
        if *how == OnChange::Keep {
            return Ok(());
        }
        let then = View { now: delay.taken, entered: &delay.entered, ..*view };
        if values(&then, expr).same(&delay.values) {
            return Ok(());
        }
        if *how == OnChange::Redraw {
            return self.draw_delay(view, expr, luck);
        }
        let now = view.now;
        let new = values(view, expr);
        let law = new.build(now)?;
        let quantile = delay.quantile;
        let whole = checked(at(&law, quantile), now)?;
        let age = delay.age + (now - delay.since);
        let age = match (delay.law.cdf(age), delay.law.sf(age)) {
            // Before the first instant at which it could ring, the same share of the way there.
            (0.0, _) => {
                let (old, new) = (delay.law.support().0, law.support().0.max(0.0));
                if old > 0.0 { new * age / old } else { 0.0 }
            }
            waited => checked(at(&law, waited), now)?,
        };
        let left = (whole - age).max(0.0);
        let (taken, entered) = (now, view.entered.to_vec());
        *delay = Delay { whole, age, since: now, values: new, law, quantile, taken, entered };
        running.due = now + left;
        Ok(())
    }

    /// For a hazard that runs: when it rings with the rate of now, and infinity where the rate reads the time.
    pub fn foresee(&mut self, view: &View<'_>, clock: &Clock) -> Result<()> {
        let ClockKind::Hazard(rate) = &clock.kind else { return Ok(()) };
        let Some(running) = &mut self.running else { return Ok(()) };
        let Timer::Integral { left, .. } = running.timer else { panic!("a hazard") };
        running.due = match hazard::hazard(view, rate)? {
            _ if left <= 0.0 => view.now,
            _ if reads_time(view.scenario, rate) => f64::INFINITY,
            rate => view.now + left / rate,
        };
        Ok(())
    }

    /// The same for a rate that reads the time, looking no further than `end`.
    pub fn look_ahead(&mut self, view: &View<'_>, clock: &Clock, end: f64) -> Result<()> {
        let ClockKind::Hazard(rate) = &clock.kind else { return Ok(()) };
        let Some(running) = &mut self.running else { return Ok(()) };
        let Timer::Integral { left, .. } = running.timer else { panic!("a hazard") };
        if reads_time(view.scenario, rate) {
            running.due = hazard::reaches(view, rate, left, end)?;
        }
        Ok(())
    }

    /// Lets a hazard run from now until `end`.
    pub fn run(&mut self, view: &View<'_>, clock: &Clock, end: f64) -> Result<()> {
        let ClockKind::Hazard(rate) = &clock.kind else { return Ok(()) };
        let Some(running) = &mut self.running else { return Ok(()) };
        let Timer::Integral { left, .. } = &mut running.timer else { panic!("a hazard") };
        if running.due <= end {
            *left = 0.0;
        } else {
            *left = (*left - hazard::gathered(view, rate, end)?).max(0.0);
        }
        Ok(())
    }
}

/// A quantile by the probabilities of less and of more, whichever of them says more.
fn at(law: &Law, (below, above): (f64, f64)) -> f64 {
    if below < above { law.quantile(below) } else { law.upper_quantile(above) }
}

/// A delay: a finite number, at least 0.
fn checked(delay: f64, now: f64) -> Result<f64> {
    let delay = finite(delay, Kind::Delay, now)?;
    if delay < 0.0 { fault(Kind::NegativeDelay, now) } else { Ok(delay) }
}
