//! The binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    spil::cli::main()
}
