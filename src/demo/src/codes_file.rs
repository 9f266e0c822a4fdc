//! The codes that a practice trust gave out, kept beside its keys: started again, it prints the same ones, and what was begun
//! with them goes on.
//!
//! A real service keeps only a hash of each code. Here nothing is protected by them: the vault's key lies in the same folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use domain::EnrolmentCode;
use platform::files;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The file, a line for each person: sign-in name, the code's id, the code.
pub(crate) struct CodesFile {
    path: PathBuf,
    text: Zeroizing<String>,
}

impl CodesFile {
    /// Reads the file of a folder. One that is not there, or cannot be read, holds no codes: then new ones are given out.
    pub(crate) fn read(home: &Path) -> Self {
        let path = home.join("codes");
        let text = platform::read_text(&path).unwrap_or_default();
        Self { path, text }
    }

    /// The code that a person was given, with its id.
    pub(crate) fn code_of(&self, sign_in_name: &str) -> Option<(Uuid, Zeroizing<String>)> {
        self.text.lines().find_map(|line| {
            let mut words = line.split(' ');
            let (name, id, code) = (words.next()?, words.next()?, words.next()?);
            let code = EnrolmentCode::parse(code).ok()?.printed();
            (name == sign_in_name).then_some((id.parse().ok()?, code))
        })
    }

    /// Keeps these codes in place of all others.
    pub(crate) fn write<'a>(
        &mut self,
        codes: impl Iterator<Item = (&'a str, Uuid, &'a str)>,
    ) -> io::Result<()> {
        let mut text = Zeroizing::new(String::with_capacity(1024));
        for (name, id, code) in codes {
            for part in [name, " ", &id.to_string(), " ", code, "\n"] {
                text.push_str(part);
            }
        }
        files::write_durably(&self.path, text.as_bytes())?;
        self.text = text;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back_and_what_is_none_is_passed_over() {
        let home = tempfile::tempdir().expect("a folder");
        assert!(CodesFile::read(home.path()).code_of("sprice").is_none());
        let code = EnrolmentCode::from_entropy(&[7; 64]).expect("a code").printed();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let codes = [("sprice", one, code.as_str()), ("mnowak", other, "no-code")];
        CodesFile::read(home.path()).write(codes.into_iter()).expect("writes");
        let read = CodesFile::read(home.path());
        assert_eq!(read.code_of("sprice"), Some((one, code)));
        assert_eq!(read.code_of("mnowak"), None);
        assert_eq!(read.code_of("sprice "), None);
    }
}
