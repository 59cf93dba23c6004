//! A variant against its base, path by path on the same luck.

use super::hits::Open;
use super::record::Record;
use super::shape::Shape;
use crate::engine::{Observer, PathEnd};
use crate::stats::{Design, Difference, PairedGiven, PairedHits, PairedMeasure};

/// Counts how paths of a variant differ from those of the base with the same numbers.
#[derive(Clone, Debug)]
pub struct Paired {
    shape: Shape,
    paths: u64,
    /// By slot, then outcome.
    gained: Open,
    lost: Open,
    hits: Vec<PairedHits>,
    both: Vec<(u64, u64)>,
    moved: Vec<u32>,
    measures: Vec<PairedMean>,
    payoffs: Vec<PairedMeasure>,
    /// By measure: whether it comes.
    comes: Vec<Option<PairedGiven>>,
}

#[derive(Clone, Debug)]
enum PairedMean {
    Whole(PairedMeasure),
    Given(PairedGiven),
}

/// Compares one path with what the base left of it.
#[derive(Debug)]
pub struct Against<'a> {
    paired: &'a mut Paired,
    base: &'a Record,
    at: usize,
}

impl Paired {
    /// Nothing counted yet.
    pub fn new(shape: &Shape) -> Paired {
        let places = shape.slots.len() * shape.outcomes;
        Paired {
            shape: shape.clone(),
            paths: 0,
            gained: Open::new(places),
            lost: Open::new(places),
            hits: vec![PairedHits::new(shape.design); places],
            both: vec![(0, 0); places],
            moved: Vec::new(),
            measures: shape
                .measures
                .iter()
                .map(|m| {
                    if m.whole() {
                        PairedMean::Whole(PairedMeasure::new(shape.design))
                    } else {
                        PairedMean::Given(PairedGiven::new(shape.design))
                    }
                })
                .collect(),
            payoffs: vec![PairedMeasure::new(shape.design); shape.parties],
            comes: shape.measures.iter().map(|m| m.first.then(|| PairedGiven::new(shape.design))).collect(),
        }
    }

    /// An observer of the path that is number `at` in the record of the base.
    #[inline]
    pub fn against<'a>(&'a mut self, base: &'a Record, at: usize) -> Against<'a> {
        Against { paired: self, base, at }
    }

    /// Ends a unit of so many paths.
    pub fn close(&mut self, paths: u64) {
        self.paths += paths;
        let (both, moved) = (&mut self.both, &mut self.moved);
        self.gained.drain(|place, gained| {
            both[place].0 = gained;
            moved.push(place as u32);
        });
        self.lost.drain(|place, lost| {
            both[place].1 = lost;
            if both[place].0 == 0 {
                moved.push(place as u32);
            }
        });
        for place in moved.drain(..) {
            let (gained, lost) = std::mem::take(&mut both[place as usize]);
            self.hits[place as usize].add(gained, lost, paths);
        }
        for measure in &mut self.measures {
            match measure {
                PairedMean::Whole(mean) => mean.close(),
                PairedMean::Given(mean) => mean.close(),
            }
        }
        self.payoffs.iter_mut().for_each(PairedMeasure::close);
        self.comes.iter_mut().flatten().for_each(PairedGiven::close);
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Paired) {
        self.paths += other.paths;
        self.hits.iter_mut().zip(&other.hits).for_each(|(mine, theirs)| mine.merge(theirs));
        for (mine, theirs) in self.measures.iter_mut().zip(&other.measures) {
            match (mine, theirs) {
                (PairedMean::Whole(mine), PairedMean::Whole(theirs)) => mine.merge(theirs),
                (PairedMean::Given(mine), PairedMean::Given(theirs)) => mine.merge(theirs),
                _ => unreachable!("comparisons of one measure are of one kind"),
            }
        }
        self.payoffs.iter_mut().zip(&other.payoffs).for_each(|(mine, theirs)| mine.merge(theirs));
        for (mine, theirs) in self.comes.iter_mut().zip(&other.comes) {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                mine.merge(theirs);
            }
        }
    }

    /// The difference in how often an outcome has come by a slot.
    pub fn outcome(&self, slot: usize, outcome: usize) -> Difference {
        let mut hits = self.hits[slot * self.shape.outcomes + outcome].clone();
        let absent = self.paths - hits.paths();
        match self.shape.design {
            Design::Paths => hits.add(0, 0, absent),
            Design::Worlds { paths_each } => hits.add_worlds_without(absent / paths_each.max(1)),
        }
        hits.difference()
    }

    /// The difference of the means of a measure, in its unit.
    pub fn measure(&self, measure: usize) -> Difference {
        match &self.measures[measure] {
            PairedMean::Whole(mean) => mean.difference(),
            PairedMean::Given(mean) => mean.difference(),
        }
    }

    /// The difference in how often a measure comes at all, of one that may not.
    pub fn comes(&self, measure: usize) -> Option<Difference> {
        self.comes[measure].as_ref().map(PairedGiven::difference)
    }

    /// The difference of what a party gets.
    pub fn payoff(&self, party: usize) -> Difference {
        self.payoffs[party].difference()
    }
}

impl Observer for Against<'_> {
    #[inline]
    fn end(&mut self, end: &PathEnd<'_>) {
        let (paired, base, at) = (&mut *self.paired, self.base, self.at);
        let shape = &paired.shape;
        let (was, is) = (base.outcome(at), end.outcome);
        let last = shape.slots.len() - 1;
        let (from_was, from_is) = (shape.slot(base.time(at)).min(last), shape.slot(end.time).min(last));
        for slot in from_was.min(from_is)..=last {
            let (had, has) = (slot >= from_was, slot >= from_is);
            if had && has && was == is {
                break; // alike from here on
            }
            if had {
                paired.lost.add(slot * shape.outcomes + was, 1);
            }
            if has {
                paired.gained.add(slot * shape.outcomes + is, 1);
            }
        }
        for (i, measure) in paired.measures.iter_mut().enumerate() {
            let (was, is) = (base.measure(at, i), (end.measures[i], end.counted[i]));
            let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
            let given = |(value, counted): (f64, bool)| (counted && value.is_finite()).then_some(value);
            match measure {
                PairedMean::Whole(mean) => mean.record(finite(is.0) - finite(was.0)),
                PairedMean::Given(mean) => mean.record(given(was), given(is)),
            }
            if let Some(comes) = &mut paired.comes[i] {
                let share =
                    |(value, counted): (f64, bool)| counted.then(|| f64::from(u8::from(value.is_finite())));
                comes.record(share(was), share(is));
            }
        }
        for (party, payoff) in paired.payoffs.iter_mut().enumerate() {
            payoff.record(end.payoffs[party] - base.payoff(at, party));
        }
    }
}
