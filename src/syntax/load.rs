//! From a path to a document: the file, and what it extends.

use super::displaced::displaced;
use super::{Kind, Table, encoding, toml_tree};
use crate::diag::{Code, Diagnostic, SourceFile, Span, Texts};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// No scenario is larger; a file that is, was named by mistake.
pub const MAX_BYTES: u64 = 4 << 20;

/// A scenario's texts and their merged tree.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The texts: the file itself first, then what it extends, nearest first, then the tables that it reads.
    pub texts: Texts,
    /// The merged tree; what could be read of it.
    pub root: Table,
    /// The folder that relative paths start from, for each text.
    pub folders: Vec<PathBuf>,
    /// What is wrong so far.
    pub found: Vec<Diagnostic>,
    /// Some of it could not be read: of the rest nothing can be said with certainty.
    pub torn: bool,
}

/// Reads a scenario file.
pub fn load(path: &Path) -> Document {
    let mut document = Document::default();
    document.read(path);
    document.put_right();
    document
}

/// Reads a scenario from a text called `name`; what it extends is looked for from `folder`.
pub fn load_text(name: &str, text: &str, folder: &Path) -> Document {
    let mut document = Document::default();
    document.add(name, text.to_string(), folder.to_path_buf(), &mut vec![PathBuf::from(name)]);
    document.put_right();
    document
}

/// The text of a file that is small enough and is text.
///
/// # Errors
/// What could not be done, with the path, for a message without a place.
pub fn read_text(path: &Path) -> Result<String, Box<Diagnostic>> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => match path.with_extension("toml") {
                file if path.extension().is_none() && file.is_file() => {
                    format!("there is no such file; is it `{}`?", file.display())
                }
                _ => "there is no such file".to_string(),
            },
            std::io::ErrorKind::PermissionDenied => "reading it is not allowed".to_string(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
            _ => error.to_string(),
        };
        unread(Code::Unreadable, format!("cannot read {shown}: {why}"))
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unread(Code::TooLarge, format!("{shown} is larger than 4 MiB: this is no scenario")));
    }
    let refused = |bytes: &[u8], valid: usize| {
        let why = encoding::refused(bytes, valid);
        let mut fault = unread(Code::Unreadable, format!("cannot read {shown}: {why}"));
        fault.notes.push(encoding::SAVE.to_string());
        fault
    };
    if let Some(zero) = bytes.iter().position(|byte| *byte == 0) {
        return Err(refused(&bytes, zero));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| refused(error.as_bytes(), error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_string))
}

fn unread(code: Code, title: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, Span::default(), title))
}

impl Document {
    /// Notes what keeps the whole from being read.
    fn fault(&mut self, fault: Diagnostic) {
        self.found.push(fault);
        self.torn = true;
    }

    /// Moves what belongs at the top there.
    fn put_right(&mut self) {
        let extends = |root: &Table| root.get("extends").is_some();
        let read = extends(&self.root);
        self.found.extend(displaced(&mut self.root));
        // What it extends was not read.
        self.torn |= !read && extends(&self.root);
    }

    fn read(&mut self, path: &Path) {
        match read_text(path) {
            Ok(text) => {
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                let chain = &mut vec![canonical(path)];
                self.add(&path.display().to_string(), text, folder, chain);
            }
            Err(fault) => self.fault(*fault),
        }
    }

    /// Adds a text and, before its own entries, those of the text that it extends.
    fn add(&mut self, name: &str, text: String, folder: PathBuf, chain: &mut Vec<PathBuf>) {
        let file = self.texts.files.len() as u16;
        let (own, whole) = toml_tree::parse(&text, file, &mut self.found);
        self.torn |= !whole;
        self.texts.files.push(SourceFile { name: name.to_string(), text });
        self.folders.push(folder.clone());
        if let Some(entry) = own.get("extends") {
            match &entry.value.kind {
                Kind::String(base) => self.extend(&folder.join(&base.content), entry.value.span, chain),
                other => self.fault(
                    Diagnostic::new(
                        Code::WrongType,
                        entry.value.span,
                        format!("`extends` is {}, not the path of a file", other.describe()),
                    )
                    .label("expected a string such as \"base.toml\""),
                ),
            }
        }
        self.root.merge(own);
    }

    fn extend(&mut self, path: &Path, from: Span, chain: &mut Vec<PathBuf>) {
        let place = canonical(path);
        if chain.contains(&place) || chain.len() > 16 {
            let (title, label) = if chain.len() > 16 {
                ("files extend each other more than 16 deep".to_string(), "this would be the seventeenth")
            } else {
                (format!("{} extends itself in a circle", path.display()), "this leads back here")
            };
            self.fault(Diagnostic::new(Code::ExtendsCycle, from, title).label(label));
            return;
        }
        match read_text(path) {
            Ok(text) => {
                chain.push(place);
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                self.add(&path.display().to_string(), text, folder, chain);
            }
            Err(fault) => self.fault(Diagnostic { span: from, ..*fault }.label("named here")),
        }
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}
