//! A few values, each with its probability.

use super::family::Family;
use super::refusal::{Piece, Refusal, place};

/// Values in rising order, with the probability of each and of all up to and after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Discrete {
    atoms: Vec<Atom>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Atom {
    value: f64,
    probability: f64,
    up_to: f64,
    after: f64,
}

impl Discrete {
    /// The law that gives each value (value, weight) the share of its weight; equal values add up, weights of 0 drop out.
    pub fn new(values: &[(f64, f64)]) -> Result<Discrete, Refusal> {
        for &(value, weight) in values {
            place("discrete", "value", value)?;
            if !(weight >= 0.0) {
                return Err(Refusal::new("discrete", "weight", "0 or more", Piece::Number(weight)));
            }
            if !(weight <= 1e100) {
                return Err(Refusal::new("discrete", "weight", "1e100 or less", Piece::Number(weight)));
            }
        }
        let mut kept: Vec<(f64, f64)> = values.iter().copied().filter(|v| v.1 > 0.0).collect();
        kept.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut merged: Vec<(f64, f64)> = Vec::with_capacity(kept.len());
        for (value, weight) in kept {
            match merged.last_mut() {
                Some(last) if last.0 == value => last.1 += weight,
                _ => merged.push((value, weight)),
            }
        }
        if merged.is_empty() {
            return Err(Refusal::whole("a discrete needs at least one value with a weight above 0"));
        }
        // Sums are taken before the division, and compensated, so that 0.1 + 0.1 + 0.1 of ten tenths is 0.3 exactly.
        let weights = || merged.iter().map(|v| v.1);
        let up_to = running_sums(weights());
        let mut from = running_sums(weights().rev());
        from.reverse();
        let total = up_to[up_to.len() - 1];
        let atoms = merged
            .iter()
            .enumerate()
            .map(|(i, &(value, weight))| Atom {
                value,
                probability: share((weight, 0.0), total),
                up_to: if i + 1 == merged.len() { 1.0 } else { share(up_to[i], total) },
                after: from.get(i + 1).map_or(0.0, |rest| share(*rest, total)),
            })
            .collect();
        Ok(Discrete { atoms })
    }

    /// The values and their probabilities, in rising order of value.
    pub fn atoms(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.atoms.iter().map(|atom| (atom.value, atom.probability))
    }

    fn last_up_to(&self, x: f64) -> Option<&Atom> {
        let count = self.atoms.partition_point(|atom| atom.value <= x);
        count.checked_sub(1).map(|i| &self.atoms[i])
    }
}

/// A sum, and what it lost by rounding.
type Sum = (f64, f64);

/// Running sums, with Neumaier's compensation.
fn running_sums(numbers: impl Iterator<Item = f64>) -> Vec<Sum> {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    numbers
        .map(|number| {
            let next = sum + number;
            lost += if sum.abs() >= number.abs() { (sum - next) + number } else { (number - next) + sum };
            sum = next;
            (sum, lost)
        })
        .collect()
}

/// One sum over another, to the last digit.
fn share(part: Sum, total: Sum) -> f64 {
    let quotient = part.0 / total.0;
    let rest = libm::fma(-quotient, total.0, part.0) + part.1 - quotient * total.1;
    (quotient + rest / total.0).min(1.0)
}

impl Family for Discrete {
    fn cdf(&self, x: f64) -> f64 {
        self.last_up_to(x).map_or(0.0, |atom| atom.up_to)
    }

    fn sf(&self, x: f64) -> f64 {
        self.last_up_to(x).map_or(1.0, |atom| atom.after)
    }

    fn pdf(&self, _: f64) -> f64 {
        0.0
    }

    fn at(&self, p: f64, _: f64) -> f64 {
        let i = self.atoms.partition_point(|atom| atom.up_to < p);
        self.atoms[i.min(self.atoms.len() - 1)].value
    }

    fn mean(&self) -> f64 {
        self.atoms().map(|(value, probability)| value * probability).sum()
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        self.atoms().map(|(v, p)| p * (v - mean) * (v - mean)).sum::<f64>().sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.atoms[0].value, self.atoms[self.atoms.len() - 1].value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lower_value() {
        let tenths: Vec<(f64, f64)> = (1..=10).map(|i| (f64::from(i), 0.1)).collect();
        let law = Discrete::new(&tenths).unwrap();
        for i in 1..=10 {
            let u = f64::from(i) / 10.0;
            assert_eq!(law.at(u, 1.0 - u), f64::from(i), "{u}");
            assert_eq!(law.cdf(f64::from(i)), u);
            assert!((law.sf(f64::from(i)) - (1.0 - u)).abs() < 1e-15);
        }
        assert_eq!(law.at(0.0, 1.0), 1.0);
        assert_eq!(law.at(0.100_000_000_000_000_02, 0.9), 2.0);
    }

    #[test]
    fn equal_values_add_and_zero_weights_vanish() {
        let law = Discrete::new(&[(2.0, 1.0), (1.0, 0.0), (2.0, 2.0), (5.0, 1.0)]).unwrap();
        assert_eq!(law.atoms().collect::<Vec<_>>(), [(2.0, 0.75), (5.0, 0.25)]);
        assert_eq!((law.cdf(1.9), law.cdf(2.0), law.cdf(4.9), law.cdf(5.0)), (0.0, 0.75, 0.75, 1.0));
        assert_eq!(law.mean(), 2.75);
        assert!((law.sd() - (0.75_f64 * 0.25 * 9.0).sqrt()).abs() < 1e-15);
        assert!(Discrete::new(&[]).is_err());
        assert!(Discrete::new(&[(1.0, 0.0)]).is_err());
        assert!(Discrete::new(&[(1.0, -1.0)]).is_err());
        assert!(Discrete::new(&[(f64::NAN, 1.0)]).is_err());
    }
}
