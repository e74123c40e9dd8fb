//! The binary.

use std::process::ExitCode;

/// Many small values are made and dropped on two threads and on the writer's: this allocator does that without waiting.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    spil::cli::main()
}
