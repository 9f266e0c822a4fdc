//! `client add`, `client list` and `client revoke`.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use domain::Timestamp;
use ipnet::IpNet;
use serde_json::{Value, json};

use super::list::{self, Format, Row};
use super::operator::{actor, operator};
use super::time::day_and_time;
use super::{Failure, with_service};
use engine::{ClientError, ListedClient, Reason};

#[derive(Debug, Subcommand)]
pub(super) enum Client {
    /// Let a program ask whether sign-in codes are right. Its key is printed once.
    Add(Add),
    /// Show every program that has, or had, a key: from where it may ask, and since when. No key is shown.
    List(Format),
    /// Take a program's key away, from now on.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// A name for reports, such as rds-gateway. No name is used twice.
    name: String,
    /// Only from this address or network, such as 192.0.2.0/28; may be given again. Left out: from anywhere.
    #[arg(long = "address", value_name = "NETWORK")]
    addresses: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The name it was added under.
    name: String,
    /// Why. It goes into the audit.
    #[arg(long)]
    reason: Reason,
}

impl Client {
    pub(super) fn run(self, config: &Path, out: &mut dyn Write) -> Result<(), Failure> {
        match self {
            Self::Add(Add { name, addresses }) => {
                let addresses = addresses.iter().map(|text| network(text)).collect::<Result<Vec<_>, _>>()?;
                let client = with_service(config, async |service| {
                    service.add_client(&name, &addresses, operator()).await.map_err(Failure::from)
                })?;
                writeln!(out, "{}", *client.key)?;
                writeln!(out, "For {name}, as the header \"Authorization: Bearer KEY\". Shown once.")?;
                Ok(())
            }
            Self::List(format) => {
                let clients = with_service(config, async |service| Ok(service.clients().await?))?;
                list::print(out, format, &clients, "No programs. To add one: enrol-service client add NAME")
            }
            Self::Revoke(Revoke { name, reason }) => {
                with_service(config, async |service| {
                    service.revoke_client(&name, actor(reason)).await.map_err(Failure::from)
                })?;
                Ok(writeln!(out, "The key of {name} no longer counts.")?)
            }
        }
    }
}

impl Row<4> for ListedClient {
    const HEAD: [&str; 4] = ["name", "may ask from", "added", "status"];

    fn cells(&self) -> [String; 4] {
        let Self { name, addresses, added_at, revoked_at } = self;
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let from = if addresses.is_empty() { "anywhere".to_owned() } else { addresses.join(", ") };
        let status = revoked_at
            .map_or_else(|| "its key counts".to_owned(), |at| format!("revoked {}", day_and_time(at)));
        [name.clone(), from, day_and_time(*added_at), status]
    }

    fn json(&self) -> Value {
        let Self { name, addresses, added_at, revoked_at } = self;
        json!({
            "name": name,
            "addresses": addresses,
            "added_at": added_at.rfc3339(),
            "revoked_at": revoked_at.map(Timestamp::rfc3339),
        })
    }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, Failure> {
    domain::parse_network(text)
        .and_then(|network| domain::check_host_bits(network).map(|()| network))
        .map_err(|error| Failure::Usage(format!("--address: {error}")))
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Name => Self::Usage(error.to_string()),
            ClientError::Taken(_)
            | ClientError::Unknown(_)
            | ClientError::Revoked(_)
            | ClientError::Fault(_) => Self::failed(&error),
        }
    }
}
