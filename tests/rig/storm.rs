//! A trust at its busiest, on nodes that die: people enrol, sign in and have codes verified by many clients at once,
//! through a load balancer; and then what they were told is held against what is kept.
//!
//! Not here: which figures are good enough. The benchmark prints them, and a scenario looks at the faults alone.

mod asking;
mod clients;
mod judge;
mod kept;
mod nodes;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use asking::Asking;
use clients::{Client, Person};
use judge::Told;
use nodes::Nodes;

use crate::people::office;

pub use asking::Kind;
pub use nodes::Resident;

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// People, shared out among the clients.
    pub people: usize,
    /// Clients, each with an address of its own.
    pub clients: usize,
    /// How long.
    pub lasts: Duration,
    /// Between two kills.
    pub kill_every: Duration,
    /// From a kill until the node is started again.
    pub down: Duration,
    /// Whether the database waits for the disk.
    pub durable: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// From the first request to the last answer.
    pub lasted: Duration,
    /// Everything that is wrong, in words.
    pub faults: Vec<String>,
    /// Of each answer.
    pub times: BTreeMap<Kind, Vec<Duration>>,
    /// The longest that anybody waited for an answer, with all that was sent again.
    pub longest: BTreeMap<Kind, Duration>,
    /// What was sent again, by its reason.
    pub again: BTreeMap<String, usize>,
    /// What was answered about codes.
    pub outcomes: BTreeMap<String, usize>,
    /// Codes that IT gave out meanwhile.
    pub codes_given: usize,
    /// Receipts.
    pub acknowledged: usize,
    /// People who are enrolled, and whose code was right in the end.
    pub right: usize,
    /// How often each node was killed.
    pub kills: [usize; 2],
    /// Both nodes' memory.
    pub memory: Vec<Resident>,
}

/// Does it.
///
/// # Errors
/// When something cannot be started, or ends in a way that no client expects.
///
/// # Panics
/// When something that it needs is not installed.
pub fn run(plan: &Plan) -> anyhow::Result<Outcome> {
    let mut nodes = Nodes::start(plan.durable)?;
    let key = nodes.first().add_client("Remote desktop");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (stop, begun) = (Arc::new(AtomicBool::new(false)), Instant::now());
    let working = runtime.block_on(begin(plan, &nodes, &key, &stop))?;
    let seen = nodes.watch(plan);
    stop.store(true, Ordering::Relaxed);
    let clients = runtime.block_on(working.join_all());
    let mut outcome =
        Outcome { lasted: begun.elapsed(), kills: seen.kills, memory: seen.memory, ..Outcome::default() };
    let (mut told, mut enrolled) = (Told::default(), Vec::new());
    for client in clients {
        let Client { asking, beside, people, told: own, outcomes, codes_given, .. } = client?;
        told.receipts.extend(own.receipts);
        told.codes.extend(own.codes);
        told.refused.extend(own.refused);
        enrolled.extend(people.into_iter().filter_map(Person::enrolled));
        outcome.codes_given += codes_given;
        for Asking { times, longest, again, .. } in [asking, beside] {
            for (kind, times) in times {
                outcome.times.entry(kind).or_default().extend(times);
            }
            for (kind, time) in longest {
                let longest = outcome.longest.entry(kind).or_default();
                *longest = time.max(*longest);
            }
            add(&mut outcome.again, again);
        }
        add(&mut outcome.outcomes, outcomes);
    }
    nodes.stop();
    let kept = runtime.block_on(kept::read(&nodes, &enrolled))?;
    outcome.faults = judge::faults(&told, &kept);
    outcome.acknowledged = told.receipts.len();
    outcome.right = kept.right.len();
    Ok(outcome)
}

fn add(all: &mut BTreeMap<String, usize>, more: BTreeMap<String, usize>) {
    for (what, count) in more {
        *all.entry(what).or_default() += count;
    }
}

/// All clients, at work.
async fn begin(
    plan: &Plan,
    nodes: &Nodes,
    key: &str,
    stop: &Arc<AtomicBool>,
) -> anyhow::Result<tokio::task::JoinSet<anyhow::Result<Client>>> {
    let office = office(nodes.first().home()).await?;
    let identity = nodes.first().identity_key().parse().ok().context("an identity key")?;
    let mut working = tokio::task::JoinSet::new();
    for client in 0..plan.clients {
        // As many addresses as clients: HAProxy tells them to the nodes.
        let own = IpAddr::from(Ipv4Addr::from_bits(0x7f00_0100 + u32::try_from(client)?));
        let people = (client..plan.people).step_by(plan.clients);
        let client = Client {
            office: Arc::clone(&office),
            identity,
            key: key.to_owned(),
            asking: Asking::of(nodes.address(), own),
            beside: Asking::of(nodes.address(), own),
            people: people.map(|number| Person::called(format!("person{number}"))).collect(),
            told: Told::default(),
            outcomes: BTreeMap::new(),
            codes_given: 0,
        };
        working.spawn(client.run(Arc::clone(stop)));
    }
    Ok(working)
}
