//! The provider's end of a SIP trunk: asks Enrol's Asterisk for its password and puts each call through to the telephone
//! with that number. It stands in the way only while a call is set up (RFC 3261, a proxy without state, section 16.11).
//!
//! Not here: sound, which goes from Asterisk to the telephone directly.

use std::collections::{HashMap, HashSet};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Runs until it is dropped.
pub struct Exchange {
    address: SocketAddr,
    socket: UdpSocket,
    state: Arc<State>,
}

/// A call as a request within it needs it (RFC 3261, section 12.2.1.1), seen from the telephone.
struct Dialog {
    number: String,
    id: String,
    /// Asterisk's end: where it is reached, and its name with its tag.
    contact: String,
    theirs: String,
    /// The telephone's name with its tag. `None` until it answers.
    ours: Option<String>,
    requests: u32,
}

#[derive(Default)]
struct State {
    stopped: AtomicBool,
    silent: AtomicBool,
    telephones: Mutex<HashMap<String, SocketAddr>>,
    dialled: Mutex<Vec<String>>,
    calls: Mutex<HashSet<String>>,
    answered_here: Mutex<HashSet<String>>,
    dialogs: Mutex<Vec<Dialog>>,
}

impl Exchange {
    /// Starts on a free port of loopback.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a limit");
        let address = socket.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let own = Arc::clone(&state);
        let kept = socket.try_clone().expect("the same socket");
        std::thread::spawn(move || {
            let mut buffer = [0; 64 * 1024];
            while !own.stopped.load(Ordering::SeqCst) {
                let Ok((count, from)) = socket.recv_from(&mut buffer) else { continue };
                if own.silent.load(Ordering::SeqCst) {
                    continue;
                }
                if let Some((message, to)) = own.pass(&buffer[..count], from, address) {
                    let _ = socket.send_to(&message, to);
                }
            }
        });
        Self { address, socket: kept, state }
    }

    /// Where Asterisk sends its calls.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives a number to a telephone.
    ///
    /// # Panics
    /// Never in practice.
    pub fn connect(&self, number: &str, telephone: SocketAddr) {
        self.state.telephones.lock().expect("no panic holds it").insert(number.to_owned(), telephone);
    }

    /// Every number that was dialled, as it was dialled, once for each call.
    ///
    /// # Panics
    /// Never in practice.
    pub fn dialled(&self) -> Vec<String> {
        self.state.dialled.lock().expect("no panic holds it").clone()
    }

    /// Says within the last call to a number that a key was pressed, by SIP INFO: as some telephones do beside their RTP
    /// events, or in their place.
    ///
    /// # Panics
    /// When that number has no answered call.
    pub fn key_by_info(&self, number: &str, key: char) {
        let mut dialogs = self.state.dialogs.lock().expect("no panic holds it");
        let dialog = dialogs.iter_mut().rev().find(|dialog| dialog.number == number && dialog.ours.is_some());
        let dialog = dialog.expect("an answered call");
        dialog.requests += 1;
        let host = dialog.contact.trim_start_matches("sip:").rsplit('@').next().unwrap_or("");
        let to = host.split(';').next().and_then(|host| host.parse::<SocketAddr>().ok());
        let request = dialog.info(key, self.address);
        let _ = self.socket.send_to(request.as_bytes(), to.expect("Asterisk's address"));
    }

    /// The trunk is dead: nothing is answered, not even that it is dead.
    pub fn fall_silent(&self, silent: bool) {
        self.state.silent.store(silent, Ordering::SeqCst);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
    }
}

impl Dialog {
    fn info(&self, key: char, own: SocketAddr) -> String {
        let Self { id, contact, theirs, requests, .. } = self;
        let ours = self.ours.as_deref().unwrap_or("");
        let body = format!("Signal={key}\r\nDuration=160\r\n");
        format!(
            "INFO {contact} SIP/2.0\r\nVia: {};branch=z9hG4bK-info-{requests}-{}\r\nMax-Forwards: 70\r\nFrom: {ours}\r\n\
             To: {theirs}\r\nCall-ID: {id}\r\nCSeq: {requests} INFO\r\nContact: <sip:{own}>\r\n\
             Content-Type: application/dtmf-relay\r\nContent-Length: {}\r\n\r\n{body}",
            via_start(own),
            id.replace(|sign: char| !sign.is_ascii_alphanumeric(), ""),
            body.len(),
        )
    }
}

impl State {
    /// Keeps both ends of a call, from its INVITE and the answer to it.
    fn keep_dialog(&self, number: &str, message: &str) -> Option<()> {
        let contact = header(message, "Contact")?.split('<').nth(1)?.split('>').next()?.to_owned();
        let dialog = Dialog {
            number: number.to_owned(),
            id: header(message, "Call-ID")?.to_owned(),
            contact,
            theirs: header(message, "From")?.to_owned(),
            ours: None,
            requests: 0,
        };
        self.dialogs.lock().expect("no panic holds it").push(dialog);
        Some(())
    }

    fn keep_answer(&self, message: &str) -> Option<()> {
        let (id, to) = (header(message, "Call-ID")?, header(message, "To")?);
        let mut dialogs = self.dialogs.lock().expect("no panic holds it");
        dialogs.iter_mut().rev().find(|dialog| dialog.id == id)?.ours = Some(to.to_owned());
        Some(())
    }

    fn pass(&self, message: &[u8], from: SocketAddr, own: SocketAddr) -> Option<(Vec<u8>, SocketAddr)> {
        let text = String::from_utf8_lossy(message).into_owned();
        let (first, rest) = text.split_once("\r\n")?;
        if first.starts_with("SIP/2.0 ") {
            if first.starts_with("SIP/2.0 200") && header(rest, "CSeq")?.ends_with("INVITE") {
                self.keep_answer(rest);
            }
            // Back to whom the Via below ours names.
            let (before, after) = rest.split_once(&format!("Via: {}", via_start(own)))?;
            let without = format!("{first}\r\n{before}{}", after.split_once("\r\n")?.1);
            let next = header(&without, "Via")?;
            let to = next.split_whitespace().nth(1)?.split(';').next()?.parse().ok()?;
            return Some((without.into_bytes(), to));
        }
        let (method, target) = (first.split(' ').next()?, first.split(' ').nth(1)?);
        let branch = header(rest, "Via")?.split_once("branch=")?.1.split(';').next()?.to_owned();
        if method == "ACK" && self.answered_here.lock().expect("no panic holds it").contains(&branch) {
            return None;
        }
        let number = target.strip_prefix("sip:")?.split('@').next()?;
        let answer = |status: &str| {
            self.answered_here.lock().expect("no panic holds it").insert(branch.clone());
            Some((reply(status, rest), from))
        };
        if method == "OPTIONS" {
            return answer("200 OK");
        }
        if method == "INVITE" {
            if !rest.contains("Authorization: Digest username=\"school\"") {
                return answer(
                    "401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"trunk\", nonce=\"5e1f\"",
                );
            }
            let call = header(rest, "Call-ID")?.to_owned();
            if self.calls.lock().expect("no panic holds it").insert(call) {
                self.dialled.lock().expect("no panic holds it").push(number.to_owned());
                self.keep_dialog(number, rest);
            }
        }
        let Some(to) = self.telephones.lock().expect("no panic holds it").get(number).copied() else {
            return answer("404 Not Found");
        };
        let via = format!("Via: {};branch={branch}-trunk", via_start(own));
        Some((format!("{first}\r\n{via}\r\n{rest}").into_bytes(), to))
    }
}

fn via_start(own: SocketAddr) -> String {
    format!("SIP/2.0/UDP {own}")
}

fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    let line = |line: &'a str| line.strip_prefix(name)?.strip_prefix(": ");
    message.lines().find_map(line)
}

/// An answer of our own, with a tag behind its To as every answer has.
fn reply(status: &str, request: &str) -> Vec<u8> {
    let mut text = format!("SIP/2.0 {status}\r\n");
    for line in request.lines().take_while(|line| !line.is_empty()) {
        if ["Via:", "From:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name)) {
            text += &format!("{line}\r\n");
        } else if line.starts_with("To:") {
            text += &format!("{line}{}\r\n", if line.contains(";tag=") { "" } else { ";tag=trunk" });
        }
    }
    text += "Content-Length: 0\r\n\r\n";
    text.into_bytes()
}
