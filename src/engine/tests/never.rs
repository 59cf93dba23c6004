//! Paths that cannot end.

use super::paths;
use crate::model::build::*;
use crate::model::*;

#[test]
fn nothing_can_ring() {
    let mut s = empty();
    let x = s.add_number("x", 0.0);
    let done = s.add_outcome("done");
    let never = s.endless();
    let closed = takes("", point(days(1.0)), vec![end(done)]).guarded(more(state(x), num(0.0)));
    s.add_track(
        "t",
        vec![("a", clocks(vec![takes("", point(days(3.0)), vec![to(1)])])), ("b", clocks(vec![closed]))],
    );
    let log = paths(&s, 1);
    assert_eq!((log.outcomes[0], log.times[0], log.lasts[0]), (never.0, f64::INFINITY, 3.0));
}

#[test]
fn a_date_to_come_opens_a_guard() {
    let mut s = empty();
    let done = s.add_outcome("done");
    s.endless();
    let opens = takes("", point(days(1.0)), vec![end(done)]).guarded(more(day(), days(5.0)));
    s.add_track("t", vec![("a", clocks(vec![opens]))]);
    assert!((paths(&s, 1).times[0] - 6.0).abs() < 1e-9);
}

#[test]
fn a_closed_set() {
    let mut s = empty();
    let done = s.add_outcome("done");
    let never = s.endless();
    let walk = |stage: usize| clocks(vec![takes("", point(days(1.0)), vec![to(stage)])]);
    s.add_track(
        "t",
        vec![
            ("a", now(vec![to(1).p(num(0.5)), to(2)])),
            ("b", clocks(vec![takes("", point(days(1.0)), vec![end(done)])])),
            ("c", walk(3)),
            ("d", walk(2)),
        ],
    );
    let log = paths(&s, 200);
    for i in 0..200 {
        let expected = if log.outcomes[i] == done.0 { 1.0 } else { f64::INFINITY };
        assert_eq!(log.times[i], expected);
    }
    assert!(log.outcomes.contains(&never.0) && log.outcomes.contains(&done.0));
}

#[test]
fn another_track_can_still_help() {
    // Track a cycles for ever; track b moves it out on day 5. And an outcome looks at x, which b writes.
    for by_state in [false, true] {
        let mut s = empty();
        let x = s.add_number("x", 0.0);
        let done = s.add_outcome_when("done", by_state.then(|| more(state(x), num(0.0))));
        s.endless();
        let cycle = clocks(vec![takes("", point(days(1.0)), vec![to(0)])]);
        s.add_track("a", vec![("s", cycle), ("out", now(vec![end(done)]))]);
        let way = if by_state { to(1).set(x, num(1.0)) } else { to(1).moves(0, 1) };
        s.add_track(
            "b",
            vec![("s", clocks(vec![takes("", point(days(4.5)), vec![way])])), ("u", Waits::Rests)],
        );
        let log = paths(&s, 1);
        assert_eq!((log.outcomes[0], log.times[0]), (0, 4.5));
    }
}

#[test]
fn with_a_horizon_a_closed_set_waits_for_it() {
    let mut s = empty();
    let open = s.until(9.5);
    s.add_track("t", vec![("s", clocks(vec![takes("", point(days(1.0)), vec![to(0)])]))]);
    let log = paths(&s, 1);
    assert_eq!((log.outcomes[0], log.times[0], log.entries), (open.0, 9.5, 10));
}
