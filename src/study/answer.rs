//! The answers of a run as plain rows: what the tables hold, before anybody formats it.
//!
//! Times are seconds from the start of the path unless a field says days.

use super::estimate::{Estimate, Method};
use super::lacks::Lacks;
use crate::exact::Fraction;
use crate::model::Source;
use crate::quantity::Date;
use crate::stats::{Interval, Verdict};

/// The quantiles that tables give.
pub const QUANTILES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// By what, and by how much of it, numbers were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// How.
    pub method: Method,
    /// The seed.
    pub seed: u64,
    /// Worlds.
    pub worlds: u64,
    /// Paths in all worlds.
    pub paths: u64,
}

/// The answers of one variant of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The scenario.
    pub scenario: String,
    /// Its title.
    pub scenario_title: String,
    /// The variant.
    pub variant: String,
    /// Its title.
    pub variant_title: String,
    /// Its levers: (lever, option).
    pub levers: Vec<(String, String)>,
    /// Day 0.
    pub start: Option<Date>,
    /// How its numbers were made.
    pub made: Made,
    /// What solving leaves unknown.
    pub lacks: Lacks,
    /// Where paths were walked beside solving, to tell what that leaves unknown: how many.
    pub beside: Option<Made>,
    /// The milestones, then the horizon or the end.
    pub whens: Vec<When>,
    /// Outcomes by each milestone and at the end, by milestone.
    pub outcomes: Vec<OutcomeRow>,
    /// Outcomes by day.
    pub timeline: Vec<TimelineRow>,
    /// When outcomes came.
    pub times: Vec<TimeRow>,
    /// Where tracks stand.
    pub stages: Vec<StageRow>,
    /// Stages where paths come after the date that alone ends them, and stay: how often.
    pub late: Vec<(String, f64)>,
    /// Joint tables.
    pub splits: Vec<SplitRow>,
    /// Measures, then what each party gets.
    pub measures: Vec<MeasureRow>,
    /// Against the base; empty for the base.
    pub compare: Vec<CompareRow>,
    /// Which beliefs outcomes, measures and payoffs turn on: by each of these, most first.
    pub sensitivity: Vec<SensitivityRow>,
    /// The register of assumptions: all of the base's, those of a variant that it changes.
    pub beliefs: Vec<BeliefRow>,
}

impl Answer {
    /// The outcome in the end of which least is known, by its spread across worlds.
    pub fn least_known(&self) -> Option<&OutcomeRow> {
        let at_end =
            self.outcomes.iter().filter(|row| row.when + 1 == self.whens.len() && row.outcome != STILL_OPEN);
        let spread = |row: &OutcomeRow| row.probability.credible.map_or(0.0, Interval::half_width);
        // Of two that are as wide but for rounding, the first.
        at_end.reduce(|most, row| if spread(row) > spread(most) * (1.0 + 1e-9) { row } else { most })
    }

    /// The beliefs that an outcome, measure or payoff turns on as far as its worlds can tell, most first: the difference is more than
    /// three standard errors from zero (many are looked at), and its interval does not hold it. Of a belief that is one of several the
    /// option that makes the most difference.
    pub fn turns_on(&self, quantity: &str, name: &str) -> Vec<&SensitivityRow> {
        let rows = self.sensitivity.iter().filter(|row| row.quantity == quantity && row.name == name);
        let rows: Vec<&SensitivityRow> = rows.collect();
        let of_belief = rows.chunk_by(|a, b| a.belief == b.belief);
        let size = |row: &&SensitivityRow| row.difference.value.abs();
        let widest = of_belief.filter_map(|rows| rows.iter().max_by(|a, b| size(a).total_cmp(&size(b))));
        let told = |d: &Estimate| d.value.abs() > 3.0 * d.standard_error && !d.interval.contains(0.0);
        widest.copied().filter(|row| told(&row.difference)).collect()
    }

    /// Empties the credible intervals of all numbers of the variant itself: its worlds are alike, though those of other
    /// variants are not.
    pub(super) fn without_credible(mut self) -> Answer {
        let outcomes = self.outcomes.iter_mut().map(|row| &mut row.probability);
        let timeline = self.timeline.iter_mut().map(|row| &mut row.probability);
        let times = self.times.iter_mut().flat_map(|row| [&mut row.comes, &mut row.mean_day]);
        let stages = self
            .stages
            .iter_mut()
            .flat_map(|row| [Some(&mut row.stands), row.visits.as_mut(), row.days.as_mut()])
            .flatten();
        let splits = self.splits.iter_mut().flat_map(|row| {
            let shares = [&mut row.joint, &mut row.here];
            let given = [&mut row.outcome_given_cell, &mut row.cell_given_outcome];
            shares.into_iter().chain(given).flatten()
        });
        let measures = self.measures.iter_mut().flat_map(|row| {
            let thresholds = row.thresholds.iter_mut().map(|(_, often)| often);
            [&mut row.counted, &mut row.mean].into_iter().chain(&mut row.never).chain(thresholds)
        });
        let all = outcomes.chain(timeline).chain(times).chain(stages).chain(splits).chain(measures);
        all.for_each(|estimate| estimate.credible = None);
        self
    }
}

/// A time by which things are counted.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The milestone, `horizon`, or `end` where there is none.
    pub name: String,
    /// Seconds; infinity for `end`.
    pub at: f64,
}

/// The name of the row for paths that go on.
pub const STILL_OPEN: &str = "still_open";
/// The name of the row for tracks of paths that have ended.
pub const ENDED: &str = "ended";

/// An outcome by a time, or what is still open.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    /// Its number in [`Answer::whens`].
    pub when: usize,
    /// The outcome, or [`STILL_OPEN`].
    pub outcome: String,
    /// Its title.
    pub title: String,
    /// How often.
    pub probability: Estimate,
    /// The same as a fraction: at the end, where it is one and numbers are exact.
    pub fraction: Option<Fraction>,
}

/// An outcome by a day, or what is still open.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// Seconds.
    pub at: f64,
    /// The outcome, or [`STILL_OPEN`].
    pub outcome: String,
    /// Its title.
    pub title: String,
    /// How often by then.
    pub probability: Estimate,
}

/// When an outcome came.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeRow {
    /// The outcome.
    pub outcome: String,
    /// Its title.
    pub title: String,
    /// How often it comes.
    pub comes: Estimate,
    /// The mean day, where it comes.
    pub mean_day: Estimate,
    /// The standard deviation in days.
    pub sd_days: f64,
    /// The most by which arithmetic may be off in it: 0 for sampling.
    pub sd_bound: f64,
    /// Quantiles in days, where it comes; NaN where it never came.
    pub quantiles: [f64; 7],
    /// Quantiles in days over all paths; infinity for never.
    pub all: [f64; 7],
}

/// Where a track stands at a time, and what happened in the stage up to then.
#[derive(Clone, Debug, PartialEq)]
pub struct StageRow {
    /// Its number in [`Answer::whens`].
    pub when: usize,
    /// The track.
    pub track: String,
    /// The stage, or [`ENDED`].
    pub stage: String,
    /// How often it stands here.
    pub stands: Estimate,
    /// Entries a path; none for [`ENDED`].
    pub visits: Option<Estimate>,
    /// Days a path; none for [`ENDED`].
    pub days: Option<Estimate>,
}

/// One cell of a joint table, and one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitRow {
    /// The keys: `site x joined`.
    pub split: String,
    /// Keys and values; empty for the cells that were too many.
    pub cell: Vec<(String, String)>,
    /// The outcome.
    pub outcome: String,
    /// Its title.
    pub title: String,
    /// Paths with both.
    pub count: u64,
    /// Paths in the cell.
    pub cell_count: u64,
    /// P(cell and outcome).
    pub joint: Option<Estimate>,
    /// P(cell).
    pub here: Option<Estimate>,
    /// P(outcome given cell).
    pub outcome_given_cell: Option<Estimate>,
    /// P(cell given outcome).
    pub cell_given_outcome: Option<Estimate>,
}

/// A measure, or what a party gets; in days where it is a duration.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureRow {
    /// The measure or the party.
    pub measure: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// `value`, `account`, `first` or `payoff`.
    pub kind: &'static str,
    /// Whether it is true or false, its mean a probability.
    pub truth: bool,
    /// Whether only some paths count.
    pub given: bool,
    /// How often it counts.
    pub counted: Estimate,
    /// How often it never comes, of a measure that may not; among the paths that count.
    pub never: Option<Estimate>,
    /// The mean, over the paths that count and where it comes.
    pub mean: Estimate,
    /// The standard deviation over the same paths.
    pub sd: f64,
    /// The most by which arithmetic may put it off: 0 for sampling.
    pub sd_bound: f64,
    /// How it was made.
    pub sd_by: Method,
    /// Quantiles over the same paths.
    pub quantiles: [f64; 7],
    /// How they were made.
    pub quantiles_by: Method,
    /// Of these, the paths that were walked: 0 where nothing of the mean, the standard deviation and quantiles is from paths.
    pub paths: u64,
    /// Of a measure that may never come: quantiles over all paths that count, infinity for never.
    pub all: Option<[f64; 7]>,
    /// P(at least …) among the paths that count.
    pub thresholds: Vec<(f64, Estimate)>,
    /// Paths whose value is no number (1 / 0 and the like); they make a mean unknown.
    pub undefined: u64,
    /// Where it is solved, how likely that is.
    pub no_number: f64,
}

/// A variant against the base of its scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareRow {
    /// `outcome`, `measure` or `payoff`.
    pub quantity: &'static str,
    /// The outcome, measure or party.
    pub name: String,
    /// Its title.
    pub title: String,
    /// `probability`, `mean` or `share that comes`.
    pub statistic: &'static str,
    /// By when; none for what is read at the end.
    pub when: Option<usize>,
    /// The base's number.
    pub base: f64,
    /// The variant's.
    pub variant: f64,
    /// The variant's less the base's, paired.
    pub difference: Estimate,
    /// What the runs can tell.
    pub verdict: Verdict,
    /// Paths that would tell a difference of this size from zero four times in five.
    pub paths_to_tell: Option<u64>,
}

/// How much an outcome in the end, a measure or a payoff turns on a belief.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityRow {
    /// `outcome`, `measure` or `payoff`.
    pub quantity: &'static str,
    /// The outcome, measure or party.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The unit of a measure; empty for probabilities.
    pub value_unit: String,
    /// 1 for the belief that moves it most.
    pub rank: usize,
    /// The belief.
    pub belief: String,
    /// Of a belief that is one of several: which one high is; all others are low.
    pub option: Option<String>,
    /// `days` for durations, `per day` for rates.
    pub unit: String,
    /// The worlds where it is low: in its lowest class, or false.
    pub low: Side,
    /// Where it is high: in its highest class, or true.
    pub high: Side,
    /// What it is where the belief is high, less what it is where that is low.
    pub difference: Estimate,
    /// The standard deviation across classes.
    pub moves: f64,
    /// Whether that is more than chance would make it.
    pub told: bool,
    /// The part of the variance between worlds that lies between classes, and its 95% interval.
    pub share: Option<(f64, Interval)>,
}

/// Worlds where a belief is low, or high.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Of numbers the greatest value of the low class; what all values of the high one are above.
    pub bound: Option<f64>,
    /// How many worlds.
    pub worlds: u64,
    /// How often the outcome comes there, or the mean of what is measured there, of what counts.
    pub value: Estimate,
}

/// What nobody knows, and why it is believed.
#[derive(Clone, Debug, PartialEq)]
pub struct BeliefRow {
    /// Its name.
    pub belief: String,
    /// As written.
    pub written: String,
    /// `days` for durations, `per day` for rates.
    pub unit: String,
    /// The reason.
    pub why: String,
    /// Sources.
    pub sources: Vec<Source>,
    /// The mean (of options by index: NaN).
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
    /// Quantiles.
    pub quantiles: [f64; 7],
    /// Whether these are the distribution's own; else those of many draws, since it depends on other beliefs.
    pub fitted: bool,
    /// Shares of the options, of a belief that is one of several.
    pub options: Vec<(String, f64)>,
}
