//! ARI's events without any of our code: the few bytes of WebSocket (RFC 6455) that a listener needs.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tests::needs::wait_for;
use tests::telephones::Telephones;

/// What an application hears of, until Asterisk ends.
pub(super) struct Events(Arc<Mutex<Vec<Value>>>);

impl Events {
    pub(super) fn of(telephones: &Telephones, application: &str) -> Self {
        Self::at(telephones.ari_address(), telephones, application)
    }

    /// The same through a wire.
    pub(super) fn at(address: SocketAddr, telephones: &Telephones, application: &str) -> Self {
        let mut stream = TcpStream::connect(address).expect("Asterisk listens");
        let login = format!("{}:{}", telephones.ari_user(), telephones.ari_password());
        write!(
            stream,
            "GET /ari/events?app={application} HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            address,
            data_encoding::BASE64.encode(login.as_bytes())
        )
        .expect("it is sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        let events = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&events);
        std::thread::spawn(move || {
            while let Some((kind, payload)) = frame(&mut stream) {
                if kind == 1 {
                    let event = serde_json::from_slice(&payload).expect("an event");
                    kept.lock().expect("no panic holds it").push(event);
                }
            }
        });
        Self(events)
    }

    /// Waits for an event of this type, and gives it.
    pub(super) fn next(&self, kind: &str) -> Value {
        self.all(kind, 1).remove(0)
    }

    /// Waits for so many of this type, and gives them.
    pub(super) fn all(&self, kind: &str, count: usize) -> Vec<Value> {
        wait_for(kind, 20, || {
            let events = self.0.lock().expect("no panic holds it");
            let found: Vec<Value> = events.iter().filter(|event| event["type"] == kind).cloned().collect();
            (found.len() >= count).then_some(found)
        })
    }
}

/// The server's frames are not masked, and Asterisk sends each message in one.
fn frame(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    let length = match head[1] {
        126 => {
            let mut long = [0; 2];
            stream.read_exact(&mut long).ok()?;
            u64::from(u16::from_be_bytes(long))
        }
        127 => {
            let mut long = [0; 8];
            stream.read_exact(&mut long).ok()?;
            u64::from_be_bytes(long)
        }
        short => u64::from(short),
    };
    let mut payload = vec![0; usize::try_from(length).ok()?];
    stream.read_exact(&mut payload).ok()?;
    Some((head[0] & 0x0f, payload))
}
