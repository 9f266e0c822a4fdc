//! The central service as a program: its settings, its commands, and what ties the crates together.
//!
//! Not here: endpoints (`api`), rules (`engine`), SQL (`store`), and what opens a sealed record (`vault`).

mod alert_text;
pub mod cli;
pub mod config;
pub mod process;
pub mod server;
