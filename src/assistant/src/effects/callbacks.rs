//! Whom the worker calls, on its own thread, beside the answers that it gives.

use std::sync::Arc;

use domain::{Person, Reference};

/// Called when the service has an enrolment; with the person, when it is of this session.
pub type OnAccepted = Arc<dyn Fn(&Reference, Option<&Person>) + Send + Sync>;

/// Called when an enrolment has waited for long; once.
pub type OnStuck = Arc<dyn Fn() + Send + Sync>;

/// Called when the station's key cannot be had.
pub type OnStationFault = Arc<dyn Fn(&str) + Send + Sync>;
