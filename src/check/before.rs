//! Values that are read from before a change at the same instant, where the one after it is probably meant.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic};
use crate::model::{Branch, Draw, Effects, Expr, Node, StateId};

impl Builder {
    /// A branch is chosen before anything is assigned, so its condition does not see what the clock counts or draws beside `next`.
    pub fn chosen_before(&mut self, branches: &[Branch], common: &Effects) {
        let formulas = &self.scenario.formulas;
        // What is assigned from other values may well be meant to be seen next time.
        let counted = |(id, value): &&(StateId, Expr)| value.reads(formulas).states.contains(id);
        let mut found = Vec::new();
        for when in branches.iter().filter_map(|branch| branch.when.as_ref()) {
            let reads = when.reads(formulas).states;
            let set = common.set.iter().filter(counted).find(|(id, _)| reads.contains(id));
            let drawn = common.draw.iter().find(|(id, _)| reads.contains(id));
            let Some(id) = set.map(|(id, _)| *id).or(drawn.map(|(id, _)| *id)) else { continue };
            // It compares what the value becomes.
            if set.is_some_and(|(_, value)| when.has(value)) {
                continue;
            }
            let name = &self.scenario.states[id.0].name;
            let title = format!("this condition sees `{name}` from before");
            let lint = Diagnostic::new(Code::FromBefore, when.span, title)
                .label("branches are chosen first, then values are assigned and drawn");
            found.push(match set {
                Some((_, value)) => {
                    let becomes = self.texts.words(value.span);
                    lint.context(value.span, format!("what `{name}` becomes"))
                        .note(format!("compare what it becomes: `({becomes})` in place of `{name}`"))
                        .note("or assign it where the stage is entered: `enter = { set = … }`")
                }
                None => lint.note("draw it where the stage is entered: `enter = { draw = … }`"),
            });
        }
        self.found.append(&mut found);
    }

    /// All right-hand sides see values from before, so what is calculated does not see what is drawn beside it.
    pub fn drawn_beside(&mut self, set: &[(StateId, Expr)], draw: &[(StateId, Draw)], whose: &str) {
        for (own, value) in set {
            // To keep what was is a reason to assign it here.
            let kept = matches!(value.node, Node::State(_));
            let reads = value.reads(&self.scenario.formulas).states;
            let drawn = draw.iter().find(|(id, _)| id != own && reads.contains(id));
            let Some((id, _)) = drawn.filter(|_| !kept) else { continue };
            let name = &self.scenario.states[id.0].name;
            let lint = Diagnostic::new(
                Code::FromBefore,
                value.span,
                format!("this sees `{name}` from before"),
            )
            .label(format!("`{name}` is drawn at the same instant"))
            .note(match whose {
                "enter" => format!("draw `{name}` in the branches that lead here"),
                _ => format!(
                    "draw `{name}` where the stage is entered: `enter = {{ draw = {{ {name} = … }} }}`"
                ),
            });
            self.push(lint);
        }
    }
}
