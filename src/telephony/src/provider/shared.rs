//! What a line to a provider and all its calls share.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    api::Api,
    call_state::CallState,
    settings::{ProviderSettings, ProviderSettingsError},
    timeouts::Timeouts,
};
use crate::http::normalised_base;

/// The shared state of a line.
pub(super) struct Shared {
    pub(super) api: Api,
    pub(super) settings: ProviderSettings,
    pub(super) timeouts: Timeouts,
    /// Our public address, without a slash at its end.
    public: String,
    /// The calls by the random token in their addresses.
    calls: Mutex<HashMap<String, CallState>>,
}

impl Shared {
    /// Checks the settings.
    pub(super) fn new(settings: ProviderSettings, timeouts: Timeouts) -> Result<Self, ProviderSettingsError> {
        settings.check()?;
        let public = normalised_base(&settings.public).ok_or(ProviderSettingsError::NotHttps)?;
        let api = Api::new(&settings)?;
        Ok(Self { api, settings, timeouts, public, calls: Mutex::default() })
    }

    /// The address of a path below our public address.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.public)
    }

    pub(super) fn calls(&self) -> MutexGuard<'_, HashMap<String, CallState>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something with a call. `None` when the call is over.
    pub(super) fn with_call<T>(&self, token: &str, run: impl FnOnce(&mut CallState) -> T) -> Option<T> {
        self.calls().get_mut(token).map(run)
    }
}
