//! Keys that say one thing in different ways: in a file that extends another, the new way takes the place of the old.

use super::Table;

/// One way to say something: the keys that belong to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way(&'static [&'static str]);

impl Way {
    /// Whether a key belongs to this way; `p50` stands for all quantiles.
    pub(super) fn has(self, key: &str) -> bool {
        self.0.iter().any(|k| *k == key || (*k == "p50" && crate::dist::quantile_name(key).is_some()))
    }
}

const DISTRIBUTION: &[Way] =
    &[Way(&["is"]), Way(&["p"]), Way(&["draw"]), Way(&["experts", "weights"]), Way(&["p50", "low", "high"])];
const CLOCK: &[Way] = &[Way(&["takes", "on_change"]), Way(&["at"]), Way(&["hazard"])];
const WAY_ON: &[Way] = &[Way(&["next"]), Way(&["to"])];
const WAITING: &[Way] = &[
    Way(&["race"]),
    Way(&["takes", "at", "hazard", "when", "on_change", "on_return", "next", "to", "set", "draw", "pay"]),
];
const MEASURE: &[Way] = &[Way(&["value"]), Way(&["first"]), Way(&["rate"])];

/// The ways that `changes`, which stand at `path`, take the place of.
pub(super) fn replaced(path: &[String], changes: &Table) -> Vec<Way> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let groups: &[&[Way]] = match path[..] {
        ["beliefs" | "state", _] => &[DISTRIBUTION],
        ["stage", _] | ["track", _, "stage", _] => &[CLOCK, WAY_ON, WAITING],
        ["measures", _] => &[MEASURE],
        _ => &[],
    };
    let mut out = Vec::new();
    for ways in groups {
        let said = |way: &Way| changes.entries.iter().any(|e| way.has(&e.key));
        if ways.iter().any(said) {
            out.extend(ways.iter().copied().filter(|way| !said(way)));
        }
    }
    out
}
