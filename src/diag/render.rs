//! How a diagnostic is shown: with the line, the words marked, and the edit.

use super::excerpt::{Excerpt, after_char, before_char};
use super::{Diagnostic, Severity, SourceFile, Span, Texts};
use crate::quantity::prose;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

/// Lines longer than this, in bytes, are shown only around the words.
const HUGE: usize = 2_000;
/// Texts longer than this, in bytes, are cut.
const LONG: usize = 1_000;
/// The most diagnostics that are shown at once.
const MOST: usize = 50;

/// The diagnostic as text for a terminal, in colour where `colour` says so. It ends without a line break.
pub fn render(diagnostic: &Diagnostic, texts: &Texts, colour: bool) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let diagnostic = &readable(diagnostic);
    let title = level.primary_title(diagnostic.title.as_str()).id(diagnostic.code.id());
    let mut group = Group::with_title(title);
    let mut elsewhere = Vec::new();
    let place = place(diagnostic.span, texts);
    match &place {
        Place::Words(..) => {
            for file in files(diagnostic) {
                group = group.elements(snippet(diagnostic, file, texts, &mut elsewhere));
            }
        }
        Place::File(name) => group = group.element(Origin::path(*name)),
        Place::Nowhere => {}
    }
    for note in diagnostic.notes.iter().chain(&elsewhere) {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let mut groups = vec![group];
    groups.extend(diagnostic.edit.as_ref().and_then(|(span, new)| edit(*span, new, texts)));
    let renderer = if colour { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let text = renderer.render(&groups);
    // without line numbers, the library leaves no column for them, and the arrow would stand at the margin
    let margin = if groups.len() == 1 && !matches!(place, Place::Words(..)) { "\n " } else { "\n" };
    // what is cut or empty may leave blanks at the end of a line
    text.lines().map(str::trim_end).collect::<Vec<_>>().join(margin)
}

/// The diagnostic with texts that somebody can read: very long names are cut, and an edit with one is left out.
fn readable(diagnostic: &Diagnostic) -> Diagnostic {
    let mut d = diagnostic.clone();
    let labels = d.context.iter_mut().map(|(_, label)| label);
    for text in [&mut d.title, &mut d.label].into_iter().chain(labels).chain(&mut d.notes) {
        if text.len() > LONG {
            let (head, tail) = (before_char(text, LONG / 2), after_char(text, text.len() - LONG / 4));
            *text = format!("{}...{}", &text[..head], &text[tail..]);
        }
    }
    d.edit = d.edit.filter(|(_, new)| new.len() <= LONG);
    d
}

/// All of them in the order of the files and their lines, each once, and a closing line that counts them; empty where there
/// are none.
pub fn render_all(diagnostics: &[Diagnostic], texts: &Texts, colour: bool) -> String {
    let mut order: Vec<&Diagnostic> = diagnostics.iter().collect();
    order.sort_by_key(|d| (d.span.file, d.span.start, d.severity(), d.span.end, d.code));
    order.dedup();
    if order.is_empty() {
        return String::new();
    }
    // Where there are more than anybody reads, errors come before warnings.
    let mut shown = order.clone();
    if order.len() > MOST {
        shown.sort_by_key(|d| d.severity());
        shown.truncate(MOST);
        shown.sort_by_key(|d| (d.span.file, d.span.start, d.severity(), d.span.end, d.code));
    }
    let mut out = String::new();
    for diagnostic in &shown {
        out += &render(diagnostic, texts, colour);
        out += "\n\n";
    }
    out += &closing(&order, texts);
    if order.len() > shown.len() {
        out += &format!(", of which {} are shown", shown.len());
    }
    out + "\n"
}

/// `2 errors and 1 warning in talks.toml`.
fn closing(order: &[&Diagnostic], texts: &Texts) -> String {
    let count = |severity| order.iter().filter(|d| d.severity() == severity).count() as u64;
    let counts: Vec<String> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, noun)| prose::counted(n, noun))
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for diagnostic in order {
        let name = source(diagnostic.span, texts).map_or("", |f| f.name.as_str());
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let counts = prose::list(&counts, "and");
    if names.is_empty() { counts } else { format!("{counts} in {}", prose::list(&names, "and")) }
}

/// What a span points at.
enum Place<'t> {
    /// Words of a text.
    Words(&'t SourceFile, Range<usize>),
    /// A text as a whole.
    File(&'t str),
    /// Nothing.
    Nowhere,
}

/// Where a span points. The start of a text, without a width, stands for the whole of it.
fn place(span: Span, texts: &Texts) -> Place<'_> {
    let Some(file) = source(span, texts) else { return Place::Nowhere };
    let whole = file.text.trim().is_empty() || (span.start == 0 && span.end == 0);
    match (whole, file.name.is_empty()) {
        (true, true) => Place::Nowhere,
        (true, false) => Place::File(&file.name),
        (false, _) => Place::Words(file, within(&file.text, span)),
    }
}

fn source(span: Span, texts: &Texts) -> Option<&SourceFile> {
    texts.files.get(usize::from(span.file))
}

/// The bytes of a span, inside the text and between whole characters.
fn within(text: &str, span: Span) -> Range<usize> {
    let start = before_char(text, span.start as usize);
    let end = after_char(text, span.end as usize);
    start..end.max(start)
}

/// The texts that a diagnostic points into, its own first.
fn files(diagnostic: &Diagnostic) -> Vec<u16> {
    let mut files = vec![diagnostic.span.file];
    for (span, _) in &diagnostic.context {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    files
}

/// The lines of one text that a diagnostic points at, marked. What cannot be shown in a line together with the rest, since
/// the line is very long, is told in `elsewhere`.
fn snippet<'t>(
    diagnostic: &'t Diagnostic,
    number: u16,
    texts: &'t Texts,
    elsewhere: &mut Vec<String>,
) -> Option<Snippet<'t, Annotation<'t>>> {
    let mut marks = Vec::new();
    let mut shown: Vec<Range<usize>> = Vec::new();
    let mut text = None;
    let own = (diagnostic.span, &diagnostic.label, AnnotationKind::Primary);
    let others = diagnostic.context.iter().map(|(span, label)| (*span, label, AnnotationKind::Context));
    for (span, label, kind) in std::iter::once(own).chain(others) {
        if span.file == number
            && let Place::Words(file, range) = place(span, texts)
        {
            if shown.iter().any(|other| apart(&file.text, other, &range)) {
                let (name, line) = texts.line(span);
                let column = 1 + file.text[..range.start].chars().rev().take_while(|c| *c != '\n').count();
                if !label.is_empty() {
                    elsewhere.push(format!("{name}:{line}:{column}: {label}"));
                }
                continue;
            }
            text = Some(file);
            let label = (!label.is_empty()).then_some(label.as_str());
            marks.push(kind.span(range.clone()).label(label));
            shown.push(range);
        }
    }
    let file = text?;
    let name = (!file.name.is_empty()).then_some(file.name.as_str());
    let first = shown.first()?.clone();
    if shown.iter().any(|range| line_length(&file.text, range) > HUGE) {
        // The library cuts such a line only where nothing else is marked.
        for (span, label) in
            diagnostic.context.iter().filter(|(span, label)| span.file == number && !label.is_empty())
        {
            let (name, line) = texts.line(*span);
            let place = format!("{name}:{line}:");
            if !elsewhere.iter().any(|told| told.starts_with(&place)) {
                elsewhere.push(format!("{place} {label}"));
            }
        }
        let end = before_char(&file.text, first.end.min(first.start + HUGE / 4)).max(first.start);
        let label = (!diagnostic.label.is_empty()).then_some(diagnostic.label.as_str());
        let mark = AnnotationKind::Primary.span(first.start..end).label(label);
        return Some(Snippet::source(file.text.as_str()).path(name).annotation(mark));
    }
    Some(Snippet::source(file.text.as_str()).path(name).annotations(marks))
}

/// The length of the line in which a range begins, with all of the range.
fn line_length(text: &str, range: &Range<usize>) -> usize {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    text[range.end..].find('\n').map_or(text.len(), |at| range.end + at) - start
}

/// Two places of the same line that are too far apart to be shown together.
fn apart(text: &str, a: &Range<usize>, b: &Range<usize>) -> bool {
    let between = a.end.min(b.end)..a.start.max(b.start);
    between.len() > 100 && !text[between].contains('\n')
}

/// The edit as a help with the line as it should be.
fn edit<'t>(span: Span, new: &'t str, texts: &'t Texts) -> Option<Group<'t>> {
    let Place::Words(file, range) = place(span, texts) else { return None };
    let title = match (range.is_empty(), new.trim().is_empty()) {
        (true, true) => return None,
        (true, false) => "add this",
        (false, true) => "leave this out",
        (false, false) => "write this instead",
    };
    let excerpt = Excerpt::new(&file.text, range);
    let name = (!file.name.is_empty()).then_some(file.name.as_str());
    let patch = Snippet::source(excerpt.text)
        .line_start(excerpt.line)
        .path(name)
        .patch(Patch::new(excerpt.range, new));
    Some(Level::HELP.secondary_title(title).element(patch))
}

#[cfg(test)]
mod tests;
