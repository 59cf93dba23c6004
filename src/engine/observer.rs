//! What can be seen of a path while it is walked: decided above, walked below.

/// Watches paths. Times are seconds from the start; tracks, stages and so on are numbered as in the scenario.
pub trait Observer {
    /// Whether it looks at rings. If not, nothing is made ready for [`Observer::ring`], and it is not called.
    const RINGS: bool = true;
    /// A path begins.
    fn begin(&mut self, _world: u64, _path: u64) {}
    /// A track has entered a stage.
    fn enter(&mut self, _track: usize, _stage: usize, _time: f64) {}
    /// A track has left a stage (its own again, too); not called for the stages where the path ends.
    fn leave(&mut self, _track: usize, _stage: usize, _entered: f64, _time: f64) {}
    /// A clock has rung, or a stage has branched on the spot, and a branch was taken; its effects are done when
    /// this is called, the moved tracks have not entered yet. For stories; cheap observers leave it empty.
    fn ring(&mut self, _ring: &Ring<'_>) {}
    /// A lump is paid into the account with this number in the program, before any discount.
    fn pay(&mut self, _account: usize, _amount: f64) {}
    /// A path has ended.
    fn end(&mut self, end: &PathEnd<'_>);
}

/// A branch that was taken.
#[derive(Clone, Copy, Debug)]
pub struct Ring<'a> {
    /// When.
    pub time: f64,
    /// The track.
    pub track: usize,
    /// The stage of the track.
    pub stage: usize,
    /// The clock of the stage; `None` where it branches on the spot.
    pub clock: Option<usize>,
    /// The branch in the list.
    pub branch: usize,
    /// How likely it was.
    pub probability: f64,
    /// State variables before and after its effects.
    pub before: &'a [f64],
    /// See `before`.
    pub after: &'a [f64],
}

/// What a path leaves behind.
#[derive(Clone, Copy, Debug)]
pub struct PathEnd<'a> {
    /// The outcome.
    pub outcome: usize,
    /// When it came: for the outcome at the horizon, the horizon; for `never`, infinity.
    pub time: f64,
    /// The time up to which the path was walked (finite also for `never`).
    pub last: f64,
    /// Whether nothing ended it: it stands where it is at the horizon, or for ever.
    pub standing: bool,
    /// The final values of the state variables.
    pub states: &'a [f64],
    /// The final stage of each track.
    pub stages: &'a [u16],
    /// When each track entered its final stage.
    pub entered: &'a [f64],
    /// The measures, in seconds where they are durations; infinity for a `first` that never came.
    pub measures: &'a [f64],
    /// Whether each measure's `given` holds.
    pub counted: &'a [bool],
    /// What each party gets.
    pub payoffs: &'a [f64],
    /// The values of the keys of all splits, one split after the other.
    pub cells: &'a [i64],
}

impl<O: Observer> Observer for &mut O {
    const RINGS: bool = O::RINGS;

    #[inline]
    fn begin(&mut self, world: u64, path: u64) {
        (**self).begin(world, path);
    }

    #[inline]
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        (**self).enter(track, stage, time);
    }

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        (**self).leave(track, stage, entered, time);
    }

    #[inline]
    fn ring(&mut self, ring: &Ring<'_>) {
        (**self).ring(ring);
    }

    #[inline]
    fn pay(&mut self, account: usize, amount: f64) {
        (**self).pay(account, amount);
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        (**self).end(end);
    }
}

/// Nobody, or somebody, watches.
impl<O: Observer> Observer for Option<O> {
    const RINGS: bool = O::RINGS;

    #[inline]
    fn begin(&mut self, world: u64, path: u64) {
        if let Some(observer) = self {
            observer.begin(world, path);
        }
    }

    #[inline]
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        if let Some(observer) = self {
            observer.enter(track, stage, time);
        }
    }

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        if let Some(observer) = self {
            observer.leave(track, stage, entered, time);
        }
    }

    #[inline]
    fn ring(&mut self, ring: &Ring<'_>) {
        if let Some(observer) = self {
            observer.ring(ring);
        }
    }

    #[inline]
    fn pay(&mut self, account: usize, amount: f64) {
        if let Some(observer) = self {
            observer.pay(account, amount);
        }
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        if let Some(observer) = self {
            observer.end(end);
        }
    }
}

/// Two watch the same path.
impl<A: Observer, B: Observer> Observer for (A, B) {
    const RINGS: bool = A::RINGS || B::RINGS;

    #[inline]
    fn begin(&mut self, world: u64, path: u64) {
        self.0.begin(world, path);
        self.1.begin(world, path);
    }

    #[inline]
    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.0.enter(track, stage, time);
        self.1.enter(track, stage, time);
    }

    #[inline]
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.0.leave(track, stage, entered, time);
        self.1.leave(track, stage, entered, time);
    }

    #[inline]
    fn ring(&mut self, ring: &Ring<'_>) {
        self.0.ring(ring);
        self.1.ring(ring);
    }

    #[inline]
    fn pay(&mut self, account: usize, amount: f64) {
        self.0.pay(account, amount);
        self.1.pay(account, amount);
    }

    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        self.0.end(end);
        self.1.end(end);
    }
}
