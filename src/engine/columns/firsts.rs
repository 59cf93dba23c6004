//! Which clock rings first, in all lanes at once.

use super::lanes::LANES;
use pulp::{Simd, WithSimd};

/// Several clocks ring at the same time.
pub(super) const TIE: u64 = u64::MAX;

/// The clock that rings first, by lane: when, and which it is, or [`TIE`].
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Firsts {
    pub due: [f64; LANES],
    pub clock: [u64; LANES],
    /// The number that will choose its branch, where [`super::plan::Plan::alone`] holds of its stage.
    pub choice: [f64; LANES],
}

impl Firsts {
    /// None rings.
    pub const NONE: Firsts =
        Firsts { due: [f64::INFINITY; LANES], clock: [0; LANES], choice: [f64::NAN; LANES] };

    /// Of these clocks of a lane, each with the time when it rings.
    #[inline]
    pub fn set(&mut self, lane: u32, clocks: impl Iterator<Item = (u32, f64)>) {
        let (mut first, mut at) = (f64::INFINITY, 0);
        for (clock, due) in clocks {
            if due < first {
                (first, at) = (due, u64::from(clock));
            } else if due == first {
                at = TIE;
            }
        }
        (self.due[lane as usize % LANES], self.clock[lane as usize % LANES]) = (first, at);
    }
}

/// The first of several tracks; compiled for each set of instructions.
pub(super) struct FirstOfAll<'a> {
    pub tracks: &'a [Firsts],
    pub first: &'a mut Firsts,
}

impl WithSimd for FirstOfAll<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Firsts { due, clock, .. } = self.first;
        (*due, *clock) = (Firsts::NONE.due, Firsts::NONE.clock);
        for track in self.tracks {
            for lane in 0..LANES {
                let (other, which) = (track.due[lane], track.clock[lane]);
                let kept = if other == due[lane] { TIE } else { clock[lane] };
                clock[lane] = if other < due[lane] { which } else { kept };
                due[lane] = if other < due[lane] { other } else { due[lane] };
            }
        }
    }
}
