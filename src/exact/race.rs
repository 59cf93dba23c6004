//! What rings in a race, what must not ring before, and what else has happened by then.

use super::delay::Delay;
use super::inner::Inner;
use super::path::Path;
use std::sync::Arc;

/// What rings.
#[derive(Clone, Debug)]
pub(super) enum Own {
    /// A clock.
    Clock(Delay),
    /// Any of the exponential clocks, with this rate in all.
    Rate(f64),
    /// What is known of a part that moves by itself.
    Path(Arc<Path>),
}

impl PartialEq for Own {
    fn eq(&self, other: &Own) -> bool {
        match (self, other) {
            (Own::Clock(a), Own::Clock(b)) => a == b,
            (Own::Rate(a), Own::Rate(b)) => a == b,
            (Own::Path(a), Own::Path(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// What a kernel is made of.
#[derive(Clone, Debug)]
pub(super) struct Race {
    pub own: Own,
    /// None of these rings before.
    pub others: Vec<Delay>,
    /// The first so many of them ring before it where they are due at the same instant.
    pub earlier: usize,
    /// Whether it is known that it is the first of the fixed ones: what is left of these may be rounded to the same.
    pub first: bool,
    /// Exponential events have led from its number 0 to this number.
    pub inner: Option<(Arc<Inner>, u32)>,
    /// Parts that move by themselves have led to these places.
    pub places: Vec<Arc<Path>>,
}

impl PartialEq for Race {
    fn eq(&self, other: &Race) -> bool {
        let same = match (&self.inner, &other.inner) {
            (None, None) => true,
            (Some((a, m)), Some((b, n))) => Arc::ptr_eq(a, b) && m == n,
            _ => false,
        };
        let mut places = self.places.iter().zip(&other.places);
        same && self.places.len() == other.places.len()
            && places.all(|(a, b)| Arc::ptr_eq(a, b))
            && self.own == other.own
            && (&self.others, self.earlier, self.first) == (&other.others, other.earlier, other.first)
    }
}

impl Race {
    /// A clock, or none of them, against all with other numbers: what is due at the same instant rings by their order, which is that of
    /// the file.
    pub fn new(own: Own, clock: Option<u32>, all: impl Iterator<Item = (u32, Delay)>) -> Race {
        let mut others: Vec<(u32, Delay)> = all.filter(|it| Some(it.0) != clock).collect();
        let earlier = |it: &(u32, Delay)| clock.is_some_and(|clock| it.0 < clock);
        others.sort_by_key(|it| !earlier(it));
        let count = others.iter().filter(|it| earlier(it)).count();
        let others = others.into_iter().map(|it| it.1).collect();
        Race { own, others, earlier: count, first: false, inner: None, places: vec![] }
    }

    /// The clocks that it reads.
    pub fn delays(&self) -> impl Iterator<Item = &Delay> {
        let own = match &self.own {
            Own::Clock(delay) => Some(delay),
            Own::Rate(_) | Own::Path(_) => None,
        };
        own.into_iter().chain(&self.others)
    }

    /// What an evaluation takes, by that of one law; what events do meanwhile counts by itself.
    pub fn effort(&self) -> usize {
        1 + self.others.len() + self.places.len()
    }

    /// The chance that nothing else has happened by then.
    pub fn rest(&self, at: f64) -> f64 {
        let inner = self.inner.as_ref().map_or(1.0, |(inner, m)| inner.after(at)[*m as usize]);
        let others = self.others.iter().fold(inner, |rest, other| rest * other.sf(at));
        self.places.iter().fold(others, |rest, place| rest * place.level(at))
    }

    /// The parts that move by themselves.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<Path>> {
        let own = match &self.own {
            Own::Path(path) => Some(path),
            _ => None,
        };
        own.into_iter().chain(&self.places)
    }

    /// About how often it rings up to a time, as if nothing else happened.
    pub fn own_by(&self, at: f64) -> f64 {
        match &self.own {
            Own::Clock(delay) => delay.cdf(at),
            Own::Rate(rate) => rate * at,
            Own::Path(path) => path.smooth(at),
        }
    }
}
