//! The program `matters-arising`; see `--help`.

fn main() -> std::process::ExitCode {
    matters_arising::cli::main()
}
