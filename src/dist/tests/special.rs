//! The special functions against mpmath.

use super::golden::{BETA, GAMMA, NORMAL, NORMAL_AT};
use crate::dist::special::beta::Shapes;
use crate::dist::special::{gamma, normal};

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
        let (got_p, got_q) = Shapes::new(a, b).incomplete(x, 1.0 - x);
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
        let (got, rest) = Shapes::new(a, b).at(p, q);
        let slope = Shapes::new(a, b).front(x, 1.0 - x) / p.min(q);
        let allowed = 4e-16 + (4e-14 - 6e-16 * libm::log(p.min(q))) / slope;
        faults.check(off(got, x) < allowed, format!("{a} {b} {p:e} {q:e}: {got:e}, not {x:e}"));
        faults.check(off(rest, 1.0 - x) < allowed, format!("{a} {b} {p:e} {q:e}: {rest:e}"));
    }
}

const SHAPES: [f64; 12] = [1e-3, 0.02, 0.3, 0.31, 0.9, 1.0, 3.3, 12.0, 170.0, 5e3, 1e5, 1e6];
const TAILS: [f64; 11] = [1e-250, 1e-60, 1e-16, 1e-9, 1e-5, 1e-3, 0.02, 0.1, 0.3, 0.499, 0.5];

/// There and back over all shapes and tails: what comes back differs by no more than a few steps of x are worth.
#[test]
fn round_trips() {
    let mut faults = Faults::default();
    for a in SHAPES {
        for tail in TAILS {
            for (p, q) in [(tail, 1.0 - tail), (1.0 - tail, tail)] {
                let x = gamma::at(a, p, q);
                if x > 1e-290 {
                    let (below, above) = gamma::incomplete(a, x);
                    let got = if p < q { below } else { above };
                    let allowed = 2e-14 - 4e-16 * libm::log(tail) + 4e-16 * gamma::poisson(a, x) * a / tail;
                    faults.check(off(got, tail) < allowed, format!("gamma {a} {p:e} {q:e}: {x:e} {got:e}"));
                }
            }
            for b in SHAPES {
                for (p, q) in [(tail, 1.0 - tail), (1.0 - tail, tail)] {
                    let (x, y) = Shapes::new(a, b).at(p, q);
                    if x > 1e-290 && y > 1e-290 {
                        let (below, above) = Shapes::new(a, b).incomplete(x, y);
                        let got = if p < q { below } else { above };
                        let allowed =
                            3e-14 - 6e-16 * libm::log(tail) + 6e-16 * Shapes::new(a, b).front(x, y) / tail;
                        let words = format!("beta {a} {b} {p:e} {q:e}: {x:e} {got:e} {:e}", off(got, tail));
                        faults.check(off(got, tail) < allowed, words);
                    }
                }
            }
        }
    }
}
