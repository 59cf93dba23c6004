//! Paths a second of the general engine on the shipped base scenario, tallies and all, on one thread and on more.
//!
//! `cargo bench --bench paths`. A ratio between two lines of one run means something; a single time on a shared machine does
//! not. `docs/performance.md` keeps what was found.

use detente::check::check_file;
use detente::engine::{Observer, PathEnd, Walker, World};
use detente::model::Scenario;
use detente::program::Program;
use detente::study::{Plan, Settings, Watch, run_plan};
use divan::Bencher;
use divan::counter::ItemsCount;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn main() {
    divan::main();
}

fn scenario(file: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    check_file(&path).scenario.expect("a shipped scenario has no faults")
}

struct Nothing;

impl Observer for Nothing {
    fn end(&mut self, _: &PathEnd<'_>) {}
}

const FILES: [&str; 3] = ["ukraine-talks.toml", "examples/n1.toml", "examples/n1-psa.toml"];

/// Walking alone: one world, nothing counted.
#[divan::bench(args = FILES)]
fn walk(bencher: Bencher<'_, '_>, file: &str) {
    let program = Program::compile(&scenario(file));
    let world = World::new(&program, 1, 0).expect("a world");
    let mut walker = Walker::new(&program);
    let mut path = 0;
    bencher.counter(ItemsCount::new(1_000_u32)).bench_local(|| {
        for _ in 0..1_000 {
            walker.walk(&world, path, &mut Nothing).expect("a path");
            path += 1;
        }
    });
}

/// The base variant as `detente run` does it: worlds, walking, tallies, estimates.
#[divan::bench(args = [1, 2, 4], consts = [0, 1, 2], sample_count = 10, sample_size = 1)]
fn run<const FILE: usize>(bencher: Bencher<'_, '_>, threads: usize) {
    let settings = Settings { paths: 50_000, threads, ..Settings::default() };
    let mut plan = Plan::new(vec![scenario(FILES[FILE])], settings);
    plan.only_base();
    let cancel = AtomicBool::new(false);
    let watch = Watch { cancel: &cancel, progress: &|_| {} };
    bencher
        .counter(ItemsCount::new(plan.paths()))
        .bench_local(|| run_plan(&plan, watch, None).expect("results"));
}

/// Checking and compiling the shipped scenario.
#[divan::bench]
fn check_and_compile(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| Program::compile(&scenario(FILES[0])));
}
