//! Working out the chances of a list for many paths: one path after the other, and in columns.
//!
//! `cargo bench --bench thresholds`. All lists of N1-psa that do not follow from the beliefs alone, each lane in a world of its own;
//! the inputs are copied in each time, as a caller must. Items are lists times lanes.

use detente::check::check_file;
use detente::engine::World;
use detente::program::columnar::Columns;
use detente::program::{NO_TABLE, Program};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::path::Path;

fn main() {
    divan::main();
}

/// The program, its lists, and the numbers of each lane.
fn scene(lanes: usize) -> (Program, Vec<usize>, Vec<Vec<f64>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/examples/n1-psa.toml");
    let program = Program::compile(&check_file(&path).scenario.expect("a shipped scenario has no faults"));
    let lists = (0..program.lists.len()).filter(|list| program.lists[*list].table == NO_TABLE).collect();
    let numbers = (0..lanes as u64).map(|lane| {
        let mut values = World::new(&program, 1, lane).expect("a world").values().to_vec();
        // Not all lanes are alike: rapport goes up by 1 and down by 0.5, and so on.
        for (place, value) in values[..program.layout.day()].iter_mut().enumerate() {
            *value = ((lane + place as u64) % 4) as f64 / 2.0;
        }
        values
    });
    let numbers = numbers.collect();
    (program, lists, numbers)
}

const LANES: [usize; 3] = [16, 64, 256];

#[divan::bench(args = LANES)]
fn one_by_one(bencher: Bencher<'_, '_>, count: usize) {
    let (program, lists, mut lanes) = scene(count);
    let mut row = vec![0.0; program.longest_list];
    bencher.counter(ItemsCount::new(count * lists.len())).bench_local(|| {
        for list in &lists {
            for lane in &mut lanes {
                let _ = program.chances().thresholds(&program.lists[*list], lane, &mut row);
                black_box(&row);
            }
        }
    });
}

#[divan::bench(args = LANES)]
fn in_columns(bencher: Bencher<'_, '_>, count: usize) {
    let (program, lists, lanes) = scene(count);
    let mut columns = Columns::new(&program);
    let inputs: Vec<Vec<u32>> = lists.iter().map(|list| columns.list_inputs(*list).to_vec()).collect();
    bencher.counter(ItemsCount::new(count * lists.len())).bench_local(|| {
        for (list, inputs) in lists.iter().zip(&inputs) {
            for place in inputs {
                let column = columns.column(*place);
                column.iter_mut().zip(&lanes).for_each(|(to, lane)| *to = lane[*place as usize]);
            }
            black_box(columns.thresholds(*list, count).of(0));
        }
    });
}
