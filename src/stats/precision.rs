//! How many paths a wanted precision takes.

/// The paths that would bring the half-width of an interval from `half_width` (reached with `paths`) to `wanted`, rounded
/// up to two figures. Errors fall with the square root of the number of worlds, so in a run with beliefs the paths are to
/// come from more worlds of the same size. `None` where `wanted` is not above 0 or `half_width` is not finite.
pub fn paths_for(half_width: f64, paths: u64, wanted: f64) -> Option<u64> {
    if !(wanted > 0.0 && half_width.is_finite()) {
        return None;
    }
    let ratio = half_width / wanted;
    Some(two_figures_up(paths as f64 * ratio * ratio))
}

/// `number` rounded up to two significant figures, as advice is given: 37,412 becomes 38,000.
pub fn two_figures_up(number: f64) -> u64 {
    let mut unit = 1_u64;
    while number / unit as f64 > 99.0 && unit < 1_000_000_000_000_000_000 {
        if (number / unit as f64).ceil() <= 99.0 {
            break;
        }
        unit *= 10;
    }
    // A product of doubles may miss a round number by a hair.
    let figures = (number / unit as f64 - 1e-9).ceil().max(0.0) as u64;
    figures.saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_has_two_figures() {
        for (number, advice) in [
            (37_412.0, 38_000),
            (38_000.0, 38_000),
            (99.0, 99),
            (99.5, 100),
            (101.0, 110),
            (7.2, 8),
            (0.0, 0),
        ] {
            assert_eq!(two_figures_up(number), advice, "{number}");
        }
        assert_eq!(two_figures_up(f64::INFINITY), u64::MAX);
    }

    #[test]
    fn a_tenth_of_the_width_takes_a_hundred_times_the_paths() {
        assert_eq!(paths_for(0.01, 1000, 0.001), Some(100_000));
        assert_eq!(paths_for(0.014, 5000, 0.005), Some(40_000));
        assert_eq!(paths_for(0.0, 5000, 0.005), Some(0));
        assert_eq!(paths_for(f64::INFINITY, 5000, 0.005), None);
        assert_eq!(paths_for(0.1, 5000, 0.0), None);
    }
}
