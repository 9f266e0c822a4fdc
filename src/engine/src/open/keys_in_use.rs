//! Checks the keys that the store uses against those of the key file, when a service opens.

use domain::Timestamp;

use super::OpenError;
use store::{Store, StoreError};
use vault::{KeyKind, Keys};

/// Loads which keys the store uses. A store without keys in use gets the newest of each kind.
pub(super) async fn adopt_keys(store: &Store, keys: Keys, now: Timestamp) -> Result<Keys, OpenError> {
    let newest: Vec<(KeyKind, String)> = KeyKind::ALL
        .into_iter()
        .filter_map(|kind| keys.of(kind).last().map(|key| (kind, key.id.clone())))
        .collect();
    let begun = store.write(move |tx| {
        Box::pin(async move {
            let uses = tx.key_uses().await?;
            for (kind, id) in newest {
                if uses.of(kind).next().is_none() {
                    tx.begin_key_use(kind, &id, now).await?;
                }
            }
            Ok(())
        })
    });
    begun.await.map_err(|error: StoreError| OpenError::from(error))?;
    load_keys_in_use(store, keys).await
}

/// Loads which keys the store uses. Fails when the key file lacks one that is needed.
pub(super) async fn load_keys_in_use(store: &Store, keys: Keys) -> Result<Keys, OpenError> {
    let mut rows = store.read().await?;
    let keys = keys.with_uses(rows.key_uses().await?);
    for kind in KeyKind::ALL {
        for used in keys.uses().of(kind).filter(|used| keys.find(kind, &used.id).is_none()) {
            let is_needed =
                used.ended.is_none() || (kind == KeyKind::Vault && rows.records_under(&used.id).await? > 0);
            if is_needed {
                return Err(OpenError::KeyMissing { kind, id: used.id.clone() });
            }
        }
    }
    Ok(keys)
}
