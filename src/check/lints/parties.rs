//! Parties that outcomes pay under two names, of which one may be misspelt.

use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::quantity::prose;
use crate::syntax::{Entry, Kind, Table};

/// A party, and where outcomes pay it: the number of the outcome, and the place of the name.
struct Party<'r> {
    name: &'r str,
    paid: Vec<(usize, Span)>,
}

pub(super) fn look(root: &Table, found: &mut Vec<Diagnostic>) {
    let mut parties: Vec<Party<'_>> = Vec::new();
    for (number, outcome) in entries(root, "outcome").iter().enumerate() {
        let Kind::Table(outcome) = &outcome.value.kind else { continue };
        for entry in entries(outcome, "payoff") {
            let place = (number, entry.key_span);
            match parties.iter_mut().find(|party| party.name == entry.key) {
                Some(party) => party.paid.push(place),
                None => parties.push(Party { name: &entry.key, paid: vec![place] }),
            }
        }
    }
    for party in &parties {
        if let Some(key) = OF_MEASURES.iter().find(|key| **key == party.name) {
            let title = format!("`{key}` is taken for a party");
            let note = "a payoff has nothing but parties; what is discounted, or has a unit, is a measure";
            let fault = Diagnostic::new(Code::LikeAnother, party.paid[0].1, title);
            found.push(fault.label("it gets this").note(note));
            continue;
        }
        let Some(other) = meant(party, &parties) else { continue };
        let (one, (_, span)) = (party.paid.len(), party.paid[0]);
        let title = format!(
            "`{}` gets something in {} only; is it `{}`?",
            party.name,
            if one == 1 { "one outcome".into() } else { prose::counted(one as u64, "outcome") },
            other.name
        );
        let often = prose::counted(other.paid.len() as u64, "outcome");
        found.push(
            Diagnostic::new(Code::LikeAnother, span, title)
                .label("each name is a party of its own")
                .context(other.paid[0].1, format!("`{}` gets something in {often}", other.name))
                .edit(span, other.name),
        );
    }
}

/// Keys of measures, which are no parties.
const OF_MEASURES: [&str; 7] = ["discount", "unit", "title", "about", "given", "thresholds", "why"];

/// The fewest letters of a name that may be misspelt.
const LONG: usize = 3;

/// A party with a name nearly the same that is paid at least twice as often, and never in the same outcome: then it may be this one. Of
/// two that are paid as often it is the first.
fn meant<'p, 'r>(party: &Party<'r>, parties: &'p [Party<'r>]) -> Option<&'p Party<'r>> {
    let together = |other: &Party<'_>| {
        other.paid.iter().any(|(outcome, _)| party.paid.iter().any(|(own, _)| own == outcome))
    };
    let before = |other: &Party<'_>| other.paid[0].1.start < party.paid[0].1.start;
    let often = |other: &&Party<'_>| {
        (other.paid.len() == party.paid.len() && before(other)) || other.paid.len() >= 2 * party.paid.len()
    };
    let others = || parties.iter().filter(often).filter(|other| other.name != party.name && !together(other));
    let cased = |other: &&Party<'_>| {
        other.name != party.name && other.name.to_lowercase() == party.name.to_lowercase()
    };
    let least = |other: &&Party<'_>| {
        other.paid.len() > party.paid.len() || (other.paid.len() == party.paid.len() && before(other))
    };
    if let Some(other) = parties.iter().filter(least).find(cased) {
        return Some(other);
    }
    let slip = |other: &&Party<'_>| slipped(party.name, other.name);
    let name = nearest(party.name, others().filter(slip).map(|other| other.name))?;
    others().find(|other| other.name == name)
}

/// Whether one is the other with a letter too many or too few, or with two changed about: `iraq` is not `iran`, nor is `party2` `party1`.
fn slipped(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let letters = long[same..].iter().take(2).all(|c| c.is_alphabetic());
    let more = long.len() == short.len() + 1 && long[same + 1..] == short[same..];
    let about = short.len() == long.len()
        && same + 1 < long.len()
        && (short[same], short[same + 1]) == (long[same + 1], long[same])
        && short[same + 2..] == long[same + 2..];
    short.len() >= LONG && letters && (about || more)
}

fn entries<'t>(table: &'t Table, key: &str) -> &'t [Entry] {
    match table.get(key).map(|entry| &entry.value.kind) {
        Some(Kind::Table(inner)) => &inner.entries,
        _ => &[],
    }
}
