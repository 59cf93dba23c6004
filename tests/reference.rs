//! The reference results: `results/` is what the README's command makes, byte for byte, on any number of threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

fn run(threads: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("results");
    let status = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "scenarios", "--quiet", "--threads", threads, "--out"])
        .arg(&out)
        .args(more)
        .status()
        .expect("detente starts");
    assert!(status.success());
    read(&out)
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).expect("a folder");
    files
        .map(|file| {
            let path = file.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a file"))
        })
        .collect()
}

fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}: the files");
    for (name, bytes) in a {
        let (x, y) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&b[name]));
        let first = x.lines().zip(y.lines()).position(|(x, y)| x != y);
        assert!(bytes == &b[name], "{what}: {name} differs, first at line {first:?}");
    }
}

#[test]
fn the_reference_results_are_remade_byte_for_byte() {
    let shipped = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("results"));
    same(&shipped, &run("2", &[]), "shipped and remade");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let more = ["--paths", "700", "--paths-csv", "--worlds-csv"];
    let one = run("1", &more);
    assert!(one["paths.csv"].len() > 100_000 && one["worlds.csv"].len() > 100_000);
    for threads in ["2", "3", "8"] {
        same(&one, &run(threads, &more), &format!("1 and {threads} threads"));
    }
}
