//! The table of all forms: what the checker accepts, the documentation lists and the JSON schema offers.

use super::beta::Beta;
use super::exponential::Exponential;
use super::form::{Form, Param, Spelling, Unit};
use super::gamma::Gamma;
use super::law::{Law, discrete, metalog};
use super::logitnormal::LogitNormal;
use super::loglogistic::LogLogistic;
use super::lognormal::LogNormal;
use super::normal::Normal;
use super::point::Point;
use super::triangular::Triangular;
use super::uniform::Uniform;
use super::weibull::Weibull;

const fn same(name: &'static str) -> Param {
    Param { name, unit: Unit::Same, default: None }
}

const fn number(name: &'static str) -> Param {
    Param { name, unit: Unit::Number, default: None }
}

const fn per(name: &'static str) -> Param {
    Param { name, unit: Unit::PerSame, default: None }
}

const PLAIN: Form = Form {
    family: "",
    params: &[],
    spelling: Spelling::Plain,
    positional: false,
    number_only: false,
    about: "",
    make: |_| Point::new(0.0).map(Law::Point),
};

/// All forms, the forms of a family side by side.
pub static FORMS: &[Form] = &[
    Form {
        family: "point",
        params: &[same("value")],
        positional: true,
        about: "always this value",
        make: |a| Point::new(a[0]).map(Law::Point),
        ..PLAIN
    },
    Form {
        family: "uniform",
        params: &[same("low"), same("high")],
        positional: true,
        about: "every value between low and high alike: density 1/(high - low)",
        make: |a| Uniform::new(a[0], a[1]).map(Law::Uniform),
        ..PLAIN
    },
    Form {
        family: "normal",
        params: &[same("mean"), same("sd")],
        positional: true,
        about: "density exp(-((x - mean)/sd)^2/2)/(sd sqrt(2 pi)) (Gauss 1809)",
        make: |a| Normal::new(a[0], a[1]).map(Law::Normal),
        ..PLAIN
    },
    Form {
        family: "normal",
        spelling: Spelling::TwoQuantiles,
        about: "the normal through two quantiles",
        make: |a| Normal::through((a[0], a[1]), (a[2], a[3])).map(Law::Normal),
        ..PLAIN
    },
    Form {
        family: "lognormal",
        params: &[same("median"), number("sigma")],
        about: "x = median exp(sigma z), z standard normal (Galton 1879)",
        make: |a| LogNormal::new(a[0], a[1]).map(Law::LogNormal),
        ..PLAIN
    },
    Form {
        family: "lognormal",
        params: &[same("mean"), same("sd")],
        about: "sigma^2 = ln(1 + (sd/mean)^2), median = mean exp(-sigma^2/2)",
        make: |a| LogNormal::from_mean(a[0], a[1]).map(Law::LogNormal),
        ..PLAIN
    },
    Form {
        family: "lognormal",
        params: &[number("mu"), number("sigma")],
        number_only: true,
        about: "ln x is normal with mean mu and standard deviation sigma",
        make: |a| LogNormal::from_log(a[0], a[1]).map(Law::LogNormal),
        ..PLAIN
    },
    Form {
        family: "lognormal",
        spelling: Spelling::TwoQuantiles,
        about: "the log-normal through two quantiles",
        make: |a| LogNormal::through((a[0], a[1]), (a[2], a[3])).map(Law::LogNormal),
        ..PLAIN
    },
    Form {
        family: "logitnormal",
        params: &[number("median"), number("sigma")],
        number_only: true,
        about: "ln(x/(1-x)) is normal about that of the median, with standard deviation sigma (Johnson 1949)",
        make: |a| LogitNormal::from_median(a[0], a[1]).map(Law::LogitNormal),
        ..PLAIN
    },
    Form {
        family: "logitnormal",
        params: &[number("mu"), number("sigma")],
        number_only: true,
        about: "ln(x/(1-x)) is normal with mean mu and standard deviation sigma",
        make: |a| LogitNormal::new(a[0], a[1]).map(Law::LogitNormal),
        ..PLAIN
    },
    Form {
        family: "logitnormal",
        spelling: Spelling::TwoQuantiles,
        number_only: true,
        about: "the logit-normal through two quantiles",
        make: |a| LogitNormal::through((a[0], a[1]), (a[2], a[3])).map(Law::LogitNormal),
        ..PLAIN
    },
    Form {
        family: "beta",
        params: &[number("alpha"), number("beta")],
        positional: true,
        number_only: true,
        about: "density x^(alpha-1) (1-x)^(beta-1)/B(alpha, beta) on 0 to 1",
        make: |a| Beta::new(a[0], a[1]).map(Law::Beta),
        ..PLAIN
    },
    Form {
        family: "beta",
        params: &[number("alpha"), number("beta"), same("low"), same("high")],
        positional: true,
        about: "the beta stretched over low to high",
        make: |a| Beta::between(a[0], a[1], a[2], a[3]).map(Law::Beta),
        ..PLAIN
    },
    Form {
        family: "beta",
        params: &[number("mean"), number("sd")],
        number_only: true,
        about: "alpha + beta = mean (1 - mean)/sd^2 - 1, alpha = mean (alpha + beta)",
        make: |a| Beta::from_mean(a[0], a[1]).map(Law::Beta),
        ..PLAIN
    },
    Form {
        family: "beta",
        params: &[number("mean"), number("n")],
        number_only: true,
        about: "alpha = mean n, beta = (1 - mean) n: as sure as after n cases",
        make: |a| Beta::from_cases(a[0], a[1]).map(Law::Beta),
        ..PLAIN
    },
    Form {
        family: "gamma",
        params: &[number("shape"), same("mean")],
        about: "density z^(shape-1) exp(-z)/(Gamma(shape) scale) with z = x/scale and scale = mean/shape",
        make: |a| Gamma::from_mean(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "gamma",
        params: &[number("shape"), same("scale")],
        about: "the gamma of mean shape * scale",
        make: |a| Gamma::new(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "gamma",
        params: &[number("shape"), per("rate")],
        about: "the gamma of scale 1/rate",
        make: |a| Gamma::from_rate(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "gamma",
        params: &[same("mean"), same("sd")],
        about: "shape = (mean/sd)^2, scale = sd^2/mean",
        make: |a| Gamma::from_spread(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "erlang",
        params: &[number("stages"), same("mean")],
        about: "the sum of so many exponentials alike, mean in all (Erlang 1917)",
        make: |a| Gamma::erlang(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "erlang",
        params: &[number("stages"), per("rate")],
        about: "the sum of so many exponentials of this rate each",
        make: |a| Gamma::erlang_by_rate(a[0], a[1]).map(Law::Gamma),
        ..PLAIN
    },
    Form {
        family: "weibull",
        params: &[number("shape"), same("scale")],
        positional: true,
        about: "P(X > x) = exp(-(x/scale)^shape) (Weibull 1951)",
        make: |a| Weibull::new(a[0], a[1]).map(Law::Weibull),
        ..PLAIN
    },
    Form {
        family: "weibull",
        params: &[number("shape"), same("mean")],
        about: "scale = mean/Gamma(1 + 1/shape)",
        make: |a| Weibull::from_mean(a[0], a[1]).map(Law::Weibull),
        ..PLAIN
    },
    Form {
        family: "weibull",
        params: &[number("shape"), same("median")],
        about: "scale = median/(ln 2)^(1/shape)",
        make: |a| Weibull::from_median(a[0], a[1]).map(Law::Weibull),
        ..PLAIN
    },
    Form {
        family: "weibull",
        spelling: Spelling::TwoQuantiles,
        about: "the Weibull through two quantiles",
        make: |a| Weibull::through((a[0], a[1]), (a[2], a[3])).map(Law::Weibull),
        ..PLAIN
    },
    Form {
        family: "exponential",
        params: &[same("mean")],
        about: "P(X > x) = exp(-x/mean)",
        make: |a| Exponential::new(a[0]).map(Law::Exponential),
        ..PLAIN
    },
    Form {
        family: "exponential",
        params: &[per("rate")],
        about: "mean = 1/rate",
        make: |a| Exponential::from_rate(a[0]).map(Law::Exponential),
        ..PLAIN
    },
    Form {
        family: "exponential",
        params: &[same("median")],
        about: "mean = median/ln 2",
        make: |a| Exponential::from_median(a[0]).map(Law::Exponential),
        ..PLAIN
    },
    Form {
        family: "loglogistic",
        params: &[same("median"), number("shape")],
        about: "P(X <= x) = 1/(1 + (x/median)^-shape) (Fisk 1961)",
        make: |a| LogLogistic::new(a[0], a[1]).map(Law::LogLogistic),
        ..PLAIN
    },
    Form {
        family: "loglogistic",
        spelling: Spelling::TwoQuantiles,
        about: "the log-logistic through two quantiles",
        make: |a| LogLogistic::through((a[0], a[1]), (a[2], a[3])).map(Law::LogLogistic),
        ..PLAIN
    },
    Form {
        family: "triangular",
        params: &[same("low"), same("mode"), same("high")],
        positional: true,
        about: "density that rises in a line from low to mode and falls in a line to high",
        make: |a| Triangular::new(a[0], a[1], a[2]).map(Law::Triangular),
        ..PLAIN
    },
    Form {
        family: "pert",
        params: &[
            same("low"),
            same("mode"),
            same("high"),
            Param { name: "lambda", unit: Unit::Number, default: Some(4.0) },
        ],
        positional: true,
        about: "a stretched beta of mean (low + lambda mode + high)/(lambda + 2) (Malcolm et al. 1959)",
        make: |a| Beta::pert(a[0], a[1], a[2], a[3]).map(Law::Beta),
        ..PLAIN
    },
    Form {
        family: "discrete",
        params: &[same("value"), number("weight")],
        spelling: Spelling::Repeated,
        positional: true,
        about: "each value with the share of its weight",
        make: |a| discrete(&a.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()),
        ..PLAIN
    },
    Form {
        family: "metalog",
        params: &[
            Param { name: "low", unit: Unit::Same, default: Some(f64::NEG_INFINITY) },
            Param { name: "high", unit: Unit::Same, default: Some(f64::INFINITY) },
        ],
        spelling: Spelling::Quantiles,
        about: "a density through these quantiles, between the bounds (Keelin 2016)",
        make: |a| {
            let quantiles: Vec<(f64, f64)> = a[2..].chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let bound = |bound: f64, none: f64| (bound != none).then_some(bound);
            metalog(&quantiles, bound(a[0], f64::NEG_INFINITY), bound(a[1], f64::INFINITY))
        },
        ..PLAIN
    },
];
