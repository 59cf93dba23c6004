//! What an account has gathered: the first two moments, together with being somewhere.

/// The mean and the variance of what has been gathered, of the paths that are somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gain {
    /// The mean.
    pub mean: f64,
    /// The variance.
    pub variance: f64,
}

/// The mass that is somewhere, with `E[B]` and `E[B²]` of what it has gathered beyond a centre.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// The mass.
    pub mass: f64,
    /// `E[B]`, not divided by it.
    pub first: f64,
    /// `E[B²]`.
    pub second: f64,
}

impl Moments {
    /// Of a mass that has gathered so much beyond a centre.
    pub(super) fn of(mass: f64, gain: Gain, centre: f64) -> Moments {
        let mean = gain.mean - centre;
        Moments { mass, first: mass * mean, second: mass * (gain.variance + mean * mean) }
    }

    /// What goes on with chance `p` while `first` and `second`, moments of what is paid together with going, are paid.
    pub(super) fn paid(self, p: f64, first: f64, second: f64) -> Moments {
        Moments {
            mass: p * self.mass,
            first: p * self.first + first * self.mass,
            second: p * self.second + 2.0 * first * self.first + second * self.mass,
        }
    }

    /// The same about a centre that is less by so much.
    pub(super) fn shifted(self, by: f64) -> Moments {
        Moments {
            first: self.first + by * self.mass,
            second: self.second + by * (2.0 * self.first + by * self.mass),
            ..self
        }
    }

    pub(super) fn add(&mut self, more: Moments) {
        self.mass += more.mass;
        self.first += more.first;
        self.second += more.second;
    }

    pub(super) fn scaled(self, by: f64) -> Moments {
        Moments { mass: by * self.mass, first: by * self.first, second: by * self.second }
    }

    /// Mean and variance, as they are about this centre.
    pub(super) fn gain(self, centre: f64) -> Gain {
        if self.mass <= 0.0 {
            return Gain::default();
        }
        let mean = self.first / self.mass;
        let variance = self.second / self.mass - mean * mean;
        // What is no number stays none.
        Gain { mean: centre + mean, variance: if variance < 0.0 { 0.0 } else { variance } }
    }
}

/// Paths together.
pub(super) fn together(of: &[(f64, Gain)]) -> (f64, Gain) {
    let mass: f64 = of.iter().map(|(mass, _)| mass).sum();
    if mass <= 0.0 {
        return (0.0, Gain::default());
    }
    let mean = of.iter().map(|(mass, gain)| mass * gain.mean).sum::<f64>() / mass;
    let square = |(mass, gain): &(f64, Gain)| {
        let off = gain.mean - mean;
        mass * (gain.variance + off * off)
    };
    (mass, Gain { mean, variance: of.iter().map(square).sum::<f64>() / mass })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_follow_what_is_paid_and_where_the_centre_is() {
        // 3 or 5 with equal chance, then 1 with chance 1/4: given both, variance 1 and mean 5.
        let both = Moments { mass: 1.0, first: 4.0, second: 17.0 };
        let paid = both.paid(0.25, 0.25, 0.25);
        assert_eq!(paid.gain(0.0), Gain { mean: 5.0, variance: 1.0 });
        assert_eq!(paid.shifted(-5.0), Moments { mass: 0.25, first: 0.0, second: 0.25 });
        assert_eq!(paid.shifted(-5.0).gain(5.0), paid.gain(0.0));
        let (mass, gain) = together(&[(1.0, both.gain(0.0)), (1.0, Gain { mean: 8.0, variance: 0.0 })]);
        assert_eq!((mass, gain), (2.0, Gain { mean: 6.0, variance: 4.5 }));
        assert_eq!(Moments::of(1.0, both.gain(0.0), 0.0), both);
    }
}
