//! What an earlier release left behind is taken over: its database, its keys, its backup, what its assistants still
//! have to post. Each release that was frozen lies in `tests/releases`, as its own program wrote it.
//!
//! A release is frozen by one command, `tests/freeze`, from the state that is released; what it wrote is never changed.
//! That starting on it works shows as well that no step of its migrations was touched: each database remembers the
//! checksums of its steps, and a program whose steps have others does not start on it.
//! Not here: the steps one by one (`src/store/migrations`).

mod assistant_010;
mod assistants;
mod freezing;
mod frozen;
mod upgrading;
