//! A function as polynomials between cuts: a density that is read a hundred thousand times is worked out a few hundred times.
//!
//! In each piece it is the interpolant at the Chebyshev points (Trefethen 2013), by the coefficients of Chebyshev's polynomials,
//! and summed after Clenshaw (1955) for all points at once. A piece is halved until the last coefficients are rounding, and until the
//! function varies little enough within it that small values keep their digits. Where that does not come about, near a pole or
//! where the function vanishes, it is evaluated itself.

use super::legendre::{POINTS, Values};
use pulp::{Arch, Simd, WithSimd};
use std::sync::OnceLock;

/// What the last coefficients may be, of the greatest value in a piece: the noise of densities far out.
const TOLERANCE: f64 = 2e-14;
/// How many times the least value in a piece the greatest may be.
const VARIES: f64 = 32.0;
/// Beside 0 pieces are not cut below this share of all.
const SMALLEST: f64 = 1.0 / (1 << 20) as f64;
/// How often a piece may be halved; and how often it must have been before it counts that what is left out is nothing.
const DEPTH: u32 = 6;
const BEFORE: u32 = 2;
/// The most pieces.
const MOST: usize = 2_000;

/// A function between the first and the last of its cuts.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Where pieces begin, and where the last one ends.
    cuts: Vec<f64>,
    /// Of Chebyshev polynomials; none where the function is evaluated.
    pieces: Vec<Option<Values>>,
}

/// The points on -1..1, and by degree and point what turns values into coefficients.
struct Chebyshev {
    points: Values,
    to_coefficients: [Values; POINTS],
}

fn chebyshev() -> &'static Chebyshev {
    static RULE: OnceLock<Chebyshev> = OnceLock::new();
    RULE.get_or_init(|| {
        let angle = |i: usize| std::f64::consts::PI * (i as f64 + 0.5) / POINTS as f64;
        let share = |k: usize| if k == 0 { 1.0 } else { 2.0 } / POINTS as f64;
        Chebyshev {
            points: std::array::from_fn(|i| libm::cos(angle(i))),
            to_coefficients: std::array::from_fn(|k| {
                std::array::from_fn(|i| share(k) * libm::cos(k as f64 * angle(i)))
            }),
        }
    })
}

impl Table {
    /// Of a function that is smooth between these joints. An integral that is off by no more than `nothing` is right.
    pub fn new(joints: &[f64], nothing: f64, of: &impl Fn(f64) -> f64) -> Table {
        let mut table = Table::default();
        let least = SMALLEST * joints.last().copied().unwrap_or(0.0);
        table.cuts.extend(joints.first());
        for ends in joints.windows(2) {
            table.cut(ends[0], ends[1], 0, (least, nothing), of);
        }
        table
    }

    /// Of how many pieces it is.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    fn cut(
        &mut self,
        from: f64,
        to: f64,
        depth: u32,
        (least, nothing): (f64, f64),
        of: &impl Fn(f64) -> f64,
    ) {
        let rule = chebyshev();
        let (mut values, mut low, mut high) = ([0.0; POINTS], f64::INFINITY, 0.0_f64);
        for (value, x) in values.iter_mut().zip(&rule.points) {
            *value = of(from + 0.5 * (x + 1.0) * (to - from));
            (low, high) = (low.min(*value), high.max(*value));
        }
        let at = |k: usize| rule.to_coefficients[k].iter().zip(&values).map(|(c, v)| c * v).sum::<f64>();
        let tail = at(POINTS - 1).abs().max(at(POINTS - 2).abs()).max(0.25 * at(POINTS - 3).abs());
        let even = low > 0.0 && high <= VARIES * low || high == 0.0;
        let none = depth >= BEFORE && tail * (to - from) <= nothing;
        if even && tail <= TOLERANCE * high || none {
            self.pieces.push(Some(std::array::from_fn(at)));
            self.cuts.push(to);
            return;
        }
        let (small, middle, deeper) = if from == 0.0 {
            (to <= least, 0.125 * to, 0)
        } else {
            (depth == DEPTH, 0.5 * (from + to), depth + 1)
        };
        if small || self.pieces.len() > MOST || middle <= from || middle >= to {
            self.pieces.push(None);
            self.cuts.push(to);
            return;
        }
        self.cut(from, middle, deeper, (least, nothing), of);
        self.cut(middle, to, deeper, (least, nothing), of);
    }

    /// The values at these places, which rise; `of` is the function.
    pub fn values(&self, arch: Arch, places: &Values, of: &impl Fn(f64) -> f64) -> Values {
        let mut values = [0.0; POINTS];
        let mut done = 0;
        let mut cut = self.cuts.partition_point(|cut| *cut <= places[0]);
        while done < POINTS {
            // The stretch before this cut, or after the last one.
            let to = self.cuts.get(cut).copied().unwrap_or(f64::INFINITY);
            let mut end = done;
            while end < POINTS && places[end] < to {
                end += 1;
            }
            let piece = cut.checked_sub(1).and_then(|piece| self.pieces.get(piece)?.as_ref());
            match piece {
                _ if end == done => {}
                Some(coefficients) => {
                    let all = arch.dispatch(Sum { coefficients, from: self.cuts[cut - 1], to, places });
                    if end - done == POINTS {
                        return all;
                    }
                    values[done..end].copy_from_slice(&all[done..end]);
                }
                None => (done..end).for_each(|i| values[i] = of(places[i])),
            }
            if to == f64::INFINITY {
                break;
            }
            (done, cut) = (end, cut + 1);
        }
        values
    }
}

/// The sum of Chebyshev polynomials at places of a stretch.
struct Sum<'a> {
    coefficients: &'a Values,
    from: f64,
    to: f64,
    places: &'a Values,
}

impl WithSimd for Sum<'_> {
    type Output = Values;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Values {
        let Sum { coefficients, from, to, places } = self;
        let scale = 4.0 / (to - from);
        // Twice the place on -1..1.
        let mut twice = [0.0; POINTS];
        for i in 0..POINTS {
            twice[i] = (places[i] - from) * scale - 2.0;
        }
        let (mut now, mut before) = ([coefficients[POINTS - 1]; POINTS], [0.0; POINTS]);
        let mut k = POINTS - 2;
        while k > 0 {
            for i in 0..POINTS {
                let next = coefficients[k] + twice[i] * now[i] - before[i];
                before[i] = now[i];
                now[i] = next;
            }
            k -= 1;
        }
        for i in 0..POINTS {
            now[i] = coefficients[0] + 0.5 * twice[i] * now[i] - before[i];
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same places of every stretch, and its ends.
    fn held(joints: &[f64], of: impl Fn(f64) -> f64, off: f64) -> Table {
        let table = Table::new(joints, 0.0, &of);
        let last = joints[joints.len() - 1];
        for n in 0..2_000 {
            let middle = last * 1.05 * libm::pow(f64::from(n) / 2_000.0, 3.0);
            let width = last * [1e-6, 0.01, 0.2][n as usize % 3];
            let places: Values = std::array::from_fn(|i| (middle - width * (1.0 - i as f64 / 16.0)).max(0.0));
            for (value, place) in table.values(Arch::new(), &places, &of).iter().zip(places) {
                let wanted = of(place);
                let same = *value == wanted || (value - wanted).abs() <= off * wanted;
                assert!(same, "{place}: {value} {wanted}");
            }
        }
        table
    }

    #[test]
    fn densities_keep_their_digits() {
        let gamma = |x: f64| x * x * x * libm::exp(-x / 15.0);
        let table = held(&[0.0, 400.0], gamma, 2e-12);
        assert!(table.pieces.len() < 60, "{} pieces", table.pieces.len());
        let pole = |x: f64| libm::exp(-x.sqrt()) / x.sqrt();
        held(&[0.0, 100.0], pole, 2e-12);
        let log_normal = |x: f64| libm::exp(-0.5 * libm::pow(libm::log(x / 5.0) / 0.8, 2.0)) / x;
        held(&[0.0, 365.0], |x| if x > 0.0 { log_normal(x) } else { 0.0 }, 2e-12);
    }

    #[test]
    fn a_joint_may_be_a_jump() {
        let steps = |x: f64| if x < 1.0 { 1.0 + x } else { libm::exp(-x) };
        let table = held(&[0.0, 1.0, 4.0], steps, 1e-13);
        assert!(table.pieces.iter().all(Option::is_some));
    }

    #[test]
    fn what_is_no_polynomial_is_evaluated() {
        let table = held(&[0.0, 8.0], |x| if x < 3.3 { 1.0 } else { 2.0 }, 1e-13);
        assert_eq!(table.pieces.iter().filter(|piece| piece.is_none()).count(), 1);
        let noise = |x: f64| libm::exp(-x) * (1.0 + 1e-9 * libm::sin(1e9 * x));
        assert!(Table::new(&[0.0, 1.0, 9.0], 0.0, &noise).pieces.iter().all(Option::is_none));
        let table = Table::new(&[0.0, 1.0, 9.0], 1e-8, &noise);
        assert!(table.pieces.iter().skip(1).all(Option::is_some) && table.pieces.len() < 40);
    }
}
