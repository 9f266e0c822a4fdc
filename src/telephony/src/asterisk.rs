//! A line through an Asterisk of the trust, by its REST interface (ARI). HTTP requests begin and
//! control calls, and one WebSocket brings the events.
//!
//! `packaging/asterisk` configures Asterisk and the trunk behind it.

mod cause;
mod event;
mod extension;
mod keypress;
mod leg;
mod line;
mod playback;
mod rehearsal;
mod rest;
mod settings;
mod shared;
mod socket;
mod sounds;
mod translator;

pub use event::is_asterisk_event;
pub use line::AsteriskLine;
pub use settings::{AsteriskSettings, AsteriskSettingsError};

#[cfg(test)]
mod tests;
