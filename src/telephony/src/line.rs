//! The kinds of telephone line behind one verb.
//!
//! Not here: how many calls a line takes at once. Whoever places them queues them.

use crate::{AsteriskLine, Call, CallEvents, CallId, LineFault, PracticeLine, ProviderLine};

/// A telephone line.
#[derive(Debug)]
pub enum Line {
    /// Rings nobody: for demos, training and tests.
    Practice(PracticeLine),
    /// Through an Asterisk of one's own.
    Asterisk(AsteriskLine),
    /// Through a provider's HTTP API.
    Provider(ProviderLine),
}

impl Line {
    /// Begins a call. Waits a few seconds at most, for a line that is just connecting; all else comes as events. Call it
    /// within a tokio runtime.
    pub async fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        match self {
            Self::Practice(line) => Ok(line.place(call)),
            Self::Asterisk(line) => line.place(call).await,
            Self::Provider(line) => line.place(call),
        }
    }

    /// Whether calls can be begun now.
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Practice(_) | Self::Provider(_) => true,
            Self::Asterisk(line) => line.is_connected(),
        }
    }

    /// Calls that a process before this one left on the line, and that are hung up now. Each is told once.
    pub fn take_orphaned(&self) -> Vec<CallId> {
        match self {
            // A phone of this process rang with it; and what a provider still has, only time ends.
            Self::Practice(_) | Self::Provider(_) => Vec::new(),
            Self::Asterisk(line) => line.take_orphaned(),
        }
    }

    /// How many calls it holds: until each is hung up.
    pub fn calls(&self) -> usize {
        match self {
            // Hung up as soon as nobody listens.
            Self::Practice(_) => 0,
            Self::Asterisk(line) => line.calls(),
            Self::Provider(line) => line.calls(),
        }
    }

    /// Whether it rings nobody, which every page and record must say.
    pub fn is_practice(&self) -> bool {
        match self {
            Self::Practice(_) => true,
            Self::Asterisk(_) | Self::Provider(_) => false,
        }
    }
}
