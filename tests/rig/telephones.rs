//! A telephone network of one's own: Asterisk as the trusts get it, a trunk, and telephones with numbers.
//!
//! Not here: anything of Enrol's. What a call is for is the scenarios' matter.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::asterisk::Asterisk;
use crate::exchange::Exchange;
use crate::handset::finger_moves;
pub use crate::handset::{Behaviour, Handset};

/// Ends with everything in it when it is dropped; telephones end with themselves.
pub struct Telephones {
    asterisk: Asterisk,
    exchange: Exchange,
    given: AtomicU32,
}

impl Telephones {
    /// Starts Asterisk and its trunk.
    ///
    /// # Panics
    /// When Asterisk cannot be had or does not start.
    pub fn start() -> Self {
        let exchange = Exchange::start();
        Self { asterisk: Asterisk::start(exchange.address()), exchange, given: AtomicU32::new(123) }
    }

    /// Where ARI is: `http://127.0.0.1:PORT/ari`.
    pub fn ari_url(&self) -> String {
        self.asterisk.ari_url()
    }

    /// The same as an address, for a wire in front of it.
    pub fn ari_address(&self) -> SocketAddr {
        self.asterisk.ari_address()
    }

    /// Who may use ARI.
    pub fn ari_user(&self) -> &'static str {
        "enrol"
    }

    /// That user's password.
    pub fn ari_password(&self) -> &str {
        self.asterisk.ari_password()
    }

    /// A telephone with the next of Ofcom's numbers for drama.
    ///
    /// # Panics
    /// When it does not start.
    pub fn telephone(&self, behaviour: Behaviour) -> Handset {
        let number = self.unused_number();
        let handset = Handset::start(&number, behaviour);
        self.exchange.connect(&number, handset.address());
        handset
    }

    /// Has a telephone that is in a call press keys by SIP INFO alone, as fast as a quick finger.
    ///
    /// # Panics
    /// When it is in no call.
    pub fn press_by_info(&self, telephone: &Handset, keys: &str) {
        for key in keys.chars() {
            self.exchange.key_by_info(telephone.number(), key);
            finger_moves();
        }
    }

    /// The same by SIP INFO and by RTP events, so that each key is sent twice.
    ///
    /// # Panics
    /// When it is in no call.
    pub fn press_both_ways(&self, telephone: &Handset, keys: &str) {
        for key in keys.chars() {
            self.exchange.key_by_info(telephone.number(), key);
            telephone.press(&key.to_string());
        }
    }

    /// A number that nobody has.
    pub fn unused_number(&self) -> String {
        format!("+447700900{:03}", self.given.fetch_add(1, Ordering::SeqCst))
    }

    /// Every number that was dialled on the trunk, as it was dialled, once for each call.
    pub fn dialled(&self) -> Vec<String> {
        self.exchange.dialled()
    }

    /// The trunk is dead, or alive again.
    pub fn trunk_is_dead(&self, dead: bool) {
        self.exchange.fall_silent(dead);
    }

    /// The ids of the calls that Asterisk has.
    ///
    /// # Panics
    /// When Asterisk does not answer.
    pub fn calls(&self) -> Vec<String> {
        let answer = self.ask("GET", "/channels");
        let channels: serde_json::Value = serde_json::from_str(&answer).expect("a list of channels");
        let channels = channels.as_array().expect("a list of channels");
        channels.iter().map(|channel| channel["id"].as_str().unwrap_or("").to_owned()).collect()
    }

    /// Asks ARI something and gives the body, empty when nothing answers.
    pub fn ask(&self, method: &str, path_and_query: &str) -> String {
        self.asterisk.ask(method, path_and_query)
    }

    /// Posts ARI some JSON and gives the body, empty when nothing answers.
    pub fn tell(&self, path_and_query: &str, json: &str) -> String {
        self.asterisk.tell(path_and_query, json)
    }

    /// Types a command on Asterisk's console and gives what it says.
    pub fn console(&self, command: &str) -> String {
        self.asterisk.console(command)
    }

    /// Has Asterisk play the files of a folder by `sound:NAME/FILE`.
    pub fn has_sounds(&self, name: &str, folder: &Path) {
        self.asterisk.has_sounds(name, folder);
    }

    /// Ends Asterisk at once, as a crash does.
    pub fn kill_asterisk(&mut self) {
        self.asterisk.kill();
    }

    /// Starts it again, at the same address.
    pub fn start_asterisk(&mut self) {
        self.asterisk.start_again();
    }

    /// Everything that Asterisk wrote.
    pub fn log_text(&self) -> String {
        self.asterisk.log_text()
    }
}
