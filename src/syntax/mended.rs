//! A text with its slips mended, and the way back to the places of the text as it was written.

use crate::diag::{Diagnostic, Span};
use std::ops::Range;

/// The mended text.
#[derive(Clone, Debug)]
pub(super) struct Mended {
    /// What it says.
    pub(super) text: String,
    /// Each replaced run of bytes: where it stood, and where the new one stands; in order.
    pieces: Vec<(Range<usize>, Range<usize>)>,
}

impl Mended {
    /// `text` with these runs of bytes replaced. Runs that overlap earlier ones are left as they are.
    pub(super) fn new(text: &str, edits: &[(Range<usize>, String)]) -> Mended {
        let mut edits: Vec<(Range<usize>, &str)> =
            edits.iter().flat_map(|(range, new)| split(text, range.clone(), new)).collect();
        edits.sort_by_key(|(range, _)| range.start);
        let mut mended = Mended { text: String::with_capacity(text.len() + 64), pieces: Vec::new() };
        let mut done = 0;
        for (range, new) in edits {
            if range.start < done {
                continue;
            }
            mended.text += &text[done..range.start];
            let start = mended.text.len();
            mended.text += new;
            done = range.end;
            mended.pieces.push((range, start..mended.text.len()));
        }
        mended.text += &text[done..];
        mended
    }

    /// Puts the places of a diagnostic back.
    pub(super) fn back(&self, diagnostic: &mut Diagnostic) {
        let context = diagnostic.context.iter_mut().map(|(span, _)| span);
        let edit = diagnostic.edit.iter_mut().map(|(span, _)| span);
        for span in std::iter::once(&mut diagnostic.span).chain(context).chain(edit) {
            let (start, end) = (self.written(span.start as usize), self.written(span.end as usize));
            *span = Span { start: start as u32, end: end.max(start) as u32, ..*span };
        }
    }

    /// The place in the text as written of a place in the mended one.
    pub(super) fn written(&self, at: usize) -> usize {
        let before = self.pieces.partition_point(|(_, new)| new.start <= at);
        let Some((old, new)) = before.checked_sub(1).map(|i| &self.pieces[i]) else { return at };
        match () {
            () if at >= new.end => old.end + (at - new.end),
            () if old.len() == new.len() => old.start + (at - new.start),
            () => old.start,
        }
    }
}

/// Where the new words hold the old ones, these stay, and keep their places.
fn split<'n>(text: &str, range: Range<usize>, new: &'n str) -> Vec<(Range<usize>, &'n str)> {
    let old = &text[range.clone()];
    match new.find(old).filter(|_| !old.is_empty()) {
        Some(at) => {
            vec![(range.start..range.start, &new[..at]), (range.end..range.end, &new[at + old.len()..])]
        }
        None => vec![(range, new)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_back_to_the_words_as_written() {
        let text = "a = 5 days\nb == 1,5\nc = [1\n";
        let edits = [
            (4..10, "\"5 days\"".to_string()),
            (13..15, " =".into()),
            (17..18, ".".into()),
            (26..26, "]".into()),
        ];
        let mended = Mended::new(text, &edits);
        assert_eq!(mended.text, "a = \"5 days\"\nb  = 1.5\nc = [1]\n");
        let back = |words: &str| mended.written(mended.text.find(words).expect("the words are there"));
        assert_eq!((back("5 days"), back("\"5"), back("b"), back("1.5")), (4, 4, 11, 16));
        assert_eq!(mended.written(mended.text.len()), text.len());
        assert_eq!((back("c"), back("]")), (20, 26));
    }
}
