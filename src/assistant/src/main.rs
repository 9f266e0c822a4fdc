//! The `enrol` program. Everything is in the library.
// On Windows no console opens beside the window.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::{alloc::System, process::ExitCode};

/// Zeroes what is freed, so that the copies which egui, serde and the TLS stack make do not outlive their use.
#[global_allocator]
static ALLOCATOR: platform::WipingAllocator<System> = platform::WipingAllocator(System);

fn main() -> ExitCode {
    assistant::cli::main()
}
