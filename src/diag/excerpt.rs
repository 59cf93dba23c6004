//! The lines of a text around some of its words, with very long lines cut.

use std::ops::Range;

/// How much of a line is kept on each side of the words, in bytes.
const SIDE: usize = 60;
/// Lines up to this length, in bytes, are kept whole.
const WHOLE: usize = 140;

/// A part of a text, in whole lines where they are not too long.
pub(super) struct Excerpt {
    /// The lines, with `...` where something was cut.
    pub(super) text: String,
    /// The number of the first line, from 1.
    pub(super) line: usize,
    /// The words in [`Excerpt::text`].
    pub(super) range: Range<usize>,
}

impl Excerpt {
    /// The lines of `text` that `range` touches. The range is inside the text and between whole characters.
    pub(super) fn new(text: &str, range: Range<usize>) -> Excerpt {
        let line = 1 + text[..range.start].bytes().filter(|b| *b == b'\n').count();
        let first = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let after = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
        let last = first.max(range.end) + text[range.end..after].trim_end_matches('\r').len();
        let (mut before, mut behind) = (&text[first..range.start], &text[range.end..last.max(range.end)]);
        let (mut left, mut right) = ("", "");
        if before.len() + behind.len() + range.len() > WHOLE {
            let start = after_char(before, before.len().saturating_sub(SIDE));
            let end = before_char(behind, SIDE);
            left = if start > 0 { "..." } else { "" };
            right = if end < behind.len() { "..." } else { "" };
            before = &before[start..];
            behind = &behind[..end];
        }
        let words = &text[range.clone()];
        let at = left.len() + before.len();
        Excerpt { text: format!("{left}{before}{words}{behind}{right}"), line, range: at..at + words.len() }
    }
}

/// The nearest place between two characters at or before `at`, inside the text.
pub(super) fn before_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The nearest place between two characters at or after `at`, inside the text.
pub(super) fn after_char(text: &str, at: usize) -> usize {
    (at.min(text.len())..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_stay_whole_and_long_ones_keep_the_words() {
        let short = Excerpt::new("one\r\ntwo three\r\nfour", 9..14);
        assert_eq!(
            (short.text.as_str(), short.line, &short.text[short.range.clone()]),
            ("two three", 2, "three")
        );
        let text = format!("é\n{}word{}", "é".repeat(100), "é".repeat(100));
        let long = Excerpt::new(&text, 203..207);
        assert_eq!(long.text, format!("...{}word{}...", "é".repeat(30), "é".repeat(30)));
        assert_eq!((long.line, &long.text[long.range.clone()]), (2, "word"));
    }
}
