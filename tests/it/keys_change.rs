//! Keys are changed by the commands that ship, on a service that runs, while people enrol and sign in.

mod assistants;
mod killed;
mod killed_node;
mod load;
mod two_nodes;
mod typed;
