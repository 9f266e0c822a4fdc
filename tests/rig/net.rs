//! A network that can be cut: a proxy on loopback between the assistant and the service.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Passes bytes on while it is up; refuses and drops them while it is cut.
pub struct Wire {
    address: SocketAddr,
    up: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    target: Arc<Mutex<SocketAddr>>,
}

impl Wire {
    /// Starts on a free port of loopback.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let wire = Self {
            address: listener.local_addr().expect("an address"),
            up: Arc::new(AtomicBool::new(true)),
            open: Arc::new(Mutex::new(Vec::new())),
            target: Arc::new(Mutex::new(target)),
        };
        let (up, open, target) = (Arc::clone(&wire.up), Arc::clone(&wire.open), Arc::clone(&wire.target));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if !up.load(Ordering::SeqCst) {
                    continue;
                }
                let target = *target.lock().expect("no panic holds it");
                let Ok(far) = TcpStream::connect(target) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { continue };
                    if let (Ok(a), Ok(b)) = (from.try_clone(), to.try_clone()) {
                        open.lock().expect("no panic holds it").extend([a, b]);
                    }
                    let up = Arc::clone(&up);
                    std::thread::spawn(move || pass(from, to, &up));
                }
            }
        });
        wire
    }

    /// Where the assistant connects to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads to another service from now on, for example the same one started again.
    ///
    /// # Panics
    /// Never in practice.
    pub fn lead_to(&self, target: SocketAddr) {
        *self.target.lock().expect("no panic holds it") = target;
    }

    /// Cuts every connection and lets none through.
    ///
    /// # Panics
    /// Never in practice.
    pub fn cut(&self) {
        self.up.store(false, Ordering::SeqCst);
        for stream in self.open.lock().expect("no panic holds it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again.
    pub fn restore(&self) {
        self.up.store(true, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, up: &AtomicBool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 || !up.load(Ordering::SeqCst) || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
