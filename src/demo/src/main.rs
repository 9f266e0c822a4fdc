//! The `enrol-demo` program. Everything is in the library.

use std::{alloc::System, process::ExitCode};

/// The allocator zeroes freed memory, as in `enrol`.
#[global_allocator]
static ALLOCATOR: platform::WipingAllocator<System> = platform::WipingAllocator(System);

fn main() -> ExitCode {
    demo::main()
}
