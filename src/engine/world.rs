//! One draw of all beliefs, and everything that follows from them alone.

use super::draw::by_uniform;
use super::fault::{Fault, FaultKind, Trouble};
use crate::diag::Span;
use crate::dist::Law;
use crate::program::{NO_TABLE, Program, Ready};
use crate::stream::WorldKey;
use std::sync::atomic::{AtomicU64, Ordering};

/// A world: the values of the beliefs, the values, laws and tables of branches that they decide.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) key: WorldKey,
    pub(crate) number: u64,
    /// The array of numbers of a path; only the pool is of interest.
    pub(crate) values: Vec<f64>,
    pub(crate) laws: Vec<Option<Law>>,
    pub(crate) tables: Vec<f64>,
    /// Another at each filling: who has seen a world knows it again.
    pub(super) stamp: u64,
    pub(super) beliefs: Vec<f64>,
    /// The uniform numbers that they come of.
    pub(super) uniforms: Vec<f64>,
}

/// Fillings so far, in all threads. Nothing but sameness is read off it.
static STAMP: AtomicU64 = AtomicU64::new(0);

impl World {
    /// The world with this number.
    pub fn new(program: &Program, seed: u64, world: u64) -> Result<World, Box<Fault>> {
        let mut made = World::empty(program);
        made.refill(program, seed, world)?;
        Ok(made)
    }

    /// The world with this number whose beliefs come of given uniform numbers, one for each belief in order (independent;
    /// the correlations are put in here). Its paths draw as in [`World::new`].
    pub fn with_uniforms(
        program: &Program,
        seed: u64,
        world: u64,
        uniforms: &[f64],
    ) -> Result<World, Box<Fault>> {
        let mut made = World::empty(program);
        made.refill_with_uniforms(program, seed, world, uniforms)?;
        Ok(made)
    }

    /// A world of no number yet.
    pub(super) fn empty(program: &Program) -> World {
        let mut made = World {
            key: WorldKey::new(0, 0),
            number: 0,
            values: vec![],
            laws: vec![],
            tables: vec![],
            stamp: 0,
            beliefs: vec![],
            uniforms: vec![],
        };
        made.clear(program);
        made
    }

    /// Becomes a world of no number yet, of any program.
    pub(super) fn clear(&mut self, program: &Program) {
        self.values.clear();
        self.values.resize(program.layout.pool().start, f64::NAN);
        self.values.extend(&program.pool);
        self.laws.clear();
        self.tables.clear();
        self.tables.resize(program.table_size, 0.0);
        self.beliefs.clear();
    }

    /// Becomes another world of the same program.
    pub fn refill(&mut self, program: &Program, seed: u64, world: u64) -> Result<(), Box<Fault>> {
        let key = WorldKey::new(seed, world);
        self.uniforms.clear();
        self.uniforms.extend(program.beliefs.iter().map(|b| key.draw(b.name, u64::MAX, 0).uniform()));
        self.fill(program, key, world)
    }

    /// Becomes another world of the same program, by given uniform numbers: see [`World::with_uniforms`].
    pub fn refill_with_uniforms(
        &mut self,
        program: &Program,
        seed: u64,
        world: u64,
        uniforms: &[f64],
    ) -> Result<(), Box<Fault>> {
        self.uniforms.clear();
        self.uniforms.extend_from_slice(&uniforms[..program.beliefs.len()]);
        self.fill(program, WorldKey::new(seed, world), world)
    }

    /// The number of the world.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The values of the beliefs, in order of declaration.
    pub fn beliefs(&self) -> &[f64] {
        &self.beliefs
    }

    /// The array of numbers that code reads and writes, with the pool of this world filled in: a start for evaluating
    /// expressions apart from a walk.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The laws that this world has prepared, beside the program's.
    pub fn ready<'a>(&'a self, program: &'a Program) -> Ready<'a> {
        Ready { fixed: &program.laws, world: &self.laws }
    }

    /// The thresholds of a list of branches whose chances this world decides; `None` where a path does, or where the chances
    /// are wrong (then working them out says what is).
    #[inline]
    pub fn table(&self, program: &Program, list: usize) -> Option<&[f64]> {
        let list = &program.lists[list];
        let start = list.table as usize;
        if list.table == NO_TABLE {
            return None;
        }
        let table = &self.tables[start..start + list.branches.range().len()];
        (!table[0].is_nan()).then_some(table)
    }

    /// Is another world from here on, of which nothing is known.
    pub(super) fn begin(&mut self, key: WorldKey, number: u64) {
        self.key = key;
        self.number = number;
        self.stamp = STAMP.fetch_add(1, Ordering::Relaxed) + 1;
        self.beliefs.clear();
    }

    /// The laws that follow from the beliefs.
    pub(super) fn make_laws(&mut self, program: &Program) {
        self.laws.clear();
        for tree in &program.world_laws {
            let ready = Ready { fixed: &program.laws, world: &self.laws };
            let law = tree.law(&program.code, &mut self.values, ready).ok().map(|law| law.into_owned());
            self.laws.push(law);
        }
    }

    fn fill(&mut self, program: &Program, key: WorldKey, number: u64) -> Result<(), Box<Fault>> {
        self.begin(key, number);
        if let Some(copula) = &program.copula {
            let mut together: Vec<f64> =
                program.correlated.iter().map(|b| self.uniforms[*b as usize]).collect();
            copula.apply(&mut together);
            for (belief, u) in program.correlated.iter().zip(together) {
                self.uniforms[*belief as usize] = u;
            }
        }
        let mut done = 0;
        for (index, belief) in program.beliefs.iter().enumerate() {
            let until = belief.after as usize;
            self.run(program, done, until);
            done = until;
            let ready = Ready { fixed: &program.laws, world: &[] };
            let (values, u) = (&mut self.values, self.uniforms[index]);
            let drawn = by_uniform(&belief.draw, &program.code, values, ready, u, belief.span)
                .and_then(|value| finite(value, index, belief.span));
            match drawn {
                Ok(value) => {
                    self.values[belief.place as usize] = value;
                    self.beliefs.push(value);
                }
                Err(trouble) => return Err(self.fault(*trouble)),
            }
        }
        self.run(program, done, program.world_code.len());
        self.make_laws(program);
        for list in program.lists.iter().filter(|list| list.table != NO_TABLE) {
            let start = list.table as usize;
            let table = &mut self.tables[start..start + list.branches.range().len()];
            if program.chances().thresholds(list, &mut self.values, table).is_err() {
                table[0] = f64::NAN;
            }
        }
        Ok(())
    }

    /// Runs a part of the world's code, which has no jumps.
    fn run(&mut self, program: &Program, from: usize, to: usize) {
        program.code.run_list(&program.world_code[from..to], &mut self.values);
    }

    fn fault(&self, (kind, span): (FaultKind, Span)) -> Box<Fault> {
        Box::new(Fault {
            kind,
            span,
            track: None,
            stage: None,
            time: 0.0,
            states: self.beliefs.clone().into(),
            stages: Box::default(),
            world: self.number,
            path: None,
        })
    }
}

fn finite(value: f64, index: usize, span: Span) -> Result<f64, Trouble> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(super::fault::trouble(FaultKind::Belief(index, value), span))
}
