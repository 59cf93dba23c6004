//! The quantile functions of gamma and beta about a point, as power series.
//!
//! The quantile x(u) of a density f has x' = 1/f(x), so x'' = -(f'/f)(x) x'², and f'/f is a simple fraction for these two
//! (Steinbrecher and Shaw 2008, "Quantile mechanics"). One value that is solved for makes its neighbourhood known.

/// Terms of a series, from t¹ up.
const TERMS: usize = 12;

/// Values about a known one, as (x, y): y is 1 - x for a beta, and of no meaning for a gamma.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series {
    known: (f64, f64),
    /// The change of the smaller of x and y, as a share of it, by powers of t.
    change: [f64; TERMS],
    mirrored: bool,
}

impl Series {
    /// The gamma of this shape and scale 1 about `x`, where `front` is x f(x); t = 1 is a step of `width` in probability.
    /// With x = x₀ (1 + z): (1 + z) z'' = (x₀ (1 + z) - (shape - 1)) z'².
    pub fn gamma(shape: f64, x: f64, front: f64, width: f64) -> Series {
        let change = solve(width / front, [1.0, 1.0, 0.0], [x - (shape - 1.0), x]);
        Series { known: (x, f64::INFINITY), change, mirrored: false }
    }

    /// The beta with shapes `a` and `b` about x = 1 - y, where `front` is x y f(x). With x = x₀ (1 + z):
    /// (1 + z)(y₀ - x₀ z) z'' = ((b - 1) x₀ (1 + z) - (a - 1)(y₀ - x₀ z)) z'²; the smaller of x and y is taken for x.
    pub fn beta((a, b): (f64, f64), known: (f64, f64), front: f64, width: f64) -> Series {
        let mirrored = known.1 < known.0;
        let (a, b, x, y, width) =
            if mirrored { (b, a, known.1, known.0, -width) } else { (a, b, known.0, known.1, width) };
        let left = [y, y - x, -x];
        let right = [(b - 1.0) * x - (a - 1.0) * y, (b - 1.0) * x + (a - 1.0) * x];
        let change = solve(width * y / front, left, right);
        Series { known, change, mirrored }
    }

    /// The (x, y) at t.
    pub fn at(&self, t: f64) -> (f64, f64) {
        let change = self.change.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
        let (x, y) = self.known;
        if self.mirrored {
            (x - y * change, y * (1.0 + change))
        } else {
            (x * (1.0 + change), y - x * change)
        }
    }
}

/// The coefficients of t¹, t², … of the z with z(0) = 0, z'(0) = `first` and A(z) z'' = B(z) z'², where A and B are given by
/// their coefficients: one after the other, by comparing powers of t.
fn solve(first: f64, a: [f64; 3], b: [f64; 2]) -> [f64; TERMS] {
    let mut z = [0.0; TERMS + 1];
    z[1] = first;
    // z', z'', z'² and A by powers of t, as far as they are known.
    let (mut slope, mut bend, mut square, mut front) =
        ([0.0; TERMS], [0.0; TERMS], [0.0; TERMS], [0.0; TERMS]);
    for k in 0..TERMS - 1 {
        slope[k] = (k + 1) as f64 * z[k + 1];
        square[k] = (0..=k).map(|j| slope[j] * slope[k - j]).sum();
        let z_square: f64 = (1..k).map(|j| z[j] * z[k - j]).sum();
        front[k] = if k == 0 { a[0] } else { a[1] * z[k] + a[2] * z_square };
        let right: f64 = b[0] * square[k] + b[1] * (1..=k).map(|j| z[j] * square[k - j]).sum::<f64>();
        let done: f64 = (1..=k).map(|j| front[j] * bend[k - j]).sum();
        bend[k] = (right - done) / a[0];
        z[k + 2] = bend[k] / ((k + 1) * (k + 2)) as f64;
    }
    std::array::from_fn(|k| z[k + 1])
}
