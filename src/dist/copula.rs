//! Rank correlation between beliefs.

use std::fmt;

use super::special::normal;

/// The Gaussian copula: uniforms whose normal scores have given correlations (Sklar 1959; Iman and Conover 1982). For a
/// Spearman rank correlation s, the scores correlate by 2 sin(π s/6) (Pearson 1907).
#[derive(Clone, Debug, PartialEq)]
pub struct Copula {
    n: usize,
    /// The lower triangle of Cholesky's factor, row by row.
    factor: Vec<f64>,
}

/// Why correlations do not make a copula. The variables are numbers here; [`CopulaRefusal::text`] takes their names.
#[derive(Clone, Debug, PartialEq)]
pub enum CopulaRefusal {
    /// A pair has a variable that does not exist.
    Unknown {
        /// The variable.
        variable: usize,
    },
    /// A variable is correlated with itself.
    Itself {
        /// The variable.
        variable: usize,
    },
    /// A correlation that is not between -1 and 1, both excluded.
    Range {
        /// The two variables.
        pair: (usize, usize),
        /// The correlation that was given.
        value: f64,
    },
    /// A pair that is given twice.
    Twice {
        /// The two variables.
        pair: (usize, usize),
    },
    /// Correlations that cannot hold together.
    Together {
        /// The variable whose correlations contradict those among the variables before it.
        variable: usize,
        /// The correlated pairs that are involved.
        pairs: Vec<(usize, usize, f64)>,
        /// All correlations multiplied by this would do.
        shrink: f64,
    },
}

impl CopulaRefusal {
    /// The sentence, with the variables named by `name`.
    pub fn text(&self, name: impl Fn(usize) -> String) -> String {
        match self {
            CopulaRefusal::Unknown { variable } => format!("there is no variable {}", name(*variable)),
            CopulaRefusal::Itself { variable } => {
                format!("{} cannot be correlated with itself", name(*variable))
            }
            CopulaRefusal::Range { pair: (a, b), value } => format!(
                "the rank correlation of {} and {} must be between -1 and 1, both excluded, not {}",
                name(*a),
                name(*b),
                super::refusal::plain(*value)
            ),
            CopulaRefusal::Twice { pair: (a, b) } => {
                format!("the rank correlation of {} and {} is given twice", name(*a), name(*b))
            }
            CopulaRefusal::Together { variable, pairs, shrink } => {
                let list: Vec<String> = pairs
                    .iter()
                    .map(|(a, b, value)| format!("{} with {} by {value}", name(*a), name(*b)))
                    .collect();
                format!(
                    "these rank correlations cannot hold together: {}; what {} shares with the others contradicts what they \
                     share among themselves (all of them multiplied by {shrink} would do)",
                    list.join(", "),
                    name(*variable)
                )
            }
        }
    }
}

impl fmt::Display for CopulaRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(|i| format!("number {i}")))
    }
}

impl std::error::Error for CopulaRefusal {}

impl Copula {
    /// The copula of `n` variables (numbered from 0) with these Spearman rank correlations; pairs not named are
    /// independent. Refuses correlations that cannot hold together.
    pub fn new(n: usize, pairs: &[(usize, usize, f64)]) -> Result<Copula, CopulaRefusal> {
        for (i, &pair) in pairs.iter().enumerate() {
            Copula::pair(n, &pairs[..i], pair)?;
        }
        match cholesky(n, pairs, 1.0) {
            Ok(factor) => Ok(Copula { n, factor }),
            Err(variable) => {
                let among = |p: &&(usize, usize, f64)| p.0 <= variable && p.1 <= variable && p.2 != 0.0;
                let pairs_up_to = pairs.iter().filter(among).copied().collect();
                let (mut good, mut bad) = (0.0, 1.0);
                for _ in 0..30 {
                    let middle = 0.5 * (good + bad);
                    if cholesky(n, pairs, middle).is_ok() {
                        good = middle;
                    } else {
                        bad = middle;
                    }
                }
                let shrink = (good * 100.0).floor() / 100.0;
                Err(CopulaRefusal::Together { variable, pairs: pairs_up_to, shrink })
            }
        }
    }

    /// What is wrong with one pair among `n` variables, after those before it, whatever the others come to together.
    pub fn pair(
        n: usize,
        before: &[(usize, usize, f64)],
        (a, b, value): (usize, usize, f64),
    ) -> Result<(), CopulaRefusal> {
        if let Some(variable) = [a, b].into_iter().find(|v| *v >= n) {
            return Err(CopulaRefusal::Unknown { variable });
        }
        if a == b {
            return Err(CopulaRefusal::Itself { variable: a });
        }
        if !(value > -1.0 && value < 1.0) {
            return Err(CopulaRefusal::Range { pair: (a, b), value });
        }
        if before.iter().any(|p| (p.0, p.1) == (a, b) || (p.0, p.1) == (b, a)) {
            return Err(CopulaRefusal::Twice { pair: (a, b) });
        }
        Ok(())
    }

    /// The number of variables.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Turns independent uniforms from (0, 1) into correlated ones, in place. The first stays as it is.
    ///
    /// # Panics
    /// If `u` does not have one number for each variable.
    pub fn apply(&self, u: &mut [f64]) {
        assert_eq!(u.len(), self.n, "one uniform for each variable");
        for score in u.iter_mut() {
            *score = normal::at(*score, 1.0 - *score);
        }
        for i in (0..self.n).rev() {
            let row = &self.factor[i * (i + 1) / 2..][..=i];
            let score: f64 = row.iter().zip(&u[..=i]).map(|(c, z)| c * z).sum();
            u[i] = normal::lower(score).clamp(f64::MIN_POSITIVE, 1.0 - 0.5 * f64::EPSILON);
        }
    }
}

/// The lower Cholesky factor of the correlations of the normal scores, all multiplied by `shrink`, or the first variable
/// that breaks it.
fn cholesky(n: usize, pairs: &[(usize, usize, f64)], shrink: f64) -> Result<Vec<f64>, usize> {
    let at = |i: usize, j: usize| i * (i + 1) / 2 + j;
    let mut m = vec![0.0; n * (n + 1) / 2];
    for i in 0..n {
        m[at(i, i)] = 1.0;
    }
    for &(a, b, spearman) in pairs {
        m[at(a.max(b), a.min(b))] = 2.0 * libm::sin(std::f64::consts::PI * shrink * spearman / 6.0);
    }
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| m[at(i, k)] * m[at(j, k)]).sum();
            let rest = m[at(i, j)] - dot;
            if i == j {
                if !(rest > 1e-10) {
                    return Err(i);
                }
                m[at(i, i)] = rest.sqrt();
            } else {
                m[at(i, j)] = rest / m[at(j, j)];
            }
        }
    }
    Ok(m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Name, WorldKey};

    #[test]
    fn ranks_correlate_as_asked() {
        let copula = Copula::new(3, &[(0, 1, 0.7), (2, 1, -0.4)]).unwrap();
        let n = 20_000;
        let mut sums = [0.0; 3];
        for i in 0..n {
            let mut draw = WorldKey::new(1, i).draw(Name::new("copula"), 0, 0);
            let mut u = [draw.uniform(), draw.uniform(), draw.uniform()];
            let first = u[0];
            copula.apply(&mut u);
            assert!((u[0] - first).abs() < 1e-14);
            for (sum, (a, b)) in sums.iter_mut().zip([(0, 1), (1, 2), (0, 2)]) {
                *sum += 12.0 * (u[a] - 0.5) * (u[b] - 0.5) / n as f64;
            }
        }
        for (sum, asked) in sums.iter().zip([0.7, -0.4, 0.0]) {
            assert!((sum - asked).abs() < 5.0 / (n as f64).sqrt(), "{sums:?}");
        }
    }

    #[test]
    fn what_cannot_hold_is_refused_by_name() {
        let names = |i: usize| ["call", "deal", "war"][i].to_owned();
        let refusal = Copula::new(3, &[(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.5)]).unwrap_err();
        let CopulaRefusal::Together { variable: 2, shrink, .. } = refusal else { panic!("{refusal:?}") };
        assert!(
            refusal
                .text(names)
                .starts_with("these rank correlations cannot hold together: call with deal by 0.9")
        );
        let less = |value: f64| value * shrink;
        assert!(Copula::new(3, &[(0, 1, less(0.9)), (1, 2, less(0.9)), (0, 2, less(-0.5))]).is_ok());
        for wrong in [1.0, -1.0, 1.5, f64::NAN] {
            assert!(matches!(Copula::new(2, &[(0, 1, wrong)]), Err(CopulaRefusal::Range { .. })));
        }
        assert!(matches!(Copula::new(2, &[(0, 1, 0.1), (1, 0, 0.2)]), Err(CopulaRefusal::Twice { .. })));
        assert!(matches!(Copula::new(2, &[(1, 1, 0.1)]), Err(CopulaRefusal::Itself { .. })));
        assert!(matches!(Copula::new(2, &[(0, 2, 0.1)]), Err(CopulaRefusal::Unknown { variable: 2 })));
    }
}
