//! What stands between the words of a line without a meaning of its own: remarks with the sign of another language, and blanks that
//! only look like blanks.

use super::slips::Walk;

/// Blanks at which no line is broken; word processors and web pages have them.
pub(super) const NO_BREAK: [char; 2] = ['\u{a0}', '\u{202f}'];

impl Walk<'_> {
    /// `// so` and `; so`: whether a remark with the sign of another language stands here, which is then read to its end. Behind a
    /// value (`behind`) a `;` may also end the line, or stand before the next key.
    pub(super) fn remark(&mut self, behind: bool) -> bool {
        let sign = if self.text[self.at..].starts_with("//") { "//" } else { ";" };
        // Lines may be long: how far this one goes is looked at only where a remark may begin.
        if !self.text[self.at..].starts_with(sign) {
            return false;
        }
        let rest = &self.text[self.at + sign.len()..self.line_end()];
        let words = rest.trim();
        let code = words.is_empty() || words.contains(['=', ';', ']', '}']) || words.starts_with('#');
        let first = self.text[..self.at].rsplit('\n').next().is_none_or(|before| before.trim().is_empty());
        if sign == ";" && !first && (!behind || code || self.inside().is_some()) {
            return false;
        }
        let range = self.at..self.at + sign.len();
        let fault = self.fault(range.clone(), "a remark begins with `#`".into());
        self.mended(fault.label(format!("`{sign}` begins none here")), range, "#", "#");
        self.at = self.line_end();
        true
    }

    /// A no-break space before `=`, which looks like a blank and is none.
    pub(super) fn no_break(&mut self) {
        let rest = self.rest();
        let after = rest.trim_start_matches([' ', '\t']).trim_start_matches(NO_BREAK);
        // Looked for among these blanks alone: the text behind them may be long.
        let blanks = &rest[..rest.len() - after.len()];
        let Some(first) = blanks.find(NO_BREAK) else { return };
        let at = self.at + first;
        let Some(c) = self.text[at..].chars().next() else { return };
        let before = after.trim_start_matches([' ', '\t']).starts_with('=');
        let behind = self.text[..self.at].ends_with('=');
        if before || behind {
            let range = at..self.at + blanks.len();
            let fault =
                self.fault(range.clone(), format!("a no-break space (U+{:04X}) stands here", u32::from(c)));
            self.mended(fault.label("it looks like a blank, and is none in TOML"), range.clone(), "", " ");
            self.at = range.end;
        }
    }

    /// Whether the values of this table are lists: options of levers.
    pub(super) fn lists_here(&self) -> bool {
        let header = self.text[..self.at].lines().rev().find(|line| line.trim_start().starts_with('['));
        self.inside().is_none() && header.is_some_and(|line| line.trim_start().starts_with("[levers]"))
    }
}
