//! Distributions with only constants in them: they can be built, or refused, while checking.

use crate::diag::Span;
use crate::dist;
use crate::model::{Expr, Law, Node};

/// The law of a distribution with only constants in it, or why there is none.
pub(super) fn constant_law(expr: &Expr) -> Option<Result<dist::Law, (dist::Refusal, Span)>> {
    let number = |e: &Expr| e.as_constant();
    let pairs = |list: &[(Expr, Expr)]| -> Option<Vec<(f64, f64)>> {
        list.iter().map(|(a, b)| Some((number(a)?, number(b)?))).collect()
    };
    let Node::Law(law) = &expr.node else { return None };
    let built = match law {
        Law::Point(value) => dist::find_positional("point", 1).ok()?.form.build(&[number(value)?]),
        Law::Form(form, args) => form.build(&args.iter().map(number).collect::<Option<Vec<f64>>>()?),
        Law::To(kind, low, high) => dist::central90((*kind)?, number(low)?, number(high)?),
        Law::Metalog(points, low, high) => {
            let bound = |b: &Option<Box<Expr>>| b.as_ref().map(|e| number(e));
            let (low, high) = (bound(low), bound(high));
            if low == Some(None) || high == Some(None) {
                return None;
            }
            dist::metalog(&pairs(points)?, low.flatten(), high.flatten())
        }
        Law::Discrete(list) => dist::discrete(&pairs(list)?),
        Law::Pool(list) => {
            let mut members = Vec::new();
            for (weight, law) in list {
                match constant_law(law)? {
                    Ok(law) => members.push((number(weight)?, law)),
                    Err(refusal) => return Some(Err(refusal)),
                }
            }
            dist::pool(members)
        }
        Law::Truncated(inner, low, high) => {
            let inner = match constant_law(inner)? {
                Ok(law) => law,
                Err(refusal) => return Some(Err(refusal)),
            };
            let low = low.as_ref().map_or(Some(f64::NEG_INFINITY), |e| number(e))?;
            let high = high.as_ref().map_or(Some(f64::INFINITY), |e| number(e))?;
            dist::truncate(inner, low, high)
        }
    };
    Some(built.map_err(|refusal| (refusal, expr.span)))
}
