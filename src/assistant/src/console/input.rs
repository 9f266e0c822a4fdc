//! Lines from standard input, read on a thread of their own, without a buffer that would keep what was typed.

use std::io::Read;
use std::sync::mpsc::Sender;

use zeroize::{Zeroize, Zeroizing};

/// Longer lines are cut: nothing that is typed here is as long.
const LINE_BYTES: usize = 256;

/// What the console waits for.
pub(super) enum ConsoleInput {
    /// A line.
    Line(Line),
    /// Nothing more will be typed.
    End,
    /// An answer is there.
    Wake,
}

/// A typed line, wiped when dropped.
pub(super) struct Line(Zeroizing<String>);

impl Line {
    /// From what was typed.
    pub(super) fn new(typed: &str) -> Self {
        Self(Zeroizing::new(typed.trim().to_owned()))
    }

    /// Without the spaces around it.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether it is meant for a page that waits: back, help or stop.
    pub(super) fn is_for_waiting(&self) -> bool {
        matches!(self.text(), "b" | "B" | "q" | "Q" | "?")
    }
}

/// Starts to read.
pub(super) fn listen(sender: Sender<ConsoleInput>) -> std::io::Result<()> {
    let mut input = standard_input()?;
    std::thread::Builder::new().name("console-input".to_owned()).spawn(move || {
        read_lines(&mut input, &mut |line| sender.send(ConsoleInput::Line(line)).is_ok());
        let _ = sender.send(ConsoleInput::End);
    })?;
    Ok(())
}

/// Without std's own buffer, which is never wiped.
#[cfg(unix)]
fn standard_input() -> std::io::Result<impl Read + Send + 'static> {
    use std::os::fd::AsFd as _;
    std::io::stdin().as_fd().try_clone_to_owned().map(std::fs::File::from)
}

/// Windows' console wants its text converted, which only std's own handle does.
#[cfg(not(unix))]
fn standard_input() -> std::io::Result<impl Read + Send + 'static> {
    Ok(std::io::stdin())
}

/// Hands on each line until the input ends or nobody listens.
fn read_lines(input: &mut impl Read, hand_on: &mut dyn FnMut(Line) -> bool) {
    let mut typed = Zeroizing::new([0_u8; LINE_BYTES]);
    let mut count = 0;
    let mut chunk = Zeroizing::new([0_u8; LINE_BYTES]);
    loop {
        let read = match input.read(chunk.as_mut_slice()) {
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        if read == 0 {
            if count > 0 {
                hand_on(line_of(&typed[..count]));
            }
            return;
        }
        for byte in &chunk[..read] {
            if *byte == b'\n' {
                if !hand_on(line_of(&typed[..count])) {
                    return;
                }
                typed.zeroize();
                count = 0;
            } else if count < LINE_BYTES {
                typed[count] = *byte;
                count += 1;
            }
        }
    }
}

/// What is not UTF-8 ends the line: nothing that is typed here needs it.
fn line_of(bytes: &[u8]) -> Line {
    match std::str::from_utf8(bytes) {
        Ok(text) => Line::new(text),
        Err(error) => Line::new(std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_trimmed_and_the_last_needs_no_end() {
        let long = "x".repeat(1000);
        let mut input = std::io::Cursor::new(format!("b\r\n 123 456 \n{long}\n\u{fffd}\nlast").into_bytes());
        let mut lines = Vec::new();
        read_lines(&mut input, &mut |line| {
            lines.push(line.text().to_owned());
            true
        });
        assert_eq!(lines[..2], ["b", "123 456"]);
        assert_eq!(lines[2].len(), LINE_BYTES);
        assert_eq!(lines[4], "last");
    }

    #[test]
    fn wrong_bytes_do_no_harm() {
        assert_eq!(line_of(b"ab\xff\xfecd").text(), "ab");
        assert!(Line::new(" ? ").is_for_waiting());
        assert!(!Line::new("123456").is_for_waiting());
    }
}
