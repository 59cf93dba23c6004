//! The reference workload.

use super::{by, close, solve};
use crate::exact::quantile;

const N1: &str = include_str!("n1.toml");

#[test]
fn n1() {
    let began = std::time::Instant::now();
    let n1 = solve(N1);
    eprintln!("took {:?}, {} combinations", began.elapsed(), n1.1.combinations);
    for (n, slot) in n1.1.slots.iter().enumerate() {
        eprintln!("slot {n}: {:?} open {} bound {:e}", slot.outcomes, slot.open, slot.bound);
    }
    let deal = |slot| by(&n1, slot, "comprehensive") + by(&n1, slot, "ceasefire");
    eprintln!("deals {:e} {:e} {:e}", deal(0), deal(1), deal(2));
    close(deal(0), 9.94e-15, 1e-3);
    close(deal(1), 2.9518e-3, 1e-4);
    let sum: f64 = n1.1.slots[3].outcomes.iter().sum();
    close(sum, 1.0, 1e-12);
    let deals: Vec<_> = n1.1.curves[..2].iter().collect();
    let all = deals.iter().map(|c| c.total()).sum::<f64>();
    for q in [0.05, 0.5, 0.95] {
        // The mean of two curves.
        eprintln!("q{q}: {}", quantile(&deals, 0.5 * q * all) / 86_400.0);
    }
    assert!(n1.1.slots.iter().all(|slot| slot.bound < 1e-9));
}
