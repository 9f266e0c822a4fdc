//! The settings of a line to an Asterisk, and their check.

use zeroize::Zeroizing;

use crate::{Vocabulary, http::is_https_or_loopback};

/// How to reach an Asterisk, and how to place calls on it.
pub struct AsteriskSettings {
    /// The address of its REST interface: `http://127.0.0.1:8088/ari`. An address of another computer needs https.
    pub ari: String,
    /// The user of the REST interface.
    pub user: String,
    /// The user's password.
    pub password: Zeroizing<String>,
    /// The name of our application: 1 to 64 letters, digits, `-` and `_`. Services that share an Asterisk need a name
    /// each. The line hangs up unknown calls under its own name, and leaves all others alone.
    pub application: String,
    /// The dial string: `PJSIP/{number}@trunk`. `{number}` becomes `+` and digits, and `{digits}` the digits alone.
    pub dial: String,
    /// The folder of prompts below Asterisk's folder of sounds, as names of letters, digits, `-` and `_` between slashes.
    pub sounds: String,
    /// The caller's number that the phone shows, unless a call names another.
    pub from: Option<String>,
    /// What the voice can be asked to say. Its sounds are looked for on every connection.
    pub vocabulary: Vocabulary,
}

/// Why a line to an Asterisk cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AsteriskSettingsError {
    /// Passwords and numbers would travel unencrypted, or the address cannot be read.
    #[error("expected an address that begins with https://, or http:// and an address of this computer")]
    NotHttps,
    /// A name becomes part of addresses and ids, and has other characters.
    #[error("expected letters, digits, - and _ in the application's name and the folder of sounds")]
    Name,
    /// The dial string does not hold the number.
    #[error("expected {{number}} or {{digits}} in what is dialled, for example \"PJSIP/{{number}}@trunk\"")]
    Dial,
    /// The HTTP client cannot be made.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
}

impl AsteriskSettings {
    /// Checks the settings.
    pub(super) fn check(&self) -> Result<(), AsteriskSettingsError> {
        if !is_https_or_loopback(&self.ari) {
            return Err(AsteriskSettingsError::NotHttps);
        }
        if !is_name(&self.application) || !self.sounds.split('/').all(is_name) {
            return Err(AsteriskSettingsError::Name);
        }
        if !self.dial.contains("{number}") && !self.dial.contains("{digits}") {
            return Err(AsteriskSettingsError::Dial);
        }
        Ok(())
    }
}

/// Whether a text is safe in addresses, paths and ids.
fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}
