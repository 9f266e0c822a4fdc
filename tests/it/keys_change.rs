//! Keys are changed by the commands that ship, on a service that runs, while people enrol and sign in.

mod assistants;
mod killed;
mod load;
#[path = "../bench/people.rs"]
mod people;
mod two_nodes;
mod typed;
