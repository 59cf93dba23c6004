//! What solving leaves unknown, in words.

use crate::model::Scenario;
use crate::quantity::prose::list;
use crate::study::{Lack, Lacks};

/// `the quantiles of `cost` and `days`, and all of `late``.
pub fn lacking(scenario: &Scenario, lacks: &Lacks) -> String {
    let measures = scenario.measures.iter().map(|m| (format!("`{}`", m.name), !m.thresholds.is_empty()));
    let payoffs = scenario.payoffs.iter().map(|(party, _)| (format!("the payoff of `{party}`"), false));
    let all: Vec<((String, bool), Lack)> =
        measures.chain(payoffs).zip(lacks.measures.iter().copied()).collect();
    let named = |lack: Lack, what: &str| {
        let of = || all.iter().filter(|(_, of)| *of == lack).map(|(of, _)| of);
        let names: Vec<String> = of().map(|(name, _)| name.clone()).collect();
        let thresholds = lack != Lack::All && of().any(|(_, thresholds)| *thresholds);
        let also = if thresholds { " and thresholds" } else { "" };
        (!names.is_empty()).then(|| format!("{what}{also} of {}", list(&names, "and")))
    };
    let parts = [
        named(Lack::Quantiles, "the quantiles"),
        named(Lack::Spread, "the standard deviation and quantiles"),
        named(Lack::All, "all"),
        lacks.times.then(|| "when outcomes come".into()),
    ];
    parts.into_iter().flatten().collect::<Vec<String>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_named() {
        let text = "[stage.go]\ntakes = \"5 days\"\nto = \"done\"\n[outcome.done]\n[measures]\n\
            a = { rate = 1 }\nb = { rate = 2, thresholds = [1] }\nc = { value = \"day / 1 day\" }\nd = { rate = 3 }\n";
        let scenario = crate::check::check_text("s", text).scenario.expect("it is sound");
        let with =
            |measures: [Lack; 4], times| lacking(&scenario, &Lacks { measures: measures.into(), times });
        let (none, some) = (Lack::Nothing, Lack::Quantiles);
        assert_eq!(with([some, none, none, some], false), "the quantiles of `a` and `d`");
        assert_eq!(
            with([Lack::Spread, some, Lack::All, none], true),
            "the quantiles and thresholds of `b`; the standard deviation and quantiles of `a`; all of `c`; when outcomes come"
        );
    }
}
