//! What an edge does in short, where it does no more than most do; and forks of such edges.

/// No number.
pub(super) const NONE: u32 = u32::MAX;

/// All that an edge does, where it is no more than this: one stage is left for another of its track, where a `first` measure may
/// hold, and then one number is waited for, with which one fork chooses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quick {
    /// The stage that is left, by its number in the whole program; [`NONE`] where a path begins.
    pub left: u32,
    /// Whose number is waited for.
    pub site: u16,
    /// A `first` measure that holds now, or [`NEVER`].
    pub first: u16,
    /// The combination where it waits, unless that is on the spot.
    pub node: u32,
    /// The fork that chooses.
    pub fork: u32,
}

/// No measure.
pub(super) const NEVER: u16 = u16::MAX;

/// An edge of a fork in short; where it is more than that, [`Way::fork`] may be the edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// The fork that chooses next, or which end it is; or which of [`super::store::Chain::setting`].
    pub fork: u32,
    /// Whose number is waited for; or one of [`SETS`], [`OVER`], [`MORE`] and [`ASIDE`].
    pub site: u16,
    /// A `first` measure that holds now, or [`NEVER`].
    pub first: u16,
}

/// What lanes carry is assigned first.
pub(super) const SETS: u16 = u16::MAX - 3;
/// The path ends, and nothing more is done.
pub(super) const OVER: u16 = u16::MAX - 2;
/// More is to be done than is said in short.
pub(super) const MORE: u16 = u16::MAX - 1;
/// The number chooses nothing.
pub(super) const ASIDE: u16 = u16::MAX;

impl Way {
    pub const MORE: Way = Way { fork: NONE, site: MORE, first: NEVER };
    pub const ASIDE: Way = Way { fork: NONE, site: ASIDE, first: NEVER };

    /// Whether a number is waited for, and that is all.
    #[inline]
    pub fn plain(self) -> bool {
        // Both at once: no measure is all ones.
        let both = u32::from(self.site) | u32::from(self.first) << 16;
        both.wrapping_sub(u32::from(NEVER) << 16) < u32::from(SETS)
    }
}

/// Branches of a fork that is quickly chosen at.
pub(super) const SMALL: usize = 4;

/// A fork in a world in short, and in which turn that was worked out.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Small {
    /// The bits of what a choice must be at least; numbers between 0 and 1 are ordered like their bits.
    pub thresholds: [u64; SMALL - 1],
    pub ways: [Way; SMALL],
    pub turn: u32,
}

impl Default for Small {
    fn default() -> Small {
        Small { thresholds: [u64::MAX; SMALL - 1], ways: [Way::MORE; SMALL], turn: 0 }
    }
}
