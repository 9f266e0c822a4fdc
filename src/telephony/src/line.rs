//! The three kinds of telephone line behind one type.
//!
//! A line does not limit how many calls it takes at once; its caller queues them.

use crate::{AsteriskLine, Call, CallEvents, CallId, LineFault, PracticeLine, ProviderLine};

/// A telephone line.
#[derive(Debug)]
pub enum Line {
    /// The practice line rings no real phone: for demos, training and tests.
    Practice(PracticeLine),
    /// Through an Asterisk of the trust.
    Asterisk(AsteriskLine),
    /// Through a provider's HTTP API.
    Provider(ProviderLine),
}

impl Line {
    /// Places a call. It waits a few seconds at most, for a line that is connecting; everything else comes as events. It
    /// needs a tokio runtime.
    pub async fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        match self {
            Self::Practice(line) => Ok(line.place(call)),
            Self::Asterisk(line) => line.place(call).await,
            Self::Provider(line) => line.place(call),
        }
    }

    /// Whether calls can be placed now.
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Practice(_) | Self::Provider(_) => true,
            Self::Asterisk(line) => line.is_connected(),
        }
    }

    /// Orphaned calls: an earlier process left them on the line, and the line has hung them up. Each is returned once.
    pub fn take_orphaned(&self) -> Vec<CallId> {
        match self {
            // A practice phone dies with its process. A provider ends an orphaned call when its time is over.
            Self::Practice(_) | Self::Provider(_) => Vec::new(),
            Self::Asterisk(line) => line.take_orphaned(),
        }
    }

    /// How many calls the line holds. A call counts until it is hung up.
    pub fn calls(&self) -> usize {
        match self {
            // A practice call is hung up as soon as nobody listens.
            Self::Practice(_) => 0,
            Self::Asterisk(line) => line.calls(),
            Self::Provider(line) => line.calls(),
        }
    }

    /// Whether it is the practice line. Every page and record must say so.
    pub fn is_practice(&self) -> bool {
        match self {
            Self::Practice(_) => true,
            Self::Asterisk(_) | Self::Provider(_) => false,
        }
    }
}
