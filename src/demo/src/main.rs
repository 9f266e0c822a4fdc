//! The `enrol-demo` program. Everything is in the library.

use std::{alloc::System, process::ExitCode};

/// As in `enrol`: what is freed is zeroed.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<System> = zeroizing_alloc::ZeroAlloc(System);

fn main() -> ExitCode {
    demo::main()
}
