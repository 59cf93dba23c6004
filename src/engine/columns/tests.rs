//! Paths in columns are the paths of the walker, to the bit.

use super::ColumnWalker;
use super::lanes::LANES;
use crate::engine::tests::seen::{Seen, same_paths};
use crate::engine::{FaultKind, Walker, World};
use crate::program::{Program, shipped};

fn compile(name: &str, text: &str) -> Program {
    let checked = crate::check::check_text(name, text);
    Program::compile(&checked.scenario.unwrap_or_else(|| panic!("{name}: {:#?}", checked.found)))
}

/// All batches of some sizes; returns the share of paths that went the long way.
fn same(name: &str, program: &Program) -> f64 {
    let mut columns = ColumnWalker::new(program).unwrap_or_else(|| panic!("{name} can be walked in columns"));
    let worlds: Vec<World> = (0..60).map(|w| World::new(program, 5, w).unwrap()).collect();
    let (few, many) = (&worlds[..2], &worlds[..]);
    let whole = LANES as u64;
    for (worlds, range) in
        [(few, 0..1), (few, 1..whole), (few, 0..3 * whole), (many, 0..20), (&few[..1], 7..900)]
    {
        (columns.lanes.long, columns.lanes.all) = (0, 0);
        let by_columns = |seen: &mut Seen| columns.walk(worlds, range.clone(), seen).unwrap();
        same_paths(name, program, worlds, range.clone(), by_columns);
    }
    columns.lanes.long as f64 / columns.lanes.all as f64
}

/// The same for a scenario of which few paths go the long way.
fn together(name: &str, text: &str) -> Program {
    let program = compile(name, text);
    let long = same(name, &program);
    assert!(long < 0.05, "{name}: {long}");
    program
}

#[test]
fn all_shipped_files_give_the_same_paths() {
    let (mut done, mut all) = (vec![], 0);
    for (file, program) in shipped() {
        all += 1;
        if ColumnWalker::new(&program).is_some() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            done.push((name.clone(), same(&name, &program)));
        }
    }
    println!("{done:#?} of {all}");
    for file in ["ukraine-talks", "truce-first", "n1", "yearly-cohort", "hostage-negotiation", "merger"] {
        let mostly = done.iter().any(|(name, long)| *name == format!("{file}.toml") && *long < 0.05);
        assert!(mostly, "{file} mostly goes the long way");
    }
    assert!(done.len() * 5 > all * 4, "{done:?} of {all}");
}

/// Clocks that are resumed and kept, rates that change, guards without delay that arm again, dates, moves of other tracks on the way,
/// draws by entering and by branches, payments with a discount, conditions that time changes: all in one.
#[test]
fn all_that_columns_do_gives_the_same_paths() {
    together(
        "everything",
        r#"
        horizon = "200 days"
        at_horizon = "open"
        [beliefs]
        pull = { is = "0.5 to 2", why = "a test" }
        slow = { is = "5 days to 20 days", why = "a test" }
        [state]
        heat = { draw = "normal(0, 1)" }
        steps = 0
        luck = false
        mood = ["cool", "warm", "hot"]
        [track.talks.stage.waiting]
        race = [
          { clock = "call", takes = "lognormal(median = slow, sigma = 0.5)", on_return = "resume", when = "arms != spent", next = [
              { p = "logistic(heat)", set = { steps = "steps + 1", mood = "warm" }, to = "room" },
              { p = "0.2 * rest", set = { heat = "heat - 1", arms = "sent" } },
              { to = "lobby" } ] },
          { clock = "deadline", at = "60 days", next = [{ p = 0.2, to = "failed" }, { set = { heat = "heat / 2" } }] },
        ]
        [track.talks.stage.lobby]
        next = [{ p = { base = 0.4, odds = { luck = 3, "mood == hot" = "pull" } }, to = "room" }, { set = { arms = "held" }, to = "waiting" }]
        [track.talks.stage.room]
        enter = { draw = { heat = "normal(heat / 2, 0.5)", luck = { p = 0.3 } }, pay = { cost = "1 + steps" } }
        race = [
          { clock = "leak", hazard = "pull * exp(0.2 * heat) * (if arms == sent then 2 per 30 days else 1 per 30 days)", on_return = "repeat", next = [{ p = 0.5, to = "waiting" }, { set = { steps = "steps + 1" }, draw = { heat = "normal(0, 1)" }, to = "lobby" }] },
          { clock = "sign", takes = "gamma(shape = 2, mean = 20 days)", when = "steps > 1", to = "signed" },
          { clock = "shock", when = "arms == sent", next = [{ p = 0.1, to = "failed" }, {}] },
        ]
        [track.arms.stage.held]
        race = [
          { clock = "send", takes = "10 days to 60 days", on_return = "repeat", to = "sent" },
          { clock = "alarm", when = "talks == room and heat > 0", set = { mood = "hot" } },
        ]
        [track.arms.stage.sent]
        race = [{ clock = "use", hazard = "if talks == room then 1 per 100 days else 1 per 20 days", next = [{ p = 0.5, to = "spent" }, { set = { talks = "waiting" }, to = "held" }] }]
        [track.arms.stage.spent]
        takes = "30 days"
        to = "held"
        [outcome.signed]
        [outcome.failed]
        [outcome.late]
        when = "talks == waiting and day > 80 days * pull"
        [outcome.open]
        [measures]
        cost = { rate = "if arms == sent then 2 per day else 0.1 per day", discount = "5% a year" }
        warm = { rate = "(if mood == warm then 1 else 0) * heat", unit = "days" }
        signed_heat = { value = "heat", given = "outcome == signed" }
        hot = { first = "mood == hot" }
        third = { first = "day >= 90 days and arms == held" }
        [report]
        split = [["mood", "luck"], ["arms"]]
        "#,
    );
}

/// What waits no time, and what comes at one instant, is left to the walker.
#[test]
fn rare_things_go_the_long_way() {
    let program = compile(
        "at once",
        r#"
        horizon = "30 days"
        at_horizon = "open"
        [track.a.stage.one]
        race = [{ clock = "x", takes = "if chance_of < 0.1 then 0 days else 3 days to 9 days", to = "two" }, { clock = "y", at = "20 days" }]
        [track.a.stage.two]
        takes = "3 days"
        to = "one"
        [track.b.stage.one]
        takes = "5 days"
        [state]
        chance_of = { draw = "uniform(0, 1)" }
        [outcome.open]
        "#,
    );
    let long = same("at once", &program);
    assert!(long > 0.05, "{long}");
}

/// The first path at fault is the one that the walker finds, whatever else was in flight.
#[test]
fn the_first_fault_is_reported() {
    let program = compile(
        "faults",
        r#"
        horizon = "100 days"
        at_horizon = "open"
        [state]
        x = { draw = "uniform(0, 1)" }
        n = 0
        [stage.a]
        takes = "1 day to 5 days"
        next = [{ p = "if n < 12 then 0.9 else 1.5 * x", set = { n = "n + 1" } }, { to = "done" }]
        [outcome.done]
        [outcome.open]
        "#,
    );
    let worlds: Vec<World> = (0..3).map(|w| World::new(&program, 9, w).unwrap()).collect();
    let mut columns = ColumnWalker::new(&program).unwrap();
    let mut walker = Walker::new(&program);
    for range in [0..400_u64, 3..90, 50..700] {
        let each = range.end - range.start;
        let mut first = None;
        for (nth, world) in (0..).zip(&worlds) {
            for path in range.clone() {
                let walked = walker.walk(world, path, &mut Seen::default());
                let place: u64 = nth * each + path - range.start;
                first = first.or(walked.err().map(|fault| (place, fault)));
            }
        }
        assert!(first.as_ref().is_some_and(|(_, fault)| matches!(fault.kind, FaultKind::Branches(_))));
        assert_eq!(columns.walk(&worlds, range, &mut Seen::default()).err(), first);
    }
}

/// A path that can't end has a fault in columns as well.
#[test]
fn an_endless_instant_is_a_fault() {
    let program = compile(
        "endless",
        "horizon = \"9 days\"\nat_horizon = \"open\"\n[state]\nx = { draw = \"uniform(0, 1)\" }\n\
        [stage.a]\ntakes = \"1 day to 2 days\"\nto = \"b\"\n\
        [stage.b]\nnext = [{ when = \"x < 0.01\", to = \"c\" }, { to = \"done\" }]\n\
        [stage.c]\nnext = [{ p = 1e-12, to = \"done\" }, { to = \"b\" }]\n\
        [outcome.done]\n[outcome.open]\n",
    );
    let worlds = [World::new(&program, 1, 0).unwrap()];
    let mut columns = ColumnWalker::new(&program).unwrap();
    let (place, fault) = columns.walk(&worlds, 0..2000, &mut Seen::default()).unwrap_err();
    let mut walker = Walker::new(&program);
    let first =
        (0..2000).find_map(|path| Some((path, walker.walk(&worlds[0], path, &mut Seen::default()).err()?)));
    assert_eq!(Some((place, fault)), first);
}

/// With more stages than bits, several stages are looked at for each other, and nothing else changes. Several tracks that branch on the
/// spot at once, guards that a lever rules out, and guards that a move leaves as they were are in it too.
#[test]
fn more_stages_than_bits_give_the_same_paths() {
    let mut text = String::from(
        "horizon = \"90 days\"\nat_horizon = \"open\"\n[levers]\nmode = [\"calm\", \"loud\"]\n[state]\nseen = 0\n\
        [track.line.stage.s0]\nnext = [{ p = 0.5, to = \"s1\" }, { to = \"s2\" }]\n",
    );
    for stage in 1..80 {
        let (next, jump) = (stage + 1, stage % 7 * 3 + stage / 2 + 1);
        let clocks = match stage % 8 {
            0 => "{ clock = \"b\", hazard = \"(1 + seen) * 1 per 40 days\", to = \"s0\" },",
            3 => "{ clock = \"b\", when = \"side == near\", takes = \"1 day to 9 days\", to = \"s0\" },",
            6 => "{ clock = \"b\", when = \"mode == loud and seen > 2\", to = \"s3\" },",
            _ => "",
        };
        text += &format!(
            "[track.line.stage.s{stage}]\nrace = [{clocks} {{ clock = \"a\", takes = \"gamma(shape = 2, mean = 3 days)\", \
            next = [{{ p = 0.6, to = \"s{next}\" }}, {{ p = \"50% of rest\", to = \"s{jump}\" }}, {{}}] }}]\n"
        );
    }
    text += "[track.line.stage.s80]\ntakes = \"5 days\"\nto = \"done\"\n\
        [track.side.stage.start]\nnext = [{ p = 0.3, to = \"near\" }, { to = \"far\" }]\n\
        [track.side.stage.near]\nrace = [{ clock = \"x\", takes = \"4 days to 20 days\", set = { seen = \"seen + 1\" }, to = \"start\" }, \
        { clock = \"y\", when = \"line == s70 or line == s77\", to = \"far\" }]\n\
        [track.side.stage.far]\nrace = [{ clock = \"x\", takes = \"2 days to 20 days\", to = \"start\" }, \
        { clock = \"y\", when = \"mode == loud\", to = \"near\" }, { clock = \"z\", when = \"line == s70\", to = \"start\" }]\n\
        [outcome.done]\n[outcome.open]\n[measures]\nlate = { first = \"line == s75\" }\n";
    let program = together("many", &text);
    assert!(program.stages.len() > 64);
    let silent = (0..program.clocks.len()).filter(|clock| super::plan::silent(&program, *clock)).count();
    assert_eq!(silent, 11);
}

/// Tracks that are never moved by others and of which none begins on the spot: what an event leads to is known but for guards.
#[test]
fn guards_beside_a_known_arrival_give_the_same_paths() {
    together(
        "arrivals",
        r#"
        horizon = "200 days"
        at_horizon = "open"
        [state]
        n = 0
        [track.a.stage.x]
        takes = "1 day to 9 days"
        next = [{ p = 0.5, set = { n = "n + 1" }, to = "x" }, { p = 0.3, to = "hop" }, {}]
        [track.a.stage.hop]
        next = [{ p = 0.5, set = { n = "n + 2" }, to = "x" }, { to = "y" }]
        [track.a.stage.y]
        takes = "2 days to 5 days"
        to = "x"
        [track.b.stage.p]
        race = [{ clock = "g", when = "a == y", to = "q" }, { clock = "h", when = "n > 3", set = { n = 0 } }]
        [track.b.stage.q]
        takes = "3 days to 8 days"
        to = "p"
        [track.c.stage.r]
        race = [{ clock = "k", when = "a == y and b == q", set = { n = "n + 1" } }, { clock = "t", takes = "5 days to 30 days" }]
        [outcome.open]
        "#,
    );
}

/// Guards and equalities that time makes true, and firsts whose crossing counts no more once it has come.
#[test]
fn what_time_makes_true_gives_the_same_paths() {
    together(
        "times",
        r#"
        horizon = "90 days"
        at_horizon = "open"
        [state]
        n = 0
        [track.a.stage.x]
        race = [
          { clock = "late", when = "day > 20 days and n > 1", set = { n = 0 }, to = "y" },
          { clock = "step", takes = "1 day to 9 days", set = { n = "n + 1" }, to = "x" },
        ]
        [track.a.stage.y]
        takes = "2 days to 5 days"
        next = [{ p = 0.5, to = "x" }, { set = { n = 3 } }]
        [track.b.stage.p]
        race = [{ clock = "slow", takes = "5 days to 40 days", when = "day < 60 days or a == y", on_return = "resume" }]
        [outcome.open]
        [outcome.tired]
        when = "n > 6 and day > 70 days"
        [measures]
        spent = { rate = "if n > 2 then 2 per day else 0.3 per day" }
        exactly = { first = "day == 30 days" }
        busy = { first = "day >= 25 days and n > 1" }
        "#,
    );
}
