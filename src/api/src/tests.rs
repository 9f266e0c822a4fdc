//! The whole table, row by row: every row is held to its access, body, timeout and admission, over the real router.

mod access;
mod rules;
mod world;
