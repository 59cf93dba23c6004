//! Which branch is taken (design, section 3.4).

use super::draws::{by_weight, probability};
use super::eval::View;
use super::fault::{Kind, Result, fault};
use detente::model::{Branches, Chance, Expr, Ty};

/// The index of the branch that the number `u` of (0, 1) takes.
pub fn choose(view: &View<'_>, branches: &Branches, u: f64) -> Result<usize> {
    let now = view.now;
    let exists = |i: usize| branches.list[i].when.as_ref().is_none_or(|c| view.holds(c));
    let existing: Vec<usize> = (0..branches.list.len()).filter(|i| exists(*i)).collect();

    if matches!(branches.list[0].chance, Chance::Weight(_)) {
        let mut weights = Vec::new();
        for i in &existing {
            let Chance::Weight(w) = &branches.list[*i].chance else { panic!("weights do not mix") };
            weights.push(view.number(w));
        }
        return Ok(existing[by_weight(&weights, u, now)?]);
    }

    let mut shares = Vec::new(); // (branch, probability)
    let mut sum = 0.0;
    let mut rest_taken = false;
    for i in existing {
        let view = View { rest: 1.0 - sum, ..*view };
        let p = match &branches.list[i].chance {
            Chance::Rest => {
                rest_taken = true;
                (1.0 - sum).max(0.0)
            }
            Chance::P(p) => probability(view.number(p), now)?,
            Chance::Odds(base, factors) => odds(&view, base, factors)?,
            Chance::Weight(_) => panic!("weights do not mix"),
        };
        shares.push((i, p));
        sum += p;
        if sum > 1.0 + 1e-9 {
            return fault(Kind::OverOne, now);
        }
        if rest_taken {
            break;
        }
    }
    if !rest_taken && 1.0 - sum > 1e-9 {
        return fault(Kind::RestUntaken, now);
    }
    let mut sum = 0.0;
    for (i, p) in &shares {
        sum += p;
        if u < sum {
            return Ok(*i);
        }
    }
    Ok(shares[shares.len() - 1].0)
}

/// A base probability with its odds multiplied.
fn odds(view: &View<'_>, base: &Expr, factors: &[(Expr, Expr)]) -> Result<f64> {
    let base = probability(view.number(base), view.now)?;
    let mut product = 1.0;
    for (condition, factor) in factors {
        let x = view.number(condition);
        if condition.ty == Ty::Bool && x == 0.0 {
            continue;
        }
        let factor = view.number(factor);
        let power = if condition.ty == Ty::Bool { factor } else { libm::pow(factor, x) };
        if !(factor.is_finite() && factor >= 0.0 && power.is_finite()) {
            return fault(Kind::Factor, view.now);
        }
        product *= power;
    }
    if base == 0.0 || base == 1.0 {
        return Ok(base);
    }
    let odds = base / (1.0 - base) * product;
    probability(odds / (1.0 + odds), view.now)
}
