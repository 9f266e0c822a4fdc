//! The line to an Asterisk, with its one connection.

use std::{sync::Arc, time::Duration};

use super::{AsteriskSettings, AsteriskSettingsError, leg, shared::Shared, socket};
use crate::{Call, CallEvents, CallId, LineFault};

/// How long a call waits for the line to connect. A shorter break concerns nobody.
const CONNECTS_WITHIN: Duration = Duration::from_secs(3);

/// A line to an Asterisk. Clones are the same line, and dropping the last one ends the connection.
#[derive(Clone)]
pub struct AsteriskLine(Arc<Connection>);

struct Connection {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
        self.shared.notify_lost();
    }
}

impl AsteriskLine {
    /// Makes a line. It connects, and connects again, by itself. It needs a tokio runtime.
    pub fn start(settings: AsteriskSettings) -> Result<Self, AsteriskSettingsError> {
        settings.check()?;
        let shared = Arc::new(Shared::new(settings)?);
        let task = tokio::spawn(socket::stay_connected(shared.clone()));
        Ok(Self(Arc::new(Connection { shared, task })))
    }

    /// Whether Asterisk is connected now.
    pub fn is_connected(&self) -> bool {
        *self.0.shared.is_connected.borrow()
    }

    /// How many calls the line holds. A call counts until it is hung up.
    pub fn calls(&self) -> usize {
        self.0.shared.active_calls()
    }

    /// Orphaned calls: an earlier process, or this one before it lost its connection, left them on Asterisk, and the line
    /// has hung them up. Each is returned once.
    pub(crate) fn take_orphaned(&self) -> Vec<CallId> {
        self.0.shared.take_orphaned()
    }

    pub(crate) async fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        let mut is_connected = self.0.shared.is_connected.subscribe();
        let connected = is_connected.wait_for(|is_connected| *is_connected);
        match tokio::time::timeout(CONNECTS_WITHIN, connected).await {
            Ok(Ok(_)) => Ok(leg::place(self.0.shared.clone(), call)),
            Ok(Err(_)) | Err(_) => Err(LineFault::NotConnected),
        }
    }
}

impl std::fmt::Debug for AsteriskLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AsteriskLine(..)")
    }
}
