//! `bench.csv` and the page that `detente bench` prints: how fast a scenario runs here, and how long a precision takes.
//!
//! Unlike the tables of a run these numbers are times of one machine on one day.

use super::ReportError;
use super::cell::{number, text};
use super::single::write_single;
use super::terminal::table;
use crate::quantity::prose::{self, percent, thousands};
use comfy_table::{Cell, CellAlignment};
use std::path::Path;
use std::time::Duration;

/// The columns of `bench.csv`.
pub const BENCH_COLUMNS: [&str; 13] = [
    "scenario",
    "what",
    "method",
    "threads",
    "worlds",
    "paths",
    "outcome",
    "probability",
    "half_width",
    "unit",
    "median",
    "least",
    "most",
];

/// Repeats of one measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repeats(Vec<f64>);

impl Repeats {
    /// Adds one.
    pub fn add(&mut self, value: f64) {
        let place = self.0.partition_point(|x| *x < value);
        self.0.insert(place, value);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The middle one, or the mean of the middle two; NaN of none.
    pub fn median(&self) -> f64 {
        let n = self.0.len();
        if n == 0 { f64::NAN } else { (self.0[(n - 1) / 2] + self.0[n / 2]) / 2.0 }
    }

    /// The least.
    pub fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// The greatest.
    pub fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }
}

/// How long whole runs of so many paths took.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Paths of a run.
    pub paths: u64,
    /// Worlds of a run.
    pub worlds: u64,
    /// Threads.
    pub threads: usize,
    /// Seconds of each repeat; none where it would have taken too long.
    pub seconds: Repeats,
}

impl Rate {
    /// Paths a second, in the middle of the repeats.
    pub fn per_second(&self) -> f64 {
        self.paths as f64 / self.seconds.median()
    }
}

/// How long the exact engine took.
#[derive(Clone, Debug, PartialEq)]
pub struct Solving {
    /// Worlds that were solved.
    pub worlds: u64,
    /// Threads.
    pub threads: usize,
    /// Seconds of each repeat.
    pub seconds: Repeats,
    /// No probability is off by more.
    pub error_bound: f64,
}

/// What a precision of one outcome takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// The outcome.
    pub outcome: String,
    /// Its title.
    pub title: String,
    /// `sampling` or `exact`.
    pub method: &'static str,
    /// Its probability by that method.
    pub p: f64,
    /// Half the width of the 95% interval that is wanted.
    pub half_width: f64,
    /// Threads.
    pub threads: usize,
    /// Worlds that it takes.
    pub worlds: f64,
    /// Paths that it takes; 0 for the exact engine.
    pub paths: f64,
    /// Seconds that it takes.
    pub seconds: f64,
}

/// All that was measured of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Bench {
    /// The scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// By number of paths, then of threads.
    pub rates: Vec<Rate>,
    /// By the exact engine, or why not.
    pub solving: Result<Solving, String>,
    /// By outcome, half-width, then method.
    pub reaches: Vec<Reach>,
    /// The most memory the process held, in bytes, once everything was sampled; where the system tells.
    pub memory_sampling: Option<u64>,
    /// The same after everything was solved too.
    pub memory_exact: Option<u64>,
}

impl Bench {
    /// The rows of the table.
    fn rows(&self) -> Vec<[String; 13]> {
        let mut rows = Vec::new();
        let mut row = |cells: [&dyn ToString; 12]| {
            let cells = cells.map(|cell| cell.to_string());
            let mut all = [const { String::new() }; 13];
            all[0] = text(&self.scenario).into_owned();
            all[1..].clone_from_slice(&cells);
            rows.push(all);
        };
        let (sampling, exact, none) = ("sampling", "exact", "");
        for rate in self.rates.iter().filter(|rate| rate.seconds.count() > 0) {
            let per = |seconds: f64| number((rate.paths as f64 / seconds).round());
            let of = &rate.seconds;
            let (median, least, most) = (per(of.median()), per(of.most()), per(of.least()));
            let [t, w, p] = [rate.threads as u64, rate.worlds, rate.paths];
            row([
                &"rate",
                &sampling,
                &t,
                &w,
                &p,
                &none,
                &none,
                &none,
                &"paths a second",
                &median,
                &least,
                &most,
            ]);
        }
        if let Ok(solving) = &self.solving {
            let of = [solving.seconds.median(), solving.seconds.least(), solving.seconds.most()].map(number);
            let (t, w, bound) = (solving.threads, solving.worlds, number(solving.error_bound));
            row([&"solving", &exact, &t, &w, &none, &none, &none, &none, &"seconds", &of[0], &of[1], &of[2]]);
            row([
                &"error bound",
                &exact,
                &t,
                &w,
                &none,
                &none,
                &none,
                &none,
                &"probability",
                &bound,
                &none,
                &none,
            ]);
        }
        for reach in &self.reaches {
            let paths = if reach.paths > 0.0 { number(reach.paths.ceil()) } else { String::new() };
            let (worlds, half) = (number(reach.worlds.ceil()), number(reach.half_width));
            let (outcome, p, seconds) = (text(&reach.outcome), number(reach.p), number(reach.seconds));
            row([
                &"precision",
                &reach.method,
                &reach.threads,
                &worlds,
                &paths,
                &outcome,
                &p,
                &half,
                &"seconds",
                &seconds,
                &none,
                &none,
            ]);
        }
        for (method, memory) in [(sampling, self.memory_sampling), (exact, self.memory_exact)] {
            if let Some(bytes) = memory {
                row([
                    &"peak memory",
                    &method,
                    &none,
                    &none,
                    &none,
                    &none,
                    &none,
                    &none,
                    &"bytes",
                    &bytes,
                    &none,
                    &none,
                ]);
            }
        }
        rows
    }

    /// Writes the table: whole, or what was there stays.
    pub fn write(&self, to: &Path) -> Result<(), ReportError> {
        let table = || -> std::io::Result<Vec<u8>> {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(BENCH_COLUMNS)?;
            for row in self.rows() {
                csv.write_record(&row)?;
            }
            csv.into_inner().map_err(|error| error.into_error())
        };
        let text = table().map_err(|error| ReportError::io(to, error))?;
        write_single(to, &BENCH_COLUMNS, &text)
    }

    /// The page.
    pub fn page(&self, width: u16) -> String {
        let mut page = self.title.clone();
        if self.title != self.scenario {
            page += &format!(" ({})", self.scenario);
        }
        page += "\n";
        page += &self.rate_table(width);
        page += "\npaths a second of whole runs, tallies and all: median and spread of the repeats\n\n";
        page += &match &self.solving {
            Ok(of) => format!(
                "solving {}: {} (± {}) on {}; no probability is off by more than {:.1e}\n\n",
                if of.worlds == 1 {
                    "it exactly".into()
                } else {
                    format!("{} worlds exactly", thousands(of.worlds))
                },
                seconds(of.seconds.median()),
                seconds((of.seconds.most() - of.seconds.least()) / 2.0),
                prose::counted(of.threads as u64, "thread"),
                of.error_bound
            ),
            Err(why) => format!("not solved exactly: {why}\n\n"),
        };
        page += &self.reach_table(width);
        page += "\ntime until half the width of the 95% interval is so many points\n";
        if let Some(bytes) = self.memory_sampling {
            page += &format!("\nmemory: at most {}", megabytes(bytes));
            if let Some(more) = self.memory_exact.filter(|more| *more > bytes) {
                page += &format!(", {} with the exact engine", megabytes(more));
            }
            page += "\n";
        }
        page
    }

    fn rate_table(&self, width: u16) -> String {
        let mut threads: Vec<usize> = self.rates.iter().map(|rate| rate.threads).collect();
        threads.sort_unstable();
        threads.dedup();
        let mut paths: Vec<u64> = self.rates.iter().map(|rate| rate.paths).collect();
        paths.dedup();
        let mut page = table(width);
        let header = threads.iter().map(|n| prose::counted(*n as u64, "thread"));
        page.set_header(std::iter::once("paths".to_string()).chain(header));
        for n in paths {
            let cells = threads.iter().map(|t| {
                let found = self.rates.iter().find(|rate| rate.paths == n && rate.threads == *t);
                found.filter(|rate| rate.seconds.count() > 0).map_or("–".into(), |rate| {
                    let of = &rate.seconds;
                    let spread = 50.0 * (of.most() - of.least()) / of.median();
                    format!("{} ±{spread:.0}%", thousands(rate.per_second().round() as u64))
                })
            });
            page.add_row(right(std::iter::once(thousands(n)).chain(cells)));
        }
        page.trim_fmt()
    }

    fn reach_table(&self, width: u16) -> String {
        let mut halves: Vec<f64> = self.reaches.iter().map(|reach| reach.half_width).collect();
        halves.sort_unstable_by(|a, b| b.total_cmp(a));
        halves.dedup();
        let most = self.reaches.iter().map(|reach| reach.threads).max().unwrap_or(1);
        let mut page = table(width);
        let header = halves.iter().map(|half| format!("±{}", prose::number(100.0 * half)));
        let first = ["outcome".to_string(), "by".to_string(), "p".to_string()];
        page.set_header(first.into_iter().chain(header));
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for reach in self.reaches.iter().filter(|reach| reach.threads == most) {
            if seen.contains(&(&reach.outcome, reach.method)) {
                continue;
            }
            seen.push((&reach.outcome, reach.method));
            let cells = halves.iter().map(|half| {
                let same = |r: &&Reach| {
                    r.outcome == reach.outcome
                        && r.method == reach.method
                        && r.half_width == *half
                        && r.threads == most
                };
                self.reaches.iter().find(same).map_or(String::new(), |r| seconds(r.seconds))
            });
            let first = [reach.title.clone(), reach.method.into(), percent(reach.p)];
            page.add_row(right(first.into_iter().chain(cells)));
        }
        format!("{}\non {}", page.trim_fmt(), prose::counted(most as u64, "thread"))
    }
}

/// Numbers to the right, the first cell to the left.
fn right(cells: impl Iterator<Item = String>) -> Vec<Cell> {
    let side = |n: usize| if n == 0 { CellAlignment::Left } else { CellAlignment::Right };
    cells.enumerate().map(|(n, words)| Cell::new(words).set_alignment(side(n))).collect()
}

/// A time of any size: `0.8 ms`, `12 s`, `3 hours`.
fn seconds(s: f64) -> String {
    if !s.is_finite() {
        return "never".into();
    }
    match s {
        s if s < 0.001 => format!("{:.2} ms", 1e3 * s),
        s if s < 0.1 => format!("{:.1} ms", 1e3 * s),
        s if s < 1.0 => format!("{:.0} ms", 1e3 * s),
        s if s < 100.0 => format!("{s:.1} s"),
        s if s < 6_000.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} hours", s / 3_600.0),
        s => format!("{} days", thousands(Duration::from_secs_f64(s.min(1e15)).as_secs() / 86_400)),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn bench() -> Bench {
        let mut seconds = Repeats::default();
        [0.5, 0.2, 0.4].into_iter().for_each(|s| seconds.add(s));
        let rate = Rate { paths: 1_000_000, worlds: 1, threads: 2, seconds: seconds.clone() };
        let solving = Solving { worlds: 1, threads: 1, seconds, error_bound: 1e-11 };
        let reach = |method, half_width, seconds| Reach {
            outcome: "=deal".into(),
            title: "A deal".into(),
            method,
            p: 0.25,
            half_width,
            threads: 2,
            worlds: 1.0,
            paths: if method == "exact" { 0.0 } else { 28_811.1 },
            seconds,
        };
        Bench {
            scenario: "n1".into(),
            title: "N1".into(),
            rates: vec![rate],
            solving: Ok(solving),
            reaches: vec![reach("sampling", 0.005, 0.0115), reach("exact", 0.005, 0.4)],
            memory_sampling: Some(12_000_000),
            memory_exact: None,
        }
    }

    #[test]
    fn the_table_is_whole_and_tidy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bench.csv");
        bench().write(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text,
            "scenario,what,method,threads,worlds,paths,outcome,probability,half_width,unit,median,least,most\n\
             n1,rate,sampling,2,1,1000000,,,,paths a second,2500000,2000000,5000000\n\
             n1,solving,exact,1,1,,,,,seconds,0.4,0.2,0.5\n\
             n1,error bound,exact,1,1,,,,,probability,0.00000000001,,\n\
             n1,precision,sampling,2,1,28812,'=deal,0.25,0.005,seconds,0.0115,,\n\
             n1,precision,exact,2,1,,'=deal,0.25,0.005,seconds,0.4,,\n\
             n1,peak memory,sampling,,,,,,,bytes,12000000,,\n"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
        assert!(bench().write(folder.path()).is_err(), "a folder is in the way");
        assert!(bench().write(&folder.path().join("no/such/bench.csv")).is_err());
    }

    #[test]
    fn the_page_reads() {
        let page = bench().page(100);
        for words in ["2,500,000 ±38%", "12 MB", "11.5 ms", "400 ms", "±0.5", "1.0e-11"] {
            assert!(page.contains(words), "{words}:\n{page}");
        }
    }

    #[test]
    fn times_of_any_size() {
        let words = [3e-5, 0.012, 0.5, 12.0, 600.0, 7_200.0, 1e6, f64::INFINITY].map(seconds);
        assert_eq!(
            words,
            ["0.03 ms", "12.0 ms", "500 ms", "12.0 s", "10 min", "2 hours", "11 days", "never"]
        );
    }
}
