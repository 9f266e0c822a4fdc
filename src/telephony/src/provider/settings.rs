//! The settings of an account with a provider, and their check.

use zeroize::Zeroizing;

use super::sid::is_sid;
use crate::http::is_https_or_loopback;

/// An account with a provider, and our public address.
pub struct ProviderSettings {
    /// The address of the API, without the account: `https://api.twilio.com/2010-04-01`.
    pub api: String,
    /// The account's id: 1 to 64 letters and digits. It is also the user name of every request.
    pub account: String,
    /// The account's secret: the password of every request, and the key that signs the provider's callbacks.
    pub secret: Zeroizing<String>,
    /// The account's number, which the phone shows: `+` and digits.
    pub from: String,
    /// Our public address for the provider's callbacks: `https://mfa.example.org/calls/provider`.
    pub public: String,
}

/// Why a line to a provider cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSettingsError {
    /// Secrets and numbers would travel unencrypted, or an address cannot be read.
    #[error("expected an address that begins with https://")]
    NotHttps,
    /// The account's id becomes part of addresses, and has other characters.
    #[error("expected an account of letters and digits, for example \"AC\" and 32 digits")]
    Account,
    /// The HTTP client cannot be made.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
}

impl ProviderSettings {
    /// Checks the settings.
    pub(super) fn check(&self) -> Result<(), ProviderSettingsError> {
        if !is_https_or_loopback(&self.api) || !is_https_or_loopback(&self.public) {
            return Err(ProviderSettingsError::NotHttps);
        }
        if !is_sid(&self.account) {
            return Err(ProviderSettingsError::Account);
        }
        Ok(())
    }
}
