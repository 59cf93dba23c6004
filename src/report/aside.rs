//! The folder beside the results in which they are written, and what is left of one whose run was ended from outside.
//!
//! While its run lives, the folder holds a file that is locked; the system takes the lock away when the process is gone, however it
//! ended. So the next run into the same place knows what nobody needs any more, on any system that can lock files.

use super::error::ReportError;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

/// What names of such folders begin with; the number of the process follows.
const MARK: &str = ".detente-";
/// The file that is locked.
const LOCK: &str = "lock";
/// Where earlier results wait while new ones take their place.
pub(super) const OLD: &str = "old";

/// A folder that is there while it is written, and no longer.
#[derive(Debug)]
pub(super) struct Aside {
    /// Where it is.
    pub(super) path: PathBuf,
    lock: Option<File>,
}

impl Aside {
    /// A new one within `beside`.
    pub(super) fn begin(beside: &Path) -> Result<Aside, ReportError> {
        clear(beside);
        let mark = format!("{MARK}{}", std::process::id());
        for n in 0..100 {
            let path = beside.join(format!("{mark}-{n}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Aside { lock: locked(&path), path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(ReportError::io(beside, error)),
            }
        }
        Err(ReportError::InTheWay(beside.join(mark)))
    }

    /// From now on it holds nothing but what was written to it.
    pub(super) fn unlock(&mut self) {
        // While it is locked, the file goes first: nobody finds it without its lock.
        drop(fs::remove_file(self.path.join(LOCK)));
        self.lock = None;
    }

    /// Removes it with all that is in it.
    pub(super) fn remove(&mut self) {
        self.unlock();
        drop(fs::remove_dir_all(&self.path));
    }
}

/// The lock of a new folder, where the system has locks. It gets its name when it is locked.
fn locked(path: &Path) -> Option<File> {
    let unnamed = path.join("unlocked");
    let file = File::create(&unnamed).ok()?;
    let named = file.try_lock().is_ok() && fs::rename(&unnamed, path.join(LOCK)).is_ok();
    if !named {
        drop(fs::remove_file(&unnamed));
    }
    named.then_some(file)
}

/// Removes what runs have left here that were ended from outside. One that was just putting its tables in place keeps the earlier
/// ones: those are nobody's to remove.
fn clear(beside: &Path) {
    let Ok(entries) = fs::read_dir(beside) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(MARK);
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = entry.path();
        let lock = path.join(LOCK);
        let Ok(file) = OpenOptions::new().read(true).write(true).open(&lock) else { continue };
        if file.try_lock().is_err() || !lock.exists() {
            continue;
        }
        let earlier = fs::read_dir(path.join(OLD)).is_ok_and(|mut old| old.next().is_some());
        if !earlier {
            drop(file);
            drop(fs::remove_dir_all(&path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_run_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let mut living = Aside::begin(folder.path()).expect("a folder");
        for name in [".detente-1-0", ".detente-2-0/old", ".detente-3-0", "mine"] {
            fs::create_dir_all(at(name)).expect("a folder");
        }
        for name in [".detente-1-0/lock", ".detente-2-0/lock", ".detente-2-0/old/outcomes.csv", "mine/lock"] {
            fs::write(at(name), "").expect("a file");
        }
        clear(folder.path());
        let there = |name: &str| at(name).exists();
        // The first is gone; the second holds earlier tables, the third has no lock, the fourth is somebody else's.
        assert_eq!(
            [".detente-1-0", ".detente-2-0", ".detente-3-0", "mine"].map(there),
            [false, true, true, true]
        );
        assert!(living.path.exists());
        living.unlock();
        assert_eq!(fs::read_dir(&living.path).expect("it is there").count(), 0);
        living.remove();
        assert!(!living.path.exists());
    }
}
