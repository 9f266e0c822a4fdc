//! A line through a provider's HTTP API in Twilio's shape: we begin a call, the provider fetches what to say and posts
//! the keys and how the call goes to addresses of ours.
//!
//! Not here: the route that takes those posts. The service mounts it and hands over path, body and signature.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use zeroize::Zeroizing;

use crate::{Call, CallEvents, LineFault};

mod api;
mod call_state;
mod signature;
mod twiml;
mod watch;

pub use call_state::is_provider_call;
pub use twiml::Twiml;

/// The header that bears the provider's signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";

/// The largest form that is read.
const LARGEST_FORM: usize = 64 * 1024;

/// An account with a provider.
pub struct ProviderSettings {
    /// The API's address, without the account: `https://api.twilio.com/2010-04-01`.
    pub api: String,
    /// The account's id, which is also the user of every request.
    pub account: String,
    /// The account's secret. It signs the provider's posts as well.
    pub secret: Zeroizing<String>,
    /// The account's number, which shows on the phone: `+` and digits.
    pub from: String,
    /// Where the provider reaches us, as it writes it: `https://mfa.example.org/calls/provider`.
    pub public: String,
}

/// Why there is no such line.
#[derive(Debug, thiserror::Error)]
pub enum ProviderSettingsError {
    /// Secrets and numbers would travel in the clear.
    #[error("expected an address that begins with https://")]
    NotHttps,
    /// It becomes part of addresses.
    #[error("expected an account of letters and digits, for example \"AC\" and 32 digits")]
    Account,
    /// No HTTP client.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
}

/// Why a post is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackRefused {
    /// Not signed by the provider: 403.
    #[error("the provider's signature is missing or wrong")]
    Forged,
    /// Not a form of the provider, or not about this call: 400.
    #[error("not a post of the provider about this call")]
    Malformed,
    /// The call has moved on since: 409.
    #[error("too late: the call has moved on")]
    Late,
}

/// A line to a provider. Clones are the same line.
#[derive(Clone)]
pub struct ProviderLine(Arc<Inner>);

struct Inner {
    api: api::Api,
    settings: ProviderSettings,
    patience: watch::Patience,
    /// By the random token in a call's addresses.
    calls: Mutex<HashMap<String, call_state::CallState>>,
}

impl ProviderLine {
    /// A line with this account.
    pub fn new(settings: ProviderSettings) -> Result<Self, ProviderSettingsError> {
        Self::with_patience(settings, watch::Patience::USUAL)
    }

    fn with_patience(
        settings: ProviderSettings,
        patience: watch::Patience,
    ) -> Result<Self, ProviderSettingsError> {
        for address in [&settings.api, &settings.public] {
            if !address.starts_with("https://") && !crate::http::is_loopback(address) {
                return Err(ProviderSettingsError::NotHttps);
            }
        }
        if !api::is_id(&settings.account) {
            return Err(ProviderSettingsError::Account);
        }
        let api = api::Api::new(&settings)?;
        Ok(Self(Arc::new(Inner { api, settings, patience, calls: Mutex::default() })))
    }

    pub(crate) fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        let token = random_token().ok_or(LineFault::NoEntropy)?;
        let (events, to_caller) = CallEvents::new();
        let (held, news) =
            call_state::CallState::new(call.script.clone(), self.0.address(&token), events.clone());
        self.0.lock().insert(token.clone(), held);
        tokio::spawn(watch::watch(self.0.clone(), token, call, events, news));
        Ok(to_caller)
    }

    /// Takes a post of the provider. `path` is what follows the public address and its slash, as it came.
    pub fn callback(
        &self,
        path: &str,
        body: &[u8],
        signature: Option<&str>,
    ) -> Result<Twiml, CallbackRefused> {
        let form = match body.len() {
            0..=LARGEST_FORM => signature::form_of(body),
            _ => return Err(CallbackRefused::Malformed),
        };
        let settings = &self.0.settings;
        let address = self.0.address(path);
        let is_genuine =
            signature.is_some_and(|given| signature::is_genuine(&settings.secret, &address, &form, given));
        if !is_genuine {
            return Err(CallbackRefused::Forged);
        }
        let sid = call_state::sid_of(&form)?;
        if call_state::field(&form, "AccountSid").is_some_and(|account| account != settings.account) {
            return Err(CallbackRefused::Malformed);
        }
        let (token, rest) = path.split_once('/').ok_or(CallbackRefused::Malformed)?;
        let mut calls = self.0.lock();
        let Some(held) = calls.get_mut(token) else {
            // Of ours once, and over: nobody must be left listening to nothing.
            return Ok(Twiml::hang_up());
        };
        held.posted(rest, sid, &form)
    }

    /// How many calls are being held, or hung up.
    pub fn calls(&self) -> usize {
        self.0.lock().len()
    }
}

impl Inner {
    /// What the provider reaches below our public address.
    fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.settings.public.trim_end_matches('/'))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, call_state::CallState>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ProviderLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderLine(..)")
    }
}

/// 128 random bits. Nobody guesses the address of somebody's call.
fn random_token() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(data_encoding::HEXLOWER.encode(&bytes))
}

#[cfg(test)]
mod tests;
