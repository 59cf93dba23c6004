//! What solving leaves unknown, and how paths that are walked beside it tell that.

use super::answer::{Answer, CompareRow, MeasureRow};
use super::estimate::Method;

/// What is not known of a measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Everything is.
    #[default]
    Nothing,
    /// The quantiles, and the shares at its thresholds.
    Quantiles,
    /// These and the standard deviation.
    Spread,
    /// Nothing is known.
    All,
}

/// What is not known of a variant that was solved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// By measure, then by payoff; empty where nothing was solved.
    pub measures: Vec<Lack>,
    /// When outcomes come.
    pub times: bool,
}

impl Lacks {
    /// Whether anything is unknown.
    pub fn any(&self) -> bool {
        self.times || self.measures.iter().any(|lack| *lack > Lack::Nothing)
    }

    /// What one or the other does not know.
    pub fn either(&self, other: &Lacks) -> Lacks {
        let count = self.measures.len().max(other.measures.len());
        let of = |lacks: &Lacks, m: usize| lacks.measures.get(m).copied().unwrap_or_default();
        Lacks {
            measures: (0..count).map(|m| of(self, m).max(of(other, m))).collect(),
            times: self.times || other.times,
        }
    }
}

/// Puts what paths say where the solved variants of a scenario know nothing, and nowhere else. Both have the same variants in the
/// same order.
pub fn fill(solved: &mut [Answer], walked: Vec<Answer>) {
    let base = solved.first().map(|base| base.lacks.clone()).unwrap_or_default();
    for (answer, walked) in solved.iter_mut().zip(walked) {
        answer.beside = Some(walked.made);
        if answer.lacks.times {
            answer.timeline = walked.timeline;
            for (row, seen) in answer.times.iter_mut().zip(walked.times) {
                let comes = row.comes;
                *row = seen;
                row.comes = comes;
            }
        }
        let lacks = answer.lacks.measures.iter().copied();
        for ((row, seen), lack) in answer.measures.iter_mut().zip(walked.measures).zip(lacks) {
            measure(row, seen, lack);
        }
        // The difference of a mean that one of both lacks is that of paths, and so are both means beside it.
        let lacks = base.either(&answer.lacks);
        let unknown = |row: &CompareRow| {
            let named =
                |m: &MeasureRow| m.measure == row.name && (m.kind == "payoff") == (row.quantity == "payoff");
            let place = answer.measures.iter().position(named);
            let lack = place.and_then(|place| lacks.measures.get(place));
            ["measure", "payoff"].contains(&row.quantity) && lack == Some(&Lack::All)
        };
        let key = |row: &CompareRow| (row.quantity, row.name.clone(), row.statistic, row.when);
        for row in answer.compare.iter_mut().filter(|row| unknown(row)) {
            if let Some(seen) = walked.compare.iter().find(|seen| key(seen) == key(row)) {
                *row = seen.clone();
            }
        }
    }
}

fn measure(row: &mut MeasureRow, seen: MeasureRow, lack: Lack) {
    match lack {
        Lack::Nothing => return,
        Lack::All => {
            *row = seen;
            return;
        }
        Lack::Spread => (row.sd, row.sd_bound, row.sd_by) = (seen.sd, 0.0, Method::Sampling),
        Lack::Quantiles => {}
    }
    (row.quantiles, row.quantiles_by) = (seen.quantiles, Method::Sampling);
    row.thresholds = seen.thresholds;
    (row.undefined, row.paths) = (seen.undefined, seen.paths);
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Results, Settings, Watch, run_plan, solve_plan};
    use super::*;
    use std::sync::atomic::AtomicBool;

    /// The same scenario by paths, solved, and solved with what paths tell beside it.
    fn three_ways(text: &str, threads: usize) -> [Results; 3] {
        let checked = crate::check::check_text("model", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let settings = Settings { paths: 8_000, worlds: Some(20), threads, ..Settings::default() };
        let plan = Plan::new(vec![scenario], settings);
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let watch = Watch { cancel: &cancel, progress: &quiet };
        let walked = run_plan(&plan, watch, None).expect("it runs");
        let solved = solve_plan(&plan, watch).expect("it is solved");
        let mut filled = solved.clone();
        fill(&mut filled.answers, walked.answers.clone());
        [walked, solved, filled]
    }

    /// A stage of mean 10 days whose days cost 2, then one whose days cost nothing: P(cost >= x) = exp(-x / 20).
    const TWO_RATES: &str = "[stage.first]\nhazard = \"1 per 10 days\"\nto = \"second\"\n\
        [stage.second]\nhazard = \"1 per 5 days\"\nto = \"done\"\n[outcome.done]\n\
        [measures]\ncost = { rate = \"if stage == first then 2 per day else 0 per day\", thresholds = [10, 40] }\n";

    #[test]
    fn what_is_solved_is_exact_and_the_rest_has_its_sampling_error() {
        let [_, _, filled] = three_ways(TWO_RATES, 1);
        let answer = &filled.answers[0];
        assert!(answer.outcomes.iter().all(|row| row.probability.method == Method::Exact));
        let row = &answer.measures[0];
        assert_eq!((row.mean.method, row.sd_by), (Method::Exact, Method::Exact));
        assert!((row.mean.value - 20.0).abs() < 1e-9 && (row.sd - 20.0).abs() < 1e-6, "{row:?}");
        assert_eq!((row.mean.standard_error, row.mean.paths, row.paths), (0.0, 0, 8_000));
        assert_eq!(row.quantiles_by, Method::Sampling);
        for (q, x) in super::super::QUANTILES.iter().zip(row.quantiles) {
            // As many paths lie below as should, within four standard errors.
            let below = -libm::expm1(-x / 20.0);
            let error = (q * (1.0 - q) / 8_000.0).sqrt();
            assert!((below - q).abs() <= 4.0 * error, "{q}: {x}");
        }
        for (at, share) in &row.thresholds {
            let true_share = libm::exp(-at / 20.0);
            assert_eq!((share.method, share.paths), (Method::Sampling, 8_000));
            assert!((share.value - true_share).abs() <= 4.0 * share.standard_error, "{share:?}");
            assert!(share.standard_error > 0.0);
        }
    }

    /// Beliefs, a variant, and all that may be lacking: quantiles alone, the spread too (a clock runs on through what changes a
    /// rate), and everything (what a `value` reads of two `first` measures).
    const ALL_KINDS: &str = "horizon = \"60 days\"\nat_horizon = \"open\"\n[levers]\nhaste = [\"no\", \"yes\"]\n\
        [beliefs.often]\nis = \"10 days to 30 days\"\nwhy = \"judgement\"\n[state]\nloud = false\n\
        [track.talks.stage]\nround = { takes = \"gamma(shape = 2, mean = 12 days)\", next = [{ p = \"if haste == yes then 0.5 else 0.3\", to = \"deal\" }, { to = \"round\" }] }\n\
        [track.arms.stage]\nquiet = { hazard = \"1 / often\", set = { loud = true }, to = \"loud\" }\n\
        loud = { hazard = \"1 per 6 days\", to = \"quiet\" }\n\
        [outcome]\ndeal = {}\nopen = {}\n[milestones]\nweek = \"7 days\"\n[batch]\nvary = [\"haste\"]\n\
        [measures]\ndays = { rate = 1 }\ncost = { rate = \"if arms == loud then 3 else 1\", thresholds = [20] }\n\
        heard = { first = \"loud\" }\nin_time = { value = \"heard < 10 days and day > 20 days\" }\n";

    #[test]
    fn each_cell_is_that_of_the_engine_that_knows_it() {
        let [walked, solved, filled] = three_ways(ALL_KINDS, 2);
        assert_eq!(filled.answers.len(), 2);
        for ((walked, solved), filled) in walked.answers.iter().zip(&solved.answers).zip(&filled.answers) {
            let [outcomes, stages, splits] = [
                format!("{:?}", filled.outcomes) == format!("{:?}", solved.outcomes),
                format!("{:?}", filled.stages) == format!("{:?}", solved.stages),
                format!("{:?}", filled.splits) == format!("{:?}", solved.splits),
            ];
            assert!(outcomes && stages && splits);
            let lack = |name: &str| {
                let place = filled.measures.iter().position(|m| m.measure == name).expect("a measure");
                (filled.lacks.measures[place], [walked, solved, filled].map(|a| &a.measures[place]))
            };
            let (lacks, [seen, known, both]) = lack("cost");
            assert_eq!(lacks, Lack::Spread);
            let exact = |row: &MeasureRow| format!("{:?} {:?}", row.mean, row.counted);
            assert_eq!(exact(both), exact(known));
            let sampled = |row: &MeasureRow| format!("{} {:?} {:?}", row.sd, row.quantiles, row.thresholds);
            assert_eq!(sampled(both), sampled(seen));
            assert_eq!((both.sd_by, both.quantiles_by), (Method::Sampling, Method::Sampling));
            let (lacks, [_, known, both]) = lack("heard");
            assert!(lacks == Lack::Nothing && format!("{known:?}") == format!("{both:?}"));
            let (lacks, [seen, _, both]) = lack("in_time");
            assert!(lacks == Lack::All && format!("{seen:?}") == format!("{both:?}"));
            assert_eq!(filled.beside, Some(walked.made));
            // Differences likewise.
            for ((seen, known), both) in walked.compare.iter().zip(&solved.compare).zip(&filled.compare) {
                let from = if both.name == "in_time" { seen } else { known };
                assert_eq!(format!("{from:?}"), format!("{both:?}"));
            }
            assert!(filled.made.paths == 0 && filled.made.method == Method::Exact);
        }
        assert_eq!(filled.answers[1].compare.len(), walked.answers[1].compare.len());
        let [.., again] = three_ways(ALL_KINDS, 1);
        assert_eq!(format!("{filled:?}"), format!("{again:?}"));
    }

    /// Of payoffs that are lines of an account or of the day the quantiles alone are those of paths: where there is a deal, `spent` has a
    /// mean of 20 and a standard deviation as large. Of those that are no lines everything is.
    #[test]
    fn payoffs_that_read_a_measure_or_the_day_are_solved_as_far_as_they_are_lines() {
        let text = "[stage.go]\nhazard = \"1 per 10 days\"\nnext = [{ p = 0.5, to = \"deal\" }, { to = \"off\" }]\n\
            [outcome.deal]\npayoff = { us = \"30 - spent\", them = 9, late = \"day / 1 day\", odd = \"max(spent, 5)\" }\n[outcome.off]\n\
            [measures]\nspent = { rate = \"2 per day\" }\n";
        let [walked, solved, filled] = three_ways(text, 1).map(|results| results.answers[0].clone());
        for name in ["us", "them", "late", "odd"] {
            let [seen, known, both] = [&walked, &solved, &filled]
                .map(|a| a.measures.iter().find(|m| m.measure == name).expect("a payoff"));
            if name == "odd" {
                assert!(known.mean.value.is_nan() && format!("{seen:?}") == format!("{both:?}"));
                continue;
            }
            // Half of 30 - 20 with squares of 100 + 400, of 9, and of 10 with squares of 200.
            let (mean, square) = match name {
                "us" => (5.0, 250.0),
                "them" => (4.5, 40.5),
                _ => (5.0, 100.0),
            };
            let sd = f64::sqrt(square - mean * mean);
            assert!((both.mean.value - mean).abs() < 1e-9 && (both.sd - sd).abs() < 1e-7, "{name}: {both:?}");
            assert_eq!((both.mean.method, both.sd_by), (Method::Exact, Method::Exact));
            let of_paths = name != "them";
            assert_eq!(both.quantiles_by == Method::Sampling, of_paths);
            assert!(!of_paths || both.quantiles == seen.quantiles, "{name}");
        }
    }

    /// Where only whether is solved, not when, the days are those of paths and the probabilities beside them stay.
    #[test]
    fn days_are_filled_by_themselves() {
        let [walked, mut solved, _] = three_ways(TWO_RATES, 1);
        solved.answers[0].lacks.times = true;
        solved.answers[0].timeline.clear();
        fill(&mut solved.answers, walked.answers.clone());
        let (seen, both) = (&walked.answers[0], &solved.answers[0]);
        assert!(!both.times.is_empty());
        for (both, seen) in both.times.iter().zip(&seen.times) {
            assert_eq!((both.comes.method, both.mean_day.method), (Method::Exact, Method::Sampling));
            assert!(
                both.mean_day == seen.mean_day && both.quantiles == seen.quantiles && both.all == seen.all
            );
        }
        assert_eq!(both.timeline, seen.timeline);
    }
}
