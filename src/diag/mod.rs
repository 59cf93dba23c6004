//! Diagnostics: what is wrong, where, and what to write instead.

mod catalogue;
mod code;
mod excerpt;
mod render;
mod span;

pub use code::{CODES, Code, Entry, explain};
pub use render::{render, render_all};
pub use span::{SourceFile, Span, Texts};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario can't be run.
    Error,
    /// A lint: it runs, but is probably not what was meant.
    Warning,
}

/// One fault or lint: the words it is about, what was expected, and the edit where one is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// The message, one line.
    pub title: String,
    /// The words that are wrong.
    pub span: Span,
    /// What to say under these words.
    pub label: String,
    /// Other places that matter, each with what to say there.
    pub context: Vec<(Span, String)>,
    /// Further facts, a sentence each.
    pub notes: Vec<String>,
    /// What to write instead: the words to replace, and the new words.
    pub edit: Option<(Span, String)>,
}

impl Diagnostic {
    /// A fault or lint (the code says which) at `span`.
    pub fn new(code: Code, span: Span, title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            title: title.into(),
            span,
            label: String::new(),
            context: Vec::new(),
            notes: Vec::new(),
            edit: None,
        }
    }

    /// With words under the marked place.
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = text.into();
        self
    }

    /// With another place that matters.
    pub fn context(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.context.push((span, text.into()));
        self
    }

    /// With a further fact.
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// With the edit that mends it.
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.edit = Some((span, text.into()));
        self
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// The name in `known` nearest to `word`, where one is near enough to be meant. Single letters are near to each other without a
/// likeness.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 80 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance == 0 || name.len().min(word.len()) > 1)
        .filter(|(distance, name)| *distance <= 1 + name.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
