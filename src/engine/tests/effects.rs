//! What branches and entries do.

use super::{paths, share, story};
use crate::model::build::*;
use crate::model::*;

#[test]
fn assignments_are_simultaneous() {
    let mut s = empty();
    let (a, b) = (s.add_number("a", 1.0), s.add_number("b", 2.0));
    s.until(1.0);
    let swap = to(1).set(a, state(b)).set(b, state(a)).draw(StateId(2), point(add(state(a), state(b))));
    s.add_number("c", 0.0);
    s.add_track("t", vec![("s", now(vec![swap])), ("rest", Waits::Rests)]);
    assert_eq!(paths(&s, 1).states[0], [2.0, 1.0, 3.0]);
}

#[test]
fn a_track_moves_another() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(10.0);
    // b goes to its second stage on day 3, where entering notes what it sees; moving it there again does nothing.
    let race = vec![
        at("once", days(3.0), vec![stay().set(x, num(5.0)).moves(1, 1)]),
        at("again", days(4.0), vec![stay().moves(1, 1)]),
    ];
    s.add_track("a", vec![("s", clocks(race))]);
    s.add_track(
        "b",
        vec![("idle", clocks(vec![takes("", point(days(100.0)), vec![to(0)])])), ("busy", Waits::Rests)],
    );
    s.entering(1, 1, stay().set(x, mul(state(x), num(2.0))));
    let log = paths(&s, 1);
    assert_eq!(log.states[0], [10.0]);
    assert_eq!(log.stages[0], [0, 1]);
    assert_eq!(
        story(&s),
        [
            "0 enter 0.0",
            "0 enter 1.0",
            "3 ring 0.0.0 0 [0.0]->[5.0]",
            "3 leave 1.0",
            "3 enter 1.1",
            "4 ring 0.0.1 0 [10.0]->[10.0]",
            "10 end 0",
        ]
    );
}

#[test]
fn moved_tracks_enter_in_order_each_seeing_all_before() {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(10.0);
    let go = |own: usize| to(own).moves(0, 1).moves(2, 1);
    s.add_track("a", vec![("s", Waits::Rests), ("u", Waits::Rests)]);
    s.add_track("b", vec![("s", clocks(vec![at("", days(1.0), vec![go(1)])])), ("u", Waits::Rests)]);
    s.add_track("c", vec![("s", Waits::Rests), ("u", Waits::Rests), ("v", Waits::Rests)]);
    // a doubles and moves c on, before c has entered; b adds 3; c multiplies by 10 where it ends up.
    s.entering(0, 1, stay().set(x, mul(state(x), num(2.0))).moves(2, 2));
    s.entering(1, 1, stay().set(x, add(state(x), num(3.0))));
    s.entering(2, 1, stay().set(x, num(-1.0)));
    s.entering(2, 2, stay().set(x, mul(state(x), num(10.0))));
    let log = paths(&s, 1);
    assert_eq!(log.states[0], [50.0]);
    assert_eq!(log.stages[0], [1, 1, 2]);
}

#[test]
fn to_its_own_stage_leaves_and_enters_again() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(7.0);
    let race = vec![takes("a", point(days(2.0)), vec![to(0)]), takes("b", point(days(3.0)), vec![to(1)])];
    s.add_track("t", vec![("s", clocks(race)), ("u", Waits::Rests)]);
    s.entering(0, 0, stay().set(x, add(state(x), num(1.0))));
    let log = paths(&s, 1);
    assert_eq!((log.states[0][0], log.stages[0][0]), (4.0, 0));
}

#[test]
fn an_outcome_takes_the_path_after_its_effects() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.endless();
    let done = s.add_outcome("done");
    s.add_track("a", vec![("s", now(vec![end(done).set(x, num(1.0)).moves(1, 1)]))]);
    s.add_track("b", vec![("s", Waits::Rests), ("u", Waits::Rests)]);
    s.entering(1, 1, stay().set(x, add(state(x), num(1.0))));
    let log = paths(&s, 1);
    assert_eq!(log.states[0], [2.0]);
    assert_eq!(log.stages[0], [0, 1]);
    assert_eq!(log.times[0], 0.0);
}

#[test]
fn an_outcome_can_hold_at_the_start() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(5.0);
    s.add_outcome_when("x", Some(equal(state(x), num(1.0))));
    s.add_track("t", vec![("s", Waits::Rests)]);
    s.entering(0, 0, stay().set(x, num(1.0)));
    let log = paths(&s, 1);
    assert_eq!((log.outcomes[0], log.times[0]), (1, 0.0));
}

#[test]
fn a_coin_is_tossed_until_heads_within_an_instant() {
    let mut s = empty();
    let tails = s.add_number("tails", 0.0);
    let heads = s.add_outcome("heads");
    s.endless();
    let again = to(0).set(tails, add(state(tails), num(1.0)));
    s.add_track("t", vec![("toss", now(vec![end(heads).p(num(0.5)), again]))]);
    let log = paths(&s, 50_000);
    share(&log, |i| log.states[i][0] == 0.0, 0.5);
    share(&log, |i| log.states[i][0] == 2.0, 0.125);
    assert!(log.times.iter().all(|t| *t == 0.0));
}

#[test]
fn branches_are_read_in_order() {
    let mut s = empty();
    let done: Vec<OutcomeId> = ["a", "b", "c", "d"].iter().map(|n| s.add_outcome(n)).collect();
    s.endless();
    let b = s.add_belief("b", Draw::Law(point(num(0.5))));
    let x = s.add_number("x", 0.5);
    for half in [num(0.5), belief(b), state(x)] {
        let mut s = s.clone();
        let ways = vec![
            end(done[3]).p(num(0.9)).when(num(0.0)),
            end(done[0]).p(mul(half.clone(), half.clone())),
            end(done[1]).p(mul(half, rest())),
            end(done[2]),
        ];
        s.add_track("t", vec![("s", now(ways))]);
        let log = paths(&s, 40_000);
        share(&log, |i| log.outcomes[i] == 0, 0.25);
        share(&log, |i| log.outcomes[i] == 1, 0.375);
        share(&log, |i| log.outcomes[i] == 2, 0.375);
    }
}

#[test]
fn prepared_tables_choose_as_worked_out_ones() {
    let make = |free: bool| {
        let mut s = empty();
        let done: Vec<OutcomeId> = ["a", "b", "c"].iter().map(|n| s.add_outcome(n)).collect();
        s.endless();
        let one = s.add_number("one", 1.0);
        let times = |x: f64| if free { mul(num(x), state(one)) } else { num(x) };
        let ways = vec![
            end(done[0]).p(times(0.1)),
            end(done[1]).p(mul(times(0.3), rest())),
            end(done[0]).p(num(0.2)).when(num(0.0)),
            end(done[2]),
        ];
        s.add_track("t", vec![("s", now(ways))]);
        paths(&s, 5_000).outcomes
    };
    assert_eq!(make(false), make(true));
}

#[test]
fn odds_and_weights() {
    let mut s = empty();
    let (a, b) = (s.add_outcome("a"), s.add_outcome("b"));
    s.endless();
    // Odds of 1/4 times 2 times 3^2 are 4.5.
    let factors = vec![(num(1.0), num(2.0)), (num(0.0), num(7.0)), (num(2.0), num(3.0))];
    let ways = vec![end(a).odds(num(0.2), factors), to(1)];
    let weights =
        vec![end(a).weight(num(3.0)), end(b).weight(num(1.0)), end(b).weight(num(9.0)).when(num(0.0))];
    s.add_track("t", vec![("s", now(ways)), ("w", now(weights))]);
    let log = paths(&s, 40_000);
    let p = 4.5 / 5.5;
    share(&log, |i| log.outcomes[i] == 0, p + (1.0 - p) * 0.75);
}

#[test]
fn draws_of_effects_and_starts() {
    let mut s = empty();
    let law = law("normal", &["mean", "sd"], vec![num(1.0), num(2.0)]);
    let x = s.add_state("x", Initial::Draw(Draw::Law(law.clone())));
    let flag = s.add_state("flag", Initial::Draw(Draw::Chance(num(0.3))));
    let mood = s.add_state("mood", Initial::Draw(Draw::Weights(vec![(0, num(2.0)), (1, num(1.0))])));
    let y = s.add_number("y", 0.0);
    s.until(10.0);
    s.add_track("t", vec![("s", now(vec![to(1).draw(y, law.clone())])), ("u", Waits::Rests)]);
    s.entering(0, 1, stay().draw(StateId(4), law));
    s.add_number("z", 0.0);
    let log = paths(&s, 40_000);
    let _ = (x, flag, mood);
    for k in [0, 3, 4] {
        super::mean_is(log.states.iter().map(|v| v[k]), 1.0);
        super::mean_is(log.states.iter().map(|v| (v[k] - 1.0) * (v[k] - 1.0)), 4.0);
    }
    super::mean_is(log.states.iter().map(|v| (v[0] - 1.0) * (v[3] - 1.0)), 0.0);
    super::mean_is(log.states.iter().map(|v| (v[4] - 1.0) * (v[3] - 1.0)), 0.0);
    share(&log, |i| log.states[i][1] == 1.0, 0.3);
    share(&log, |i| log.states[i][2] == 1.0, 1.0 / 3.0);
}
