//! A change of measure by cells: a uniform number is mapped, piece by piece and in order, so that some cells of a
//! distribution come more often than they would; the ratio of the two densities is constant in each cell.

/// The share of the scenario's own distribution in every mixture (Hesterberg 1995; Owen and Zhou 2000): no draw weighs more
/// than its inverse.
pub const DEFENCE: f64 = 0.05;
/// The share of the first guess, so that what is learnt too low by chance is still looked at.
pub const GUESS: f64 = 0.1;

/// By how much each cell is favoured: the density ratio (own to scenario's) of the mixture that takes a share
/// [`DEFENCE`] as the scenario says, a share [`GUESS`] in proportion to mass times guess, and the rest in proportion to mass times
/// worth. Overwrites the worths. Worths that say nothing leave everything as it is. Returns the sum of mass times worth:
/// what the choice itself is worth.
pub fn favour(masses: &[f64], guesses: &[f64], worths: &mut [f64]) -> f64 {
    let sum = |of: &[f64]| masses.iter().zip(of).map(|(mass, worth)| mass * worth).sum::<f64>();
    let sound = |total: f64| total > 0.0 && total < f64::INFINITY;
    let (guessed, total) = (sum(guesses), sum(worths));
    for (worth, guess) in worths.iter_mut().zip(guesses) {
        let by_guess = if sound(guessed) { guess / guessed } else { 1.0 };
        let by_worth = if sound(total) { *worth / total } else { 1.0 };
        *worth = DEFENCE + GUESS * by_guess + (1.0 - DEFENCE - GUESS) * by_worth;
    }
    total
}

/// Where a number falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fall {
    /// The cell.
    pub cell: usize,
    /// How much of the cell lies below, in the scenario's measure.
    pub into: f64,
    /// How much of the cell lies above.
    pub over: f64,
}

/// The cell that a uniform number falls into once cells are favoured so, and where in it. Cells without mass are never hit.
pub fn fall(masses: &[f64], favours: &[f64], number: f64) -> Fall {
    let mut below = 0.0;
    let mut last = Fall { cell: 0, into: 0.0, over: 0.0 };
    for (cell, (&mass, &favour)) in masses.iter().zip(favours).enumerate() {
        if mass.is_nan() || mass <= 0.0 {
            continue;
        }
        let share = mass * favour;
        let into = (number - below) / favour;
        if number < below + share {
            let into = into.clamp(0.0, mass);
            return Fall { cell, into, over: mass - into };
        }
        below += share;
        last = Fall { cell, into: mass, over: 0.0 };
    }
    // Rounding left a gap above the last cell.
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixture_is_a_distribution_and_no_weight_is_above_its_bound() {
        let masses = [0.2, 0.0, 1e-9, 0.8 - 1e-9];
        let mut favours = [1.0, 5.0, 1e6, 0.0];
        favour(&masses, &[1.0; 4], &mut favours);
        let total: f64 = masses.iter().zip(&favours).map(|(m, f)| m * f).sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
        assert!(favours.iter().all(|f| 1.0 / f <= 1.0 / DEFENCE + 1e-12), "{favours:?}");
        let mut none = [0.0; 4];
        favour(&masses, &[0.0; 4], &mut none);
        assert!(none.iter().all(|f| (f - 1.0).abs() < 1e-15), "{none:?}");
    }

    /// Numbers spread evenly fall into each cell as often as its favoured mass says, evenly within, and in order.
    #[test]
    fn cells_are_hit_as_often_as_they_are_favoured() {
        let masses = [0.5, 0.0, 0.25, 0.25];
        let mut favours = [0.1, 3.0, 4.0, 1.0];
        favour(&masses, &[1.0; 4], &mut favours);
        let n = 100_000;
        let (mut hits, mut into) = ([0_u32; 4], [0.0; 4]);
        let mut before = (0, 0.0);
        for i in 0..n {
            let at = fall(&masses, &favours, (f64::from(i) + 0.5) / f64::from(n));
            assert!((at.cell, at.into) >= before, "{at:?}");
            assert!((at.into + at.over - masses[at.cell]).abs() < 1e-15);
            before = (at.cell, at.into);
            hits[at.cell] += 1;
            into[at.cell] += at.into;
        }
        for cell in [0, 2, 3] {
            let share = f64::from(hits[cell]) / f64::from(n);
            assert!((share - masses[cell] * favours[cell]).abs() < 2e-5, "{cell}: {share}");
            let middle = into[cell] / f64::from(hits[cell]);
            assert!((middle - masses[cell] / 2.0).abs() < 1e-4, "{cell}: {middle}");
        }
        assert_eq!(hits[1], 0);
    }
}
