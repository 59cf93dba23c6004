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

/// From so many letters on a name that is nearly the same is told where both are paid as often.
const LONG: usize = 4;

/// A party with a name nearly the same that is paid at least twice as often, and never in the same outcome: then it may be this one. Of
/// two that are paid as often it is the first, where their names are not short.
fn meant<'p, 'r>(party: &Party<'r>, parties: &'p [Party<'r>]) -> Option<&'p Party<'r>> {
    let together = |other: &Party<'_>| {
        other.paid.iter().any(|(outcome, _)| party.paid.iter().any(|(own, _)| own == outcome))
    };
    let before = |other: &Party<'_>| other.paid[0].1.start < party.paid[0].1.start;
    let often = |other: &&Party<'_>| {
        let alike =
            other.paid.len() == party.paid.len() && party.name.chars().count() >= LONG && before(other);
        alike || other.paid.len() >= 2 * party.paid.len()
    };
    let others = || parties.iter().filter(often).filter(|other| other.name != party.name && !together(other));
    let name = nearest(party.name, others().map(|other| other.name))?;
    others().find(|other| other.name == name)
}

fn entries<'t>(table: &'t Table, key: &str) -> &'t [Entry] {
    match table.get(key).map(|entry| &entry.value.kind) {
        Some(Kind::Table(inner)) => &inner.entries,
        _ => &[],
    }
}
