//! Draws against the law that they are drawn from.

use super::families::zoo;
use crate::dist::*;
use crate::stream::{Draw, Name, WorldKey};

fn draw(world: u64) -> Draw {
    WorldKey::new(2026, world).draw(Name::new("dist.tests"), 0, 0)
}

/// Kolmogorov's test of 20,000 draws (Kolmogorov 1933): by its limiting law, sup |F_n - F| √n is above 2.2252 once in
/// 10,000 times. For laws with steps it is conservative. And the mean by its z-score.
#[test]
fn draws_follow_their_law() {
    const N: usize = 20_000;
    for (name, law) in zoo() {
        let mut draws: Vec<f64> = (0..N).map(|i| law.sample(&mut draw(i as u64))).collect();
        let (low, high) = law.support();
        assert!(draws.iter().all(|x| low <= *x && *x <= high), "{name} leaves its support");
        if law.sd().is_finite() && law.sd() > 0.0 {
            let mean = draws.iter().map(|x| x / N as f64).sum::<f64>();
            let z = (mean - law.mean()) / law.sd() * (N as f64).sqrt();
            assert!(z.abs() < 5.0, "{name}: mean {mean}, not {} (z = {z})", law.mean());
        }
        draws.sort_by(f64::total_cmp);
        let mut apart: f64 = 0.0;
        let mut i = 0;
        while i < N {
            let x = draws[i];
            let mut j = i + 1;
            while j < N && draws[j] == x {
                j += 1;
            }
            let (before, at) = (law.cdf(x.next_down()), law.cdf(x));
            apart = apart.max((before - i as f64 / N as f64).abs()).max((at - j as f64 / N as f64).abs());
            i = j;
        }
        let statistic = apart * (N as f64).sqrt();
        assert!(statistic < 2.2252, "{name}: {statistic}");
    }
}

#[test]
fn the_spread_of_draws() {
    const N: usize = 20_000;
    for (name, law) in zoo() {
        let (mean, sd) = (law.mean(), law.sd());
        if !sd.is_finite() || sd == 0.0 {
            continue;
        }
        let squares: Vec<f64> = (0..N)
            .map(|i| {
                let away = (law.sample(&mut draw(i as u64)) - mean) / sd;
                away * away
            })
            .collect();
        let average = squares.iter().sum::<f64>() / N as f64;
        let spread = squares.iter().map(|s| (s - average) * (s - average)).sum::<f64>() / N as f64;
        // Laws whose fourth moment is huge or infinite have no z-score to speak of.
        if spread > 1e3 {
            continue;
        }
        let z = (average - 1.0) / (spread / N as f64).sqrt().max(1e-12);
        assert!(z.abs() < 5.0, "{name}: z = {z}");
    }
}

#[test]
fn a_point_draws_nothing() {
    let (mut used, mut fresh) = (draw(1), draw(1));
    assert_eq!(Law::Point(Point::new(3.0).unwrap()).sample(&mut used), 3.0);
    assert_eq!(used.uniform(), fresh.uniform());
}

/// The first draw of each law, to the bit: a change here changes every published table.
#[test]
fn first_draws() {
    let got: Vec<(String, f64)> =
        zoo().into_iter().map(|(name, law)| (name, law.sample(&mut draw(0)))).collect();
    let pinned = super::golden_draws::FIRST_DRAWS;
    let listing: String = got.iter().map(|(name, x)| format!("    {x:?}, // {name}\n")).collect();
    let same = got.len() == pinned.len() && got.iter().zip(pinned).all(|(got, pinned)| got.1 == *pinned);
    assert!(same, "the first draws are now\n{listing}");
}
