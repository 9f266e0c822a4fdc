//! The program `enrol-service`. All of it is in the library, so that tests can call it.

use std::alloc::System;
use std::process::ExitCode;

/// Wipes what is freed: numbers and keys also pass through buffers of libraries.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<System> = zeroizing_alloc::ZeroAlloc(System);

fn main() -> ExitCode {
    service::process::harden();
    // Not locked: the log of every other thread would wait for this one for ever.
    service::cli::main(std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr())
}
