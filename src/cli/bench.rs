//! `detente bench`: how fast a scenario runs on this machine, and how long a precision takes.

use super::args::BenchArgs;
use super::exit::{Exit, unwritten};
use super::input::{Ready, ready, shown};
use super::output::{complain, print, watched, width};
use super::progress::stop_on_ctrl_c;
use super::{refused, trouble};
use crate::check::check_text;
use crate::exact::MOST_EFFORT;
use crate::model::Scenario;
use crate::report::{BENCH_COLUMNS, Bench, Rate, Reach, Repeats, Solving, is_free};
use crate::stats::critical::normal_quantile;
use crate::study::{
    Answer, Estimate, Failed, Method, Plan, Settings, Stopped, Watch, effort, run_plan, solve_subject,
};
use std::path::PathBuf;
use std::time::Instant;

/// The reference workload, for whoever names no file.
const N1: &str = include_str!("../../scenarios/examples/n1.toml");
/// Paths of a run.
const PATHS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Half-widths whose time is told.
const HALVES: [f64; 3] = [0.005, 0.001, 0.0001];
/// Repeats of each measurement, where there is time.
const ROUNDS: usize = 5;
/// Of the time given, what goes to sampling; the rest is for the exact engine.
const SAMPLING: f64 = 0.65;

/// Measures and tells.
pub(super) fn bench(args: &BenchArgs) -> Exit {
    match try_bench(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_bench(args: &BenchArgs) -> Result<(), Exit> {
    let one = match &args.file {
        Some(file) => ready(std::slice::from_ref(file), &args.change, false)?,
        None => {
            let checked = check_text("n1", N1);
            let file = PathBuf::from("n1.toml");
            checked
                .scenario
                .map(|scenario| Ready { scenario, texts: checked.texts, file, set: Vec::new() })
                .into_iter()
                .collect()
        }
    };
    let [one] = one.as_slice() else {
        complain("error: `detente bench` measures one scenario; name a file\n");
        return Err(Exit::Faulty);
    };
    is_free(&args.out, &BENCH_COLUMNS).map_err(unwritten)?;
    if watched() {
        complain(&format!("measuring for about {:.0} s\n", args.seconds));
    }
    let bench = Measuring::new(one, args).all().map_err(|failed| match failed {
        Failed::Cancelled => {
            complain("stopped; nothing was written\n");
            Exit::Interrupted
        }
        Failed::Path { variant, fault, .. } => {
            complain(&trouble::describe(one, &variant, &fault, &args.change));
            Exit::Path
        }
        Failed::NotExact { variant, refused, .. } => {
            complain(&refused::describe(one, &variant, &refused));
            Exit::Faulty
        }
        Failed::Rows(error) => {
            complain(&format!("error: {error}\n"));
            Exit::Output
        }
        Failed::Design(large) => {
            complain(&format!("error: {large}\n"));
            Exit::Faulty
        }
    })?;
    bench.write(&args.out).map_err(unwritten)?;
    print(&one.with());
    print(&bench.page(width()));
    print(&format!("the table is in {}\n", shown(&args.out)));
    Ok(())
}

struct Measuring<'a> {
    /// The base alone.
    scenario: Scenario,
    args: &'a BenchArgs,
    threads: Vec<usize>,
    began: Instant,
}

impl<'a> Measuring<'a> {
    fn new(one: &Ready, args: &'a BenchArgs) -> Measuring<'a> {
        let mut scenario = one.scenario.clone();
        scenario.variants.clear();
        scenario.vary.clear();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut threads: Vec<usize> =
            std::iter::successors(Some(1), |n| Some(2 * n)).take_while(|n| *n < cores).collect();
        threads.push(cores);
        Measuring { scenario, args, threads, began: Instant::now() }
    }

    fn all(&self) -> Result<Bench, Stopped> {
        let (rates, answer) = self.sample()?;
        let memory_sampling = peak_memory();
        let mut reaches = self.sampled_reaches(&rates, &answer);
        let (solving, exact) = self.solve()?;
        reaches.extend(exact);
        let place = |r: &Reach| answer.outcomes.iter().position(|row| row.outcome == r.outcome);
        reaches.sort_by_key(place);
        Ok(Bench {
            scenario: self.scenario.name.clone(),
            title: answer.scenario_title,
            rates,
            memory_exact: solving.as_ref().ok().and_then(|_| peak_memory()),
            solving,
            reaches,
            memory_sampling,
        })
    }

    fn left(&self, share: f64) -> f64 {
        share * self.args.seconds - self.began.elapsed().as_secs_f64()
    }

    fn plan(&self, paths: u64, threads: usize) -> Plan {
        let seed = self.args.change.seed;
        let settings = Settings { paths, seed, threads, ..Settings::default() };
        Plan::new(vec![self.scenario.clone()], settings)
    }

    /// Whole runs, round after round, so that a busy minute of the machine hits all alike. What would not fit in the time
    /// that is left is left out. Also what the longest run found.
    fn sample(&self) -> Result<(Vec<Rate>, Answer), Stopped> {
        let cancel = stop_on_ctrl_c();
        let watch = Watch { cancel, progress: &|_| {} };
        let mut rates: Vec<Rate> = Vec::new();
        for paths in PATHS {
            rates.extend(self.threads.iter().map(|&threads| {
                let size = self.plan(paths, threads).subjects[0].size;
                Rate { paths: size.paths(), worlds: size.worlds, threads, seconds: Repeats::default() }
            }));
        }
        let mut best: Option<Answer> = None;
        for round in 0..ROUNDS {
            for n in 0..rates.len() {
                let threads = rates[n].threads;
                // By itself, else by the run of fewer paths before it.
                let same = rates[..=n].iter().rev().filter(|rate| rate.threads == threads);
                let known = same.clone().find(|rate| rate.seconds.count() > 0);
                let foreseen = known.map_or(0.0, |rate| rates[n].paths as f64 / rate.per_second());
                if (round > 0 || known.is_some()) && foreseen > self.left(SAMPLING) {
                    continue;
                }
                let plan = self.plan(PATHS[n / self.threads.len()], threads);
                let start = Instant::now();
                let mut results = run_plan(&plan, watch, None)?;
                rates[n].seconds.add(start.elapsed().as_secs_f64());
                let answer = results.answers.swap_remove(0);
                if best.as_ref().is_none_or(|best| answer.made.paths > best.made.paths) {
                    best = Some(answer);
                }
            }
        }
        match best {
            Some(best) => Ok((rates, best)),
            None => Err(Failed::Cancelled),
        }
    }

    /// By the rate of the longest runs, and by how wide the intervals were.
    fn sampled_reaches(&self, rates: &[Rate], answer: &Answer) -> Vec<Reach> {
        let last = answer.whens.len() - 1;
        let mut reaches = Vec::new();
        for row in answer.outcomes.iter().filter(|row| row.when == last) {
            for half_width in HALVES {
                for &threads in &self.threads {
                    let same = rates.iter().rev().filter(|rate| rate.threads == threads);
                    let Some(rate) = same.into_iter().find(|rate| rate.seconds.count() > 0) else { continue };
                    let paths = paths_for(&row.probability, answer.made.paths, half_width);
                    let each = answer.made.paths as f64 / answer.made.worlds as f64;
                    reaches.push(Reach {
                        outcome: row.outcome.clone(),
                        title: row.title.clone(),
                        method: Method::Sampling.name(),
                        p: row.probability.value,
                        half_width,
                        threads,
                        worlds: if answer.made.worlds == 1 { 1.0 } else { paths / each },
                        paths,
                        seconds: paths / rate.per_second(),
                    });
                }
            }
        }
        reaches
    }

    /// The exact engine, where it accepts the scenario. With beliefs its answers are those of a sample of worlds, and a
    /// precision takes so many of them.
    fn solve(&self) -> Result<(Result<Solving, String>, Vec<Reach>), Stopped> {
        let cancel = stop_on_ctrl_c();
        let watch = Watch { cancel, progress: &|_| {} };
        let threads = *self.threads.last().unwrap_or(&1);
        let mut plan = self.plan(PATHS[0], threads);
        let start = Instant::now();
        if let Err((_, refused)) = effort(&plan.subjects[0], plan.settings.seed, MOST_EFFORT) {
            return Ok((Err(refused::sentence(&self.scenario, &refused)), Vec::new()));
        }
        let one = start.elapsed().as_secs_f64();
        let size = &mut plan.subjects[0].size;
        let vary = size.vary;
        size.worlds =
            if vary { (self.left(0.9) * threads as f64 / one).clamp(10.0, 1_000.0) as u64 } else { 1 };
        let worlds = size.worlds;
        let mut solving = Solving {
            worlds,
            threads: if vary { threads } else { 1 },
            seconds: Repeats::default(),
            error_bound: 0.0,
        };
        let mut found: Option<Answer> = None;
        while found.is_none()
            || (solving.seconds.count() < ROUNDS && self.left(1.0) > solving.seconds.median())
        {
            let start = Instant::now();
            let mut answers = solve_subject(&plan, &plan.subjects[0], watch, None)?;
            solving.seconds.add(start.elapsed().as_secs_f64());
            found = Some(answers.swap_remove(0));
        }
        let Some(answer) = found else { return Err(Failed::Cancelled) };
        let last = answer.whens.len() - 1;
        let rows = || answer.outcomes.iter().filter(|row| row.when == last);
        solving.error_bound = rows().map(|row| row.probability.error_bound).fold(0.0, f64::max);
        let mut reaches = Vec::new();
        for row in rows() {
            for half_width in HALVES {
                let wide = row.probability.interval.half_width() / half_width;
                let needed = if vary { (worlds as f64 * wide * wide).max(1.0) } else { 1.0 };
                let out_of_reach = row.probability.error_bound > half_width;
                reaches.push(Reach {
                    outcome: row.outcome.clone(),
                    title: row.title.clone(),
                    method: Method::Exact.name(),
                    p: row.probability.value,
                    half_width,
                    threads,
                    worlds: needed,
                    paths: 0.0,
                    seconds: if out_of_reach {
                        f64::INFINITY
                    } else {
                        solving.seconds.median() * needed / worlds as f64
                    },
                });
            }
        }
        Ok((Ok(solving), reaches))
    }
}

/// The paths that bring half the width of the 95% interval to `half_width`, by the standard error seen on `paths`. Of what was
/// never (or always) seen, the paths after which Wilson's interval at no hit, z² / (n + z²) wide, is as narrow.
fn paths_for(seen: &Estimate, paths: u64, half_width: f64) -> f64 {
    let z = normal_quantile(0.975);
    if seen.standard_error > 0.0 {
        let ratio = z * seen.standard_error / half_width;
        (paths as f64 * ratio * ratio).max(1.0)
    } else {
        (z * z * (0.5 / half_width - 1.0)).max(1.0)
    }
}

/// The most memory that this process held so far, in bytes, as Linux tells; nothing elsewhere.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| 1024 * kilobytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Proportion;

    #[test]
    fn the_paths_that_a_precision_takes() {
        // z² p (1 - p) / h² = 3.8415 x 0.25 / 0.005² = 38,415.
        let seen = Estimate::from(Proportion::independent(500, 1_000));
        assert!((paths_for(&seen, 1_000, 0.005) - 38_414.6).abs() < 1.0);
        let never = Estimate::from(Proportion::independent(0, 1_000));
        let n = paths_for(&never, 1_000, 0.005);
        let there = Proportion::independent(0, n as u64).interval.half_width();
        assert!((there - 0.005).abs() < 2e-5, "{n}: {there}");
    }

    #[test]
    fn everything_is_measured() {
        let args =
            BenchArgs { file: None, change: Default::default(), seconds: 0.5, out: PathBuf::from("unused") };
        let checked = check_text("n1", N1);
        let one = Ready {
            scenario: checked.scenario.expect("N1 has no faults"),
            texts: checked.texts,
            file: PathBuf::new(),
            set: Vec::new(),
        };
        let bench = Measuring::new(&one, &args).all().expect("it runs");
        assert!(bench.rates[0].per_second() > 1_000.0, "{:?}", bench.rates);
        assert!(
            bench.solving.as_ref().is_ok_and(|solving| solving.error_bound < 1e-9),
            "{:?}",
            bench.solving
        );
        let of = |method| bench.reaches.iter().filter(move |reach| reach.method == method);
        assert_eq!(of("exact").count(), 5 * HALVES.len());
        for (a, b) in of("sampling").filter(|r| r.threads == 1).zip(of("exact")) {
            assert!(a.outcome == b.outcome && (a.p - b.p).abs() < 0.1, "{a:?} {b:?}");
            assert!(a.seconds > 0.0 && b.seconds > 0.0);
        }
    }
}
