//! A walk along a text that is no TOML, which finds the slips that people make, what was meant, and where a bracket that
//! nobody closed was opened. It is taken only where the parser has refused the text: what it says of good TOML does not matter.

use super::bare;
use super::header_slips::header;
use super::key_slips::keyed;
use crate::diag::{Code, Diagnostic, Span};
use std::cell::Cell;
use std::ops::Range;

/// More slips than this are not looked for.
const MOST: usize = 50;
/// No list is nested deeper than this.
const DEEP: usize = 100;
/// Quotation marks of typesetters.
pub(super) const CURLY: &[char] = &['“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '″'];

/// What a walk has found.
#[derive(Debug, Default)]
pub(super) struct Slips {
    /// What to say.
    pub(super) found: Vec<Diagnostic>,
    /// What to replace, so that the rest can be read.
    pub(super) edits: Vec<(Range<usize>, String)>,
    /// Whether what was replaced surely says what was meant.
    pub(super) sure: bool,
}

/// The slips in the text with number `file`.
pub(super) fn slips(text: &str, file: u16) -> Slips {
    let out = Slips { sure: true, ..Slips::default() };
    let mut walk = Walk { text, file, at: 0, last: 0, open: Vec::new(), out, line: Cell::default() };
    walk.statements();
    walk.out
}

/// A bracket that is open.
struct Open {
    at: usize,
    list: bool,
    /// Its entries stand on lines of their own.
    lines: bool,
}

/// How reading a value ended.
pub(super) enum Read {
    /// It is read.
    Done,
    /// A bracket was opened.
    Opened,
    /// What stands here is not understood.
    Lost,
}

pub(super) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) file: u16,
    pub(super) at: usize,
    /// The end of what was read last.
    pub(super) last: usize,
    open: Vec<Open>,
    pub(super) out: Slips,
    line: Cell<Line>,
}

/// A place and the end of its line.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    from: usize,
    end: usize,
}

impl<'t> Walk<'t> {
    fn statements(&mut self) {
        while self.skip_lines().is_some() && self.out.found.len() < MOST {
            if self.rest().starts_with('[') {
                self.header();
            } else if !self.remark(false) && self.statement() {
                continue;
            }
            self.at = self.line_end();
        }
    }

    /// A key and its value; whether another one stands behind it on the line.
    fn statement(&mut self) -> bool {
        if !(self.key() && self.equals()) {
            return false;
        }
        match self.value() {
            Read::Lost => self.out.sure = false,
            Read::Opened => self.nested(),
            Read::Done => {}
        }
        self.open.is_empty() && self.after()
    }

    /// What stands behind a value, up to the end of the line: whether that is another key.
    pub(super) fn after(&mut self) -> bool {
        let end = self.at;
        self.skip_blanks();
        let here = self.at;
        if self.remark(true) {
            return false;
        }
        let line = &self.text[here..self.line_end()];
        let rest = line.trim_start_matches([';', ',']).trim_start();
        if rest.is_empty() || rest.starts_with('#') {
            if let Some(c @ (';' | ',')) = self.next() {
                let fault = self.fault(here..here + 1, format!("a line ends without `{c}`"));
                self.mended(fault, here..here + 1, "", " ");
            }
            return false;
        }
        let next = self.line_end() - rest.len();
        if !keyed(rest) || next == end {
            return false;
        }
        let fault = self.fault(here..next + 1, "each key has a line of its own".into());
        self.out.found.push(fault.label("begin a new line before this"));
        self.out.edits.push((end..next, "\n".into()));
        self.at = next;
        true
    }

    /// Entries of lists and of tables in braces, until all are closed.
    fn nested(&mut self) {
        let mut after = false;
        while let Some(open) = self.open.last() {
            let (list, lines) = (open.list, open.lines);
            let newline = self.skip_lines();
            let Some(newline) = newline.filter(|_| self.out.found.len() < MOST && self.open.len() < DEEP)
            else {
                let end = self.text.len();
                return self.unclosed(self.open.len(), end..end, "the file ends here");
            };
            if newline {
                match self.begun(after) {
                    0 => {}
                    n => {
                        let words = if self.rest().starts_with('[') {
                            "a new table begins here"
                        } else {
                            "a new key begins here"
                        };
                        self.unclosed(n, self.at..self.line_end(), words);
                        after = true;
                        if self.open.is_empty() {
                            // What stands here is a line of its own.
                            self.at = self.last;
                        }
                        continue;
                    }
                }
                if !after && let Some(open) = self.open.last_mut() {
                    open.lines = true;
                }
            }
            if self.remark(after) {
                continue;
            }
            let here = self.at;
            let c = self.next().unwrap_or_default();
            match (c, after) {
                (']' | '}', _) if list == (c == ']') => {
                    self.open.pop();
                    self.step(1);
                    after = true;
                }
                (']' | '}', _) if self.open.iter().any(|o| o.list == (c == ']')) => {
                    let n = self.open.iter().rev().take_while(|o| o.list != (c == ']')).count();
                    self.unclosed(n, here..here + 1, &format!("here `{c}` closes what is around it"));
                    after = true;
                }
                (',', true) => {
                    self.step(1);
                    after = false;
                }
                (';', true) => {
                    let fault = self.fault(here..here + 1, "entries are separated by `,`".into());
                    self.mended(fault, here..here + 1, ",", ",");
                    self.step(1);
                    after = false;
                }
                (',', false) if lines || self.text[..here].trim_end().ends_with(',') => {
                    let fault = self.fault(here..here + 1, "a comma too many".into());
                    self.mended(fault.label("an entry is missing before it"), here..here + 1, "", " ");
                    self.step(1);
                }
                (_, true) if c.is_alphanumeric() || ['"', '\'', '{', '[', '-', '+', '_'].contains(&c) => {
                    let at = self.last;
                    let fault =
                        self.fault(here..here + c.len_utf8(), "a comma is missing before this".into());
                    self.mended(fault, at..at, ",", ",");
                    after = false;
                }
                (_, false) => {
                    let read = if list || (self.key() && self.equals()) { self.value() } else { Read::Lost };
                    match read {
                        Read::Done => after = true,
                        Read::Opened => after = false,
                        Read::Lost => return self.lost(),
                    }
                }
                _ => return self.lost(),
            }
        }
    }

    /// The rest of the text is left to the parser.
    fn lost(&mut self) {
        self.out.sure = false;
        self.open.clear();
        self.at = self.text.len();
    }

    /// How many of the open brackets are surely left open by what begins at the start of this line.
    fn begun(&self, after: bool) -> usize {
        let line = &self.text[self.at..self.line_end()];
        if header(line) && (self.text[..self.at].ends_with('\n') || line.contains('.')) {
            return self.open.len();
        }
        if !keyed(line) {
            return 0;
        }
        let closed = |o: &&Open| o.list || (after && !o.lines);
        self.open.iter().rev().take_while(closed).count()
    }

    /// Says that the innermost `n` brackets are not closed, and closes them behind what was read last.
    fn unclosed(&mut self, n: usize, seen: Range<usize>, words: &str) {
        let at = self.last;
        let closed: Vec<Open> = self.open.split_off(self.open.len().saturating_sub(n));
        let Some(inner) = closed.last() else { return };
        let signs: String = closed.iter().rev().map(|o| if o.list { ']' } else { '}' }).collect();
        let what = match (closed.len(), inner.list) {
            (1, true) => "this list is not closed",
            (1, false) => "this table in braces is not closed",
            _ => "these brackets are not closed",
        };
        let missing = |o: &Open| format!("its `{}` is missing", if o.list { ']' } else { '}' });
        let mut fault = self.fault(inner.at..inner.at + 1, what.into()).label(missing(inner));
        for o in closed.iter().rev().skip(1).take(3) {
            fault = fault.context(self.span(o.at..o.at + 1), missing(o));
        }
        fault = fault.context(self.span(seen), words);
        // Behind a comma it would look like a slip of its own.
        self.out.sure &= closed.iter().all(|o| !self.text[o.at..at].contains('\n'));
        self.mended(fault, at..at, &signs, &signs);
    }

    fn value(&mut self) -> Read {
        self.skip_blanks();
        match self.next() {
            Some(quote @ ('"' | '\'')) => self.string(quote),
            Some(quote) if CURLY.contains(&quote) => {
                if self.curly(quote) {
                    Read::Done
                } else {
                    Read::Lost
                }
            }
            Some(c @ ('[' | '{')) => {
                self.open.push(Open { at: self.at, list: c == '[', lines: false });
                self.step(1);
                Read::Opened
            }
            None | Some('\n' | '\r' | '#') => {
                let at = self.last;
                let fault = self.fault(at.saturating_sub(1)..at, "a value is missing".into());
                self.out.found.push(fault.label("expected a value behind this"));
                self.out.sure = false;
                Read::Done
            }
            Some(']' | '}' | ')' | '=') => Read::Lost,
            _ if self.braceless() => {
                let at = self.at;
                let fault = self.fault(at..at + 1, "the opening `{` of this table is missing".into());
                self.mended(fault, at..at, "{ ", "{ ");
                self.open.push(Open { at, list: false, lines: false });
                Read::Opened
            }
            _ => self.bare(),
        }
    }

    /// `payoff = us = 60 }`: keys stand where a value belongs.
    fn braceless(&self) -> bool {
        let line = &self.text[self.at..self.line_end()];
        keyed(line) && self.inside() != Some(false) && line.contains('}')
    }

    /// A value without quotation marks.
    fn bare(&mut self) -> Read {
        let range = self.at..self.bare_end();
        let words = self.text[range.clone()].to_string();
        if words.is_empty() {
            return Read::Lost;
        }
        if let Some(text) = words.strip_suffix('"').filter(|text| !text.contains('"')) {
            let fault =
                self.fault(range.clone(), "the opening quotation mark of this string is missing".into());
            let text = text.to_string();
            self.mended(fault, range.start..range.start, "\"", "\"");
            self.step(text.len() + 1);
            return Read::Done;
        }
        // What brackets were meant as is not certain.
        self.out.sure &= !words.contains(['{', '}', '[', ']']);
        if let Some(list) = bare::names_as_list(&words).filter(|_| self.lists_here()) {
            let fault = self.fault(range.clone(), "a list stands in brackets".into());
            self.mended(fault.label("each name between quotation marks"), range, &list, &list);
        } else if let Some(meant) = bare::meant(&words) {
            let mut fault = self.fault(range.clone(), meant.title).label(meant.label);
            fault.code = meant.code;
            fault.notes = meant.notes;
            match meant.value {
                Some(value) => self.mended(fault, range.clone(), &value, &value),
                None => {
                    self.out.found.push(fault);
                    self.out.sure = false;
                }
            }
        }
        self.step(words.len());
        Read::Done
    }

    /// Where a value without quotation marks ends.
    fn bare_end(&self) -> usize {
        let line = &self.text[self.at..self.line_end()];
        let inside = self.open.last().map(|o| o.list);
        let mut depth = 0_usize;
        let mut end = line.len();
        for (i, c) in line.char_indices() {
            let before = &line[..i];
            let stops = match c {
                '(' => {
                    depth += 1;
                    false
                }
                ')' => {
                    depth = depth.saturating_sub(1);
                    false
                }
                '#' => before.is_empty() || before.ends_with([' ', '\t']),
                ']' | '}' => depth == 0 && inside.is_some(),
                ';' => depth == 0,
                '/' => depth == 0 && line[i..].starts_with("//") && before.ends_with([' ', '\t']),
                ',' if depth > 0 => false,
                ',' => match inside {
                    None => {
                        line[i + 1..].trim_start().is_empty() || line[i + 1..].trim_start().starts_with('#')
                    }
                    Some(true) => true,
                    Some(false) => !decimals(before, &line[i + 1..]),
                },
                ' ' | '\t' if inside == Some(false) && depth == 0 => keyed(line[i..].trim_start()),
                _ => false,
            };
            if stops {
                end = i;
                break;
            }
        }
        self.at + line[..end].trim_end().len()
    }

    pub(super) fn fault(&self, at: Range<usize>, title: String) -> Diagnostic {
        Diagnostic::new(Code::NotToml, self.span(at), title)
    }

    /// Says what is wrong with its edit, and reads on as if `read` stood there.
    pub(super) fn mended(&mut self, fault: Diagnostic, at: Range<usize>, new: &str, read: &str) {
        let span = self.span(at.clone());
        self.out.found.push(fault.edit(span, new));
        self.out.edits.push((at, read.to_string()));
    }

    pub(super) fn span(&self, at: Range<usize>) -> Span {
        Span { file: self.file, start: at.start as u32, end: at.end as u32 }
    }

    /// Whether the value stands in brackets, and whether these are a list.
    pub(super) fn inside(&self) -> Option<bool> {
        self.open.last().map(|o| o.list)
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn step(&mut self, bytes: usize) {
        self.at += bytes;
        self.last = self.at;
    }

    /// The letters, digits, underscores and dashes that stand here.
    pub(super) fn word(&self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        &rest[..end]
    }

    pub(super) fn line_end(&self) -> usize {
        // A line may be the whole file, and is asked for at each of its words.
        let mut line = self.line.get();
        if !(line.from..line.end).contains(&self.at) {
            let end = self.rest().find('\n').map_or(self.text.len(), |i| self.at + i);
            line = Line { from: self.at, end };
            self.line.set(line);
        }
        let end = line.end;
        end - usize::from(end > self.at && self.text.as_bytes()[end - 1] == b'\r')
    }

    pub(super) fn skip_blanks(&mut self) {
        self.no_break();
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Skips blanks, lines and remarks: whether a line ended on the way, or nothing where the text ends.
    fn skip_lines(&mut self) -> Option<bool> {
        let start = self.at;
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.at == self.text.len() {
                return None;
            }
            if !self.rest().starts_with('#') {
                return Some(self.text[start..self.at].contains('\n'));
            }
            self.at = self.line_end();
        }
    }
}

/// Whether a comma in a table in braces stands within a number: `{ p = 0,3 }`.
fn decimals(before: &str, after: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let rest = after[end..].trim_start();
    digits(before.trim_start_matches(['-', '+']))
        && end > 0
        && (rest.starts_with([',', '}', '%']) || !rest.contains('='))
}
