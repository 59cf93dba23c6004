//! Lines that begin a table, such as `[stage.talks]`, and what is wrong with them.

use super::bare;
use super::slips::Walk;

impl Walk<'_> {
    /// `[stage.gespräche];`: names in the brackets that need quotation marks, and what stands behind them.
    pub(super) fn header(&mut self) {
        let line = &self.text[self.at..self.line_end()];
        let length = line.rfind(']').map_or(line.len(), |i| i + 1);
        if !header(&line[..length]) {
            return;
        }
        let end = self.at + length;
        self.step(line[..length].len() - line[..length].trim_start_matches('[').len());
        while self.at < end {
            let word = self.word();
            if word.is_empty() {
                // What stands between quotation marks is a name already.
                let rest = self.rest();
                let quoted = rest.strip_prefix('"').and_then(|rest| rest.find('"')).map(|length| length + 2);
                self.step(quoted.or(rest.chars().next().map(char::len_utf8)).unwrap_or(1));
                continue;
            }
            self.letters(word);
        }
        self.at = end;
        self.last = end;
        self.after();
    }

    /// Steps over the words of a key, which need quotation marks where they have other letters than a to z.
    pub(super) fn letters(&mut self, word: &str) {
        let at = self.at..self.at + word.len();
        self.step(word.len());
        if !word.is_ascii() {
            let fault = self
                .fault(at.clone(), format!("the key `{word}` stands between quotation marks"))
                .label("it has letters other than a to z")
                .note("in expressions it needs none");
            let new = format!("\"{word}\"");
            self.mended(fault, at, &new, &new);
        }
    }
}

/// Whether a line is `[stage.talks]` or `[[correlate]]`.
pub(super) fn header(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or("").trim_end();
    let Some(inner) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) else { return false };
    let inner = inner.strip_prefix('[').and_then(|l| l.strip_suffix(']')).unwrap_or(inner);
    let begins = inner.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins && !bare::scalar(inner) && inner.chars().all(|c| c.is_alphanumeric() || "_-.\" ".contains(c))
}
