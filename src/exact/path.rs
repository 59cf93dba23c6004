//! A density in panels with single times, and its integral: how a part of a scenario moves by itself.

use super::legendre::{POINTS, Values, integral, rule};

/// A function of time since a start: its density between the single times at which it jumps.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Path {
    pieces: Vec<Piece>,
    /// (time, the sum of jumps up to it).
    jumps: Vec<(f64, f64)>,
    /// Where the density may jump.
    pub edges: Vec<f64>,
}

#[derive(Debug, PartialEq)]
struct Piece {
    from: f64,
    to: f64,
    before: f64,
    /// Of Legendre polynomials.
    density: Values,
}

/// The sum of Legendre polynomials at `x` of 0..1.
fn sum(coefficients: &Values, x: f64) -> f64 {
    let at = 2.0 * x - 1.0;
    let (mut before, mut now) = (1.0, at);
    let mut sum = coefficients[0] + coefficients[1] * at;
    for k in 1..POINTS - 1 {
        let n = k as f64;
        (before, now) = (now, ((2.0 * n + 1.0) * at * now - n * before) / (n + 1.0));
        sum += coefficients[k + 1] * now;
    }
    sum
}

impl Path {
    /// Nothing yet; where the density may jump.
    pub fn new(edges: Vec<f64>) -> Path {
        Path { edges, ..Path::default() }
    }

    /// The next panel, by the values of the density at its points.
    pub fn push(&mut self, from: f64, to: f64, density: &Values) {
        let before = self
            .pieces
            .last()
            .map_or(0.0, |last| last.before + (last.to - last.from) * integral(&last.density, 1.0));
        self.pieces.push(Piece { from, to, before, density: rule().coefficients(density) });
    }

    /// The integral of what its interpolants may leave out, and of its size: at the most.
    pub fn size(&self) -> (f64, f64) {
        self.pieces.iter().fold((0.0, 0.0), |(off, size), piece| {
            let width = piece.to - piece.from;
            let last = piece.density.iter().rev().take(3).fold(0.0_f64, |most, c| most.max(c.abs()));
            (off + width * last, size + width * piece.density.iter().map(|c| c.abs()).sum::<f64>())
        })
    }

    /// A jump; they come in order.
    pub fn jump(&mut self, time: f64, by: f64) {
        match self.jumps.last_mut() {
            Some(last) if last.0 == time => last.1 += by,
            last => {
                let before = last.map_or(0.0, |last| last.1);
                self.jumps.push((time, before + by));
            }
        }
    }

    fn piece(&self, time: f64) -> Option<(&Piece, f64)> {
        let after = self.pieces.partition_point(|p| p.from <= time);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        Some((piece, (time - piece.from) / (piece.to - piece.from)))
    }

    /// The density, single times apart; not below 0.
    pub fn density(&self, time: f64) -> f64 {
        match self.piece(time) {
            Some((piece, x)) if x <= 1.0 => sum(&piece.density, x).max(0.0),
            _ => 0.0,
        }
    }

    /// The integral of the density up to a time, without jumps.
    pub fn smooth(&self, time: f64) -> f64 {
        self.piece(time).map_or(0.0, |(piece, x)| {
            piece.before + (piece.to - piece.from) * integral(&piece.density, x.min(1.0))
        })
    }

    /// All up to a time; a probability.
    pub fn level(&self, time: f64) -> f64 {
        let jumps = self.jumps.partition_point(|jump| jump.0 <= time);
        let jumped = if jumps > 0 { self.jumps[jumps - 1].1 } else { 0.0 };
        (jumped + self.smooth(time)).clamp(0.0, 1.0)
    }

    /// The jumps, each by itself.
    pub fn jumps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let mut before = 0.0;
        self.jumps.iter().map(move |(time, sum)| (*time, sum - std::mem::replace(&mut before, *sum)))
    }

    /// Where its panels begin and end.
    pub fn joints(&self) -> impl Iterator<Item = f64> + '_ {
        self.pieces.iter().map(|piece| piece.to)
    }

    /// Whether there is any density.
    pub fn flows(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// The last time that it tells of.
    pub fn last(&self) -> f64 {
        let last = self.jumps.last().map_or(0.0, |jump| jump.0);
        self.pieces.last().map_or(last, |piece| piece.to.max(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_density_and_its_jumps() {
        let mut path = Path::default();
        let at = |from: f64, to: f64| -> Values {
            std::array::from_fn(|i| libm::exp(-(from + (to - from) * rule().x[i])))
        };
        path.push(0.0, 1.0, &at(0.0, 1.0));
        path.push(1.0, 3.0, &at(1.0, 3.0));
        path.jump(0.5, 0.01);
        path.jump(2.0, -0.005);
        for time in [0.1, 0.9, 1.0, 2.5] {
            assert!((path.density(time) - libm::exp(-time)).abs() < 1e-12);
            assert!((path.smooth(time) + libm::expm1(-time)).abs() < 1e-13);
        }
        assert!((path.level(2.5) - (0.005 - libm::expm1(-2.5))).abs() < 1e-13);
        assert!((path.level(9.0) - (0.005 - libm::expm1(-3.0))).abs() < 1e-13);
        assert_eq!(path.jumps().count(), 2);
        assert_eq!(path.density(3.5), 0.0);
    }
}
