//! Keys that are written as somebody else would call them: the fault is said once, and the checker goes on with the key that
//! was meant, so that nothing else is blamed for it.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, nearest};
use crate::dist::quantile_name;
use crate::syntax::{Entry, Key, Kind, Place, Shape, Table, keys_of};

/// What people call things, and the keys that may be meant: the first that the place knows.
const CALLED: &[(&str, &[&str])] = &[
    ("duration", &["takes"]),
    ("delay", &["takes"]),
    ("time", &["takes", "at"]),
    ("wait", &["takes"]),
    ("waits", &["takes"]),
    ("after", &["takes"]),
    ("date", &["at"]),
    ("rate", &["hazard"]),
    ("intensity", &["hazard"]),
    ("if", &["when", "given"]),
    ("condition", &["when"]),
    ("guard", &["when"]),
    ("transitions", &["next"]),
    ("branches", &["next"]),
    ("choices", &["next"]),
    ("goto", &["to"]),
    ("target", &["to"]),
    ("destination", &["to"]),
    ("leads_to", &["to"]),
    ("probability", &["p"]),
    ("prob", &["p"]),
    ("chance", &["p"]),
    ("description", &["about"]),
    ("comment", &["about", "why"]),
    ("note", &["about", "why"]),
    ("notes", &["about", "why"]),
    ("name", &["clock", "title"]),
    ("effects", &["set"]),
    ("assign", &["set"]),
    ("initial", &["begins", "is"]),
    ("begin", &["begins"]),
    ("clocks", &["race"]),
    ("is", &["value"]),
    ("distribution", &["is"]),
    ("dist", &["is"]),
    ("value", &["is"]),
    ("reason", &["why"]),
    ("because", &["why"]),
    ("on_enter", &["enter"]),
    ("on_entry", &["enter"]),
    ("rationale", &["why"]),
    ("deadline", &["horizon"]),
    ("parameters", &["levers"]),
    ("decisions", &["levers"]),
    ("policies", &["levers"]),
    ("variables", &["state"]),
    ("assumptions", &["beliefs"]),
    ("uncertainties", &["beliefs"]),
    ("scenarios", &["variants"]),
    ("metrics", &["measures"]),
    ("functions", &["formulas"]),
    ("correlations", &["correlate"]),
    ("multipliers", &["odds"]),
];

/// The key that was surely meant by a word.
pub(super) fn meant(word: &str, keys: &[Key]) -> Option<&'static str> {
    let known = |name: &str| keys.iter().find(|k| k.name == name).map(|k| k.name);
    // Single letters are near to each other without a likeness.
    let near = nearest(word, keys.iter().map(|k| k.name).filter(|k| k.len().min(word.len()) > 1));
    let called = CALLED.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
    called.and_then(|(_, all)| all.iter().find_map(|name| known(name))).or_else(|| near.and_then(known))
}

/// Where else that is written which a key seems to mean.
pub(super) fn elsewhere(key: &str) -> Option<&'static str> {
    match key {
        "parties" | "party" | "players" | "actors" | "payoffs" => Some(
            "parties are named where they get something: `[outcome.deal]` with `payoff = { buyer = 10, seller = 5 }`",
        ),
        "seed" | "paths" | "worlds" | "threads" | "simulations" | "iterations" | "runs" => Some(
            "how a scenario is run stands on the command line: `detente run FILE --paths 100000 --seed 7`",
        ),
        "account" | "accounts" | "cost" | "costs" | "rewards" => Some(
            "what is gathered on the way is a measure: `[measures]` with `cost = { rate = \"3 per day\" }`, and effects pay into it by `pay = { cost = 1 }`",
        ),
        "constants" | "params" | "inputs" => Some(
            "a number that is chosen is a lever (`[levers]`), one that nobody knows a belief (`[beliefs]`), one that changes on the way a state (`[state]`), and one that is calculated a formula (`[formulas]`)",
        ),
        _ => None,
    }
}

/// How that is written for which a value of another kind stands behind a key.
pub(super) fn instead(key: &str, words: &str, value: &Kind) -> Option<String> {
    match (key, value) {
        ("next", Kind::String(_)) => Some(format!("the only way on is `to = {words}`, in place of `next`")),
        ("payoff", Kind::Integer(_) | Kind::Float(_) | Kind::String(_)) => {
            Some(format!("a payoff says who gets it: `payoff = {{ us = {words} }}`"))
        }
        ("stage" | "outcome" | "track", Kind::Array(_)) => {
            Some(format!("each has a table with its name: `[{key}.NAME]`, not `[[{key}]]`"))
        }
        _ => None,
    }
}

/// What is assigned in a text, as the table that says so: of `trust = 1`, `trust += 0.5` and `rounds++`. None of another text.
pub(super) fn assigned(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(';');
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let (name, rest) = (&text[..end], text[end..].trim());
    if !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let one = |sign: char| Some(format!("{{ {name} = \"{name} {sign} 1\" }}"));
    let (sign, value) = match rest {
        "++" => return one('+'),
        "--" => return one('-'),
        _ if rest.starts_with('=') && !rest.starts_with("==") => (None, rest[1..].trim()),
        _ => (
            rest.chars().next().filter(|sign| "+-*/".contains(*sign)),
            rest.get(1..)?.strip_prefix('=')?.trim(),
        ),
    };
    let plain = value.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == '%');
    if value.is_empty() || value.contains(['"', '=', ',', ';']) {
        return None;
    }
    Some(match sign {
        None => format!("{{ {name} = \"{value}\" }}"),
        Some(sign) if plain => format!("{{ {name} = \"{name} {sign} {value}\" }}"),
        Some(sign) => format!("{{ {name} = \"{name} {sign} ({value})\" }}"),
    })
}

/// The quantile that is meant by `P10`, `q10`, `p_10` or `P90%`.
fn quantile_meant(word: &str) -> Option<String> {
    let lower = word.trim_end_matches('%').to_lowercase();
    let digits = lower.strip_prefix(['p', 'q'])?.trim_start_matches(['_', '-']);
    Some(format!("p{digits}")).filter(|name| quantile_name(name).is_some())
}

impl Builder {
    /// Renames misspelt keys of a table to what was meant, and those of the tables in it, with a fault for each.
    pub fn mend(&mut self, table: &mut Table, place: Place) {
        let keys = keys_of(place);
        for i in 0..table.entries.len() {
            let word = table.entries[i].key.clone();
            let known = |name: &str| keys.iter().any(|k| k.name == name);
            let quantiles = matches!(place, Place::Belief | Place::State | Place::Draw);
            let has_meaning = known(&word) || (quantiles && quantile_name(&word).is_some());
            let quantile = quantile_meant(&word).filter(|_| quantiles);
            // A variant has names of the user's choice beside these: of a lever `site`, `title` was not meant.
            if !has_meaning
                && place != Place::Variant
                && self.found.len() < super::ENOUGH
                && let Some(key) = quantile.or_else(|| meant(&word, keys).map(str::to_string))
                && table.get(&key).is_none()
            {
                let span = table.entries[i].key_span;
                self.push(
                    Diagnostic::new(Code::UnknownKey, span, format!("unknown key `{word}`"))
                        .label(format!("did you mean `{key}`?"))
                        .edit(span, key.clone()),
                );
                table.entries[i].key = key;
            }
            let entry = &mut table.entries[i];
            if let Some(key) = keys.iter().find(|k| k.name == entry.key) {
                self.mend_within(entry, &key.shape);
            }
        }
    }

    fn mend_within(&mut self, entry: &mut Entry, shape: &Shape) {
        match (shape, &mut entry.value.kind) {
            (Shape::Keys(place), Kind::Table(table)) => self.mend(table, *place),
            (Shape::Map(inner), Kind::Table(table)) => {
                for entry in &mut table.entries {
                    self.mend_within(entry, inner);
                }
            }
            (Shape::List(Shape::Keys(place)), Kind::Array(items)) => {
                for item in items {
                    if let Kind::Table(table) = &mut item.kind {
                        self.mend(table, *place);
                    }
                }
            }
            // Where names of the user's choice may stand as well, nothing is surely a slip.
            (Shape::Either(all), Kind::Table(_)) if !all.iter().any(|s| matches!(s, Shape::Map(_))) => {
                if let Some(keys) = all.iter().find(|s| matches!(s, Shape::Keys(_))) {
                    self.mend_within(entry, keys);
                }
            }
            _ => {}
        }
    }
}
