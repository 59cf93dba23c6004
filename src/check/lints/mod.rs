//! Lints on sense: what runs, but is probably not what was meant.

mod changes;
mod figures;
mod parties;
mod reach;
mod reads;
mod returns;
mod sense;
mod slips;
mod weights;

use super::builder::Builder;

/// All lints of a scenario without faults.
pub(super) fn all(builder: &mut Builder) {
    let beliefs = builder.belief_ranges();
    let scenario = &builder.scenario;
    let mut found = Vec::new();
    reach::look(scenario, &mut found);
    reads::look(scenario, &mut found);
    changes::look(scenario, &builder.root, &mut found);
    returns::look(scenario, &builder.root, &mut found);
    sense::look(scenario, &beliefs, &mut found);
    parties::look(&builder.root, &mut found);
    weights::look(scenario, &builder.texts, &mut found);
    figures::look(scenario, &builder.texts, &mut found);
    slips::look(builder, &mut found);
    builder.found.extend(found);
}
