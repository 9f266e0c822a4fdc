//! The window beside an empty one: start, memory, and what it does when nobody does anything.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tests::by_keyboard::walk_to_the_test;
use tests::programs::program;
use tests::reader::Buses;
use tests::service::Service;
use tests::x11::Screen;

use crate::report::{Report, mib, ms, quantile};
use tests::processes::{peak_memory, processor_time, wake_ups};

const RUNS: usize = 15;
const SETTLE: Duration = Duration::from_secs(4);
const IDLE: Duration = Duration::from_secs(8);

/// More than the empty window by at most so much, when every page with pictures has been seen.
const MORE_BYTES: u64 = 10 * 1024 * 1024;

/// As long as the empty window takes to its first page, so many times.
const START: f64 = 1.25;

/// Longer than this no frame takes.
const FRAME: Duration = Duration::from_millis(16);

/// The best of so many: what other programs take at the same time is not the window's.
const FRAME_RUNS: usize = 3;

/// Width and height in points, pixels for each, and what else is said to the window: the sizes of the gallery.
const SIZES: [(u32, u32, f64, &[&str]); 8] = [
    (900, 720, 1.0, &[]),
    (480, 560, 1.0, &[]),
    (320, 256, 4.0, &[]),
    (1092, 584, 1.25, &[]),
    (910, 482, 1.5, &[]),
    (960, 510, 2.0, &[]),
    (1080, 1890, 1.0, &[]),
    (1920, 1040, 1.0, &["session"]),
];

/// Threads that draw or are the assistant's own. What is left belongs to the accessibility bus.
const MUST_SLEEP: [&str; 4] = ["drawing (main)", "effects", "llvmpipe", "enrol"];

pub(crate) fn measure(report: &mut Report) -> anyhow::Result<()> {
    let service = Service::start_training();
    let screen = Screen::open(1280, 900);
    // A desktop has a bus, and as a rule no screen reader on it.
    let buses = Buses::start_unread();
    let folder = tempfile::tempdir()?;
    let stage = Stage { service: &service, screen: &screen, buses: &buses, folder: &folder };
    stage.start(report)?;
    stage.frames(report)?;
    stage.rest(report)
}

struct Stage<'a> {
    service: &'a Service,
    screen: &'a Screen,
    buses: &'a Buses,
    folder: &'a tempfile::TempDir,
}

impl Stage<'_> {
    fn start(&self, report: &mut Report) -> anyhow::Result<()> {
        report.part(
            "The window: start to first painted page (exec to the second pass; medians of 15, interleaved)",
        );
        let mut times = [const { Vec::new() }; 3];
        // The first of each fills the file cache.
        for run in 0..=RUNS {
            let mut blank = self.empty();
            blank.arg("blank");
            for (times, command) in times.iter_mut().zip([blank, self.empty(), self.first_page()]) {
                let time = painted(command)?;
                if run > 0 {
                    times.push(time);
                }
            }
        }
        let [blank, empty, page] = times.map(|times| quantile(&times, 0.5));
        let ratio = page.as_secs_f64() / empty.as_secs_f64();
        report.figure("a window that paints nothing at all", ms(blank));
        report.figure("an empty eframe window: one label, no font", ms(empty));
        report.target("the assistant", format!("{} = {ratio:.2}x", ms(page)), "1.25x", ratio <= START);
        Ok(())
    }

    fn frames(&self, report: &mut Report) -> anyhow::Result<()> {
        report.part("The window: the slowest frame of all pages, under software GL (the best of three runs)");
        for (width, height, scale, more) in SIZES {
            let screen = Screen::open_unmanaged(pixels(width, scale), pixels(height, scale));
            let mut best: Option<(Duration, String)> = None;
            for _ in 0..FRAME_RUNS {
                let mut command = screen.command(Command::new(program("page-frames")));
                command.args([width.to_string(), height.to_string()]).args(more);
                command.env("WINIT_X11_SCALE_FACTOR", scale.to_string()).stderr(Stdio::null());
                let said = String::from_utf8(command.output()?.stdout)?;
                let (micros, page) = said.trim().split_once(' ').context("a time and a page")?;
                let time = Duration::from_micros(micros.parse()?);
                if best.as_ref().is_none_or(|(best, _)| time < *best) {
                    best = Some((time, page.to_owned()));
                }
            }
            let (time, page) = best.context("a run")?;
            let name = format!("{width}x{height} points, {scale} pixels for each");
            report.target(&name, format!("{} ({page})", ms(time)), ms(FRAME), time <= FRAME);
        }
        Ok(())
    }

    fn rest(&self, report: &mut Report) -> anyhow::Result<()> {
        let empty = Ended(self.quiet(self.empty()).spawn()?);
        // The keyboard is the assistant's: it stands on a screen of its own.
        let screen = Screen::open(1280, 900);
        let mut command = self.buses.command(screen.command(Command::new(program("enrol"))));
        command.args(["--server", &self.service.url(""), "--server-key", self.service.identity_key()]);
        command.arg("--data").arg(self.folder.path().join("rest"));
        let enrol = Ended(self.quiet(command).spawn()?);
        let window = screen.window("Before you start, step 1");
        self.idle(report, "page 1", [&empty.0, &enrol.0])?;
        let code = self.service.issue_code("asample");
        walk_to_the_test(&screen, &window, &code, 12);
        self.idle(report, "a page with a picture of a phone", [&empty.0, &enrol.0])?;

        report.part("The window: peak resident memory, on the way to page 8, with its pictures");
        let (least, most) = (peak_memory(empty.0.id())?, peak_memory(enrol.0.id())?);
        report.figure("an empty eframe window", mib(least));
        let met = most <= least + MORE_BYTES;
        let more = format!("{} (+{})", mib(most), mib(most.saturating_sub(least)));
        report.target("the assistant", more, format!("+{}", mib(MORE_BYTES)), met);
        Ok(())
    }

    /// What two windows do while nobody does anything.
    fn idle(&self, report: &mut Report, page: &str, [empty, enrol]: [&Child; 2]) -> anyhow::Result<()> {
        std::thread::sleep(SETTLE);
        let before = [idle(empty)?, idle(enrol)?];
        std::thread::sleep(IDLE);
        let after = [idle(empty)?, idle(enrol)?];
        report.part(&format!("The window: at rest on {page}, for 8 seconds"));
        let used = after[1].0.saturating_sub(before[1].0);
        report.figure("processor time of an empty eframe window", ms(after[0].0.saturating_sub(before[0].0)));
        report.figure("processor time of the assistant", ms(used));
        let mut all = 0;
        let mut own = 0;
        for (name, count) in &after[1].1 {
            let woken = count.saturating_sub(before[1].1.get(name).copied().unwrap_or(0));
            all += woken;
            own += if MUST_SLEEP.iter().any(|start| name.starts_with(start)) { woken } else { 0 };
            report.figure(&format!("wake-ups of {name}"), woken);
        }
        report.target("wake-ups of our own and the drawing threads", own, "0", own == 0);
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let rate = all as f64 / IDLE.as_secs_f64();
        report.target("wake-ups of the whole process", format!("{rate:.1}/s"), "3/s", rate <= 3.0);
        Ok(())
    }

    fn empty(&self) -> Command {
        self.shown("empty-window")
    }

    fn first_page(&self) -> Command {
        let mut command = self.shown("first-page");
        command
            .args([&self.service.url(""), self.service.identity_key()])
            .arg(self.folder.path().join("start"));
        command
    }

    fn shown(&self, name: &str) -> Command {
        self.buses.command(self.screen.command(Command::new(program(name))))
    }

    fn quiet(&self, mut command: Command) -> Command {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn pixels(points: u32, scale: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand pixels")]
    let pixels = (f64::from(points) * scale).ceil() as u32;
    pixels
}

fn idle(child: &Child) -> anyhow::Result<(Duration, std::collections::BTreeMap<String, u64>)> {
    Ok((processor_time(child.id())?, wake_ups(child.id())?))
}

/// From exec to the word.
fn painted(mut command: Command) -> anyhow::Result<Duration> {
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = Ended(command.spawn()?);
    let output = child.0.stdout.take().context("a piped output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let time = start.elapsed();
    anyhow::ensure!(line.trim() == "painted", "{command:?} ended before it painted");
    Ok(time)
}

/// A window that is closed when it is no longer looked at.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
