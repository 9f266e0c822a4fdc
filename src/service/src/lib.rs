//! The central service: accepts enrolments, keeps them safe and answers later sign-ins.
//!
//! Read in this order: `server` starts it, `routes` is its HTTP surface as one table, `engine` holds the verbs with
//! all the rules, `vault` alone opens sealed secrets, `store` alone knows SQL, `audit` chains every change.
//! Not here: anything of the assistant. The two meet in `protocol`.

pub mod audit;
pub mod cli;
pub mod config;
mod documents;
pub mod engine;
mod files;
mod kept;
pub mod keys;
pub mod metrics;
pub mod process;
pub mod routes;
pub mod server;
pub mod store;
mod vault;
