//! Asks the service that the settings start whether it is ready, as a container's health check does.
//!
//! Not here: what makes it ready (`api`).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use protocol::{ApiProblem, paths};

use crate::config::Settings;

/// A service that takes longer is not ready.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// A name that every service answers for.
const HERE: &str = "localhost";

/// Why it is not ready, as far as can be seen from outside.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// Nothing answers.
    #[error("no answer from {address}. Is it started, with these settings?")]
    NoAnswer {
        /// Where the request went.
        address: SocketAddr,
        /// Why not.
        source: reqwest::Error,
    },
    /// It says no.
    #[error("it answers {status}: {why}")]
    SaysNo {
        /// The answer's status.
        status: u16,
        /// The code, where there is one.
        why: String,
    },
}

/// Whether the service that listens where the settings say is ready.
///
/// # Errors
///
/// When it is not, or does not answer.
pub async fn check_ready(settings: &Settings) -> Result<(), NotReady> {
    let address = reachable(settings.listen);
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{HERE}:{}{}", address.port(), paths::READY);
    let no_answer = |source| NotReady::NoAnswer { address, source };
    // The certificate is for another name than this one, and nothing secret is sent to whoever answers.
    // A URL has no place for the scope of an IPv6 address. What is connected to has it.
    let without_scope = SocketAddr::new(address.ip(), address.port());
    let Some(client) = telephony::http_client(&format!("http://{without_scope}"), ANSWER_TIME) else {
        unreachable!("an address without a scope and a port make a URL")
    };
    let client = client
        .timeout(ANSWER_TIME)
        .resolve(HERE, address)
        .tls_danger_accept_invalid_certs(true)
        .build()
        .map_err(no_answer)?;
    let response = client.get(url).send().await.map_err(no_answer)?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let problem = response.json::<ApiProblem>().await;
    let why = problem.map_or_else(|_| "and not why".to_owned(), |problem| problem.code.to_string());
    Err(NotReady::SaysNo { status: status.as_u16(), why })
}

/// The address by which this computer reaches what listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(match listen {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}
