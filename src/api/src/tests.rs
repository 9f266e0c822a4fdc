//! The whole table, row by row: every row is held to its access, body, timeout and admission, over the real router.
//! And what is served of the policy.

mod access;
mod profile;
mod rules;
mod world;
