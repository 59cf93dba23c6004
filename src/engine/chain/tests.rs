//! Paths along the chain are the paths of the walker, to the bit.

use super::ChainWalker;
use crate::engine::World;
use crate::engine::tests::seen::{self, Seen};
use crate::engine::walker::Walker;
use crate::program::{Program, shipped};
use std::ops::Range;

/// Paths of a scenario with a chain, in some worlds.
fn alike(text: &str) {
    let checked = crate::check::check_text("small", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
    let program = Program::compile(&scenario);
    for seed in 0..8 {
        let mut chain = ChainWalker::new(&program).expect("it has a chain");
        let worlds = [World::new(&program, seed, 0).unwrap()];
        for range in [0..20, 20..500] {
            let by_chain = |seen: &mut Seen| chain.walk(&worlds, range.clone(), seen).unwrap();
            seen::same_paths(&format!("seed {seed}"), &program, &worlds, range.clone(), by_chain);
        }
    }
}

/// A stage is left before or after its date has rung, and entered again. That it has rung is told by nothing else, and in some of the
/// worlds the first path that comes back does so after the date.
#[test]
fn a_date_that_has_rung_is_remembered_where_its_stage_is_left() {
    alike(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n\
        [stage.a]\nrace = [{ clock = \"tick\", hazard = \"1 per 15 days\", to = \"b\" },\n\
        { clock = \"due\", at = \"20 days\", next = [{ p = 0.3, to = \"done\" }, {}] }]\n\
        [stage.b]\nhazard = \"1 per 15 days\"\nto = \"a\"\n[outcome.done]\n[outcome.open]\n",
    );
}

/// The first stage waits for one clock, as most do.
#[test]
fn what_holds_when_paths_begin_is_measured() {
    alike(
        "[stage.a]\ntakes = \"exponential(mean = 2 days)\"\nto = \"b\"\n[stage.b]\ntakes = \"1 day\"\nto = \"done\"\n\
        [outcome.done]\n[measures]\nat_once = { first = \"stage == a\" }\nlater = { first = \"stage == b\" }\n",
    );
}

/// Laws between which a state or a belief chooses are drawn by their tables.
#[test]
fn delays_that_something_chooses_are_drawn_alike() {
    for chooses in ["heat > 0", "hot"] {
        alike(&format!(
            "[beliefs]\nhot = {{ p = 0.5, why = \"w\" }}\n[state]\nheat = 0\n[stage.a]\n\
            takes = \"if {chooses} then gamma(shape = 2, mean = 3 days) else lognormal(median = 3 days, sigma = 0.5)\"\n\
            next = [{{ p = 0.7, set = {{ heat = \"1 - heat\" }}, to = \"a\" }}, {{ to = \"done\" }}]\n[outcome.done]\n"
        ));
    }
}

/// Files with a chain of one kind, and whether fewer than a fifth of the last paths went the long way; and how many files there are.
fn same_paths(kind: impl for<'p> Fn(&'p Program) -> Option<ChainWalker<'p>>) -> (Vec<(String, bool)>, usize) {
    let (mut eligible, mut all, mut given_up) = (vec![], 0, vec![]);
    for (file, program) in shipped() {
        all += 1;
        let Some(mut chain) = kind(&program) else { continue };
        let worlds: Vec<World> = (0..300).map(|w| World::new(&program, 5, w).unwrap()).collect();
        let (few, many) = (&worlds[..3], &worlds[..]);
        // Where many worlds have few paths each, chances are worked out in columns.
        for (worlds, range) in
            [(few, 0..7), (few, 7..300), (few, 300..900), (many, 0..5), (many, 5..6), (few, 900..1700)]
        {
            (chain.lanes.long, chain.lanes.all) = (0, 0);
            let by_chain = |seen: &mut Seen| chain.walk(worlds, range.clone(), seen).unwrap();
            seen::same_paths(&file.display().to_string(), &program, worlds, range.clone(), by_chain);
        }
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (long, of) = (chain.lanes.long, chain.lanes.all);
        println!(
            "{name}: of the last {of} paths {long} the long way, combinations {}",
            chain.lanes.chain.nodes.len()
        );
        if chain.given_up() {
            given_up.push(name.clone());
        }
        eligible.push((name, long * 5 <= of));
    }
    println!("{} of {all} files have a chain; given up: {given_up:?}", eligible.len());
    (eligible, all)
}

#[test]
fn all_shipped_files_give_the_same_paths() {
    let (eligible, all) = same_paths(|program| ChainWalker::new(program));
    for file in ["merger", "labour-dispute", "n1", "n1-psa"] {
        assert!(eligible.contains(&(format!("{file}.toml"), true)), "{file} mostly goes the long way");
    }
    assert!(eligible.len() * 2 > all, "{eligible:?} of {all}");
}

/// Where lanes carry what they can, too.
#[test]
fn carried_numbers_change_no_path() {
    let (carrying, _) =
        same_paths(|program| ChainWalker::with_most_carried(program).filter(|chain| chain.lanes.carried.any));
    assert!(carrying.contains(&("merger.toml".to_owned(), true)), "merger mostly goes the long way");
    assert!(carrying.len() >= 10, "{carrying:?}");
}

/// More than are walked together.
const GROUPS: [Range<u64>; 3] = [0..600, 600..2_000, 2_000..7_000];

/// A scenario whose paths are walked in banks, from the second of these parts on, gives the same paths. How many of these there are,
/// and how many of them went the long way; none where banks were given up.
fn alike_in_banks(text: &str, parts: [Range<u64>; 3]) -> Option<(u64, u64)> {
    let checked = crate::check::check_text("small", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
    let program = Program::compile(&scenario);
    let mut chain = ChainWalker::new(&program).expect("it has a chain");
    for number in 0..2 {
        let worlds = [World::new(&program, 7, number).unwrap()];
        for range in parts.clone() {
            let by_chain = |seen: &mut Seen| chain.walk(&worlds, range.clone(), seen).unwrap();
            seen::same_paths(&format!("world {number}"), &program, &worlds, range.clone(), by_chain);
        }
    }
    chain.lanes.banks.map(|banks| (banks.walked, banks.long))
}

#[test]
fn paths_in_banks_are_the_paths() {
    let text = std::fs::read_to_string("scenarios/examples/n1.toml").unwrap();
    let (walked, long) = alike_in_banks(&text, GROUPS).unwrap();
    assert!(walked >= 12_000 && long * 20 < walked, "{long} of {walked}");
}

/// Four ways on, no horizon, a `first` in the middle, and a delay that is none where the time is late.
#[test]
fn paths_that_do_more_leave_the_banks() {
    let text = |to_none: f64| {
        format!(
            "[stage.a]\ntakes = \"gamma(shape = 2, mean = 3 days)\"\nnext = [{{ p = 0.2, to = \"b\" }},\n\
            {{ p = {to_none}, to = \"c\" }}, {{ p = 0.2, to = \"done\" }}, {{ to = \"a\" }}]\n\
            [stage.b]\nnext = [{{ p = 0.4, to = \"a\" }}, {{ to = \"b2\" }}]\n\
            [stage.b2]\ntakes = \"exponential(mean = 2 days)\"\nto = \"a\"\n\
            [stage.c]\ntakes = \"uniform(1e-17 days, 1e-16 days)\"\nnext = [{{ p = 0.5, to = \"done\" }}, {{ to = \"other\" }}]\n\
            [outcome.done]\n[outcome.other]\n[measures]\nb_day = {{ first = \"stage == b2\" }}\n"
        )
    };
    let (walked, long) = alike_in_banks(&text(0.03), GROUPS).expect("few do");
    assert!(walked >= 12_000 && long * 20 > walked, "{long} of {walked}");
    // Where many do, lanes walk them.
    assert_eq!(alike_in_banks(&text(0.3), GROUPS), None);
}

/// Some paths go on for long after all others.
#[test]
fn paths_that_stay_for_long_leave_the_banks() {
    let text = "[stage.a]\ntakes = \"exponential(mean = 1 day)\"\n\
        next = [{ p = 0.9999, to = \"a\" }, { to = \"done\" }]\n[outcome.done]\n";
    let (walked, long) = alike_in_banks(text, [0..5, 5..45, 45..85]).unwrap();
    assert!(walked >= 160 && long > 5, "{long} of {walked}");
}

/// Chance, for scenarios.
struct Luck(u64);

impl Luck {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// A scenario of one track: stages with a delay, or that branch on the spot to such stages; what holds first; a number that chances read,
/// of few values or of as many as there are ways to it.
fn one_track(luck: &mut Luck, many: bool) -> String {
    let stages = 3 + luck.below(4);
    let mut text = match luck.below(3) {
        0 => "[milestones]\nhalf = \"60 days\"\n".to_owned(),
        _ => "horizon = \"150 days\"\nat_horizon = \"open\"\n[outcome.open]\n[milestones]\na = \"10 days\"\nb = \"75 days\"\n".to_owned(),
    };
    text.push_str(if many { "[state]\nn = 0.0" } else { "[state]\nn = 0" });
    text.push_str("\nm = 0\nk = 1.0\n[outcome.done]\n[outcome.other]\n[measures]\n");
    text.push_str("last = { first = \"stage == s1\" }\nm = { value = \"m\" }\n");
    text.push_str(if many { "" } else { "many = { first = \"n >= 2\" }\nn = { value = \"n\" }\n" });
    if many && luck.below(2) == 0 {
        text.push_str("k = { value = \"k\" }\n");
    }
    for stage in 0..stages {
        // The first waits, and so does every other one.
        let waits = stage % 2 == 0;
        text.push_str(&format!("[stage.s{stage}]\n"));
        if waits {
            let law = [
                "gamma(shape = 2, mean = 9 days)",
                "lognormal(median = 6 days, sigma = 0.7)",
                "exponential(mean = 12 days)",
            ];
            text.push_str(&format!("takes = \"{}\"\n", law[luck.below(3) as usize]));
        }
        let branches = 2 + luck.below(3);
        let ways: Vec<String> = (0..branches)
            .map(|branch| {
                let chance = match luck.below(3) {
                    _ if branch + 1 == branches => String::new(),
                    0 => format!("p = \"(1 + n) / {}\", ", 4 * branches + 4),
                    _ => format!("p = {}, ", 0.9 / branches as f64),
                };
                let set = match (luck.below(3), many) {
                    (0, false) => "set = { n = \"min(n + 1, 4)\" }, ",
                    (0, true) => "set = { n = \"0.7 * n + 0.1 * k\", m = \"min(m + 1, 3)\" }, ",
                    (1, true) => "set = { k = \"min(k + 0.01 * n + 0.1 * m, 3)\", n = \"0.9 * n + 0.3\" }, ",
                    _ => "",
                };
                let to = match luck.below(6) {
                    0 => "done".to_owned(),
                    1 => "other".to_owned(),
                    _ if waits => format!("s{}", luck.below(stages)),
                    _ => format!("s{}", 2 * luck.below(stages.div_ceil(2))),
                };
                format!("{{ {chance}{set}to = \"{to}\" }}")
            })
            .collect();
        text.push_str(&format!("next = [{}]\n", ways.join(", ")));
    }
    text
}

#[test]
fn scenarios_of_one_track_are_walked_in_banks() {
    let (mut banked, mut all) = (0, 0);
    for seed in 0..40 {
        let text = one_track(&mut Luck(seed), false);
        // Some have stages that no path reaches, or that never end.
        let Some(scenario) = crate::check::check_text("small", &text).scenario else { continue };
        let program = Program::compile(&scenario);
        let Some(mut chain) = ChainWalker::new(&program) else { continue };
        let worlds = [World::new(&program, seed, 0).unwrap()];
        for range in [0..400, 400..900, 900..3_200] {
            let by_chain = |seen: &mut Seen| chain.walk(&worlds, range.clone(), seen).unwrap();
            seen::same_paths(&text, &program, &worlds, range.clone(), by_chain);
        }
        all += 1;
        banked += u64::from(chain.lanes.banks.is_some());
    }
    assert!(all >= 20 && banked * 3 >= all * 2, "{banked} of {all}");
}

/// Numbers that take as many values as there are ways to them are carried, and change nothing; in one world, where thresholds are kept,
/// and in many.
#[test]
fn numbers_of_many_values_are_carried() {
    let (mut known, mut all) = (0, 0);
    for seed in 0..60 {
        let text = one_track(&mut Luck(seed), true);
        let Some(scenario) = crate::check::check_text("small", &text).scenario else { continue };
        let program = Program::compile(&scenario);
        let Some(mut chain) = ChainWalker::with_carried(&program, vec![true, false, true]) else { continue };
        let worlds: Vec<World> = (0..40).map(|world| World::new(&program, seed, world).unwrap()).collect();
        for (count, range) in [(1, 0..600), (1, 600..1_300), (40, 0..12), (40, 12..30), (1, 1_300..3_000)] {
            (chain.lanes.long, chain.lanes.all) = (0, 0);
            let worlds = &worlds[..count];
            let by_chain = |seen: &mut Seen| chain.walk(worlds, range.clone(), seen).unwrap();
            seen::same_paths(&text, &program, worlds, range.clone(), by_chain);
        }
        all += 1;
        // Few go where none has gone before, once that is not told by such numbers.
        known += u64::from(chain.lanes.long * 10 < chain.lanes.all);
    }
    assert!(all >= 30 && known * 10 >= all * 9, "{known} of {all}");
}

/// After some hundred paths it is known which these are.
#[test]
fn what_takes_many_values_is_found() {
    let text = |step: &str| {
        format!(
            "horizon = \"300 days\"\nat_horizon = \"open\"\n[beliefs]\nb = {{ is = \"uniform(0, 0.01)\", why = \"w\" }}\n\
            [state]\nn = 0.1\nm = 0\n[stage.a]\n\
            takes = \"gamma(shape = 2, mean = 9 days)\"\nset = {{ m = \"min(m + 1, 3)\" }}\nnext = [{{ p = 0.4, set = {{ n = \"{step}\" }}, to = \"a\" }},\n\
            {{ p = \"n / 10\", to = \"done\" }}, {{ set = {{ n = \"0.8 * n\" }}, to = \"a\" }}]\n[outcome.done]\n[outcome.open]\n"
        )
    };
    for (step, carries) in [("0.7 * n + 0.1 + b", true), ("0.7 * n + 0.1", true), ("0.2", false)] {
        let checked = crate::check::check_text("small", &text(step));
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let program = Program::compile(&scenario);
        let mut chain = ChainWalker::new(&program).expect("it has a chain");
        let worlds = [World::new(&program, 1, 0).unwrap()];
        let mut found = chain.lanes.carried.any;
        for range in [0..700, 700..2_000, 2_000..9_000] {
            let by_chain = |seen: &mut Seen| chain.walk(&worlds, range.clone(), seen).unwrap();
            seen::same_paths(step, &program, &worlds, range.clone(), by_chain);
            if let Some(next) = chain.carrying() {
                (chain, found) = (next, true);
            }
        }
        assert_eq!(found, carries, "{step}");
        assert!(chain.lanes.long * 10 < chain.lanes.all && !chain.given_up(), "{step}");
    }
}

/// A number that is carried becomes endless on few paths: the first of them stops the walk, as it stops the walker's.
#[test]
fn what_is_carried_and_becomes_no_number_stops_at_the_same_path() {
    let text = "horizon = \"300 days\"\nat_horizon = \"open\"\n[state]\nn = 1.0\n[stage.a]\ntakes = \"gamma(shape = 2, mean = 9 days)\"\n\
        next = [{ p = 0.001, set = { n = \"n * 1e160\" }, to = \"a\" }, { p = \"min(n / 100, 0.02)\", to = \"done\" },\n\
        { set = { n = \"0.9 * n\" }, to = \"a\" }]\n[outcome.done]\n[outcome.open]\n";
    let scenario = crate::check::check_text("small", text).scenario.expect("it is sound");
    let program = Program::compile(&scenario);
    let mut chain = ChainWalker::with_carried(&program, vec![true]).expect("it carries");
    let worlds = [World::new(&program, 1, 0).unwrap()];
    let mut walker = Walker::new(&program);
    let first =
        (0..20_000).find_map(|path| Some((path, walker.walk(&worlds[0], path, &mut Seen::default()).err()?)));
    let (path, fault) = first.expect("some path does");
    assert!(path > 1_000, "{path}");
    chain.walk(&worlds, 0..path, &mut Seen::default()).expect("all before are sound");
    let (place, found) = chain.walk(&worlds, path - 10..path + 500, &mut Seen::default()).unwrap_err();
    assert_eq!((place, found.path), (10, Some(path)));
    assert_eq!(format!("{found:?}"), format!("{fault:?}"));
}
