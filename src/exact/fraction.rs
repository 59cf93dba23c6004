//! Probabilities as fractions, where all chances on the way are fractions that a person would write: a die is 1/6.
//!
//! A chance is known as a float; it is taken for the fraction of that value with a denominator below 2²⁴, of which there is
//! at most one: two such fractions differ by more than 2⁻⁴⁸, and chances are known to 2⁻⁵⁰. That the chances of a fork then add up to exactly 1
//! is checked. What follows from them is worked out in whole numbers.

use super::graph::{Edge, Graph, Kind};
use std::collections::BTreeMap;
use std::fmt;

/// The largest denominator of a chance.
const FINEST: u64 = 1 << 24;
/// A chance may be off by so much: the rounding of the sums up to 1 that it came of.
const ROUNDING: f64 = 4.0 * f64::EPSILON;
/// More combinations are not tried: whole numbers would grow too long.
const MOST: usize = 2_000;

/// A fraction from 0 to 1, or a number of visits, in lowest terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fraction {
    over: u128,
    under: u128,
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.under == 1 { write!(f, "{}", self.over) } else { write!(f, "{}/{}", self.over, self.under) }
    }
}

fn divisor(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Fraction {
    const ZERO: Fraction = Fraction { over: 0, under: 1 };

    fn new(over: u128, under: u128) -> Fraction {
        let shared = divisor(over, under);
        Fraction { over: over / shared, under: under / shared }
    }

    /// The fraction that a chance is, by its continued fraction; none where its denominator would be too large.
    fn of(chance: f64) -> Option<Fraction> {
        if !(0.0..=1.0 + ROUNDING).contains(&chance) {
            return None;
        }
        let (mut rest, mut before, mut now) = (chance, (0_u64, 1_u64), (1_u64, 0_u64));
        loop {
            let whole = rest.floor();
            if whole > FINEST as f64 {
                return None;
            }
            let next = (whole as u64 * now.0 + before.0, whole as u64 * now.1 + before.1);
            (before, now) = (now, next);
            if now.1 > FINEST {
                return None;
            }
            if (now.0 as f64 / now.1 as f64 - chance).abs() <= ROUNDING && (now.0 > 0 || chance == 0.0) {
                return Some(Fraction::new(u128::from(now.0), u128::from(now.1)));
            }
            rest = 1.0 / (rest - whole);
        }
    }

    /// None where the numbers grow too long, as in all that follows.
    fn plus(self, other: Fraction) -> Option<Fraction> {
        let shared = divisor(self.under, other.under);
        let (a, b) = (other.under / shared, self.under / shared);
        let over = self.over.checked_mul(a)?.checked_add(other.over.checked_mul(b)?)?;
        Some(Fraction::new(over, self.under.checked_mul(a)?))
    }

    fn times(self, other: Fraction) -> Option<Fraction> {
        let (a, b) = (Fraction::new(self.over, other.under), Fraction::new(other.over, self.under));
        Some(Fraction { over: a.over.checked_mul(b.over)?, under: a.under.checked_mul(b.under)? })
    }

    fn by(self, other: Fraction) -> Option<Fraction> {
        self.times(Fraction { over: other.under, under: other.over })
    }

    /// Numerator and denominator.
    pub fn parts(self) -> (u128, u128) {
        (self.over, self.under)
    }
}

/// The places that lead to others, or from others, with fractions.
type Rows = Vec<BTreeMap<u32, Fraction>>;

/// The probability of each outcome as a fraction: the limit, where no clock races another; none where a chance is no fraction, or
/// the numbers grow too long. By elimination without subtraction, as for floats. What comes to none of the ends, since it stays or goes
/// round for ever, ends as `never`.
pub(super) fn outcomes(graph: &Graph, count: usize, never: usize) -> Option<Vec<Fraction>> {
    if !graph.swings.is_empty() || graph.vertices.len() > MOST {
        return None;
    }
    let size = graph.vertices.len();
    // The start is one place more.
    let mut to: Rows = vec![BTreeMap::new(); size + 1];
    for (from, vertex) in graph.vertices.iter().enumerate() {
        let edges = match &vertex.kind {
            Kind::Instant(edges) => edges.clone(),
            Kind::Wait(exits) if exits.len() == 1 => exits[0].edges.clone(),
            Kind::Wait(exits) if exits.is_empty() => continue,
            Kind::End(_) => continue,
            Kind::Wait(_) | Kind::New => return None,
        };
        to[from] = fork(&graph.edges[edges])?;
    }
    to[size] = fork(&graph.edges[graph.start.clone()])?;
    let mut from: Vec<Vec<u32>> = vec![Vec::new(); size];
    for (n, row) in to.iter().enumerate() {
        row.keys().for_each(|k| from[*k as usize].push(n as u32));
    }
    for k in 0..size {
        if to[k].is_empty() {
            continue;
        }
        let mut row = std::mem::take(&mut to[k]);
        row.remove(&(k as u32));
        let mut leaves = Fraction::ZERO;
        for p in row.values() {
            leaves = leaves.plus(*p)?;
        }
        if leaves == Fraction::ZERO {
            // It stays for ever.
            continue;
        }
        for i in std::mem::take(&mut from[k]) {
            let Some(p) = to[i as usize].remove(&(k as u32)) else { continue };
            for (j, q) in &row {
                let more = p.times(q.by(leaves)?)?;
                let old = to[i as usize].get(j).copied();
                if old.is_none() {
                    from[*j as usize].push(i);
                }
                to[i as usize].insert(*j, old.unwrap_or(Fraction::ZERO).plus(more)?);
            }
        }
    }
    let mut found = vec![Fraction::ZERO; count];
    for (place, p) in &to[size] {
        if let Kind::End(outcome) = graph.vertices[*place as usize].kind {
            let sum = &mut found[outcome as usize];
            *sum = sum.plus(*p)?;
        }
    }
    let mut ends = Fraction::ZERO;
    for p in &found {
        ends = ends.plus(*p)?;
    }
    let rest = Fraction { over: ends.under.checked_sub(ends.over)?, ..ends };
    found[never] = found[never].plus(rest)?;
    Some(found)
}

/// The ways of a fork; none where they do not add up to 1.
fn fork(edges: &[Edge]) -> Option<BTreeMap<u32, Fraction>> {
    let mut ways: BTreeMap<u32, Fraction> = BTreeMap::new();
    let mut sum = Fraction::ZERO;
    for edge in edges.iter().filter(|edge| edge.p > 0.0) {
        let p = Fraction::of(edge.p)?;
        sum = sum.plus(p)?;
        let way = ways.entry(edge.to).or_insert(Fraction::ZERO);
        *way = way.plus(p)?;
    }
    (sum == Fraction { over: 1, under: 1 }).then_some(ways)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_the_fraction_that_was_written() {
        let of = |x: f64| Fraction::of(x).map(|f| f.to_string());
        for (x, written) in [
            (1.0 / 6.0, "1/6"),
            (0.35, "7/20"),
            (0.92, "23/25"),
            (1.0 - 0.35 - 0.25, "2/5"),
            (244.0 / 495.0, "244/495"),
            (1e-6, "1/1000000"),
            (9_999_991.0 / 16_777_213.0, "9999991/16777213"),
            (0.0, "0"),
            (1.0, "1"),
        ] {
            assert_eq!(of(x).as_deref(), Some(written), "{x}");
        }
        for x in [std::f64::consts::FRAC_1_SQRT_2, libm::exp(-1.0), 1e-9, -0.1, 1.1, f64::NAN] {
            assert_eq!(of(x), None, "{x}");
        }
    }

    #[test]
    fn all_fractions_with_small_denominators_are_known_again() {
        for under in 1..400_u64 {
            for over in 0..=under {
                let x = over as f64 / under as f64;
                assert_eq!(Fraction::of(x), Some(Fraction::new(u128::from(over), u128::from(under))));
                // A remainder is off by the rounding of a sum.
                let rest = 1.0 - x;
                let known = Fraction::of(rest).expect("a fraction");
                assert_eq!(known, Fraction::new(u128::from(under - over), u128::from(under)), "{rest}");
            }
        }
    }

    #[test]
    fn sums_and_products_are_exact_or_nothing() {
        let third = Fraction::new(1, 3);
        let sum = third.plus(Fraction::new(1, 6)).and_then(|sum| sum.by(third));
        assert_eq!(sum, Some(Fraction::new(3, 2)));
        let long = Fraction::new(1, u128::MAX - 58);
        assert_eq!(long.times(third), None);
        assert_eq!(long.plus(third), None);
    }
}
