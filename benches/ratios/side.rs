//! What stands beside the paths: writing rows, reading scenarios, memory.

use super::check_text;
use detente::engine::{Observer, PathEnd, Walker, World};
use detente::model::Scenario;
use detente::program::Program;
use detente::report::{Folder, PathTable};
use detente::study::{Plan, RowSheet, Settings, Watch, run_plan};
use std::fmt::Write;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// The middle of some numbers, which are sorted by this.
pub fn median(of: &mut [f64]) -> f64 {
    of.sort_unstable_by(f64::total_cmp);
    (of[(of.len() - 1) / 2] + of[of.len() / 2]) / 2.0
}

/// Seconds of processor time that this thread had so far, as Linux tells; elsewhere, and for what other threads do, time that passed
/// is all there is. A machine that others use hardly changes it.
pub fn processor() -> f64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|line| line.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| BEGAN.elapsed().as_secs_f64(), |nanos| 1e-9 * nanos)
}

/// A path's end that is kept.
struct Kept {
    outcome: usize,
    time: f64,
    states: Vec<f64>,
    stages: Vec<u16>,
    measures: Vec<f64>,
    counted: Vec<bool>,
}

#[derive(Default)]
struct Keep(Vec<Kept>);

impl Observer for Keep {
    fn end(&mut self, end: &PathEnd<'_>) {
        self.0.push(Kept {
            outcome: end.outcome,
            time: end.time,
            states: end.states.to_vec(),
            stages: end.stages.to_vec(),
            measures: end.measures.to_vec(),
            counted: end.counted.to_vec(),
        });
    }
}

/// Rows of `paths.csv`: formatting alone, of paths that are there; and whole runs with and without the table.
pub fn writing(n1: &Scenario, rounds: u64) {
    const ROWS: u64 = 1_000_000;
    const PATHS: u64 = 100_000;
    let mut narrow = n1.clone();
    narrow.measures.clear();
    let mut rates = [Vec::new(), Vec::new()];
    let mut runs = [Vec::new(), Vec::new()];
    let mut bytes = 0;
    for _ in 0..rounds {
        for (which, scenario) in [&narrow, n1].into_iter().enumerate() {
            let folder = tempfile::tempdir().expect("a folder");
            let plan = Plan::new(
                vec![scenario.clone()],
                Settings { paths: PATHS, threads: 1, ..Settings::default() },
            );
            let program = Program::compile(scenario);
            let world = World::new(&program, 1, 0).expect("a world");
            let mut walker = Walker::new(&program);
            let mut keep = Keep::default();
            (0..1_000).for_each(|path| walker.walk(&world, path, &mut keep).expect("a path"));
            let mut target = Folder::begin(&folder.path().join("results")).expect("a folder");
            let table = PathTable::begin(&mut target, &plan).expect("a table");
            let rows = table.rows(&plan.subjects[0]);
            let mut text = Vec::with_capacity(1 << 20);
            bytes = 0;
            let start = processor();
            for n in 0..ROWS {
                let kept = &keep.0[(n % 1_000) as usize];
                let end = PathEnd {
                    outcome: kept.outcome,
                    time: kept.time,
                    last: kept.time,
                    standing: false,
                    states: &kept.states,
                    stages: &kept.stages,
                    entered: &[],
                    measures: &kept.measures,
                    counted: &kept.counted,
                    payoffs: &[],
                    cells: &[],
                };
                rows.row(0, 0, n, &end, &mut text);
                if text.len() > 1 << 19 {
                    bytes += text.len();
                    text.clear();
                }
            }
            rates[which].push(ROWS as f64 / (processor() - start) / 1e6);
            bytes += text.len();
        }
        for (which, written) in [false, true].into_iter().enumerate() {
            let folder = tempfile::tempdir().expect("a folder");
            let plan =
                Plan::new(vec![n1.clone()], Settings { paths: PATHS, threads: 1, ..Settings::default() });
            let mut target = Folder::begin(&folder.path().join("results")).expect("a folder");
            let mut table = written.then(|| PathTable::begin(&mut target, &plan).expect("a table"));
            let cancel = AtomicBool::new(false);
            let watch = Watch { cancel: &cancel, progress: &|_| {} };
            let start = processor();
            run_plan(&plan, watch, table.as_mut().map(|table| table as &mut dyn RowSheet)).expect("results");
            runs[which].push((processor() - start) * 1e9 / PATHS as f64);
        }
    }
    println!("paths.csv, N1, one thread");
    println!("formatting, without measures: {:.2} million rows a second", median(&mut rates[0]));
    println!(
        "formatting, with two measures: {:.2} million rows a second, {:.0} bytes a row",
        median(&mut rates[1]),
        bytes as f64 / ROWS as f64
    );
    let (without, with) = (median(&mut runs[0]), median(&mut runs[1]));
    println!("whole runs: {without:.0} ns a path without, {with:.0} with the table\n");
}

/// Checking and compiling.
pub fn reading(rounds: u64) {
    let small = include_str!("../../scenarios/examples/n1.toml").to_string();
    for (name, text) in [("N1", small), ("1,000 stages", stages(1_000))] {
        let (mut checking, mut compiling) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let start = processor();
            let checked = check_text("generated", &text);
            checking.push(1e3 * (processor() - start));
            let scenario = checked.scenario.expect("no faults");
            let start = processor();
            std::hint::black_box(Program::compile(&scenario));
            compiling.push(1e3 * (processor() - start));
        }
        let (check, compile) = (median(&mut checking), median(&mut compiling));
        println!("{name}, {} kB: checked in {check:.2} ms, compiled in {compile:.2} ms", text.len() / 1000);
    }
}

/// A scenario of so many stages, each with a delay, three ways on and effects.
fn stages(n: usize) -> String {
    let mut text =
        String::from("horizon = \"900 days\"\nat_horizon = \"open\"\n[state]\ngood = 0\nbad = 0\n");
    for stage in 0..n {
        let next = if stage + 1 < n { format!("s{}", stage + 1) } else { "deal".into() };
        let _ = write!(
            text,
            "[stage.s{stage}]\ntakes = \"gamma(shape = 2, mean = {} days)\"\nnext = [\n  {{ p = \"logistic(0.5 + 0.1 * \
             good - 0.1 * bad)\", set = {{ good = \"good + 1\" }}, to = \"{next}\" }},\n  {{ p = \"2% of rest\", to = \
             \"break_off\" }},\n  {{ set = {{ bad = \"bad + 1\" }}, to = \"s{stage}\" }},\n]\n",
            1 + stage % 7
        );
    }
    text + "[outcome.deal]\n[outcome.break_off]\n[outcome.open]\n"
}

/// The most memory that the process held, where the system tells.
pub fn memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        println!("peak memory of all this: {}", line.trim());
    }
}
