//! `paths.csv`: one row a path, in order of world, path and variant, written while the run goes on.

use super::cell::{push_day, push_number, push_whole};
use super::error::ReportError;
use super::folder::Folder;
use super::streamed::{Streamed, Told, add, heads, named, ready};
use crate::engine::{Chunk, PathEnd, Refused, Rows};
use crate::model::Scenario;
use crate::quantity::{DAY, Date};
use crate::study::{Plan, RowSheet, Subject, in_days};

/// The name of the table.
pub const PATHS: &str = "paths.csv";

/// Its own columns; `final_NAME` stands for a column a track and state variable, and so on.
pub const PATH_COLUMNS: [&str; 8] =
    ["world", "path", "outcome", "day", "date", "final_NAME", "measure_NAME", "payoff_NAME"];

/// The table while it is written.
pub struct PathTable {
    table: Streamed,
    columns: Columns,
}

/// The columns of the batch: those of all scenarios.
#[derive(Clone, Debug, Default)]
struct Columns {
    levers: Vec<String>,
    finals: Vec<String>,
    measures: Vec<String>,
    payoffs: Vec<String>,
}

/// Writes the rows of one scenario.
struct Writer {
    /// By variant.
    heads: Vec<String>,
    outcomes: Vec<String>,
    start: Option<Date>,
    finals: Vec<Option<Final>>,
    measures: Vec<Option<(usize, f64)>>,
    payoffs: Vec<Option<usize>>,
}

enum Final {
    Track(usize, Vec<String>),
    State(usize, Told),
}

impl PathTable {
    /// Begins the table of a plan.
    pub fn begin(folder: &mut Folder, plan: &Plan) -> Result<PathTable, ReportError> {
        let columns = Columns::of(plan);
        let own = PATH_COLUMNS[..5].iter().map(ToString::to_string);
        let own = own.chain(named("final", &columns.finals)).chain(named("measure", &columns.measures));
        let own = own.chain(named("payoff", &columns.payoffs));
        Ok(PathTable { table: Streamed::begin(folder, PATHS, &columns.levers, own)?, columns })
    }

    /// Ends it.
    pub fn finish(self, folder: &Folder) -> Result<(), ReportError> {
        self.table.finish(folder)
    }
}

impl RowSheet for PathTable {
    fn rows(&self, subject: &Subject) -> Box<dyn Rows> {
        Box::new(Writer::new(&self.columns, subject))
    }

    fn take(&mut self, rows: &Chunk) -> Result<(), Refused> {
        self.table.take(&rows.paths)
    }
}

impl Columns {
    fn of(plan: &Plan) -> Columns {
        let mut columns = Columns { levers: plan.levers(), ..Columns::default() };
        for subject in &plan.subjects {
            let scenario = &subject.scenario;
            scenario.tracks.iter().for_each(|track| add(&mut columns.finals, &track.name));
            scenario.states.iter().for_each(|state| add(&mut columns.finals, &state.name));
            scenario.measures.iter().for_each(|measure| add(&mut columns.measures, &measure.name));
            scenario.payoffs.iter().for_each(|(party, _)| add(&mut columns.payoffs, party));
        }
        columns
    }
}

impl Writer {
    fn new(columns: &Columns, subject: &Subject) -> Writer {
        let scenario = &subject.scenario;
        Writer {
            heads: heads(&columns.levers, subject),
            outcomes: ready(scenario.outcomes.iter().map(|o| &o.name)),
            start: scenario.start,
            finals: columns.finals.iter().map(|name| Final::of(scenario, name)).collect(),
            measures: columns
                .measures
                .iter()
                .map(|name| scenario.measures.iter().position(|m| m.name == *name))
                .map(|n| n.map(|n| (n, in_days(scenario.measures[n].ty).0)))
                .collect(),
            payoffs: columns
                .payoffs
                .iter()
                .map(|name| scenario.payoffs.iter().position(|(party, _)| party == name))
                .collect(),
        }
    }
}

impl Final {
    fn of(scenario: &Scenario, name: &str) -> Option<Final> {
        if let Some(n) = scenario.tracks.iter().position(|track| track.name == name) {
            return Some(Final::Track(n, ready(scenario.tracks[n].stages.iter().map(|s| &s.name))));
        }
        let n = scenario.states.iter().position(|state| state.name == name)?;
        Some(Final::State(n, Told::of(scenario, scenario.states[n].ty)))
    }

    /// Adds its cell.
    #[inline]
    fn push(&self, end: &PathEnd<'_>, to: &mut Vec<u8>) {
        match self {
            Final::Track(n, names) => to.extend_from_slice(names[usize::from(end.stages[*n])].as_bytes()),
            Final::State(n, told) => told.push(end.states[*n], to),
        }
    }
}

impl Rows for Writer {
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>) {
        to.extend_from_slice(self.heads[arm].as_bytes());
        to.push(b',');
        push_whole(to, world);
        to.push(b',');
        push_whole(to, path);
        to.push(b',');
        to.extend_from_slice(self.outcomes[end.outcome].as_bytes());
        to.push(b',');
        push_number(to, end.time / DAY);
        to.push(b',');
        if let Some(start) = self.start.filter(|_| end.time.is_finite()) {
            push_day(to, start.plus(end.time));
        }
        for of in &self.finals {
            to.push(b',');
            if let Some(of) = of {
                of.push(end, to);
            }
        }
        for measure in &self.measures {
            to.push(b',');
            // A path that does not count has none.
            if let Some((n, scale)) = measure.filter(|(n, _)| end.counted[*n]) {
                push_number(to, end.measures[n] * scale);
            }
        }
        for party in &self.payoffs {
            to.push(b',');
            if let Some(n) = party {
                push_number(to, end.payoffs[*n]);
            }
        }
        to.push(b'\n');
    }
}
