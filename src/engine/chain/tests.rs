//! Paths along the chain are the paths of the walker, to the bit.

use super::ChainWalker;
use crate::engine::World;
use crate::engine::tests::seen::{self, Seen};
use crate::program::{Program, shipped};

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
