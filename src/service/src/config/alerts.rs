//! Where alerts are sent besides the log.
//!
//! Not here: what is an alert (`engine::alerts`), and how it is sent (`server::alerts`).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The table `[alerts]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Where each alert is posted as JSON.
    pub url: String,
    /// A file with the secret that signs what is posted, alone.
    pub secret_file: PathBuf,
}

impl Alerts {
    /// The error is a setting and what is expected of it.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if telephony::is_https_or_loopback(&self.url) {
            return Ok(());
        }
        Err(("alerts.url", "expected an address that begins with https://, or one of this computer such as http://127.0.0.1:8080/alert".to_owned()))
    }
}

impl std::fmt::Debug for Alerts {
    /// Without the address, which with many a webhook is its password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alerts").field("secret_file", &self.secret_file).finish_non_exhaustive()
    }
}
