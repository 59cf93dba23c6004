//! What is measured of each path, and what each party gets.

use super::hits::Hits;
use super::shape::{MeasureShape, Shape};
use crate::stats::{
    Design, GivenMean, GivenTally, Histogram, Mean, MeanTally, Proportion, Share, ShareTally,
};

/// Counts one measure.
#[derive(Clone, Debug)]
pub struct MeasureTally {
    mean: MeanOf,
    spread: Histogram,
    /// Paths that count, those where it comes, then those at least at each threshold, then those where it is true.
    hits: Hits,
    /// The same among the paths that count, where not all do: never, then each threshold, then true.
    shares: Vec<ShareTally>,
    /// The counts behind the shares: of the open world, or of all paths where each is a unit of its own.
    open: Vec<u64>,
    open_counted: u64,
    clustered: bool,
    /// Paths whose value is no number.
    undefined: u64,
    /// Room for the values of many paths.
    finite: Vec<f64>,
}

#[derive(Clone, Debug)]
enum MeanOf {
    Whole(MeanTally),
    Given(GivenTally),
}

/// A mean over all paths, or over those that count and where it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasureMean {
    /// Over all paths.
    Whole(Mean),
    /// Over those that count.
    Given(GivenMean),
}

/// How often, over all paths or among those that count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Often {
    /// Over all paths.
    Whole(Proportion),
    /// Among those that count.
    Given(Share),
}

/// So few paths are counted one by one.
pub(super) const FEW: usize = 8;
const COUNTED: usize = 0;
const COMES: usize = 1;
const THRESHOLDS: usize = 2;

impl MeasureTally {
    pub(super) fn new(design: Design, shape: &MeasureShape) -> MeasureTally {
        let places = shape.bounds().count() + 1;
        MeasureTally {
            mean: if shape.whole() {
                MeanOf::Whole(MeanTally::new(design))
            } else {
                MeanOf::Given(GivenTally::new(design))
            },
            spread: Histogram::default(),
            hits: Hits::new(design, places + 1),
            shares: if shape.given { vec![ShareTally::new(design); places] } else { Vec::new() },
            open: vec![0; if shape.given { places } else { 0 }],
            open_counted: 0,
            clustered: design.clustered().is_some(),
            undefined: 0,
            finite: Vec::new(),
        }
    }

    /// What a party gets: a finite number of every path.
    pub(super) fn payoff(design: Design) -> MeasureTally {
        MeasureTally::new(design, &MeasureShape::PAYOFF)
    }

    /// Counts the values of some paths, and whether each counts, where not all do.
    #[inline]
    pub(super) fn end(&mut self, shape: &MeasureShape, values: &[f64], counted: &[bool]) {
        if shape.given || values.len() < FEW {
            for (nth, value) in values.iter().enumerate() {
                self.record(shape, *value, !shape.given || counted[nth]);
            }
            return;
        }
        // One thing after the other, so that what is looked up for many paths comes at the same time.
        let mut finite = std::mem::take(&mut self.finite);
        finite.clear();
        finite.extend(values.iter().filter(|value| value.is_finite()));
        self.spread.record_many(&finite);
        let (all, comes) = (values.len() as u64, finite.len() as u64);
        match &mut self.mean {
            MeanOf::Whole(mean) if comes == all => mean.record_many(values),
            MeanOf::Whole(mean) => {
                self.undefined += all - comes;
                values.iter().for_each(|value| mean.record(if value.is_finite() { *value } else { 0.0 }));
            }
            MeanOf::Given(mean) => {
                let never = values.iter().map(|value| u64::from(*value == f64::INFINITY)).sum::<u64>();
                let never = if shape.first { never } else { 0 };
                self.spread.record_times(f64::INFINITY, never);
                self.undefined += all - comes - never;
                self.hits.hit(COUNTED, all);
                self.hits.hit(COMES, comes);
                mean.record_many(&finite);
            }
        }
        self.finite = finite;
        for (i, threshold) in shape.bounds().enumerate() {
            self.hits.hit(THRESHOLDS + i, values.iter().filter(|value| **value >= threshold).count() as u64);
        }
    }

    /// Counts so many paths with the same value, each a unit of its own.
    pub(super) fn end_alike(&mut self, shape: &MeasureShape, value: f64, counted: bool, paths: u32) {
        self.record_times(shape, value, counted, paths);
    }

    #[inline]
    fn record(&mut self, shape: &MeasureShape, value: f64, counted: bool) {
        self.record_times(shape, value, counted, 1);
    }

    #[inline]
    fn record_times(&mut self, shape: &MeasureShape, value: f64, counted: bool, times: u32) {
        let paths = u64::from(times);
        if let MeanOf::Whole(mean) = &mut self.mean {
            if !value.is_finite() {
                self.undefined += paths;
            }
            let value = if value.is_finite() { value } else { 0.0 };
            if times == 1 { mean.record(value) } else { mean.record_times(value, times) }
        }
        if !counted {
            return;
        }
        let comes = value.is_finite();
        if shape.whole() {
            if comes {
                self.spread.record_times(value, paths);
            }
        } else {
            self.hits.hit(COUNTED, paths);
            if comes {
                self.hits.hit(COMES, paths);
            }
            if comes || (shape.first && value == f64::INFINITY) {
                self.spread.record_times(value, paths);
            } else {
                self.undefined += paths;
            }
            if let (MeanOf::Given(mean), true) = (&mut self.mean, comes) {
                if times == 1 { mean.record(value) } else { mean.record_times(value, times) }
            }
            if shape.given {
                self.open_counted += paths;
                self.open[0] += if comes { 0 } else { paths };
            }
        }
        for (i, threshold) in shape.bounds().enumerate() {
            if value >= threshold {
                if shape.given {
                    self.open[1 + i] += paths;
                } else {
                    self.hits.hit(THRESHOLDS + i, paths);
                }
            }
        }
    }

    /// Ends a world of so many paths; nothing to do where every path is a unit of its own.
    #[inline]
    pub(super) fn close(&mut self, paths: u64) {
        match &mut self.mean {
            MeanOf::Whole(mean) => mean.close(),
            MeanOf::Given(mean) => mean.close(),
        }
        self.hits.close(paths);
        if self.clustered && self.open_counted > 0 {
            let counted = std::mem::take(&mut self.open_counted);
            for (share, open) in self.shares.iter_mut().zip(&mut self.open) {
                share.add(std::mem::take(open), counted);
            }
        }
    }

    pub(super) fn merge(&mut self, other: &MeasureTally) {
        match (&mut self.mean, &other.mean) {
            (MeanOf::Whole(mine), MeanOf::Whole(theirs)) => mine.merge(theirs),
            (MeanOf::Given(mine), MeanOf::Given(theirs)) => mine.merge(theirs),
            _ => unreachable!("tallies of one measure are of one kind"),
        }
        self.spread.merge(&other.spread);
        self.hits.merge(&other.hits);
        self.shares.iter_mut().zip(&other.shares).for_each(|(mine, theirs)| mine.merge(theirs));
        self.undefined += other.undefined;
        if !self.clustered {
            self.open.iter_mut().zip(&other.open).for_each(|(mine, theirs)| *mine += theirs);
            self.open_counted += other.open_counted;
        }
    }

    /// How often something is so among the paths that count, where not all do.
    fn share(&self, place: usize) -> Option<Share> {
        let mut share = self.shares.get(place)?.clone();
        if !self.clustered {
            share.add_single(self.open[place], self.open_counted);
        }
        Some(share.share())
    }

    /// The mean and its errors, in the unit of the values. No world's mean lies beyond the least and the greatest value.
    pub fn mean(&self) -> MeasureMean {
        match &self.mean {
            MeanOf::Whole(mean) => {
                let mean = mean.mean();
                let ends = self.spread.quantile_given(0.0).zip(self.spread.quantile_given(1.0));
                let credible = match (mean.credible, ends) {
                    (Some(credible), Some((least, greatest))) => Some(credible.within(least, greatest)),
                    (credible, _) => credible,
                };
                MeasureMean::Whole(Mean { credible, ..mean })
            }
            MeanOf::Given(mean) => MeasureMean::Given(mean.mean()),
        }
    }

    /// How often it is true, of a measure that is true or false.
    pub fn truth(&self, shape: &MeasureShape, paths: u64) -> Option<Often> {
        shape.truth.then(|| self.at_least(shape.thresholds.len(), paths))
    }

    /// The values; infinity where it never came.
    pub fn spread(&self) -> &Histogram {
        &self.spread
    }

    /// Paths whose value is no number: 1 / 0 and the like.
    pub fn undefined(&self) -> u64 {
        self.undefined
    }

    /// How many paths count.
    pub fn counted(&self, shape: &MeasureShape, paths: u64) -> Proportion {
        if shape.whole() {
            Proportion::independent(paths, paths)
        } else {
            self.hits.tally(COUNTED, paths).proportion()
        }
    }

    /// How often it never comes, of a measure that may not.
    pub fn never(&self, shape: &MeasureShape, paths: u64) -> Option<Often> {
        if !shape.first {
            return None;
        }
        Some(match self.share(0) {
            Some(share) => Often::Given(share),
            None => Often::Whole(complement(self.hits.tally(COMES, paths).proportion())),
        })
    }

    /// How often it is at least the threshold with this number.
    pub fn at_least(&self, threshold: usize, paths: u64) -> Often {
        match self.share(1 + threshold) {
            Some(share) => Often::Given(share),
            None => Often::Whole(self.hits.tally(THRESHOLDS + threshold, paths).proportion()),
        }
    }
}

/// What is left of 1, with the same errors.
pub fn complement(of: Proportion) -> Proportion {
    let turned = |i: crate::stats::Interval| crate::stats::Interval { low: 1.0 - i.high, high: 1.0 - i.low };
    Proportion {
        p: 1.0 - of.p,
        standard_error: of.standard_error,
        interval: turned(of.interval),
        credible: of.credible.map(turned),
        hits: of.paths - of.hits,
        paths: of.paths,
    }
}

/// Counts what each party gets.
pub(super) fn payoffs(shape: &Shape) -> Vec<MeasureTally> {
    (0..shape.parties).map(|_| MeasureTally::payoff(shape.design)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something rare and large, in few worlds: the normal part of the credible interval would go below 0.
    #[test]
    fn no_world_has_a_mean_beyond_all_values() {
        let tally = |sign: f64| {
            let mut tally = MeasureTally::payoff(Design::Worlds { paths_each: 5 });
            for world in 0..400 {
                for path in 0..5 {
                    let hit = world % 20 == 0 && path < 2;
                    tally.record(&MeasureShape::PAYOFF, if hit { 60.0 * sign } else { 0.0 }, true);
                }
                tally.close(5);
            }
            tally
        };
        for sign in [1.0, -1.0] {
            let tally = tally(sign);
            let (MeanOf::Whole(bare), MeasureMean::Whole(mean)) = (&tally.mean, tally.mean()) else {
                panic!("all paths count")
            };
            let (bare, credible) = (bare.mean().credible.unwrap(), mean.credible.unwrap());
            if sign > 0.0 {
                assert!(bare.low < 0.0, "{bare:?}");
                assert_eq!((credible.low, credible.high), (0.0, bare.high));
            } else {
                assert!(bare.high > 0.0, "{bare:?}");
                assert_eq!((credible.low, credible.high), (bare.low, 0.0));
            }
        }
    }
}
