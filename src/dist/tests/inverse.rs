//! Tables of quantiles against the quantiles that they are made of.

use super::families::{named, zoo};
use crate::dist::*;
use crate::stream::unit;

fn wide() -> Vec<(String, Law)> {
    let mut laws = zoo();
    let mut add = |family: &str, names: &[&str], args: &[f64]| {
        laws.push((format!("{family} {args:?}"), named(family, names, args).unwrap()));
    };
    for shape in [0.05, 0.1, 0.3, 0.5, 0.9, 1.0, 1.5, 2.0, 3.0, 10.0, 100.0, 1000.0] {
        add("gamma", &["shape", "mean"], &[shape, 14.0 * 86_400.0]);
        add("weibull", &["shape", "scale"], &[shape, 5.0]);
        add("loglogistic", &["median", "shape"], &[5.0, shape.max(0.1)]);
        for other in [0.05, 0.5, 1.0, 2.0, 7.0, 1000.0] {
            add("beta", &["alpha", "beta"], &[shape, other]);
        }
    }
    for sigma in [0.01, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0] {
        add("lognormal", &["median", "sigma"], &[86_400.0, sigma]);
        for mu in [-6.0, -1.0, 0.0, 3.0] {
            add("logitnormal", &["mu", "sigma"], &[mu, sigma]);
        }
    }
    for mode in [0.0, 0.1, 3.0, 9.9, 10.0] {
        add("pert", &["low", "mode", "high"], &[0.0, mode, 10.0]);
        add("triangular", &["low", "mode", "high"], &[0.0, mode, 10.0]);
    }
    laws
}

/// Numbers that reach into all octaves of both tails, and their neighbours.
fn numbers() -> Vec<f64> {
    let mut all = vec![];
    for i in 0..5_000_u64 {
        let spread = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let u = unit(spread);
        all.extend([u, 1.0 - u]);
        let deep = unit(spread >> (i % 52));
        all.extend([deep, 1.0 - deep]);
    }
    all
}

/// How far from the quantile `x` at `u` a table may be: its accuracy, and the rounding of numbers as large as those of
/// the cell.
fn allowed(law: &Law, u: f64, x: f64) -> f64 {
    let reach = u.min(1.0 - u) / law.pdf(x);
    ACCURACY * reach + 1e-14 * (x.abs() + reach)
}

#[test]
fn tables_hold_their_accuracy() {
    let mut numbers = numbers();
    numbers.sort_by(f64::total_cmp);
    let mut tables = 0;
    for (name, law) in wide() {
        let Some(table) = Inverse::new(&law) else { continue };
        tables += 1;
        let (low, high) = law.support();
        let mut last = (f64::NEG_INFINITY, 0.0);
        for &u in &numbers {
            let (x, wanted) = (table.at(u), law.quantile(u));
            let allowed = allowed(&law, u, wanted);
            assert!((x - wanted).abs() <= allowed, "{name} at {u:e}: {x}, not {wanted}");
            assert!(low <= x && x <= high, "{name} leaves its support at {u}: {x}");
            assert!(x >= last.0 - (last.1 + allowed), "{name} falls at {u}: from {} to {x}", last.0);
            last = (x, allowed);
        }
    }
    assert!(tables > 150, "{tables}");
}

/// Where one cell ends and the next begins, a table does not fall by more than rounding.
#[test]
fn tables_rise_from_cell_to_cell() {
    let half_cell = unit(0);
    for (name, law) in wide() {
        let Some(table) = Inverse::new(&law) else { continue };
        for octave in 2..16 {
            for part in 0..32 {
                let edge = libm::exp2(-f64::from(octave)) * (1.0 + f64::from(part) / 32.0);
                for edge in [edge, 1.0 - edge] {
                    let (below, above) = (table.at(edge - half_cell), table.at(edge + half_cell));
                    let slack = allowed(&law, edge, below);
                    assert!(above >= below - slack, "{name} falls at {edge}: from {below} to {above}");
                }
            }
        }
    }
}

#[test]
fn many_at_once_are_the_same_bits() {
    let numbers: Vec<f64> = numbers().into_iter().take(2_001).collect();
    for (name, law) in zoo() {
        let Some(table) = Inverse::new(&law) else { continue };
        let mut many = vec![0.0; numbers.len()];
        table.fill(&numbers, &mut many);
        for (u, x) in numbers.iter().zip(&many) {
            assert_eq!(table.at(*u).to_bits(), x.to_bits(), "{name} at {u}");
        }
    }
}

/// All bits of the tables of the zoo, hashed (FNV-1a): a change here changes every published table.
#[test]
fn the_bits_of_tables() {
    let numbers = numbers();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (_, law) in zoo() {
        let Some(table) = Inverse::new(&law) else { continue };
        for u in &numbers[..2_000] {
            hash = (hash ^ table.at(*u).to_bits()).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    assert_eq!(hash, 0x00f6_8db3_b19f_07c2, "the hash is now {hash:#x}");
}

#[test]
fn outside_the_cells_is_the_quantile_itself() {
    for (name, law) in zoo() {
        let Some(table) = Inverse::new(&law) else { continue };
        for u in [0.0, 1e-300, 1e-9, 0.5, 1.0 - 1e-9, 1.0] {
            assert_eq!(table.at(u), law.quantile(u), "{name} at {u}");
        }
        assert!((1.0 / 32_768.0..0.06).contains(&table.gaps()), "{name}: {}", table.gaps());
    }
}

#[test]
fn single_values_and_pools_have_no_table() {
    for (name, law) in zoo() {
        if !law.is_continuous() || matches!(law, Law::Pool(_)) {
            assert!(Inverse::new(&law).is_none(), "{name}");
        }
    }
}

#[test]
#[ignore = "prints how long tables take to make"]
fn build_times() {
    for (name, law) in wide() {
        let began = std::time::Instant::now();
        let table = Inverse::new(&law);
        let (took, gaps) = (began.elapsed().as_secs_f64() * 1e3, table.map(|t| t.gaps()));
        println!("{took:8.3} ms {gaps:?} {name}");
    }
}
