//! The rows of what is asked, the belief first that moves it most.

use crate::model::{Belief, Scenario, Ty};
use crate::stats::{Between, Class, Classes, Ratio, apart, explained};
use crate::study::answer::{SensitivityRow, Side};
use crate::study::estimate::Estimate;
use crate::study::read::{in_days, title};

/// What may turn on a belief.
pub(super) struct Asked {
    /// `outcome`, `measure` or `payoff`.
    pub quantity: &'static str,
    pub name: String,
    pub title: String,
    /// The unit of its values and what they are multiplied by to be in it; of outcomes there is none.
    pub unit: String,
    pub scale: f64,
    /// Whether its mean is a probability.
    pub truth: bool,
}

/// What the worlds of some classes of a belief say.
pub(super) struct Seen<'a> {
    /// By belief, each of its classes; `None` where one has no worlds, or nothing counts in them.
    pub classes: &'a dyn Fn(usize) -> Vec<Option<Class>>,
    /// With its error; of classes of which there is something.
    pub value: &'a dyn Fn(usize, &[usize]) -> Estimate,
}

impl Asked {
    /// The outcomes of a scenario.
    pub fn outcomes(scenario: &Scenario) -> Vec<Asked> {
        let outcomes = scenario.outcomes.iter().map(|outcome| Asked {
            quantity: "outcome",
            name: outcome.name.clone(),
            title: title(&outcome.title, &outcome.name),
            unit: String::new(),
            scale: 1.0,
            truth: true,
        });
        outcomes.collect()
    }

    /// Its measures, then what each party gets.
    pub fn measured(scenario: &Scenario) -> Vec<Asked> {
        let measures = scenario.measures.iter().map(|measure| {
            let (scale, unit) = in_days(measure.ty);
            Asked {
                quantity: "measure",
                name: measure.name.clone(),
                title: title(&measure.title, &measure.name),
                unit: if measure.unit.is_empty() { unit.into() } else { measure.unit.clone() },
                scale,
                truth: measure.is_truth(),
            }
        });
        let payoffs = scenario.payoffs.iter().map(|(party, _)| Asked {
            quantity: "payoff",
            name: party.clone(),
            title: format!("Payoff of {party}"),
            unit: String::new(),
            scale: 1.0,
            truth: false,
        });
        measures.chain(payoffs).collect()
    }
}

/// The rows of what is asked, by belief.
pub(super) fn rows(
    scenario: &Scenario,
    classes: &[Classes],
    asked: &Asked,
    seen: Seen<'_>,
    between: Option<Between>,
) -> Vec<SensitivityRow> {
    let mut rows: Vec<SensitivityRow> = Vec::new();
    for (b, (belief, classes)) in scenario.beliefs.iter().zip(classes).enumerate() {
        let each = (seen.classes)(b);
        let known: Vec<Class> = each.iter().flatten().copied().collect();
        // What never comes, or always, turns on nothing.
        let turns = asked.quantity != "outcome"
            || known.iter().any(|class| class.mean > 0.0) && known.iter().any(|class| class.mean < 1.0);
        if !turns || known.len() < 2 {
            continue;
        }
        let explained = explained(&known, between);
        let there: Vec<usize> = (0..classes.count()).filter(|class| each[*class].is_some()).collect();
        for (option, low, high) in sides(scenario, belief, &there) {
            // All values of a class are above those of the one below.
            let (scale, unit) = in_days(belief.ty);
            let number = option.is_none() && belief.ty != Ty::Bool;
            let top = |class: Option<usize>| classes.top(class?).filter(|_| number).map(|top| top * scale);
            let bounds =
                [top(low.first().copied()), top(high.first().and_then(|class| class.checked_sub(1)))];
            let worlds =
                |some: &[usize]| some.iter().filter_map(|class| each[*class]).map(|c| c.worlds).sum();
            let worlds: [u64; 2] = [worlds(&low), worlds(&high)];
            let [low, high] = [low, high].map(|some| (seen.value)(b, &some));
            let Ratio { value, standard_error, interval } = apart(of(&high), of(&low));
            let difference = Estimate { value, standard_error, interval, ..high };
            let side =
                |value: Estimate, bound, worlds| Side { bound, worlds, value: value.scaled(asked.scale) };
            rows.push(SensitivityRow {
                quantity: asked.quantity,
                name: asked.name.clone(),
                title: asked.title.clone(),
                value_unit: asked.unit.clone(),
                rank: 0,
                belief: belief.name.clone(),
                option,
                unit: unit.into(),
                difference: difference.scaled(asked.scale),
                low: side(low, bounds[0], worlds[0]),
                high: side(high, bounds[1], worlds[1]),
                moves: explained.moves * asked.scale,
                told: explained.told,
                share: explained.share,
            });
        }
    }
    ranked(&mut rows);
    rows
}

/// A number with its error.
fn of(estimate: &Estimate) -> Ratio {
    let Estimate { value, standard_error, interval, .. } = *estimate;
    Ratio { value, standard_error, interval }
}

/// Most first, and what may be no more than chance last; the options of a belief stay together.
fn ranked(rows: &mut [SensitivityRow]) {
    // Not a number is last.
    let key = |row: &SensitivityRow| if row.moves.is_nan() { -1.0 } else { row.moves };
    rows.sort_by(|a, b| b.told.cmp(&a.told).then(key(b).total_cmp(&key(a))));
    let mut rank = 0;
    let mut earlier = String::new();
    for row in rows {
        if row.belief != earlier {
            rank += 1;
            earlier.clone_from(&row.belief);
        }
        row.rank = rank;
    }
}

/// Which of the classes that are there are low, and which are high: of numbers the first and the last, of a belief that is one of several
/// each option, with all others as low.
fn sides(
    scenario: &Scenario,
    belief: &Belief,
    there: &[usize],
) -> Vec<(Option<String>, Vec<usize>, Vec<usize>)> {
    match (belief.ty, there) {
        (Ty::Option(set), _) => {
            let names = &scenario.set(set).names;
            let others = |n: usize| there.iter().copied().filter(|class| *class != n).collect();
            there.iter().map(|n| (Some(names[*n].clone()), others(*n), vec![*n])).collect()
        }
        (_, [first, .., last]) => vec![(None, vec![*first], vec![*last])],
        _ => Vec::new(),
    }
}
