//! What is left of a delay, as it is known when a clock starts or when an event at a known time finds it running.

use crate::dist::{Law, Point};

/// What is left of a delay D: D - `age`, given that D > `given`. A fixed delay is kept as what is left of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delay {
    law: Law,
    age: f64,
    given: f64,
    /// P(D > given).
    reached: f64,
    /// Where it is one of clocks carried through a date, which are known together: by their number, and its own.
    carried: Option<(u32, u32)>,
}

impl From<Law> for Delay {
    fn from(law: Law) -> Delay {
        Delay { law, age: 0.0, given: f64::NEG_INFINITY, reached: 1.0, carried: None }
    }
}

/// Nobody lasts as long as with a chance of less than this: little above the least float, what is left has no digits.
pub(super) const FAINTEST: f64 = 1e-250;

impl Delay {
    /// What is left when it has run for `time` more; none where that can't be.
    pub fn after(&self, time: f64) -> Option<Delay> {
        if let Some(left) = self.fixed() {
            return Some(Law::Point(Point::new((left - time).max(0.0)).ok()?).into());
        }
        if self.memoryless() {
            return Some(self.clone());
        }
        let age = self.age + time;
        let reached = self.law.sf(age);
        let carried = self.carried;
        (reached > FAINTEST).then(|| Delay { law: self.law.clone(), age, given: age, reached, carried })
    }

    /// What is left of it among clocks that are carried through a date.
    pub fn among(&self, carried: u32, clock: u32) -> Delay {
        Delay { carried: Some((carried, clock)), ..self.clone() }
    }

    /// The clocks among which it is carried through a date, and its own number.
    pub fn carried(&self) -> Option<(u32, u32)> {
        self.carried
    }

    /// Whether some values have a probability of their own, and there are several.
    pub fn mixed(&self) -> bool {
        self.carried.is_none() && self.fixed().is_none() && !self.law.is_continuous()
    }

    /// The one value that it has, if it has but one.
    pub fn fixed(&self) -> Option<f64> {
        (matches!(self.law, Law::Point(_)) && self.carried.is_none()).then(|| self.law.mean() - self.age)
    }

    /// Whether what is left does not depend on how long it has run.
    pub fn memoryless(&self) -> bool {
        matches!(self.law, Law::Exponential(_))
    }

    /// Whether nothing is known of it but its law.
    fn plain(&self) -> bool {
        self.age == 0.0 && self.given == f64::NEG_INFINITY
    }

    /// How long it has run.
    pub fn age(&self) -> f64 {
        self.age
    }

    /// The density of what is left.
    #[inline]
    pub fn pdf(&self, u: f64) -> f64 {
        if self.plain() {
            return self.law.pdf(u);
        }
        let x = u + self.age;
        if x < self.given { 0.0 } else { self.law.pdf(x) / self.reached }
    }

    /// P(what is left > u).
    #[inline]
    pub fn sf(&self, u: f64) -> f64 {
        if self.plain() {
            return self.law.sf(u);
        }
        let x = u + self.age;
        if x <= self.given { 1.0 } else { self.law.sf(x) / self.reached }
    }

    /// P(what is left <= u).
    pub fn cdf(&self, u: f64) -> f64 {
        if self.plain() {
            return self.law.cdf(u);
        }
        let x = u + self.age;
        if x <= self.given {
            return 0.0;
        }
        let (low, high) = (self.law.cdf(self.given), self.law.cdf(x));
        if high < 0.5 { (high - low) / self.reached } else { 1.0 - self.law.sf(x) / self.reached }
    }

    /// P(what is left = u).
    pub fn atom(&self, u: f64) -> f64 {
        let x = u + self.age;
        if x <= self.given { 0.0 } else { self.law.atom(x) / self.reached }
    }

    /// The median.
    pub fn median(&self) -> f64 {
        if self.plain() { self.law.quantile(0.5) } else { self.upper_quantile(0.5) }
    }

    /// What is exceeded with probability `q`.
    pub fn upper_quantile(&self, q: f64) -> f64 {
        self.law.upper_quantile(q * self.reached) - self.age
    }

    /// The ends between which what is left lies.
    pub fn support(&self) -> (f64, f64) {
        if self.carried.is_some() {
            return (0.0, f64::INFINITY);
        }
        let (low, high) = self.law.support();
        (low.max(self.given) - self.age, high - self.age)
    }

    /// The mean where the law knows it.
    pub fn mean(&self) -> Option<f64> {
        (self.carried.is_none() && (self.plain() || self.memoryless())).then(|| self.law.mean())
    }

    /// The variance where the law knows it.
    pub fn variance(&self) -> Option<f64> {
        let sd = self.law.sd();
        self.mean().map(|_| sd * sd)
    }

    /// Adds the values that have a probability of their own, times `weight`; tells whether there are no others.
    pub fn atoms(&self, to: &mut Vec<(f64, f64)>) -> bool {
        let mut all = vec![];
        let only = atoms_of(&self.law, 1.0, &mut all);
        let left = all.into_iter().filter(|a| a.0 > self.given);
        to.extend(left.map(|(x, p)| (x - self.age, p / self.reached)));
        only
    }

    /// Adds where the density may jump.
    pub fn edges(&self, to: &mut Vec<f64>) {
        let mut all = vec![];
        edges_of(&self.law, &mut all);
        to.extend(all.into_iter().map(|x| x - self.age).filter(|u| *u > 0.0));
    }

    /// The parts of which each has one value or none with a probability of its own, with their shares.
    pub fn parts(&self) -> Vec<(f64, Delay)> {
        let mut parts = vec![];
        parts_of(&self.law, 1.0, &mut parts);
        let mut left: Vec<(f64, Delay)> = vec![];
        for (share, law) in parts {
            if let Law::Point(point) = &law {
                let x = law.mean();
                if x > self.given
                    && let Ok(point) = if self.age == 0.0 { Ok(*point) } else { Point::new(x - self.age) }
                {
                    left.push((share / self.reached, Law::Point(point).into()));
                }
                continue;
            }
            let reached = if self.given > 0.0 { law.sf(self.given) } else { 1.0 };
            if reached > 0.0 {
                let share = share * reached / self.reached;
                left.push((share, Delay { law, reached, ..self.clone() }));
            }
        }
        left
    }
}

/// Adds the values that a law gives a probability of their own, times `weight`; tells whether there are no others.
pub(super) fn atoms_of(law: &Law, weight: f64, to: &mut Vec<(f64, f64)>) -> bool {
    match law {
        Law::Point(_) => {
            to.push((law.mean(), weight));
            true
        }
        Law::Discrete(law) => {
            to.extend(law.atoms().map(|(x, p)| (x, p * weight)));
            true
        }
        Law::Pool(pool) => pool.members().fold(true, |all, (w, law)| atoms_of(law, w * weight, to) && all),
        _ => false,
    }
}

fn parts_of(law: &Law, weight: f64, to: &mut Vec<(f64, Law)>) {
    match law {
        Law::Discrete(law) => {
            let points = law.atoms().filter_map(|(x, p)| Some((p * weight, Law::Point(Point::new(x).ok()?))));
            to.extend(points);
        }
        Law::Pool(pool) if !law.is_continuous() => {
            pool.members().for_each(|(w, law)| parts_of(law, w * weight, to));
        }
        _ => to.push((weight, law.clone())),
    }
}

fn edges_of(law: &Law, to: &mut Vec<f64>) {
    if let Law::Pool(pool) = law {
        pool.members().for_each(|(_, law)| edges_of(law, to));
        return;
    }
    let (low, high) = law.support();
    to.extend([low, high].into_iter().filter(|x| *x > 0.0 && x.is_finite()));
    if let Law::Discrete(law) = law {
        to.extend(law.atoms().map(|a| a.0).filter(|x| *x > 0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::{Gamma, Weibull};

    #[test]
    fn what_is_left_of_a_delay() {
        let law = Law::Weibull(Weibull::new(2.0, 10.0).expect("a law"));
        let left = Delay::from(law.clone()).after(3.0).and_then(|d| d.after(4.0)).expect("it may go on");
        for u in [0.1, 1.0, 8.0, 30.0] {
            let wanted = libm::exp(-(libm::pow((u + 7.0) / 10.0, 2.0) - 0.49));
            assert!((left.sf(u) / wanted - 1.0).abs() < 1e-12);
            assert!((left.cdf(u) - (1.0 - wanted)).abs() < 1e-14);
            assert!((left.upper_quantile(wanted) - u).abs() < 1e-10);
        }
        assert_eq!(left.support().0, 0.0);
        let fixed =
            Delay::from(Law::Point(Point::new(5.0).expect("a value"))).after(2.0).expect("it goes on");
        assert_eq!(fixed.fixed(), Some(3.0));
        let none = Delay::from(crate::dist::discrete(&[(1.0, 1.0), (2.0, 3.0)]).expect("a law"));
        assert!(none.after(2.0).is_none());
        let mut atoms = vec![];
        assert!(none.after(1.0).expect("2 is left").atoms(&mut atoms));
        assert_eq!(atoms, [(1.0, 1.0)]);
    }

    #[test]
    fn parts_share_what_is_left() {
        let gamma = Law::Gamma(Gamma::from_mean(2.0, 4.0).expect("a law"));
        let both = vec![
            (0.25, crate::dist::discrete(&[(1.0, 1.0), (9.0, 1.0)]).expect("a law")),
            (0.75, gamma.clone()),
        ];
        let pool = Delay::from(crate::dist::pool(both).expect("a law")).after(2.0).expect("it may go on");
        let parts = pool.parts();
        assert_eq!(parts.len(), 2);
        let reached = 0.125 + 0.75 * gamma.sf(2.0);
        assert!((parts[0].0 - 0.125 / reached).abs() < 1e-15 && parts[0].1.fixed() == Some(7.0));
        let sf: f64 = parts.iter().map(|(share, part)| share * part.sf(3.0)).sum();
        assert!((sf - pool.sf(3.0)).abs() < 1e-14);
    }
}
