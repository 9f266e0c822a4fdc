//! Relying parties and their keys.

use std::net::IpAddr;

use data_encoding::BASE64URL_NOPAD;
use domain::Timestamp;
use ipnet::IpNet;
use protocol::ErrorCode;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::audit::{self, Entry, What};
use crate::entropy::no_entropy;
use crate::ids::new_record_id;
use crate::{Actor, Operator, Refusal, Service};
use store::{ClientListing, ClientRow, StoreError};
use vault::{HashOf, new_token};

/// What every relying party's key begins with, so that a lost one is recognised.
const PREFIX: &str = "rp_";

/// A relying party that proved itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientId(pub Uuid);

/// A relying party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The name that IT gave it.
    pub name: String,
}

/// A relying party as IT sees it. What is stored of its key is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedClient {
    /// As IT calls it.
    pub name: String,
    /// From where it may ask; from anywhere when there are none.
    pub addresses: Vec<IpNet>,
    /// Since when its key counts.
    pub added_at: Timestamp,
    /// Since when it counts no more.
    pub revoked_at: Option<Timestamp>,
}

/// The keyed hash of a relying party's key. The store has it instead of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientKeyHash([u8; 32]);

/// A new relying party. Its key is shown once and stored nowhere.
pub struct NewClient {
    /// Its id.
    pub id: ClientId,
    /// Goes into its requests as `Authorization: Bearer`.
    pub key: Zeroizing<String>,
}

/// Why a command about relying parties was not done.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not a name.
    #[error("expected a name of 1 to 64 of A to Z, a to z, 0 to 9, space, dot, _ and -")]
    Name,
    /// Names are not used twice, so that the audit stays readable.
    #[error("there is, or was, a client called {0:?}")]
    Taken(String),
    /// No such client.
    #[error("there is no client called {0:?}")]
    Unknown(String),
    /// It was revoked before.
    #[error("the client {0:?} was revoked before")]
    Revoked(String),
    /// No entropy, or the store failed.
    #[error("the service could not do it: {0}")]
    Fault(#[from] Refusal),
}

impl From<StoreError> for ClientError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Service {
    /// The relying party whose key has this hash. `from` is the address of the request, and not the user's.
    pub async fn client_with_key(&self, key: &ClientKeyHash, from: IpAddr) -> Result<Client, Refusal> {
        let row = self.store.read().await?.client_by_hash(&key.0).await?;
        let ClientRow { id, name, scope, addresses, revoked } = row.ok_or(ErrorCode::NotSignedIn)?;
        if revoked {
            return Err(ErrorCode::NotSignedIn.into());
        }
        let from = from.to_canonical();
        let here = addresses.is_empty() || addresses.iter().any(|network| network.contains(&from));
        if scope != "verify" || !here {
            return Err(ErrorCode::NotAllowed.into());
        }
        Ok(Client { id: ClientId(id), name })
    }

    /// The same for the key itself.
    #[cfg(test)]
    pub(crate) async fn client_of(&self, key: &str, from: IpAddr) -> Result<Client, Refusal> {
        let key = self.client_key_hash(key).ok_or(ErrorCode::NotSignedIn)?;
        self.client_with_key(&key, from).await
    }

    /// The hash of a relying party's key, when the text has the form of one.
    pub fn client_key_hash(&self, key: &str) -> Option<ClientKeyHash> {
        let bytes = bytes_of(key)?;
        #[cfg(feature = "testing")]
        testing::HASHED.with(|hashed| hashed.set(hashed.get() + 1));
        Some(ClientKeyHash(self.keys().hash(HashOf::ClientKey, bytes.as_slice())))
    }

    /// Adds a relying party. It may send requests from the given addresses, or from any when none are given.
    pub async fn add_client(
        &self,
        name: &str,
        addresses: &[IpNet],
        by: impl Into<Operator>,
    ) -> Result<NewClient, ClientError> {
        let (name, by) = (name_of(name)?, by.into());
        let now = self.now();
        let token = new_token().map_err(|error| no_entropy(&error))?;
        let key =
            Zeroizing::new(format!("{PREFIX}{}", *Zeroizing::new(BASE64URL_NOPAD.encode(token.as_slice()))));
        let hash = self.keys().hash(HashOf::ClientKey, token.as_slice());
        let id = new_record_id(now)?;
        let row =
            ClientRow { id, name, scope: "verify".to_owned(), addresses: addresses.to_vec(), revoked: false };
        let keys = self.keys();
        let added = self.store.write(move |tx| {
            Box::pin(async move {
                // A reader of a report would take two names that differ only in case for one.
                if let Some(there) = tx.client_by_name(&row.name).await? {
                    return Err(ClientError::Taken(there.name));
                }
                if !tx.add_client(&row, &hash, now.millis()).await? {
                    return Err(ClientError::Taken(row.name));
                }
                let entry = Entry { client: Some(id), ..by.entry(What::ClientAdded) };
                audit::append(tx, &keys, &entry, now).await?;
                Ok(())
            })
        });
        added.await?;
        Ok(NewClient { id: ClientId(id), key })
    }

    /// All relying parties, by name, also those that were revoked.
    pub async fn clients(&self) -> Result<Vec<ListedClient>, Refusal> {
        let listings = self.store.read().await?.clients().await?;
        let listed = |ClientListing { name, addresses, added_at, revoked_at }| ListedClient {
            name,
            addresses,
            added_at,
            revoked_at,
        };
        Ok(listings.into_iter().map(listed).collect())
    }

    /// Revokes a relying party. Its key counts no longer.
    pub async fn revoke_client(&self, name: &str, actor: Actor) -> Result<ClientId, ClientError> {
        let name = name_of(name)?;
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let Some(client) = tx.client_by_name(&name).await? else {
                        return Err(ClientError::Unknown(name));
                    };
                    if !tx.revoke_client(client.id, now.millis()).await? {
                        return Err(ClientError::Revoked(name));
                    }
                    let entry = Entry { client: Some(client.id), ..actor.entry(What::ClientRevoked) };
                    audit::append(tx, &keys, &entry, now).await?;
                    Ok(ClientId(client.id))
                })
            })
            .await
    }
}

fn name_of(text: &str) -> Result<String, ClientError> {
    let text = text.trim();
    let plain = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ._-".contains(&byte));
    if plain { Ok(text.to_owned()) } else { Err(ClientError::Name) }
}

fn bytes_of(key: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = key.strip_prefix(PREFIX)?;
    let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
    (bytes.len() == 32).then_some(bytes)
}

/// Support for tests of other crates.
#[cfg(feature = "testing")]
pub mod testing {
    use std::cell::Cell;

    thread_local! {
        pub(super) static HASHED: Cell<u64> = const { Cell::new(0) };
    }

    /// How many keys of relying parties were hashed on this thread.
    pub fn client_keys_hashed() -> u64 {
        HASHED.get()
    }

    impl super::ClientKeyHash {
        /// A hash that belongs to no key.
        pub fn from_bytes(bytes: [u8; 32]) -> Self {
            Self(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keys_are_looked_up() {
        let key = format!("rp_{}", BASE64URL_NOPAD.encode(&[7; 32]));
        assert!(bytes_of(&key).is_some());
        for wrong in [
            "",
            "rp_",
            "rp_AAAA",
            &key[3..],
            &key[..key.len() - 1],
            &format!("{key}A"),
            &format!("RP_{}", &key[3..]),
        ] {
            assert!(bytes_of(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(name_of(" Remote desktop ").ok().as_deref(), Some("Remote desktop"));
        for wrong in ["", "a\nb", "a\0", "é", &"a".repeat(65)] {
            assert!(name_of(wrong).is_err(), "{wrong:?}");
        }
    }
}
