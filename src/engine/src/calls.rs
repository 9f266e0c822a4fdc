//! Calls: requested, queued, placed one after the other, and followed to their end.
//!
//! Read in this order: `request_test` takes a test call, `queue` and `dispatch` give the calls that wait to the line,
//! `run_call` follows one on the line, `transition` is what each event changes, `progress` reports it to whoever
//! requested the call, `cancel` ends a call before its time; `approval` asks about a sign-in.
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

pub use admin::CallsToday;
#[cfg(test)]
pub(super) use request_test::pending_number_binding;
pub(super) use transition::CallChange;
#[cfg(test)]
pub(super) use transition::{StepSource, Transition, apply};
#[cfg(test)]
pub(super) use {approval::DECISION_LIMIT_MS, dispatch::CallFlags};

/// How a service calls people.
#[derive(Debug, Clone)]
pub enum Calling {
    /// It cannot call: a policy with calls is refused.
    Nothing,
    /// This process calls nobody, but another on the same store does. This is for commands.
    Elsewhere {
        /// Whether that one calls for practice only.
        practice: bool,
    },
    /// It has a line of its own.
    Line(Arc<Line>, Pace),
}

/// How fast people are called. It counts over all nodes, which share one trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Calls at once.
    pub max_calls: u32,
    /// Calls begun in one second.
    pub calls_per_second: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { max_calls: 10, calls_per_second: 1 }
    }
}

impl Calling {
    /// With a line, at a pace that most trunks and providers allow.
    pub fn with_line(line: Line) -> Self {
        Self::Line(Arc::new(line), Pace::default())
    }

    /// Whether nobody's phone rings.
    pub fn is_practice(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Elsewhere { practice } => *practice,
            Self::Line(line, _) => line.is_practice(),
        }
    }

    pub(super) fn has_line(&self) -> bool {
        matches!(self, Self::Line(..))
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// What one process knows of its calls. The store has everything that counts.
pub(super) struct Calls {
    calling: Calling,
    /// The id of this process among the nodes, which lease lines.
    node: String,
    watchers: Watchers,
    /// Wakes the dispatcher: a call can be placed, or was ended.
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

    /// The id of this node.
    pub(super) fn node(&self) -> &str {
        &self.node
    }

    /// Wakes whoever waits for these calls, and the dispatcher.
    pub(super) fn notify(&self, changes: &[CallChange]) {
        for change in changes {
            self.watchers.notify(change.call, change.number);
        }
        self.changed.notify_one();
    }
}

impl Service {
    /// The provider's line, for the provider's callbacks.
    pub fn provider_line(&self) -> Option<&ProviderLine> {
        match &self.calls.calling {
            Calling::Line(line, _) => match &**line {
                Line::Provider(line) => Some(line),
                Line::Practice(_) | Line::Asterisk(_) => None,
            },
            Calling::Nothing | Calling::Elsewhere { .. } => None,
        }
    }

    /// Whether calls prove numbers for practice only.
    pub fn is_practice(&self) -> bool {
        self.calls.is_practice()
    }
}
