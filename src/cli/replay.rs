//! `detente replay`: one path as a story.

use super::args::ReplayArgs;
use super::exit::Exit;
use super::input::ready;
use super::output::{complain, print};
use super::trouble;
use crate::engine::{Fault, Trace, Walker, World};
use crate::program::Program;
use crate::report::story;
use crate::study::{BASE, variant};

/// Tells the story of one path.
pub(super) fn replay(args: &ReplayArgs) -> Exit {
    match try_replay(args) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn try_replay(args: &ReplayArgs) -> Result<(), Exit> {
    let list = ready(std::slice::from_ref(&args.file), &args.change, true)?;
    let Some(ready) = list.first() else { return Err(Exit::Faulty) };
    let arm = variant(&ready.scenario, args.variant.as_deref().unwrap_or(BASE)).map_err(|unknown| {
        complain(&format!("error: {unknown}\n"));
        Exit::Faulty
    })?;
    let program = Program::compile(&arm.scenario);
    let seed = args.change.seed;
    let wrong = |fault: Box<Fault>| {
        complain(&trouble::describe(ready, &arm.name, &fault, &args.change));
        Exit::Path
    };
    let world = World::new(&program, seed, args.world).map_err(wrong)?;
    let mut trace = Trace::default();
    let walked = Walker::new(&program).walk(&world, args.path, &mut trace);
    print(&ready.with());
    print(&story(&arm.scenario, world.beliefs(), &trace));
    walked.map_err(wrong)
}
