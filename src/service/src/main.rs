//! The program `enrol-service`. All of it is in the library, so that tests can call it.

use std::process::ExitCode;

fn main() -> ExitCode {
    service::process::harden();
    // Not locked: the log of every other thread would wait for this one for ever.
    service::cli::main(std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr())
}
