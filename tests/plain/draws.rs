//! Values that are drawn: beliefs once a world, initial values once a path, effects (design, sections 2 and 4).

use super::eval::View;
use super::fault::{Kind, Result, fault, finite};
use super::laws::{quantile, sample, values};
use detente::dist::Copula;
use detente::model::{Draw, Scenario, draw_name};
use detente::stream::{self, Name, WorldKey};

/// A probability: outside 0..1 by more than 1e-9 (or no number) it is a fault; within, it is cut to the interval.
pub fn probability(p: f64, time: f64) -> Result<f64> {
    if (-1e-9..=1.0 + 1e-9).contains(&p) { Ok(p.clamp(0.0, 1.0)) } else { fault(Kind::Probability, time) }
}

/// The index of the first weight whose share, summed with those before, is above `u`.
pub fn by_weight(weights: &[f64], u: f64, time: f64) -> Result<usize> {
    if weights.iter().any(|w| !(w.is_finite() && *w >= 0.0)) {
        return fault(Kind::Weight, time);
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return fault(Kind::NoBranch, time);
    }
    let mut sum = 0.0;
    for (i, w) in weights.iter().enumerate() {
        sum += w;
        if u < sum / total {
            return Ok(i);
        }
    }
    Ok(weights.iter().rposition(|w| *w > 0.0).unwrap_or(0))
}

/// A value by its draw.
pub fn drawn(view: &View<'_>, how: &Draw, mut draw: stream::Draw) -> Result<f64> {
    match how {
        Draw::Law(expr) => finite(
            sample(view, expr, &values(view, expr).build(view.now)?, &mut draw),
            Kind::Assigned,
            view.now,
        ),
        Draw::Chance(p) => {
            let p = probability(view.number(p), view.now)?;
            Ok(if draw.uniform() < p { 1.0 } else { 0.0 })
        }
        Draw::Weights(options) => {
            let weights: Vec<f64> = options.iter().map(|(_, w)| view.number(w)).collect();
            let i = by_weight(&weights, draw.uniform(), view.now)?;
            Ok(options[i].0 as f64)
        }
    }
}

/// The beliefs of a world: by quantiles of one uniform number each, those of correlated beliefs taken through the copula.
pub fn beliefs(scenario: &Scenario, key: WorldKey) -> Result<Vec<f64>> {
    let n = scenario.beliefs.len();
    let mut u: Vec<f64> = scenario
        .beliefs
        .iter()
        .map(|b| key.draw(Name::new(&draw_name::belief(&b.name)), u64::MAX, 0).uniform())
        .collect();
    let pairs: Vec<_> = scenario.correlations.iter().map(|c| (c.a.0, c.b.0, c.rank)).collect();
    if !pairs.is_empty() {
        let correlated: Vec<usize> =
            (0..n).filter(|i| pairs.iter().any(|(a, b, _)| a == i || b == i)).collect();
        let place = |i: usize| correlated.iter().position(|c| *c == i).unwrap();
        let local: Vec<_> = pairs.iter().map(|(a, b, r)| (place(*a), place(*b), *r)).collect();
        let mut part: Vec<f64> = correlated.iter().map(|i| u[*i]).collect();
        Copula::new(part.len(), &local).expect("checked correlations").apply(&mut part);
        for (i, value) in correlated.iter().zip(part) {
            u[*i] = value;
        }
    }
    let mut known = Vec::with_capacity(n);
    for (belief, u) in scenario.beliefs.iter().zip(u) {
        let view = View::of(scenario, &known);
        let value = match &belief.draw {
            Draw::Law(expr) => {
                finite(quantile(&view, expr, &values(&view, expr).build(0.0)?, u), Kind::Assigned, 0.0)?
            }
            Draw::Chance(p) => {
                if u < probability(view.number(p), 0.0)? {
                    1.0
                } else {
                    0.0
                }
            }
            Draw::Weights(options) => {
                let weights: Vec<f64> = options.iter().map(|(_, w)| view.number(w)).collect();
                options[by_weight(&weights, u, 0.0)?].0 as f64
            }
        };
        known.push(value);
    }
    Ok(known)
}
