//! N1-psa, one path a world, as fast as we can write it by hand without `unsafe`: beliefs and delays by tables of quantiles,
//! 64 random bits from one wide multiplication, and no exponential function: that a number u is below logistic(x) is that its
//! logit, which a table knows, is below x.

use super::found::{Deals, Found};
use super::kernel::{STEPS, table};
use detente::dist::{Beta, Gamma, Law, LogNormal, Normal};

const HORIZON: f32 = 365.0;

/// The tables, in the order of their names.
pub struct Kernel {
    tables: Vec<[f32; STEPS + 1]>,
}

/// Numbers of tables.
mod of {
    pub const CALL: usize = 0;
    pub const PLANNING: usize = 1;
    pub const ROUND: usize = 2;
    pub const SHIPPING: usize = 3;
    pub const WAITING: usize = 4;
    pub const DEAL: usize = 5;
    pub const BACK: usize = 6;
    pub const PULL: usize = 7;
    pub const HELD: usize = 8;
    pub const SHIPS: usize = 9;
    pub const WALKOUT: usize = 10;
    pub const LOGIT: usize = 11;
}

/// Random bits (wyrand by Wang Yi: a Weyl sequence and one wide multiplication), used up in two halves.
struct Bits {
    state: u64,
}

impl Bits {
    #[inline]
    fn next(&mut self) -> (u32, u32) {
        self.state = self.state.wrapping_add(0xA076_1D64_78BD_642F);
        let wide = u128::from(self.state) * u128::from(self.state ^ 0xE703_7ED1_A0B4_28DB);
        let bits = (wide >> 64) as u64 ^ wide as u64;
        (bits as u32, (bits >> 32) as u32)
    }
}

/// A number from 0 to 1.
#[inline]
fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 * (1.0 / 16_777_216.0)
}

impl Kernel {
    /// Makes the tables.
    pub fn new() -> Kernel {
        let gamma = |shape, mean: f64| Law::Gamma(Gamma::new(shape, mean / shape).expect("sound numbers"));
        let lognormal = |median, sigma| Law::LogNormal(LogNormal::new(median, sigma).expect("sound numbers"));
        let normal = |mean, sd| Law::Normal(Normal::new(mean, sd).expect("sound numbers"));
        let beta = |a, b| Law::Beta(Beta::new(a, b).expect("sound numbers"));
        let laws = [
            lognormal(5.0, 0.8),
            gamma(4.0, 60.0),
            gamma(2.0, 14.0),
            lognormal(30.0, 0.5),
            gamma(2.0, 20.0),
            normal(-2.2, 0.4),
            normal(-0.2, 0.5),
            normal(0.5, 0.15),
            beta(23.0, 2.0),
            beta(6.0, 4.0),
            beta(3.0, 17.0),
        ];
        let mut tables: Vec<Vec<f32>> = laws.iter().map(table).collect();
        // A law without a lower end has no straight line to it.
        for table in &mut tables {
            if !table[0].is_finite() {
                table[0] = 2.0 * table[1] - table[2];
            }
        }
        let logit = |n: usize| {
            let u = (n as f64).clamp(0.5, STEPS as f64 - 0.5) / STEPS as f64;
            libm::log(u / (1.0 - u)) as f32
        };
        tables.push((0..=STEPS).map(logit).collect());
        Kernel { tables: tables.into_iter().map(|t| t.try_into().expect("STEPS and one")).collect() }
    }

    #[inline]
    fn at(&self, table: usize, bits: u32) -> f32 {
        let table = &self.tables[table];
        let place = (bits >> 20) as usize;
        let part = (bits & 0xF_FFFF) as f32 * (1.0 / 1_048_576.0);
        table[place] + part * (table[place + 1] - table[place])
    }

    /// Paths, each in its own world.
    pub fn run(&self, paths: u64, seed: u64) -> Found {
        let mut bits = Bits { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03 };
        let mut found = Found { paths, ..Found::default() };
        let mut bins = vec![0_u32; 16 * 365 + 1];
        for _ in 0..paths {
            self.path(&mut bits, &mut found, &mut bins);
        }
        for (by, day) in [1, 30, 100].into_iter().enumerate() {
            found.deals_by[by] = bins[..16 * day].iter().map(|n| u64::from(*n)).sum();
        }
        found.deals = Deals::Bins(bins).quantiles();
        found
    }

    #[inline]
    fn path(&self, bits: &mut Bits, found: &mut Found, bins: &mut [u32]) {
        let (a, b) = bits.next();
        let (deal, back) = (self.at(of::DEAL, a), self.at(of::BACK, b));
        let (a, b) = bits.next();
        let (pull, held) = (self.at(of::PULL, a), self.at(of::HELD, b));
        let (a, b) = bits.next();
        let (ships, walkout) = (self.at(of::SHIPS, a), self.at(of::WALKOUT, b));
        let (a, b) = bits.next();
        let mut now = self.at(of::CALL, a);
        let mut rapport = if unit(b) < held { 1.0 } else { -0.5 };
        let (mut site, mut joined, mut weapons, mut refusals) = (0_usize, 0.0_f32, 0.0_f32, 0.0_f32);
        let mut planning = true;
        let outcome = loop {
            let (a, b) = bits.next();
            now += self.at(if planning { of::PLANNING } else { of::ROUND }, a);
            if now > HORIZON {
                break 4;
            }
            if planning {
                if self.at(of::LOGIT, b) < 0.3 + 0.8 * rapport {
                    let (a, b) = bits.next();
                    let u = unit(a);
                    site = 1 + usize::from(u >= 0.35) + usize::from(u >= 0.6);
                    if self.at(of::LOGIT, b) < [0.0, 0.2, -0.7, -0.4][site] {
                        joined = 1.0;
                        rapport += 0.2;
                    }
                    planning = false;
                    continue;
                }
            } else {
                if self.at(of::LOGIT, b) < deal + pull * rapport + 0.4 * joined + 0.5 * weapons {
                    break if self.at(of::LOGIT, bits.next().0) < -1.0 + 0.9 * joined { 0 } else { 1 };
                }
                if unit(bits.next().0) >= walkout {
                    continue;
                }
            }
            // Leverage, until Russia returns.
            let over = loop {
                refusals += 1.0;
                if refusals > 3.0 {
                    break Some(3);
                }
                let (a, b) = bits.next();
                if unit(b) < ships {
                    now += self.at(of::SHIPPING, a);
                    if now > HORIZON {
                        break Some(4);
                    }
                    weapons = 1.0;
                    if self.at(of::LOGIT, bits.next().0) < -3.0 + 0.7 * refusals {
                        break Some(2);
                    }
                }
                let (a, b) = bits.next();
                now += self.at(of::WAITING, a);
                if now > HORIZON {
                    break Some(4);
                }
                if self.at(of::LOGIT, b) < back + 0.6 * weapons + 0.2 * rapport {
                    break None;
                }
            };
            if let Some(outcome) = over {
                break outcome;
            }
            planning = site == 0;
        };
        found.outcomes[outcome] += 1;
        found.cells[site][usize::from(joined > 0.0)][outcome] += 1;
        if outcome < 2 {
            bins[(now * 16.0) as usize] += 1;
        }
    }
}
