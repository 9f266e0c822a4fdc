//! How this installation calls people: its telephone line, and how fast it takes calls.
//!
//! Not here: the line itself (`telephony`), and the rules of calls, which are the policy's.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The table `[calls]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calls {
    /// What places the calls.
    pub line: LineKind,
    /// Calls at once, over all services that share the line.
    #[serde(default = "ten", alias = "lines")]
    pub max_calls: u32,
    /// Calls begun in one second, over all services that share the line.
    #[serde(default = "one", alias = "a_second")]
    pub calls_per_second: u32,
    /// With the line `asterisk`.
    #[serde(default)]
    pub asterisk: Option<Asterisk>,
    /// With the line `provider`.
    #[serde(default)]
    pub provider: Option<Provider>,
}

/// What places the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// An Asterisk of the trust's own.
    Asterisk,
    /// A provider's HTTP API.
    Provider,
    /// Nothing: a phone that answers by itself and presses the right keys. For training alone.
    Practice,
}

/// The table `[calls.asterisk]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asterisk {
    /// Its REST interface.
    pub ari: String,
    /// The user there.
    pub user: String,
    /// A file with that user's password alone.
    pub password_file: PathBuf,
    /// The name under which Asterisk knows this service; each service has its own.
    pub application: String,
    /// What is dialled, with `{number}` or `{digits}`.
    pub dial: String,
    /// The prompts' folder below Asterisk's sounds.
    pub sounds: String,
    /// What shows on the phone when the policy names nothing: `+` and digits.
    #[serde(default)]
    pub from: Option<String>,
}

/// The table `[calls.provider]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The API's address without the account.
    pub api: String,
    /// The account's id.
    pub account: String,
    /// A file with the account's secret alone.
    pub secret_file: PathBuf,
    /// The account's number: `+` and digits.
    pub from: String,
    /// Where the provider reaches this service: its own address, and `/calls/provider`.
    pub public: String,
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

impl Calls {
    /// The error is a setting and what is expected of it.
    pub(super) fn check(&self, listen: SocketAddr, training: bool) -> Result<(), (&'static str, String)> {
        let Self { line, max_calls, calls_per_second, asterisk, provider } = self;
        let missing =
            |table: &'static str| Err((table, format!("the line has no settings; expected [{table}]")));
        match line {
            LineKind::Practice if !training => {
                return Err((
                    "calls.line",
                    "the practice line rings nobody, and whoever asks passes its test; expected another line, or training = true at the top of this file where that is meant".to_owned(),
                ));
            }
            LineKind::Practice if !listen.ip().is_loopback() => {
                return Err(("calls.line", practice_address_refusal(listen)));
            }
            LineKind::Asterisk | LineKind::Provider if training => {
                return Err((
                    "calls.line",
                    "a service for training calls nobody; expected the line practice, or no training = true"
                        .to_owned(),
                ));
            }
            LineKind::Asterisk if asterisk.is_none() => return missing("calls.asterisk"),
            LineKind::Provider if provider.is_none() => return missing("calls.provider"),
            LineKind::Practice | LineKind::Asterisk | LineKind::Provider => {}
        }
        for (setting, value) in [("calls.max_calls", max_calls), ("calls.calls_per_second", calls_per_second)]
        {
            if !(1..=1_000).contains(value) {
                return Err((setting, format!("{value} is not possible; expected 1 to 1000")));
            }
        }
        Ok(())
    }

    pub(super) fn relative_to(&mut self, folder: &Path) {
        let asterisk = self.asterisk.as_mut().map(|asterisk| &mut asterisk.password_file);
        let provider = self.provider.as_mut().map(|provider| &mut provider.secret_file);
        for path in asterisk.into_iter().chain(provider) {
            *path = folder.join(&*path);
        }
    }
}

/// Why a practice line is refused beyond this computer.
pub(crate) fn practice_address_refusal(listen: SocketAddr) -> String {
    format!(
        "the practice line is for training on one computer, and {listen} is open to others; expected listen = \"127.0.0.1:8620\", or another line"
    )
}
