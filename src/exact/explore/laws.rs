//! The laws of clocks as the values now are.

use super::super::refusal::{NotExact, Why};
use super::fault;
use crate::dist::{Exponential, Law};
use crate::engine::{FaultKind, World};
use crate::program::{Kind, Program};

/// The law of a clock that runs by a delay or a rate; none where it never rings.
pub(super) fn law_of(
    program: &Program,
    world: &World,
    values: &mut [f64],
    clock: usize,
) -> Result<Option<Law>, NotExact> {
    match &program.clocks[clock].kind {
        Kind::Takes { law: plan, .. } => {
            let law = match plan.tree.law(&program.code, values, world.ready(program)) {
                Ok(law) => law.into_owned(),
                Err(refusal) => return Err(fault(FaultKind::Law(refusal), plan.span)),
            };
            let (low, _) = law.support();
            let point = matches!(law, Law::Point(_));
            if point && !(0.0..f64::INFINITY).contains(&low) {
                return Err(fault(FaultKind::Delay(low), plan.span));
            }
            if low < 0.0 || (!point && law.cdf(0.0) > 0.0) {
                return Err(NotExact { clocks: vec![clock], why: Why::Delay });
            }
            Ok(Some(law))
        }
        Kind::Hazard(rate) => {
            let value = program.code.evaluate(&rate.value, values);
            if !(0.0..f64::INFINITY).contains(&value) {
                return Err(fault(FaultKind::Hazard(value), rate.value.span));
            }
            if value == 0.0 {
                return Ok(None);
            }
            let law = Exponential::from_rate(value);
            let law = law.map_err(|refusal| fault(FaultKind::Law(refusal), rate.value.span))?;
            Ok(Some(Law::Exponential(law)))
        }
        Kind::At(_) | Kind::Guard => Ok(None),
    }
}
