//! Everything that can go wrong on a path, with its numbers.

use super::try_walk;
use crate::engine::{Fault, FaultKind};
use crate::model::build::*;
use crate::model::*;
use crate::program::{Program, Wrong};

fn fault(s: &Scenario) -> Fault {
    *try_walk(&Program::compile(s), 1, 2, 10).err().expect("something goes wrong")
}

/// A scenario whose first stage takes 2 days, then branches so; `x` is 2.
fn branching(ways: impl Fn(StateId, OutcomeId) -> Vec<Way>) -> Fault {
    let mut s = empty();
    let x = s.add_number("x", 2.0);
    s.until(10.0);
    let done = s.add_outcome("done");
    s.add_track("other", vec![("s", Waits::Rests)]);
    s.add_track(
        "t",
        vec![
            ("first", clocks(vec![takes("", point(days(2.0)), vec![to(1)])])),
            ("second", now(ways(x, done))),
        ],
    );
    fault(&s)
}

#[test]
fn a_fault_says_where() {
    let found = branching(|x, done| vec![end(done).p(state(x)), stay()]);
    assert_eq!(found.kind, FaultKind::Branches(Wrong::Probability(2.0)));
    assert_eq!((found.track, found.stage, found.time), (Some(1), Some(1), 2.0 * DAY));
    assert_eq!((&*found.states, &*found.stages), (&[2.0][..], &[0, 1][..]));
    assert_eq!((found.world, found.path), (2, Some(0)));
}

#[test]
fn branches() {
    use FaultKind::Branches;
    let half = |x: StateId| div(state(x), num(4.0));
    let kind = |ways: &dyn Fn(StateId, OutcomeId) -> Vec<Way>| branching(ways).kind;
    assert_eq!(
        kind(&|x, done| vec![end(done).p(half(x)), end(done).p(mul(num(1.5), half(x)))]),
        Branches(Wrong::Over(1.25))
    );
    assert_eq!(kind(&|x, done| vec![end(done).p(half(x))]), Branches(Wrong::Under(0.5)));
    assert_eq!(
        kind(&|x, done| vec![end(done).weight(num(1.0)).when(less(state(x), num(0.0)))]),
        Branches(Wrong::Nothing)
    );
    assert_eq!(
        kind(&|x, done| vec![end(done).weight(mul(num(-1.0), state(x)))]),
        Branches(Wrong::Weight(-2.0))
    );
    assert_eq!(kind(&|x, done| vec![end(done).odds(state(x), vec![]), stay()]), Branches(Wrong::Base(2.0)));
    let odds = |x| vec![(num(1.0), mul(num(-1.0), state(x)))];
    assert_eq!(
        kind(&|x, done| vec![end(done).odds(num(0.5), odds(x)), stay()]),
        Branches(Wrong::Factor(-2.0))
    );
    // Constants go wrong only where they are used, too.
    assert_eq!(kind(&|_, done| vec![end(done).p(num(1.5)), stay()]), Branches(Wrong::Probability(1.5)));
    let not_a_number = branching(|_, done| vec![end(done).p(div(num(0.0), num(0.0))), stay()]).kind;
    assert!(matches!(not_a_number, Branches(Wrong::Probability(p)) if p.is_nan()));
}

#[test]
fn effects() {
    let found = branching(|x, done| vec![end(done).set(x, div(state(x), num(0.0)))]);
    assert_eq!(found.kind, FaultKind::Assigned(0, f64::INFINITY));
    let found = branching(|x, done| vec![end(done).draw(x, exponential(mul(num(-1.0), state(x))))]);
    assert!(matches!(found.kind, FaultKind::Law(_)));
}

/// A clock of the first stage.
fn with_clock(make: impl Fn(StateId) -> Clock) -> FaultKind {
    let mut s = empty();
    let x = s.add_number("x", 2.0);
    s.until(10.0);
    s.add_track("t", vec![("s", clocks(vec![make(x)]))]);
    fault(&s).kind
}

#[test]
fn clocks_that_cannot_be() {
    let minus = |x: StateId| mul(num(-1.0), state(x));
    assert_eq!(with_clock(|x| takes("", point(minus(x)), vec![to(0)])), FaultKind::Delay(-2.0));
    assert_eq!(with_clock(|_| takes("", point(num(-3.0)), vec![to(0)])), FaultKind::Delay(-3.0));
    assert_eq!(with_clock(|x| hazard("", as_rate(minus(x)), vec![to(0)])), FaultKind::Hazard(-2.0));
    let falling = |_| hazard("", as_rate(sub(num(1e-9), mul(num(1e-12), day()))), vec![stay()]);
    assert!(matches!(with_clock(falling), FaultKind::Hazard(rate) if rate < 0.0));
    assert!(matches!(
        with_clock(|x| at("", call(Func::Ln, vec![minus(x)]), vec![to(0)])),
        FaultKind::Date(_)
    ));
    let gamma = |x| law("gamma", &["shape", "mean"], vec![minus(x), days(1.0)]);
    assert!(matches!(with_clock(|x| takes("", gamma(x), vec![to(0)])), FaultKind::Law(_)));
    let constant = law("gamma", &["shape", "mean"], vec![num(-1.0), days(1.0)]);
    assert!(matches!(with_clock(|_| takes("", constant.clone(), vec![to(0)])), FaultKind::Law(_)));
}

#[test]
fn what_is_read_at_the_end() {
    let make = |change: &dyn Fn(&mut Scenario)| {
        let mut s = empty();
        s.add_number("x", 0.5);
        s.until(10.0);
        s.add_track("t", vec![("s", Waits::Rests)]);
        change(&mut s);
        fault(&s).kind
    };
    let x = || state(StateId(0));
    let nan = || div(sub(x(), x()), num(0.0));
    let value = make(&|s| {
        s.add_measure("m", MeasureKind::Value(nan()), None);
    });
    assert_eq!(value, FaultKind::Measure(0));
    let account = |rate| MeasureKind::Account(Account { rate: Some(rate), discount: None });
    let rate = make(&|s| {
        s.add_measure("m", account(div(x(), num(0.0))), None);
    });
    assert_eq!(rate, FaultKind::Rate(f64::INFINITY));
    let payoff = make(&|s| s.payoffs = vec![("us".into(), vec![div(x(), num(0.0))])]);
    assert_eq!(payoff, FaultKind::Payoff(0, f64::INFINITY));
    let key = |expr| Split { keys: vec![SplitKey { name: "x".into(), expr }] };
    assert_eq!(make(&|s| s.splits = vec![key(x())]), FaultKind::Cell(0, 0.5));
    let pay = make(&|s| {
        let m = s.add_measure("m", MeasureKind::Account(Account { rate: None, discount: None }), None);
        s.entering(0, 0, stay().pay(m, div(x(), num(0.0))));
    });
    assert_eq!(pay, FaultKind::Payment(f64::INFINITY));
}

#[test]
fn an_instant_without_end() {
    let mut s = empty();
    s.until(10.0);
    s.add_track("t", vec![("a", now(vec![to(1)])), ("b", now(vec![to(0)]))]);
    assert_eq!(fault(&s).kind, FaultKind::InstantTooLong(1000));
    let mut s = empty();
    s.until(10.0);
    s.add_track("t", vec![("a", clocks(vec![takes("", point(days(0.0)), vec![stay()])]))]);
    assert_eq!(fault(&s).kind, FaultKind::InstantTooLong(1000));
}

#[test]
fn worlds_and_starts() {
    let mut s = empty();
    s.until(10.0);
    s.add_track("t", vec![("a", Waits::Rests)]);
    s.add_belief("b", Draw::Law(point(num(1.5))));
    s.add_belief("c", Draw::Chance(belief(0)));
    let found = fault(&s);
    assert_eq!((found.kind, found.path, found.world), (FaultKind::Probability(1.5), None, 2));
    assert_eq!(&*found.states, [1.5]);
    s.beliefs.pop();
    s.add_state("x", Initial::Draw(Draw::Weights(vec![(0, mul(num(0.0), belief(0)))])));
    assert_eq!(fault(&s).kind, FaultKind::Weight(0.0));
}
