//! Paths along the chain are the paths of the walker, to the bit.

use super::ChainWalker;
use crate::engine::{Each, Ends, Observer, PathEnd, Since, Visits, Walker, World};
use crate::program::{Program, shipped};

/// All that is counted of paths.
#[derive(Default)]
struct Seen {
    /// Stages by path; in order of what they say, since paths that go side by side mix.
    moves: Vec<String>,
    /// Where they stopped.
    stops: Vec<String>,
    rows: Vec<String>,
    place: usize,
}

impl Seen {
    fn sorted(mut self) -> Seen {
        self.moves.sort_unstable();
        self.stops.sort_unstable();
        self
    }
}

impl Observer for Seen {
    fn leave(&mut self, track: usize, stage: usize, entered: f64, time: f64) {
        let mut since = Since { time: entered, ..self.begins(self.place) };
        self.visits(track, stage).leave(&mut since, time);
    }

    fn end(&mut self, end: &PathEnd<'_>) {
        self.rows.push(format!("{end:?}"));
        let PathEnd { outcome, time, last, .. } = *end;
        for (stage, entered) in end.stages.iter().zip(end.entered) {
            self.stops.push(format!("{} {outcome} {time:?} {last:?} {stage} {entered:?}", self.place));
        }
    }
}

struct Moves<'a> {
    stage: usize,
    to: &'a mut Vec<String>,
}

impl Visits for Moves<'_> {
    fn leave(&mut self, since: &mut Since, time: f64) {
        self.to.push(format!("{} leave {} {:?} {time:?}", since.at, self.stage, since.time));
        since.time = time;
    }
}

impl Each for Seen {
    fn go_on(&mut self) -> bool {
        true
    }

    fn open(&mut self, _: u64, _: u64, _: usize) {}

    fn begins(&self, place: usize) -> Since {
        Since { at: place as u32, ..Since::default() }
    }

    fn visits(&mut self, track: usize, stage: usize) -> impl Visits {
        Moves { stage: track * 1_000 + stage, to: &mut self.moves }
    }

    fn stop<'s>(
        &mut self,
        (outcome, time, last): (usize, f64, f64),
        tracks: impl Iterator<Item = (usize, &'s mut Since)>,
    ) {
        for (stage, since) in tracks {
            self.stops.push(format!("{} {outcome} {time:?} {last:?} {stage} {:?}", since.at, since.time));
        }
    }

    fn end_many(&mut self, ends: &Ends<'_>) {
        self.place += ends.count;
    }

    fn rows(&self) -> bool {
        true
    }

    fn row(&mut self, _: u64, _: u64, end: &PathEnd<'_>) {
        self.rows.push(format!("{end:?}"));
    }
}

/// A stage is left before or after its date has rung, and entered again. That it has rung is told by nothing else, and in some of the
/// worlds the first path that comes back does so after the date.
#[test]
fn a_date_that_has_rung_is_remembered_where_its_stage_is_left() {
    let text = "horizon = \"90 days\"\nat_horizon = \"open\"\n\
        [stage.a]\nrace = [{ clock = \"tick\", hazard = \"1 per 15 days\", to = \"b\" },\n\
        { clock = \"due\", at = \"20 days\", next = [{ p = 0.3, to = \"done\" }, {}] }]\n\
        [stage.b]\nhazard = \"1 per 15 days\"\nto = \"a\"\n[outcome.done]\n[outcome.open]\n";
    let checked = crate::check::check_text("dated", text);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
    let program = Program::compile(&scenario);
    let mut walker = Walker::new(&program);
    for seed in 0..8 {
        let mut chain = ChainWalker::new(&program).expect("it has a chain");
        let worlds = [World::new(&program, seed, 0).unwrap()];
        for range in [0..20, 20..500] {
            let (mut by_chain, mut by_walker) = (Seen::default(), Seen::default());
            chain.walk(&worlds, range.clone(), &mut by_chain).unwrap();
            for path in range {
                walker.walk(&worlds[0], path, &mut by_walker).unwrap();
                by_walker.place += 1;
            }
            let (a, b) = (by_chain.sorted(), by_walker.sorted());
            assert!((a.rows, a.moves, a.stops) == (b.rows, b.moves, b.stops), "seed {seed}");
        }
    }
}

/// Files with a chain of one kind, and whether fewer than a fifth of the last paths went the long way; and how many files there are.
fn same_paths(kind: impl for<'p> Fn(&'p Program) -> Option<ChainWalker<'p>>) -> (Vec<(String, bool)>, usize) {
    let (mut eligible, mut all, mut given_up) = (vec![], 0, vec![]);
    for (file, program) in shipped() {
        all += 1;
        let Some(mut chain) = kind(&program) else { continue };
        let worlds: Vec<World> = (0..300).map(|w| World::new(&program, 5, w).unwrap()).collect();
        let (few, many) = (&worlds[..3], &worlds[..]);
        let mut walker = Walker::new(&program);
        // Where many worlds have few paths each, chances are worked out in columns.
        for (worlds, range) in
            [(few, 0..7), (few, 7..300), (few, 300..900), (many, 0..5), (many, 5..6), (few, 900..1700)]
        {
            (chain.lanes.long, chain.lanes.all) = (0, 0);
            let (mut by_chain, mut by_walker) = (Seen::default(), Seen::default());
            chain.walk(worlds, range.clone(), &mut by_chain).unwrap();
            for world in worlds {
                for path in range.clone() {
                    walker.walk(world, path, &mut by_walker).unwrap();
                    by_walker.place += 1;
                }
            }
            let (a, b) = (by_chain.sorted(), by_walker.sorted());
            assert_eq!(a.place, b.place);
            let name = file.display();
            let other = a.rows.iter().zip(&b.rows).position(|(a, b)| a != b);
            assert_eq!(other.map(|at| (at, &a.rows[at])), other.map(|at| (at, &b.rows[at])), "{name}");
            assert_eq!(a.rows.len(), b.rows.len(), "{name}");
            let other = a.moves.iter().zip(&b.moves).find(|(a, b)| a != b);
            assert!(a.moves == b.moves, "{name}: {other:?}, {} and {}", a.moves.len(), b.moves.len());
            assert!(a.stops == b.stops, "{name}");
        }
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let (long, of) = (chain.lanes.long, chain.lanes.all);
        println!(
            "{name}: of the last {of} paths {long} the long way, combinations {}",
            chain.lanes.chain.nodes.len()
        );
        if chain.given_up() {
            given_up.push(name.clone());
        }
        eligible.push((name, long * 5 <= of));
    }
    println!("{} of {all} files have a chain; given up: {given_up:?}", eligible.len());
    (eligible, all)
}

#[test]
fn all_shipped_files_give_the_same_paths() {
    let (eligible, all) = same_paths(|program| ChainWalker::new(program));
    for file in ["merger", "labour-dispute", "n1", "n1-psa"] {
        assert!(eligible.contains(&(format!("{file}.toml"), true)), "{file} mostly goes the long way");
    }
    assert!(eligible.len() * 2 > all, "{eligible:?} of {all}");
}

/// Where lanes carry what they can, too.
#[test]
fn carried_numbers_change_no_path() {
    let (carrying, _) =
        same_paths(|program| ChainWalker::with_most_carried(program).filter(|chain| chain.lanes.carried.any));
    assert!(carrying.contains(&("merger.toml".to_owned(), true)), "merger mostly goes the long way");
    assert!(carrying.len() >= 10, "{carrying:?}");
}
