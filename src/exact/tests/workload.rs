//! The reference workload.

use super::{by, close, solve};
use crate::exact::quantile;

const N1: &str = include_str!("n1.toml");

#[test]
fn n1() {
    let n1 = solve(N1);
    let deal = |slot| by(&n1, slot, "comprehensive") + by(&n1, slot, "ceasefire");
    // Within a day: tiny, and yet a number.
    close(deal(0), 9.94e-15, 1e-4);
    close(deal(1), 2.9518e-3, 1e-5);
    let sum: f64 = n1.1.slots[3].outcomes.iter().sum();
    close(sum, 1.0, 1e-12);
    let cells: f64 = n1.1.splits[0].values().flatten().sum();
    close(cells, 1.0, 1e-12);
    assert!(n1.1.slots.iter().all(|slot| slot.bound < 1e-10));
    // The days of the deal: what has come by a quantile is its share.
    let deals: Vec<_> = n1.1.curves[..2].iter().collect();
    let all = deals.iter().map(|c| c.total()).sum::<f64>();
    for q in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] {
        let at = quantile(&deals, 0.5 * q * all);
        close(deals.iter().map(|c| c.up_to(at)).sum::<f64>(), q * all, 1e-10);
    }
}
