//! The program `enrol-service`. All of it is in the library, so that tests can call it.

use std::alloc::System;
use std::process::ExitCode;

/// Wipes what is freed: numbers and keys also pass through buffers of libraries.
#[global_allocator]
static ALLOCATOR: platform::WipingAllocator<System> = platform::WipingAllocator(System);

fn main() -> ExitCode {
    service::process::harden();
    // Not locked: the log of every other thread would wait for this one for ever.
    let mut out = platform::UntilClosed::new(std::io::stdout());
    service::cli::main(std::env::args_os(), &mut out, &mut std::io::stderr())
}
