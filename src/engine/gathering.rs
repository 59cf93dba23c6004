//! What an account gathers over time, a piece at a time.

use crate::program::Account;

/// The rate at which an account gathers, and since when: a piece is added up where the rate changes, and where the path ends. So what else
/// happens meanwhile changes no digit of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gathering {
    pub rate: f64,
    pub since: f64,
}

impl Gathering {
    /// Nothing gathers when a path begins.
    pub const NONE: Gathering = Gathering { rate: 0.0, since: 0.0 };

    /// Goes on at this rate from `now` on, as if it had not changed where it is the same; `sum` gets what had gathered.
    #[inline]
    pub fn go_on(&mut self, account: &Account, rate: f64, now: f64, sum: &mut f64) {
        if rate != self.rate {
            self.add(account, now, sum);
            *self = Gathering { rate, since: now };
        }
    }

    /// Adds what has gathered by `now`.
    #[inline]
    pub fn add(&self, account: &Account, now: f64, sum: &mut f64) {
        // Nothing comes of nothing; spans are dear where there is a discount.
        if self.rate != 0.0 {
            *sum += self.rate * account.span(self.since, now);
        }
    }
}
