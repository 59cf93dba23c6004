//! The distributions of a scenario shown back: what `check` tells about the numbers that somebody wrote.

use super::facts::{self, Facts, Spread};
use crate::model::{Draw, Scenario, Ty};
use crate::report::terminal::table;
use comfy_table::{Cell, CellAlignment};

/// A table of the beliefs, and of the delays and drawn states that do not depend on anything, then the size of the model.
pub fn fitted(scenario: &Scenario) -> String {
    let facts = Facts::new(scenario);
    let mut table = table(100);
    let head = |words| Cell::new(words).set_alignment(CellAlignment::Right);
    let numbers = ["mean", "p5", "p50", "p95"].map(head);
    table.set_header([Cell::new("what"), Cell::new("unit")].into_iter().chain(numbers));
    let mut rows = 0;
    let mut add = |name: String, spread: &Spread| {
        let mut cells = vec![Cell::new(name), Cell::new(spread.unit.name)];
        // What is certain has no quantiles to look at.
        let quantiles = spread.quantiles.into_iter().take(if spread.is_certain() { 0 } else { 3 });
        let numbers = std::iter::once(spread.mean).chain(quantiles);
        cells.extend(numbers.map(|x| Cell::new(spread.unit.number(x)).set_alignment(CellAlignment::Right)));
        table.add_row(cells);
        rows += 1;
    };
    let mut others = Vec::new();
    let register = facts::beliefs(scenario);
    for (n, belief) in scenario.beliefs.iter().enumerate() {
        if let Some(words) = facts::chances(scenario, belief.ty, &belief.draw) {
            others.push(format!("{}: {words}", belief.name));
        } else if let Some(row) = register.get(n) {
            let law = facts.belief(n).map(|known| known.value);
            add(belief.name.clone(), &Spread::of_belief(scenario, belief, row, law.as_ref()));
        }
    }
    for (t, track) in scenario.tracks.iter().enumerate() {
        for (s, stage) in track.stages.iter().enumerate() {
            for (clock, compiled) in stage.clocks().iter().zip(facts.clocks(t, s)) {
                let Some(delay) = facts.delay(compiled).filter(|delay| delay.surely) else { continue };
                let stage = if scenario.tracks.len() == 1 {
                    stage.name.clone()
                } else {
                    format!("{}.{}", track.name, stage.name)
                };
                let name = if clock.name.is_empty() { stage } else { format!("{stage}: {}", clock.name) };
                add(name, &Spread::of(&delay.value, Ty::DURATION, false));
            }
        }
    }
    for (n, state) in scenario.states.iter().enumerate() {
        if let Some(law) = facts.beginning(n).filter(|law| law.surely) {
            add(format!("{} at the start", state.name), &Spread::of(&law.value, state.ty, false));
        } else if let crate::model::Initial::Draw(draw @ (Draw::Chance(_) | Draw::Weights(_))) =
            &state.initial
            && let Some(words) = facts::chances(scenario, state.ty, draw)
        {
            others.push(format!("{} at the start: {words}", state.name));
        }
    }
    let mut page = if rows > 0 { format!("{}\n", table.trim_fmt()) } else { String::new() };
    for line in others {
        page.push_str(&line);
        page.push('\n');
    }
    page.push_str(&super::size(scenario));
    page.push('\n');
    page
}
