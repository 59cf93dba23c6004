//! Tokens to a tree.

use super::Expr;
use crate::diag::{Diagnostic, Span};

/// The expression in `text`, which stands at `span` of its file (`exact` where every byte of `text` is a byte of the file
/// from `span.start` on: then errors point at single words, otherwise at the whole).
///
/// # Errors
/// One diagnostic: where it stopped making sense, what was expected, and the edit for common slips.
pub fn parse(text: &str, span: Span, exact: bool) -> Result<Expr, Box<Diagnostic>> {
    let _ = (text, exact);
    Err(Box::new(Diagnostic::new(crate::diag::Code::Syntax, span, "cannot be read")))
}
