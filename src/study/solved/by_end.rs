//! Distributions of measures that follow from the time at which a path ends.

use super::when::day_bound;
use super::*;
use crate::exact::ByEnd;

/// How a measure follows from the end, in every world.
pub(super) struct ByEnds<'a> {
    worlds: Solved<'a>,
    each: Vec<(&'a Solution, &'a ByEnd)>,
    number: usize,
}

impl<'a> ByEnds<'a> {
    /// Of the measure with this number; none where it does not in some world.
    pub fn of(worlds: Solved<'a>, number: usize) -> Option<ByEnds<'a>> {
        let one = |w: &'a Solution| w.by_end[number].as_ref().map(|by_end| (w, by_end));
        let each = worlds.all.iter().map(one).collect::<Option<Vec<_>>>()?;
        Some(ByEnds { worlds, each, number })
    }

    /// The least value that a share `q` of the paths that count do not exceed.
    pub fn quantile(&self, q: f64) -> f64 {
        let wanted = q * self.each.iter().map(|(w, of)| all(w, of)).sum::<f64>() * (1.0 - 1e-12);
        let reached = |value: f64| {
            let by = |w: &Solution, of: &ByEnd| -> f64 {
                let time = of.time(value);
                of.outcomes.iter().map(|o| w.curves[*o].up_to(time)).sum()
            };
            self.each.iter().map(|(w, of)| by(w, of)).sum::<f64>() >= wanted
        };
        let last = |w: &Solution, of: &ByEnd| {
            of.value(of.outcomes.iter().map(|o| w.curves[*o].last()).fold(0.0, f64::max))
        };
        let mut low = self.each.iter().map(|(_, of)| of.least).fold(f64::INFINITY, f64::min);
        let mut high = self.each.iter().map(|(w, of)| last(w, of)).fold(low, f64::max);
        if wanted <= 0.0 {
            return f64::NAN;
        }
        if reached(low) {
            return low;
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high || high - low <= 1e-14 * high.abs() {
                break;
            }
            if reached(middle) { high = middle } else { low = middle }
        }
        high
    }

    /// P(at least so much), among the paths that count.
    pub fn at_least(&self, value: f64, given: bool) -> Estimate {
        let number = self.number;
        let above = |w: &Solution| {
            w.by_end[number].as_ref().map_or(f64::NAN, |of| {
                let time = of.time(value);
                of.outcomes.iter().map(|o| w.curves[*o].total() - w.curves[*o].before(time)).sum()
            })
        };
        if given {
            let counted = |w: &Solution| w.by_end[number].as_ref().map_or(f64::NAN, |of| all(w, of));
            share_of(self.worlds, curve_bound(self.worlds), |w| (above(w), counted(w)))
        } else {
            probability(self.worlds, curve_bound(self.worlds), above)
        }
    }

    /// What its mean may be off: as a mean day, times what it grows by a second. NaN where no horizon ends it.
    pub fn mean_bound(&self) -> f64 {
        if self.each.iter().any(|(w, _)| w.when_offs.is_some()) {
            return f64::NAN;
        }
        let curves: Vec<&Curve> =
            self.each.iter().flat_map(|(w, of)| of.outcomes.iter().map(|o| &w.curves[*o])).collect();
        let mass = self.each.iter().map(|(w, of)| all(w, of)).sum::<f64>() / self.each.len() as f64;
        let slope = self.each.iter().map(|(_, of)| of.slope).fold(0.0, f64::max);
        slope * day_bound(self.worlds, &curves, mass)
    }
}

/// How many paths count.
fn all(w: &Solution, of: &ByEnd) -> f64 {
    of.outcomes.iter().map(|o| w.curves[*o].total()).sum()
}

#[cfg(test)]
mod tests {
    use crate::study::{
        Answer, Lack, MeasureRow, Method, Plan, QUANTILES, Settings, Watch, run_plan, solve_plan,
    };
    use std::sync::atomic::AtomicBool;

    fn answers(text: &str, walk: bool) -> Vec<Answer> {
        let checked = crate::check::check_text("model", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let settings = Settings { paths: 40_000, worlds: Some(40), ..Settings::default() };
        let plan = Plan::new(vec![scenario], settings);
        let (cancel, quiet) = (AtomicBool::new(false), |_: u64| {});
        let watch = Watch { cancel: &cancel, progress: &quiet };
        let run = if walk { run_plan(&plan, watch, None) } else { solve_plan(&plan, watch) };
        run.expect("it runs").answers
    }

    fn row<'a>(answer: &'a Answer, measure: &str) -> &'a MeasureRow {
        answer.measures.iter().find(|row| row.measure == measure).expect("a measure")
    }

    #[track_caller]
    fn near(found: f64, wanted: f64, off: f64) {
        assert!((found - wanted).abs() <= off, "{found} is not {wanted}: off by {:e}", found - wanted);
    }

    /// An exponential delay of mean 20 days, cut at day 90.
    #[test]
    fn closed_forms_of_one_delay() {
        let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n[stage.wait]\nhazard = \"1 per 20 days\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n\
            [measures]\nweeks = { value = \"1 + 2 * (day - 1 day) / 1 week\", thresholds = [0, 3, 26] }\n\
            cost = { rate = \"3 per day\", discount = \"40% a year\", thresholds = [30, 100, 260] }\n\
            done = { value = \"day\", given = \"outcome == done\", thresholds = [\"30 days\"] }\n";
        let answer = &answers(text, false)[0];
        assert!(!answer.lacks.any(), "{:?}", answer.lacks);
        let gone = |t: f64| if t >= 90.0 { 1.0 } else { -libm::expm1(-t / 20.0) };
        let quantile = |q: f64| (-20.0 * libm::log1p(-q)).min(90.0);
        let weeks = row(answer, "weeks");
        let value = |t: f64| 1.0 + 2.0 * (t - 1.0) / 7.0;
        // E[min(T, 90)] = 20 (1 - e^(-4.5)).
        near(weeks.mean.value, value(20.0 * gone(90.0_f64.next_down())), 1e-10);
        assert!(weeks.mean.error_bound < 1e-9 && weeks.mean.error_bound > 0.0);
        for (q, found) in QUANTILES.iter().zip(weeks.quantiles) {
            near(found, value(quantile(*q)), 1e-8);
        }
        for (at, share) in &weeks.thresholds {
            let time = 1.0 + 7.0 * (at - 1.0) / 2.0;
            let wanted = if time <= 0.0 { 1.0 } else { 1.0 - gone(time.min(90.0_f64.next_down())) };
            near(share.value, if time > 90.0 { 0.0 } else { wanted }, share.error_bound + 1e-13);
            assert_eq!((share.method, share.standard_error), (Method::Exact, 0.0));
        }
        let cost = row(answer, "cost");
        let decay = libm::log(1.4) / 365.25;
        let value = |t: f64| 3.0 * -libm::expm1(-decay * t) / decay;
        for (q, found) in QUANTILES.iter().zip(cost.quantiles) {
            near(found, value(quantile(*q)), 1e-7);
        }
        for (at, share) in &cost.thresholds {
            let time = -libm::log1p(-at * decay / 3.0) / decay;
            near(share.value, if time > 90.0 { 0.0 } else { 1.0 - gone(time) }, share.error_bound + 1e-13);
        }
        let done = row(answer, "done");
        let by_90 = gone(90.0_f64.next_down());
        near(done.counted.value, by_90, 1e-11);
        near(done.thresholds[0].1.value, (by_90 - gone(30.0)) / by_90, 1e-10);
        near(done.quantiles[3], quantile(0.5 * by_90), 1e-8);
    }

    /// Rounds of a week, each the last with chance 1/4: what is paid a week comes to whole numbers, and these count as reached.
    #[test]
    fn what_falls_on_a_threshold_has_reached_it() {
        let text = "[stage.round]\ntakes = \"1 week\"\nnext = [{ p = 0.25, to = \"done\" }, { to = \"round\" }]\n[outcome.done]\n[measures]\n\
            weeks = { value = \"day / 1 week\", thresholds = [1, 2, 10, 29, 49] }\npaid = { rate = \"0.1 per week\", thresholds = [0.3, 0.7] }\n";
        let answer = &answers(text, false)[0];
        assert!(!answer.lacks.any());
        for (at, share) in &row(answer, "weeks").thresholds {
            near(share.value, libm::pow(0.75, at - 1.0), 1e-12);
        }
        for (at, share) in &row(answer, "paid").thresholds {
            near(share.value, libm::pow(0.75, 10.0 * at - 1.0), 1e-12);
        }
        // 1 - 0.75^2 < 0.5 <= 1 - 0.75^3.
        near(row(answer, "weeks").quantiles[3], 3.0, 1e-12);
        near(row(answer, "weeks").mean.value, 4.0, 1e-11);
        near(row(answer, "paid").sd, 0.1 * 12.0_f64.sqrt(), 1e-9);
    }

    /// Each world has a price of its own.
    #[test]
    fn worlds_are_pooled_and_agree_with_paths() {
        let text = "horizon = \"60 days\"\nat_horizon = \"open\"\n[beliefs]\nprice = { is = \"2 to 9\", why = \"judgement\" }\npace = { is = \"10 days to 30 days\", why = \"judgement\" }\n\
            [stage.one]\ntakes = \"gamma(shape = 2, mean = pace)\"\nto = \"two\"\n[stage.two]\nhazard = \"1 / pace\"\nto = \"done\"\n[outcome.done]\n[outcome.open]\n[measures]\n\
            bill = { value = \"4 + price * day / 1 day\", thresholds = [60, 150, 300] }\nrent = { rate = \"price / 1 day\", thresholds = [60, 150, 300] }\n";
        let (solved, walked) = (&answers(text, false)[0], &answers(text, true)[0]);
        assert!(!solved.lacks.any());
        for (name, shift) in [("bill", 4.0), ("rent", 0.0)] {
            let (exact, seen) = (row(solved, name), row(walked, name));
            for ((at, a), (_, b)) in exact.thresholds.iter().zip(&seen.thresholds) {
                // The same worlds: only paths within them are a sample, whose error is no greater than a binomial's.
                let error = (a.value * (1.0 - a.value) / 40_000.0).sqrt();
                assert!((a.value - b.value).abs() <= 4.0 * error, "{name} {at}: {a:?} {b:?}");
            }
            for (q, (a, b)) in QUANTILES.iter().zip(exact.quantiles.iter().zip(seen.quantiles)) {
                assert!((a - b).abs() <= 0.05 * exact.sd, "{name} {q}: {a} {b}");
            }
            near(exact.mean.value - shift, row(solved, "rent").mean.value, 1e-8);
            near(exact.quantiles[2] - shift, row(solved, "rent").quantiles[2], 1e-8);
        }
    }

    /// What does not rise with the end alone is left to paths, or its quantiles are where it falls.
    #[test]
    fn other_functions_are_not_taken_for_it() {
        let text = "horizon = \"60 days\"\nat_horizon = \"open\"\n[state]\nn = 0\n[stage.one]\nhazard = \"1 per 9 days\"\nset = { n = \"n + 1\" }\nnext = [{ when = \"n > 2\", to = \"done\" }, { to = \"one\" }]\n\
            [outcome.done]\n[outcome.open]\n[measures]\nsquare = { value = \"(day / 1 day) ^ 2\" }\nleft = { value = \"60 days - day\" }\n\
            with = { value = \"day / 1 day + n\" }\nsome = { value = \"day\", given = \"n == 3\" }\nrate = { rate = \"1 + n\" }\n\
            paid = { rate = 1 }\n[stage.one.enter]\npay = { paid = 1 }\n";
        let answer = &answers(text, false)[0];
        let lacks: Vec<Lack> = answer.lacks.measures.clone();
        let (all, some) = (Lack::All, Lack::Quantiles);
        assert_eq!(lacks, [all, some, all, all, some, some]);
        // A path that never ends has no day of its end.
        let never = "[stage.a]\nhazard = \"1 per day\"\nnext = [{ p = 0.5, to = \"done\" }, { to = \"b\" }]\n[stage.b]\nhazard = \"1 per day\"\nto = \"b\"\n[outcome.done]\n\
            [measures]\nweeks = { value = \"day / 1 week\" }\n";
        assert_eq!(answers(never, false)[0].lacks.measures, [all]);
    }
}
