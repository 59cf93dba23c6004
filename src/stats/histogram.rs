//! Quantiles of real values in bounded memory: the values themselves while they are few, then a histogram whose bins come from the
//! bits of the double.
//!
//! A bin holds the values that share sign, exponent and the first ten bits of the mantissa, so its width is at most
//! 2^-10 of its values (like HdrHistogram, or DDSketch: Masson, Rim and Lee 2019). It keeps how many fell in, the least
//! and the greatest. A single repeated value, such as a fixed date, therefore comes back exactly, and any quantile lies
//! within 2^-10 (0.1%) of the value that sorting all would have found. Of few values it is that value.

const MANTISSA_BITS: u32 = 10;
const PAGE_BITS: u32 = 6;
const PAGE: usize = 1 << PAGE_BITS;
/// Values that are looked up together.
const SOME: usize = 32;
/// So many values are kept as they are: in less memory than the bins that they would fill, and without looking for these.
const FEW: usize = 4096;

/// Counts values; infinity ("never") is counted apart.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// The finite values, while they are at most [`FEW`]; then none.
    few: Vec<f64>,
    negative: Side,
    zeros: u64,
    positive: Side,
    never: u64,
}

impl Histogram {
    /// Counts `value`: finite, or positive infinity for what never comes.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.record_times(value, 1);
    }

    /// The same so many times.
    #[inline]
    pub fn record_times(&mut self, value: f64, times: u64) {
        debug_assert!(value > f64::NEG_INFINITY, "{value}");
        if value == f64::INFINITY {
            self.never += times;
        } else if self.has_room(times) {
            // Minus zero is zero.
            self.few.extend(std::iter::repeat_n(value + 0.0, times as usize));
        } else {
            self.fill_bins();
            self.put(value, times);
        }
    }

    /// The same of many values.
    pub fn record_many(&mut self, values: &[f64]) {
        if self.has_room(values.len() as u64) {
            values.iter().for_each(|value| self.record(*value));
        } else {
            self.fill_bins();
            self.put_many(values);
        }
    }

    /// Adds all that `other` counted; the order of merging changes nothing.
    pub fn merge(&mut self, other: &Histogram) {
        self.never += other.never;
        let theirs = other.finite();
        if self.has_room(theirs) {
            // Others that have bins have more values than this.
            self.few.extend(&other.few);
        } else if theirs > 0 {
            self.fill_bins();
            self.put_many(&other.few);
            self.negative.merge(&other.negative);
            self.zeros += other.zeros;
            self.positive.merge(&other.positive);
        }
    }

    /// Whether so many more values can be kept as they are.
    #[inline]
    fn has_room(&self, more: u64) -> bool {
        more <= (FEW - self.few.len()) as u64 && self.binned() == 0
    }

    /// From here on values are counted in bins.
    #[inline]
    fn fill_bins(&mut self) {
        if !self.few.is_empty() {
            let few = std::mem::take(&mut self.few);
            self.put_many(&few);
        }
    }

    fn put_many(&mut self, values: &[f64]) {
        let mut places = [0; SOME];
        for some in values.chunks(SOME) {
            // Bins lie far apart: what they hold comes from memory for many at once, and is there when it is needed.
            let mut seen = 0;
            for (place, value) in places.iter_mut().zip(some) {
                *place = self.positive.place(*value);
                seen |= self.positive.near.get(*place).map_or(0, |near| near.count);
            }
            std::hint::black_box(seen);
            for (place, value) in places.iter().zip(some) {
                match self.positive.near.get_mut(*place) {
                    Some(near) if near.takes(*value) => {
                        near.count += 1;
                        self.positive.count += 1;
                    }
                    _ => self.put(*value, 1),
                }
            }
        }
    }

    #[inline]
    fn put(&mut self, value: f64, times: u64) {
        if value == f64::INFINITY {
            self.never += times;
        } else if value > 0.0 {
            self.positive.record(value, times);
        } else if value < 0.0 {
            self.negative.record(-value, times);
        } else {
            self.zeros += times;
        }
    }

    /// How many finite values are in bins.
    #[inline]
    fn binned(&self) -> u64 {
        self.negative.count + self.zeros + self.positive.count
    }

    /// How many finite values were counted.
    pub fn finite(&self) -> u64 {
        self.few.len() as u64 + self.binned()
    }

    /// How many were infinite.
    pub fn never(&self) -> u64 {
        self.never
    }

    /// The `q` quantile of the finite values ("given that it happens"): the smallest x that at least a share `q` of them
    /// do not exceed. `q` in 0..=1; `None` where nothing finite was counted.
    pub fn quantile_given(&self, q: f64) -> Option<f64> {
        let finite = self.finite();
        (finite > 0).then(|| self.ranked(rank(q, finite)))
    }

    /// The same of several.
    pub fn quantiles_given<const N: usize>(&self, q: [f64; N]) -> Option<[f64; N]> {
        let mut few = self.few.clone();
        few.sort_unstable_by(f64::total_cmp);
        let finite = self.finite();
        let ranked = |rank: u64| few.get(rank as usize - 1).copied().unwrap_or_else(|| self.ranked(rank));
        (finite > 0).then(|| q.map(|q| ranked(rank(q, finite))))
    }

    /// The `q` quantile over all values, never being infinity. `None` where nothing was counted.
    pub fn quantile_over_all(&self, q: f64) -> Option<f64> {
        let finite = self.finite();
        let all = finite + self.never;
        (all > 0).then(|| {
            let rank = rank(q, all);
            if rank > finite { f64::INFINITY } else { self.ranked(rank) }
        })
    }

    /// The value of rank `rank` (from 1) among the finite ones.
    fn ranked(&self, rank: u64) -> f64 {
        if !self.few.is_empty() {
            let (nth, mut few) = (rank as usize - 1, self.few.clone());
            return *few.select_nth_unstable_by(nth, f64::total_cmp).1;
        }
        let below = self.negative.count;
        if rank <= below {
            // The least value is the negative one of the greatest size.
            return -self.negative.ranked(below + 1 - rank);
        }
        if rank <= below + self.zeros {
            return 0.0;
        }
        self.positive.ranked(rank - below - self.zeros)
    }
}

/// The rank, from 1 to `count`, of the smallest value that a share `q` do not exceed: q · count rounded up.
pub(super) fn rank(q: f64, count: u64) -> u64 {
    let exact = q * count as f64;
    let nearest = exact.round();
    // 0.07 · 100 is a hair over 7 in doubles; it means 7.
    let up = if (exact - nearest).abs() <= 4.0 * f64::EPSILON * exact { nearest } else { exact.ceil() };
    (up as u64).clamp(1, count)
}

/// The values of one sign, by size.
#[derive(Clone, Debug, Default)]
struct Side {
    count: u64,
    /// The page key of the first entry of `index`.
    first: usize,
    /// Where a page is in `near` and `far`, plus one, counted in pages; 0: not there yet.
    index: Vec<u32>,
    /// Bins by page: what nearly every value needs, in little memory; and the rest.
    near: Vec<Near>,
    far: Vec<Far>,
}

/// How many values, and roughly which are the least and the greatest: the first bits behind those that say which bin it is.
#[derive(Clone, Copy, Debug)]
struct Near {
    count: u32,
    least: u16,
    greatest: u16,
}

impl Near {
    /// Whether one more of its values changes nothing but how many they are.
    #[inline]
    fn takes(&self, size: f64) -> bool {
        let rough = rough(size);
        rough > self.least && rough < self.greatest && self.count < u32::MAX
    }
}

/// The first bits behind those that say in which bin a value is.
#[inline]
fn rough(size: f64) -> u16 {
    (size.to_bits() >> (52 - MANTISSA_BITS - u16::BITS)) as u16
}

#[derive(Clone, Copy, Debug)]
struct Far {
    /// Values beyond those that [`Near`] has counted.
    count: u64,
    least: f64,
    greatest: f64,
}

/// What is known of a bin.
#[derive(Clone, Copy, Debug)]
struct Bin {
    count: u64,
    least: f64,
    greatest: f64,
}

impl Side {
    #[inline]
    fn record(&mut self, size: f64, count: u64) {
        self.count += count;
        self.add(
            (size.to_bits() >> (52 - MANTISSA_BITS)) as usize,
            Bin { count, least: size, greatest: size },
        );
    }

    /// The place of the bin of a positive value; past all of them where there is none yet, and of any other.
    #[inline]
    fn place(&self, value: f64) -> usize {
        let bin = (value.to_bits() >> (52 - MANTISSA_BITS)) as usize;
        let page = self.index.get((bin >> PAGE_BITS).wrapping_sub(self.first)).copied().unwrap_or(0);
        (page as usize).wrapping_sub(1).wrapping_mul(PAGE).wrapping_add(bin % PAGE)
    }

    /// Adds to the bin with this number.
    #[inline]
    fn add(&mut self, bin: usize, more: Bin) {
        let at = self.page(bin >> PAGE_BITS) + bin % PAGE;
        let near = &mut self.near[at];
        let (least, greatest) = (rough(more.least), rough(more.greatest));
        let count = u64::from(near.count) + more.count;
        if least > near.least && greatest < near.greatest && count <= u64::from(u32::MAX) {
            near.count = count as u32;
            return;
        }
        let far = &mut self.far[at];
        near.count = 0;
        far.count += count;
        if more.least < far.least {
            (far.least, near.least) = (more.least, least);
        }
        if more.greatest > far.greatest {
            (far.greatest, near.greatest) = (more.greatest, greatest);
        }
    }

    /// The bin at a place.
    fn bin(&self, at: usize) -> Bin {
        let (Near { count, .. }, far) = (self.near[at], self.far[at]);
        Bin { count: far.count + u64::from(count), least: far.least, greatest: far.greatest }
    }

    /// The first place of a page.
    #[inline]
    fn page(&mut self, key: usize) -> usize {
        match self.index.get(key.wrapping_sub(self.first)) {
            Some(&place) if place > 0 => (place as usize - 1) * PAGE,
            _ => self.new_page(key),
        }
    }

    #[cold]
    fn new_page(&mut self, key: usize) -> usize {
        if self.index.is_empty() {
            self.first = key;
        } else if key < self.first {
            self.index.splice(0..0, std::iter::repeat_n(0, self.first - key));
            self.first = key;
        }
        let at = key - self.first;
        if at >= self.index.len() {
            self.index.resize(at + 1, 0);
        }
        let place = self.near.len();
        self.near.resize(place + PAGE, Near { count: 0, least: u16::MAX, greatest: 0 });
        self.far.resize(place + PAGE, Far { count: 0, least: f64::INFINITY, greatest: 0.0 });
        self.index[at] = (place / PAGE) as u32 + 1;
        place
    }

    fn merge(&mut self, other: &Side) {
        self.count += other.count;
        for (at, &place) in other.index.iter().enumerate().filter(|(_, place)| **place > 0) {
            for bin in 0..PAGE {
                let theirs = other.bin((place as usize - 1) * PAGE + bin);
                if theirs.count > 0 {
                    self.add(((other.first + at) << PAGE_BITS) + bin, theirs);
                }
            }
        }
    }

    fn ranked(&self, rank: u64) -> f64 {
        let mut below = 0;
        for &place in self.index.iter().filter(|place| **place > 0) {
            let bins = (0..PAGE).map(|bin| self.bin((place as usize - 1) * PAGE + bin));
            for bin in bins.filter(|bin| bin.count > 0) {
                if below + bin.count >= rank {
                    return bin.ranked(rank - below);
                }
                below += bin.count;
            }
        }
        f64::NAN
    }
}

impl Bin {
    /// The first and the last are known; those between are taken to be evenly spread.
    fn ranked(&self, rank: u64) -> f64 {
        if rank <= 1 {
            return self.least;
        }
        if rank >= self.count {
            return self.greatest;
        }
        self.least + (self.greatest - self.least) * ((rank - 1) as f64 / (self.count - 1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Name, WorldKey};

    fn sample(count: u64) -> Vec<f64> {
        let name = Name::new("values");
        let value = |path| {
            let draw = WorldKey::new(1, 0).draw(name, path, 0);
            let size = libm::exp(12.0 * (draw.choice() - 0.5));
            match path % 10 {
                0..6 => size,
                6 => -size,
                7 => 365.25,
                8 => 0.0,
                _ => f64::INFINITY,
            }
        };
        (0..count).map(value).collect()
    }

    fn counted(values: &[f64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|&value| histogram.record(value));
        histogram
    }

    /// Many at once, or so many of one that a bin's small counter is full: the same as one by one.
    #[test]
    fn many_are_the_same_as_one_by_one() {
        // Some of them are kept, the rest are in bins.
        let values: Vec<f64> = (0..5000_u64)
            .map(|n| (n * n % 911) as f64 - 300.0)
            .flat_map(|x| [x, x * 1.000_1, 7.25])
            .chain([f64::INFINITY, 5e-324, 1e300, -0.0])
            .collect();
        let (one_by_one, mut many) = (counted(&values), Histogram::default());
        many.record_many(&values);
        let shares: Vec<f64> = (0..=100).map(|n| f64::from(n) / 100.0).collect();
        for q in &shares {
            assert_eq!(many.quantile_over_all(*q), one_by_one.quantile_over_all(*q), "{q}");
        }
        let full = u64::from(u32::MAX);
        many.record_times(7.25, full);
        many.record_times(7.25, full);
        many.record(7.25);
        assert_eq!(many.finite(), one_by_one.finite() + 2 * full + 1);
        assert_eq!(many.quantile_given(0.5), Some(7.25));
        let mut merged = one_by_one.clone();
        let mut rest = Histogram::default();
        rest.record_times(7.25, 2 * full + 1);
        merged.merge(&rest);
        for q in &shares {
            assert_eq!(many.quantile_over_all(*q), merged.quantile_over_all(*q), "{q}");
        }
    }

    /// The bound that the documentation states: within 2^-10 of the value that sorting finds, and exact at an atom, at
    /// zero, at infinity, and at both ends.
    #[test]
    fn quantiles_lie_within_the_bound() {
        for count in [1, 2, 7, 100, 4096, 4097, 20_000] {
            let values = sample(count);
            let histogram = counted(&values);
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            for step in 0..=1000 {
                let q = f64::from(step) / 1000.0;
                let want = sorted[rank(q, count) as usize - 1];
                let got = histogram.quantile_over_all(q).expect("values were counted");
                assert!(got == want || (got - want).abs() <= want.abs() / 1024.0, "{q}: {got} for {want}");
                if count <= 4096 || [0.0, 365.25, f64::INFINITY, sorted[0]].contains(&want) {
                    assert_eq!(got, want);
                }
            }
        }
    }

    /// Nine values in ten are finite: few of 3,000 and many of 8,000, some of whose parts are few.
    #[test]
    fn any_split_and_order_gives_the_same() {
        for (count, size) in [(3_000, 77), (8_000, 77), (8_000, 4_400), (8_000, 7_000)] {
            let values = sample(count);
            let whole = counted(&values);
            for turned in [false, true] {
                let mut parts: Vec<Histogram> = values.rchunks(size).map(counted).collect();
                if turned {
                    parts.reverse();
                }
                let mut all = Histogram::default();
                parts.iter().for_each(|part| all.merge(part));
                let shares: [f64; 201] = std::array::from_fn(|step| step as f64 / 200.0);
                assert_eq!(whole.quantiles_given(shares), all.quantiles_given(shares));
                for q in shares {
                    assert_eq!(whole.quantile_given(q), all.quantile_given(q));
                    assert_eq!(whole.quantile_over_all(q), all.quantile_over_all(q));
                }
                assert_eq!(whole.quantiles_given([0.3]), whole.quantile_given(0.3).map(|x| [x]));
                assert_eq!((whole.finite(), whole.never()), (all.finite(), all.never()));
            }
        }
    }

    #[test]
    fn given_that_it_comes_and_over_all() {
        let histogram = counted(&[1.0, 2.0, 3.0, f64::INFINITY]);
        assert_eq!(histogram.quantile_given(0.5), Some(2.0));
        assert_eq!(histogram.quantile_given(1.0), Some(3.0));
        assert_eq!(histogram.quantile_over_all(0.75), Some(3.0));
        assert_eq!(histogram.quantile_over_all(0.76), Some(f64::INFINITY));
        assert_eq!(counted(&[f64::INFINITY]).quantile_given(0.5), None);
        assert_eq!(Histogram::default().quantile_over_all(0.5), None);
    }

    #[test]
    fn ranks_forgive_a_hair() {
        assert_eq!(rank(0.07, 100), 7);
        assert_eq!(rank(0.071, 100), 8);
        assert_eq!((rank(0.0, 5), rank(1.0, 5), rank(0.5, 5)), (1, 5, 3));
    }
}
