//! Places in the text of an expression, mapped into the file that it stands in.

use super::slip::Fault;
use super::{Argument, Expr, Kind, Label};
use crate::diag::{Diagnostic, Span};

/// Where the text of an expression stands.
pub(super) struct Place<'t> {
    /// The text.
    pub(super) text: &'t str,
    /// Its place in the file.
    pub(super) span: Span,
    /// Its bytes are those of the file, so that single words can be pointed at.
    pub(super) exact: bool,
}

impl Place<'_> {
    fn map(&self, local: Span) -> Span {
        if !self.exact {
            return self.span;
        }
        let from = self.span.start;
        Span { start: from.saturating_add(local.start), end: from.saturating_add(local.end), ..self.span }
    }

    /// Maps every place in a tree.
    pub(super) fn tree(&self, expr: &mut Expr) {
        expr.span = self.map(expr.span);
        match &mut expr.kind {
            Kind::Negative(inner) | Kind::Not(inner) | Kind::Per(inner, ..) => self.tree(inner),
            Kind::Binary(_, left, right) | Kind::To(left, right) => {
                self.tree(left);
                self.tree(right);
            }
            Kind::If(condition, yes, no) => {
                self.tree(condition);
                self.tree(yes);
                self.tree(no);
            }
            Kind::Call(callee, arguments) => {
                callee.span = self.map(callee.span);
                for Argument { label, value } in arguments {
                    match label {
                        Label::None => {}
                        Label::Named(_, span) => *span = self.map(*span),
                        Label::Keyed(key) => self.tree(key),
                    }
                    self.tree(value);
                }
            }
            Kind::Number { .. }
            | Kind::Percent(_)
            | Kind::Duration(..)
            | Kind::Date(_)
            | Kind::Bool(_)
            | Kind::Name(_) => {}
        }
    }

    /// Maps every place in a diagnostic. Where single words can't be pointed at, the edit is told in a note instead.
    pub(super) fn diagnostic(&self, fault: Fault) -> Box<Diagnostic> {
        let mut told = fault.0;
        if let Some((at, new)) = told.edit.take() {
            if self.exact {
                told.edit = Some((self.map(at), new));
            } else {
                let (before, after) = (&self.text[..at.start as usize], &self.text[at.end as usize..]);
                told.notes.push(format!("write `{}`", format!("{before}{new}{after}").trim()));
            }
        }
        if !self.exact {
            told.context.clear();
        }
        for (span, _) in &mut told.context {
            *span = self.map(*span);
        }
        told.span = self.map(told.span);
        told
    }
}
