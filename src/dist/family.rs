//! What every family of distributions can do.

use crate::stream::Draw;

/// A distribution with its parameters checked.
pub(crate) trait Family {
    /// P(X <= x).
    fn cdf(&self, x: f64) -> f64;

    /// P(X > x).
    fn sf(&self, x: f64) -> f64;

    /// The density at x; 0 for atoms.
    fn pdf(&self, x: f64) -> f64;

    /// The smallest x with P(X <= x) >= p, where q = 1 - p is given too, so that the upper tail keeps its digits.
    fn at(&self, p: f64, q: f64) -> f64;

    /// The mean.
    fn mean(&self) -> f64;

    /// The standard deviation.
    fn sd(&self) -> f64;

    /// The ends between which all values lie.
    fn support(&self) -> (f64, f64);

    /// A draw, by inversion unless the family has a faster way: so a changed parameter moves every draw the same way.
    #[inline]
    fn sample(&self, draw: &mut Draw) -> f64 {
        let u = draw.uniform();
        self.at(u, 1.0 - u)
    }
}
