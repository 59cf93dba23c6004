//! What a run that was to stop by precision has reached, in a sentence.

use crate::quantity::prose::{counted, number, percent, thousands};
use crate::stats::Wanted;
use crate::study::Reached;

/// `until 0.5pp: reached at 40,000 paths (war_widens: 23.4% ±0.49 points)`. `variants`: whether there are several.
pub fn sentence(of: &Reached, variants: bool) -> String {
    let asked = of.asked.join(", ");
    let variant = if variants { format!(" in {}", of.variant) } else { String::new() };
    let half = match of.wanted {
        Wanted::Absolute(_) => format!("±{} points", number(100.0 * of.half_width)),
        Wanted::Relative(_) if of.p > 0.0 => format!("±{}% of it", number(100.0 * of.half_width / of.p)),
        Wanted::Relative(_) => "not seen".into(),
    };
    let furthest = format!("{}{variant}: {} {half}", of.outcome, percent(of.p));
    let (of_what, how) = if of.paths > 0 { ("path", "--paths ") } else { ("world", "--worlds ") };
    let paths = counted(if of.paths > 0 { of.paths } else { of.worlds }, of_what);
    if of.met {
        return format!("until {asked}: reached at {paths} (widest for its target is {furthest})");
    }
    // So many paths share a world as here, or more paths would not do what these let expect.
    let worlds = |n: u64| n.div_ceil((of.paths / of.worlds.max(1)).max(1));
    let shared = |n: u64| {
        if of.paths > 0 && of.worlds > 1 { format!(" --worlds {}", worlds(n)) } else { String::new() }
    };
    let more = of
        .would_take
        .map_or(String::new(), |n| format!("; about {} would do: {how}{n}{}", thousands(n), shared(n)));
    format!("until {asked}: not reached; stopped at the most, {paths} (furthest is {furthest}){more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reached_and_what_was_not() {
        let met = Reached {
            scenario: "s".into(),
            asked: vec!["0.5pp".into()],
            outcome: "deal".into(),
            variant: "base".into(),
            p: 0.234,
            half_width: 0.00489,
            wanted: Wanted::Absolute(0.005),
            met: true,
            worlds: 1,
            paths: 31_500,
            would_take: None,
        };
        assert_eq!(
            sentence(&met, true),
            "until 0.5pp: reached at 31,500 paths (widest for its target is deal in base: 23.4% ±0.489 points)"
        );
        let short = Reached { met: false, wanted: Wanted::Relative(0.01), would_take: Some(130_000), ..met };
        assert_eq!(
            sentence(&short, false),
            "until 0.5pp: not reached; stopped at the most, 31,500 paths (furthest is deal: 23.4% ±2.09% of it); \
             about 130,000 would do: --paths 130000"
        );
        // Two paths a world, as here; the layout of so many more paths would have ten.
        let shared = Reached { worlds: 15_750, would_take: Some(45_001), ..short };
        assert!(sentence(&shared, false).ends_with("would do: --paths 45001 --worlds 22501"));
    }
}
