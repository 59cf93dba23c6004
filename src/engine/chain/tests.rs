//! Paths along the chain are the paths of the walker, to the bit.

use super::ChainWalker;
use crate::check::check_file;
use crate::engine::{Each, Observer, PathEnd, Walker, World};
use crate::program::Program;
use std::path::{Path, PathBuf};

/// All that observers can see of paths, but rings.
#[derive(Default)]
struct Seen(Vec<String>, usize);

impl Observer for Seen {
    fn begin(&mut self, world: u64, path: u64) {
        self.0.push(format!("begin {world} {path}"));
    }

    fn enter(&mut self, track: usize, stage: usize, time: f64) {
        self.0.push(format!("enter {track} {stage} {time:?}"));
    }

    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        self.0.push(format!("leave {track} {stage} {entered:?} {time:?}"));
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.0.push(format!("{end:?}"));
    }
}

impl Each for Seen {
    fn done(&mut self) -> bool {
        self.1 += 1;
        true
    }
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["scenarios", "scenarios/examples", "tests/answers"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

#[test]
fn all_shipped_files_give_the_same_paths() {
    let (mut eligible, mut all, mut given_up) = (0, 0, vec![]);
    for file in files() {
        let Some(scenario) = check_file(&file).scenario else { continue };
        let program = Program::compile(&scenario);
        all += 1;
        let Some(mut chain) = ChainWalker::new(&program) else { continue };
        eligible += 1;
        let worlds: Vec<World> = (0..3).map(|w| World::new(&program, 5, w).unwrap()).collect();
        let mut walker = Walker::new(&program);
        for range in [0..7, 7..400, 400..1900] {
            let (mut by_chain, mut by_walker) = (Seen::default(), Seen::default());
            chain.walk(&worlds, range.clone(), &mut by_chain).unwrap();
            for world in &worlds {
                for path in range.clone() {
                    walker.walk(world, path, &mut by_walker).unwrap();
                }
            }
            assert_eq!(by_chain.1, 3 * range.count());
            for (a, b) in by_chain.0.iter().zip(&by_walker.0) {
                assert_eq!(a, b, "{}", file.display());
            }
            assert_eq!(by_chain.0.len(), by_walker.0.len(), "{}", file.display());
        }
        if chain.given_up() {
            given_up.push(file.file_name().unwrap().to_owned());
        }
    }
    println!("{eligible} of {all} files have a chain; given up: {given_up:?}");
    assert!(eligible * 2 > all, "{eligible} of {all}");
}
