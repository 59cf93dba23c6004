//! Clocks that begin anew each time that another one leads back into their stage, and so hardly ever ring.

use super::changes::says;
use crate::check::constant::constant_law;
use crate::diag::{Code, Diagnostic};
use crate::model::{Clock, ClockKind, Draw, Expr, Law, Node, OnReturn, Return, Scenario, StageId, Target};
use crate::quantity::prose;
use crate::syntax::Table;

/// What is nearly always over before something else begins to be due: the ends of the central 90% of both.
const CENTRAL: [f64; 2] = [0.05, 0.95];

pub(super) fn look(scenario: &Scenario, root: &Table, found: &mut Vec<Diagnostic>) {
    for (t, track) in scenario.tracks.iter().enumerate() {
        for (s, stage) in track.stages.iter().enumerate() {
            for (c, clock) in stage.clocks().iter().enumerate() {
                let anew = clock.on_return == OnReturn::Fixed(Return::Redraw);
                let Some([early, _]) = central(scenario, clock).filter(|_| anew) else { continue };
                let here = Target::Stage(StageId(s));
                // By a stage that leads nowhere else, too.
                let leads_back = |to: &Target| match to {
                    to if *to == here => true,
                    Target::Stage(by) => {
                        let branches = track.stages[by.0].branches();
                        let mut all = branches.iter().flat_map(|(_, next)| &next.list).peekable();
                        all.peek().is_some() && all.all(|branch| branch.to == here)
                    }
                    _ => false,
                };
                let back =
                    stage.clocks().iter().enumerate().filter(|(k, _)| *k != c).find_map(|(_, other)| {
                        let to = other.next.list.iter().find(|branch| leads_back(&branch.to))?;
                        // Where it may stay, or does not run, this clock goes on.
                        let stays = other.next.list.iter().any(|branch| branch.to == Target::Stay);
                        let [_, late] =
                            central(scenario, other).filter(|_| !stays && other.guard.is_none())?;
                        (early > late).then_some((to, late))
                    });
                let Some((back, late)) = back else { continue };
                if says(root, scenario, (t, s, c), "on_return") {
                    continue;
                }
                let name = &stage.name;
                found.push(
                    Diagnostic::new(Code::StartsAnew, clock.span, "this clock hardly ever rings")
                        .label(format!(
                            "it mostly waits {} or more from each time that `{name}` is entered",
                            prose::duration(early)
                        ))
                        .context(
                            back.span,
                            format!(
                                "mostly within {}, this leaves `{name}` or enters it anew",
                                prose::duration(late)
                            ),
                        )
                        .note(
                            "`on_return = \"resume\"` lets it go on with what was left, as one time for all",
                        )
                        .note("`on_return = \"redraw\"` says that it begins anew each time"),
                );
            }
        }
    }
}

/// The ends of the central 90% of a delay that is known when checking, a belief being anywhere in its own; `None` for what has no memory,
/// to which it is all the same.
fn central(scenario: &Scenario, clock: &Clock) -> Option<[f64; 2]> {
    let ClockKind::Takes(law, _) = &clock.kind else { return None };
    let ends = |law: &Expr| {
        let law = constant_law(law)?.ok()?;
        Some(CENTRAL.map(|q| law.quantile(q)))
    };
    match &law.node {
        Node::Law(Law::Point(value)) => match value.node {
            Node::Belief(id) => match &scenario.beliefs[id.0].draw {
                Draw::Law(law) => ends(law),
                _ => None,
            },
            _ => ends(law),
        },
        Node::Law(Law::Form(form, _)) if form.form().family == "exponential" => None,
        _ => ends(law),
    }
}
