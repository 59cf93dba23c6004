//! Runs against theory.

use super::samples::{call, talks};
use super::*;
use crate::model::Scenario;
use crate::stats::Verdict;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn run(scenario: Scenario, settings: Settings) -> Results {
    let plan = Plan::new(vec![scenario], settings);
    run_plan(&plan, Watch { cancel: &AtomicBool::new(false), progress: &|_| () }, None).expect("it runs")
}

fn paths(paths: u64) -> Settings {
    Settings { paths, threads: 2, ..Settings::default() }
}

#[track_caller]
fn near(estimate: &Estimate, truth: f64) {
    let z = (estimate.value - truth) / estimate.standard_error;
    assert!(z.abs() < 4.0, "{estimate:?} is not {truth}: z = {z}");
}

/// P(deal by t) = 0.3 (1 − exp(−t / 10)), and so on: everything about one exponential delay has a closed form.
#[test]
fn one_exponential_delay() {
    let results = run(call(), paths(40_000));
    let answer = &results.answers[0];
    let gone = |day: f64| 1.0 - libm::exp(-day / 10.0);
    let by = |when: usize, name: &str| {
        answer.outcomes.iter().find(|r| r.when == when && r.outcome == name).map(|r| r.probability).unwrap()
    };
    near(&by(0, "deal"), 0.3 * gone(7.0));
    near(&by(0, "still_open"), 1.0 - gone(7.0));
    near(&by(1, "refusal"), 0.7 * gone(30.0));
    near(&by(1, "open"), 1.0 - gone(30.0));
    assert!(by(1, "deal").credible.is_none());
    for when in [0, 1] {
        let sum: f64 = answer.outcomes.iter().filter(|r| r.when == when).map(|r| r.probability.value).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
    let on = |day: usize, name: &str| {
        let at = day as f64 * crate::quantity::DAY;
        answer.timeline.iter().find(|r| r.at == at && r.outcome == name).map(|r| r.probability).unwrap()
    };
    near(&on(12, "deal"), 0.3 * gone(12.0));
    near(&on(12, "still_open"), 1.0 - gone(12.0));
    assert_eq!(on(7, "deal").hits, by(0, "deal").hits);
    assert_eq!(on(30, "still_open").value, 0.0);
    let times = answer.times.iter().find(|row| row.outcome == "deal").unwrap();
    // An exponential cut at 30: the mean is 10 − 30 e⁻³ / (1 − e⁻³), the median −10 ln(1 − (1 − e⁻³) / 2).
    near(&times.mean_day, 10.0 - 30.0 * libm::exp(-3.0) / gone(30.0));
    assert!((times.quantiles[3] + 10.0 * libm::log(1.0 - gone(30.0) / 2.0)).abs() < 0.3, "{times:?}");
    // Over all paths only 0.3 gone(30) = 28.5% ever come.
    assert_eq!(times.all[3], f64::INFINITY);
    assert!((times.all[2] + 10.0 * libm::log(1.0 - 0.25 / 0.3)).abs() < 1.0, "{times:?}");
    let stands = |when: usize, stage: &str| {
        answer.stages.iter().find(|r| r.when == when && r.stage == stage).cloned().unwrap()
    };
    near(&stands(0, "call").stands, 1.0 - gone(7.0));
    near(&stands(0, "ended").stands, gone(7.0));
    near(&stands(1, "call").stands, 1.0 - gone(30.0));
    near(&stands(0, "call").days.unwrap(), 10.0 * gone(7.0));
    near(&stands(1, "call").days.unwrap(), 10.0 * gone(30.0));
    assert_eq!(stands(1, "call").visits.unwrap().value, 1.0);
}

/// The widths of intervals are those of the theory of one binomial.
#[test]
fn errors_are_as_large_as_they_are() {
    let results = run(call(), paths(10_000));
    let row = results.answers[0].outcomes.iter().find(|r| r.when == 1 && r.outcome == "deal").unwrap();
    let p = row.probability.value;
    assert!((row.probability.standard_error - (p * (1.0 - p) / 10_000.0).sqrt()).abs() < 1e-12);
}

#[test]
fn variants_are_named_and_counted() {
    let plan = Plan::new(vec![talks()], Settings::default());
    let names: Vec<&str> = plan.subjects[0].arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "base",
            "pushed",
            "same",
            "stern",
            "push=0 venue=1",
            "push=0 venue=2",
            "push=1 venue=0",
            "push=1 venue=1",
            "push=1 venue=2",
        ]
    );
    assert_eq!(plan.paths(), 9 * 20_000);
    let mut some = plan.clone();
    some.only(&["stern".into()]).unwrap();
    assert_eq!(some.subjects[0].arms.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["base", "stern"]);
    // What one scenario knows is enough; the others keep their base.
    let mut two = Plan::new(vec![call(), talks()], Settings::default());
    two.only(&["venue=1 push=0".into(), "stern".into(), "venue=1".into()]).unwrap();
    let names = |subject: &Subject| subject.arms.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&two.subjects[0]), ["base"]);
    assert_eq!(names(&two.subjects[1]), ["base", "stern", "push=0 venue=1"]);
    let unknown = two.only(&["venue=7".into()]).unwrap_err().to_string();
    assert!(unknown.starts_with("the lever `venue` has no option `7`"), "{unknown}");
    let unknown = some.clone().only(&["strn".into()]).unwrap_err();
    assert_eq!(unknown.to_string(), "no scenario here has a variant `strn`; did you mean `stern`?");
}

#[test]
fn variants_share_their_luck() {
    let results = run(talks(), paths(4_000));
    let answer = |name: &str| results.answers.iter().find(|a| a.variant == name).unwrap();
    let last = |row: &&CompareRow| row.when == Some(2) && row.name == "deal";
    assert!(answer("base").compare.is_empty());
    for row in &answer("same").compare {
        assert_eq!((row.verdict, row.difference.value), (Verdict::Same, 0.0), "{row:?}");
    }
    // What no expression reads changes nothing.
    assert!(answer("push=0 venue=2").compare.iter().all(|row| row.verdict == Verdict::Same));
    let pushed = answer("pushed").compare.iter().find(last).unwrap();
    assert_eq!(pushed.verdict, Verdict::Higher);
    assert!((pushed.difference.value - (pushed.variant - pushed.base)).abs() < 1e-12);
    let twin = answer("push=1 venue=1").compare.iter().find(last).unwrap();
    assert_eq!(twin.difference.value, pushed.difference.value);
    for row in &answer("pushed").compare {
        assert!((row.difference.value - (row.variant - row.base)).abs() < 1e-9, "{row:?}");
    }
}

/// Common random numbers: the two variants differ only where the choice falls between 0.3 and 0.35, so that a pair differs
/// with probability 0.05 (1 − exp(−3)); two runs with luck of their own would need nine times the paths.
#[test]
fn pairing_narrows_the_interval() {
    let results = run(call(), paths(40_000));
    let by = |answer: &Answer| {
        answer.outcomes.iter().find(|r| r.when == 1 && r.outcome == "deal").unwrap().probability
    };
    let (base, pushed) = (by(&results.answers[0]), by(&results.answers[1]));
    let unpaired =
        (base.standard_error * base.standard_error + pushed.standard_error * pushed.standard_error).sqrt();
    let row = results.answers[1].compare.iter().find(|r| r.when == Some(1) && r.name == "deal").unwrap();
    let gone = 1.0 - libm::exp(-3.0);
    near(&row.difference, 0.05 * gone);
    let variance = |p: f64| p * (1.0 - p);
    let expected = ((variance(0.3 * gone) + variance(0.35 * gone)) / variance(0.05 * gone)).sqrt();
    let narrower = unpaired / row.difference.standard_error;
    // The square root of a count of about 1,900 differing pairs: 4 / (2 sqrt(1900)) is under 5%.
    assert!((narrower / expected - 1.0).abs() < 0.05, "{narrower} is not {expected}");
    assert!(expected > 3.0);
}

/// The spread across worlds is that of the belief, not of chance: P(deal) varies with a uniform belief.
#[test]
fn beliefs_spread_and_chance_stay_apart() {
    let settings = Settings { worlds: Some(400), ..paths(16_000) };
    let results = run(talks(), settings);
    let row = results.answers[0].outcomes.iter().find(|r| r.when == 2 && r.outcome == "deal").unwrap();
    let credible = row.probability.credible.expect("beliefs vary");
    assert!(credible.half_width() > 3.0 * row.probability.interval.half_width(), "{row:?}");
    assert!(credible.contains(row.probability.value));
    let belief = &results.answers[0].beliefs[0];
    assert!(
        belief.fitted && (belief.mean - 0.25).abs() < 1e-12 && (belief.quantiles[0] - 0.115).abs() < 1e-12
    );
    let chance = &results.answers[0].beliefs[1];
    assert!(chance.fitted && chance.mean == 0.5 && chance.sd == 0.5, "{chance:?}");
    // Half of the worlds have 0, and no more is asked of a median.
    assert_eq!(chance.quantiles, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    // A variant's register holds what it changes.
    let stern = results.answers.iter().find(|a| a.variant == "stern").unwrap();
    assert_eq!(stern.beliefs.iter().map(|b| b.written.as_str()).collect::<Vec<_>>(), ["90%"]);
}

/// A variant that knows everything has no credible interval, though the worlds of others differ; the difference has one.
#[test]
fn a_variant_that_knows_has_no_credible_intervals() {
    use crate::model::build::{num, point};
    use crate::model::{BeliefId, Change, Draw};
    let mut scenario = talks();
    let known = vec![
        Change::Belief(BeliefId(0), Draw::Law(point(num(0.25))), "0.25".into()),
        Change::Belief(BeliefId(1), Draw::Chance(num(1.0)), "100%".into()),
    ];
    scenario.vary.clear();
    scenario.variants.truncate(2);
    let knows = crate::model::Variant { changes: known.clone(), ..scenario.variants[1].clone() };
    scenario.variants.push(crate::model::Variant { name: "known".into(), ..knows });
    let told = |answer: &Answer| {
        let text = format!("{:?}", Answer { compare: Vec::new(), ..answer.clone() });
        text.contains("credible: Some")
    };
    let differences = |answer: &Answer| answer.compare.iter().any(|row| row.difference.credible.is_some());
    let results = run(scenario.clone(), paths(20_000));
    let answer =
        |results: &Results, name: &str| results.answers.iter().find(|a| a.variant == name).cloned().unwrap();
    assert!(told(&answer(&results, "base")) && told(&answer(&results, "pushed")));
    assert!(!told(&answer(&results, "known")) && differences(&answer(&results, "known")));
    // The other way round: nothing varies in the base and in `pushed`, but in `doubts` it does.
    let mut turned = scenario.with(&known);
    turned.variants = scenario.variants[..1].to_vec();
    let doubts = vec![Change::Belief(BeliefId(1), Draw::Chance(num(0.5)), "50%".into())];
    let doubts = crate::model::Variant { changes: doubts, ..scenario.variants[1].clone() };
    turned.variants.push(crate::model::Variant { name: "doubts".into(), ..doubts });
    // Many paths a world, since it moves little.
    let results = run(turned, Settings { worlds: Some(200), ..paths(100_000) });
    for (name, varies) in [("base", false), ("pushed", false), ("doubts", true)] {
        let answer = answer(&results, name);
        assert_eq!((told(&answer), differences(&answer)), (varies, varies), "{name}");
    }
}

#[test]
fn joint_tables_add_up() {
    let results = run(talks(), paths(2_000));
    let base = &results.answers[0];
    let total: f64 = base.splits.iter().map(|row| row.joint.unwrap().value).sum();
    assert!((total - 1.0).abs() < 1e-12);
    for row in &base.splits {
        let (joint, here) = (row.joint.unwrap().value, row.here.unwrap().value);
        let given = row.outcome_given_cell.unwrap();
        assert!((joint - here * given.value).abs() < 1e-12, "{row:?}");
        assert!(given.interval.contains(given.value) || here == 0.0);
        let outcome = base.outcomes.iter().find(|r| r.when == 2 && r.outcome == row.outcome).unwrap();
        let back = row.cell_given_outcome.unwrap();
        if outcome.probability.hits > 0 {
            assert!((joint - outcome.probability.value * back.value).abs() < 1e-12, "{row:?}");
        }
    }
    assert_eq!(
        base.splits[0].cell,
        [("joined".to_string(), "false".to_string()), ("paused".into(), "false".into())]
    );
}

#[test]
fn measures_know_what_they_are_of() {
    let results = run(talks(), paths(4_000));
    let base = &results.answers[0];
    let measure = |name: &str| base.measures.iter().find(|m| m.measure == name).unwrap();
    let deal = base.outcomes.iter().find(|r| r.when == 2 && r.outcome == "deal").unwrap();
    assert_eq!(measure("rapport_at_deal").mean.paths, deal.probability.hits);
    assert_eq!(measure("rapport_at_deal").counted.value, deal.probability.value);
    let first = measure("first_pause");
    let never = first.never.unwrap();
    assert!((never.value + first.mean.paths as f64 / 4_000.0 - 1.0).abs() < 1e-12);
    assert_eq!(first.unit, "days");
    assert!(first.quantiles[3] > 1.0 && first.quantiles[3] < 100.0);
    let payoff = measure("us");
    let of = |name: &str| {
        base.outcomes.iter().find(|r| r.when == 2 && r.outcome == name).unwrap().probability.value
    };
    assert!((payoff.mean.value - (60.0 * of("deal") - 100.0 * of("war"))).abs() < 1e-9);
    let at_least = measure("rapport").thresholds[1].1.value;
    assert!(at_least > 0.0 && at_least < measure("rapport").thresholds[0].1.value);
}

/// The mean of what is true or false has the errors of the probability that it is, at no hit and at all hits too.
#[test]
fn the_mean_of_a_truth_is_a_probability() {
    use crate::model::build::{ended_as, less, not, num};
    use crate::model::{MeasureKind, OutcomeId, Ty};
    for (scenario, worlds) in [(call(), false), (talks(), true)] {
        let mut scenario = scenario;
        scenario.variants.clear();
        scenario.vary.clear();
        let truths = [
            ("true", not(less(num(1.0), num(0.0)))),
            ("false", less(num(1.0), num(0.0))),
            ("deal", ended_as(OutcomeId(1))),
        ];
        for (name, mut expr) in truths {
            expr.ty = Ty::Bool;
            for (given, name) in [(false, name.to_string()), (true, format!("{name}_given"))] {
                let given = given.then(|| not(ended_as(OutcomeId(2))));
                let id = scenario.add_measure(&name, MeasureKind::Value(expr.clone()), given);
                scenario.measures[id.0].thresholds = vec![1.0];
            }
        }
        let results = run(scenario, paths(20_000));
        let measure = |name: &str| results.answers[0].measures.iter().find(|m| m.measure == name).unwrap();
        for name in ["true", "false", "deal", "true_given", "false_given", "deal_given"] {
            let row = measure(name);
            assert_eq!(row.mean, row.thresholds[0].1, "{name}");
            // What is so on all paths, or on none, does not say how much worlds differ.
            assert_eq!(row.mean.credible.is_some(), worlds && name == "deal", "{name}");
            assert!(row.mean.interval.low >= 0.0 && row.mean.interval.high <= 1.0, "{row:?}");
            assert!(row.mean.interval.half_width() > 0.0, "{row:?}");
        }
        // 3.84 of 20,000 paths that hit at most.
        assert!(measure("false").mean.interval.high > 1e-4 && measure("true").mean.interval.low < 1.0 - 1e-4);
        let deal = results.answers[0].outcomes.iter().rfind(|r| r.outcome == "deal").unwrap();
        assert_eq!(measure("deal").mean, deal.probability);
    }
}

#[test]
fn progress_adds_up_and_runs_can_be_stopped() {
    let plan = Plan::new(vec![call(), talks()], paths(3_000));
    let done = AtomicU64::new(0);
    let cancel = AtomicBool::new(false);
    let progress = |paths: u64| {
        done.fetch_add(paths, Ordering::Relaxed);
    };
    run_plan(&plan, Watch { cancel: &cancel, progress: &progress }, None).unwrap();
    assert_eq!(done.load(Ordering::Relaxed), plan.paths());
    let stop = |_| cancel.store(true, Ordering::Relaxed);
    let stopped = run_plan(&plan, Watch { cancel: &cancel, progress: &stop }, None);
    assert!(matches!(stopped, Err(Failed::Cancelled)));
}

/// A probability that passes 1 on some paths stops the run at the same path whatever the threads.
#[test]
fn the_same_path_is_blamed_whatever_the_threads() {
    use crate::model::build::*;
    let mut scenario = talks();
    let chance = iff(less(state(crate::model::StateId(0)), num(-1.9)), num(1.5), num(0.2));
    if let crate::model::Waits::Clocks(clocks) = &mut scenario.tracks[0].stages[0].waits {
        clocks[0].next.list[0].chance = crate::model::Chance::P(chance);
    }
    let blamed = |threads| {
        let plan = Plan::new(vec![scenario.clone()], Settings { threads, ..paths(20_000) });
        let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
        match run_plan(&plan, watch, None) {
            Err(Failed::Path { variant, world, path, .. }) => (variant, world, path),
            Err(_) => panic!("something else went wrong"),
            Ok(_) => panic!("nothing went wrong"),
        }
    };
    let first = blamed(1);
    for threads in [2, 3, 8] {
        assert_eq!(blamed(threads), first);
    }
}

/// Tallies are the same to the bit however worlds were split into runs and in whatever order these were merged.
#[test]
fn any_split_into_runs_gives_the_same_answer() {
    use crate::engine::tally::{Shape, Tally};
    use crate::engine::{Job, Sampled, run_on};
    let scenario = talks();
    let plan = Plan::new(vec![scenario.clone()], Settings::default());
    let source = Sampled { program: crate::program::Program::compile(&scenario), seed: 5 };
    let made = Made { method: Method::Sampling, seed: 5, worlds: 60, paths: 300 };
    let shape = Shape::new(&scenario, crate::stats::Design::Worlds { paths_each: 5 });
    let told = |parts: u64, backwards: bool| {
        let some = |part: u64| {
            let job = Job {
                arms: &[&source],
                shape: &shape,
                classes: &[],
                worlds: 60 * (part + 1) / parts,
                paths_each: 5,
                threads: 1,
                cancel: &AtomicBool::new(false),
                progress: &|_, _| {},
            };
            run_on(&job, 60 * part / parts, None).expect("nothing is wrong").tallies.remove(0)
        };
        let mut tallies: Vec<Tally> = (0..parts).map(some).collect();
        if backwards {
            tallies.reverse();
        }
        let mut all = Tally::new(&shape);
        tallies.iter().for_each(|tally| all.merge(tally));
        // As text, where not a number is like itself; all digits are in it.
        format!("{:?}", super::read::answer(&scenario, &plan.subjects[0].arms[0], &all, made))
    };
    let first = told(1, false);
    for parts in [2, 7, 60] {
        assert!(told(parts, false) == first && told(parts, true) == first, "{parts}");
    }
}

/// What has come by the horizon and what has been seen by then are the same event, and so are the differences in how often.
#[test]
fn the_share_that_comes_is_compared_as_a_probability() {
    let text = |varies: &str| {
        format!(
            "horizon = \"9 days\"\nat_horizon = \"open\"\n[beliefs]\nc = {{ is = \"{varies}\", why = \"so\" }}\n[state]\nseen = false\n\
             u = {{ draw = \"uniform(0, 1)\" }}\n[stage.wait]\ntakes = \"1 day\"\nnext = [{{ when = \"u < c\", set = {{ seen = true }}, to = \"done\" }}, {{ to = \"done\" }}]\n\
             [stage.done]\n[outcome.open]\n[measures]\ncame = {{ first = \"seen\" }}\nseen = {{ value = \"seen\" }}\n\
             [variants]\nmore = {{ c = \"0.502\" }}\nsame = {{ c = \"{varies}\" }}\n"
        )
    };
    for varies in ["0.5", "uniform(0.499, 0.5)"] {
        let scenario = crate::check::check_text("comes", &text(varies)).scenario.expect("it is sound");
        let results = run(scenario, paths(1_000));
        for answer in &results.answers[1..] {
            let of = |name: &str, statistic: &str| {
                let row = answer
                    .compare
                    .iter()
                    .find(|r| r.name == name && r.statistic == statistic)
                    .expect("a row");
                format!("{:?} {:?} {:?}", row.difference, row.verdict, row.paths_to_tell)
            };
            assert_eq!(of("came", "share that comes"), of("seen", "mean"));
            // No pair that differs still leaves an interval.
            let same = answer.compare.iter().find(|r| r.statistic == "share that comes").expect("a row");
            assert!(same.difference.interval.low < 0.0 || same.difference.interval.high > 0.0);
        }
    }
}

/// A path that goes round for ever, though its stages might lead to an end, is a fault however it is walked.
#[test]
fn a_path_without_an_end_is_told() {
    for (state, back, walked) in
        [("", "", "chain"), ("x = { draw = \"normal(0, 1)\" }\n", ", on_return = \"resume\"", "columns")]
    {
        let text = format!(
            "[state]\nn = 0\n{state}[track.a.stage.a0]\nrace = [{{ clock = \"round\", takes = \"1 day to 3 days\", to = \"a0\" }}, {{ clock = \"off\", takes = \"5 days to 9 days\", to = \"a0\"{back} }}]\n\
             [track.b.stage.b0]\ntakes = \"5 days\"\nwhen = \"n > 0\"\nto = \"over\"\n[outcome.over]\n"
        );
        let scenario = crate::check::check_text("endless", &text).scenario.expect("it is sound");
        for threads in [1, 2] {
            let plan =
                Plan::new(vec![scenario.clone()], Settings { paths: 3_000, threads, ..Settings::default() });
            let run = run_plan(&plan, Watch { cancel: &AtomicBool::new(false), progress: &|_| () }, None);
            let Err(Failed::Path { fault, .. }) = run else { panic!("{walked}: {run:?}") };
            assert_eq!(fault.kind, crate::engine::FaultKind::PathTooLong(crate::engine::PATH_LIMIT));
            assert_eq!(fault.path, Some(0), "{walked}");
        }
    }
}

/// An account that no lever touches is the same in a variant of which another track cuts the time into pieces, discounted or not, for all
/// paths and for some; what a lever does change, however little, is not.
#[test]
fn other_pieces_of_time_are_no_difference() {
    let text = "horizon = '30 days'\nat_horizon = 'open'\n[levers]\ntick = ['no', 'yes']\n[state]\nn = 0\n\
        [track.a.stage.s]\ntakes = 'exponential(mean = 20 days)'\nto = 'done'\n\
        [track.b.stage.t]\nwhen = 'tick == yes'\ntakes = '0.7 days'\nset = { n = '1 - n' }\n\
        [outcome.done]\npayoff = { us = 'plain + 1' }\n[outcome.open]\n\
        [measures]\nplain = { rate = '0.1 per day' }\ndiscounted = { rate = '0.1 per day', discount = '5% a year' }\n\
        some = { rate = '0.1 per day', given = 'outcome == done' }\n\
        little = { rate = 'if tick == yes then 0.1000000001 per day else 0.1 per day' }\n\
        [variants.ticking]\ntick = 'yes'\n";
    let checked = crate::check::check_text("ticking", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:?}", checked.found));
    let results = run(scenario, paths(1_000));
    let compare = &results.answers[1].compare;
    let verdict = |name: &str| compare.iter().find(|row| row.name == name).expect(name).verdict;
    for name in ["plain", "discounted", "some", "us"] {
        assert_eq!(verdict(name), Verdict::Same, "{name}: {compare:?}");
    }
    assert_eq!(verdict("little"), Verdict::Higher);
}
