//! Accounts (design, sections 1 and 2): a rate over time and lumps, discounted or not.

use super::eval::View;
use super::fault::{Kind, Result, finite};
use super::hazard::{integral, per_second};
use super::times::reads_time;
use detente::model::{Account, Discount, Expr};

/// How much less something counts that comes at the time `t`.
pub fn factor(discount: Option<Discount>, t: f64) -> f64 {
    match discount {
        None => 1.0,
        Some(d) => libm::pow(1.0 + d.rate, -t / d.period),
    }
}

/// What an account gathers from now until `end`, while nothing but the time changes.
pub fn gathered(view: &View<'_>, account: &Account, end: f64) -> Result<f64> {
    let Some(rate) = &account.rate else { return Ok(0.0) };
    if end <= view.now {
        return Ok(0.0);
    }
    if reads_time(view.scenario, rate) {
        let f = |t: f64| Ok(flow(&view.at(t), rate)? * factor(account.discount, t));
        return integral(view, rate, view.now, end, &f);
    }
    let time = match account.discount {
        None => end - view.now,
        // The integral of exp(-k t).
        Some(d) => {
            let k = libm::log1p(d.rate) / d.period;
            let length = end - view.now;
            if k == 0.0 { length } else { factor(account.discount, view.now) * -libm::expm1(-k * length) / k }
        }
    };
    Ok(flow(view, rate)? * time)
}

fn flow(view: &View<'_>, rate: &Expr) -> Result<f64> {
    finite(per_second(view, rate), Kind::Rate, view.now)
}
