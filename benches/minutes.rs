//! How fast minutes are read, on one core: `cargo bench --bench minutes`.

#![expect(
    clippy::unwrap_used,
    reason = "without its texts there is nothing to measure"
)]

use std::fs;
use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use matters_arising::minutes;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Minutes of many sorts, as they are labelled for the tests.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/minutes/labelled");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let texts = texts();
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        texts
            .iter()
            .map(|text| minutes::read(text).resolutions.len())
            .sum::<usize>()
    });
}
