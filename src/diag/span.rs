//! Places in texts.

/// A run of bytes in one of the texts of a scenario (the file itself, or one that it extends).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The number of the text in [`Texts`].
    pub file: u16,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// From the start of this span to the end of `other`, both in the same text.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }
}

/// One text: its name for messages and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// The path as the user gave it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The texts that spans point into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    /// The texts, by the number in a span.
    pub files: Vec<SourceFile>,
}

impl Texts {
    /// The words of a span.
    pub fn words(&self, span: Span) -> &str {
        let text = self.files.get(usize::from(span.file)).map_or("", |f| f.text.as_str());
        text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The name of the text and the line (from 1) where a span begins.
    pub fn line(&self, span: Span) -> (&str, usize) {
        let Some(file) = self.files.get(usize::from(span.file)) else { return ("", 0) };
        let before = file.text.get(..span.start as usize).unwrap_or("");
        (&file.name, 1 + before.bytes().filter(|b| *b == b'\n').count())
    }
}
