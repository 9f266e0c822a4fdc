//! The passphrase of `key export` and `key import`: from a file, from standard input, or typed without being shown.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::Failure;
use vault::Passphrase;

/// A line is no longer than this.
const LONGEST: u64 = 4096;

const TOO_SHORT: &str = "expected a passphrase of 12 characters or more";

/// From a file (its first line; `-` is standard input), or typed. `is_new`: typed twice.
pub(super) fn passphrase(file: Option<&Path>, is_new: bool) -> Result<Passphrase, Failure> {
    let Some(file) = file else { return read_from_terminal(is_new) };
    let line = if file == Path::new("-") {
        first_line(std::io::stdin().lock())?
    } else {
        let opened = std::fs::File::open(file);
        let wrong = |error: std::io::Error| Failure::Failed(format!("{}: {error}", file.display()));
        first_line(opened.map_err(wrong)?)?
    };
    parse_passphrase(line)
}

fn parse_passphrase(line: Zeroizing<String>) -> Result<Passphrase, Failure> {
    Passphrase::new(line).ok_or_else(|| Failure::Usage(TOO_SHORT.to_owned()))
}

fn first_line(from: impl Read) -> Result<Zeroizing<String>, Failure> {
    // As large as it can get, so that no part is left behind where it grew.
    let mut line = Zeroizing::new(String::with_capacity(LONGEST as usize + 1));
    BufReader::with_capacity(1, from.take(LONGEST)).read_line(&mut line)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

#[cfg(unix)]
fn read_from_terminal(is_new: bool) -> Result<Passphrase, Failure> {
    let first = parse_passphrase(terminal::ask("Passphrase: ")?)?;
    if is_new && !first.is(&parse_passphrase(terminal::ask("The same again: ")?)?) {
        return Err(Failure::Usage("the two are not the same".to_owned()));
    }
    Ok(first)
}

#[cfg(not(unix))]
fn read_from_terminal(_: bool) -> Result<Passphrase, Failure> {
    Err(Failure::Usage("expected --passphrase-file FILE, or - for standard input".to_owned()))
}

#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::{Read as _, Write as _};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use zeroize::Zeroizing;

    use super::{Failure, LONGEST};

    const NO_TERMINAL: &str = "there is no terminal to ask for a passphrase; expected --passphrase-file FILE, or - for standard input";

    /// The terminal as it was, whatever happens.
    struct Quiet<'t>(&'t File, Termios);

    impl<'t> Quiet<'t> {
        /// Nothing that is typed is shown, and each key comes at once: also the one that breaks off, so that the
        /// terminal is set right before the end.
        fn set(terminal: &'t File) -> Result<Self, Failure> {
            let before = tcgetattr(terminal).map_err(|_| Failure::Usage(NO_TERMINAL.to_owned()))?;
            let mut quiet = before.clone();
            quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
            let set = tcsetattr(terminal, OptionalActions::Flush, &quiet);
            set.map_err(|_| Failure::Usage(NO_TERMINAL.to_owned()))?;
            Ok(Self(terminal, before))
        }
    }

    impl Drop for Quiet<'_> {
        fn drop(&mut self) {
            // Nothing is left to be done about it.
            let _ = tcsetattr(self.0, OptionalActions::Flush, &self.1);
        }
    }

    pub(super) fn ask(question: &str) -> Result<Zeroizing<String>, Failure> {
        let opened = File::options().read(true).write(true).open("/dev/tty");
        let mut terminal = opened.map_err(|_| Failure::Usage(NO_TERMINAL.to_owned()))?;
        let quiet = Quiet::set(&terminal)?;
        (&terminal).write_all(question.as_bytes())?;
        let answer = read(&terminal);
        drop(quiet);
        terminal.write_all(b"\n")?;
        answer
    }

    fn read(mut terminal: &File) -> Result<Zeroizing<String>, Failure> {
        let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
        let mut key = Zeroizing::new([0]);
        loop {
            if terminal.read(key.as_mut_slice())? == 0 {
                break;
            }
            match key[0] {
                b'\r' | b'\n' => break,
                // Ctrl+C and Ctrl+D.
                3 | 4 => return Err(Failure::Failed("broken off".to_owned())),
                8 | 127 => {
                    // A whole character, of however many bytes.
                    while typed.pop().is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {}
                }
                byte if typed.len() < LONGEST as usize => typed.push(byte),
                _ => return Err(Failure::Usage("the passphrase is too long".to_owned())),
            }
        }
        let text = std::str::from_utf8(&typed).map_err(|_| Failure::Usage("expected UTF-8".to_owned()))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_a_files_first_line() {
        let read = |text: &str| first_line(text.as_bytes()).expect("reads");
        assert_eq!(*read("correct horse battery\r\nmore\n"), "correct horse battery");
        assert_eq!(*read("correct horse  \n"), "correct horse  ", "spaces count");
        assert!(parse_passphrase(read("short\n")).is_err());
        assert!(read(&"x".repeat(10_000)).len() <= 4096);
    }
}
