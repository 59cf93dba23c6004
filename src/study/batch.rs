//! Runs a plan: every variant of every scenario, compared with its base on the same luck.

use super::answer::{Answer, Made};
use super::arms::Arm;
use super::beliefs::beliefs;
use super::estimate::Method;
use super::plan::{Plan, Size, Subject, beliefs_vary};
use super::read::{answer, compare};
use super::sensitivity::{classes, walked};
use super::until::Reached;
use crate::engine::tally::Shape;
use crate::engine::{
    Chunk, Done, Fault, Halt, Job, PathEnd, Refused, Rows, Sampled, Source, TooLarge, Wrong, run_on,
};
use crate::exact::NotExact;
use crate::model::Scenario;
use crate::program::Program;
use crate::stats::{Classes, Design};
use std::sync::atomic::AtomicBool;

/// Variants that are run at once, beside the base: bounds the memory of a large batch. The base is walked again for each such
/// group.
const GROUP: usize = 24;

/// Who watches a run.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Set to stop.
    pub cancel: &'a AtomicBool,
    /// Told how many more paths are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// Who wants a row of each path or of each world, in order.
pub trait RowSheet: Send {
    /// What writes the rows of a scenario's variants (in the order of [`Subject::arms`]).
    fn rows(&self, subject: &Subject) -> Box<dyn Rows>;
    /// Takes some rows.
    fn take(&mut self, rows: &Chunk) -> Result<(), Refused>;
}

/// What a run found.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The levers of the batch, by name.
    pub levers: Vec<String>,
    /// By scenario, then variant, the base first.
    pub answers: Vec<Answer>,
    /// By scenario, what was reached where a run was to stop by precision; else empty.
    pub reached: Vec<Reached>,
}

/// Why a run has no results.
#[derive(Debug)]
pub enum Failed<F> {
    /// Somebody asked it to stop.
    Cancelled,
    /// A path went wrong.
    Path {
        /// The scenario.
        scenario: String,
        /// The variant.
        variant: String,
        /// The world.
        world: u64,
        /// The path in it; none where the world itself could not be drawn.
        path: Option<u64>,
        /// What.
        fault: F,
    },
    /// The rows of paths could not be written.
    Rows(Refused),
    /// The design of worlds cannot have so many.
    Design(TooLarge),
    /// A variant is not solved exactly.
    NotExact {
        /// The scenario.
        scenario: String,
        /// The variant.
        variant: String,
        /// The world.
        world: u64,
        /// Why.
        refused: Box<NotExact>,
    },
}

/// The variants of one scenario, ready to be run.
pub(super) struct Runner<'a, S> {
    plan: &'a Plan,
    subject: &'a Subject,
    sources: Vec<S>,
    shape: Shape,
    /// By variant, where worlds differ.
    classes: Vec<Vec<Classes>>,
    watch: Watch<'a>,
}

impl<'a, S: Source> Runner<'a, S> {
    pub fn new(
        plan: &'a Plan,
        subject: &'a Subject,
        source: &mut impl FnMut(&Scenario, u64) -> S,
        watch: Watch<'a>,
    ) -> Runner<'a, S> {
        let size = subject.size;
        let design = if size.vary { Design::Worlds { paths_each: size.paths_each } } else { Design::Paths };
        let seed = plan.settings.seed;
        let sources: Vec<S> = subject.arms.iter().map(|arm| source(&arm.scenario, seed)).collect();
        Runner {
            plan,
            subject,
            classes: if size.vary { classes(subject, size.worlds, &sources) } else { Vec::new() },
            sources,
            shape: Shape::new(&subject.scenario, design),
            watch,
        }
    }

    /// Runs a group of variants from where `from` ends to where `to` does.
    pub fn run(
        &self,
        group: &[usize],
        from: Option<Size>,
        to: Size,
        sheet: Option<&mut dyn RowSheet>,
    ) -> Result<Done, Failed<S::Fault>> {
        let arms: Vec<&S> = group.iter().map(|&arm| &self.sources[arm]).collect();
        let classes: Vec<_> = group.iter().filter_map(|&arm| self.classes.get(arm).cloned()).collect();
        // The base is told of once, however often it is walked: by the group that begins with the first variant.
        let first = group.get(1).is_none_or(|&arm| arm == 1);
        let job = Job {
            arms: &arms,
            shape: &self.shape,
            classes: &classes,
            worlds: to.worlds,
            paths_each: to.paths_each,
            threads: self.plan.settings.threads,
            cancel: self.watch.cancel,
            progress: &|arm, paths| {
                if arm > 0 || first {
                    (self.watch.progress)(paths);
                }
            },
        };
        let done = from.map_or(0, |size| if size.vary { size.worlds } else { size.paths_each });
        let rows = sheet.as_ref().map(|sheet| sheet.rows(self.subject));
        let mut sheet = sheet;
        let mut take = |chunk: &Chunk| sheet.as_mut().map_or(Ok(()), |sheet| sheet.take(chunk));
        let rows = rows.as_deref().map(|rows| (rows, &mut take as _));
        run_on(&job, done, rows).map_err(|halt| failed(halt, self.subject, group))
    }

    /// Adds the answers of a group to those of the scenario's earlier ones.
    pub fn read(
        &self,
        group: &[usize],
        done: &Done,
        size: Size,
        answers: &mut Vec<Answer>,
    ) -> Result<(), Failed<S::Fault>> {
        let (subject, seed) = (self.subject, self.plan.settings.seed);
        let made = Made { method: Method::Sampling, seed, worlds: size.worlds, paths: size.paths() };
        for (place, (&number, tally)) in group.iter().zip(&done.tallies).enumerate() {
            let arm: &Arm = &subject.arms[number];
            if number == 0 && !answers.is_empty() {
                continue;
            }
            let mut found = answer(&subject.scenario, arm, tally, made);
            let varies = beliefs_vary(&arm.scenario);
            if !varies {
                found = found.without_credible();
            }
            if place > 0 {
                found.compare = compare(&arm.scenario, &answers[0], &found, &done.paired[place - 1]);
                if !varies && !beliefs_vary(&subject.scenario) {
                    found.compare.iter_mut().for_each(|row| row.difference.credible = None);
                }
            }
            if let Some(sensitivity) = done.sensitivities.get(place).filter(|_| varies) {
                found.sensitivity = walked(arm, &self.classes[number], tally, sensitivity);
            }
            found.beliefs = beliefs(subject, number, &self.sources[number]).map_err(|(world, fault)| {
                let (scenario, variant) = (subject.scenario.name.clone(), arm.name.clone());
                Failed::Path { scenario, variant, world, path: None, fault }
            })?;
            answers.push(found);
        }
        Ok(())
    }
}

/// Runs a plan by what `source` makes of a scenario and a seed.
pub fn run_with<S: Source>(
    plan: &Plan,
    mut source: impl FnMut(&Scenario, u64) -> S,
    watch: Watch<'_>,
    mut sheet: Option<&mut dyn RowSheet>,
) -> Result<Results, Failed<S::Fault>> {
    let mut answers = Vec::new();
    for subject in &plan.subjects {
        let runner = Runner::new(plan, subject, &mut source, watch);
        let mut found = Vec::new();
        for group in groups(subject.arms.len(), sheet.is_some()) {
            let done = runner.run(&group, None, subject.size, again(&mut sheet))?;
            runner.read(&group, &done, subject.size, &mut found)?;
        }
        answers.extend(found);
    }
    Ok(Results { levers: plan.levers(), answers, reached: Vec::new() })
}

/// A sheet lent once more.
pub fn again<'a>(sheet: &'a mut Option<&mut dyn RowSheet>) -> Option<&'a mut dyn RowSheet> {
    match sheet {
        Some(sheet) => Some(&mut **sheet),
        None => None,
    }
}

/// The base, and with it some variants. Rows go variant by variant, so they want all in one.
pub(super) fn groups(arms: usize, whole: bool) -> Vec<Vec<usize>> {
    let variants: Vec<usize> = (1..arms).collect();
    if variants.is_empty() {
        return vec![vec![0]];
    }
    let size = if whole { variants.len() } else { GROUP };
    variants.chunks(size).map(|some| std::iter::once(0).chain(some.iter().copied()).collect()).collect()
}

fn failed<F>(halt: Halt<Wrong<F>>, subject: &Subject, group: &[usize]) -> Failed<F> {
    match halt {
        Halt::Cancelled => Failed::Cancelled,
        Halt::Fault(Wrong::Rows(error)) => Failed::Rows(error),
        Halt::Fault(Wrong::Path { arm, world, path, fault }) => Failed::Path {
            scenario: subject.scenario.name.clone(),
            variant: subject.arms[group[arm]].name.clone(),
            world,
            path,
            fault,
        },
    }
}

/// Rows of a sheet may be written by closures.
impl<T: Fn(usize, u64, u64, &PathEnd<'_>, &mut Vec<u8>) + Sync> Rows for T {
    fn row(&self, arm: usize, world: u64, path: u64, end: &PathEnd<'_>, to: &mut Vec<u8>) {
        self(arm, world, path, end, to);
    }
}

/// What went wrong on a path of a compiled scenario.
pub type Stopped = Failed<Box<Fault>>;

/// Runs a plan.
pub fn run_plan(plan: &Plan, watch: Watch<'_>, sheet: Option<&mut dyn RowSheet>) -> Result<Results, Stopped> {
    run_with(plan, sampled(), watch, sheet)
}

/// Compiles scenarios to be sampled; equal laws share their tables.
pub(super) fn sampled() -> impl FnMut(&Scenario, u64) -> Sampled {
    let mut known = Vec::new();
    move |scenario, seed| {
        let mut program = Program::compile(scenario);
        program.share_laws(&mut known);
        Sampled { program, seed }
    }
}
