//! Guards open and close, clocks return, change and ring at once.

use super::{paths, share, story};
use crate::model::build::*;
use crate::model::*;

/// A flag that is 1 during [2, 4) and from 6 on, and beside it a clock that needs it; the day on which it rings.
fn guarded(clock: Clock) -> f64 {
    let mut s = empty();
    let flag = StateId(0);
    s.add_number("flag", 0.0);
    s.until(100.0);
    let flips = |on: f64| stay().set(flag, num(on));
    s.add_track(
        "flag",
        vec![(
            "s",
            clocks(vec![
                at("a", days(2.0), vec![flips(1.0)]),
                at("b", days(4.0), vec![flips(0.0)]),
                at("c", days(6.0), vec![flips(1.0)]),
            ]),
        )],
    );
    s.add_track("t", vec![("s", clocks(vec![clock.guarded(equal(state(flag), num(1.0)))]))]);
    paths(&s, 1).times[0]
}

const DONE: OutcomeId = OutcomeId(0);

#[test]
fn a_clock_runs_while_its_guard_holds() {
    let three = || takes("", point(days(3.0)), vec![end(DONE)]);
    assert_eq!(guarded(three()), 9.0);
    assert_eq!(guarded(three().returning(Return::Resume)), 7.0);
    assert_eq!(guarded(three().returning(Return::Repeat)), 9.0);
    assert_eq!(guarded(takes("", point(days(1.5)), vec![end(DONE)])), 3.5);
    // The guard fails at 4, before the clock that is due then is looked at: order of tracks.
    assert_eq!(guarded(takes("", point(days(2.0)), vec![end(DONE)])), 8.0);
    assert_eq!(guarded(at("", days(5.0), vec![end(DONE)])), 100.0);
    assert_eq!(guarded(at("", days(6.0), vec![end(DONE)])), 6.0);
    assert_eq!(guarded(guard_only("", num(1.0), vec![end(DONE)])), 2.0);
}

#[test]
fn what_returns_has_the_same_luck_or_new() {
    // A uniform delay of 0 to 4 days: dropped after 2 days in half the cases.
    let law = || uniform(days(0.0), days(4.0));
    let make = |returns| {
        let mut s = empty();
        let flag = s.add_number("flag", 1.0);
        s.until(100.0);
        let done = s.add_outcome("done");
        s.add_track(
            "flag",
            vec![(
                "s",
                clocks(vec![
                    at("a", days(2.0), vec![stay().set(flag, num(0.0))]),
                    at("b", days(10.0), vec![stay().set(flag, num(1.0))]),
                ]),
            )],
        );
        let clock = takes("", law(), vec![end(done)]).guarded(equal(state(flag), num(1.0)));
        s.add_track("t", vec![("s", clocks(vec![clock.returning(returns)]))]);
        paths(&s, 20_000)
    };
    let (redraw, resume, repeat) = (make(Return::Redraw), make(Return::Resume), make(Return::Repeat));
    for i in 0..20_000 {
        let first = redraw.times[i].min(2.0);
        if first < 2.0 {
            assert_eq!(resume.times[i], first);
            assert_eq!(repeat.times[i], first);
        } else {
            assert!((resume.times[i] - (repeat.times[i] - 2.0)).abs() < 1e-9);
            assert!(resume.times[i] < 12.0 + 1e-9 && repeat.times[i] >= 12.0 && repeat.times[i] <= 14.0);
        }
    }
    share(&redraw, |i| redraw.times[i] <= 11.0, 0.5 + 0.5 * 0.25);
    share(&resume, |i| resume.times[i] <= 11.0, 0.75);
    share(&repeat, |i| repeat.times[i] <= 13.0, 0.75);
}

#[test]
fn a_repeated_clock_draws_anew_once_it_has_rung() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(1000.0);
    let clock = takes("", uniform(days(1.0), days(2.0)), vec![stay().set(x, day())]);
    s.add_track("t", vec![("s", clocks(vec![clock.returning(Return::Repeat)]))]);
    let log = paths(&s, 1);
    let days: Vec<f64> = log
        .story
        .iter()
        .filter(|l| l.contains("ring"))
        .map(|l| l.split(' ').next().unwrap().parse().unwrap())
        .collect();
    let gaps: Vec<f64> = days.windows(2).map(|w| w[1] - w[0]).collect();
    assert!(gaps.windows(2).all(|w| (w[0] - w[1]).abs() > 1e-12));
}

/// A clock whose mean depends on `x`, which goes from 10 to 20 on day 5 and back on day 8.
fn changing(law: impl Fn(Expr) -> Expr, change: OnChange) -> super::Log {
    let mut s = empty();
    let x = s.add_number("x", 10.0);
    s.until(1000.0);
    let done = s.add_outcome("done");
    s.add_track(
        "x",
        vec![(
            "s",
            clocks(vec![
                at("a", days(5.0), vec![stay().set(x, num(20.0))]),
                at("b", days(8.0), vec![stay().set(x, num(10.0))]),
            ]),
        )],
    );
    let clock = takes("", law(mul(days(1.0), state(x))), vec![end(done)]).changing(change);
    s.add_track("t", vec![("s", clocks(vec![clock]))]);
    paths(&s, 20_000)
}

#[test]
fn a_law_that_changes_is_kept_drawn_anew_or_rescaled() {
    assert_eq!(changing(point, OnChange::Keep).times[0], 10.0);
    // From day 5 to 25, then from day 8 to 18.
    assert_eq!(changing(point, OnChange::Redraw).times[0], 18.0);
    // Half is done on day 5, 0.65 on day 8.
    assert!((changing(point, OnChange::Rescale).times[0] - 11.5).abs() < 1e-9);
    // An exponential that is rescaled goes on at the new rate: so does a hazard.
    let open = libm::exp(-0.5 - 3.0 / 20.0 - 2.0 / 10.0);
    let log = changing(exponential, OnChange::Rescale);
    share(&log, |i| log.times[i] > 10.0, open);
    let log = changing(exponential, OnChange::Redraw);
    share(&log, |i| log.times[i] > 10.0, open);
    let log = changing(exponential, OnChange::Keep);
    share(&log, |i| log.times[i] > 10.0, libm::exp(-1.0));
}

#[test]
fn rescaling_there_and_back_changes_nothing() {
    let back = |change| {
        let mut s = empty();
        let x = s.add_number("x", 1.0);
        s.until(1000.0);
        let done = s.add_outcome("done");
        s.add_track(
            "x",
            vec![(
                "s",
                clocks(vec![
                    at("a", days(2.0), vec![stay().set(x, num(2.0))]),
                    at("b", days(2.0), vec![stay().set(x, num(1.0))]),
                ]),
            )],
        );
        let law = law("gamma", &["shape", "mean"], vec![add(num(1.0), state(x)), mul(days(5.0), state(x))]);
        s.add_track("t", vec![("s", clocks(vec![takes("", law, vec![end(done)]).changing(change)]))]);
        paths(&s, 500)
    };
    let (kept, rescaled) = (back(OnChange::Keep), back(OnChange::Rescale));
    for (a, b) in kept.times.iter().zip(&rescaled.times) {
        assert!((a - b).abs() < 1e-9 * a, "{a} {b}");
    }
}

#[test]
fn the_day_alone_is_no_change() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(100.0);
    let done = s.add_outcome("done");
    let tick = takes("tick", point(days(1.0)), vec![stay()]);
    let law = point(add(days(10.0), mul(num(0.5), add(day(), mul(days(1.0), state(x))))));
    s.add_track("a", vec![("s", clocks(vec![tick]))]);
    s.add_track("t", vec![("s", clocks(vec![takes("", law, vec![end(done)]).changing(OnChange::Redraw)]))]);
    assert_eq!(paths(&s, 1).times[0], 10.0);
}

#[test]
fn a_clock_without_delay_rings_once_until_its_guard_was_false() {
    let mut s = empty();
    let (x, seen) = (s.add_number("x", 0.0), s.add_number("seen", 0.0));
    s.until(10.0);
    let step = |d: f64, v: f64| at("", days(d), vec![stay().set(x, num(v))]);
    s.add_track(
        "x",
        vec![(
            "s",
            clocks(vec![
                step(1.0, 1.0),
                step(2.0, 2.0),
                step(3.0, 0.0),
                step(4.0, 1.0),
                step(5.0, 0.0),
                // A flicker within an instant changes nothing.
                step(5.0, 1.0),
                step(5.0, 0.0),
            ]),
        )],
    );
    let ring = stay().set(seen, add(state(seen), num(1.0)));
    s.add_track("t", vec![("s", clocks(vec![guard_only("", more(state(x), num(0.0)), vec![ring])]))]);
    // On days 1 and 4; on day 5 it still waits for the end of an instant with a false guard.
    assert_eq!(paths(&s, 1).states[0][1], 2.0);
}

#[test]
fn a_guard_that_flickers_within_an_instant_changes_nothing() {
    let mut s = empty();
    let x = s.add_number("x", 1.0);
    s.until(10.0);
    let done = s.add_outcome("done");
    let step = |d: f64, v: f64| at("", days(d), vec![stay().set(x, num(v))]);
    s.add_track("x", vec![("s", clocks(vec![step(1.0, 0.0), step(1.0, 1.0)]))]);
    let clock = takes("", point(days(3.0)), vec![end(done)]).guarded(equal(state(x), num(1.0)));
    s.add_track("t", vec![("s", clocks(vec![clock]))]);
    assert_eq!(paths(&s, 1).times[0], 3.0);
}

#[test]
fn entering_with_the_guard_true_counts() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    s.until(10.0);
    let count = stay().set(x, add(state(x), num(1.0)));
    let tick = takes("again", point(days(4.0)), vec![to(0)]);
    s.add_track("t", vec![("s", clocks(vec![guard_only("", num(1.0), vec![count]), tick]))]);
    assert_eq!(paths(&s, 1).states[0][0], 3.0);
}

#[test]
fn a_guard_by_the_day_opens_and_closes_on_the_dot() {
    let run = |guard: Expr, delay: f64| {
        let mut s = empty();
        s.until(100.0);
        let done = s.add_outcome("done");
        s.add_track(
            "t",
            vec![("s", clocks(vec![takes("", point(days(delay)), vec![end(done)]).guarded(guard)]))],
        );
        paths(&s, 1).times[0]
    };
    use Compare::{AtLeast, AtMost, Greater, Less};
    assert_eq!(run(compare(day(), AtLeast, days(7.0)), 1.0), 8.0);
    // The guard has failed when the clock is due.
    assert_eq!(run(compare(day(), Less, days(7.0)), 7.0), 100.0);
    assert_eq!(run(compare(day(), AtMost, days(7.0)), 7.0), 7.0);
    let after = run(compare(day(), Greater, days(7.0)), 0.0) * DAY;
    assert_eq!(after, (7.0 * DAY).next_up());
    assert_eq!(run(compare(mul(num(2.0), day()), AtLeast, add(day(), days(7.0))), 1.0), 8.0);
    // 3 * day is beyond 1 at the first float for which that is so.
    let third = run(compare(mul(num(3.0), day()), AtLeast, days(1.0)), 0.0) * DAY;
    assert!(3.0 * third >= DAY && 3.0 * third.next_down() < DAY);
}

#[test]
fn outcomes_and_firsts_by_the_time_in_a_stage() {
    let mut s = empty();
    s.until(100.0);
    s.add_outcome_when("tired", Some(compare(since(0), Compare::AtLeast, days(5.0))));
    let first = MeasureKind::First(compare(day(), Compare::AtLeast, days(3.0)));
    s.add_measure("three", first, None);
    s.add_track(
        "t",
        vec![
            ("a", clocks(vec![takes("", point(days(4.0)), vec![to(1)])])),
            ("b", clocks(vec![takes("", point(days(9.0)), vec![to(0)])])),
        ],
    );
    let log = paths(&s, 1);
    assert_eq!((log.outcomes[0], log.times[0]), (1, 9.0));
    assert_eq!(log.measures[0][0], 3.0 * DAY);
    assert_eq!(story(&s).len(), 5);
}
