//! Percentages beside plain numbers, where a sign was left out: `triangular(10%, 25%, 60)`.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span};
use crate::quantity::prose;

/// A number that is no share beside percentages: ten times the whole.
const FAR: f64 = 10.0;
/// One that is none where all others are percentages.
const TWICE: f64 = 2.0;

/// Which of these numbers, as they are written, is far more than the whole and stands beside percentages; or the only one without a sign,
/// if it is twice the whole or more.
pub(super) fn bare_beside<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Option<(usize, f64)> {
    let number = |word: &str| word.trim().parse::<f64>().ok();
    // Of `20% to 40%` the end tells.
    let last = |word: &str| word.rsplit(' ').next().and_then(number).is_some();
    let percent = |word: &str| word.trim().strip_suffix('%').is_some_and(last);
    let signs = words.clone().filter(|word| percent(word)).count();
    let lone = signs > 1 && signs + 1 == words.clone().count();
    let most = if lone { TWICE } else { FAR };
    let far = |(nth, word)| number(word).filter(|value| *value >= most).map(|value| (nth, value));
    words.enumerate().find_map(far).filter(|_| signs > 0)
}

/// What such a number is, for a note.
pub(super) fn as_percentage(value: f64) -> String {
    format!("as a number it is {}%", prose::number(100.0 * value))
}

impl Builder {
    /// Whether one of the values that are written here, all of one kind, lost its sign: that is a fault.
    pub(super) fn percent_lost(&mut self, code: Code, spans: &[Span]) -> bool {
        let words = spans.iter().map(|span| self.texts.words(*span).trim_matches(['"', '\'']));
        let Some((nth, value)) = bare_beside(words) else { return false };
        let span = spans[nth];
        let words = self.texts.words(span);
        let edit = self.quoted(span, &format!("{words}%"));
        self.push(
            Diagnostic::new(code, span, format!("`{words}` stands beside percentages"))
                .label("its `%` is missing")
                .note(as_percentage(value))
                .edit(span, edit),
        );
        true
    }
}
