//! The desktop program, as a library: what the window, the console and the demo are made of.
//!
//! Not here: the journey's rules (`journey`), the wire's words (`protocol`), and anything of the service.

pub mod cli;
pub mod console;
pub mod driver;
pub mod effects;
pub mod keeper;
pub mod settings;
mod slip_page;
pub mod texts;
pub mod view;
pub mod window;
pub mod workstation;
