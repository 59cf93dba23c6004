//! A scenario in words: what is decided, what is not known, what happens, and what depends on what.

mod facts;
mod fitted;
mod links;
mod page;
#[cfg(test)]
mod tests;
mod tracks;

pub use fitted::fitted;

use super::words::{plain, words};
use crate::model::{Account, Change, Draw, Initial, Lever, MeasureKind, Outcome, Scenario, Ty};
use crate::quantity::prose;
use facts::{Facts, Spread};
use links::Links;
use page::Page;

/// The scenario in words, as plain wrapped text.
pub fn describe(scenario: &Scenario) -> String {
    let facts = Facts::new(scenario);
    let links = Links::new(scenario);
    let mut page = Page::default();
    head(scenario, &mut page);
    decided(scenario, &links, &mut page);
    not_known(scenario, &facts, &links, &mut page);
    remembered(scenario, &facts, &links, &mut page);
    named(scenario, &links, &mut page);
    tracks::tracks(scenario, &facts, &links, &mut page);
    outcomes(scenario, &mut page);
    reported(scenario, &mut page);
    variants(scenario, &mut page);
    page.gap();
    page.line(0, &size(scenario));
    page.finish()
}

/// `The model: 3 tracks, 12 stages, 15 clocks, 31 branches, …`.
pub(super) fn size(scenario: &Scenario) -> String {
    let stages: Vec<_> = scenario.tracks.iter().flat_map(|t| &t.stages).collect();
    let clocks: usize = stages.iter().map(|s| s.clocks().len()).sum();
    let branches: usize = stages.iter().flat_map(|s| s.branches()).map(|(_, next)| next.list.len()).sum();
    let count = |n: usize, noun: &str| prose::counted(n as u64, noun);
    let parts = [
        count(scenario.tracks.len(), "track"),
        count(stages.len(), "stage"),
        count(clocks, "clock"),
        if branches == 1 {
            "1 branch".into()
        } else {
            format!("{} branches", prose::thousands(branches as u64))
        },
        count(scenario.levers.len(), "lever"),
        count(scenario.beliefs.len(), "belief"),
        count(scenario.states.len(), "state variable"),
        count(scenario.outcomes.len(), "outcome"),
        count(scenario.measures.len(), "measure"),
    ];
    let combinations: u64 = scenario.vary.iter().map(|l| scenario.levers[l.0].labels.len() as u64).product();
    let batch = match &scenario.vary[..] {
        [] => String::new(),
        _ => format!(", {} of lever options", prose::counted(combinations, "combination")),
    };
    format!(
        "The model: {}. Runs: the base, {}{batch}.",
        parts.join(", "),
        count(scenario.variants.len(), "named variant"),
    )
}

fn head(scenario: &Scenario, page: &mut Page) {
    page.line(0, &format!("{} ({})", scenario.title, scenario.name));
    if !scenario.about.is_empty() {
        page.line(0, &scenario.about);
    }
    page.gap();
    let hours = scenario.horizon.is_some_and(|horizon| horizon <= super::story::SHORT);
    let start =
        scenario.start.map_or("Begins on day 0".to_string(), |d| format!("Begins on {}", d.story(hours)));
    let end = match (scenario.horizon, scenario.at_horizon) {
        (Some(horizon), Some(outcome)) => {
            let date =
                scenario.start.map_or(String::new(), |d| format!(", on {}", d.plus(horizon).story(hours)));
            let title = &scenario.outcomes[outcome.0].title;
            format!(
                "looks {} ahead{date}; what is still going then counts as \"{title}\"",
                prose::duration(horizon)
            )
        }
        _ => "has no horizon: a path goes on until it ends".into(),
    };
    page.line(0, &format!("{start} and {end}."));
}

fn decided(scenario: &Scenario, links: &Links, page: &mut Page) {
    if scenario.levers.is_empty() {
        return;
    }
    page.heading("What is decided");
    for (n, lever) in scenario.levers.iter().enumerate() {
        page.line(2, &format!("{}: {}.{}", lever.name, options(lever), read_by(&links.levers[n])));
    }
}

fn options(lever: &Lever) -> String {
    let labels: Vec<String> = lever
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| if i == lever.chosen { format!("{label} (chosen)") } else { label.clone() })
        .collect();
    prose::list(&labels, "or")
}

fn read_by(places: &[String]) -> String {
    match places {
        [] => " Nothing reads it.".into(),
        _ => format!(" Read by {}.", prose::list(places, "and")),
    }
}

fn not_known(scenario: &Scenario, facts: &Facts, links: &Links, page: &mut Page) {
    if scenario.beliefs.is_empty() {
        return;
    }
    page.heading("What nobody knows");
    let rows = facts::beliefs(scenario);
    for (n, belief) in scenario.beliefs.iter().enumerate() {
        let law = facts.belief(n).map(|known| known.value);
        let numbers = match facts::chances(scenario, belief.ty, &belief.draw) {
            Some(words) => words,
            None => rows
                .get(n)
                .map_or(String::new(), |row| Spread::of_belief(scenario, belief, row, law.as_ref()).words()),
        };
        let written = match &belief.draw {
            Draw::Law(_) => format!("{}: ", belief.written),
            _ => String::new(),
        };
        page.line(2, &format!("{}: {written}{numbers}.{}", belief.name, read_by(&links.beliefs[n])));
        if !belief.why.is_empty() {
            let sources: Vec<&str> = belief
                .sources
                .iter()
                .filter_map(|key| scenario.sources.iter().find(|s| s.name == *key))
                .map(|s| s.title.as_str())
                .collect();
            let from = if sources.is_empty() { String::new() } else { format!(" [{}]", sources.join("; ")) };
            page.line(4, &format!("Why: {}{from}", belief.why));
        }
    }
    for pair in &scenario.correlations {
        let (a, b) = (&scenario.beliefs[pair.a.0].name, &scenario.beliefs[pair.b.0].name);
        page.line(2, &format!("{a} and {b} go together with a rank correlation of {}.", plain(pair.rank)));
    }
}

fn remembered(scenario: &Scenario, facts: &Facts, links: &Links, page: &mut Page) {
    if scenario.states.is_empty() {
        return;
    }
    page.heading("What a path remembers");
    for (n, state) in scenario.states.iter().enumerate() {
        let kind = match state.ty {
            Ty::Bool => "true or false".to_string(),
            Ty::Option(set) => prose::list(&scenario.set(set).names, "or"),
            Ty::Number { whole: true, .. } => "a whole number".into(),
            Ty::Number { time: 1, .. } => "a duration".into(),
            Ty::Number { time: -1, .. } => "a rate".into(),
            _ => "a number".into(),
        };
        let begins = match &state.initial {
            Initial::Value(value) => format!("begins as {}", words(scenario, value)),
            Initial::Draw(Draw::Law(law)) => {
                let spread = facts.beginning(n).map_or(String::new(), |known| {
                    format!(" ({})", Spread::of(&known.value, state.ty, false).words())
                });
                format!("drawn at the start from {}{spread}", words(scenario, law))
            }
            Initial::Draw(draw) => {
                format!(
                    "drawn at the start, {}",
                    facts::chances(scenario, state.ty, draw).unwrap_or_default()
                )
            }
        };
        let about = if state.about.is_empty() {
            String::new()
        } else {
            format!(" {}.", state.about.trim_end_matches('.'))
        };
        let written = match &links.written[n][..] {
            [] => " Never changed.".into(),
            places => format!(" Changed by {}.", prose::list(places, "and")),
        };
        page.line(
            2,
            &format!("{}: {kind}; {begins}.{about}{written}{}", state.name, read_by(&links.states[n])),
        );
    }
}

fn named(scenario: &Scenario, links: &Links, page: &mut Page) {
    if !scenario.formulas.is_empty() {
        page.heading("Formulas");
        for (n, formula) in scenario.formulas.iter().enumerate() {
            let expr = words(scenario, &formula.expr);
            page.line(2, &format!("{} = {expr}.{}", formula.name, read_by(&links.formulas[n])));
        }
    }
    if !scenario.tables.is_empty() {
        page.heading("Tables");
        for table in &scenario.tables {
            let how = match table.read {
                crate::model::Read::Step => "the row at or before",
                crate::model::Read::Line => "a straight line between rows",
            };
            page.line(
                2,
                &format!("{}: {}, read by {how}.", table.name, prose::counted(table.x.len() as u64, "row")),
            );
        }
    }
}

fn outcomes(scenario: &Scenario, page: &mut Page) {
    page.heading("How it can end");
    for (n, outcome) in scenario.outcomes.iter().enumerate() {
        page.line(2, &format!("{}{}", ending(scenario, outcome), payoffs(scenario, n)));
    }
    if !scenario.milestones.is_empty() {
        let milestones: Vec<String> =
            scenario.milestones.iter().map(|m| format!("{} ({})", m.name, prose::duration(m.at))).collect();
        page.line(2, &format!("Counted also by {}.", prose::list(&milestones, "and")));
    }
}

fn ending(scenario: &Scenario, outcome: &Outcome) -> String {
    let about = if outcome.about.is_empty() { String::new() } else { format!(": {}", outcome.about) };
    let about = if about.ends_with(['.', '!', '?']) { about } else { format!("{about}.") };
    let when = outcome
        .when
        .as_ref()
        .map_or(String::new(), |when| format!(" As soon as it holds that {}.", words(scenario, when)));
    format!("{}{about}{when}", outcome.title)
}

fn payoffs(scenario: &Scenario, outcome: usize) -> String {
    let parts: Vec<String> = scenario
        .payoffs
        .iter()
        .filter(|(_, by)| by[outcome].as_constant() != Some(0.0))
        .map(|(party, by)| format!("{party} {}", words(scenario, &by[outcome])))
        .collect();
    if parts.is_empty() { String::new() } else { format!(" Payoffs: {}.", parts.join(", ")) }
}

fn reported(scenario: &Scenario, page: &mut Page) {
    if scenario.measures.is_empty() && scenario.splits.is_empty() {
        return;
    }
    page.heading("What is measured");
    for measure in &scenario.measures {
        let what = match &measure.kind {
            MeasureKind::Value(value) => format!("{} at the end", words(scenario, value)),
            MeasureKind::First(first) => format!("the first day on which {}", words(scenario, first)),
            MeasureKind::Account(Account { rate, discount }) => {
                let rate = rate.as_ref().map_or("what branches pay".to_string(), |rate| {
                    format!("{} gathered over time, and what branches pay", words(scenario, rate))
                });
                let discount = discount.map_or(String::new(), |d| {
                    let period = prose::duration(d.period);
                    let period = period.strip_prefix("1 ").unwrap_or(&period);
                    format!(", discounted by {}% per {period}", plain(100.0 * d.rate))
                });
                format!("{rate}{discount}")
            }
        };
        let given = measure
            .given
            .as_ref()
            .map_or(String::new(), |given| format!(", on paths where {}", words(scenario, given)));
        let title =
            if measure.title == measure.name { String::new() } else { format!(" ({})", measure.title) };
        page.line(2, &format!("{}{title}: {what}{given}.", measure.name));
    }
    for split in &scenario.splits {
        let keys: Vec<&str> = split.keys.iter().map(|k| k.name.as_str()).collect();
        page.line(2, &format!("Outcomes split by {}.", prose::list(&keys, "and")));
    }
}

fn variants(scenario: &Scenario, page: &mut Page) {
    if !scenario.variants.is_empty() {
        page.heading("Variants");
    }
    for variant in &scenario.variants {
        let changes: Vec<String> = variant.changes.iter().map(|change| changed(scenario, change)).collect();
        let about = if variant.about.is_empty() { String::new() } else { format!(" {}", variant.about) };
        page.line(2, &format!("{}: {}.{about}", variant.name, changes.join(", ")));
    }
    if !scenario.vary.is_empty() {
        let levers: Vec<&str> = scenario.vary.iter().map(|l| scenario.levers[l.0].name.as_str()).collect();
        page.gap();
        page.line(2, &format!("The batch runs every combination of {}.", prose::list(&levers, "and")));
    }
}

fn changed(scenario: &Scenario, change: &Change) -> String {
    match change {
        Change::Lever(id, option) => {
            let lever = &scenario.levers[id.0];
            format!("{} = {}", lever.name, lever.labels[*option])
        }
        Change::Belief(id, _, written) => format!("{} = {written}", scenario.beliefs[id.0].name),
        Change::State(id, initial) => {
            let value = match initial {
                Initial::Value(value) => words(scenario, value),
                Initial::Draw(Draw::Law(law)) => words(scenario, law),
                Initial::Draw(draw) => {
                    facts::chances(scenario, scenario.states[id.0].ty, draw).unwrap_or_default()
                }
            };
            format!("{} begins as {value}", scenario.states[id.0].name)
        }
    }
}
