//! A least, a likeliest and a greatest value as keys, as other tools have them.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::quantile_name;
use crate::syntax::{Entry, Table};

/// What the three are called elsewhere.
const NAMES: [&[&str]; 3] = [
    &["min", "minimum", "low", "lowest", "least", "optimistic"],
    &["likely", "most_likely", "likeliest", "mode", "ml"],
    &["max", "maximum", "high", "highest", "most", "pessimistic"],
];

/// The three, where a table has them all and says nothing else about what it is.
pub(super) fn three_points(table: &Table) -> Option<[&Entry; 3]> {
    let says = |key: &str| ["is", "p", "draw", "experts", "weights", "options"].contains(&key);
    if table.entries.iter().any(|entry| says(&entry.key) || quantile_name(&entry.key).is_some()) {
        return None;
    }
    let of = |names: &[&str]| {
        table.entries.iter().find(|entry| names.contains(&entry.key.to_lowercase().as_str()))
    };
    Some([of(NAMES[0])?, of(NAMES[1])?, of(NAMES[2])?])
}

impl Builder {
    /// The fault for a table that states a distribution so.
    pub fn by_three_points(&self, [least, likely, most]: [&Entry; 3], at: Span) -> Diagnostic {
        let words = [least, likely, most].map(|entry| self.written(&entry.value));
        let [a, b, c] = &words;
        let law = |name: &str| format!("is = \"{name}({a}, {b}, {c})\"");
        let fault = Diagnostic::new(Code::MissingKey, at, "no distribution is given here")
            .label("a least, a likeliest and a greatest value are one distribution")
            .note(format!("with corners instead, write `{}`", law("triangular")));
        let spans = [least, likely, most].map(|entry| entry.key_span.to(entry.value.span));
        let all = spans[0].to(spans[2]);
        let in_order = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
        // Nothing else may stand between them.
        if in_order && self.texts.words(all).matches('=').count() == 3 && !words.concat().contains('"') {
            fault.edit(all, law("pert"))
        } else {
            fault.note(format!("write `{}`", law("pert")))
        }
    }
}
