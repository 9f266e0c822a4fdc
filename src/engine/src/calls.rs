//! Calls: asked for, queued, placed one after the other, and followed to their end.
//!
//! Read in this order: `ask` takes a test call, `queue` and `dispatch` give the calls that wait to the line, `carry`
//! follows one on the line, `step` is what each event changes, `progress` tells it to whoever asked, `end` ends one
//! before its time; `approval` asks about a sign-in.
//! Not here: how a line places a call (`telephony`), and what opens a number (`vault`).

mod admin;
mod approval;
mod cancel;
mod dispatch;
mod hours;
mod limits;
mod notify;
mod progress;
mod queue;
mod request_test;
mod run_call;
mod transition;

use std::sync::Arc;

use telephony::{Line, ProviderLine};
use tokio::sync::Notify;

use super::{Refusal, Service};
use notify::Watchers;
use store::StoreError;

pub use admin::{CallsError, CallsToday};
#[cfg(test)]
pub(super) use request_test::pending_place;
pub(super) use transition::Moved;
#[cfg(test)]
pub(super) use transition::{By, Stepped, step};
#[cfg(test)]
pub(super) use {approval::DECIDED_WITHIN_MS, dispatch::Marks};

/// With what a service calls people.
#[derive(Debug, Clone)]
pub enum Calling {
    /// With nothing: a policy with calls is refused.
    Nothing,
    /// This process calls nobody, another on the same store does. For commands.
    Elsewhere {
        /// Whether that one calls for practice only.
        practice: bool,
    },
    /// With a line of its own.
    By(Arc<Line>, Pace),
}

/// How fast people are called: over all nodes together, which share one trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Calls at once.
    pub lines: u32,
    /// Calls begun in one second.
    pub a_second: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { lines: 10, a_second: 1 }
    }
}

impl Calling {
    /// With a line, as fast as most trunks and providers allow.
    pub fn by(line: Line) -> Self {
        Self::By(Arc::new(line), Pace::default())
    }

    /// Whether nobody's phone rings.
    pub fn is_practice(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Elsewhere { practice } => *practice,
            Self::By(line, _) => line.is_practice(),
        }
    }

    pub(super) fn has_line(&self) -> bool {
        matches!(self, Self::By(..))
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What one process knows of its calls. Everything that counts stands in the store.
pub(super) struct Calls {
    calling: Calling,
    /// This process, for the lines that it holds.
    node: String,
    watchers: Watchers,
    /// Something can be placed, or was ended.
    changed: Notify,
}

impl Calls {
    pub(super) fn new(calling: Calling) -> Result<Self, StoreError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|_| StoreError::Corrupt("node without entropy"))?;
        let node = uuid::Builder::from_random_bytes(random).into_uuid().to_string();
        Ok(Self { calling, node, watchers: Watchers::default(), changed: Notify::new() })
    }

    pub(super) fn is_practice(&self) -> bool {
        self.calling.is_practice()
    }

    /// This process among those of the store.
    pub(super) fn node(&self) -> &str {
        &self.node
    }

    /// Tells whoever waits for these calls, and the dispatcher.
    pub(super) fn tell(&self, moved: &[Moved]) {
        for moved in moved {
            self.watchers.tell(moved.call, moved.number);
        }
        self.changed.notify_one();
    }
}

impl Service {
    /// The provider's line, for the provider's posts.
    pub fn provider_line(&self) -> Option<&ProviderLine> {
        match &self.calls.calling {
            Calling::By(line, _) => match &**line {
                Line::Provider(line) => Some(line),
                Line::Practice(_) | Line::Asterisk(_) => None,
            },
            Calling::Nothing | Calling::Elsewhere { .. } => None,
        }
    }

    /// Whether what calls prove counts for practice only.
    pub fn is_practice(&self) -> bool {
        self.calls.is_practice()
    }
}
