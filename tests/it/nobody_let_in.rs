//! Nobody is let in who should not be: the real service over HTTP, and those who try.
//!
//! Not here: the rules one by one, each on both databases (the service's own tests).

mod doors;
mod guesses;
mod hostile;
mod house;
mod impostors;
mod leaks;
mod people;
mod posts;
mod random;
mod twins;
