//! What the connection to an Asterisk and all its calls share.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{mpsc::UnboundedSender, watch};

use super::{
    event::AriEvent,
    rest::Rest,
    settings::{AsteriskSettings, AsteriskSettingsError},
};
use crate::CallId;

/// The shared state of a line.
pub(super) struct Shared {
    pub(super) rest: Rest,
    pub(super) settings: AsteriskSettings,
    pub(super) is_connected: watch::Sender<bool>,
    /// The calls of this process by their channel ids.
    calls: Mutex<HashMap<String, UnboundedSender<AriEvent>>>,
    /// Orphaned calls that were hung up and not yet taken.
    orphaned: Mutex<Vec<CallId>>,
    /// The sounds of the vocabulary that Asterisk was found to lack.
    missing_sounds: Mutex<BTreeSet<String>>,
    /// Each call holds a clone until it is hung up.
    active: Arc<()>,
}

impl Shared {
    pub(super) fn new(settings: AsteriskSettings) -> Result<Self, AsteriskSettingsError> {
        Ok(Self {
            rest: Rest::new(&settings)?,
            settings,
            is_connected: watch::Sender::new(false),
            calls: Mutex::default(),
            orphaned: Mutex::default(),
            missing_sounds: Mutex::default(),
            active: Arc::new(()),
        })
    }

    /// Counts a call as active until the value is dropped.
    pub(super) fn activate(&self) -> Arc<()> {
        Arc::clone(&self.active)
    }

    /// How many calls are active.
    pub(super) fn active_calls(&self) -> usize {
        Arc::strong_count(&self.active) - 1
    }

    pub(super) fn calls(&self) -> MutexGuard<'_, HashMap<String, UnboundedSender<AriEvent>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn missing_sounds(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.missing_sounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A sound as Asterisk finds it, below its folder of sounds.
    pub(super) fn sound_path(&self, sound: &str) -> String {
        format!("{}/{sound}", self.settings.sounds)
    }

    /// Reports the lost connection to every call, and forgets the calls. What their legs cannot hang up now is hung up
    /// after the next connection.
    pub(super) fn notify_lost(&self) {
        for (_, call) in self.calls().drain() {
            let _ = call.send(AriEvent::ConnectionLost);
        }
    }

    /// Notes that an orphaned channel of ours was hung up.
    pub(super) fn add_orphaned(&self, channel: &str) {
        let call = channel.strip_prefix(&self.channel_prefix()).and_then(|id| uuid::Uuid::try_parse(id).ok());
        if let Some(call) = call {
            self.orphaned.lock().unwrap_or_else(PoisonError::into_inner).push(CallId(call));
        }
    }

    /// The orphaned calls since the last time.
    pub(super) fn take_orphaned(&self) -> Vec<CallId> {
        std::mem::take(&mut self.orphaned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The id of a call's channel.
    pub(super) fn channel(&self, call: CallId) -> String {
        format!("{}{}", self.channel_prefix(), call.0.simple())
    }

    /// The beginning of the ids of our channels.
    pub(super) fn channel_prefix(&self) -> String {
        format!("{}-call-", self.settings.application)
    }
}
