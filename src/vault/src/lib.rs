//! Keys, and the only place that opens a sealed record. It offers verbs and never a value.
//!
//! Not here: SQL (`store`), limits (`engine`), and when a key is taken into use (`engine::keys`).

mod keys;
mod records;

pub use keys::{
    CREDENTIALS_DIRECTORY, HashOf, KeyBytes, KeyFileError, KeyKind, KeyState, KeyUse, KeyUses, Keyring, Keys,
    NamedKey, NumberHashes, Passphrase, SealedKeysError, hmac, new_token,
};
pub use records::{CallSpec, RecordBinding, SealedRecord, Vault, VaultError, proves};
