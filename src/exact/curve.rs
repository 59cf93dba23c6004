//! How much has come by a time: a density in panels, and what comes at single times.

use super::legendre::{Values, integral, rule};

/// A cumulative curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    panels: Vec<Panel>,
    /// (time, all that has come at single times up to it).
    atoms: Vec<(f64, f64)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Panel {
    from: f64,
    to: f64,
    /// What the panels before have brought.
    before: f64,
    brings: f64,
    /// Of Legendre polynomials.
    density: Values,
}

impl Curve {
    pub(super) fn push(&mut self, from: f64, to: f64, density: &Values) {
        let rule = rule();
        let before = self.panels.last().map_or(0.0, |p| p.before + p.brings);
        let brings = (to - from) * rule.mean(density);
        if brings > 0.0 || !self.panels.is_empty() {
            self.panels.push(Panel { from, to, before, brings, density: rule.coefficients(density) });
        }
    }

    pub(super) fn at_once(&mut self, time: f64, mass: f64) {
        match self.atoms.last_mut() {
            Some(last) if last.0 == time => last.1 += mass,
            last => {
                let before = last.map_or(0.0, |last| last.1);
                self.atoms.push((time, before + mass));
            }
        }
    }

    /// All that has come up to `time`, included.
    pub fn up_to(&self, time: f64) -> f64 {
        let atoms = self.atoms.partition_point(|a| a.0 <= time);
        let single = if atoms > 0 { self.atoms[atoms - 1].1 } else { 0.0 };
        let after = self.panels.partition_point(|p| p.from < time);
        if after == 0 {
            return single;
        }
        let panel = &self.panels[after - 1];
        if time >= panel.to {
            return single + panel.before + panel.brings;
        }
        let width = panel.to - panel.from;
        let part = width * integral(&panel.density, (time - panel.from) / width);
        single + panel.before + part.clamp(0.0, panel.brings.max(0.0))
    }

    /// All that has come before `time`; what comes at single times within rounding of it is not before.
    pub fn before(&self, time: f64) -> f64 {
        let upper = self.up_to(time);
        let at = |time: f64| {
            let atoms = self.atoms.partition_point(|a| a.0 <= time);
            if atoms > 0 { self.atoms[atoms - 1].1 } else { 0.0 }
        };
        upper - at(time) + at((time * (1.0 - 1e-12)).next_down())
    }

    /// All that comes.
    pub fn total(&self) -> f64 {
        self.atoms.last().map_or(0.0, |a| a.1) + self.panels.last().map_or(0.0, |p| p.before + p.brings)
    }

    /// The last time at which something comes.
    pub fn last(&self) -> f64 {
        self.atoms.last().map_or(0.0, |a| a.0).max(self.panels.last().map_or(0.0, |p| p.to))
    }
}

/// The first time by which the mean of some curves has reached `wanted`; infinity where it does not.
pub fn quantile(curves: &[&Curve], wanted: f64) -> f64 {
    let share = 1.0 / curves.len() as f64;
    let at = |time: f64| curves.iter().map(|c| c.up_to(time)).sum::<f64>() * share;
    let total: f64 = curves.iter().map(|c| c.total()).sum::<f64>() * share;
    if wanted > total * (1.0 + 1e-12) {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, curves.iter().map(|c| c.last()).fold(0.0, f64::max));
    if at(0.0) >= wanted * (1.0 - 1e-12) {
        return 0.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low <= 1e-13 * high {
            break;
        }
        // A jump that ends within rounding of what is wanted reaches it.
        if at(middle) >= wanted * (1.0 - 1e-12) { high = middle } else { low = middle }
    }
    high
}
