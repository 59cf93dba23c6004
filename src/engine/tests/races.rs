//! Clocks race, and time decides.

use super::{paths, share, story};
use crate::model::build::*;
use crate::model::*;

#[test]
fn exponentials_win_by_their_rates() {
    let mut s = empty();
    let (a, b) = (s.add_outcome("a"), s.add_outcome("b"));
    s.endless();
    let race =
        vec![takes("a", exponential(days(3.0)), vec![end(a)]), hazard("b", num(2.0 / 3.0), vec![end(b)])];
    s.add_track("t", vec![("wait", clocks(race))]);
    let log = paths(&s, 100_000);
    share(&log, |i| log.outcomes[i] == 0, 1.0 / 3.0);
    share(&log, |i| log.times[i] > 1.0, libm::exp(-1.0));
    super::mean_is(log.times.iter().copied(), 1.0);
}

#[test]
fn a_gamma_meets_a_deadline() {
    let mut s = empty();
    let (done, late) = (s.add_outcome("done"), s.add_outcome("late"));
    s.endless();
    let race =
        vec![takes("work", gamma(2.0, 20.0), vec![end(done)]), at("deadline", days(30.0), vec![end(late)])];
    s.add_track("t", vec![("wait", clocks(race))]);
    let log = paths(&s, 100_000);
    share(&log, |i| log.outcomes[i] == 1, (1.0 + 3.0) * libm::exp(-3.0));
}

#[test]
fn ties_go_in_order() {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(10.0);
    let twice = |by: f64| stay().set(x, add(mul(state(x), num(2.0)), num(by)));
    s.add_track(
        "a",
        vec![(
            "s",
            clocks(vec![at("late", days(3.0), vec![twice(1.0)]), at("too", days(3.0), vec![twice(2.0)])]),
        )],
    );
    s.add_track("b", vec![("s", clocks(vec![at("b", days(3.0), vec![twice(3.0)])]))]);
    let log = paths(&s, 1);
    // ((1 * 2 + 1) * 2 + 2) * 2 + 3
    assert_eq!(log.states[0], [19.0]);
}

#[test]
fn an_event_at_the_horizon_counts_and_none_after() {
    for (delay, outcome, time) in [(10.0, 1, 10.0), (10.0_f64.next_up(), 0, 10.0)] {
        let mut s = empty();
        s.until(10.0);
        let done = s.add_outcome("done");
        s.add_track("t", vec![("s", clocks(vec![takes("", point(days(delay)), vec![end(done)])]))]);
        let log = paths(&s, 1);
        assert_eq!((log.outcomes[0], log.times[0]), (outcome, time));
    }
}

#[test]
fn everything_of_the_last_instant_counts() {
    let mut s = empty();
    s.until(10.0);
    let done = s.add_outcome("done");
    s.add_track(
        "t",
        vec![
            ("a", clocks(vec![takes("", point(days(10.0)), vec![to(1)])])),
            ("b", clocks(vec![takes("", point(days(0.0)), vec![to(2)])])),
            ("c", now(vec![end(done)])),
        ],
    );
    assert_eq!(paths(&s, 1).outcomes, [1]);
}

#[test]
fn a_delay_of_zero_rings_after_what_is_decided_on_the_spot() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(1.0);
    s.add_track(
        "a",
        vec![
            ("s", clocks(vec![takes("", point(days(0.0)), vec![to(1).set(x, mul(state(x), num(10.0)))])])),
            ("rest", Waits::Rests),
        ],
    );
    s.add_track("b", vec![("s", now(vec![to(1).set(x, add(state(x), num(1.0)))])), ("rest", Waits::Rests)]);
    assert_eq!(paths(&s, 1).states[0], [10.0]);
}

#[test]
fn the_one_that_rang_starts_anew_and_the_others_go_on() {
    let mut s = empty();
    let (x, y) = (s.add_number("x", 0.0), s.add_number("y", 0.0));
    s.until(7.0);
    let count = |id| stay().set(id, add(state(id), num(1.0)));
    s.add_track(
        "t",
        vec![(
            "s",
            clocks(vec![
                takes("a", point(days(2.0)), vec![count(x)]),
                takes("b", point(days(3.0)), vec![count(y)]),
            ]),
        )],
    );
    assert_eq!(paths(&s, 1).states[0], [3.0, 2.0]);
}

#[test]
fn a_date_rings_once_and_never_in_the_past() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(30.0);
    let count = |way: Way| way.set(x, add(state(x), num(1.0)));
    s.add_track(
        "t",
        vec![
            ("a", clocks(vec![at("date", days(5.0), vec![count(stay())]), at("go", days(6.0), vec![to(1)])])),
            (
                "b",
                clocks(vec![at("date", days(5.0), vec![count(stay())]), at("back", days(7.0), vec![to(0)])]),
            ),
        ],
    );
    assert_eq!(paths(&s, 1).states[0], [1.0]);
    assert_eq!(
        story(&s),
        [
            "0 enter 0.0",
            "5 ring 0.0.0 0 [0.0]->[1.0]",
            "6 ring 0.0.1 0 [1.0]->[1.0]",
            "6 leave 0.0",
            "6 enter 0.1",
            "7 ring 0.1.1 0 [1.0]->[1.0]",
            "7 leave 0.1",
            "7 enter 0.0",
            "30 end 0",
        ]
    );
}

#[test]
fn time_in_a_loop_is_the_sum_of_its_rounds() {
    // A round of mean 2 ends it with probability 1/4: 8 days in the mean.
    let mut s = empty();
    let done = s.add_outcome("done");
    s.endless();
    let ways = vec![end(done).p(num(0.25)), to(0)];
    s.add_track("t", vec![("round", clocks(vec![takes("", gamma(3.0, 2.0), ways)]))]);
    let log = paths(&s, 50_000);
    super::mean_is(log.times.iter().copied(), 8.0);
}

#[test]
fn a_path_is_the_same_alone_and_in_a_row() {
    let s = super::n1::plain();
    let program = crate::program::Program::compile(&s);
    let all = super::walk(&program, 3, 5, 300);
    let world = crate::engine::World::new(&program, 3, 5).unwrap();
    for path in [299_u64, 0, 17] {
        let mut alone = super::Log::default();
        crate::engine::Walker::new(&program).walk(&world, path, &mut alone).unwrap();
        let i = path as usize;
        assert_eq!(alone.times[0].to_bits(), all.times[i].to_bits());
        assert_eq!(alone.states[0], all.states[i]);
    }
}
