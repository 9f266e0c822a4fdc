//! Keys, and the only place that opens a sealed record. It offers verbs and never a value.
//!
//! Not here: SQL (`store`), limits (`engine`), and when a key is taken into use (`engine::keys`).

mod files;
mod keys;
mod records;

pub use files::{folder_of, give_to_owner_of, open_for_owner_of_folder, write_private};
pub use keys::{
    CREDENTIALS_DIRECTORY, HashOf, KeyBytes, KeyFileError, KeyKind, KeyState, KeyUse, KeyUses, Keys,
    NamedKey, NumberHashes, Passphrase, Ring, SealedKeysError, hmac, new_token,
};
pub use records::{CallPlan, RecordPlace, SealedRecord, Vault, VaultError, proves};
