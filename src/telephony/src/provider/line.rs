//! The line to a provider: it places calls and takes the provider's callbacks.

use std::sync::Arc;

use super::{
    CallbackRefused, ProviderSettings, ProviderSettingsError, Twiml, call_state::CallState, form,
    shared::Shared, signature, supervisor, timeouts::Timeouts,
};
use crate::{Call, CallEvents, LineFault};

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// A line to a provider. Clones are the same line.
#[derive(Clone)]
pub struct ProviderLine(Arc<Shared>);

impl ProviderLine {
    /// Makes a line with this account.
    pub fn new(settings: ProviderSettings) -> Result<Self, ProviderSettingsError> {
        Self::with_timeouts(settings, Timeouts::USUAL)
    }

    pub(super) fn with_timeouts(
        settings: ProviderSettings,
        timeouts: Timeouts,
    ) -> Result<Self, ProviderSettingsError> {
        Ok(Self(Arc::new(Shared::new(settings, timeouts)?)))
    }

    pub(crate) fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        let token = random_token().ok_or(LineFault::NoEntropy)?;
        let (events, to_caller) = CallEvents::new();
        let address = self.0.address(&token);
        let (state, news) = CallState::new(call.script.clone(), address, events.clone());
        self.0.calls().insert(token.clone(), state);
        tokio::spawn(supervisor::supervise(self.0.clone(), token, call, events, news));
        Ok(to_caller)
    }

    /// Takes a callback of the provider, and returns what the provider must do next. `path` is what follows the public address
    /// and its slash, as it came. `signature` is the value of [`SIGNATURE_HEADER`](super::SIGNATURE_HEADER).
    pub fn callback(
        &self,
        path: &str,
        body: &[u8],
        signature: Option<&str>,
    ) -> Result<Twiml, CallbackRefused> {
        let form = match body.len() {
            0..=LARGEST_FORM => form::parse(body),
            _ => return Err(CallbackRefused::Malformed),
        };
        let settings = &self.0.settings;
        let address = self.0.address(path);
        let is_genuine =
            signature.is_some_and(|given| signature::is_genuine(&settings.secret, &address, &form, given));
        if !is_genuine {
            return Err(CallbackRefused::Forged);
        }
        let sid = form::call_sid(&form)?;
        if form::field(&form, "AccountSid").is_some_and(|account| account != settings.account) {
            return Err(CallbackRefused::Malformed);
        }
        let (token, rest) = path.split_once('/').ok_or(CallbackRefused::Malformed)?;
        let mut calls = self.0.calls();
        let Some(call) = calls.get_mut(token) else {
            // The call is over for us. Whoever is still on the phone must not listen to silence.
            return Ok(Twiml::hang_up());
        };
        call.handle_callback(rest, sid, &form)
    }

    /// How many calls the line holds. A call counts until it is hung up.
    pub fn calls(&self) -> usize {
        self.0.calls().len()
    }

    /// The shared state, for tests.
    #[cfg(test)]
    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }
}

impl std::fmt::Debug for ProviderLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderLine(..)")
    }
}

/// 128 random bits in hexadecimal. Nobody can guess the address of a call.
fn random_token() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(data_encoding::HEXLOWER.encode(&bytes))
}
