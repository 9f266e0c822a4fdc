//! Two nodes of the real service on one PostgreSQL behind a HAProxy. One of them is killed again and again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use store::testing::Postgres;

use super::Plan;
use crate::haproxy::Haproxy;
use crate::processes::resident_memory;
use crate::service::Service;

/// The name that people know the service by.
pub(super) const HOST: &str = "enrol.oaktree.example";

/// Nodes have addresses of their own, where their ports stay free while they are down.
const NODES: [&str; 2] = ["127.0.0.2", "127.0.0.3"];

/// How often memory is looked at.
const LOOKS: Duration = Duration::from_secs(2);

/// What there is.
pub(super) struct Nodes {
    nodes: [Service; 2],
    variables: [Vec<(&'static str, String)>; 2],
    proxy: Haproxy,
    _server: Postgres,
    /// The database's address.
    pub(super) store: String,
}

/// Resident memory of a node at some age of its process.
#[derive(Debug, Clone, Copy)]
pub struct Resident {
    /// Which process: node and the number of its start.
    pub process: (usize, usize),
    /// Since its start.
    pub age: Duration,
    /// Bytes.
    pub bytes: u64,
}

/// What was done to them.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// How often each was killed.
    pub(super) kills: [usize; 2],
    pub(super) memory: Vec<Resident>,
}

impl Nodes {
    pub(super) fn start(durable: bool) -> anyhow::Result<Self> {
        let server = if durable { Postgres::start(true) } else { Postgres::shared() }?;
        let store = server.database()?;
        let settings = format!(
            "store = {store:?}\nhosts = [\"{HOST}\"]\ntrusted_proxies = [\"127.0.0.1/32\"]\n[flood]\nper_second = 0"
        );
        let listens = |node: usize| vec![("ENROL_LISTEN", format!("{}:0", NODES[node]))];
        let mut variables = [listens(0), listens(1)];
        let first = Service::start_with(&settings, &borrowed(&variables[0]));
        variables[1].push(("ENROL_KEYS", first.home().join("keys/keys.toml").display().to_string()));
        let second = Service::start_with(&settings, &borrowed(&variables[1]));
        anyhow::ensure!(first.identity_key() == second.identity_key(), "one service, twice");
        // They come back where HAProxy looks for them.
        for (variables, node) in variables.iter_mut().zip([&first, &second]) {
            variables[0].1 = node.address().to_string();
        }
        let proxy = Haproxy::start(HOST, &[first.address(), second.address()]);
        Ok(Self { nodes: [first, second], variables, proxy, _server: server, store })
    }

    /// Where people find them.
    pub(super) fn address(&self) -> SocketAddr {
        self.proxy.address()
    }

    /// The one whose folder has the keys.
    pub(super) fn first(&self) -> &Service {
        &self.nodes[0]
    }

    /// Kills one, and starts it again, until the end. The first every time, but for the second time: so both are
    /// killed under load, and the second then lives on, long enough to say something about its memory.
    pub(super) fn watch(&mut self, plan: &Plan) -> Watched {
        let (begun, mut seen) = (Instant::now(), Watched::default());
        let mut starts = [begun; 2];
        let mut next_kill = plan.kill_every;
        while begun.elapsed() < plan.lasts {
            if begun.elapsed() >= next_kill {
                next_kill += plan.kill_every;
                let node = usize::from(seen.kills == [1, 0]);
                self.kill(node);
                seen.kills[node] += 1;
                std::thread::sleep(plan.down);
                self.nodes[node].start_again(&borrowed(&self.variables[node]));
                starts[node] = Instant::now();
            }
            for node in [0, 1] {
                if let Ok(bytes) = resident_memory(self.nodes[node].id()) {
                    let (process, age) = ((node, seen.kills[node]), starts[node].elapsed());
                    seen.memory.push(Resident { process, age, bytes });
                }
            }
            std::thread::sleep(
                LOOKS.min(plan.kill_every / 4).min(plan.lasts.saturating_sub(begun.elapsed())),
            );
        }
        seen
    }

    fn kill(&mut self, node: usize) {
        let running = self.nodes[node].running();
        running.signal("KILL");
        running.ended(10);
    }

    /// Ends both as the system does.
    pub(super) fn stop(&mut self) {
        for node in &mut self.nodes {
            node.stop();
        }
    }
}

fn borrowed<'v>(variables: &'v [(&'static str, String)]) -> Vec<(&'v str, &'v str)> {
    variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
