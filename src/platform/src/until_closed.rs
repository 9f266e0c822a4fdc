//! Output to a reader who may leave early, such as `head`.

use std::io::{self, Write};

/// Passes everything on until the reader has closed the pipe, and takes everything after that for written.
///
/// A command whose reader has seen enough has not failed. It does its work to the end, and its exit code tells of the work
/// alone. Other errors, such as a full disk, stay errors.
#[derive(Debug)]
pub struct UntilClosed<W> {
    inner: W,
    is_closed: bool,
}

impl<W> UntilClosed<W> {
    /// Writes to this.
    pub const fn new(inner: W) -> Self {
        Self { inner, is_closed: false }
    }
}

impl<W: Write> UntilClosed<W> {
    /// What comes of a write or a flush; `otherwise` where the pipe is closed.
    fn unless_closed<T>(
        &mut self,
        otherwise: T,
        work: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.is_closed {
            return Ok(otherwise);
        }
        match work(&mut self.inner) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails in its way.
    struct Failing {
        left: usize,
        kind: io::ErrorKind,
        writes: usize,
    }

    impl Write for Failing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes += 1;
            if self.left == 0 {
                return Err(self.kind.into());
            }
            let taken = bytes.len().min(self.left);
            self.left -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.left == 0 { Err(self.kind.into()) } else { Ok(()) }
        }
    }

    fn failing(kind: io::ErrorKind) -> UntilClosed<Failing> {
        UntilClosed::new(Failing { left: 5, kind, writes: 0 })
    }

    #[test]
    fn after_a_closed_pipe_everything_is_taken_and_nothing_is_tried() {
        let mut out = failing(io::ErrorKind::BrokenPipe);
        for _ in 0..3 {
            writeln!(out, "a line").expect("taken");
            out.flush().expect("taken");
        }
        assert_eq!((out.inner.left, out.inner.writes), (0, 2), "what was read before came through");
    }

    #[test]
    fn a_full_disk_is_still_an_error() {
        let mut out = failing(io::ErrorKind::StorageFull);
        let error = writeln!(out, "a line").expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(out.flush().is_err());
    }
}
