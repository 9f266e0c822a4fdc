//! The program `enrol-service`. All of it is in the library, so that tests can call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    service::process::harden();
    service::cli::main(std::env::args_os(), &mut std::io::stdout().lock(), &mut std::io::stderr().lock())
}
