//! A real HAProxy in front of several nodes: it looks at `/ready`, shares the requests out, and says who asks.
//!
//! Not here: TLS. It and the nodes are on one computer.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::needs::{tool, wait_for};
use crate::programs::Running;

/// Every computer has the whole of 127.0.0.0/8 to itself. At an address that nothing else uses, a port stays free.
const OWN: [u8; 4] = [127, 0, 0, 4];

/// A running HAProxy. It goes when it is dropped.
pub struct Haproxy {
    _running: Running,
    _folder: tempfile::TempDir,
    address: SocketAddr,
}

impl Haproxy {
    /// Starts one before nodes that answer for this host name, and waits until it leads to one of them.
    ///
    /// # Panics
    /// When it is not installed, or leads nowhere.
    pub fn start(host: &str, nodes: &[SocketAddr]) -> Self {
        let mut command = tool("haproxy", "haproxy");
        let listener =
            TcpListener::bind(SocketAddr::from((OWN, 0))).expect("an address of this computer's own");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, configuration(host, address, nodes)).expect("writes");
        let running = Running::start(command.arg("-db").arg("-f").arg(&file));
        wait_for("HAProxy to lead to a node", 30, || is_ready(address, host).then_some(()));
        Self { _running: running, _folder: folder, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// As the manual advises for services that say on `/ready` whether they are. What a node was asked and has not answered
/// is never sent to another one: whoever asked asks again, and knows that it may have been done.
fn configuration(host: &str, address: SocketAddr, nodes: &[SocketAddr]) -> String {
    let mut text = format!(
        "global
    maxconn 4096
defaults
    mode http
    option forwardfor
    option redispatch
    retries 3
    timeout connect 2s
    timeout client 60s
    timeout server 60s
frontend people
    bind {address}
    default_backend nodes
backend nodes
    balance leastconn
    option httpchk
    http-check send meth GET uri /ready ver HTTP/1.1 hdr Host {host}
    http-check expect status 200
    default-server check inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
"
    );
    for (number, node) in nodes.iter().enumerate() {
        let _ = writeln!(text, "    server node{number} {node}");
    }
    text
}

fn is_ready(address: SocketAddr, host: &str) -> bool {
    let asked = || {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer)
    };
    asked().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
}
