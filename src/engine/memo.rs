//! Tables of branches that were worked out before: within a world they follow from a few state variables and tracks alone, and
//! a path mostly finds these as an earlier one left them.

use crate::program::{List, Program};

/// Tables kept of a list.
const ENTRIES: usize = 32;
/// Look-ups after which it is seen whether they pay, and the share that must have been found.
const TRIAL: u32 = 1024;
const WORTH: u32 = 4;

/// Remembered tables of all lists of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    lists: Vec<Remembered>,
    /// Counts worlds; what an earlier world left is not found.
    world: u64,
}

/// Tables of one list, by a hash of what they follow from; a later one takes the place of an earlier.
#[derive(Clone, Debug, Default)]
struct Remembered {
    /// By entry: the world, then the bits of what is read.
    keys: Vec<u64>,
    /// By entry: the thresholds.
    tables: Vec<f64>,
    tries: u32,
    found: u32,
    /// Whether it does not pay: something read is hardly ever the same twice.
    idle: bool,
}

/// Where a table is, or is to be put.
pub(super) enum Found {
    /// It is in this entry.
    There(usize),
    /// It may be put into this entry.
    Free(usize),
    /// It is not to be kept.
    Nowhere,
}

impl Memo {
    /// Of this program; nothing yet.
    pub fn new(program: &Program) -> Memo {
        Memo { lists: vec![Remembered::default(); program.lists.len()], world: 0 }
    }

    /// Another world begins.
    pub fn next_world(&mut self) {
        self.world += 1;
    }

    /// Looks for the table of a list, for the values as they are.
    #[inline]
    pub fn find(&mut self, program: &Program, number: usize, list: &List, values: &[f64]) -> Found {
        let reads = list.reads.of(&program.list_reads);
        let memory = &mut self.lists[number];
        if reads.is_empty() || memory.idle {
            return Found::Nowhere;
        }
        let width = reads.len() + 1;
        if memory.keys.is_empty() {
            // World 0 never is.
            memory.keys = vec![0; ENTRIES * width];
            memory.tables = vec![0.0; ENTRIES * list.branches.range().len()];
        }
        let mut hash = 0_u64;
        for &place in reads {
            hash =
                (hash.rotate_left(23) ^ values[place as usize].to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let entry = (hash >> 59) as usize % ENTRIES;
        let key = &memory.keys[entry * width..][..width];
        let same = key[0] == self.world
            && key[1..].iter().zip(reads).all(|(bits, place)| *bits == values[*place as usize].to_bits());
        memory.tries += 1;
        memory.found += u32::from(same);
        if memory.tries == TRIAL {
            memory.idle = memory.found < TRIAL / WORTH;
            (memory.tries, memory.found) = (0, 0);
        }
        if same { Found::There(entry) } else { Found::Free(entry) }
    }

    /// The table in an entry.
    #[inline]
    pub fn table(&self, number: usize, entry: usize, branches: usize) -> &[f64] {
        &self.lists[number].tables[entry * branches..][..branches]
    }

    /// Puts a table into an entry, for the values as they are.
    pub fn put(
        &mut self,
        program: &Program,
        number: usize,
        list: &List,
        values: &[f64],
        entry: usize,
        table: &[f64],
    ) {
        let reads = list.reads.of(&program.list_reads);
        let memory = &mut self.lists[number];
        let width = reads.len() + 1;
        let key = &mut memory.keys[entry * width..][..width];
        key[0] = self.world;
        for (bits, place) in key[1..].iter_mut().zip(reads) {
            *bits = values[*place as usize].to_bits();
        }
        memory.tables[entry * table.len()..][..table.len()].copy_from_slice(table);
    }
}
