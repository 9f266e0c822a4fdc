//! The assistant's console as a person at a terminal uses it: reads what is printed, types lines, scans the half blocks.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::needs::{wait_for, wait_for_or};
use crate::phone::Phone;

/// A console program with its input and output piped.
pub struct Terminal {
    child: Child,
    input: ChildStdin,
    said: Arc<Mutex<Vec<u8>>>,
    seen: usize,
}

impl Terminal {
    /// Starts a program.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let said = Arc::new(Mutex::new(Vec::new()));
        let pipes: [Option<Box<dyn std::io::Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        for mut pipe in pipes.into_iter().flatten() {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(count) = pipe.read(&mut buffer) {
                    if count == 0 {
                        break;
                    }
                    said.lock().expect("no panic holds it").extend_from_slice(&buffer[..count]);
                }
            });
        }
        let input = child.stdin.take().expect("a piped input");
        Self { child, input, said, seen: 0 }
    }

    /// Everything printed so far.
    ///
    /// # Panics
    /// Never in practice.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.said.lock().expect("no panic holds it")).into_owned()
    }

    /// Waits until `sign` is printed after what was waited for before, and gives the text up to it.
    ///
    /// # Panics
    /// When it is not printed within 40 seconds.
    pub fn until(&mut self, sign: &str) -> String {
        let from = self.seen;
        let look = || {
            let said = self.said.lock().expect("no panic holds it").clone();
            let fresh = String::from_utf8_lossy(&said[from.min(said.len())..]).into_owned();
            let at = fresh.find(sign)?;
            Some((fresh[..at + sign.len()].to_owned(), from + at + sign.len()))
        };
        let (text, to) = wait_for_or(40, look, || {
            panic!("waited 40 s in vain for {sign:?} on the terminal; it said: {}", tail(&self.said()))
        });
        self.seen = to;
        text
    }

    /// Types keys as they are.
    pub fn keys(&mut self, text: &str) {
        let _ = write!(self.input, "{text}");
        let _ = self.input.flush();
    }

    /// Types a line. A program that has been killed no longer reads; that is not an error here.
    pub fn line(&mut self, text: &str) {
        let _ = writeln!(self.input, "{text}");
        let _ = self.input.flush();
    }

    /// Scans the QR code among what was printed last.
    ///
    /// # Panics
    /// When there is none, or no decoder can read it.
    pub fn scan(&self) -> Phone {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let picture = folder.path().join("terminal.pgm");
        let said = self.said();
        std::fs::write(&picture, half_blocks_to_pgm(&said)).expect("a picture is written");
        Phone::scan(&picture)
            .unwrap_or_else(|| panic!("no QR code is readable on the terminal:\n{}", tail(&said)))
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end; `None` when a signal ended it.
    ///
    /// # Panics
    /// When it goes on for 40 seconds.
    pub fn ended(&mut self) -> Option<i32> {
        wait_for("the program's end", 40, || self.child.try_wait().ok().flatten()).code()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

/// The last run of lines made of half blocks, as a picture of 8 pixels a module: a full block is white.
fn half_blocks_to_pgm(said: &str) -> Vec<u8> {
    let is_row =
        |line: &&str| line.trim().chars().count() > 20 && line.trim().chars().all(|c| " █▀▄".contains(c));
    let lines: Vec<&str> = said.lines().map(|line| line.trim_end_matches('\r')).collect();
    let end = lines.iter().rposition(&is_row).map_or(0, |at| at + 1);
    let start = lines[..end].iter().rposition(|line| !is_row(line)).map_or(0, |at| at + 1);
    let rows: Vec<Vec<char>> = lines[start..end].iter().map(|line| line.chars().collect()).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let (scale, margin) = (8, 32);
    let (wide, high) = (width * scale + 2 * margin, rows.len() * 2 * scale + 2 * margin);
    let mut picture = format!("P5\n{wide} {high}\n255\n").into_bytes();
    for y in 0..high {
        for x in 0..wide {
            let module = |at: usize| at.checked_sub(margin).map(|at| at / scale);
            let white = match (module(x), module(y)) {
                (Some(column), Some(row)) if column < width && row < rows.len() * 2 => {
                    let sign = rows[row / 2].get(column).copied().unwrap_or(' ');
                    match sign {
                        '█' => true,
                        '▀' => row % 2 == 0,
                        '▄' => row % 2 == 1,
                        _ => false,
                    }
                }
                _ => true,
            };
            picture.push(if white { 255 } else { 0 });
        }
    }
    picture
}
