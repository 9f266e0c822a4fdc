//! Updates the keys of sign-in names that release 0.1.0 made.
//!
//! This is not a migration step. Neither database can compute the keys, and a node of the older release may add old keys
//! while nodes are updated. Like a migration, it leaves no audit row.

use std::collections::HashSet;

use domain::NameKey;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, Store, StoreError, Tx};

/// A person's id, their key, and the name that it was made from.
type Keyed = (String, String, String);

/// The changes that old keys need.
#[derive(Debug, PartialEq, Eq)]
struct Changes {
    /// The person's id, the old key and the new.
    moved: Vec<Keyed>,
    /// The ids of two people with one name: first who keeps the old key, then who has the new one.
    clashes: Vec<(String, String)>,
}

impl Store {
    /// Gives each person the current form of their key.
    ///
    /// Two people may turn out to have one name. Nobody is merged. A person who has the new key keeps it; otherwise the
    /// person who was added first gets it. The other keeps the old key, and is found by the exact spelling in the store.
    /// The log names both by their ids.
    pub async fn update_sign_in_keys(&self) -> Result<(), StoreError> {
        let Changes { moved, clashes } = changes(&self.read().await?.sign_in_keys().await?);
        for (older, newer) in &clashes {
            tracing::warn!(
                person = %older,
                other = %newer,
                "two people have one sign-in name, in two spellings; erase the one who is not in use"
            );
        }
        if moved.is_empty() {
            return Ok(());
        }
        let write = self.write(|tx| {
            Box::pin(async move {
                tx.lock_sign_in_keys().await?;
                // Another node may have done it meanwhile.
                for (id, old, new) in changes(&tx.sign_in_keys().await?).moved {
                    tx.move_sign_in_key(&id, &old, &new).await?;
                }
                Ok(())
            })
        });
        write.await
    }
}

/// Finds the changes. `people` are in the order in which they were added.
fn changes(people: &[Keyed]) -> Changes {
    let mut taken: HashSet<String> = people.iter().map(|(_, key, _)| key.clone()).collect();
    let mut found = Changes { moved: Vec::new(), clashes: Vec::new() };
    for (id, old, name) in people {
        let Some(new) = NameKey::of(name).map(|key| key.as_str().to_owned()) else { continue };
        if *old == new {
            continue;
        }
        if taken.insert(new.clone()) {
            found.moved.push((id.clone(), old.clone(), new));
        } else {
            let moved = found.moved.iter().map(|(id, _, key)| (id, key));
            let holder =
                people.iter().map(|(id, key, _)| (id, key)).chain(moved).find(|(_, key)| **key == new);
            found.clashes.extend(holder.map(|(holder, _)| (id.clone(), holder.clone())));
        }
    }
    found
}

impl Reader {
    async fn sign_in_keys(&mut self) -> Result<Vec<Keyed>, StoreError> {
        on!(self, open => sqlx::query_as(
            "select id, sign_in_key, sign_in_name from people order by created_at, id",
        )
        .fetch_all(open)
        .await
        .doing("reading the keys of sign-in names"))
    }
}

impl Tx {
    /// Lets nobody be added on PostgreSQL until the transaction ends. SQLite has one writer at a time.
    async fn lock_sign_in_keys(&mut self) -> Result<(), StoreError> {
        if !self.is_postgres() {
            return Ok(());
        }
        self.run("lock table people in share row exclusive mode").await.doing("locking the sign-in names")
    }

    /// Keeps others from moving keys on PostgreSQL until the transaction ends. Others may add people meanwhile.
    pub(super) async fn share_lock_sign_in_keys(&mut self) -> Result<(), StoreError> {
        if !self.is_postgres() {
            return Ok(());
        }
        self.run("lock table people in row exclusive mode").await.doing("locking the sign-in names")
    }

    async fn move_sign_in_key(&mut self, id: &str, old: &str, new: &str) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update people set sign_in_key = $3 where id = $1 and sign_in_key = $2")
            .bind(id)
            .bind(old)
            .bind(new)
            .execute(open)
            .await
            .done("writing the key of a sign-in name"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
