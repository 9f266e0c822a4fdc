//! The kinds of telephone line behind one verb.
//!
//! Not here: how many calls a line takes at once. Whoever places them queues them.

use crate::{Call, CallEvents, LineFault, PracticeLine, ProviderLine};

/// A telephone line.
#[derive(Debug)]
pub enum Line {
    /// Rings nobody: for demos, training and tests.
    Practice(PracticeLine),
    /// Through a provider's HTTP API.
    Provider(ProviderLine),
}

impl Line {
    /// Begins a call. Never waits for the network: that comes as events. Call it within a tokio runtime.
    pub async fn place(&self, call: Call) -> Result<CallEvents, LineFault> {
        match self {
            Self::Practice(line) => Ok(line.place(call)),
            Self::Provider(line) => line.place(call),
        }
    }

    /// Whether it rings nobody, which every page and record must say.
    pub fn is_practice(&self) -> bool {
        match self {
            Self::Practice(_) => true,
            Self::Provider(_) => false,
        }
    }
}
