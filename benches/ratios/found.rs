//! What every form of the workload has to find, and whether it agrees with the exact answers.

/// The quantiles of the day of a deal.
pub const QUANTILES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
/// Outcomes in the order of the scenario.
pub const OUTCOMES: [&str; 5] = ["comprehensive", "ceasefire", "escalation", "collapsed", "no_agreement"];

/// Counts of paths.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub paths: u64,
    pub outcomes: [u64; 5],
    /// The variances of these counts, where paths that share a world are alike; else 0.
    pub variances: [f64; 5],
    /// Deals within 1, 30 and 100 days.
    pub deals_by: [u64; 3],
    /// By site (none, Switzerland, Serbia, other), whether Kyiv joined, outcome.
    pub cells: [[[u64; 5]; 2]; 4],
    /// Quantiles of the day of a deal.
    pub deals: [f64; 7],
}

impl Found {
    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Found) {
        self.paths += other.paths;
        self.outcomes.iter_mut().zip(other.outcomes).for_each(|(a, b)| *a += b);
        self.variances.iter_mut().zip(other.variances).for_each(|(a, b)| *a += b);
        self.deals_by.iter_mut().zip(other.deals_by).for_each(|(a, b)| *a += b);
        let cells = self.cells.as_flattened_mut().as_flattened_mut();
        cells.iter_mut().zip(other.cells.as_flattened().as_flattened()).for_each(|(a, b)| *a += b);
        self.deals = other.deals;
    }
}

/// The exact answers.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub outcomes: [f64; 5],
    /// The standard error of the outcomes where worlds are a sample; else 0.
    pub errors: [f64; 5],
    /// By 1, 30, 100 days; empty where it is not known.
    pub deals_by: Vec<f64>,
    /// Empty where it is not known.
    pub cells: Vec<[[f64; 5]; 2]>,
}

impl Truth {
    /// The greatest |z| of all that was found with at least 30 expected paths, and how many were compared.
    pub fn worst(&self, found: &Found) -> (f64, usize) {
        let n = found.paths as f64;
        let (mut worst, mut compared) = (0.0_f64, 0);
        let mut judge = |hits: u64, p: f64, (variance, error): (f64, f64)| {
            if n * p < 30.0 {
                return;
            }
            let sampling = (p * (1.0 - p) / n).max(variance / (n * n));
            worst = worst.max((hits as f64 / n - p).abs() / (sampling + error * error).sqrt());
            compared += 1;
        };
        for (o, p) in self.outcomes.iter().enumerate() {
            judge(found.outcomes[o], *p, (found.variances[o], self.errors[o]));
        }
        self.deals_by.iter().enumerate().for_each(|(by, p)| judge(found.deals_by[by], *p, (0.0, 0.0)));
        for (site, cells) in self.cells.iter().enumerate() {
            for (joined, cells) in cells.iter().enumerate() {
                cells
                    .iter()
                    .enumerate()
                    .for_each(|(o, p)| judge(found.cells[site][joined][o], *p, (0.0, 0.0)));
            }
        }
        (worst, compared)
    }
}

/// The days of deals as a form keeps them.
pub enum Deals {
    /// All of them.
    Days(Vec<f64>),
    /// Counts of sixteenths of a day.
    Bins(Vec<u32>),
}

impl Deals {
    /// The quantiles.
    pub fn quantiles(self) -> [f64; 7] {
        match self {
            Deals::Days(mut days) => {
                days.sort_unstable_by(f64::total_cmp);
                let rank = |q: f64| ((q * days.len() as f64).ceil() as usize).clamp(1, days.len().max(1)) - 1;
                QUANTILES.map(|q| days.get(rank(q)).copied().unwrap_or(f64::NAN))
            }
            Deals::Bins(bins) => {
                let all: u64 = bins.iter().map(|n| u64::from(*n)).sum();
                QUANTILES.map(|q| {
                    let mut below = 0;
                    let at = bins.iter().position(|n| {
                        below += u64::from(*n);
                        below as f64 >= q * all as f64
                    });
                    at.map_or(f64::NAN, |bin| (bin as f64 + 0.5) / 16.0)
                })
            }
        }
    }
}
