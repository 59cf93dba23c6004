//! What a clock does when a value that it reads changes, and when it starts again.

use super::builder::Builder;
use crate::diag::{Code, Diagnostic, Span, nearest};
use crate::model::{OnChange, OnReturn, Return};
use crate::syntax::Table;

impl Builder {
    pub fn on_change(&mut self, table: &Table) -> Option<(OnChange, Span)> {
        let text = self.words(table, "on_change")?;
        let (content, span) = (text.content.clone(), text.span);
        match content.as_str() {
            "keep" => Some((OnChange::Keep, span)),
            "redraw" => Some((OnChange::Redraw, span)),
            "rescale" => Some((OnChange::Rescale, span)),
            other => {
                self.unknown_word("on_change", other, span, &["keep", "redraw", "rescale"]);
                None
            }
        }
    }

    fn unknown_word(&mut self, key: &str, word: &str, span: Span, known: &[&str]) {
        let list: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
        let mut fault = Diagnostic::new(Code::WrongType, span, format!("`{key}` knows no `{word}`"))
            .label(format!("expected {}", crate::quantity::prose::list(&list, "or")));
        if let Some(near) = nearest(word, known.iter().copied()) {
            fault = fault.edit(span, near);
        }
        self.push(fault);
    }

    pub fn on_return(&mut self, table: &Table) -> OnReturn {
        let parse = |word: &str| match word {
            "redraw" => Some(Return::Redraw),
            "resume" => Some(Return::Resume),
            "repeat" => Some(Return::Repeat),
            _ => None,
        };
        let Some(text) = self.words(table, "on_return") else { return OnReturn::Fixed(Return::Redraw) };
        if let Some(fixed) = parse(&text.content) {
            return OnReturn::Fixed(fixed);
        }
        let (content, span) = (text.content.clone(), text.span);
        let Some(index) = self.scenario.levers.iter().position(|l| l.name == content) else {
            self.unknown_word("on_return", &content, span, &["redraw", "resume", "repeat"]);
            return OnReturn::Fixed(Return::Redraw);
        };
        let labels = self.scenario.levers[index].labels.clone();
        let modes: Option<Vec<Return>> = labels.iter().map(|l| parse(l)).collect();
        match modes {
            Some(modes) => OnReturn::Lever(crate::model::LeverId(index), modes),
            None => {
                self.push(
                    Diagnostic::new(
                        Code::WrongType,
                        span,
                        format!("the lever `{content}` says more than how to return"),
                    )
                    .label("its options must be among `redraw`, `resume` and `repeat`"),
                );
                OnReturn::Fixed(Return::Redraw)
            }
        }
    }
}
