//! Banks of paths: those that wait for the same random number lie side by side with all that they are, and move from bank to bank, so
//! that no step looks up a path. Particles are walked so where vectors are wide (Brown and Martin 1984, "Monte Carlo methods for
//! radiation transport analysis on vector computers").

use super::short::{SMALL, Small};
use crate::engine::{MANY, Stays};
use crate::stream::WorldKey;
use std::ops::Range;

/// Paths that are walked together.
pub(super) const ROOM: usize = 2048;
const _: () = assert!(ROOM <= 1 << 16);

/// The most banks: their numbers fit in a byte.
const BANKS: usize = 256;

/// A path in a bank: from the lowest bit on the bank, its place among those that are walked together, the fork that chooses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Path(u64);

impl Path {
    const PLACE: u32 = 16;
    const FORK: u32 = 32;
    /// The bit that tells what does more than to wait for another number.
    const MORE: u32 = 63;

    pub fn new(place: usize, bank: usize, fork: u32) -> Path {
        Path::way(bank, fork).at((place as u64) << Path::PLACE)
    }

    /// A path of which it is not known which.
    #[inline]
    fn way(bank: usize, fork: u32) -> Path {
        Path(u64::from(fork + 1) << Path::FORK | bank as u64)
    }

    /// One that has the place of another.
    #[inline]
    fn at(self, other: u64) -> Path {
        Path(self.0 | other & 0xffff_0000)
    }

    /// The key of its row.
    #[inline]
    pub fn key(self) -> u64 {
        self.0
    }

    /// The key of the row of those that do more whatever they choose.
    #[inline]
    pub fn aside(self) -> u64 {
        self.0 & 0xffff_0000
    }

    #[inline]
    pub fn place(self) -> usize {
        usize::from((self.0 >> Path::PLACE) as u16)
    }

    #[inline]
    fn bank(self) -> usize {
        usize::from(self.0 as u8)
    }

    #[inline]
    pub fn fork(self) -> u32 {
        ((self.0 >> Path::FORK) as u32).wrapping_sub(1)
    }
}

/// Those that go on.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Going {
    pub paths: [Path; MANY],
    /// The places of those that do more.
    pub more: [u8; MANY],
    /// By which row each goes on: that of its fork, or the first, and above these bits the place.
    pub keys: [u64; MANY],
    pub stays: Stays,
}

/// What a number chooses at a fork.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Row {
    /// The bits of what it must be at least, as [`Small`] has them.
    thresholds: [u64; SMALL - 1],
    /// What becomes of the path.
    ways: [Path; SMALL],
    /// Whether that is known.
    known: bool,
}

/// The banks, by queue, and a last one for paths that do more than to wait for another number.
#[derive(Clone, Debug)]
pub(super) struct Banks {
    count: usize,
    /// By bank, then in the order in which they came: paths, and since when they wait.
    pub waiting: Vec<(Path, f64)>,
    /// Where each bank ends; it begins at a multiple of the room.
    ends: Box<[u32; BANKS]>,
    /// By fork, in this world; before them one for those that do more whatever they choose.
    rows: Vec<Row>,
    world: Option<WorldKey>,
    /// How many paths were walked here, and of these the long way; rounds since one of them ended.
    pub walked: u64,
    pub long: u64,
    pub idle: u64,
    /// By bank, then place: draws so far.
    pub drawn: Vec<u32>,
    /// By place: where the path counts, as [`crate::engine::Since::at`] has it.
    pub ats: Vec<u64>,
    /// Those that go on now.
    pub going: Box<Going>,
    /// Of these the places of those that are not to be counted with the others, and of those that go the long way the places in the
    /// group.
    pub out: Vec<u8>,
    pub aside: Vec<usize>,
}

impl Banks {
    /// Empty banks of so many numbers.
    pub fn new(numbers: usize) -> Banks {
        let count = numbers.min(BANKS - 1) + 1;
        Banks {
            count,
            waiting: vec![(Path::default(), 0.0); count * ROOM],
            ends: Box::new(std::array::from_fn(|bank| (bank * ROOM) as u32)),
            rows: vec![],
            world: None,
            walked: 0,
            long: 0,
            idle: 0,
            drawn: vec![0; numbers * ROOM],
            ats: vec![0; ROOM],
            going: Box::new(Going {
                paths: [Path::default(); MANY],
                more: [0; MANY],
                keys: [0; MANY],
                stays: Stays::NONE,
            }),
            out: vec![],
            aside: vec![],
        }
    }

    /// Makes room for so many forks; those of which nothing is known are looked at one by one.
    pub fn reserve(&mut self, forks: usize) {
        let unknown = self.unknown();
        self.rows.resize(forks + 1, unknown);
    }

    fn unknown(&self) -> Row {
        Row {
            thresholds: [u64::MAX; SMALL - 1],
            ways: [Path(1 << Path::MORE | (self.count as u64 - 1)); SMALL],
            known: false,
        }
    }

    /// What is known of a fork.
    pub fn learn(&mut self, fork: u32, small: &Small) {
        let row = &mut self.rows[fork as usize + 1];
        (row.thresholds, row.known) = (small.thresholds, true);
        for (to, way) in row.ways.iter_mut().zip(small.ways).filter(|(_, way)| way.plain()) {
            *to = Path::way(usize::from(way.site), way.fork);
        }
    }

    /// Which branch a choice takes at a fork, if that is known.
    pub fn chosen(&self, fork: u32, choice: f64) -> Option<usize> {
        let row = self.rows.get(fork as usize + 1).filter(|row| row.known)?;
        Some(row.thresholds.iter().filter(|least| choice.to_bits() >= **least).count())
    }

    /// Nothing is known of these forks any more.
    pub fn forget(&mut self, forks: &[u32]) {
        let unknown = self.unknown();
        for fork in forks {
            if let Some(row) = self.rows.get_mut(*fork as usize + 1) {
                *row = unknown;
            }
        }
    }

    /// Paths of this world are to be walked: of any other nothing is known.
    pub fn enter(&mut self, world: WorldKey) {
        if self.world != Some(world) {
            self.world = Some(world);
            self.rows.clear();
        }
    }

    /// A path waits in a bank.
    #[inline]
    pub fn push(&mut self, path: Path, time: f64) {
        let end = &mut self.ends[path.bank()];
        self.waiting[*end as usize] = (path, time);
        *end += 1;
    }

    /// The fullest bank, if anybody waits.
    pub fn fullest(&self) -> Option<usize> {
        let count = |bank: &usize| self.ends[*bank] as usize - bank * ROOM;
        (0..self.count - 1).max_by_key(count).filter(|bank| count(bank) > 0)
    }

    /// Empties a bank; where those lie who waited there.
    pub fn empty(&mut self, bank: usize) -> Range<usize> {
        bank * ROOM..std::mem::replace(&mut self.ends[bank], (bank * ROOM) as u32) as usize
    }

    /// What becomes of those that go on, each by its choice. So many do more than to wait for another number, or are not over by the
    /// horizon; nothing is done about them yet.
    #[inline(never)]
    pub fn branch<const THRESHOLDS: usize>(&mut self, choices: &[f64]) -> usize {
        let Banks { waiting, ends, rows, going, .. } = self;
        let Going { more, keys, stays, .. } = &mut **going;
        let count = stays.count.min(MANY);
        let (waiting, rows, mut others) = (&mut waiting[..], &rows[..], 0);
        let choices = &choices[..count];
        for nth in 0..count {
            let key = keys[nth];
            let row = &rows[(key >> Path::FORK) as usize];
            // Thresholds rise: as many are passed as branches lie before the one that is chosen.
            let bits = choices[nth].to_bits();
            let passed = row.thresholds[..THRESHOLDS].iter().map(|least| usize::from(bits >= *least));
            let way = row.ways[passed.sum::<usize>() % SMALL];
            let end = &mut ends[way.bank()];
            waiting[*end as usize] = (way.at(key), stays.to[nth]);
            *end += 1;
            more[others % MANY] = nth as u8;
            others += (way.0 >> Path::MORE) as usize;
        }
        ends[self.count - 1] = ((self.count - 1) * ROOM) as u32;
        others.min(MANY)
    }
}
