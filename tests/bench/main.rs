//! The benchmark: figures of the window and of the service beside what they are to be, printed.
//! `cargo bench --profile quick --workspace --bench figures`, with `-- window` or `-- service` for a part alone.
//! Only when they are named, since they take many minutes: `-- load` (`--minutes 1` for a shorter one) and `-- growth`,
//! and `-- wine [EXE]`, since it needs a program for Windows.
//! Exit code 0 when every target is met.
//!
//! Not here: a judgement in the test suite. Figures of a busy machine say little.

mod crowd;
mod disk;
mod growth;
mod load;
mod report;
mod services;
mod storm;
mod windows;
mod wine;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use assistant::keeper::QrMatrix;
use domain::{Label, TotpSecret};

use report::{Report, ms, quantile};

/// The word with which the benchmark starts itself as a service.
const SERVE: &str = "serve";

/// How long the load lasts.
const MINUTES: u32 = 10;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo says this to every benchmark.
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    let mut report = Report::default();
    if cfg!(debug_assertions) {
        report.part("NOT OPTIMISED: say cargo bench --profile quick");
    }
    match words[..] {
        [] => {
            window(&mut report)?;
            services::measure(&mut report)?;
        }
        ["window"] => window(&mut report)?,
        ["service"] => services::measure(&mut report)?,
        ["load"] => storm::measure(&mut report, MINUTES)?,
        ["load", "--minutes", minutes] => storm::measure(&mut report, minutes.parse()?)?,
        ["growth"] => growth::measure(&mut report)?,
        ["wine"] => wine::measure(&report, None)?,
        ["wine", exe] => wine::measure(&report, Some(exe))?,
        [SERVE, home, batch] => {
            services::serve(Path::new(home), batch.parse()?)?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => anyhow::bail!(
            "expected nothing, or one of: window, service, load [--minutes N], growth, wine [EXE]"
        ),
    }
    Ok(if report.end() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn window(report: &mut Report) -> anyhow::Result<()> {
    windows::measure(report)?;
    qr(report)
}

/// From the secret to the modules, as the keeper makes them.
fn qr(report: &Report) -> anyhow::Result<()> {
    let (issuer, account) = (Label::new("Oaktree Learning Trust")?, Label::new("sprice")?);
    let mut times = Vec::new();
    for number in 0..200_u8 {
        let start = Instant::now();
        let secret = TotpSecret::from_bytes(&[number; domain::SECRET_BYTES]);
        QrMatrix::of(&domain::otpauth_uri(&secret, &issuer, &account)).context("a QR code")?;
        times.push(start.elapsed());
    }
    report.part("The QR code");
    report.figure("from a secret to its modules (median of 200)", ms(quantile(&times, 0.5)));
    Ok(())
}
