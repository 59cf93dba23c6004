//! Solves a program, world after world, epoch after epoch.

use super::super::endless::{FAR, MANY, MOST, NEAREST};
use super::super::explore::{Begin, Explored, Explorer};
use super::super::live::{Live, timeless_ends};
use super::story::Story;
use super::*;

/// Solves a program, world after world.
#[derive(Debug)]
pub struct Solver<'p> {
    program: &'p Program,
    live: Live,
    bank: Bank,
    /// What the last world that was explored looks like, and what of its numbers a world decides.
    explored: Option<Explored>,
    explorations: u64,
    /// Whether combinations of the last world are told apart by their time.
    by_time: bool,
    /// Where combinations are too many: the refusal if the nearest will not do.
    endless: Option<NotExact>,
    /// How many of them were told apart in the last world.
    nearest: Option<usize>,
}

impl<'p> Solver<'p> {
    /// A solver of a program; refused where what is read at the end reads the time.
    pub fn new(program: &'p Program) -> Result<Solver<'p>, NotExact> {
        timeless_ends(program)?;
        Ok(Solver {
            program,
            live: Live::new(program),
            bank: Bank::default(),
            explored: None,
            explorations: 0,
            by_time: false,
            endless: None,
            nearest: None,
        })
    }

    /// A solver that looks at the nearest combinations alone, where there are too many (see `exact::endless`).
    pub fn of_nearest(self, endless: Option<NotExact>) -> Solver<'p> {
        Solver { endless, ..self }
    }

    /// How many worlds were explored; the others took over the combinations of the one before.
    pub fn explorations(&self) -> u64 {
        self.explorations
    }

    /// What the last world took, in evaluations of densities (about 0.1 microseconds each).
    pub fn effort(&self) -> u64 {
        self.bank.effort.spent()
    }

    /// The answers in a world.
    pub fn solve(&mut self, world: &World, asked: &Questions) -> Result<Solution, NotExact> {
        let Some(endless) = self.endless.clone() else { return self.solve_whole(world, asked) };
        let (mut nearest, mut before) = (NEAREST, 1.0);
        while nearest <= MOST {
            // What was explored for another number would be another graph.
            if self.nearest.replace(nearest) != Some(nearest) {
                self.explored = None;
            }
            match self.solve_whole(world, asked) {
                Ok(solution) if solution.beyond <= FAR => return Ok(solution),
                Ok(Solution { beyond, .. }) => {
                    if nearest >= MANY && beyond > before / 4.0 && beyond < 0.95 {
                        break;
                    }
                    (nearest, before) = (nearest * 2, beyond);
                }
                Err(NotExact {
                    why: Why::RunsOn | Why::RunsThrough(_) | Why::TooMuch | Why::TooManyMoments(_),
                    ..
                }) => break,
                Err(refused) => return Err(refused),
            }
        }
        Err(endless)
    }

    /// The same, with the combinations that are looked at.
    fn solve_whole(&mut self, world: &World, asked: &Questions) -> Result<Solution, NotExact> {
        match self.tell(world, asked, true) {
            // Combinations that are told apart by their time are many.
            Err(NotExact { why, .. }) if self.by_time && !matches!(why, Why::Fault(..)) => {
                self.tell(world, asked, false)
            }
            told => told,
        }
    }

    /// The same; `by_time`: combinations may be told apart by their time.
    fn tell(&mut self, world: &World, asked: &Questions, by_time: bool) -> Result<Solution, NotExact> {
        let program = self.program;
        self.by_time = false;
        self.bank.tidy(program.horizon);
        self.bank.effort.begin(asked.effort);
        let refilled = self.explored.take().and_then(|mut explored| {
            explored.numbers.refill(&mut explored.graph, program, world).then_some(explored)
        });
        let mut explored = match refilled {
            Some(refilled) => refilled,
            None => {
                self.explorations += 1;
                self.explore(world, &Begin::Start, by_time)?
            }
        };
        let mut story = Story::new(program, world, asked);
        let mut epochs = 0;
        while explored.next <= program.horizon && explored.next < f64::INFINITY {
            let cut = story.epoch(explored, &mut self.bank)?;
            explored = self.explore(world, &Begin::Cut(Box::new(cut)), by_time)?;
            epochs += 1;
        }
        let mut solution = story.last(&explored, &mut self.bank)?;
        if epochs == 0 && program.horizon == f64::INFINITY && asked.fractions && solution.beyond == 0.0 {
            let never = usize::from(program.never);
            solution.fractions =
                fraction::outcomes(&explored.graph, asked.outcomes, never).unwrap_or_default();
        }
        self.explored = Some(explored);
        Ok(solution)
    }

    fn explore(&mut self, world: &World, begin: &Begin, by_time: bool) -> Result<Explored, NotExact> {
        let asked = (by_time, self.nearest);
        if let Some(explored) = Explorer::explore(self.program, world, &self.live, begin, asked)? {
            return Ok(explored);
        }
        self.by_time = true;
        Explorer::explore_by_time(self.program, world, &self.live, begin, self.nearest)
    }
}
