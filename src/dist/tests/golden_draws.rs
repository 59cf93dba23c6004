//! The first draw of each law of the tests' zoo, to the bit, in its order.
#![allow(clippy::excessive_precision, clippy::unreadable_literal)]

pub(super) const FIRST_DRAWS: &[f64] = &[
    -1.303732635342781,    // uniform["low", "high"] [-3.0, 7.0]
    7.610896673844361,     // normal["mean", "sd"] [10.0, 2.5]
    198733.95232258487,    // lognormal["median", "sigma"] [432000.0, 0.8125]
    0.3931041368901227,    // lognormal["mean", "sd"] [2.0, 3.0]
    3.52926511793567,      // lognormal["mu", "sigma"] [1.5, 0.25]
    3.273218038950039,     // lognormal["p95", "p5"] [21.0, 2.0]
    0.07742773456539274,   // logitnormal["mu", "sigma"] [-2.0, 0.5]
    0.203117276527819,     // logitnormal["mu", "sigma"] [1.5, 3.0]
    0.05144966931121004,   // logitnormal["median", "sigma"] [0.25, 1.9]
    0.9807644401064636,    // beta["alpha", "beta"] [23.0, 2.0]
    0.1663305633302266,    // beta["alpha", "beta"] [0.5, 0.5]
    -2.004480617631476,    // beta["alpha", "beta", "low", "high"] [2.5, 4.0, -10.0, 30.0]
    0.1743389713584073,    // beta["mean", "sd"] [0.3, 0.125]
    0.13312443931259924,   // beta["mean", "n"] [0.25, 12.0]
    16.510186419967287,    // pert["low", "mode", "high"] [10.0, 20.0, 60.0]
    191482.44889693373,    // gamma["shape", "mean"] [2.0, 1209600.0]
    0.060090760948852975,  // gamma["shape", "scale"] [0.3, 5.0]
    119.05308490527592,    // gamma["rate", "shape"] [0.25, 40.0]
    5.44348469027855,      // gamma["mean", "sd"] [10.0, 3.0]
    1.560591605269954,     // erlang["stages", "mean"] [3.0, 6.0]
    1.560591605269954,     // erlang["stages", "rate"] [3.0, 0.5]
    3.2570297095939384,    // weibull["shape", "scale"] [1.5, 10.0]
    0.1727568054205465,    // weibull["shape", "mean"] [0.5, 10.0]
    9.993421458575432,     // weibull["shape", "median"] [2000.0, 10.0]
    3.5935596455818444,    // weibull["p10", "p90"] [3.0, 8.0]
    0.9293998209074137,    // exponential["mean"] [5.0]
    0.7435198567259309,    // exponential["rate"] [0.25]
    1.3408405126262164,    // exponential["median"] [5.0]
    4.711548182296712,     // loglogistic["median", "shape"] [8.0, 3.0]
    2.7748357842629305,    // loglogistic["median", "shape"] [8.0, 1.5]
    0.9624642037032589,    // loglogistic["median", "shape"] [8.0, 0.75]
    7.968297482853196,     // loglogistic["median", "shape"] [8.0, 400.0]
    3.6353831266766807,    // loglogistic["p10", "p90"] [3.0, 12.0]
    3.180842958406107,     // triangular["low", "mode", "high"] [2.0, 3.0, 10.0]
    50.082492686964954,    // metalog["p10", "p50", "p90"] [40.0, 90.0, 200.0]
    49.547700787293785,    // metalog["p10", "p50", "p90", "low"] [40.0, 90.0, 240.0, 0.0]
    0.09845948991884268,   // metalog["low", "high", "p5", "p50", "p95"] [0.0, 1.0, 0.05, 0.2, 0.5]
    -0.16741729774823,     // metalog["p5", "p25", "p50", "p75", "p95"] [-5.0, 1.0, 3.0, 6.0, 15.0]
    -5.660483922647984,    // metalog["p10", "p25", "p50", "p90", "high"] [-9.0, -4.0, -2.0, -0.5, 0.0]
    -0.19685877187309278,  // normal cut
    9.0203847081371,       // normal, far tail
    12.040407276610535,    // gamma cut
    0.012670287208631295,  // beta cut
    1.0,                   // discrete
    2.5,                   // discrete cut
    0.0013163702857814383, // pool
    39.78240796720317,     // pool with steps
    14.55072415678249,     // pool cut
    0.0013163702857814383, // pool with a gap
    3.0,                   // point
    1.5466234005878147e-6, // tiny gamma
    1.0,                   // wide beta
    994551186.7338701,     // great gamma
];
