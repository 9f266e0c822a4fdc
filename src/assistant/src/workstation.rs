//! What this computer is: who sits at it, and where it stands.
//!
//! Not here: where that is written (`settings`), and what the pages make of it (`view`).

use std::{fmt, str::FromStr};

use clap::ValueEnum;

/// Everything that is known of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workstation {
    /// Who sits at it.
    pub mode: Mode,
    /// Where it stands, if IT named that.
    pub site: Option<SiteId>,
    /// What people leave on it is gone when they sign out.
    pub forgets: bool,
}

impl Workstation {
    /// Whether the page reached is kept for a person who comes back.
    pub fn remembers_page(&self) -> bool {
        self.mode == Mode::OnePerson
    }

    /// Whether what a person saves on it stays theirs: not where the next one sits down, nor where it is gone with them.
    pub fn keeps_files(&self) -> bool {
        self.mode == Mode::OnePerson && !self.forgets
    }

    /// Whether the next person follows on it, whom nothing of the one before concerns.
    pub fn serves_next_person(&self) -> bool {
        self.mode == Mode::Session
    }
}

/// Who sits at the computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Mode {
    /// One person, at a computer of their own
    #[default]
    #[value(name = "self")]
    OnePerson,
    /// One person after another, with somebody of IT beside them
    Session,
}

impl Mode {
    /// What it can be called.
    pub fn names() -> Vec<String> {
        Self::value_variants().iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_possible_value() {
            Some(value) => f.write_str(value.get_name()),
            None => Ok(()),
        }
    }
}

/// The school or room that the computer stands in, as IT calls it. Sent with each enrolment that is not made at a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteId(String);

/// What is no name of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to {MOST} of the letters a to z, digits, -, _ and ., for example elm-room-12")]
pub struct SiteIdError;

const MOST: usize = 64;

impl SiteId {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SiteId {
    type Err = SiteIdError;

    fn from_str(text: &str) -> Result<Self, SiteIdError> {
        let is_good = |character: u8| character.is_ascii_alphanumeric() || b"-_.".contains(&character);
        if text.is_empty() || text.len() > MOST || !text.bytes().all(is_good) {
            return Err(SiteIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_short_plain_name() {
        for good in ["elm", "Elm_2.room-12", &"x".repeat(64)] {
            assert_eq!(good.parse::<SiteId>().map(|site| site.to_string()), Ok(good.to_owned()));
        }
        for wrong in ["", "Elm room", "älm", "elm\\12", "elm/12", &"x".repeat(65)] {
            assert_eq!(wrong.parse::<SiteId>(), Err(SiteIdError), "{wrong}");
        }
    }
}
