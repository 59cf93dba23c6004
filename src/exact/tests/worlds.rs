//! One exploration for many worlds: the same answers, to the last bit, as exploring each.

use super::{questions, scenario};
use crate::engine::World;
use crate::exact::Solver;
use crate::program::Program;

/// Worlds explored by a solver that goes from world to world, of so many.
fn explored(text: &str, worlds: u64) -> u64 {
    let scenario = scenario(text);
    let program = Program::compile(&scenario);
    let asked = questions(&scenario);
    let mut going = Solver::new(&program).expect("it reads no time");
    for number in 0..worlds {
        let world = World::new(&program, 1, number).expect("a world");
        let mut fresh = Solver::new(&program).expect("it reads no time");
        let (one, two) = (going.solve(&world, &asked), fresh.solve(&world, &asked));
        assert!(format!("{one:?}") == format!("{two:?}"), "world {number}");
    }
    going.explorations()
}

const TALKS: &str = r#"
    horizon = "100 days"
    at_horizon = "open"
    [beliefs]
    works = { is = "beta(2, 3)", why = "a test" }
    pace = { is = "uniform(5, 50)", why = "a test" }
    luck = { is = "uniform(-1, 1)", why = "a test" }
    [state]
    tries = 0
    coin = 0
    [stage.ask]
    takes = "gamma(shape = 2, mean = pace * 1 day)"
    next = [
      { p = "works / (1 + tries)", to = "deal" },
      { p = "max(0, luck) * rest", to = "lost" },
      { set = { tries = "min(3, tries + 1)" }, draw = { coin = "discrete(1: 1, 2: 3)" }, to = "wait" },
    ]
    [stage.wait]
    race = [
      { clock = "again", hazard = "coin * 0.1 * works", to = "ask" },
      { clock = "patience", takes = "weibull(shape = 1.5, scale = 30 days)", to = "lost" },
    ]
    [outcome.deal]
    [outcome.lost]
    [outcome.open]
"#;

#[test]
fn worlds_share_what_they_can() {
    let n1 = include_str!("n1.toml").replace("p = 0.92,", "p = \"held\",").replace(
        "[stage.call]",
        "[beliefs]\nheld = { is = \"beta(23, 2)\", why = \"a test\" }\n[stage.call]",
    );
    assert_eq!(explored(&n1, 4), 1);
    // In about half of the worlds one branch has no chance.
    let explorations = explored(TALKS, 24);
    assert!((2..24).contains(&explorations), "{explorations}");
    assert_eq!(explored(&TALKS.replace("max(0, luck)", "abs(luck)"), 12), 1);
    // What a belief decides beside chances and delays: every world is explored.
    assert_eq!(explored(&TALKS.replace("tries + 1)\" }", "tries + 1 + floor(luck))\" }"), 6), 6);
    let guarded = TALKS.replace("clock = \"again\",", "clock = \"again\", when = \"luck > 0\",");
    assert_eq!(explored(&guarded, 6), 6);
}
