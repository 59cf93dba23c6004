//! N1 and N1-psa as a Rust user would plainly write them: rand's small generator, rand_distr's distributions, one path at a time.

use super::found::{Deals, Found};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, Gamma, LogNormal, Normal};

const HORIZON: f64 = 365.0;

/// The six numbers that N1-psa does not know.
#[derive(Clone, Copy)]
struct Numbers {
    deal: f64,
    back: f64,
    held: f64,
    ships: f64,
    walkout: f64,
    pull: f64,
}

/// The delays.
struct Delays {
    call: LogNormal<f64>,
    planning: Gamma<f64>,
    round: Gamma<f64>,
    shipping: LogNormal<f64>,
    waiting: Gamma<f64>,
}

impl Delays {
    fn new() -> Delays {
        let gamma = |shape: f64, mean: f64| Gamma::new(shape, mean / shape).expect("sound numbers");
        let lognormal = |median: f64, sigma| LogNormal::new(median.ln(), sigma).expect("sound numbers");
        Delays {
            call: lognormal(5.0, 0.8),
            planning: gamma(4.0, 60.0),
            round: gamma(2.0, 14.0),
            shipping: lognormal(30.0, 0.5),
            waiting: gamma(2.0, 20.0),
        }
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Call,
    Planning,
    Venue,
    Round,
    Leverage,
}

/// How a path ends: the outcome, the day, where they met and whether Kyiv had joined.
struct End {
    outcome: usize,
    day: f64,
    site: usize,
    joined: bool,
}

fn path(n: Numbers, delays: &Delays, rng: &mut SmallRng) -> End {
    let (mut t, mut stage) = (0.0, Stage::Call);
    let (mut rapport, mut weapons, mut refusals) = (0.0, false, 0);
    let (mut site, mut joined) = (0, false);
    loop {
        let end = |outcome, day| End { outcome, day, site, joined };
        match stage {
            Stage::Call => {
                t += delays.call.sample(rng);
                if t > HORIZON {
                    return end(4, HORIZON);
                }
                rapport += if rng.random::<f64>() < n.held { 1.0 } else { -0.5 };
                stage = Stage::Planning;
            }
            Stage::Planning => {
                t += delays.planning.sample(rng);
                if t > HORIZON {
                    return end(4, HORIZON);
                }
                let agreed = rng.random::<f64>() < logistic(0.3 + 0.8 * rapport);
                stage = if agreed { Stage::Venue } else { Stage::Leverage };
            }
            Stage::Venue => {
                let u = rng.random::<f64>();
                site = if u < 0.35 {
                    1
                } else if u < 0.6 {
                    2
                } else {
                    3
                };
                let wish = -0.4 + if site == 1 { 0.6 } else { 0.0 } - if site == 2 { 0.3 } else { 0.0 };
                joined = rng.random::<f64>() < logistic(wish);
                if joined {
                    rapport += 0.2;
                }
                stage = Stage::Round;
            }
            Stage::Round => {
                t += delays.round.sample(rng);
                if t > HORIZON {
                    return end(4, HORIZON);
                }
                let (j, w) = (f64::from(u8::from(joined)), f64::from(u8::from(weapons)));
                if rng.random::<f64>() < logistic(n.deal + n.pull * rapport + 0.4 * j + 0.5 * w) {
                    let comprehensive = rng.random::<f64>() < logistic(-1.0 + 0.9 * j);
                    return end(usize::from(!comprehensive), t);
                }
                if rng.random::<f64>() < n.walkout {
                    stage = Stage::Leverage;
                }
            }
            Stage::Leverage => {
                refusals += 1;
                if refusals > 3 {
                    return end(3, t);
                }
                if rng.random::<f64>() < n.ships {
                    t += delays.shipping.sample(rng);
                    if t > HORIZON {
                        return end(4, HORIZON);
                    }
                    weapons = true;
                    if rng.random::<f64>() < logistic(-3.0 + 0.7 * f64::from(refusals)) {
                        return end(2, t);
                    }
                }
                t += delays.waiting.sample(rng);
                if t > HORIZON {
                    return end(4, HORIZON);
                }
                let w = f64::from(u8::from(weapons));
                if rng.random::<f64>() < logistic(n.back + 0.6 * w + 0.2 * rapport) {
                    stage = if site > 0 { Stage::Round } else { Stage::Planning };
                }
            }
        }
    }
}

fn count(found: &mut Found, days: &mut Vec<f64>, end: End) {
    found.paths += 1;
    found.outcomes[end.outcome] += 1;
    found.cells[end.site][usize::from(end.joined)][end.outcome] += 1;
    if end.outcome < 2 {
        days.push(end.day);
        for (by, day) in [1.0, 30.0, 100.0].into_iter().enumerate() {
            found.deals_by[by] += u64::from(end.day <= day);
        }
    }
}

/// N1.
pub fn n1(paths: u64, seed: u64) -> Found {
    let numbers = Numbers { deal: -2.2, back: -0.2, held: 0.92, ships: 0.6, walkout: 0.15, pull: 0.5 };
    let (delays, mut rng) = (Delays::new(), SmallRng::seed_from_u64(seed));
    let (mut found, mut days) = (Found::default(), Vec::new());
    for _ in 0..paths {
        count(&mut found, &mut days, path(numbers, &delays, &mut rng));
    }
    found.deals = Deals::Days(days).quantiles();
    found
}

/// N1-psa, one path a world.
pub fn psa(paths: u64, seed: u64) -> Found {
    let (delays, mut rng) = (Delays::new(), SmallRng::seed_from_u64(seed));
    let normal = |mean, sd| Normal::new(mean, sd).expect("sound numbers");
    let beta = |a, b| Beta::new(a, b).expect("sound numbers");
    let (deal, back, pull) = (normal(-2.2, 0.4), normal(-0.2, 0.5), normal(0.5, 0.15));
    let (held, ships, walkout) = (beta(23.0, 2.0), beta(6.0, 4.0), beta(3.0, 17.0));
    let (mut found, mut days) = (Found::default(), Vec::new());
    for _ in 0..paths {
        let numbers = Numbers {
            deal: deal.sample(&mut rng),
            back: back.sample(&mut rng),
            held: held.sample(&mut rng),
            ships: ships.sample(&mut rng),
            walkout: walkout.sample(&mut rng),
            pull: pull.sample(&mut rng),
        };
        count(&mut found, &mut days, path(numbers, &delays, &mut rng));
    }
    found.deals = Deals::Days(days).quantiles();
    found
}
