//! `paths.csv`: one row a path, in order of world, path and variant, written while the run goes on.

use super::cell::{push_day, push_number, push_whole, quoted, text};
use super::error::ReportError;
use super::folder::Folder;
use crate::engine::{PathEnd, Refused, Rows};
use crate::model::{OptionSet, Scenario, Ty};
use crate::quantity::{DAY, Date};
use crate::study::{PathSheet, Plan, Subject, in_days};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// The name of the table.
pub const PATHS: &str = "paths.csv";

/// Its own columns; `final_NAME` stands for a column a track and state variable, and so on.
pub const PATH_COLUMNS: [&str; 8] =
    ["world", "path", "outcome", "day", "date", "final_NAME", "measure_NAME", "payoff_NAME"];

/// The table while it is written.
pub struct PathTable {
    path: PathBuf,
    file: BufWriter<File>,
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
    /// By variant: scenario, variant and levers, ready to be written.
    heads: Vec<String>,
    outcomes: Vec<String>,
    start: Option<Date>,
    finals: Vec<Option<Final>>,
    measures: Vec<Option<(usize, f64)>>,
    payoffs: Vec<Option<usize>>,
}

enum Final {
    Track(usize, Vec<String>),
    Options(usize, Vec<String>),
    Number(usize, f64),
}

impl PathTable {
    /// Begins the table of a plan.
    pub fn begin(folder: &mut Folder, plan: &Plan) -> Result<PathTable, ReportError> {
        let columns = Columns::of(plan);
        let path = folder.target().join(PATHS);
        let mut file = folder.open(PATHS)?;
        let mut header: Vec<String> = vec!["scenario".into(), "variant".into()];
        let named = |prefix: &str, names: &[String]| {
            names.iter().map(|name| format!("{prefix}_{name}")).collect::<Vec<String>>()
        };
        header.extend(named("lever", &columns.levers));
        header.extend(PATH_COLUMNS[..5].iter().map(ToString::to_string));
        header.extend(named("final", &columns.finals));
        header.extend(named("measure", &columns.measures));
        header.extend(named("payoff", &columns.payoffs));
        let header: Vec<String> = header.iter().map(|name| quoted(&text(name)).into_owned()).collect();
        writeln!(file, "{}", header.join(",")).map_err(|error| ReportError::io(&path, error))?;
        Ok(PathTable { path, file, columns })
    }

    /// Ends it.
    pub fn finish(self, folder: &Folder) -> Result<(), ReportError> {
        folder.close(PATHS, self.file)
    }
}

impl PathSheet for PathTable {
    fn rows(&self, subject: &Subject) -> Box<dyn Rows> {
        Box::new(Writer::new(&self.columns, subject))
    }

    fn take(&mut self, rows: &[u8]) -> Result<(), Refused> {
        self.file.write_all(rows).map_err(|error| ReportError::io(&self.path, error).into())
    }
}

impl Columns {
    fn of(plan: &Plan) -> Columns {
        let mut columns = Columns { levers: plan.levers(), ..Columns::default() };
        let add = |to: &mut Vec<String>, name: &String| {
            if !to.contains(name) {
                to.push(name.clone());
            }
        };
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
        let head = |variant: &str, levers: &[(String, String)]| {
            let option =
                |name: &String| levers.iter().find(|(l, _)| l == name).map_or("", |(_, o)| o.as_str());
            let cells =
                [scenario.name.as_str(), variant].into_iter().chain(columns.levers.iter().map(option));
            cells.map(|cell| quoted(&text(cell)).into_owned()).collect::<Vec<_>>().join(",")
        };
        Writer {
            heads: subject.arms.iter().map(|arm| head(&arm.name, &arm.levers())).collect(),
            outcomes: ready(scenario.outcomes.iter().map(|o| o.name.as_str())),
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

fn ready<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(|name| quoted(&text(name)).into_owned()).collect()
}

impl Final {
    fn of(scenario: &Scenario, name: &str) -> Option<Final> {
        let names = |set: &OptionSet| ready(set.names.iter().map(String::as_str));
        if let Some(n) = scenario.tracks.iter().position(|track| track.name == name) {
            return Some(Final::Track(n, ready(scenario.tracks[n].stages.iter().map(|s| s.name.as_str()))));
        }
        let n = scenario.states.iter().position(|state| state.name == name)?;
        Some(match scenario.states[n].ty {
            Ty::Option(set) => Final::Options(n, names(scenario.set(set))),
            Ty::Bool => Final::Options(n, vec!["false".into(), "true".into()]),
            ty => Final::Number(n, in_days(ty).0),
        })
    }

    /// Adds its cell.
    #[inline]
    fn push(&self, end: &PathEnd<'_>, to: &mut Vec<u8>) {
        match self {
            Final::Track(n, names) => to.extend_from_slice(names[usize::from(end.stages[*n])].as_bytes()),
            Final::Options(n, names) => {
                let name = names.get(end.states[*n] as usize);
                to.extend_from_slice(name.map_or(&b""[..], |name| name.as_bytes()));
            }
            Final::Number(n, scale) => push_number(to, end.states[*n] * scale),
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
