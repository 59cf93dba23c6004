//! Numbers behind the words: what laws and probabilities come to where the beliefs alone decide them.

use crate::dist::Law;
use crate::engine::{Sampled, World};
use crate::model::{Belief, Draw, Scenario, Ty};
use crate::program::{Chance, Clock, DrawPlan, Initial, Kind, LawPlan, List, Program, Value};
use crate::quantity::{DAY, Date, MONTH, YEAR, prose};
use crate::report::words::{probability, words};
use crate::study::{self, Arm, BASE, BeliefRow, Settings, Size, Subject};

/// The compiled scenario, and the world in which every belief is at its median.
pub struct Facts {
    program: Program,
    middle: Option<World>,
}

/// A number, and whether it is so in every world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known<T> {
    /// The number, or law.
    pub value: T,
    /// Whether no belief can change it.
    pub surely: bool,
}

impl Facts {
    /// Compiles the scenario.
    pub fn new(scenario: &Scenario) -> Facts {
        let program = Program::compile(scenario);
        let middle = World::with_uniforms(&program, 1, 0, &vec![0.5; program.beliefs.len()]).ok();
        Facts { program, middle }
    }

    /// The clocks of a stage.
    pub fn clocks(&self, track: usize, stage: usize) -> &[Clock] {
        self.stage(track, stage).clocks.of(&self.program.clocks)
    }

    /// The list of branches of a clock, or of a stage that branches on the spot.
    pub fn list(&self, track: usize, stage: usize, clock: Option<usize>) -> Option<&List> {
        let list = match clock {
            Some(clock) => self.clocks(track, stage).get(clock)?.list,
            None => self.stage(track, stage).spot?.list,
        };
        self.program.lists.get(list as usize)
    }

    fn stage(&self, track: usize, stage: usize) -> crate::program::Stage {
        self.program.tracks[track].stages.of(&self.program.stages)[stage]
    }

    /// The delay of a clock that takes one.
    pub fn delay(&self, clock: &Clock) -> Option<Known<Law>> {
        match &clock.kind {
            Kind::Takes { law, .. } => self.law(law),
            _ => None,
        }
    }

    /// The rate of a hazard, per second.
    pub fn rate(&self, clock: &Clock) -> Option<Known<f64>> {
        match &clock.kind {
            Kind::Hazard(rate) => self.value(&rate.value),
            _ => None,
        }
    }

    /// The probability of a branch (of odds: the base) where it does not change on a path.
    pub fn probability(&self, list: &List, branch: usize) -> Option<Known<f64>> {
        match list.branches.of(&self.program.branches).get(branch)?.chance {
            Chance::P(p) | Chance::Odds(p, _) => self.value(&p),
            Chance::Rest | Chance::Weight(_) => None,
        }
    }

    /// The law of a belief.
    pub fn belief(&self, belief: usize) -> Option<Known<Law>> {
        match &self.program.beliefs[belief].draw {
            DrawPlan::Law(plan) => self.law(plan),
            DrawPlan::Chance(_) | DrawPlan::Weights(_) => None,
        }
    }

    /// How a state begins, where it is drawn from one law.
    pub fn beginning(&self, state: usize) -> Option<Known<Law>> {
        match &self.program.initial[state] {
            Initial::Draw(DrawPlan::Law(plan), ..) => self.law(plan),
            _ => None,
        }
    }

    fn value(&self, value: &Value) -> Option<Known<f64>> {
        let world = self.middle.as_ref().filter(|_| value.deps.world())?;
        let known = self.program.code.evaluate(value, &mut world.values().to_vec());
        known.is_finite().then_some(Known { value: known, surely: value.deps.constant() })
    }

    fn law(&self, plan: &LawPlan) -> Option<Known<Law>> {
        let world = self.middle.as_ref().filter(|_| plan.deps.world())?;
        let ready = world.ready(&self.program);
        let law = plan.tree.law(&self.program.code, &mut world.values().to_vec(), ready).ok()?;
        Some(Known { value: law.into_owned(), surely: plan.deps.constant() })
    }
}

/// What the words of each belief come to, as in the register of assumptions; none where a world cannot be drawn.
pub fn beliefs(scenario: &Scenario) -> Vec<BeliefRow> {
    let base = Arm {
        name: BASE.into(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        scenario: scenario.clone(),
    };
    let settings = Settings::default();
    let size = Size::of(true, &settings);
    let subject = Subject { scenario: scenario.clone(), arms: vec![base], size };
    let source = Sampled { program: Program::compile(scenario), seed: settings.seed };
    study::beliefs(&subject, 0, &source).unwrap_or_default()
}

/// A unit that people think in, for numbers of one kind and about this size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// What a number is multiplied by.
    scale: f64,
    /// `days`, `date`, `per year`, `%` or nothing.
    pub name: &'static str,
    /// Of dates: day 0.
    start: Option<Date>,
}

impl Unit {
    /// Durations in days; rates by the shortest time in which something is likely; shares as percentages.
    pub fn of(ty: Ty, middle: f64, share: bool) -> Unit {
        let time = match ty {
            Ty::Number { time, .. } | Ty::Law { time } => time,
            _ => 0,
        };
        match time {
            1 => Unit { scale: 1.0 / DAY, name: "days", start: None },
            -1 => {
                let steps = [(DAY, "per day"), (7.0 * DAY, "per week"), (MONTH, "per month")];
                let step = steps.into_iter().find(|(unit, _)| middle.abs() * unit >= 0.5);
                let (scale, name) = step.unwrap_or((YEAR, "per year"));
                Unit { scale, name, start: None }
            }
            _ if share => Unit { scale: 100.0, name: "%", start: None },
            _ => Unit { scale: 1.0, name: "", start: None },
        }
    }

    /// Dates, of a belief that is written with them.
    fn of_dates(scenario: &Scenario, belief: &Belief) -> Option<Unit> {
        let start = scenario.start.filter(|_| belief.ty == Ty::DURATION)?;
        let written = &belief.written;
        let dash = |at: usize| [at + 4, at + 7].iter().all(|at| written[*at..].starts_with('-'));
        let date = |at: usize| written.get(at..at + 10).is_some_and(|words| words.is_ascii() && dash(at));
        let dates = (0..written.len()).any(|at| written.as_bytes()[at].is_ascii_digit() && date(at));
        // The difference of two dates is none.
        (dates && !written.contains(" - ")).then_some(Unit {
            scale: 1.0 / DAY,
            name: "date",
            start: Some(start),
        })
    }

    /// A number in this unit, without its name.
    pub fn number(self, value: f64) -> String {
        if value.is_infinite() {
            return "infinite".into();
        }
        if let Some(start) = self.start {
            return start.plus(value + 0.5 * DAY).midnight().to_string();
        }
        let value = value * self.scale;
        // Three digits say enough about what nobody knows.
        let size = value.abs();
        if (1e-4..1e7).contains(&size) {
            let decimals = (2 - libm::log10(size).floor() as i32).clamp(0, 8) as usize;
            let rounded: f64 = format!("{value:.decimals$}").parse().unwrap_or(value);
            return prose::number(rounded);
        }
        prose::number(value)
    }

    /// A number with the unit's name.
    pub fn words(self, value: f64) -> String {
        let number = self.number(value);
        match self.name {
            "" | "date" => number,
            "%" => format!("{number}%"),
            "days" if number == "1" => "1 day".into(),
            name => format!("{number} {name}"),
        }
    }
}

/// Mean and quantiles of something, in seconds where it has a unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The unit to show it in.
    pub unit: Unit,
    /// The mean.
    pub mean: f64,
    /// The 5%, 50% and 95% quantiles.
    pub quantiles: [f64; 3],
    /// Whether one of these has a probability of its own.
    pub atoms: bool,
}

impl Spread {
    /// That of a law.
    pub fn of(law: &Law, ty: Ty, share: bool) -> Spread {
        let quantiles = [0.05, 0.5, 0.95].map(|q| law.quantile(q));
        let atoms = quantiles.iter().any(|q| law.atom(*q) > 0.0);
        Spread { unit: Unit::of(ty, quantiles[1], share), mean: law.mean(), quantiles, atoms }
    }

    /// That of a belief, by its row in the register, and its law where nothing else changes it.
    pub fn of_belief(scenario: &Scenario, belief: &Belief, row: &BeliefRow, law: Option<&Law>) -> Spread {
        let (ty, share) = (belief.ty, is_share(&belief.written, law));
        let (scale, _) = study::in_days(ty);
        // What is 0 but for rounding is 0.
        let width = row.quantiles[6] - row.quantiles[0];
        let number = |x: f64| if x.abs() < 1e-12 * width { 0.0 } else { x / scale };
        let quantiles = [row.quantiles[0], row.quantiles[3], row.quantiles[6]].map(number);
        let atoms = row.quantiles.windows(2).any(|pair| pair[0] == pair[1])
            || law.is_some_and(|law| quantiles.iter().any(|q| law.atom(*q) > 0.0));
        let unit = Unit::of_dates(scenario, belief).unwrap_or(Unit::of(ty, quantiles[1], share));
        Spread { unit, mean: number(row.mean), quantiles, atoms }
    }

    /// Whether there is only one value.
    pub fn is_certain(&self) -> bool {
        self.quantiles[0] == self.quantiles[2] && self.mean == self.quantiles[1]
    }

    /// `mean 9.8 days; 5% are below 3.8, half below 8.7, 5% above 19.7`; where values have probabilities of their own, what is true of
    /// these too.
    pub fn words(&self) -> String {
        let [low, middle, high] = self.quantiles.map(|q| self.unit.number(q));
        if self.is_certain() {
            return format!("always {}", self.unit.words(self.mean));
        }
        let mean = self.unit.words(self.mean);
        let percent = if self.unit.name == "%" { "%" } else { "" };
        if self.atoms {
            return format!(
                "mean {mean}; at least 90% from {low}{percent} to {high}{percent}, median {middle}{percent}"
            );
        }
        let (below, above) = if self.unit.start.is_some() { ("before", "after") } else { ("below", "above") };
        format!(
            "mean {mean}; 5% are {below} {low}{percent}, half {below} {middle}{percent}, 5% {above} {high}{percent}"
        )
    }
}

/// Whether a belief is a share or a probability, so that percentages say it best.
fn is_share(written: &str, law: Option<&Law>) -> bool {
    let bounded = matches!(law, Some(Law::Beta(_) | Law::LogitNormal(_)));
    let inside = law.is_none_or(|law| {
        let (low, high) = law.support();
        low >= 0.0 && high <= 1.0
    });
    (bounded || written.contains('%')) && inside
}

/// What is true or false, or one of several, with which chances; none for what has a law.
pub fn chances(scenario: &Scenario, ty: Ty, draw: &Draw) -> Option<String> {
    match draw {
        Draw::Law(_) => None,
        Draw::Chance(p) => Some(format!("true with probability {}", probability(scenario, p))),
        Draw::Weights(list) => {
            let Ty::Option(set) = ty else { return None };
            let names = &scenario.set(set).names;
            let parts: Vec<String> = list
                .iter()
                .map(|(index, weight)| format!("{} {}", names[*index], words(scenario, weight)))
                .collect();
            Some(format!("by weight: {}", parts.join(", ")))
        }
    }
}
