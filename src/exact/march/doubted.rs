//! What is in doubt of accounts at the end of a march.

use super::*;
use crate::exact::ahead::{Ahead, ahead};
use crate::exact::off::Doubts;

impl March<'_> {
    /// By account. `bound`: what any probability was off before.
    pub(super) fn doubted(&mut self, bound: f64) -> Vec<Doubts> {
        let (from, until) = (self.asked.from, self.asked.until);
        // Sums are rounded, however mass moves.
        let left = if until.is_finite() { 0.0 } else { self.going() };
        let mass = self.bound - bound + left + 16.0 * f64::EPSILON * (1.0 + self.starts());
        (0..self.asked.accounts.len())
            .map(|a| {
                let account = self.asked.accounts[a];
                let (rates, pace) = self.pace(a);
                let paid = self.asked.moving.as_ref().is_some_and(|(_, _, graph)| {
                    graph.edges.iter().flat_map(|edge| &edge.paid).any(|paid| paid.0 as usize == a)
                });
                let unknown = Ahead { first: f64::INFINITY, second: f64::INFINITY };
                let lumps = if paid {
                    unknown
                } else {
                    let span = (account.decay, until - from);
                    ahead(self.chain, a, None, span, self.bank).counted(account.discount(from))
                };
                let beside = self.beside[a];
                let list = self.ledgers.iter_mut().find(|ledger| ledger.number == a && !ledger.lost);
                let list = list.map(|ledger| {
                    ledger.doubt(until, mass);
                    std::mem::take(&mut ledger.doubts)
                });
                Doubts { ahead: lumps.and(pace), mass, beside, rates, list }
            })
            .collect()
    }

    /// What the rates of an account may be off, and what they gather at the most in any combination.
    fn pace(&self, a: usize) -> (f64, f64) {
        let (account, from, until) = (self.asked.accounts[a], self.asked.from, self.asked.until);
        match (&self.asked.rates[a], &self.asked.moved[a]) {
            (Some(rates), _) => {
                let rate = rates.iter().fold(0.0_f64, |most, rate| most.max(rate.abs()));
                (0.0, if rate == 0.0 { 0.0 } else { rate * span(&account, from, until).abs() })
            }
            (None, Some(moved)) => {
                let sizes = moved.iter().map(|path| path.size());
                sizes.fold((0.0, 0.0), |most, size| (most.0.max(size.0), most.1.max(size.1)))
            }
            (None, None) => (f64::INFINITY, f64::INFINITY),
        }
    }
}
