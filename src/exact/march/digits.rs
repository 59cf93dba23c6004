//! What is lost because times have so many digits: near day 400 a float is known to 4e-9 seconds, which is much of a delay that
//! varies by seconds.

use super::*;

/// How far the sum of two positive numbers is from the float that stands for it (Knuth's two-sum).
fn sum_error(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let of_b = sum - a;
    (a - (sum - of_b)) + (b - of_b)
}

impl March<'_> {
    /// What is lost where a density jumps at a time that is no float, so that panels end beside it: what the clock does in
    /// between.
    pub(super) fn jumps(&mut self, kernel: usize, started: f64, mass: f64) {
        let kernel = self.bank.kernel(kernel);
        let until = self.asked.until;
        let between = |edge: &f64| {
            let off = sum_error(started, *edge).abs();
            if off > 0.0 && started + edge < until { kernel.about(*edge, off) } else { 0.0 }
        };
        let lost: f64 = kernel.edges.iter().map(between).sum();
        self.bound += mass * lost;
    }

    /// What is lost in a panel because densities are evaluated at rounded times: at most that rounding times their variation. A
    /// density is known by the time since the earliest start that counts.
    pub(super) fn rounded(&mut self, end: f64, since: &[f64], rings: &[Values]) -> f64 {
        let each = self.flows.iter().zip(since).zip(rings);
        each.map(|((flow, since), ring)| {
            rounding(end - since + self.bank.kernel(flow.kernel).age()) * variation(ring)
        })
        .sum()
    }

    /// Times that differ by their last digits have no panel between them: what is lost is at most the gap times the flow on
    /// either side.
    pub(super) fn skip(&mut self, gap: f64) {
        self.bound += gap * self.flow;
        self.gap += gap;
    }

    /// The flow in a panel, which comes after what was skipped.
    pub(super) fn flowed(&mut self, rings: &[Values]) {
        self.flow = rings.iter().map(|ring| ring.iter().fold(0.0_f64, |most, x| most.max(x.abs()))).sum();
        self.bound += std::mem::take(&mut self.gap) * self.flow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sum_loses_is_known() {
        assert_eq!(sum_error(1.0, f64::EPSILON / 4.0), f64::EPSILON / 4.0);
        assert_eq!(sum_error(3.0, 5.0), 0.0);
        assert_eq!(sum_error(f64::EPSILON / 4.0, 1.0), f64::EPSILON / 4.0);
    }
}
