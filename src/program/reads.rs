//! What a condition or a rate reads, as a set: what has not changed need not be evaluated again.

use super::code::{Code, Value};
use super::condition::places;
use super::layout::Layout;

/// A set of state variables and tracks, and whether time is in it. Those beyond the sixtieth share one bit: who asks whether
/// something changed that is read may be told yes for nothing, but never no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads(u64);

/// Bits of places of their own.
const OWN: usize = 60;

impl Reads {
    /// Nothing.
    pub const NONE: Reads = Reads(0);
    /// Everything, as at the start of a path.
    pub const ALL: Reads = Reads(u64::MAX);
    /// The time on the path.
    pub const TIME: Reads = Reads(1 << 63);
    /// What changes at the start of a path alone.
    const START: Reads = Reads(1 << 62);

    /// The state variable or track at this place (see [`Layout`]).
    #[inline]
    pub fn place(place: usize) -> Reads {
        Reads(1 << place.min(OWN))
    }

    /// Both.
    #[inline]
    pub fn with(self, other: Reads) -> Reads {
        Reads(self.0 | other.0)
    }

    /// Without time.
    #[inline]
    pub fn untimed(self) -> Reads {
        Reads(self.0 & !Reads::TIME.0)
    }

    /// Whether one of these has changed.
    #[inline]
    pub fn touched(self, changed: Reads) -> bool {
        self.0 & changed.0 != 0
    }

    /// What an expression reads that is evaluated between events.
    pub(super) fn of(code: &Code, layout: &Layout, value: &Value) -> Reads {
        let mut reads = Reads::START;
        if value.deps.timed() {
            reads = reads.with(Reads::TIME);
        }
        for place in places(code, layout, value) {
            let place = place as usize;
            reads = reads.with(if place < layout.day() {
                Reads::place(place)
            } else if (layout.entered(0)..layout.entered(layout.tracks)).contains(&place) {
                // A stage is entered whenever its track is moved.
                Reads::place(layout.track(place - layout.entered(0)))
            } else {
                Reads::ALL
            });
        }
        reads
    }
}
