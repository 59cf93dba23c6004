//! The rules of section 3, one by one, on scenarios whose answer can be worked out by hand. Each is asked of both sides.

use super::compare::{Engine, difference, exact_times, plain};
use super::hand::*;
use super::path::Ended;
use detente::model::*;
use detente::quantity::DAY;

const OVER: usize = 0;
const DONE: usize = 1;
const OTHER: usize = 2;

/// What both sides say of path 0.
fn ask(scenario: &Scenario) -> Ended {
    ask_all(scenario, 1).remove(0)
}

fn ask_all(scenario: &Scenario, paths: u64) -> Vec<Ended> {
    let engine = Engine::new(scenario).walk(1, 0, 0..paths);
    let exact = exact_times(scenario);
    engine
        .iter()
        .zip(0..)
        .map(|(engine, path)| {
            let (plain, story) = plain(scenario, 1, 0, path);
            if let Some(difference) = difference(engine, &plain, exact) {
                panic!("path {path}: {difference}\n{}", story.join("\n"));
            }
            plain.expect("no fault")
        })
        .collect()
}

fn ask_fault(scenario: &Scenario) -> String {
    let engine = Engine::new(scenario).walk(1, 0, 0..1).remove(0);
    let (plain, _) = plain(scenario, 1, 0, 0);
    assert_eq!(difference(&engine, &plain, false), None);
    plain.expect_err("a fault").0
}

#[track_caller]
fn ended(end: &Ended, outcome: usize, day: f64) {
    assert_eq!((end.outcome, end.time), (outcome, day * DAY), "{end:?}");
}

#[test]
fn right_hand_sides_see_the_values_before() {
    let swap = to(1).set(0, plus(state(1), num(1.0))).set(1, state(0));
    let end = ask(&scenario(2, vec![vec![waits(vec![after(2.0, vec![swap])]), now(vec![ends(DONE)])]]));
    ended(&end, DONE, 2.0);
    assert_eq!(end.states, [1.0, 0.0]);
    assert_eq!(end.stages, [1]);
}

/// 3.2: a guard that is false and true again within an instant changes nothing: the clock of 5 days, begun on day 0, rings
/// on day 5 though its guard flickered on day 3.
#[test]
fn a_guard_that_flickers_changes_nothing() {
    let slow = after(5.0, vec![ends(DONE)]).guarded(equal(state(0), num(0.0)));
    let flicker = vec![
        waits(vec![after(3.0, vec![to(1).set(0, num(1.0))])]),
        now(vec![to(2).set(0, num(0.0))]),
        rests(),
    ];
    ended(&ask(&scenario(1, vec![vec![waits(vec![slow.clone()])], flicker])), DONE, 5.0);
    // A guard that is false at the end of the instant drops it: 3 days, then 2 days off, then 5 days anew.
    let off = vec![
        waits(vec![after(3.0, vec![to(1).set(0, num(1.0))])]),
        waits(vec![after(2.0, vec![to(2).set(0, num(0.0))])]),
        rests(),
    ];
    let kept = |how| vec![waits(vec![slow.clone().returning(how)])];
    ended(&ask(&scenario(1, vec![kept(Return::Redraw), off.clone()])), DONE, 10.0);
    ended(&ask(&scenario(1, vec![kept(Return::Resume), off.clone()])), DONE, 7.0);
    ended(&ask(&scenario(1, vec![kept(Return::Repeat), off])), DONE, 10.0);
}

/// 3.3: ties in order of track, then clock; what rings first may keep the other from ringing.
#[test]
fn ties_go_by_track_and_clock() {
    let two = |first: Vec<Branch>, second: Vec<Branch>| waits(vec![after(4.0, first), after(4.0, second)]);
    let end = ask(&scenario(1, vec![vec![two(vec![ends(OTHER)], vec![ends(DONE)])]]));
    ended(&end, OTHER, 4.0);
    // The first one stays; the second one still rings at the same instant, and sees what the first did.
    let add = |n: f64| plus(times(state(0), num(10.0)), num(n));
    let end = ask(&scenario(
        1,
        vec![vec![two(vec![stay().set(0, add(1.0))], vec![to(1).set(0, add(2.0))]), now(vec![ends(DONE)])]],
    ));
    ended(&end, DONE, 4.0);
    assert_eq!(end.states, [12.0]);
    // The first one makes the guard of the second one false: it does not ring.
    let guarded = after(4.0, vec![ends(OTHER)]).guarded(equal(state(0), num(0.0)));
    let first = after(4.0, vec![stay().set(0, num(1.0))]);
    let end = ask(&scenario(1, vec![vec![waits(vec![first, guarded])]]));
    ended(&end, OVER, 100.0);
    // Of two tracks the one declared first.
    let single = |outcome| vec![waits(vec![after(4.0, vec![ends(outcome)])])];
    ended(&ask(&scenario(0, vec![single(OTHER), single(DONE)])), OTHER, 4.0);
}

/// 3.2: a guard-only clock that stays rings once, and again only after its guard was false at the end of an instant.
#[test]
fn a_guard_only_clock_rings_once() {
    let count = |i: usize| stay().set(i, plus(state(i), num(1.0)));
    let watch = vec![waits(vec![becomes(equal(state(1), num(1.0)), vec![count(0)])])];
    // On day 1 it is true, on day 2 false and true within an instant, on day 3 false, on day 4 true: rings on 1 and 4.
    let other = vec![
        waits(vec![after(1.0, vec![to(1).set(1, num(1.0))])]),
        waits(vec![after(1.0, vec![to(2).set(1, num(0.0))])]),
        now(vec![to(3).set(1, num(1.0))]),
        waits(vec![after(1.0, vec![to(4).set(1, num(0.0))])]),
        waits(vec![after(1.0, vec![to(5).set(1, num(1.0))])]),
        rests(),
    ];
    let end = ask(&scenario(2, vec![watch, other]));
    assert_eq!(end.states, [2.0, 1.0]);
    // Entering its stage with the guard true counts, each time.
    let again =
        vec![waits(vec![becomes(equal(state(1), num(0.0)), vec![count(0)]), after(30.0, vec![to(0)])])];
    assert_eq!(ask(&scenario(2, vec![again])).states, [4.0, 0.0]);
}

/// 3.2: a running delay whose law changes on day 3 from 4 to 10 days.
#[test]
fn a_change_keeps_redraws_or_rescales() {
    let other = || vec![waits(vec![after(3.0, vec![to(1).set(0, num(1.0))])]), rests()];
    let ask_with = |law: Expr, how| {
        ask(&scenario(1, vec![vec![waits(vec![changing(law, how, vec![ends(DONE)])])], other()]))
    };
    let length = || choose(equal(state(0), num(0.0)), days(4.0), days(10.0));
    ended(&ask_with(point(length()), OnChange::Keep), DONE, 4.0);
    ended(&ask_with(point(length()), OnChange::Redraw), DONE, 13.0);
    // uniform(0, m) from m = 40 to m = 20 days on day 3: what was left is halved.
    let m = || choose(equal(state(0), num(0.0)), days(40.0), days(20.0));
    let uniform = || law("uniform", vec![days(0.0), m()]);
    let before = ask_with(uniform(), OnChange::Keep).time / DAY;
    let after = ask_with(uniform(), OnChange::Rescale).time / DAY;
    assert!(before > 3.0, "{before}");
    assert!((after - (3.0 + (before - 3.0) / 2.0)).abs() < 1e-9, "{before} {after}");
}

/// 3.2: before the first instant at which a delay could ring, a change keeps the share of the way there.
#[test]
fn waiting_too_early_to_ring_counts_by_its_share() {
    let low = || choose(equal(state(0), num(0.0)), days(4.0), days(20.0));
    let uniform = law("uniform", vec![low(), plus(low(), days(4.0))]);
    let other = vec![waits(vec![after(3.0, vec![to(1).set(0, num(1.0))])]), rests()];
    let ask_with = |how| {
        ask(&scenario(
            1,
            vec![vec![waits(vec![changing(uniform.clone(), how, vec![ends(DONE)])])], other.clone()],
        ))
    };
    // Three quarters of the way to the first instant are gone: 15 of 20 days.
    let expected = ask_with(OnChange::Keep).time / DAY - 4.0 + 20.0 - 15.0 + 3.0;
    let after = ask_with(OnChange::Rescale).time / DAY;
    assert!((after - expected).abs() < 1e-9, "{expected} {after}");
}

/// 3.2: a date that is past when its clock would start never rings, though what it reads may change later.
#[test]
fn a_date_that_was_past_never_rings() {
    let late =
        clock(ClockKind::At(choose(equal(state(0), num(0.0)), days(1.0), days(50.0))), vec![ends(DONE)]);
    let first = vec![waits(vec![after(2.0, vec![to(1)])]), waits(vec![late])];
    let other = vec![waits(vec![after(5.0, vec![to(1).set(0, num(1.0))])]), rests()];
    ended(&ask(&scenario(1, vec![first, other])), OVER, 100.0);
}

/// 3.2: what is left of a hazard's integral is kept on `resume`, the whole is asked again on `repeat`.
#[test]
fn hazards_return_as_delays_do() {
    let on_off = vec![
        waits(vec![after(1.0, vec![to(1).set(0, num(1.0))])]),
        waits(vec![after(1.0, vec![to(0).set(0, num(0.0))])]),
    ];
    let with = |how| {
        let clock = hazard(num(0.3), vec![ends(DONE)]).guarded(equal(state(0), num(0.0))).returning(how);
        ask_all(&scenario(1, vec![vec![waits(vec![clock])], on_off.clone()]), 200)
    };
    let straight = ask_all(
        &scenario(1, vec![vec![waits(vec![hazard(num(0.3), vec![ends(DONE)])])], on_off.clone()]),
        200,
    );
    let (resume, repeat) = (with(Return::Resume), with(Return::Repeat));
    for i in 0..200 {
        let t = straight[i].time / DAY;
        // Of a run of t days, every full day is followed by one off.
        let expected = if straight[i].outcome == DONE { t + t.floor() } else { 100.0 };
        assert!((resume[i].time / DAY - expected.min(100.0)).abs() < 1e-9, "{t} {}", resume[i].time / DAY);
        // With a whole day at most at a time, it rings within the first day or never.
        assert_eq!(repeat[i].outcome == DONE, t <= 1.0);
    }
    with(Return::Redraw);
}

/// 3.2: a hazard that reads `day`: a rate of `day / 50 days` per day has the integral t²/100 (t in days).
#[test]
fn a_hazard_may_read_the_day() {
    let rate = divide(day(), days(50.0), Ty::NUMBER);
    let timed = ask_all(&scenario(0, vec![vec![waits(vec![hazard(rate, vec![ends(DONE)])])]]), 100);
    let flat = ask_all(&scenario(0, vec![vec![waits(vec![hazard(num(1.0), vec![ends(DONE)])])]]), 100);
    for (timed, flat) in timed.iter().zip(flat) {
        let t = timed.time / DAY;
        assert!((t * t / 100.0 - flat.time / DAY).abs() < 1e-8, "{t}");
    }
    // Stepwise: 0 until day 10, then 1 per day, through a comparison.
    let rate = choose(at_least(day(), days(10.0)), num(1.0), num(0.0));
    let timed = ask_all(&scenario(0, vec![vec![waits(vec![hazard(rate, vec![ends(DONE)])])]]), 100);
    let flat = ask_all(&scenario(0, vec![vec![waits(vec![hazard(num(1.0), vec![ends(DONE)])])]]), 100);
    for (timed, flat) in timed.iter().zip(flat) {
        assert!((timed.time / DAY - 10.0 - flat.time / DAY).abs() < 1e-8);
    }
}

/// 3.6: an event at exactly the horizon counts, with everything of its instant.
#[test]
fn the_horizon_is_inclusive() {
    let stages = vec![waits(vec![after(100.0, vec![to(1).set(0, num(1.0))])]), now(vec![ends(DONE)])];
    let end = ask(&scenario(1, vec![stages]));
    ended(&end, DONE, 100.0);
    let late = ask(&scenario(1, vec![vec![waits(vec![after(100.000001, vec![ends(DONE)])])]]));
    ended(&late, OVER, 100.0);
    // A comparison that changes at exactly the horizon, too; one that changes just after it does not.
    let mut by_day = scenario(0, vec![vec![rests()]]);
    by_day.outcomes[OTHER].when = Some(at_least(day(), days(100.0)));
    ended(&ask(&by_day), OTHER, 100.0);
    by_day.outcomes[OTHER].when = Some(above(day(), days(100.0)));
    ended(&ask(&by_day), OVER, 100.0);
}

/// 3.2: a date rings once, not where it is past, and not again.
#[test]
fn dates_ring_once() {
    let add = || stay().set(0, plus(state(0), num(1.0)));
    let end = ask(&scenario(1, vec![vec![waits(vec![date(5.0, vec![add()]), after(3.0, vec![stay()])])]]));
    assert_eq!(end.states, [1.0]);
    // Entered after it: never. Entered at it: at once. Left before it and entered again: rings on its day.
    let enter_on = |n: f64| {
        vec![
            waits(vec![after(n, vec![to(1)])]),
            waits(vec![date(5.0, vec![ends(DONE)]), after(1.0, vec![to(1)])]),
        ]
    };
    ended(&ask(&scenario(0, vec![enter_on(6.0)])), OVER, 100.0);
    ended(&ask(&scenario(0, vec![enter_on(5.0)])), DONE, 5.0);
    ended(&ask(&scenario(0, vec![enter_on(1.5)])), DONE, 5.0);
    // At its date the guard does not hold; a day later it does, but the date is past.
    let late = date(5.0, vec![ends(DONE)]).guarded(at_least(day(), days(6.0)));
    ended(&ask(&scenario(0, vec![vec![waits(vec![late])]])), OVER, 100.0);
}

/// 3.3: tracks move tracks; to where it is, nothing; entries run in order, each seeing all before.
#[test]
fn moved_tracks_enter_in_order() {
    // Entering writes the order: x0 = 10 x0 + track.
    let note = |t: usize| stay().set(0, plus(times(state(0), num(10.0)), num(t as f64)));
    let tracks = vec![
        vec![rests(), rests().enter(note(1))],
        vec![waits(vec![after(2.0, vec![to(1).moves(0, 1).moves(2, 1)])]), rests().enter(note(2))],
        vec![rests(), rests().enter(note(3).moves(0, 0))],
    ];
    let end = ask(&scenario(1, tracks));
    assert_eq!(end.states, [123.0]);
    assert_eq!(end.stages, [0, 1, 1]);
    assert_eq!(end.entered, [2.0 * DAY; 3]);
    // Moving a track to where it is does nothing: its clock of 5 days goes on. Its own stage by `to` enters it again.
    let still = vec![waits(vec![after(5.0, vec![ends(DONE)])])];
    let other = vec![waits(vec![after(3.0, vec![stay().moves(0, 0)])])];
    ended(&ask(&scenario(0, vec![still.clone(), other])), DONE, 5.0);
    let own = vec![waits(vec![after(5.0, vec![ends(DONE)]), after(3.0, vec![to(0)])])];
    ended(&ask(&scenario(0, vec![own])), OVER, 100.0);
    // A branch that ends the path: what it moves still enters.
    let tracks = vec![
        vec![waits(vec![after(2.0, vec![ends(DONE).moves(1, 1)])])],
        vec![rests(), rests().enter(note(7))],
    ];
    let end = ask(&scenario(1, tracks));
    assert_eq!((end.stages, end.states), (vec![0, 1], vec![7.0]));
}

/// 3.3: outcomes hold before anything else of the instant, day 0 included; entering effects come before.
#[test]
fn outcomes_come_first() {
    let mut on_day_0 = scenario(1, vec![vec![now(vec![ends(DONE)]).enter(stay().set(0, num(1.0)))]]);
    on_day_0.outcomes[OTHER].when = Some(equal(state(0), num(1.0)));
    ended(&ask(&on_day_0), OTHER, 0.0);
    // In the middle of an instant: the state holds only between two branches.
    let stages = vec![
        waits(vec![after(1.0, vec![to(1).set(0, num(1.0))])]),
        now(vec![to(2).set(0, num(0.0))]),
        waits(vec![after(9.0, vec![ends(DONE)])]),
    ];
    let mut flicker = scenario(1, vec![stages]);
    let first = measure(&mut flicker, MeasureKind::First(equal(state(0), num(1.0))));
    let end = ask(&flicker);
    ended(&end, DONE, 10.0);
    assert_eq!(end.measures[first], DAY);
    flicker.outcomes[OTHER].when = Some(equal(state(0), num(1.0)));
    ended(&ask(&flicker), OTHER, 1.0);
}

/// 3.6: without a horizon, a path that can no longer end is `never`.
#[test]
fn never_is_an_outcome() {
    let stuck = endless(scenario(
        0,
        vec![vec![waits(vec![after(4.0, vec![ends(DONE).p(num(0.5)), to(1)])]), rests()]],
    ));
    let ends_seen = ask_all(&stuck, 20);
    assert!(ends_seen.iter().all(|e| e.outcome == DONE || (e.time, e.last) == (f64::INFINITY, 4.0 * DAY)));
    assert!(ends_seen.iter().any(|e| e.outcome == 3));
    // Where no outcome can come at all, that is seen on day 0.
    let hopeless = endless(scenario(0, vec![vec![waits(vec![after(4.0, vec![to(1)])]), rests()]]));
    let end = ask(&hopeless);
    assert_eq!((end.outcome, end.time, end.last), (3, f64::INFINITY, 0.0));
    // A closed set: two stages for ever.
    let round = |other: usize| waits(vec![after(1.0, vec![to(other)])]);
    let closed = endless(scenario(
        0,
        vec![vec![waits(vec![after(4.0, vec![to(1).p(num(0.5)), ends(DONE)])]), round(2), round(1)]],
    ));
    for end in ask_all(&closed, 20) {
        assert!(end.outcome == DONE || (end.outcome == 3 && end.last == 4.0 * DAY), "{end:?}");
    }
}

/// 3.4: `when`, `p`, the rest, weights.
#[test]
fn branches_share_one() {
    let shares = |list: Vec<Branch>| {
        let ends = ask_all(&scenario(0, vec![vec![now(list)]]), 4000);
        [0, 1, 2].map(|o| ends.iter().filter(|e| e.outcome == o).count() as f64 / 4000.0)
    };
    let close =
        |a: [f64; 3], b: [f64; 3]| assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.035), "{a:?}");
    let list = vec![ends(0).p(num(0.2)), ends(1).p(times(rest(), num(0.5))), ends(2)];
    close(shares(list), [0.2, 0.4, 0.4]);
    let gone = vec![ends(0).p(num(0.9)).when(equal(num(0.0), num(1.0))), ends(1).p(num(0.25)), ends(2)];
    close(shares(gone), [0.0, 0.25, 0.75]);
    let weights = vec![ends(0).weight(num(1.0)), ends(1).weight(num(3.0)), ends(2).weight(num(4.0))];
    close(shares(weights), [0.125, 0.375, 0.5]);
    let fault = |list: Vec<Branch>| ask_fault(&scenario(0, vec![vec![now(list)]]));
    assert_eq!(fault(vec![ends(0).p(num(0.9)), ends(1).p(num(0.2))]), "over one");
    assert_eq!(fault(vec![ends(0).p(num(0.9))]), "nobody takes it");
    assert_eq!(fault(vec![ends(0).p(num(1.2)), ends(1)]), "probability");
    assert_eq!(fault(vec![ends(0).weight(num(0.0)), ends(1).weight(num(0.0))]), "nobody takes it");
    assert_eq!(fault(vec![to(0)]), "instant too long");
}

/// Guards that compare the time: `since` is of the stage's own entry, and the crossing is exact.
#[test]
fn time_in_guards_is_an_event() {
    // From day 3 the guard holds for 4 days in the stage; the clock of 2 days starts on day 3 + 1 = 4: rings on day 6.
    let timed = after(2.0, vec![ends(DONE)]).guarded(at_least(since(0), days(1.0)));
    let stages = vec![waits(vec![after(3.0, vec![to(1)])]), waits(vec![timed])];
    ended(&ask(&scenario(0, vec![stages])), DONE, 6.0);
    // A guard that ends at exactly the instant where the clock is due: it does not ring; one that ends just after: it does.
    let until = |how| after(5.0, vec![ends(DONE)]).guarded(compare(how, day(), days(5.0)));
    ended(&ask(&scenario(0, vec![vec![waits(vec![until(Compare::Less)])]])), OVER, 100.0);
    ended(&ask(&scenario(0, vec![vec![waits(vec![until(Compare::AtMost)])]])), DONE, 5.0);
    // A guard-only clock by the day.
    let on = becomes(at_least(day(), days(7.0)), vec![ends(DONE)]);
    ended(&ask(&scenario(0, vec![vec![waits(vec![on])]])), DONE, 7.0);
}

/// Accounts: a rate over time, lumps before and after discounting.
#[test]
fn accounts_gather() {
    let mut s = scenario(
        1,
        vec![vec![waits(vec![
            after(10.0, vec![stay().set(0, plus(state(0), num(1.0))).pay(0, state(0)).pay(1, num(1.0))]),
            after(35.0, vec![ends(DONE)]),
        ])]],
    );
    let discount = Some(Discount { rate: 0.5, period: 10.0 * DAY });
    let flat = measure(
        &mut s,
        MeasureKind::Account(Account { rate: Some(plus(state(0), num(1.0))), discount: None }),
    );
    let less = measure(&mut s, MeasureKind::Account(Account { rate: None, discount }));
    let timed = divide(day(), days(1.0), Ty::NUMBER);
    let ramp = measure(&mut s, MeasureKind::Account(Account { rate: Some(timed), discount: None }));
    let falls = measure(&mut s, MeasureKind::Account(Account { rate: Some(num(1.0)), discount }));
    let end = ask(&s);
    // 10 · 1 + 10 · 2 + 10 · 3 + 5 · 4, and lumps of 0, 1 and 2 (the values before).
    assert!((end.measures[flat] - 83.0).abs() < 1e-9, "{:?}", end.measures);
    let third = 1.0 / 1.5;
    assert!((end.measures[less] - (third + third * third + third * third * third)).abs() < 1e-12);
    assert!((end.measures[ramp] - 35.0 * 35.0 / 2.0).abs() < 1e-6);
    let k = libm::log(1.5) / 10.0;
    assert!((end.measures[falls] - (1.0 - libm::exp(-35.0 * k)) / k).abs() < 1e-9);
}
