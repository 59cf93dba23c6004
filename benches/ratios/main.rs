//! The reference workload in several forms, side by side in one run: what is reported is the ratio of their times, since the
//! forms take turns and whatever else the machine does hits all alike.
//!
//! `cargo bench --bench ratios` (`-- --rounds 3` for a quick look). Every form's counts are held to the exact answers; the
//! run fails where |z| > 4. `docs/performance.md` keeps what was found.
// A hand-written program uses the functions of std, as its writer would.
#![allow(clippy::disallowed_methods)]

mod equal;
mod found;
mod kernel;
mod numbers;
mod plain;
mod psa;
mod side;
mod totals;

use detente::check::{check_file, check_text};
use detente::engine::{
    ColumnWalker, Each, Ends, Evaluated, Fault, PathEnd, Sampled, SampledWalker, Since, Source, Stops,
    Visits, World,
};
use detente::model::Scenario;
use detente::program::{Marginal, Program};
use detente::study::{Answer, Plan, STILL_OPEN, Settings, Watch, run_plan, run_with, solve_plan};
use found::{Found, OUTCOMES, Truth};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Rounds where nobody says otherwise.
const ROUNDS: u64 = 7;
/// Worlds by which the exact answers of N1-psa are judged.
const WORLDS: u64 = 300;

/// One way to walk paths.
struct Form<'a> {
    name: String,
    /// Paths of a round.
    paths: u64,
    threads: usize,
    /// Walks so many with a seed.
    run: Box<dyn Fn(u64, u64) -> Found + 'a>,
}

fn form<'a>(name: &str, paths: u64, run: impl Fn(u64, u64) -> Found + 'a) -> Form<'a> {
    let threads = if name.ends_with("2 threads") { 2 } else { 1 };
    Form { name: name.into(), paths, threads, run: Box::new(run) }
}

fn scenario(file: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/examples").join(file);
    check_file(&path).scenario.expect("a shipped scenario has no faults")
}

fn main() {
    let mut words = std::env::args().skip_while(|word| word != "--rounds").skip(1);
    let rounds = words.next().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS).max(1);
    let (n1, psa) = (scenario("n1.toml"), scenario("n1-psa.toml"));
    let (kernel, beliefs, equal) = (kernel::Kernel::new(), psa::Kernel::new(), equal::Kernel::new());
    let mut sound = true;

    let forms = vec![
        form("idiomatic Rust, rand and rand_distr", 300_000, plain::n1),
        form("expert kernel, 1 path in flight", 1_000_000, |paths, seed| kernel.run::<1>(paths, seed)),
        form("expert kernel, 4 in flight", 1_000_000, |paths, seed| kernel.run::<4>(paths, seed)),
        form("expert kernel, 16 in flight", 1_000_000, |paths, seed| kernel.run::<16>(paths, seed)),
        form("expert kernel, 64 in flight", 1_000_000, |paths, seed| kernel.run::<64>(paths, seed)),
        form("the same draws by hand", 1_000_000, |paths, seed| equal.run::<false, false>(paths, seed)),
        form("the same draws and delays", 1_000_000, |paths, seed| equal.run::<true, false>(paths, seed)),
        form("the same draws, delays and counts", 1_000_000, |paths, seed| {
            equal.run::<true, true>(paths, seed)
        }),
        form("detente, one by one, paths alone", 50_000, walking(&n1)),
        form("detente, one by one, whole run", 50_000, general(&n1, one_by_one, 1, None)),
        form("detente, in columns, paths alone", 100_000, walking_in_columns(&n1)),
        form("detente, in columns, whole run", 100_000, general(&n1, in_columns, 1, None)),
        form("detente, in columns, whole run, 2 threads", 200_000, general(&n1, in_columns, 2, None)),
        form("detente, as it runs (chain), whole run", 1_000_000, whole(&n1, 1, None)),
        form("detente, as it runs (chain), whole run, 2 threads", 2_000_000, whole(&n1, 2, None)),
        // Other engines of detente take their place here: one line each.
    ];
    equal.totals::<true, true>(1_000_000, 1).compare(&walked(&n1, 1_000_000, 1));
    let (truth, solving) = exact(&n1, 1);
    sound &= table("N1", &forms, &truth, rounds, 1e9 * solving);

    let forms = vec![
        form("idiomatic Rust, rand and rand_distr", 200_000, plain::psa),
        form("expert kernel, one path a world", 1_000_000, |paths, seed| beliefs.run(paths, seed)),
        form("detente, one by one, one path a world", 50_000, general(&psa, one_by_one, 1, Some(1))),
        form("detente, in columns, one path a world", 50_000, general(&psa, in_columns, 1, Some(1))),
        form("detente, as it runs (chain), one path a world", 400_000, whole(&psa, 1, Some(1))),
        form("detente, as it runs (chain), one path a world, 2 threads", 800_000, whole(&psa, 2, Some(1))),
        form("detente, one by one, ten paths a world", 50_000, general(&psa, one_by_one, 1, Some(10))),
        form("detente, in columns, ten paths a world", 50_000, general(&psa, in_columns, 1, Some(10))),
        form("detente, as it runs (chain), ten paths a world", 400_000, whole(&psa, 1, Some(10))),
        form("detente, as it runs (chain), 100 paths a world", 400_000, whole(&psa, 1, Some(100))),
        // Other engines of detente take their place here: one line each.
    ];
    let (truth, solving) = exact(&psa, WORLDS);
    sound &= table("N1-psa", &forms, &truth, rounds, 1e9 * solving / WORLDS as f64);

    side::writing(&n1, rounds);
    side::reading(rounds);
    side::memory();
    assert!(sound, "some form does not agree with the exact answers");
}

/// Runs all forms by turns; prints nanoseconds a path and the ratio to the first form of the same round, of processor time
/// (which a form on several threads has not) and of time; and what a world takes to be solved, in nanoseconds, beside that. Whether all agree.
fn table(title: &str, forms: &[Form<'_>], truth: &Truth, rounds: u64, solving: f64) -> bool {
    let mut found = vec![Found::default(); forms.len()];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); forms.len()];
    let mut works: Vec<Vec<f64>> = vec![Vec::new(); forms.len()];
    for round in 0..rounds {
        for (n, form) in forms.iter().enumerate() {
            let (start, work) = (Instant::now(), side::processor());
            let some = (form.run)(form.paths, 1 + round);
            works[n].push(1e9 * (side::processor() - work) / form.paths as f64);
            times[n].push(1e9 * start.elapsed().as_secs_f64() / form.paths as f64);
            assert_eq!(some.paths, form.paths, "{}", form.name);
            found[n].add(&some);
        }
    }
    println!("{title}, {rounds} rounds");
    println!(
        "{:<54} {:>9} {:>7} {:>15} {:>7} {:>15} {:>9}",
        "", "ns a path", "ratio", "least to most", "of time", "least to most", "worst |z|"
    );
    let mut sound = true;
    for (n, form) in forms.iter().enumerate() {
        let (worst, compared) = truth.worst(&found[n]);
        sound &= worst <= 4.0;
        let ratios = |of: &[Vec<f64>]| -> String {
            let mut all: Vec<f64> = of[n].iter().zip(&of[0]).map(|(a, b)| a / b).collect();
            let middle = side::median(&mut all);
            format!("{middle:>7.3} {:>15}", format!("{:.3} to {:.3}", all[0], all[all.len() - 1]))
        };
        let lone = form.threads == 1;
        let work =
            if lone { format!("{:>9.1}", side::median(&mut works[n].clone())) } else { format!("{:>9}", "") };
        let share = if lone { ratios(&works) } else { format!("{:>23}", "") };
        println!("{:<54} {work} {share} {} {worst:>5.2} of {compared}", form.name, ratios(&times));
    }
    let days = found[0].deals.map(|day| format!("{day:.1}")).join(" ");
    println!("days of a deal, quantiles of the first form: {days}");
    let first = side::median(&mut works[0]);
    println!(
        "detente, exact: {:.1} ms a world, in which the first form walks {:.0} paths\n",
        1e-6 * solving,
        solving / first
    );
    sound
}

/// Nothing is counted but what the form has to find.
#[derive(Default)]
struct Count(Found);

/// Nobody counts visits and stops.
struct Nobody;

impl Visits for Nobody {
    fn leave(&mut self, since: &mut Since, time: f64) {
        since.time = time;
    }
}

impl Stops for Nobody {
    fn stop<'s>(&mut self, _: (bool, f64), _: impl Iterator<Item = (usize, &'s mut Since)>) {}

    fn over(&mut self, _: u32, _: f64) {}
}

impl Each for Count {
    fn go_on(&mut self) -> bool {
        true
    }

    fn open(&mut self, _: u64, _: u64, _: usize) {}

    fn begins(&self, _: usize) -> Since {
        Since::default()
    }

    fn visits(&mut self, _: usize, _: usize) -> impl Visits {
        Nobody
    }

    fn stops(&mut self) -> impl Stops {
        Nobody
    }

    fn end_many(&mut self, ends: &Ends<'_>) {
        let cells = ends.cells(0).iter().zip(ends.cells(1));
        for ((outcome, time), (site, joined)) in ends.outcomes().iter().zip(ends.times()).zip(cells) {
            let outcome = usize::from(*outcome);
            self.0.paths += 1;
            self.0.outcomes[outcome] += 1;
            self.0.cells[*site as usize][*joined as usize][outcome] += 1;
            if outcome < 2 {
                for (by, day) in [1.0, 30.0, 100.0].into_iter().enumerate() {
                    self.0.deals_by[by] += u64::from(*time <= 86_400.0 * day);
                }
            }
        }
    }

    fn rows(&self) -> bool {
        false
    }

    fn row(&mut self, _: u64, _: u64, _: &PathEnd<'_>) {}
}

/// Walking alone, one path after the other.
fn walking(scenario: &Scenario) -> impl Fn(u64, u64) -> Found {
    let program = Program::compile(scenario);
    move |paths, seed| {
        let worlds = [World::new(&program, seed, 0).expect("a world")];
        let mut count = Count::default();
        Evaluated::new(&program).walk(&worlds, 0..paths, u64::MAX, &mut count).expect("paths");
        count.0
    }
}

/// Walking alone, in columns.
fn walking_in_columns(scenario: &Scenario) -> impl Fn(u64, u64) -> Found {
    let program = Program::compile(scenario);
    move |paths, seed| {
        let worlds = [World::new(&program, seed, 0).expect("a world")];
        let (mut count, mut walker) = (Count::default(), ColumnWalker::new(&program).expect("columns"));
        // As many at once as in a run.
        for start in (0..paths).step_by(2048) {
            walker.walk(&worlds, start..paths.min(start + 2048), &mut count).expect("paths");
        }
        count.0
    }
}

/// As `detente run` does it: worlds, walking, all tallies, estimates. `each`: how many paths share a world, if there are beliefs.
fn whole(scenario: &Scenario, threads: usize, each: Option<u64>) -> impl Fn(u64, u64) -> Found {
    let sampled = |scenario: &Scenario, seed| Sampled { program: Program::compile(scenario), seed };
    running(scenario, threads, each, sampled)
}

/// How paths are walked, whatever else could be done.
type Way = for<'p> fn(&'p Program) -> SampledWalker<'p>;

fn one_by_one(program: &Program) -> SampledWalker<'_> {
    SampledWalker::Each(Box::new(Evaluated::new(program)))
}

fn in_columns(program: &Program) -> SampledWalker<'_> {
    SampledWalker::Columns(Box::new(ColumnWalker::new(program).expect("columns")))
}

/// The same by evaluating expressions, also where there is a chain.
fn general(scenario: &Scenario, way: Way, threads: usize, each: Option<u64>) -> impl Fn(u64, u64) -> Found {
    let sampled = move |scenario: &Scenario, seed| General {
        sampled: Sampled { program: Program::compile(scenario), seed },
        way,
    };
    running(scenario, threads, each, sampled)
}

/// All that a run finds of paths without beliefs.
fn walked(scenario: &Scenario, paths: u64, seed: u64) -> Answer {
    let settings = Settings { paths, seed, threads: 1, ..Settings::default() };
    let mut plan = Plan::new(vec![scenario.clone()], settings);
    plan.only_base();
    let cancel = AtomicBool::new(false);
    let mut results = run_plan(&plan, Watch { cancel: &cancel, progress: &|_| {} }, None).expect("results");
    results.answers.swap_remove(0)
}

fn running<S: Source<Fault = Box<Fault>>>(
    scenario: &Scenario,
    threads: usize,
    each: Option<u64>,
    source: impl Fn(&Scenario, u64) -> S,
) -> impl Fn(u64, u64) -> Found {
    let scenario = scenario.clone();
    move |paths, seed| {
        let settings =
            Settings { paths, seed, threads, worlds: each.map(|each| paths / each), ..Settings::default() };
        let mut plan = Plan::new(vec![scenario.clone()], settings);
        plan.only_base();
        let cancel = AtomicBool::new(false);
        let watch = Watch { cancel: &cancel, progress: &|_| {} };
        read(&run_with(&plan, &source, watch, None).expect("results").answers[0])
    }
}

/// A program that is always walked by evaluating.
struct General {
    sampled: Sampled,
    way: Way,
}

impl Source for General {
    type World = World;
    type Walker<'a> = SampledWalker<'a>;
    type Fault = Box<Fault>;

    fn walker(&self) -> SampledWalker<'_> {
        (self.way)(&self.sampled.program)
    }

    fn world(&self, world: u64, earlier: Option<World>) -> Result<World, Box<Fault>> {
        self.sampled.world(world, earlier)
    }

    fn worlds(
        &self,
        numbers: Range<u64>,
        earlier: Vec<World>,
        like: Option<(&General, &[World])>,
    ) -> (Vec<World>, Option<Box<Fault>>) {
        self.sampled.worlds(numbers, earlier, like.map(|(other, worlds)| (&other.sampled, worlds)))
    }

    fn beliefs<'a>(&self, world: &'a World) -> &'a [f64] {
        self.sampled.beliefs(world)
    }

    fn marginal(&self, belief: usize) -> Option<Marginal<'_>> {
        self.sampled.marginal(belief)
    }

    fn walk<'a>(
        &'a self,
        walker: &mut SampledWalker<'a>,
        worlds: &[World],
        paths: Range<u64>,
        limit: u64,
        seen: &mut impl Each,
    ) -> Result<(), (u64, Box<Fault>)> {
        self.sampled.walk(walker, worlds, paths, limit, seen)
    }
}

/// The counts of a run.
fn read(answer: &Answer) -> Found {
    let mut found = Found { paths: answer.made.paths, ..Found::default() };
    let number = |name: &str| OUTCOMES.iter().position(|outcome| *outcome == name).expect("a known outcome");
    for row in answer.outcomes.iter().filter(|row| row.outcome != STILL_OPEN) {
        let outcome = number(&row.outcome);
        if row.when == 3 {
            found.outcomes[outcome] = row.probability.hits;
            found.variances[outcome] = (row.probability.standard_error * answer.made.paths as f64).powi(2);
        } else if outcome < 2 {
            found.deals_by[row.when] += row.probability.hits;
        }
    }
    for row in &answer.splits {
        found.cells[site(&row.cell[0].1)][usize::from(row.cell[1].1 == "true")][number(&row.outcome)] =
            row.count;
    }
    found
}

fn site(name: &str) -> usize {
    ["none", "switzerland", "serbia", "other"].iter().position(|s| *s == name).expect("a known site")
}

/// The exact answers, and the seconds that they took. Of several worlds the outcomes alone are kept.
fn exact(scenario: &Scenario, worlds: u64) -> (Truth, f64) {
    let settings =
        Settings { paths: worlds, worlds: Some(worlds), seed: 1, threads: 1, ..Settings::default() };
    let mut plan = Plan::new(vec![scenario.clone()], settings);
    plan.only_base();
    let cancel = AtomicBool::new(false);
    let watch = Watch { cancel: &cancel, progress: &|_| {} };
    let work = side::processor();
    let results = solve_plan(&plan, watch).expect("answers");
    let took = side::processor() - work;
    let answer = &results.answers[0];
    let mut truth = Truth::default();
    let at = |when: usize, outcome: &str| {
        let row = answer.outcomes.iter().find(|row| row.when == when && row.outcome == outcome);
        row.expect("a row for each").probability
    };
    for (n, outcome) in OUTCOMES.iter().enumerate() {
        let p = at(3, outcome);
        (truth.outcomes[n], truth.errors[n]) = (p.value, p.standard_error);
    }
    if worlds == 1 {
        truth.deals_by =
            (0..3).map(|when| at(when, OUTCOMES[0]).value + at(when, OUTCOMES[1]).value).collect();
        truth.cells = vec![[[0.0; 5]; 2]; 4];
        for row in &answer.splits {
            let outcome = OUTCOMES.iter().position(|o| *o == row.outcome).expect("a known outcome");
            let joint = row.joint.as_ref().map_or(0.0, |joint| joint.value);
            truth.cells[site(&row.cell[0].1)][usize::from(row.cell[1].1 == "true")][outcome] = joint;
        }
    }
    (truth, took)
}
