//! Code and chances evaluated for many paths at once: where the scalar evaluation has a number, this has a column of them.
//!
//! Instructions are walked once for all lanes, and each is a loop that a compiler makes SIMD of, for the instruction set that is found
//! at run time. The results have the same bits as [`super::Code::evaluate`] and [`super::Chances::thresholds`] give, lane by lane.

mod chances;
mod elementary;
mod run;
#[cfg(test)]
mod tests;

pub use chances::Thresholds;

use super::Program;
use super::code::{Instruction, Op, Value};
use chances::Sums;
use pulp::{Arch, Simd, WithSimd};
use run::Run;

/// The most lanes that are evaluated at once.
pub const LANES: usize = 256;

/// A number of each lane.
type Room = [f64; LANES];

/// Room to evaluate in: by place (see [`super::Layout`]), then by lane.
///
/// The places that code reads as its inputs are asked for once, by [`Columns::inputs`] or [`Columns::list_inputs`]. Before each
/// evaluation the caller fills these for the lanes that are evaluated, by [`Columns::column`]. Constants are there already.
#[derive(Clone, Debug)]
pub struct Columns<'p> {
    program: &'p Program,
    arch: Arch,
    /// By place; what nothing has asked for has no room.
    rooms: Vec<Option<Box<Room>>>,
    /// Where results are put together before they take their place.
    spare: Box<Room>,
    /// The instruction at which each lane goes on, where some leave out more than others.
    resumes: Box<[i64; LANES]>,
    /// Whether a place of the pool is another in each world.
    world: Vec<bool>,
    /// By list.
    lists: Vec<Option<Box<[u32]>>>,
    sums: Box<Sums>,
    /// By branch, then by lane.
    rows: Vec<Room>,
}

impl<'p> Columns<'p> {
    /// Room for a program; it grows with what is asked for.
    pub fn new(program: &'p Program) -> Columns<'p> {
        let pool = program.layout.pool();
        let mut world = vec![false; pool.len()];
        let outs = program.world_code.iter().map(|i| i.out);
        for place in program.beliefs.iter().map(|belief| belief.place).chain(outs) {
            world[place as usize - pool.start] = true;
        }
        Columns {
            program,
            arch: Arch::new(),
            rooms: vec![None; program.layout.len()],
            spare: Box::new([0.0; LANES]),
            resumes: Box::new([0; LANES]),
            world,
            lists: vec![None; program.lists.len()],
            sums: Box::default(),
            rows: vec![],
        }
    }

    /// The program.
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// The places of the path and of the world that these values read, in rising order.
    pub fn inputs(&mut self, values: &[Value]) -> Vec<u32> {
        let mut inputs = vec![];
        for value in values {
            self.ready(value, &mut inputs);
        }
        inputs.sort_unstable();
        inputs.dedup();
        inputs
    }

    /// The same of the chances of a list, by its number in [`Program::lists`]. What the branches above leave is none of them.
    pub fn list_inputs(&mut self, list: usize) -> &[u32] {
        if self.lists[list].is_none() {
            let mut inputs = self.inputs(&self.program.expressions(&self.program.lists[list]));
            let rest = self.program.layout.rest();
            self.room(rest as u32);
            inputs.retain(|place| *place as usize != rest);
            self.lists[list] = Some(inputs.into());
        }
        self.lists[list].as_deref().unwrap_or_default()
    }

    /// The numbers of all lanes at a place, to be filled in.
    #[inline]
    pub fn column(&mut self, place: u32) -> &mut [f64; LANES] {
        if self.rooms[place as usize].is_none() {
            self.room(place);
        }
        self.rooms[place as usize].get_or_insert_with(|| Box::new([f64::NAN; LANES]))
    }

    /// The value of an expression in the first `count` lanes. Its inputs are in their columns.
    pub fn evaluate(&mut self, value: &Value, count: usize) -> &[f64] {
        self.ready(value, &mut vec![]);
        self.evaluate_ready(value, count)
    }

    /// The same of a value whose inputs were asked for by [`Columns::inputs`], so that there is room for all of it.
    pub fn evaluate_ready(&mut self, value: &Value, count: usize) -> &[f64] {
        let count = count.min(LANES);
        self.run(value, count);
        numbers(&self.rooms, value.out, count)
    }

    /// Runs the code that runs once a world, in the first `count` lanes, each of which is a world of its own. The beliefs are in their
    /// columns.
    pub fn run_world(&mut self, count: usize) {
        let (program, count) = (self.program, count.min(LANES));
        let (code, list) = (&program.code, &program.world_code[..]);
        self.make_room(list);
        let Columns { rooms, spare, resumes, .. } = self;
        self.arch.dispatch(Run { code, list, rooms, spare, resumes, count });
    }

    /// The numbers of all lanes at a place, where something has asked for it.
    pub fn of(&self, place: u32) -> &[f64] {
        numbers(&self.rooms, place, LANES)
    }

    /// Runs the code of a value, where there is room for all that it reads and writes.
    fn run(&mut self, value: &Value, count: usize) {
        let code = &self.program.code;
        let list = &code.list[value.start as usize..value.end as usize];
        if !list.is_empty() {
            let Columns { rooms, spare, resumes, .. } = self;
            self.arch.dispatch(Run { code, list, rooms, spare, resumes, count });
        }
    }

    /// Makes room for all that a value reads and writes, and adds what it reads of the path and of the world to `inputs`.
    fn ready(&mut self, value: &Value, inputs: &mut Vec<u32>) {
        let layout = self.program.layout;
        let (temps, pool) = (layout.temp()..layout.pool().start, layout.pool().start);
        let program = self.program;
        let list = &program.code.list[value.start as usize..value.end as usize];
        self.room(value.out);
        self.make_room(list);
        let read = list.iter().flat_map(|i| [i.a, i.b, i.c].into_iter().take(i.op.operands()));
        let read = read.chain([value.out]);
        let fixed = |place: usize| place.checked_sub(pool).is_some_and(|nth| !self.world[nth]);
        inputs.extend(read.filter(|p| !temps.contains(&(*p as usize)) && !fixed(*p as usize)));
    }

    fn make_room(&mut self, list: &[Instruction]) {
        for i in list {
            [i.a, i.b, i.c].iter().take(i.op.operands()).for_each(|place| self.room(*place));
            if !matches!(i.op, Op::Skip | Op::SkipIf | Op::SkipUnless) {
                self.room(i.out);
            }
        }
    }

    fn room(&mut self, place: u32) {
        let pool = self.program.layout.pool().start;
        let begins = |place: usize| place.checked_sub(pool).map_or(f64::NAN, |nth| self.program.pool[nth]);
        self.rooms[place as usize].get_or_insert_with(|| Box::new([begins(place as usize); LANES]));
    }
}

/// `libm::log` of many numbers, to the same bits; compiled for each set of instructions.
pub struct Logarithms<'a> {
    /// Of these.
    pub from: &'a [f64],
    /// As many results.
    pub to: &'a mut [f64],
}

impl WithSimd for Logarithms<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        elementary::log(self.from, self.to);
    }
}

/// The first numbers at a place; none where nothing has asked for it.
#[inline(always)]
fn numbers(rooms: &[Option<Box<Room>>], place: u32, count: usize) -> &[f64] {
    rooms[place as usize].as_ref().map_or(&[], |room| &room[..count])
}
