//! A machine in the middle that reads and changes what passes, as a school's filter that opens TLS could.
//!
//! Not here: cutting the network (`net`).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request and its answer, as they passed, before anything was changed.
#[derive(Debug, Clone)]
pub struct Passed {
    /// Method, path and query.
    pub asked: String,
    /// The request's head and body.
    pub request: Vec<u8>,
    /// The answer's body.
    pub answer: Vec<u8>,
}

/// Makes another answer's body out of the asked path and the true body.
type Change = Box<dyn FnMut(&str, Vec<u8>) -> Vec<u8> + Send>;

/// Stands before a service until it is dropped, or longer.
pub struct Mitm {
    address: SocketAddr,
    target: Arc<Mutex<SocketAddr>>,
    change: Arc<Mutex<Change>>,
    passed: Arc<Mutex<Vec<Passed>>>,
}

impl Mitm {
    /// Stands before a service and changes nothing yet.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let mitm = Self {
            address: listener.local_addr().expect("an address"),
            target: Arc::new(Mutex::new(target)),
            change: Arc::new(Mutex::new(Box::new(|_, body| body))),
            passed: Arc::default(),
        };
        let Self { address: _, target, change, passed } = &mitm;
        let (target, change, passed) = (Arc::clone(target), Arc::clone(change), Arc::clone(passed));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (target, change, passed) =
                    (Arc::clone(&target), Arc::clone(&change), Arc::clone(&passed));
                std::thread::spawn(move || {
                    let target = *target.lock().expect("no panic holds it");
                    // A side that hangs up ends it.
                    let _ = pass(stream, target, &change, &passed);
                });
            }
        });
        mitm
    }

    /// Where the assistant connects to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads to another service from now on.
    ///
    /// # Panics
    /// Never in practice.
    pub fn lead_to(&self, target: SocketAddr) {
        *self.target.lock().expect("no panic holds it") = target;
    }

    /// Changes answers from now on: the path with its query and the true body give the body that is passed on.
    ///
    /// # Panics
    /// Never in practice.
    pub fn change(&self, change: impl FnMut(&str, Vec<u8>) -> Vec<u8> + Send + 'static) {
        *self.change.lock().expect("no panic holds it") = Box::new(change);
    }

    /// Everything that passed since this was asked last.
    ///
    /// # Panics
    /// Never in practice.
    pub fn take_passed(&self) -> Vec<Passed> {
        std::mem::take(&mut *self.passed.lock().expect("no panic holds it"))
    }
}

fn pass(
    mut near: TcpStream,
    target: SocketAddr,
    change: &Mutex<Change>,
    passed: &Mutex<Vec<Passed>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(near.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let (mut head, mut length) = (first.clone(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    // One request a connection, so that the answer ends where the connection does.
    head.push_str("Connection: close\r\n\r\n");
    let mut request = head.into_bytes();
    let start = request.len();
    request.resize(start + length, 0);
    reader.read_exact(&mut request[start..])?;

    let mut far = TcpStream::connect(target)?;
    far.write_all(&request)?;
    let mut answer = Vec::new();
    far.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let body = answer.split_off(end);
    let asked = first.rsplit_once(" HTTP/").map_or("", |(asked, _)| asked).to_owned();
    let path = asked.split_once(' ').map_or("", |(_, path)| path).to_owned();
    passed.lock().expect("no panic holds it").push(Passed { asked, request, answer: body.clone() });
    let body = change.lock().expect("no panic holds it")(&path, body);
    let head = String::from_utf8_lossy(&answer);
    for line in head.lines().filter(|line| !line.is_empty()) {
        if !line.to_ascii_lowercase().starts_with("content-length:") {
            write!(near, "{line}\r\n")?;
        }
    }
    write!(near, "Content-Length: {}\r\n\r\n", body.len())?;
    near.write_all(&body)
}
