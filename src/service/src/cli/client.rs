//! `client add` and `client revoke`.

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand};
use ipnet::IpNet;

use super::operator::{actor, operator};
use super::{Failure, with_service};
use engine::{ClientError, Reason};

#[derive(Debug, Subcommand)]
pub(super) enum Client {
    /// Let a program ask whether sign-in codes are right. Its key is printed once.
    Add(Add),
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
            Self::Revoke(Revoke { name, reason }) => {
                with_service(config, async |service| {
                    service.revoke_client(&name, actor(reason)).await.map_err(Failure::from)
                })?;
                Ok(writeln!(out, "The key of {name} no longer counts.")?)
            }
        }
    }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, Failure> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from)).ok_or_else(
        || {
            Failure::Usage(format!(
                "--address {text:?}: expected an address such as 192.0.2.7 or a network such as 192.0.2.0/28"
            ))
        },
    )
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
