//! Nobody is let in who should not be: the real service over HTTP, and those who try.
//!
//! Not here: the rules one by one, each on both databases (the service's own tests).

mod endpoints;
mod guesses;
pub(crate) mod harness;
pub(crate) mod hostile;
mod impostors;
mod leaks;
pub(crate) mod people;
mod posts;
pub(crate) mod random;
mod twins;
