//! Visits of one stage, counted where they begin and where they end.
//!
//! Time is a sum of differences, so it need not be known how long a visit was: when it is entered the time is subtracted, when it is
//! left it is added, each in the slot where that falls. What is still there at the end of a slot gets that end added when the sums
//! are made ([`super::stages`]). No visit is shared out among the slots that it passes.

use crate::engine::{MANY, Since, Stays, Stops, Visits};
use pulp::{Arch, Simd, WithSimd};

/// Times are whole sixty-fourths of a second, so that sums are exact in any order.
pub(super) const TICKS: f64 = 64.0;

/// A stretch of time between milestones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// When it ends, in seconds; the last one never does.
    pub until: f64,
    /// The same in ticks; 0 of the last.
    pub ticks: u64,
}

/// What happened in one stage within one slot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Entries, and 2^32 times departures.
    pub moves: u64,
    /// When it was left less when it was entered, all of these together; below 0 it is 2^64 more.
    pub ticks: u64,
}

/// One departure.
pub(super) const LEFT: u64 = 1 << 32;

/// Counts visits of one stage: by slot, then unit.
pub struct StageVisits<'a> {
    pub(super) slots: &'a [Slot],
    /// How many units may be open at once.
    pub(super) units: usize,
    pub(super) open: &'a mut [Counts],
    pub(super) room: &'a mut Room,
}

impl Visits for StageVisits<'_> {
    #[inline]
    fn leave(&mut self, since: &mut Since, time: f64) {
        leave((self.slots, self.units), self.open, since, time);
    }

    fn leave_many(&mut self, stays: &Stays) {
        let Room { arch, cells } = &mut *self.room;
        let count = stays.count.min(MANY);
        if !arch.dispatch(Find { stays, slots: self.slots, units: self.units, cells }) {
            for nth in 0..count {
                let (at, time, to) = (stays.at[nth] as u32, stays.from[nth], stays.to[nth]);
                self.leave(&mut Since { time, at, slot: 0 }, to);
            }
            return;
        }
        let open = &mut *self.open;
        if stays.at_once {
            for first in &cells.first[..count] {
                open[*first as usize].moves += 1 + LEFT;
            }
            return;
        }
        for nth in 0..count {
            let counts = &mut open[cells.first[nth] as usize];
            counts.moves += 1;
            counts.ticks = counts.ticks.wrapping_add(cells.entered[nth]);
            let counts = &mut open[cells.last[nth] as usize];
            counts.moves += LEFT;
            counts.ticks = counts.ticks.wrapping_add(cells.left[nth]);
        }
    }
}

/// Counts paths that stop.
pub struct StageStops<'a> {
    pub(super) first: &'a [usize],
    pub(super) touched: &'a mut [bool],
    pub(super) slots: &'a [Slot],
    pub(super) units: usize,
    pub(super) open: &'a mut [Counts],
}

impl Stops for StageStops<'_> {
    #[inline]
    fn stop<'s>(
        &mut self,
        (standing, last): (bool, f64),
        tracks: impl Iterator<Item = (usize, &'s mut Since)>,
    ) {
        let (slots, size) = ((self.slots, self.units), self.slots.len() * self.units);
        let mut at = None;
        for (&first, (stage, since)) in self.first.iter().zip(tracks) {
            self.touched[first + stage] = true;
            let open = &mut self.open[(first + stage) * size..][..size];
            if standing {
                stand(slots, open, since, last);
            } else {
                leave(slots, open, since, last);
            }
            at = Some(cell(slots, since));
        }
        if let (false, Some(at)) = (standing, at) {
            self.gone(at);
        }
    }

    #[inline]
    fn over(&mut self, at: u32, time: f64) {
        let later = self.slots[..self.slots.len() - 1].iter().map(|slot| usize::from(time > slot.until));
        self.gone(at as usize + later.sum::<usize>() * self.units);
    }
}

impl StageStops<'_> {
    #[inline]
    fn gone(&mut self, at: usize) {
        let (ended, size) = (self.touched.len() - 1, self.slots.len() * self.units);
        self.touched[ended] = true;
        self.open[ended * size + at].moves += 1;
    }
}

/// A visit ends; so many units lie side by side in a slot.
#[inline]
fn leave(slots: (&[Slot], usize), open: &mut [Counts], since: &mut Since, to: f64) {
    let first = &mut open[cell(slots, since)];
    let from = std::mem::replace(&mut since.time, to);
    if to <= slots.0[since.slot as usize].until {
        first.moves += 1 + LEFT;
        first.ticks = first.ticks.wrapping_add(between(from, to));
        return;
    }
    enter(first, from);
    let last = &mut open[cell(slots, since)];
    last.moves += LEFT;
    last.ticks = last.ticks.wrapping_add(ticks(to));
}

/// A visit begins.
#[inline]
fn enter(counts: &mut Counts, time: f64) {
    counts.moves += 1;
    counts.ticks = counts.ticks.wrapping_sub(ticks(time));
}

/// A visit begins that does not end; what comes after a time does not count.
fn stand((slots, units): (&[Slot], usize), open: &mut [Counts], since: &mut Since, to: f64) {
    enter(&mut open[cell((slots, units), since)], since.time);
    since.time = to;
    let first = cell((slots, units), since);
    // At the end of a slot it is there, for which that end is added: so much of it is too much from then on.
    let mut counted = ticks(to);
    for (slot, at) in slots[since.slot as usize..].iter().zip((first..).step_by(units)) {
        let ticks = &mut open[at].ticks;
        *ticks = ticks.wrapping_add(counted).wrapping_sub(slot.ticks);
        counted = slot.ticks;
    }
}

/// The cell of the time, whose slot is known from then on.
#[inline]
fn cell((slots, units): (&[Slot], usize), since: &mut Since) -> usize {
    while since.time > slots[since.slot as usize].until {
        since.slot += 1;
    }
    since.at as usize + since.slot as usize * units
}

/// Room to find where many visits count.
#[derive(Clone, Debug)]
pub(super) struct Room {
    arch: Arch,
    cells: Cells,
}

/// Where visits begin and end, and the ticks that are added there.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Cells {
    first: [u64; MANY],
    entered: [u64; MANY],
    last: [u64; MANY],
    left: [u64; MANY],
}

impl Room {
    /// Of no visits.
    pub fn new() -> Room {
        let none = [0; MANY];
        Room { arch: Arch::new(), cells: Cells { first: none, entered: none, last: none, left: none } }
    }
}

/// Finds [`Cells`]; compiled for each set of instructions. False where a time has too many ticks for that.
struct Find<'a> {
    stays: &'a Stays,
    slots: &'a [Slot],
    units: usize,
    cells: &'a mut Cells,
}

impl WithSimd for Find<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        // Few milestones stay in registers.
        match self.slots.len() - 1 {
            0 => self.find::<S, 0>(simd),
            1 => self.find::<S, 1>(simd),
            2 => self.find::<S, 2>(simd),
            3 => self.find::<S, 3>(simd),
            4 => self.find::<S, 4>(simd),
            _ => self.find::<S, 5>(simd),
        }
    }
}

impl Find<'_> {
    /// The same where there are so many milestones, or more.
    #[inline(always)]
    fn find<S: Simd, const FIRST: usize>(self, simd: S) -> bool {
        let Find { stays, slots, units, cells } = self;
        let mut until = [simd.splat_f64s(0.0); FIRST];
        for (until, slot) in until.iter_mut().zip(slots) {
            *until = simd.splat_f64s(slot.until);
        }
        let others = if FIRST < 5 { &[] } else { &slots[FIRST..slots.len() - 1] };
        let count = stays.count.min(MANY).div_ceil(S::F64_LANES);
        let at = &S::as_simd_u64s(&stays.at).0[..count];
        let from = &S::as_simd_f64s(&stays.from).0[..count];
        let to = &S::as_simd_f64s(&stays.to).0[..count];
        let first = &mut S::as_mut_simd_u64s(&mut cells.first).0[..count];
        let entered = &mut S::as_mut_simd_u64s(&mut cells.entered).0[..count];
        let last = &mut S::as_mut_simd_u64s(&mut cells.last).0[..count];
        let left = &mut S::as_mut_simd_u64s(&mut cells.left).0[..count];
        let (none, units) = (simd.splat_u64s(0), simd.splat_u64s(units as u64));
        let bits = simd.splat_u64s(WHOLE.to_bits());
        let cell = Cell::<S, FIRST> { simd, until, others, units };
        if stays.at_once {
            for nth in 0..count {
                first[nth] = cell.at(at[nth], from[nth]);
            }
            return true;
        }
        let mut all = none;
        for nth in 0..count {
            first[nth] = cell.at(at[nth], from[nth]);
            entered[nth] = simd.sub_u64s(bits, whole(simd, from[nth]));
            last[nth] = cell.at(at[nth], to[nth]);
            left[nth] = simd.sub_u64s(whole(simd, to[nth]), bits);
            all = simd.or_u64s(all, left[nth]);
        }
        // Where one is none from 0 to below 2^52, something stands above these bits; of nobody's that does not matter.
        let mut each = [0; 8];
        simd.partial_store_u64s(&mut each[..S::F64_LANES], all);
        let fits = |ticks: &u64| ticks >> 52 == 0;
        each.iter().all(fits) || cells.left[..stays.count.min(MANY)].iter().all(fits)
    }
}

/// Finds the cell of a time: that of the first slot, or as many units further as slots have ended.
struct Cell<'a, S: Simd, const FIRST: usize> {
    simd: S,
    until: [S::f64s; FIRST],
    others: &'a [Slot],
    units: S::u64s,
}

// A closure would not be compiled for these instructions.
impl<S: Simd, const FIRST: usize> Cell<'_, S, FIRST> {
    #[inline(always)]
    fn at(&self, mut at: S::u64s, time: S::f64s) -> S::u64s {
        for until in self.until {
            at = self.later(at, until, time);
        }
        for slot in self.others {
            at = self.later(at, self.simd.splat_f64s(slot.until), time);
        }
        at
    }

    #[inline(always)]
    fn later(&self, at: S::u64s, until: S::f64s, time: S::f64s) -> S::u64s {
        let (simd, none) = (self.simd, self.simd.splat_u64s(0));
        simd.add_u64s(at, simd.select_u64s(simd.less_than_f64s(until, time), self.units, none))
    }
}

/// Times in ticks, above the bits of [`WHOLE`].
#[inline(always)]
fn whole<S: Simd>(simd: S, time: S::f64s) -> S::u64s {
    let ticks = simd.mul_f64s(time, simd.splat_f64s(TICKS));
    simd.transmute_u64s_f64s(simd.add_f64s(ticks, simd.splat_f64s(WHOLE)))
}

/// From here on numbers have no fraction: what is added to it is rounded, halves to the even one, and lies in its last bits.
const WHOLE: f64 = (1_u64 << 52) as f64;

/// A time in whole ticks.
#[inline]
pub(super) fn ticks(time: f64) -> u64 {
    let ticks = time * TICKS;
    if ticks.to_bits() < WHOLE.to_bits() {
        (ticks + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits())
    } else {
        many_ticks(ticks)
    }
}

/// The difference of two times in whole ticks.
#[inline]
fn between(from: f64, to: f64) -> u64 {
    if (to * TICKS).to_bits() < WHOLE.to_bits() {
        (to * TICKS + WHOLE).to_bits().wrapping_sub((from * TICKS + WHOLE).to_bits())
    } else {
        ticks(to).wrapping_sub(ticks(from))
    }
}

/// As many ticks where they are no number below 2^52.
#[cold]
fn many_ticks(ticks: f64) -> u64 {
    (ticks as i64).max(0) as u64
}
