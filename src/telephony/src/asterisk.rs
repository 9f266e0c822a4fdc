//! A line through an Asterisk of one's own, by its REST interface (ARI): calls are begun by HTTP, and what happens to
//! them comes over one WebSocket.
//!
//! Not here: the trunk behind it. What Asterisk is set to lies in `packaging/asterisk`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{mpsc::UnboundedSender, watch};
use zeroize::Zeroizing;

use crate::{Call, CallEvents, CallId, LineFault};

mod cause;
mod event;
mod leg;
mod rest;
mod socket;

use event::AriEvent;

/// How long a call may be begun before the line is connected, so that a short break is nobody's matter.
const CONNECTS_WITHIN: Duration = Duration::from_secs(3);

pub use event::is_asterisk_event;

/// How to reach an Asterisk.
pub struct AsteriskSettings {
    /// Where its REST interface is: `http://127.0.0.1:8088/ari`. On another computer over https only.
    pub ari: String,
    /// Its user.
    pub user: String,
    /// That user's password.
    pub password: Zeroizing<String>,
    /// Our application's name. Several services with one Asterisk each need their own: what bears another's name is
    /// left alone, what bears ours and is not known is hung up.
    pub application: String,
    /// What is dialled; `{number}` is `+` and digits, `{digits}` the digits alone: `PJSIP/{number}@trunk`.
    pub dial: String,
    /// The folder of prompts below Asterisk's folder of sounds.
    pub sounds: String,
    /// What shows on the phone unless a call says otherwise.
    pub from: Option<String>,
}

/// Why there is no such line.
#[derive(Debug, thiserror::Error)]
pub enum AsteriskSettingsError {
    /// Passwords and numbers would travel in the clear.
    #[error("expected an address that begins with https://, or http:// and an address of this computer")]
    NotHttps,
    /// It becomes part of addresses and ids.
    #[error("expected letters, digits, - and _ in the application's name and the folder of sounds")]
    Name,
    /// It would not say who is called.
    #[error("expected {{number}} or {{digits}} in what is dialled, for example \"PJSIP/{{number}}@trunk\"")]
    Dial,
    /// No HTTP client.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
}

/// A line to an Asterisk. Clones are the same line; with the last one its connection ends.
#[derive(Clone)]
pub struct AsteriskLine(Arc<Connection>);

struct Connection {
    inner: Arc<Inner>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
        self.inner.notify_lost();
    }
}

/// What the connection and all calls share.
struct Inner {
    rest: rest::Rest,
    settings: AsteriskSettings,
    /// By channel.
    calls: Mutex<HashMap<String, UnboundedSender<AriEvent>>>,
    is_connected: watch::Sender<bool>,
    /// Calls that were found on Asterisk, belonged to nobody, and are hung up.
    orphaned: Mutex<Vec<CallId>>,
    /// Each call has a clone, until it is hung up.
    active: Arc<()>,
}

impl AsteriskLine {
    /// A line that connects, and connects again, by itself. Call it within a tokio runtime.
    pub fn start(settings: AsteriskSettings) -> Result<Self, AsteriskSettingsError> {
        if !settings.ari.starts_with("https://") && !crate::http::is_loopback(&settings.ari) {
            return Err(AsteriskSettingsError::NotHttps);
        }
        if !is_name(&settings.application) || !settings.sounds.split('/').all(is_name) {
            return Err(AsteriskSettingsError::Name);
        }
        if !settings.dial.contains("{number}") && !settings.dial.contains("{digits}") {
            return Err(AsteriskSettingsError::Dial);
        }
        let rest = rest::Rest::new(&settings)?;
        let inner = Arc::new(Inner {
            rest,
            settings,
            calls: Mutex::default(),
            is_connected: watch::Sender::new(false),
            orphaned: Mutex::default(),
            active: Arc::new(()),
        });
        let task = tokio::spawn(socket::keep(inner.clone()));
        Ok(Self(Arc::new(Connection { inner, task })))
    }

    /// Whether Asterisk is connected now.
    pub fn is_connected(&self) -> bool {
        *self.0.inner.is_connected.borrow()
    }

    /// How many calls are being held, or hung up.
    pub fn calls(&self) -> usize {
        Arc::strong_count(&self.0.inner.active) - 1
    }

    /// Calls of a process before this one, or from before a lost connection, that were found on Asterisk and are hung up.
    /// Each is told once.
    pub(crate) fn take_orphaned(&self) -> Vec<CallId> {
        std::mem::take(&mut self.0.inner.orphaned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) async fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        let mut is_connected = self.0.inner.is_connected.subscribe();
        let connected = is_connected.wait_for(|is_connected| *is_connected);
        match tokio::time::timeout(CONNECTS_WITHIN, connected).await {
            Ok(Ok(_)) => Ok(leg::begin(self.0.inner.clone(), call)),
            Ok(Err(_)) | Err(_) => Err(LineFault::NotConnected),
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, UnboundedSender<AriEvent>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more is heard of any call.
    fn notify_lost(&self) {
        // Taken off, so that what their legs cannot hang up now is cleared away by the next connection.
        for (_, call) in self.lock().drain() {
            let _ = call.send(AriEvent::ConnectionLost);
        }
    }

    /// The call that a channel of ours is.
    fn call_of(&self, channel: &str) -> Option<CallId> {
        let id = channel.strip_prefix(&self.prefix())?;
        uuid::Uuid::try_parse(id).ok().map(CallId)
    }

    /// What the ids of our channels begin with.
    fn prefix(&self) -> String {
        format!("{}-call-", self.settings.application)
    }
}

impl std::fmt::Debug for AsteriskLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AsteriskLine(..)")
    }
}

fn is_name(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(is_sign)
}

#[cfg(test)]
mod tests;
