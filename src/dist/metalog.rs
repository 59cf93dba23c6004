//! The metalog distribution: a density through given quantiles.

mod curve;

use self::curve::{Curve, poly};
use super::family::Family;
use super::refusal::{Refusal, inside_unit, place, plain};
use super::special::logistic;
use super::special::quadrature::unit_integral;

/// The metalog through n quantiles with n terms (Keelin 2016, "The metalog distributions"). With L = ln(y/(1-y)) and
/// t = y - 1/2, its quantile function is
/// M(y) = a₁ + a₂ L + a₃ t L + a₄ t + a₅ t² + a₆ t² L + a₇ t³ + a₈ t³ L + …, that is B(t) + A(t) L;
/// X = M, or low + e^M, or high - e^(-M), or (low + high e^M)/(1 + e^M), by its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Metalog {
    curve: Curve,
    low: f64,
    high: f64,
}

/// Never more quantiles than this: beyond, the equations lose their digits.
const MOST: usize = 16;

impl Metalog {
    /// The metalog through `quantiles` (p, x), between `low` and `high` where those are given.
    pub fn new(quantiles: &[(f64, f64)], low: Option<f64>, high: Option<f64>) -> Result<Metalog, Refusal> {
        let quantiles = in_order(quantiles, low, high)?;
        let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
        let frame = Metalog { curve: Curve { a: Vec::new(), b: Vec::new() }, low, high };
        let mut probabilities = Vec::with_capacity(quantiles.len());
        let mut values = Vec::with_capacity(quantiles.len());
        for &(p, x) in &quantiles {
            probabilities.push(p);
            values.push(frame.unbound(x));
        }
        let spaced = values.windows(2).all(|w| w[0] < w[1]) && values.iter().all(|v| v.is_finite());
        let curve = if spaced { Curve::through(&probabilities, &values) } else { None };
        let Some(curve) = curve else {
            let words =
                "these quantiles are too near each other, or to a bound, to draw a curve through them";
            return Err(Refusal::whole(words));
        };
        if let Err(y) = curve.rises() {
            return Err(frame.refusal(&quantiles, &probabilities, &values, y));
        }
        let law = Metalog { curve, low, high };
        let edge = 0.5 * f64::EPSILON; // nearer to an end than any draw
        if !(law.at(edge, 1.0 - edge).abs() < 1e150 && law.at(1.0 - edge, edge).abs() < 1e150) {
            let words = "the tails of the curve through these quantiles reach beyond all numbers; give a bound on that side";
            return Err(Refusal::whole(words));
        }
        Ok(law)
    }

    fn refusal(&self, quantiles: &[(f64, f64)], p: &[f64], values: &[f64], y: f64) -> Refusal {
        let named: Vec<String> = p.iter().map(|p| format!("p{}", percent(*p))).collect();
        let text = format!(
            "no density has these quantiles ({}): the metalog through them would need a negative density near p{}; ",
            named.join(", "),
            percent(y)
        );
        let refusal = Refusal::whole(text);
        match Curve::room(p, values) {
            Some((least, most)) => refusal
                .then(format!(
                    "with {} and {} as they are, {} must be between ",
                    named[0], named[2], named[1]
                ))
                .then_value(self.bind(least))
                .then(" and ")
                .then_value(self.bind(most))
                .then(", not ")
                .then_value(quantiles[1].1),
            None => refusal.then(
                "give fewer quantiles, or move those near it so that the steps between them change less",
            ),
        }
    }

    /// From the line to between the bounds.
    #[inline]
    fn bind(&self, z: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => z,
            (true, false) => self.low + libm::exp(z),
            (false, true) => self.high - libm::exp(-z),
            (true, true) if z < 0.0 => self.low + (self.high - self.low) * logistic(z),
            (true, true) => self.high - (self.high - self.low) * logistic(-z),
        }
    }

    /// From between the bounds to the line.
    fn unbound(&self, x: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => x,
            (true, false) => libm::log(x - self.low),
            (false, true) => -libm::log(self.high - x),
            (true, true) => libm::log((x - self.low) / (self.high - x)),
        }
    }

    /// The slope of `unbound`.
    fn unbound_slope(&self, x: f64) -> f64 {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (false, false) => 1.0,
            (true, false) => 1.0 / (x - self.low),
            (false, true) => 1.0 / (self.high - x),
            (true, true) => 1.0 / (x - self.low) + 1.0 / (self.high - x),
        }
    }

    /// Whether the n-th moment is finite, by the slope of the open tail of a law with one bound.
    fn has_moment(&self, n: f64) -> bool {
        match (self.low > f64::NEG_INFINITY, self.high < f64::INFINITY) {
            (true, false) => n * poly(&self.curve.a, 0.5) < 1.0,
            (false, true) => n * poly(&self.curve.a, -0.5) < 1.0,
            _ => true,
        }
    }
}

fn percent(p: f64) -> String {
    plain((p * 1e4).round() / 100.0)
}

/// The quantiles in order of probability, refused where they cannot be quantiles of anything.
fn in_order(
    quantiles: &[(f64, f64)],
    low: Option<f64>,
    high: Option<f64>,
) -> Result<Vec<(f64, f64)>, Refusal> {
    if !(2..=MOST).contains(&quantiles.len()) {
        let words = format!("a metalog needs 2 to {MOST} quantiles, not {}", quantiles.len());
        return Err(Refusal::whole(words));
    }
    for &(p, x) in quantiles {
        inside_unit("metalog", "probability of a quantile", p)?;
        place("metalog", "quantile", x)?;
    }
    if let Some(low) = low {
        place("metalog", "low", low)?;
    }
    if let Some(high) = high {
        place("metalog", "high", high)?;
    }
    let mut sorted = quantiles.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    for w in sorted.windows(2) {
        if w[0].0 == w[1].0 {
            return Err(Refusal::whole(format!("p{} of a metalog is given twice", percent(w[0].0))));
        }
        if !(w[0].1 < w[1].1) {
            let words = format!("p{} of a metalog must be below p{}: ", percent(w[0].0), percent(w[1].0));
            let refusal = Refusal::whole(words).then_value(w[0].1).then(" is not below ").then_value(w[1].1);
            return Err(refusal);
        }
    }
    let (first, last) = (sorted[0], sorted[sorted.len() - 1]);
    if let Some(low) = low
        && !(low < first.1)
    {
        let words = format!("the low of a metalog must be below its p{}: ", percent(first.0));
        return Err(Refusal::whole(words).then_value(low).then(" is not below ").then_value(first.1));
    }
    if let Some(high) = high
        && !(high > last.1)
    {
        let words = format!("the high of a metalog must be above its p{}: ", percent(last.0));
        return Err(Refusal::whole(words).then_value(high).then(" is not above ").then_value(last.1));
    }
    Ok(sorted)
}

impl Family for Metalog {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            0.0
        } else if x >= self.high {
            1.0
        } else {
            logistic(self.curve.logit_of(self.unbound(x)))
        }
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= self.low {
            1.0
        } else if x >= self.high {
            0.0
        } else {
            logistic(-self.curve.logit_of(self.unbound(x)))
        }
    }

    fn pdf(&self, x: f64) -> f64 {
        if !(x > self.low && x < self.high) {
            return 0.0;
        }
        let s = self.curve.logit_of(self.unbound(x));
        let (_, slope) = self.curve.at_logit(s);
        logistic(s) * logistic(-s) / slope * self.unbound_slope(x)
    }

    #[inline]
    fn at(&self, p: f64, q: f64) -> f64 {
        if !(p > 0.0) {
            return self.support().0;
        }
        if !(q > 0.0) {
            return self.support().1;
        }
        self.bind(self.curve.at(p, q))
    }

    fn mean(&self) -> f64 {
        if !self.has_moment(1.0) {
            return if self.high < f64::INFINITY { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        unit_integral(|p, q| self.at(p, q))
    }

    fn sd(&self) -> f64 {
        if !self.has_moment(2.0) {
            return f64::INFINITY;
        }
        let mean = self.mean();
        unit_integral(|p, q| (self.at(p, q) - mean) * (self.at(p, q) - mean)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        if self.curve.a.iter().any(|c| *c != 0.0) {
            return (self.low, self.high);
        }
        (self.bind(poly(&self.curve.b, -0.5)), self.bind(poly(&self.curve.b, 0.5)))
    }
}
