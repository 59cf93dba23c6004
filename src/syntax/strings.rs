//! Strings with a quotation mark too few, too many, or of the wrong kind.

use super::bare::quoted;
use super::key_slips::keyed;
use super::slips::{CURLY, Read, Walk};

/// A text of more lines than this is not looked for.
const LINES: usize = 20;

impl Walk<'_> {
    /// A string that begins here with this quotation mark.
    pub(super) fn string(&mut self, quote: char) -> Read {
        let triple = quote.to_string().repeat(3);
        if let Some(rest) = self.rest().strip_prefix(&triple) {
            let Some(length) = rest.find(&triple) else {
                let fault = self.fault(self.at..self.at + 3, "this text is not closed".into());
                self.out.found.push(fault.label(format!("opened here; its closing `{triple}` is missing")));
                self.out.sure = false;
                self.step(self.rest().len());
                self.out.edits.push((self.at..self.at, triple));
                return Read::Done;
            };
            let more = rest[length + 3..].chars().take_while(|c| *c == quote).count();
            self.step(length + 6 + more);
            return Read::Done;
        }
        let line = &self.text[self.at..self.line_end()];
        let Some(end) = closing(line, quote) else { return self.unclosed_string(line, quote) };
        let behind = line[end..].chars().next();
        if !behind.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == quote) {
            self.step(end);
            return Read::Done;
        }
        if line[end..].starts_with(quote)
            && line[end + 1..]
                .trim_start()
                .chars()
                .next()
                .is_none_or(|c| [',', '}', ']', '#', ';'].contains(&c))
        {
            let range = self.at + end..self.at + end + 1;
            let fault = self.fault(range.clone(), "a quotation mark too many".into());
            self.mended(fault, range, "", " ");
            self.step(end + 1);
            return Read::Done;
        }
        // The quotation mark that closes it was meant to open the next one.
        let inner = &line[1..end - 1];
        let begins = |rest: &str| {
            let rest = rest.trim_start_matches([' ', '\t', '{', '[']);
            rest.is_empty() || keyed(rest)
        };
        if self.inside().is_some()
            && let Some((comma, _)) = inner.match_indices(',').find(|(i, _)| begins(&inner[i + 1..]))
        {
            let length = 1 + inner[..comma].trim_end_matches([' ', '\t', '}', ']']).len();
            self.close_string(length, quote);
            return Read::Done;
        }
        let whole = line.trim_end();
        if self.inside().is_none() && whole.len() > end && whole.ends_with(quote) {
            let inner = &whole[1..whole.len() - 1];
            let range = self.at..self.at + whole.len();
            let fault = self
                .fault(range.clone(), "a quotation mark within a text would end it".into())
                .label("single ones, '…', may stand around a text with double ones in it");
            let new = quoted(inner);
            self.mended(fault, range, &new, &new);
            self.step(whole.len());
            return Read::Done;
        }
        Read::Lost
    }

    /// A string whose quotation mark is not there again on its line.
    fn unclosed_string(&mut self, line: &str, quote: char) -> Read {
        if let Some(at) = line.rfind(CURLY).filter(|at| *at > 0) {
            let c = line[at..].chars().next().unwrap_or_default();
            let range = self.at + at..self.at + at + c.len_utf8();
            let fault = self
                .fault(range.clone(), format!("this quotation mark is `{c}`, and texts end with `{quote}`"));
            let new = quote.to_string();
            self.mended(fault, range, &new, &new);
            self.step(at + c.len_utf8());
            return Read::Done;
        }
        if self.inside().is_none()
            && let Some(length) = self.several_lines(quote)
        {
            let range = self.at..self.at + length;
            let inner = self.text[range.start + 1..range.end - 1].to_string();
            let fault = self
                .fault(
                    range.start..range.start + line.trim_end().len(),
                    "a text of several lines stands between three quotation marks".into(),
                )
                .label("goes on in the next line");
            let triple = quote.to_string().repeat(3);
            let new = format!("{triple}{inner}{triple}");
            self.mended(fault, range, &new, &new);
            self.step(length);
            return Read::Done;
        }
        let mut end = line.split(" #").next().unwrap_or(line).trim_end().len();
        if self.inside().is_some() {
            let next =
                line.match_indices(',').find(|(i, _)| keyed(line[i + 1..].trim_start())).map(|(i, _)| i);
            end = next.unwrap_or(end).min(end);
            end = line[..end].trim_end_matches([']', '}', ',', ' ', '\t']).len();
        }
        self.close_string(end.max(1), quote);
        // The marks behind it are now those that open and close.
        Read::Done
    }

    /// Says that the string of this length is not closed, and closes it there.
    fn close_string(&mut self, length: usize, quote: char) {
        let end = self.at + length;
        let fault = self
            .fault(self.at..end, "this string is not closed".into())
            .label("its closing quotation mark is missing");
        let new = quote.to_string();
        self.mended(fault, end..end, &new, &new);
        self.step(length);
    }

    /// A string between quotation marks of typesetters.
    pub(super) fn curly(&mut self, open: char) -> bool {
        let line = &self.text[self.at..self.line_end()];
        let inner = &line[open.len_utf8()..];
        let marks = |c: char| CURLY.contains(&c) || c == '"';
        let Some(length) = inner.find(marks) else { return false };
        let close = inner[length..].chars().next().map_or(0, char::len_utf8);
        let whole = open.len_utf8() + length + close;
        let new = quoted(&inner[..length]);
        let range = self.at..self.at + whole;
        let fault = self
            .fault(range.clone(), "quotation marks are straight here".into())
            .label(format!("expected `\"`, not `{open}`"))
            .note("a text editor for programs types them so; word processors turn them into curly ones");
        let span = self.span(range.clone());
        self.out.found.push(fault.edit(span, new.clone()));
        match new.starts_with('"') {
            // Each is replaced for itself, so that the words between keep their places.
            true => {
                let start = range.start + open.len_utf8();
                self.out.edits.push((range.start..start, "\"".into()));
                self.out.edits.push((start + length..range.end, "\"".into()));
            }
            false => self.out.edits.push((range, new)),
        }
        self.step(whole);
        true
    }

    /// The length of a string that goes on over the next lines, up to a quotation mark that ends one of them.
    fn several_lines(&self, quote: char) -> Option<usize> {
        let mut length = 0;
        for (i, line) in self.rest().split_inclusive('\n').take(LINES).enumerate() {
            let whole = line.trim_end();
            if i > 0 {
                if whole.is_empty() || keyed(whole.trim_start()) || whole.trim_start().starts_with(['[', '#'])
                {
                    return None;
                }
                if whole.ends_with(quote) && whole.matches(quote).count() == 1 {
                    return Some(length + whole.len());
                }
            }
            length += line.len();
        }
        None
    }
}

/// The length of a string that `line` begins with, quotation marks included.
fn closing(line: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in line.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}
