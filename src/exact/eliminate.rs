//! Expected visits by elimination without subtraction, so that the smallest probabilities keep their digits (Grassmann,
//! Taksar and Heyman 1985; O'Cinneide 1993).

use std::collections::{BTreeMap, BTreeSet};

/// A strongly connected set of combinations, prepared: see [`Elimination::visits`].
#[derive(Clone, Debug)]
pub(super) struct Elimination {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    /// The one that is eliminated.
    which: u32,
    /// The chance to leave it, for those not yet eliminated or out of the set.
    leaves: f64,
    /// Where it leads among those not yet eliminated, given that it is left.
    to: Vec<(u32, f64)>,
    /// What leads to it from those not yet eliminated.
    from: Vec<(u32, f64)>,
}

impl Elimination {
    /// `rows`: where each leads within the set; `out`: the chance that it leads out. None where nothing leads out.
    pub fn new(rows: Vec<Vec<(u32, f64)>>, out: &[f64]) -> Option<Elimination> {
        let count = rows.len();
        let mut to: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); count];
        let mut from: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); count];
        let mut out = out.to_vec();
        for (i, row) in rows.into_iter().enumerate() {
            for (j, p) in row {
                if p > 0.0 && j as usize != i {
                    *to[i].entry(j).or_default() += p;
                    *from[j as usize].entry(i as u32).or_default() += p;
                }
            }
        }
        // Always the least connected: less fills in (Markowitz 1957).
        let degree = |k: usize, to: &[BTreeMap<u32, f64>], from: &[BTreeMap<u32, f64>]| {
            (to[k].len() * from[k].len(), k as u32)
        };
        let mut left: BTreeSet<(usize, u32)> = (0..count).map(|k| degree(k, &to, &from)).collect();
        let mut steps = Vec::with_capacity(count);
        while let Some((_, k)) = left.first().copied() {
            let near: BTreeSet<u32> =
                to[k as usize].keys().chain(from[k as usize].keys()).copied().chain([k]).collect();
            near.iter().for_each(|n| {
                left.remove(&degree(*n as usize, &to, &from));
            });
            let row = std::mem::take(&mut to[k as usize]);
            let column = std::mem::take(&mut from[k as usize]);
            let leaves = row.values().sum::<f64>() + out[k as usize];
            if leaves <= 0.0 {
                return None;
            }
            let row: Vec<(u32, f64)> = row.into_iter().map(|(j, p)| (j, p / leaves)).collect();
            let gone = out[k as usize] / leaves;
            for (j, _) in &row {
                from[*j as usize].remove(&k);
            }
            for (i, p) in &column {
                to[*i as usize].remove(&k);
                out[*i as usize] += p * gone;
                for (j, share) in &row {
                    if i != j {
                        *to[*i as usize].entry(*j).or_default() += p * share;
                        *from[*j as usize].entry(*i).or_default() += p * share;
                    }
                }
            }
            left.extend(near.iter().filter(|n| **n != k).map(|n| degree(*n as usize, &to, &from)));
            steps.push(Step { which: k, leaves, to: row, from: column.into_iter().collect() });
        }
        Some(Elimination { steps })
    }

    /// The expected visits to each, of what enters so often from outside.
    pub fn visits(&self, mut enters: Vec<f64>) -> Vec<f64> {
        for step in &self.steps {
            let entered = enters[step.which as usize];
            if entered != 0.0 {
                step.to.iter().for_each(|(j, p)| enters[*j as usize] += entered * p);
            }
        }
        let mut visits = vec![0.0; enters.len()];
        for step in self.steps.iter().rev() {
            let from: f64 = step.from.iter().map(|(i, p)| visits[*i as usize] * p).sum();
            visits[step.which as usize] = (enters[step.which as usize] + from) / step.leaves;
        }
        visits
    }

    /// What is brought by all that follows a visit to each, where a visit brings so much.
    pub fn ahead(&self, mut brings: Vec<f64>) -> Vec<f64> {
        for step in &self.steps {
            let brought = brings[step.which as usize] / step.leaves;
            brings[step.which as usize] = brought;
            step.from.iter().for_each(|(i, p)| brings[*i as usize] += p * brought);
        }
        for step in self.steps.iter().rev() {
            let next: f64 = step.to.iter().map(|(j, p)| p * brings[*j as usize]).sum();
            brings[step.which as usize] += next;
        }
        brings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_between_two_walls() {
        // Ruin with p = 0.4 from 1 of 0..20: visits to 19 times 0.4 is the chance to win, ((q/p)^1 - 1) / ((q/p)^20 - 1).
        let rows = (0..19_u32)
            .map(|i| [(i.wrapping_sub(1), 0.6), (i + 1, 0.4)].into_iter().filter(|(j, _)| *j < 19).collect())
            .collect();
        let out: Vec<f64> = (0..19)
            .map(|i| {
                if i == 0 {
                    0.6
                } else if i == 18 {
                    0.4
                } else {
                    0.0
                }
            })
            .collect();
        let solved = Elimination::new(rows, &out).expect("it can be left");
        let mut start = vec![0.0; 19];
        start[0] = 1.0;
        let visits = solved.visits(start);
        let win = 0.5 / (libm::pow(1.5, 20.0) - 1.0);
        assert!((visits[18] * 0.4 / win - 1.0).abs() < 1e-13, "{} {win}", visits[18] * 0.4);
        assert!((visits[0] * 0.6 + visits[18] * 0.4 - 1.0).abs() < 1e-14);
        // Looked at from the start: the same sum over visits.
        let brings: Vec<f64> = (0..19).map(|i| 1.0 + f64::from(i * i)).collect();
        let sum: f64 = visits.iter().zip(&brings).map(|(v, b)| v * b).sum();
        assert!((solved.ahead(brings)[0] / sum - 1.0).abs() < 1e-13);
    }

    #[test]
    fn a_closed_set_has_no_answer() {
        assert!(Elimination::new(vec![vec![(1, 1.0)], vec![(0, 1.0)]], &[0.0, 0.0]).is_none());
    }
}
