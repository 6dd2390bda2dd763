//! The program `matters-arising`; see `--help`.

/// Pages are built on one thread and sent by another, which is what the C
/// library's allocator is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    matters_arising::cli::main()
}
