//! A change of one file that is undone.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;

/// A file with one more comment at its end. When this is dropped, the file has its own text and its own time again.
///
/// By that time cargo takes what was built for up to date, so that the next change is measured alone. What was built
/// differs from what the text says by that comment, which is in no program.
#[derive(Debug)]
pub(super) struct Touched {
    path: PathBuf,
    text: Vec<u8>,
    modified: SystemTime,
}

impl Touched {
    /// Appends a comment, another one in each round.
    pub(super) fn file(path: &Path, round: u32) -> anyhow::Result<Self> {
        let read = || Ok((std::fs::read(path)?, std::fs::metadata(path)?.modified()?));
        let (text, modified) =
            read().map_err(|error: std::io::Error| anyhow::anyhow!("{}: {error}", path.display()))?;
        let touched = Self { path: path.to_owned(), text, modified };
        let mut changed = touched.text.clone();
        changed.extend_from_slice(format!("// edit-loop {round}\n").as_bytes());
        std::fs::write(path, changed).with_context(|| path.display().to_string())?;
        Ok(touched)
    }

    fn undo(&self) -> std::io::Result<()> {
        std::fs::write(&self.path, &self.text)?;
        File::options().write(true).open(&self.path)?.set_times(FileTimes::new().set_modified(self.modified))
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        if let Err(error) = self.undo() {
            eprintln!("{}: a last line of edit-loop may have stayed: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_another_until_it_is_dropped() -> anyhow::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(&file, "fn f() {}\n")?;
        let before = file.as_file().metadata()?.modified()?;
        let touched = Touched::file(file.path(), 1)?;
        assert_ne!(std::fs::read_to_string(&file)?, "fn f() {}\n");
        drop(touched);
        assert_eq!(std::fs::read_to_string(&file)?, "fn f() {}\n");
        assert_eq!(std::fs::metadata(&file)?.modified()?, before);
        Ok(())
    }
}
