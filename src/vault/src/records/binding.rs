//! What a sealed record is bound to, and the cipher that binds it.

use chacha20poly1305::aead::KeyInit as _;
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{Generation, MethodKind, PersonId};
use uuid::Uuid;

use super::VaultError;
use crate::keys::KeyBytes;

pub(super) const NONCE_BYTES: usize = 24;

/// What a record belongs to. It opens with exactly this: a ciphertext that was moved elsewhere does not open.
#[derive(Debug, Clone, Copy)]
pub struct RecordBinding {
    /// The table that holds the record.
    pub table: &'static str,
    /// The record's id.
    pub record: Uuid,
    /// The person whose record it is.
    pub person: PersonId,
    /// What kind of secret it is.
    pub kind: MethodKind,
    /// The person's generation when it was sealed.
    pub generation: Generation,
}

impl RecordBinding {
    /// The cipher's associated data. Each part has its length before it, so that no byte can move from one part to the next.
    pub(super) fn associated_data(&self, key_id: &str) -> Vec<u8> {
        let Self { table, record, person, kind, generation } = self;
        let mut data = Vec::with_capacity(128);
        let parts: [&[u8]; 6] = [
            table.as_bytes(),
            record.as_bytes(),
            &person.uuid().into_bytes(),
            kind.name().as_bytes(),
            &generation.0.to_be_bytes(),
            key_id.as_bytes(),
        ];
        for part in parts {
            data.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            data.extend_from_slice(part);
        }
        data
    }
}

pub(super) fn cipher(master: &KeyBytes) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(master.derive("enrol/1 records").bytes().into())
}

pub(super) fn nonce_of(bytes: &[u8]) -> Result<XNonce, VaultError> {
    let bytes: [u8; NONCE_BYTES] =
        bytes.get(..NONCE_BYTES).and_then(|bytes| bytes.try_into().ok()).ok_or(VaultError::Closed)?;
    Ok(bytes.into())
}
