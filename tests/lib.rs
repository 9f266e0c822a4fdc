//! What the stories stand on: the programs, a screen of their own, a phone, a network that can be
//! cut, a telephone network, a search for secrets.
//!
//! Not here: no story and no assertion about the product.

#[path = "rig/asterisk.rs"]
pub mod asterisk;
#[path = "rig/console.rs"]
pub mod console;
#[path = "rig/desk.rs"]
pub mod desk;
#[path = "rig/exchange.rs"]
pub mod exchange;
#[path = "rig/handset.rs"]
pub mod handset;
#[path = "rig/meddler.rs"]
pub mod meddler;
#[path = "rig/memory.rs"]
pub mod memory;
#[path = "rig/needs.rs"]
pub mod needs;
#[path = "rig/net.rs"]
pub mod net;
#[path = "rig/numbers.rs"]
pub mod numbers;
#[path = "rig/phone.rs"]
pub mod phone;
#[path = "rig/programs.rs"]
pub mod programs;
#[path = "rig/prompts.rs"]
pub mod prompts;
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
#[path = "rig/sound.rs"]
pub mod sound;
#[path = "rig/strace.rs"]
pub mod strace;
#[path = "rig/telephones.rs"]
pub mod telephones;
#[path = "rig/terminal.rs"]
pub mod terminal;
