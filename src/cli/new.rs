//! `detente new`: an annotated template that runs.

use super::args::NewArgs;
use super::exit::Exit;
use super::input::shown;
use super::output::{complain, print};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// What a new scenario looks like.
const TEMPLATE: &str = include_str!("template.toml");

/// Writes NAME.toml, unless it exists.
pub(super) fn new(args: &NewArgs) -> Exit {
    let name = &args.name;
    let file = format!("{name}.toml");
    let title =
        Path::new(name).file_name().map_or_else(|| name.clone(), |n| n.to_string_lossy().into_owned());
    let title = title.replace(['_', '-'], " ").replace(['"', '\\'], "");
    let text = TEMPLATE.replace("A summit and its aftermath", &crate::quantity::prose::capital(&title));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
        .and_then(|mut f| f.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            let typed = shown(Path::new(&file));
            // Where nothing is said they go to `results`, in place of what others have left there.
            let results = shown(Path::new(&format!("{name}-results")));
            print(&format!(
                "wrote {file}\n\n  detente check {typed}\n  detente run {typed} --out {results}\n  detente replay {typed} --path 1\n"
            ));
            Exit::Success
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            complain(&format!("error: {file} exists already; nothing was written\n"));
            Exit::Output
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = Path::new(&file).parent().unwrap_or(Path::new(""));
            complain(&format!("error: cannot write {file}: there is no folder `{}`\n", folder.display()));
            Exit::Output
        }
        Err(error) => {
            complain(&format!("error: cannot write {file}: {error}\n"));
            Exit::Output
        }
    }
}
