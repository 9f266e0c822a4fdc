//! Calls as a trust has them: a whole day, a rush at 08:30, and thousands of sign-ins held at once. Each on a service
//! that is a process of its own, over HTTP, with the practice line.
//!
//! In full: `TESTS_FULL=1 cargo test --workspace --locked --test it -- telephone_day --nocapture --test-threads 1`.
//! Not here: the rules one by one (the service's own tests), and real telephones (`telephone_calls`).

mod day;
mod held;
mod process;
mod rush;
mod town;
