//! Classic chains without time, to twelve digits.

use super::{Scenario, Solution, by, close, scenario, solve, try_solve};
use crate::engine::FaultKind;
use crate::exact::Why;

/// The outcomes as fractions; the last is that none ever comes.
fn fractions(of: &(Scenario, Solution)) -> Vec<String> {
    of.1.fractions.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_no_fraction_is_not_shown_as_one() {
    let coin = |start: &str, next: &str| {
        let text = format!("{start}\n[stage.toss]\n{next}\n[outcome]\nheads = {{}}\ntails = {{}}\n");
        fractions(&solve(&text))
    };
    let chance = |p: &str| coin("", &format!("next = [{{ p = {p}, to = \"heads\" }}, {{ to = \"tails\" }}]"));
    assert_eq!(chance("0.37"), ["37/100", "63/100", "0"]);
    assert_eq!(chance("\"2 / 7\""), ["2/7", "5/7", "0"]);
    assert_eq!(chance("1"), ["1", "0", "0"]);
    assert!(chance("\"logistic(0.2)\"").is_empty());
    assert!(chance("\"1 / 900000000\"").is_empty());
    // A wait changes nothing in the end; a race is won by delays, and a horizon may cut it off.
    let wait = "takes = \"gamma(shape = 2, mean = 9 days)\"\nnext = [{ p = 0.2, to = \"heads\" }, { p = 0.7, to = \"toss\" }, { to = \"tails\" }]";
    assert_eq!(coin("", wait), ["2/3", "1/3", "0"]);
    assert!(coin("horizon = \"90 days\"\nat_horizon = \"tails\"", wait).is_empty());
    let race = "race = [{ clock = \"a\", hazard = \"1 per 9 days\", to = \"heads\" }, { clock = \"b\", takes = \"9 days\", to = \"tails\" }]";
    assert!(coin("", race).is_empty());
}

#[test]
fn what_never_ends_is_a_fraction_too() {
    // Half goes round for ever among two stages, and a quarter stays where nothing leads on.
    let solved = solve(
        "[stage.a]\nnext = [{ p = 0.25, to = \"over\" }, { p = 0.5, to = \"there\" }, { to = \"stuck\" }]\n\
         [stage.there]\ntakes = \"1 day\"\nto = \"back\"\n[stage.back]\ntakes = \"1 day\"\nto = \"there\"\n[stage.stuck]\n[outcome.over]\n",
    );
    assert_eq!(fractions(&solved), ["1/4", "3/4"]);
    close(by(&solved, 0, "never"), 0.75, 1e-15);
}

#[test]
fn a_die_from_a_coin() {
    let die = solve(
        r#"
        [stage]
        s0.next = [{ p = 0.5, to = "s1" }, { to = "s2" }]
        s1.next = [{ p = 0.5, to = "s3" }, { to = "s4" }]
        s2.next = [{ p = 0.5, to = "s5" }, { to = "s6" }]
        s3.next = [{ p = 0.5, to = "s1" }, { to = "one" }]
        s4.next = [{ p = 0.5, to = "two" }, { to = "three" }]
        s5.next = [{ p = 0.5, to = "four" }, { to = "five" }]
        s6.next = [{ p = 0.5, to = "s2" }, { to = "six" }]
        [outcome]
        one = {}
        two = {}
        three = {}
        four = {}
        five = {}
        six = {}
        "#,
    );
    for face in ["one", "two", "three", "four", "five", "six"] {
        close(by(&die, 0, face), 1.0 / 6.0, 1e-15);
    }
    assert_eq!(fractions(&die), ["1/6", "1/6", "1/6", "1/6", "1/6", "1/6", "0"]);
    // s1 to s6 are entered 2/3, 2/3, 1/3, 1/3, 1/3, 1/3 times: 11/3 tosses in all.
    let tosses: f64 = die.1.slots[0].visits.iter().sum();
    close(tosses, 11.0 / 3.0, 1e-14);
}

#[test]
fn craps() {
    let craps = solve(
        r#"
        [state]
        point = 0
        [stage.come_out]
        next = [
          { weight = 8, to = "won" }, { weight = 4, to = "lost" },
          { weight = 3, set = { point = "3" }, to = "roll" }, { weight = 4, set = { point = "4" }, to = "roll" },
          { weight = 5, set = { point = "5" }, to = "roll" }, { weight = 5, set = { point = "5" }, to = "roll" },
          { weight = 4, set = { point = "4" }, to = "roll" }, { weight = 3, set = { point = "3" }, to = "roll" },
        ]
        [stage.roll]
        next = [{ p = "point / 36", to = "won" }, { p = "6 / 36", to = "lost" }, { to = "roll" }]
        [outcome.won]
        [outcome.lost]
        "#,
    );
    close(by(&craps, 0, "won"), 244.0 / 495.0, 1e-14);
    assert_eq!(fractions(&craps), ["244/495", "251/495", "0"]);
}

#[test]
fn a_gambler_is_ruined() {
    let ruin = solve(
        r#"
        [state]
        purse = 3
        [stage.play]
        takes = "exponential(mean = 1 day)"
        next = [{ p = 0.3, set = { purse = "purse + 1" }, to = "look" }, { set = { purse = "purse - 1" }, to = "look" }]
        [stage.look]
        next = [{ when = "purse >= 40", to = "rich" }, { when = "purse <= 0", to = "ruined" }, { to = "play" }]
        [outcome.rich]
        [outcome.ruined]
        "#,
    );
    let ratio = 0.7_f64 / 0.3;
    let rich = (libm::pow(ratio, 3.0) - 1.0) / (libm::pow(ratio, 40.0) - 1.0);
    // Tiny, and right to its last digits.
    close(by(&ruin, 0, "rich"), rich, 1e-12);
    assert!(rich < 1e-12);
    // Rounds played: 3/(q - p) less 40/(q - p) times the chance of riches.
    let rounds = 3.0 / 0.4 - 40.0 / 0.4 * rich;
    close(ruin.1.slots[0].visits[0], rounds, 1e-12);
    close(ruin.1.slots[0].spent[0], rounds * 86_400.0, 1e-12);
    // The mean day of the end is the mean number of rounds.
    let mean = ruin.1.moments.iter().map(|m| m.first).filter(|m| m.is_finite()).sum::<f64>() / 86_400.0;
    close(mean, rounds, 1e-9);
}

#[test]
fn all_coupons() {
    let coupons = solve(
        r#"
        [state]
        kinds = 0
        [stage.draw]
        enter = {}
        next = [{ p = "(20 - kinds) / 20", set = { kinds = "kinds + 1" }, to = "look" }, { to = "draw" }]
        [stage.look]
        next = [{ when = "kinds >= 20", to = "all" }, { to = "draw" }]
        [outcome.all]
        "#,
    );
    let harmonic: f64 = (1..=20).map(|n| 1.0 / f64::from(n)).sum();
    close(coupons.1.slots[0].visits[0], 20.0 * harmonic, 1e-12);
    close(by(&coupons, 0, "all"), 1.0, 1e-14);
}

/// The board of 1943; the number of throws by plain iteration of its linear system.
#[test]
fn snakes_and_ladders() {
    let (size, die) = (100_i32, 6);
    let jumps = [
        (1, 38),
        (4, 14),
        (9, 31),
        (21, 42),
        (28, 84),
        (36, 44),
        (51, 67),
        (71, 91),
        (80, 100),
        (16, 6),
        (47, 26),
        (49, 11),
        (56, 53),
        (62, 19),
        (64, 60),
        (87, 24),
        (93, 73),
        (95, 75),
        (98, 78),
    ];
    let place: String =
        jumps.iter().map(|(from, to)| format!("if square == {from} then {to} else ")).collect::<String>();
    let text = format!(
        r#"
        [state]
        square = 0
        [formulas]
        landed = "{place}square"
        [stage.throw]
        next = [
          {{ when = "square + 1 <= {size}", p = "1/6", set = {{ square = "square + 1" }}, to = "slide" }},
          {{ when = "square + 2 <= {size}", p = "1/6", set = {{ square = "square + 2" }}, to = "slide" }},
          {{ when = "square + 3 <= {size}", p = "1/6", set = {{ square = "square + 3" }}, to = "slide" }},
          {{ when = "square + 4 <= {size}", p = "1/6", set = {{ square = "square + 4" }}, to = "slide" }},
          {{ when = "square + 5 <= {size}", p = "1/6", set = {{ square = "square + 5" }}, to = "slide" }},
          {{ when = "square + 6 <= {size}", p = "1/6", set = {{ square = "square + 6" }}, to = "slide" }},
          {{ to = "throw" }},
        ]
        [stage.slide]
        next = [{{ when = "landed == {size}", to = "home" }}, {{ set = {{ square = "landed" }}, to = "throw" }}]
        [outcome.home]
        "#
    );
    let game = solve(&text);
    close(by(&game, 0, "home"), 1.0, 1e-14);
    // Gauss-Seidel to convergence, by hand.
    let land = |s: i32| jumps.iter().find(|(from, _)| *from == s).map_or(s, |(_, to)| *to);
    let mut throws = vec![0.0; 101];
    for _ in 0..20_000 {
        for s in (0..100).rev() {
            let mut sum = 1.0;
            for d in 1..=die {
                let to = if s + d <= size { land(s + d) } else { s };
                sum += throws[to as usize] / 6.0;
            }
            throws[s as usize] = sum;
        }
    }
    close(game.1.slots[0].visits[0], throws[0], 1e-12);
}

#[test]
fn never_is_told() {
    let never = solve(
        r#"
        [stage.choose]
        takes = "1 day"
        next = [{ p = 0.3, to = "deal" }, { p = 0.2, to = "stuck" }, { to = "choose" }]
        [stage.stuck]
        takes = "exponential(mean = 3 days)"
        next = [{ to = "stuck" }]
        [outcome.deal]
        "#,
    );
    close(by(&never, 0, "deal"), 0.6, 1e-14);
    close(by(&never, 0, "never"), 0.4, 1e-14);
}

/// 75 yearly cycles of a cohort, costs and QALYs at 3%, against the usual recursion over the vector of states.
#[test]
fn a_cohort_of_75_cycles() {
    let cohort = solve(
        r#"
        horizon = "75 years"
        at_horizon = "alive"
        [state]
        age = 25
        [formulas]
        dies = "min(1, 0.0004 * exp(0.085 * (age - 25)))"
        [stage.well]
        takes = "1 year"
        next = [
          { p = "dies", to = "dead" },
          { p = "0.06 * rest", set = { age = "age + 1" }, pay = { cost = 500 }, to = "ill" },
          { set = { age = "age + 1" }, to = "well" },
        ]
        [stage.ill]
        takes = "1 year"
        next = [{ p = "min(1, 3 * dies)", to = "dead" }, { set = { age = "age + 1" }, to = "ill" }]
        [outcome.dead]
        [outcome.alive]
        [measures]
        cost = { rate = "if stage == ill then 4000 per year else 100 per year", discount = "3% a year" }
        qalys = { rate = "if stage == ill then 0.6 per year else 0.95 per year", discount = "3% a year" }
        "#,
    );
    let factor = |year: f64| libm::pow(1.03, -year);
    let (mut well, mut ill, mut cost, mut qalys) = (1.0, 0.0, 0.0, 0.0);
    for year in 0..75 {
        let (from, to) = (f64::from(year), f64::from(year + 1));
        let span = (factor(from) - factor(to)) / libm::log(1.03);
        cost += (100.0 * well + 4000.0 * ill) * span;
        qalys += (0.95 * well + 0.6 * ill) * span;
        let dies = (0.0004 * libm::exp(0.085 * from)).min(1.0);
        let falls_ill = well * (1.0 - dies) * 0.06;
        cost += 500.0 * falls_ill * factor(to);
        ill = ill * (1.0 - (3.0 * dies).min(1.0)) + falls_ill;
        well *= (1.0 - dies) * 0.94;
    }
    close(by(&cohort, 0, "alive"), well + ill, 1e-12);
    for (measure, wanted) in cohort.1.measures.iter().zip([cost, qalys]) {
        match measure {
            crate::exact::Known::Gain(_, gain) => close(gain.mean, wanted, 1e-12),
            other => panic!("{other:?}"),
        }
    }
}

/// What nothing reads may go wrong nevertheless, and is told as on a path.
#[test]
fn faults_of_what_nothing_reads_are_found() {
    let of = |rule: &str| {
        let text = format!(
            "[state]\nx = 2.0\ny = {{ draw = {{ a = 1, b = 1 }} }}\n[stage.s]\ntakes = \"1 day\"\n\
             next = [{{ p = 0.5, {rule}, to = \"s\" }}, {{ to = \"done\" }}]\n[outcome.done]\n"
        );
        try_solve(&scenario(&text)).map(|_| ()).map_err(|refused| refused.why)
    };
    assert_eq!(of("set = { x = \"1 / x\" }"), Ok(()));
    assert!(matches!(of("set = { x = \"1 / (x - 2)\" }"), Err(Why::Fault(FaultKind::Assigned(..), _))));
    assert_eq!(of("draw = { y = { a = \"x\", b = \"x - 2\" } }"), Ok(()));
    let weights = of("draw = { y = { a = \"x - 2\", b = \"2 * x - 4\" } }");
    assert!(matches!(weights, Err(Why::Fault(FaultKind::Weight(w), _)) if w == 0.0), "{weights:?}");
}
