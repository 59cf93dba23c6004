//! What is drawn for a state variable: its values, each with its probability.

use super::*;

impl Explorer<'_> {
    /// The values that a draw may take, each with its probability.
    pub(super) fn atoms(
        &mut self,
        plan: &DrawPlan,
        state: usize,
        span: Span,
    ) -> Result<Vec<(f64, f64)>, NotExact> {
        let code = &self.program.code;
        match plan {
            DrawPlan::Law(law) => {
                let found = law.tree.law(code, &mut self.values, self.world.ready(self.program));
                let found = match found {
                    Ok(law) => law,
                    Err(refusal) => {
                        return Err(NotExact::because(Why::Fault(FaultKind::Law(refusal), law.span)));
                    }
                };
                let mut atoms = vec![];
                if !super::super::delay::atoms_of(&found, 1.0, &mut atoms) {
                    return Err(NotExact::because(Why::ContinuousDraw(state)));
                }
                Ok(atoms.into_iter().map(|(x, p)| (p, x)).collect())
            }
            DrawPlan::Chance(p) => {
                let value = code.evaluate(p, &mut self.values);
                if !(-1e-9..=1.0 + 1e-9).contains(&value) {
                    return Err(self.fault(FaultKind::Probability(value), p.span));
                }
                let p = value.clamp(0.0, 1.0);
                Ok([(p, 1.0), (1.0 - p, 0.0)].into_iter().filter(|a| a.0 > 0.0).collect())
            }
            DrawPlan::Weights(list) => {
                let mut found = vec![];
                for (index, weight) in list {
                    let value = code.evaluate(weight, &mut self.values);
                    if !(0.0..f64::INFINITY).contains(&value) {
                        return Err(NotExact::because(Why::Fault(FaultKind::Weight(value), weight.span)));
                    }
                    found.push((value, *index));
                }
                let total: f64 = found.iter().map(|f| f.0).sum();
                if !(total > 0.0 && total < f64::INFINITY) {
                    return Err(self.fault(FaultKind::Weight(total), span));
                }
                Ok(found.into_iter().filter(|f| f.0 > 0.0).map(|(w, x)| (w / total, x)).collect())
            }
        }
    }

    /// Whether a draw that nobody reads has what it needs.
    pub(super) fn draws_well(&mut self, plan: &DrawPlan, state: usize, span: Span) -> Result<(), NotExact> {
        match self.atoms(plan, state, span) {
            Err(NotExact { why: Why::ContinuousDraw(_), .. }) | Ok(_) => Ok(()),
            Err(fault) => Err(fault),
        }
    }
}
