//! `detente check`, `show` and `explain`: what a scenario is, in words.

use super::args::FilesArgs;
use super::exit::Exit;
use super::input::files;
use super::output::{complain, print, watched};
use crate::check::check_file;
use crate::diag::{CODES, Code, nearest, render_all};
use crate::report::{describe, fitted, probed};

/// Prints faults and lints of each file, and of those without faults the distributions and the size.
pub(super) fn check(args: &FilesArgs) -> Exit {
    each(args, |checked, file| {
        print(&render_all(&checked.found, &checked.texts, watched()));
        if let Some(scenario) = &checked.scenario {
            print(&format!("{}: no faults\n{}", file.display(), fitted(scenario)));
        }
    })
}

/// Tells each file in words.
pub(super) fn show(args: &FilesArgs) -> Exit {
    each(args, |checked, _| match &checked.scenario {
        Some(scenario) => print(&describe(scenario)),
        None => complain(&render_all(&checked.found, &checked.texts, watched())),
    })
}

fn each(args: &FilesArgs, show: impl Fn(&crate::check::Checked, &std::path::Path)) -> Exit {
    let list = match files(&args.files) {
        Ok(list) => list,
        Err(exit) => return exit,
    };
    let mut exit = Exit::Success;
    for (i, file) in list.iter().enumerate() {
        if i > 0 {
            print("\n");
        }
        let checked = probed(check_file(file));
        if checked.is_faulty() {
            exit = Exit::Faulty;
        }
        show(&checked, file);
    }
    exit
}

/// Explains a code.
pub(super) fn explain(id: &str) -> Exit {
    match Code::parse(id) {
        Some(code) => {
            print(&crate::diag::explain(code));
            Exit::Success
        }
        None => {
            let near = nearest(&id.to_uppercase(), CODES.iter().map(|e| e.id));
            let advice = near.map_or(String::new(), |n| format!("\nhelp: did you mean {n}?"));
            let (first, last) = (CODES.first().map_or("", |e| e.id), CODES.last().map_or("", |e| e.id));
            complain(&format!("error: there is no code `{id}`; codes go from {first} to {last}{advice}\n"));
            Exit::Faulty
        }
    }
}
