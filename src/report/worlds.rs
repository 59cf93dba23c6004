//! `worlds.csv`: one row a world, what is believed in it and what comes of it, in order of world and variant, written while the run
//! goes on.

use super::cell::{push_number, push_whole};
use super::error::ReportError;
use super::folder::Folder;
use super::streamed::{Streamed, Told, add, heads, named};
use crate::engine::{Chunk, PathEnd, Refused, Rows, WorldEnd};
use crate::study::{Method, Plan, RowSheet, Subject, in_days};

/// The name of the table.
pub const WORLDS: &str = "worlds.csv";

/// Its own columns; `belief_NAME` stands for a column a belief of any scenario, and so on.
pub const WORLD_COLUMNS: [&str; 8] = [
    "world",
    "method",
    "paths",
    "belief_NAME",
    "outcome_NAME",
    "measure_NAME",
    "counted_NAME",
    "payoff_NAME",
];

/// The table while it is written.
pub struct WorldTable {
    table: Streamed,
    columns: Columns,
}

/// The columns of the batch: those of all scenarios.
#[derive(Clone, Debug, Default)]
struct Columns {
    levers: Vec<String>,
    beliefs: Vec<String>,
    outcomes: Vec<String>,
    measures: Vec<String>,
    /// Measures for which not every path may count.
    counted: Vec<String>,
    payoffs: Vec<String>,
}

/// Writes the rows of one scenario: by column what it is of, where the scenario has it.
struct Writer {
    /// By variant.
    heads: Vec<String>,
    beliefs: Vec<Option<(usize, Told)>>,
    outcomes: Vec<Option<usize>>,
    measures: Vec<Option<(usize, f64)>>,
    counted: Vec<Option<usize>>,
    /// With numbers after those of the measures.
    payoffs: Vec<Option<usize>>,
}

impl WorldTable {
    /// Begins the table of a plan.
    pub fn begin(folder: &mut Folder, plan: &Plan) -> Result<WorldTable, ReportError> {
        let columns = Columns::of(plan);
        let own = WORLD_COLUMNS[..3].iter().map(ToString::to_string);
        let own = own.chain(named("belief", &columns.beliefs)).chain(named("outcome", &columns.outcomes));
        let own = own.chain(named("measure", &columns.measures)).chain(named("counted", &columns.counted));
        let own = own.chain(named("payoff", &columns.payoffs));
        Ok(WorldTable { table: Streamed::begin(folder, WORLDS, &columns.levers, own)?, columns })
    }

    /// Ends it.
    pub fn finish(self, folder: &Folder) -> Result<(), ReportError> {
        self.table.finish(folder)
    }
}

impl RowSheet for WorldTable {
    fn rows(&self, subject: &Subject) -> Box<dyn Rows> {
        Box::new(Writer::new(&self.columns, subject))
    }

    fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
        self.table.take(&rows.worlds)
    }
}

impl Columns {
    fn of(plan: &Plan) -> Columns {
        let mut columns = Columns { levers: plan.levers(), ..Columns::default() };
        // Of the others there are no rows.
        for subject in plan.subjects.iter().filter(|subject| subject.size.vary) {
            let scenario = &subject.scenario;
            scenario.beliefs.iter().for_each(|belief| add(&mut columns.beliefs, &belief.name));
            scenario.outcomes.iter().for_each(|outcome| add(&mut columns.outcomes, &outcome.name));
            for measure in &scenario.measures {
                add(&mut columns.measures, &measure.name);
                if measure.is_partial() {
                    add(&mut columns.counted, &measure.name);
                }
            }
            scenario.payoffs.iter().for_each(|(party, _)| add(&mut columns.payoffs, party));
        }
        columns
    }
}

impl Writer {
    fn new(columns: &Columns, subject: &Subject) -> Writer {
        let scenario = &subject.scenario;
        let belief = |name: &String| {
            let n = scenario.beliefs.iter().position(|belief| belief.name == *name)?;
            Some((n, Told::of(scenario, scenario.beliefs[n].ty)))
        };
        let measure = |name: &String| {
            let n = scenario.measures.iter().position(|measure| measure.name == *name)?;
            Some((n, in_days(scenario.measures[n].ty).0))
        };
        let payoff = |name: &String| {
            let n = scenario.payoffs.iter().position(|(party, _)| party == name)?;
            Some(scenario.measures.len() + n)
        };
        let outcome = |name: &String| scenario.outcomes.iter().position(|outcome| outcome.name == *name);
        let counted =
            |name: &String| measure(name).map(|(n, _)| n).filter(|n| scenario.measures[*n].is_partial());
        Writer {
            heads: heads(&columns.levers, subject),
            beliefs: columns.beliefs.iter().map(belief).collect(),
            outcomes: columns.outcomes.iter().map(outcome).collect(),
            measures: columns.measures.iter().map(measure).collect(),
            counted: columns.counted.iter().map(counted).collect(),
            payoffs: columns.payoffs.iter().map(payoff).collect(),
        }
    }
}

impl Rows for Writer {
    fn row(&self, _: usize, _: u64, _: u64, _: &PathEnd<'_>, _: &mut Vec<u8>) {}

    fn paths(&self) -> bool {
        false
    }

    fn worlds(&self) -> bool {
        true
    }

    fn world(&self, arm: usize, world: &WorldEnd<'_>, to: &mut Vec<u8>) {
        to.extend_from_slice(self.heads[arm].as_bytes());
        to.push(b',');
        push_whole(to, world.number);
        to.push(b',');
        let method = if world.paths.is_some() { Method::Sampling } else { Method::Exact };
        to.extend_from_slice(method.name().as_bytes());
        to.push(b',');
        if let Some(paths) = world.paths {
            push_whole(to, paths);
        }
        for belief in &self.beliefs {
            to.push(b',');
            if let Some((n, told)) = belief {
                told.push(world.beliefs[*n], to);
            }
        }
        let mean = |n: usize| world.measured[n].0 / world.measured[n].1;
        let outcomes = self.outcomes.iter().map(|n| n.map(|n| world.outcomes[n]));
        let measures = self.measures.iter().map(|of| of.map(|(n, scale)| mean(n) * scale));
        let counted = self.counted.iter().map(|n| n.map(|n| world.measured[n].1));
        let payoffs = self.payoffs.iter().map(|n| n.map(mean));
        for value in outcomes.chain(measures).chain(counted).chain(payoffs) {
            to.push(b',');
            // What is no number is an empty cell, as is the mean of no paths.
            push_number(to, value.unwrap_or(f64::NAN));
        }
        to.push(b'\n');
    }
}
