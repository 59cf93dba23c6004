//! A results folder that appears whole or not at all.
//!
//! Everything is written aside: into a folder beside the target, or, where the target exists, inside it, so that the last
//! step is a rename on the same disk. Into an existing folder files are moved one by one; what was there is kept aside
//! until all are in place, and comes back if one can't be. `manifest.json` goes first and comes last: a folder that has
//! one is complete. Tables of an earlier run that this one does not make are removed, where its manifest lists them; no other
//! file is touched.

use super::aside::{Aside, OLD};
use super::error::ReportError;
use super::sheet::COMMON;
use super::single::is_free;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// The file that says how all others were made.
pub const MANIFEST: &str = "manifest.json";

/// A results folder while it is written. Dropped without [`Folder::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    aside: Aside,
    exists: bool,
    parents: Vec<PathBuf>,
    files: Vec<String>,
    done: bool,
}

impl Folder {
    /// Makes sure that the folder can be written, and begins.
    pub fn begin(target: &Path) -> Result<Folder, ReportError> {
        let exists = match fs::metadata(target) {
            Ok(found) if found.is_dir() => true,
            Ok(_) => return Err(ReportError::InTheWay(target.into())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => return Err(ReportError::io(target, error)),
        };
        let mut parents = Vec::new();
        let beside = if exists {
            target.to_path_buf()
        } else {
            let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let missing: Vec<&Path> =
                parent.ancestors().take_while(|p| !p.exists() && !p.as_os_str().is_empty()).collect();
            for folder in missing.into_iter().rev() {
                match fs::create_dir(folder) {
                    Ok(()) => parents.push(folder.to_path_buf()),
                    // Another run was quicker.
                    Err(_) if folder.is_dir() => {}
                    Err(error) => {
                        parents.iter().rev().for_each(|made| drop(fs::remove_dir(made)));
                        return Err(ReportError::io(folder, error));
                    }
                }
            }
            parent.to_path_buf()
        };
        match Aside::begin(&beside) {
            Ok(aside) => {
                Ok(Folder { target: target.into(), aside, exists, parents, files: Vec::new(), done: false })
            }
            Err(error) => {
                parents.iter().rev().for_each(|made| drop(fs::remove_dir(made)));
                Err(error)
            }
        }
    }

    /// Makes sure that no file of somebody else is lost where files with these names are written.
    pub fn claim(&self, names: &[&str]) -> Result<(), ReportError> {
        names.iter().try_for_each(|name| match *name {
            MANIFEST if self.earlier().contains(&MANIFEST) => Ok(()),
            MANIFEST => is_free(&self.target.join(name), &[MANIFEST]),
            name => self.is_free(name),
        })
    }

    /// Whether a table may be written or removed: all tables of ours begin so.
    fn is_free(&self, name: &str) -> Result<(), ReportError> {
        is_free(&self.target.join(name), &COMMON[..2])
    }

    /// Where it will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The files written so far.
    pub fn names(&self) -> &[String] {
        &self.files
    }

    /// Writes one file.
    pub fn write(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), ReportError> {
        let mut file = self.open(name)?;
        content(&mut file).map_err(|error| ReportError::io(&self.target.join(name), error))?;
        self.close(name, file)
    }

    /// Begins a file that is written over a long time.
    pub fn open(&mut self, name: &str) -> Result<BufWriter<File>, ReportError> {
        // What stands in the way is better found before a long run than after it.
        if self.exists && fs::symlink_metadata(self.target.join(name)).is_ok_and(|found| found.is_dir()) {
            return Err(ReportError::InTheWay(self.target.join(name)));
        }
        let file = File::create(self.aside.path.join(name))
            .map_err(|e| ReportError::io(&self.target.join(name), e))?;
        self.files.push(name.to_string());
        Ok(BufWriter::with_capacity(1 << 16, file))
    }

    /// Ends such a file: it is on the disk when this returns.
    pub fn close(&self, name: &str, file: BufWriter<File>) -> Result<(), ReportError> {
        let at = |error: std::io::Error| ReportError::io(&self.target.join(name), error);
        let file = file.into_inner().map_err(|error| at(error.into_error()))?;
        file.sync_all().map_err(at)
    }

    /// Puts everything in place.
    pub fn commit(mut self) -> Result<(), ReportError> {
        let renamed = !self.exists && {
            self.aside.unlock();
            sync_folder(&self.aside.path);
            match fs::rename(&self.aside.path, &self.target) {
                Ok(()) => true,
                // Another run was quicker.
                Err(_) if self.target.is_dir() => false,
                Err(error) => return Err(ReportError::io(&self.target, error)),
            }
        };
        if !renamed {
            self.replace()?;
            self.aside.remove();
        }
        self.done = true;
        sync_folder(self.target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
        Ok(())
    }

    /// Our files that an earlier run left in the target, as its manifest lists them.
    fn earlier(&self) -> Vec<&'static str> {
        let manifest = fs::read(self.target.join(MANIFEST)).ok();
        let manifest = manifest.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
        let Some(manifest) = manifest.filter(|m| m["program"] == env!("CARGO_PKG_NAME")) else {
            return Vec::new();
        };
        let listed =
            |name: &str| manifest["tables"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let mut names = super::file_names();
        names.retain(|name| *name == MANIFEST || listed(name));
        names
    }

    fn replace(&self) -> Result<(), ReportError> {
        let is_folder =
            |name: &str| fs::symlink_metadata(self.target.join(name)).is_ok_and(|found| found.is_dir());
        if let Some(name) = self.files.iter().find(|name| is_folder(name)) {
            return Err(ReportError::InTheWay(self.target.join(name)));
        }
        let old = self.aside.path.join(OLD);
        fs::create_dir(&old).map_err(|error| ReportError::io(&self.target, error))?;
        let mut names: Vec<&str> = self.files.iter().map(String::as_str).collect();
        let mut stale = self.earlier();
        stale.retain(|name| {
            let ours = *name == MANIFEST || self.is_free(name).is_ok();
            !self.files.iter().any(|file| file == name) && !is_folder(name) && ours
        });
        names.extend(stale);
        names.sort_by_key(|name| *name != MANIFEST);
        let mut moved: Vec<&str> = Vec::new();
        let mut placed: Vec<&str> = Vec::new();
        let result = (|| {
            for name in &names {
                match fs::rename(self.target.join(name), old.join(name)) {
                    Ok(()) => moved.push(name),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(ReportError::io(&self.target.join(name), error)),
                }
            }
            for name in names.iter().rev().filter(|name| self.files.iter().any(|file| file == *name)) {
                let to = self.target.join(name);
                fs::rename(self.aside.path.join(name), &to).map_err(|error| ReportError::io(&to, error))?;
                placed.push(name);
            }
            Ok(())
        })();
        if result.is_err() {
            placed.iter().for_each(|name| drop(fs::remove_file(self.target.join(name))));
            moved.iter().rev().for_each(|name| drop(fs::rename(old.join(name), self.target.join(name))));
        }
        sync_folder(&self.target);
        result
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            self.aside.remove();
            self.parents.iter().rev().for_each(|made| drop(fs::remove_dir(made)));
        }
    }
}

/// Names on the disk, where the system can do that for folders; where it can't there is nothing to be done.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        drop(folder.sync_all());
    }
}
