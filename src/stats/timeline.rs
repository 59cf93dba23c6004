//! How often something has happened by each day, with errors that know of worlds, in memory that grows with days alone.

use super::Design;
use super::critical::student_quantile;
use super::interval::{Interval, UPPER};
use super::proportion::{Clustered, Proportion};

/// Counts by grid place; place `i` means by the end of grid step `i`. With C(i) the hits of one world up to place `i`,
/// it keeps the steps of Σ C and of Σ C² over worlds, as integers.
#[derive(Clone, Debug)]
pub struct Timeline {
    design: Design,
    counts: Vec<u64>,
    /// Where several paths share a world.
    squares: Vec<u128>,
}

/// The probability of having happened by one grid place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimelinePoint {
    /// The share of paths on which it has happened.
    pub p: f64,
    /// The standard error of `p`, as in [`Proportion`].
    pub standard_error: f64,
    /// The 95% interval at this place alone (not of the whole curve at once).
    pub interval: Interval,
    /// The paths on which it has happened.
    pub hits: u64,
}

impl Timeline {
    /// Nothing counted yet, on a grid of `places`.
    pub fn new(design: Design, places: usize) -> Timeline {
        let squares = if design.clustered().is_some() { places } else { 0 };
        Timeline { design, counts: vec![0; places], squares: vec![0; squares] }
    }

    /// Adds a path that is a unit of its own, and hit at this grid place; those that never do need not be added.
    ///
    /// # Panics
    /// Where the place is beyond the grid.
    #[inline]
    pub fn hit(&mut self, place: u32) {
        debug_assert!(self.design.clustered().is_none());
        self.counts[place as usize] += 1;
    }

    /// Adds a world of `paths` paths, of which those that hit did so at the grid places `hits` (in any order; it is sorted here).
    ///
    /// # Panics
    /// Where a place is beyond the grid.
    pub fn add(&mut self, hits: &mut [u32], paths: u64) {
        debug_assert!(hits.len() as u64 <= paths);
        if self.squares.is_empty() {
            hits.iter().for_each(|&place| self.hit(place));
            return;
        }
        hits.sort_unstable();
        for (so_far, &place) in hits.iter().enumerate() {
            self.counts[place as usize] += 1;
            // (c + 1)² − c²
            self.squares[place as usize] += 2 * so_far as u128 + 1;
        }
    }

    /// Adds all that `other` counted, on the same grid.
    pub fn merge(&mut self, other: &Timeline) {
        debug_assert_eq!(self.counts.len(), other.counts.len());
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        self.squares.iter_mut().zip(&other.squares).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// One point a grid place, over so many paths in all.
    pub fn points(&self, paths: u64) -> Vec<TimelinePoint> {
        let worlds = match self.design {
            Design::Paths => 1,
            Design::Worlds { paths_each } => paths / paths_each.max(1),
        };
        let critical = student_quantile(UPPER, worlds.saturating_sub(1) as f64);
        let (mut hits, mut squares) = (0_u64, 0_u128);
        let point = |(place, count): (usize, &u64)| {
            hits += count;
            match self.design {
                Design::Paths => {
                    let Proportion { p, standard_error, interval, .. } = Proportion::independent(hits, paths);
                    TimelinePoint { p, standard_error, interval, hits }
                }
                Design::Worlds { paths_each } => {
                    // With one path a world, a world's hits are their own square.
                    squares += self.squares.get(place).copied().unwrap_or((*count).into());
                    let clustered = Clustered { hits: hits.into(), squares, worlds, paths_each };
                    let (p, standard_error, interval) = clustered.answer(critical);
                    TimelinePoint { p, standard_error, interval, hits }
                }
            }
        };
        self.counts.iter().enumerate().map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::HitTally;
    use super::*;

    /// Each place of a timeline is the proportion that counting up to it would have given.
    #[test]
    fn each_place_is_a_proportion_of_its_own() {
        let worlds: [&[u32]; 4] = [&[0, 2, 2], &[], &[1, 0, 2, 0], &[2]];
        for design in [Design::Worlds { paths_each: 5 }, Design::Paths] {
            let mut first = Timeline::new(design, 3);
            let mut second = first.clone();
            first.add(&mut worlds[0].to_vec(), 5);
            for world in &worlds[1..] {
                second.add(&mut world.to_vec(), 5);
            }
            first.merge(&second);
            for (place, point) in first.points(20).into_iter().enumerate() {
                let mut tally = HitTally::new(design);
                for world in worlds {
                    tally.add(world.iter().filter(|&&hit| hit as usize <= place).count() as u64, 5);
                }
                let want = tally.proportion();
                assert_eq!((point.p, point.standard_error), (want.p, want.standard_error));
                assert_eq!((point.interval, point.hits), (want.interval, want.hits));
            }
        }
    }
}
