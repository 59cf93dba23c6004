//! The special functions against mpmath.

use super::golden::{BETA, GAMMA, NORMAL, NORMAL_AT};
use crate::dist::special::{beta, gamma, normal};

/// All that is wrong, so that one run shows it.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn check(&mut self, holds: bool, otherwise: String) {
        if !holds {
            self.0.push(otherwise);
        }
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

fn off(got: f64, wanted: f64) -> f64 {
    if got == wanted { 0.0 } else { ((got - wanted) / wanted).abs() }
}

#[test]
fn incomplete_gamma() {
    let mut faults = Faults::default();
    for &[a, x, p, q] in GAMMA {
        let (got_p, got_q) = gamma::incomplete(a, x);
        // In the far tail, the conditioning of the function itself (x times its hazard) adds to the allowance.
        let allowed = 2e-14 - 2e-16 * libm::log(p.min(q));
        faults.check(
            off(got_p, p) < allowed,
            format!("P({a}, {x}) = {got_p:e}, not {p:e}: {:e}", off(got_p, p)),
        );
        faults.check(
            off(got_q, q) < allowed,
            format!("Q({a}, {x}) = {got_q:e}, not {q:e}: {:e}", off(got_q, q)),
        );
    }
}

#[test]
fn incomplete_beta() {
    let mut faults = Faults::default();
    for &[a, b, x, p, q] in BETA {
        let (got_p, got_q) = beta::incomplete(a, b, x, 1.0 - x);
        let allowed = 2e-14 - 3e-16 * libm::log(p.min(q));
        faults.check(
            off(got_p, p) < allowed,
            format!("I({a}, {b}, {x}) = {got_p:e}, not {p:e}: {:e}", off(got_p, p)),
        );
        faults.check(
            off(got_q, q) < allowed,
            format!("1-I({a}, {b}, {x}) = {got_q:e}, not {q:e}: {:e}", off(got_q, q)),
        );
    }
}

#[test]
fn normal_tails_and_quantiles() {
    let mut faults = Faults::default();
    for &[z, q] in NORMAL {
        faults.check(
            off(normal::upper(z), q) < 1e-15,
            format!("{z}: {:e} {:e}", normal::upper(z), off(normal::upper(z), q)),
        );
    }
    for &[p, z] in NORMAL_AT {
        faults.check(off(normal::at(p, 1.0 - p), z) < 1e-15, format!("{p}: {}", normal::at(p, 1.0 - p)));
        faults.check(off(normal::at(1.0 - p, p), -z) < 1e-15, format!("{p}"));
    }
}

/// The inverses, at the references: the smaller tail is met to the accuracy that x can carry.
#[test]
fn inverses_invert() {
    let mut faults = Faults::default();
    for &[a, x, p, q] in GAMMA {
        let got = gamma::at(a, p, q);
        let slope = gamma::poisson(a, x) * a / p.min(q); // how many digits of the tail a digit of x is worth
        let allowed = 4e-16 + (4e-14 - 4e-16 * libm::log(p.min(q))) / slope;
        faults.check(off(got, x) < allowed, format!("{a} {p:e} {q:e}: {got:e}, not {x:e}"));
    }
    for &[a, b, x, p, q] in BETA {
        let (got, rest) = beta::at(a, b, p, q);
        let slope = beta::front(a, b, x, 1.0 - x) / p.min(q);
        let allowed = 4e-16 + (4e-14 - 6e-16 * libm::log(p.min(q))) / slope;
        faults.check(off(got, x) < allowed, format!("{a} {b} {p:e} {q:e}: {got:e}, not {x:e}"));
        faults.check(off(rest, 1.0 - x) < allowed, format!("{a} {b} {p:e} {q:e}: {rest:e}"));
    }
}
