//! Drawing a value by its plan.

use super::fault::{FaultKind, Trouble, trouble};
use crate::diag::Span;
use crate::program::{Code, DrawPlan, Ready, Value};
use crate::stream::Draw;

/// Draws a value with the random numbers of a draw.
pub(crate) fn sample(
    plan: &DrawPlan,
    code: &Code,
    values: &mut [f64],
    ready: Ready<'_>,
    draw: &mut Draw,
    span: Span,
) -> Result<f64, Trouble> {
    match plan {
        DrawPlan::Law(law) => law
            .tree
            .draw(code, values, ready, draw)
            .map_err(|refusal| trouble(FaultKind::Law(refusal), law.span)),
        _ => by_uniform(plan, code, values, ready, draw.uniform(), span),
    }
}

/// Draws a value by one uniform number: by the quantile, where it has a distribution.
pub(crate) fn by_uniform(
    plan: &DrawPlan,
    code: &Code,
    values: &mut [f64],
    ready: Ready<'_>,
    uniform: f64,
    span: Span,
) -> Result<f64, Trouble> {
    match plan {
        DrawPlan::Law(law) => law
            .tree
            .quantile(code, values, ready, uniform)
            .map_err(|refusal| trouble(FaultKind::Law(refusal), law.span)),
        DrawPlan::Chance(p) => {
            let value = code.evaluate(p, values);
            if !(-1e-9..=1.0 + 1e-9).contains(&value) {
                return Err(trouble(FaultKind::Probability(value), p.span));
            }
            Ok(f64::from(u8::from(uniform < value)))
        }
        DrawPlan::Weights(list) => option(list, code, values, uniform, span),
    }
}

fn option(
    list: &[(f64, Value)],
    code: &Code,
    values: &mut [f64],
    uniform: f64,
    span: Span,
) -> Result<f64, Trouble> {
    let mut total = 0.0;
    for (_, weight) in list {
        let value = code.evaluate(weight, values);
        if !(0.0..f64::INFINITY).contains(&value) {
            return Err(trouble(FaultKind::Weight(value), weight.span));
        }
        total += value;
    }
    if !(total > 0.0 && total < f64::INFINITY) {
        return Err(trouble(FaultKind::Weight(total), span));
    }
    let mut sum = 0.0;
    let mut last = f64::NAN;
    for (index, weight) in list {
        let value = code.evaluate(weight, values);
        sum += value;
        if value > 0.0 {
            last = *index;
        }
        if uniform < sum / total {
            return Ok(*index);
        }
    }
    // Rounding left a gap above the last threshold.
    Ok(last)
}
