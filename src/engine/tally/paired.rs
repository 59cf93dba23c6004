//! A variant against its base, path by path on the same luck.

use super::record::Record;
use super::shape::{MeasureShape, Shape};
use crate::engine::Ends;
use crate::stats::{Design, Difference, PairedGiven, PairedHits, PairedMeasure};

/// What is gathered on a path is a sum, and n pieces are rounded by up to n / 2^53 of what they come to (Higham 2002, section 4.2): a variant that
/// has the same in other pieces, or in another order, has another sum. With this, up to 8,192 pieces of one sign make no difference.
const ROUNDING: f64 = 1.0 / (1_u64 << 40) as f64;

/// What a value becomes in the variant, less what it was; 0 where rounding may be all that differs. Infinity is no rounding.
#[inline]
fn change(was: f64, is: f64) -> f64 {
    let change = is - was;
    if change.abs() < ROUNDING * was.abs().max(is.abs()) { 0.0 } else { change }
}

/// Counts how paths of a variant differ from those of the base with the same numbers.
#[derive(Clone, Debug)]
pub struct Paired {
    shape: Shape,
    paths: u64,
    /// Paths of the open world.
    open: u64,
    /// By slot, then outcome.
    outcomes: Pairs,
    measures: Vec<PairedMean>,
    payoffs: Vec<PairedMeasure>,
    /// By measure: whether it comes.
    comes: Vec<Option<PairedMean>>,
}

#[derive(Clone, Debug)]
enum PairedMean {
    /// True or false on every path: a probability.
    Truth(Pairs),
    Whole(PairedMeasure),
    Given(PairedGiven),
}

/// Hits of the variant alone and of the base alone, by place.
#[derive(Clone, Debug)]
struct Pairs {
    design: Design,
    /// Gained and lost: of the open world, or of all paths where each is a unit of its own.
    open: Vec<(u64, u64)>,
    /// Where paths share worlds: the places of the open world, and what closed worlds have left.
    touched: Vec<u32>,
    closed: Vec<PairedHits>,
}

impl Paired {
    /// Nothing counted yet.
    pub fn new(shape: &Shape) -> Paired {
        let design = shape.design;
        let comes = |measure: &MeasureShape| match measure.given {
            true => PairedMean::Given(PairedGiven::new(design)),
            false => PairedMean::Truth(Pairs::new(design, 1)),
        };
        let mean = |measure: &MeasureShape| match measure {
            m if !m.whole() => PairedMean::Given(PairedGiven::new(design)),
            m if m.truth => PairedMean::Truth(Pairs::new(design, 1)),
            _ => PairedMean::Whole(PairedMeasure::new(design)),
        };
        Paired {
            paths: 0,
            open: 0,
            outcomes: Pairs::new(design, shape.slots.len() * shape.outcomes),
            measures: shape.measures.iter().map(mean).collect(),
            payoffs: vec![PairedMeasure::new(design); shape.parties],
            comes: shape.measures.iter().map(|m| m.first.then(|| comes(m))).collect(),
            shape: shape.clone(),
        }
    }

    /// Compares paths with those of the base that are number `at` and on in its record. Each world is closed with its last path.
    #[inline]
    pub fn end_many(&mut self, base: &Record, at: usize, ends: &Ends<'_>) {
        let Some(world) = self.shape.design.clustered() else {
            self.paths += ends.count as u64;
            self.compare(base, at, ends);
            return;
        };
        let mut done = 0;
        while done < ends.count {
            let some = ends.count.min(done + (world - self.open) as usize);
            self.compare(base, at + done, &ends.part(done..some));
            self.open += (some - done) as u64;
            done = some;
            if self.open == world {
                self.close(world);
            }
        }
    }

    #[inline]
    fn compare(&mut self, base: &Record, at: usize, ends: &Ends<'_>) {
        let (shape, range) = (&self.shape, at..at + ends.count);
        let last = shape.slots.len() - 1;
        let (outcomes, times) = base.ends(range.clone());
        for path in 0..ends.count {
            let (was, is) = (usize::from(outcomes[path]), usize::from(ends.outcomes()[path]));
            let (time_was, time_is) = (times[path], ends.times()[path]);
            if was == is && time_was == time_is {
                continue; // as most are
            }
            let (from_was, from_is) = (shape.slot(time_was).min(last), shape.slot(time_is).min(last));
            for slot in from_was.min(from_is)..=last {
                let (had, has) = (slot >= from_was, slot >= from_is);
                if had && has && was == is {
                    break; // alike from here on
                }
                if had {
                    self.outcomes.lost(slot * shape.outcomes + was);
                }
                if has {
                    self.outcomes.gained(slot * shape.outcomes + is);
                }
            }
        }
        let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
        for (i, measure) in self.measures.iter_mut().enumerate() {
            let (was, is) = (base.measures(i, range.clone()), ends.measures(i));
            let pairs = was.iter().zip(is);
            match measure {
                PairedMean::Whole(mean) => {
                    pairs.for_each(|(was, is)| mean.record(change(finite(*was), finite(*is))));
                }
                PairedMean::Truth(truth) => pairs.for_each(|(was, is)| truth.pair(*was > 0.5, *is > 0.5)),
                PairedMean::Given(mean) => {
                    let counted = ends.counted(i);
                    for (path, (&was, &is)) in pairs.enumerate() {
                        let (was_counted, is_counted) = (base.counted(i, at + path), counted[path]);
                        let given = |value: f64, counted| (counted && value.is_finite()).then_some(value);
                        let alike = was_counted && is_counted && change(was, is) == 0.0;
                        let is = if alike { was } else { is };
                        mean.record(given(was, was_counted), given(is, is_counted));
                        let share = |value: f64, counted: bool| {
                            counted.then(|| f64::from(u8::from(value.is_finite())))
                        };
                        match &mut self.comes[i] {
                            Some(PairedMean::Given(comes)) => {
                                comes.record(share(was, was_counted), share(is, is_counted));
                            }
                            Some(PairedMean::Truth(comes)) => comes.pair(was.is_finite(), is.is_finite()),
                            Some(PairedMean::Whole(_)) | None => {}
                        }
                    }
                }
            }
        }
        for (party, payoff) in self.payoffs.iter_mut().enumerate() {
            let pairs = base.payoffs(party, range.clone()).iter().zip(ends.payoffs(party));
            pairs.for_each(|(was, is)| payoff.record(change(*was, *is)));
        }
    }

    /// Ends a world of so many paths.
    fn close(&mut self, paths: u64) {
        self.paths += paths;
        self.open = 0;
        self.outcomes.close(paths);
        let means = self.measures.iter_mut().chain(self.comes.iter_mut().flatten());
        means.for_each(|mean| mean.close(paths));
        self.payoffs.iter_mut().for_each(PairedMeasure::close);
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Paired) {
        self.paths += other.paths;
        self.outcomes.merge(&other.outcomes);
        let means = self.measures.iter_mut().chain(self.comes.iter_mut().flatten());
        let others = other.measures.iter().chain(other.comes.iter().flatten());
        means.zip(others).for_each(|(mine, theirs)| mine.merge(theirs));
        self.payoffs.iter_mut().zip(&other.payoffs).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The difference in how often an outcome has come by a slot.
    pub fn outcome(&self, slot: usize, outcome: usize) -> Difference {
        self.outcomes.difference(slot * self.shape.outcomes + outcome, self.paths)
    }

    /// The difference of the means of a measure, in its unit.
    pub fn measure(&self, measure: usize) -> Difference {
        self.measures[measure].difference(self.paths)
    }

    /// The difference in how often a measure comes at all, of one that may not.
    pub fn comes(&self, measure: usize) -> Option<Difference> {
        self.comes[measure].as_ref().map(|comes| comes.difference(self.paths))
    }

    /// The difference of what a party gets.
    pub fn payoff(&self, party: usize) -> Difference {
        self.payoffs[party].difference()
    }
}

impl PairedMean {
    /// Ends a world of so many paths.
    fn close(&mut self, paths: u64) {
        match self {
            PairedMean::Truth(truth) => truth.close(paths),
            PairedMean::Whole(mean) => mean.close(),
            PairedMean::Given(mean) => mean.close(),
        }
    }

    fn merge(&mut self, other: &PairedMean) {
        match (self, other) {
            (PairedMean::Truth(mine), PairedMean::Truth(theirs)) => mine.merge(theirs),
            (PairedMean::Whole(mine), PairedMean::Whole(theirs)) => mine.merge(theirs),
            (PairedMean::Given(mine), PairedMean::Given(theirs)) => mine.merge(theirs),
            _ => unreachable!("comparisons of one measure are of one kind"),
        }
    }

    /// The difference, out of so many paths.
    fn difference(&self, paths: u64) -> Difference {
        match self {
            PairedMean::Truth(truth) => truth.difference(0, paths),
            PairedMean::Whole(mean) => mean.difference(),
            PairedMean::Given(mean) => mean.difference(),
        }
    }
}

impl Pairs {
    fn new(design: Design, places: usize) -> Pairs {
        let closed =
            if design.clustered().is_some() { vec![PairedHits::new(design); places] } else { vec![] };
        Pairs { design, open: vec![(0, 0); places], touched: Vec::new(), closed }
    }

    /// Whether something held on a path of the base, and on that of the variant, of what has one place.
    #[inline]
    fn pair(&mut self, was: bool, is: bool) {
        match (was, is) {
            (false, true) => self.gained(0),
            (true, false) => self.lost(0),
            _ => {}
        }
    }

    #[inline]
    fn gained(&mut self, place: usize) {
        self.touch(place).0 += 1;
    }

    #[inline]
    fn lost(&mut self, place: usize) {
        self.touch(place).1 += 1;
    }

    #[inline]
    fn touch(&mut self, place: usize) -> &mut (u64, u64) {
        let open = &mut self.open[place];
        if *open == (0, 0) && !self.closed.is_empty() {
            self.touched.push(place as u32);
        }
        open
    }

    fn close(&mut self, paths: u64) {
        for place in self.touched.drain(..) {
            let (gained, lost) = std::mem::take(&mut self.open[place as usize]);
            self.closed[place as usize].add(gained, lost, paths);
        }
    }

    fn merge(&mut self, other: &Pairs) {
        if self.closed.is_empty() {
            for (mine, theirs) in self.open.iter_mut().zip(&other.open) {
                *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
            }
        }
        self.closed.iter_mut().zip(&other.closed).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The difference of two probabilities, out of so many paths.
    fn difference(&self, place: usize, paths: u64) -> Difference {
        match self.closed.get(place) {
            None => {
                let (gained, lost) = self.open[place];
                PairedHits::single(self.design, gained, lost, paths).difference()
            }
            Some(hits) => {
                let mut hits = hits.clone();
                hits.add_worlds_without((paths - hits.paths()) / self.design.unit());
                hits.difference()
            }
        }
    }
}
