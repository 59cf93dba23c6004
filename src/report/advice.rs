//! Advice in words.

use super::sensitivity::{named, side};
use crate::quantity::prose::{counted, percent, thousands};
use crate::study::Advice;

/// One sentence.
pub fn sentence(advice: &Advice) -> String {
    let of =
        |variant: &Option<String>| variant.as_ref().map_or(String::new(), |name| format!(" in `{name}`"));
    match advice {
        Advice::WidestInterval { variant, outcome, half_width, paths, worlds } => format!(
            "the widest 95% interval is that of `{outcome}`{}, ±{:.1} points; about {} would make it ±0.5",
            of(variant),
            100.0 * half_width,
            in_worlds(*paths, *worlds),
        ),
        Advice::WideBound { variant, outcome, bound } => format!(
            "solving is not exact here: the probability of `{outcome}`{} may be off by {:.2} points (`error_bound`); `--method sample` \
             has intervals that can be relied on",
            of(variant),
            100.0 * bound
        ),
        Advice::BeliefsMatter { variant, outcome, low, high, most } => {
            format!(
                "what is not known moves `{outcome}`{} more than chance does here: from {} to {} across worlds; `{}` most of all ({}, {}); \
                 more paths won't narrow that, better beliefs would",
                of(variant),
                percent(*low),
                percent(*high),
                named(most),
                side(most, false),
                side(most, true)
            )
        }
        Advice::SpreadUntold { outcome, each, worlds, paths } => format!(
            "what is not known moves `{outcome}` by less than {} in each world can tell (`–`); `--worlds {worlds} --paths {paths}` would tell a third of that",
            counted(*each, "path")
        ),
        Advice::Unseen { scenario, outcome, more } => {
            let others = match more {
                0 => String::new(),
                n => format!(", nor did {} more", counted(*n as u64, "outcome")),
            };
            format!(
                "`{outcome}` of `{scenario}` came on no path{others}; `detente rare FILE --outcome {outcome}` tells how likely it is"
            )
        }
        Advice::ThinMean { variant, measure, paths } => {
            format!("the mean of `{measure}`{} rests on {} only", of(variant), counted(*paths, "path"))
        }
        Advice::NeverComes { variant, measure, never, given, more } => {
            let others = match more {
                0 => String::new(),
                n => format!("; likewise {} more (`share_never`)", counted(*n as u64, "measure")),
            };
            format!(
                "the mean of `{measure}`{} is of the paths where it comes; it never does on {}{}{others}",
                of(variant),
                percent(*never),
                if *given { " of those that count" } else { "" }
            )
        }
        Advice::EnteredLate { variant, stage, share } => format!(
            "{} of paths{} stay in `{stage}` to the end: they enter it after its date, which does not come again",
            percent(*share),
            of(variant)
        ),
        Advice::Undefined { variant, measure, paths, share } => {
            let on =
                if *paths > 0 { counted(*paths, "path") } else { format!("{} of paths", percent(*share)) };
            format!(
                "`{measure}`{} is no number on {on} (a division by zero?), so its mean is unknown",
                of(variant)
            )
        }
        Advice::CannotTell { unclear, of, paths } => {
            let enough = paths.map_or(String::new(), |(paths, worlds)| {
                format!("; about {} would tell the nearest of them", in_worlds(paths, worlds))
            });
            format!(
                "{unclear} of {} from the base can't be told from zero{enough}",
                counted(*of as u64, "difference")
            )
        }
        Advice::TooManyCells { variant, split } => {
            format!(
                "the split `{split}`{} has more cells than are kept; the rest is gathered as `other`",
                of(variant)
            )
        }
    }
}

/// So many paths, and the worlds that they come from: only both together make what is said of them true.
fn in_worlds(paths: u64, worlds: Option<u64>) -> String {
    let paths = counted(paths, "path");
    worlds.map_or(paths.clone(), |worlds| format!("{paths} in {} worlds (`--worlds`)", thousands(worlds)))
}
