//! What the stories stand on: the programs, a screen of their own, a phone, a network that can be cut, a search for secrets.
//!
//! Not here: no story and no assertion about the product.

#[path = "rig/console.rs"]
pub mod console;
#[path = "rig/desk.rs"]
pub mod desk;
#[path = "rig/meddler.rs"]
pub mod meddler;
#[path = "rig/needs.rs"]
pub mod needs;
#[path = "rig/net.rs"]
pub mod net;
#[path = "rig/phone.rs"]
pub mod phone;
#[path = "rig/programs.rs"]
pub mod programs;
#[path = "rig/reader.rs"]
pub mod reader;
#[path = "rig/relying_party.rs"]
pub mod relying_party;
#[path = "rig/search.rs"]
pub mod search;
#[path = "rig/service.rs"]
pub mod service;
#[path = "rig/small_disk.rs"]
pub mod small_disk;
#[path = "rig/strace.rs"]
pub mod strace;
#[path = "rig/terminal.rs"]
pub mod terminal;
