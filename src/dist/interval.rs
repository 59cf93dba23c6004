//! `low to high`: the central 90% interval.

use super::law::Law;
use super::logitnormal::LogitNormal;
use super::lognormal::LogNormal;
use super::normal::Normal;
use super::refusal::Refusal;

/// Which law `low to high` is the central 90% interval of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// For positive quantities and durations.
    LogNormal,
    /// For probabilities: both ends strictly between 0 and 1.
    LogitNormal,
    /// For anything else.
    Normal,
}

/// The law whose 5% and 95% quantiles are `low` and `high`.
pub fn central90(kind: Interval, low: f64, high: f64) -> Result<Law, Refusal> {
    let (first, second) = ((0.05, low), (0.95, high));
    Ok(match kind {
        Interval::LogNormal => Law::LogNormal(LogNormal::through(first, second)?),
        Interval::LogitNormal => Law::LogitNormal(LogitNormal::through(first, second)?),
        Interval::Normal => Law::Normal(Normal::through(first, second)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_5_and_95_percent_quantiles() {
        for (kind, low, high) in [
            (Interval::LogNormal, 2.0 * 86_400.0, 21.0 * 86_400.0),
            (Interval::LogitNormal, 0.06, 0.16),
            (Interval::Normal, -3.0, 8.0),
        ] {
            let law = central90(kind, low, high).unwrap();
            assert!((law.quantile(0.05) / low - 1.0).abs() < 1e-13);
            assert!((law.quantile(0.95) / high - 1.0).abs() < 1e-13);
            assert!(central90(kind, high, low).is_err());
            assert!(central90(kind, low, low).is_err());
        }
    }
}
