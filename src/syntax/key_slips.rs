//! Keys that are no keys, and what stands between a key and its value in place of `=`.

use super::bare;
use super::remarks::NO_BREAK;
use super::slips::{CURLY, Walk};

impl Walk<'_> {
    /// A key, dots included. False where none stands here.
    pub(super) fn key(&mut self) -> bool {
        self.skip_blanks();
        let start = self.at;
        loop {
            match self.next() {
                Some(quote @ ('"' | '\'')) => {
                    let line = &self.text[self.at + 1..self.line_end()];
                    let Some(length) = line.find(quote) else { return false };
                    self.step(length + 2);
                }
                Some(quote) if CURLY.contains(&quote) => {
                    if !self.curly(quote) {
                        return false;
                    }
                }
                _ => {
                    let word = self.word();
                    if word.is_empty() {
                        return false;
                    }
                    if self.at == start && self.comparison(start, start + word.len()) {
                        return true;
                    }
                    self.letters(word);
                }
            }
            let end = self.at;
            self.skip_blanks();
            if self.next() != Some('.') {
                self.blanks_in(start, end);
                return true;
            }
            self.step(1);
            self.skip_blanks();
        }
    }

    /// `mediator == invited = 1.5`: a condition as a key, without its quotation marks. Whether it is one.
    fn comparison(&mut self, start: usize, end: usize) -> bool {
        let rest = &self.text[end..self.line_end()];
        let signs = ["==", "!=", "<=", ">=", "<", ">"];
        let blank = rest.len() - rest.trim_start().len();
        let Some(sign) = signs.into_iter().find(|sign| rest[blank..].starts_with(sign)) else { return false };
        let compared = blank + sign.len();
        let Some(length) = rest[compared..].find('=') else { return false };
        let words = rest[compared..compared + length].trim_end();
        let plain = |c: char| c.is_alphanumeric() || "_.%- ".contains(c);
        if words.trim().is_empty() || !words.chars().all(plain) || rest[compared + length..].starts_with("==")
        {
            return false;
        }
        let range = start..end + compared + words.len();
        let fault = self
            .fault(range.clone(), "a condition stands between quotation marks".into())
            .label("expected quotation marks around it");
        let new = format!("\"{}\"", &self.text[range.clone()]);
        self.mended(fault, range.clone(), &new, &new);
        self.at = range.end;
        self.last = range.end;
        true
    }

    /// `peace talks = …`: a key of several words.
    fn blanks_in(&mut self, start: usize, end: usize) {
        let rest = &self.text[end..self.line_end()];
        let Some(length) = rest.find('=') else { return };
        let words = &self.text[start..end + length];
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c.is_whitespace();
        if words.split_whitespace().count() < 2 || !words.chars().all(name) {
            return;
        }
        let words = words.trim_end();
        let joined = words.split_whitespace().collect::<Vec<_>>().join("_");
        let range = start..start + words.len();
        let label = match words.contains(NO_BREAK) {
            true => "one of them is a no-break space, which looks like any other",
            false => "expected one word before `=`",
        };
        let fault = self.fault(range.clone(), "a name has no blanks".into()).label(label);
        self.mended(fault, range.clone(), &joined, &joined);
        self.at = range.end;
        self.last = range.end;
    }

    /// The sign between a key and its value.
    pub(super) fn equals(&mut self) -> bool {
        self.skip_blanks();
        let signs = ["===", "==", "=>", ":=", "->", "=", ":"];
        let Some(sign) = signs.into_iter().find(|sign| self.rest().starts_with(sign)) else {
            return self.no_equals();
        };
        let range = self.at..self.at + sign.len();
        if sign != "=" {
            let apart = self.text[..self.at].ends_with([' ', '\t']);
            let new = if apart { "=" } else { " =" };
            let fault = self.fault(range.clone(), "a key and its value are joined by `=`".into());
            self.mended(fault.label("expected `=`"), range, new, new);
        }
        self.step(sign.len());
        true
    }

    /// `title "Talks"`: the sign is missing.
    fn no_equals(&mut self) -> bool {
        let here = self.at;
        let line = &self.text[here..self.line_end()];
        let value = line.starts_with(['"', '\'', '{', '[', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            || bare::scalar(line.split('#').next().unwrap_or("").trim());
        if value && here > self.last {
            let fault = self.fault(here..here + 1, "a key and its value are joined by `=`".into());
            self.mended(fault.label("expected `=` before this"), here..here, "= ", "= ");
        }
        value
    }
}

/// Whether a line begins with a key and `=`.
pub(super) fn keyed(line: &str) -> bool {
    let key = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let after = line.trim_start_matches(key);
    after.len() < line.len()
        && after.trim_start_matches([' ', '\t']).starts_with('=')
        && !after.trim_start().starts_with("==")
}
