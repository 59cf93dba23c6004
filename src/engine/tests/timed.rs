//! Hazards that change with time, against closed forms.

use super::{mean_is, paths, share};
use crate::model::build::*;
use crate::model::*;

/// One clock with this hazard, and the log of many paths.
fn by_hazard(s: &mut Scenario, rate: Expr) -> super::Log {
    s.until(1e4);
    let done = s.add_outcome("done");
    s.add_track("t", vec![("s", clocks(vec![hazard("", rate, vec![end(done)])]))]);
    paths(s, 5_000)
}

/// Time in days as a plain number.
fn t() -> Expr {
    let mut t = div(day(), days(1.0));
    t.ty = Ty::NUMBER;
    t
}

fn weibull(shape: f64) -> Expr {
    mul(num(shape / 10.0), pow(div(t(), num(10.0)), num(shape - 1.0)))
}

#[test]
fn a_weibull_hazard() {
    for shape in [0.5, 1.0, 2.5] {
        let log = by_hazard(&mut empty(), weibull(shape));
        for day in [3.0, 10.0, 15.0] {
            share(&log, |i| log.times[i] > day, libm::exp(-libm::pow(day / 10.0, shape)));
        }
    }
}

#[test]
fn each_time_is_the_quantile_of_its_draw() {
    // With the same draw, a hazard of t^1.5 rings when its integral is what a hazard of 1 has reached.
    let flat = by_hazard(&mut empty(), num(1.0));
    let bent = by_hazard(&mut empty(), weibull(2.5));
    for (a, b) in flat.times.iter().zip(&bent.times) {
        let expected = 10.0 * libm::pow(*a, 0.4);
        assert!((b - expected).abs() < 1e-11 * expected, "{b} {expected}");
    }
}

#[test]
fn a_gompertz_hazard() {
    let rate = mul(num(0.01), call(Func::Exp, vec![mul(num(0.1), t())]));
    let log = by_hazard(&mut empty(), rate);
    for day in [10.0, 25.0, 35.0] {
        share(&log, |i| log.times[i] > day, libm::exp(-0.1 * (libm::exp(0.1 * day) - 1.0)));
    }
}

#[test]
fn tables_by_step_and_by_line() {
    for read in [Read::Step, Read::Line] {
        let mut s = empty();
        let table_id = s.add_table(&[0.0, 10.0, 20.0], &[0.0, 0.05, 0.2], read);
        let log = by_hazard(&mut s, table(table_id, t()));
        let (ten, twenty) = if read == Read::Step { (0.0, 0.5) } else { (0.25, 1.5) };
        if ten > 0.0 {
            share(&log, |i| log.times[i] > 10.0, libm::exp(-ten));
        } else {
            assert!(log.times.iter().all(|t| *t > 10.0));
        }
        share(&log, |i| log.times[i] > 20.0, libm::exp(-twenty));
        share(&log, |i| log.times[i] > 25.0, libm::exp(-twenty - 1.0));
    }
}

#[test]
fn jumps_by_the_day_and_the_time_in_the_stage() {
    let rate = iff(less(day(), days(5.0)), num(0.02), iff(more(since(0), days(8.0)), num(0.5), num(0.1)));
    let log = by_hazard(&mut empty(), rate);
    share(&log, |i| log.times[i] > 5.0, libm::exp(-0.1));
    share(&log, |i| log.times[i] > 8.0, libm::exp(-0.4));
    share(&log, |i| log.times[i] > 9.0, libm::exp(-0.9));
}

#[test]
fn every_second_week_without_end() {
    // A rate of 1 in every second day, by rounding down half the time.
    let half = div(t(), num(2.0));
    let odd = sub(half.clone(), call(Func::Floor, vec![half]));
    let log = by_hazard(&mut empty(), compare(odd, Compare::AtLeast, num(0.5)));
    assert!(log.times.iter().all(|t| t.rem_euclid(2.0) >= 1.0));
    share(&log, |i| log.times[i] > 4.0, libm::exp(-2.0));
}

#[test]
fn what_is_read_may_change_and_the_integral_goes_on() {
    // The rate is x * t/50, x being 1 and from day 6 on 4; dropped from day 7 to 8, and resumed.
    let mut s = empty();
    let (x, on) = (s.add_number("x", 1.0), s.add_number("on", 1.0));
    s.until(1e4);
    let done = s.add_outcome("done");
    s.add_track(
        "x",
        vec![(
            "s",
            clocks(vec![
                at("a", days(6.0), vec![stay().set(x, num(4.0))]),
                at("b", days(7.0), vec![stay().set(on, num(0.0))]),
                at("c", days(8.0), vec![stay().set(on, num(1.0))]),
            ]),
        )],
    );
    let rate = mul(state(x), div(t(), num(50.0)));
    let clock = hazard("", rate, vec![end(done)]).guarded(equal(state(on), num(1.0)));
    s.add_track("t", vec![("s", clocks(vec![clock.returning(Return::Resume)]))]);
    let log = paths(&s, 20_000);
    let open = |a: f64, b: f64| (b * b - a * a) / 100.0;
    let seven = open(0.0, 6.0) + 4.0 * open(6.0, 7.0);
    share(&log, |i| log.times[i] > 6.0, libm::exp(-0.36));
    share(&log, |i| log.times[i] > 8.0, libm::exp(-seven));
    share(&log, |i| log.times[i] > 9.0, libm::exp(-seven - 4.0 * open(8.0, 9.0)));
    assert!(!log.times.iter().any(|t| *t > 7.0 && *t < 8.0));
}

#[test]
fn a_constant_hazard_follows_what_changes_and_may_rest() {
    let mut s = empty();
    let x = s.add_number("x", 0.1);
    s.until(1e4);
    let done = s.add_outcome("done");
    s.add_track(
        "x",
        vec![(
            "s",
            clocks(vec![
                at("a", days(4.0), vec![stay().set(x, num(0.0))]),
                at("b", days(6.0), vec![stay().set(x, num(0.2))]),
            ]),
        )],
    );
    s.add_track("t", vec![("s", clocks(vec![hazard("", state(x), vec![end(done)])]))]);
    let log = paths(&s, 20_000);
    share(&log, |i| log.times[i] > 4.0, libm::exp(-0.4));
    assert!(!log.times.iter().any(|t| *t > 4.0 && *t < 6.0));
    share(&log, |i| log.times[i] > 9.0, libm::exp(-1.0));
}

#[test]
fn an_account_that_reads_the_time() {
    let mut s = empty();
    s.until(10.0);
    s.add_track("t", vec![("s", clocks(vec![takes("", point(days(3.0)), vec![to(0)])]))]);
    let discount = Some(Discount { rate: 0.5, period: 20.0 * DAY });
    let rate = Some(add(num(1.0), mul(num(2.0), t())));
    s.add_measure("a", MeasureKind::Account(Account { rate, discount }), None);
    let rate = Some(div(since(0), days(1.0)));
    s.add_measure(
        "b",
        MeasureKind::Account(Account {
            rate: rate.map(|mut r| {
                r.ty = Ty::NUMBER;
                r
            }),
            discount: None,
        }),
        None,
    );
    let log = paths(&s, 1);
    // The integral of (1 + 2t) e^(-dt).
    let d = libm::log(1.5) / 20.0;
    let e = libm::exp(-10.0 * d);
    let expected = (1.0 - e) / d + 2.0 * ((1.0 - e) / (d * d) - 10.0 * e / d);
    assert!((log.measures[0][0] - expected).abs() < 1e-11 * expected);
    assert!((log.measures[0][1] - (3.0 * 4.5 + 0.5)).abs() < 1e-11);
    mean_is([1.0, 1.0 + 1e-9].into_iter(), 1.0);
}

/// What is there for hours within years lies between the points at which a rate is looked at.
#[test]
fn rates_that_come_and_go_are_seen() {
    let at = |day: f64, width: f64| div(sub(t(), num(day)), num(width));
    let bell = |power: Expr| call(Func::Exp, vec![sub(num(0.0), power)]);
    // Each with its integral.
    let pi = std::f64::consts::PI;
    let narrow: [(Expr, f64); 4] = [
        (bell(pow(at(100.0, 0.05), num(2.0))), 0.05 * pi.sqrt()),
        (bell(mul(at(777.7, 0.2), at(777.7, 0.2))), 0.2 * pi.sqrt()),
        (div(num(1.0), add(num(1.0), pow(at(3000.0, 0.1), num(2.0)))), 0.1 * pi),
        (call(Func::Max, vec![num(0.0), sub(num(1.0), call(Func::Abs, vec![at(6543.2, 0.5)]))]), 0.5),
    ];
    for (rate, integral) in narrow {
        let mut s = empty();
        let scaled = mul(num(0.7 / integral), rate);
        s.add_measure(
            "a",
            MeasureKind::Account(Account { rate: Some(scaled.clone()), discount: None }),
            None,
        );
        let log = by_hazard(&mut s, scaled);
        // The Lorentz curve has tails beyond both ends.
        let tails = 0.7 * (1e-5 + 3e-5);
        share(&log, |i| log.times[i] < 1e4, 1.0 - libm::exp(-0.7));
        let whole = log.times.iter().zip(&log.measures).filter(|(time, _)| **time >= 1e4);
        let mut paths = 0;
        for (_, measures) in whole {
            paths += 1;
            assert!((measures[0] - 0.7).abs() < 1e-9 + tails, "{}", measures[0]);
        }
        assert!(paths > 2_000, "{paths}");
    }
    // On a ground that is always there.
    let ground = add(num(1e-4), bell(pow(at(2000.0, 0.3), num(2.0))));
    let log = by_hazard(&mut empty(), ground);
    share(&log, |i| log.times[i] < 2002.0, 1.0 - libm::exp(-0.2002 - 0.3 * pi.sqrt()));
}
