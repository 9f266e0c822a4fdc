//! The Windows program under wine: start to its first page on the screen, and memory. Beside it the Linux program,
//! measured in the same way: from outside, by looking at the screen.
//!
//! Not here: a target. What wine and software GL take says nothing of a real Windows; it is there to see a change by.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tests::processes::{peak_memory, resident_memory};
use tests::programs::{Running, program};
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

use crate::report::{Report, mib, ms, quantile};

const RUNS: usize = 9;
const SETTLE: Duration = Duration::from_secs(4);
const LONGEST: Duration = Duration::from_secs(120);

/// Letters have many shades; an empty window has none.
const PAINTED: u32 = 50;

/// Measures `exe`, or else the one that `tests/windows` builds for the tests.
pub(crate) fn measure(report: &Report, exe: Option<&str>) -> anyhow::Result<()> {
    // Cargo starts a benchmark in its crate's folder, and people name files as they stand in the project's.
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let exe = exe.map_or_else(|| enrol_exe().to_owned(), |exe| project.join(exe));
    anyhow::ensure!(
        exe.exists(),
        "{} is not there; packaging/windows/README.md says how to make it",
        exe.display()
    );
    let service = Service::start();
    let screen = Screen::open(1280, 900);
    let wine = Wine::on(&screen);
    // Somebody who stays, so that each start finds wine's server running, as a Windows is up before its programs.
    let mut stays = wine.command(Path::new("cmd"));
    let _stays = Running::start(stays.stdin(Stdio::piped()));
    let told = |mut command: Command| {
        command.args(["--server", &service.url(""), "--server-key", service.identity_key()]);
        command
    };
    let folder = tempfile::tempdir()?;
    let under_wine = || told(wine.command(&exe));
    let on_linux = || {
        let mut command = told(screen.command(Command::new(program("enrol"))));
        command.arg("--data").arg(folder.path());
        command
    };

    report.part(&format!("The Windows program under wine, software GL (medians of {RUNS})"));
    let (time, memory) = starts(&screen, &under_wine)?;
    told_of(report, "enrol.exe", &time, &memory);
    report.part(&format!("The Linux program, measured in the same way (medians of {RUNS})"));
    let (time, memory) = starts(&screen, &on_linux)?;
    told_of(report, "enrol", &time, &memory);
    Ok(())
}

struct Memory {
    peak: u64,
    at_rest: u64,
}

fn told_of(report: &Report, name: &str, times: &[Duration], memory: &Memory) {
    report.figure(&format!("{name}: start to page 1 on the screen"), ms(quantile(times, 0.5)));
    let (least, most) = (quantile(times, 0.0), quantile(times, 1.0));
    report.figure(&format!("{name}: the shortest and the longest"), format!("{}, {}", ms(least), ms(most)));
    report.figure(&format!("{name}: resident memory at rest"), mib(memory.at_rest));
    report.figure(&format!("{name}: most resident memory"), mib(memory.peak));
}

fn starts(screen: &Screen, command: &dyn Fn() -> Command) -> anyhow::Result<(Vec<Duration>, Memory)> {
    let mut times = Vec::new();
    // The first fills the file cache.
    for run in 0..=RUNS {
        let start = Instant::now();
        let mut running = Running::start(&mut command());
        while screen.colours_of("Before you start, step 1 of").is_none_or(|colours| colours < PAINTED) {
            anyhow::ensure!(!running.has_ended() && start.elapsed() < LONGEST, "no page: {}", running.said());
        }
        let time = start.elapsed();
        if run > 0 {
            times.push(time);
        }
        if run == RUNS {
            std::thread::sleep(SETTLE);
            // The shell and wine's loader have become the program by then.
            let (process, name) =
                (running.id(), std::fs::read_to_string(format!("/proc/{}/cmdline", running.id()))?);
            anyhow::ensure!(name.split('\0').next().is_some_and(|name| name.contains("enrol")), "{name}");
            let memory = Memory { peak: peak_memory(process)?, at_rest: resident_memory(process)? };
            return Ok((times, memory));
        }
        screen.press(&["ctrl+q"]);
        running.ended(60);
    }
    anyhow::bail!("nothing was started")
}
