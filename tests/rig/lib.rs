//! What the scenarios stand on: the programs, a screen of their own, a phone, a network that can be
//! cut, a telephone network, a load balancer, a search for secrets.
//!
//! Not here: no scenario and no assertion about the product.

pub mod asterisk;
pub mod by_keyboard;
pub mod console;
pub mod exchange;
pub mod handset;
pub mod haproxy;
pub mod keyring;
pub mod line;
pub mod memory;
pub mod mitm;
pub mod needs;
pub mod net;
pub mod numbers;
pub mod people;
pub mod phone;
pub mod pointer;
pub mod policy;
pub mod portal;
pub mod processes;
pub mod programs;
pub mod prompts;
pub mod reader;
pub mod relying_party;
pub mod school;
pub mod search;
pub mod service;
pub mod small_disk;
pub mod sound;
pub mod storm;
pub mod strace;
pub mod telephones;
pub mod terminal;
pub mod wine;
pub mod x11;
