//! The only place that opens a sealed secret. It offers verbs and never a value.
//!
//! Not here: rows (`store`), limits (`engine`), and when a record is sealed again (`engine::keys`).

mod binding;
mod totp;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chacha20poly1305::aead::{Aead as _, Payload};
use domain::{
    MethodKind, NUMBER_BYTES, NumberRule, PhoneNumber, SECRET_BYTES, SixDigits, Step, Timestamp, TotpSecret,
};
use zeroize::Zeroizing;

use crate::keys::{Keyring, NamedKey};
pub use binding::RecordBinding;
use binding::{NONCE_BYTES, cipher, nonce_of};
use totp::matching_step;
pub use totp::proves;

/// A sealed record and the key that opens it.
#[derive(Debug, Clone)]
pub struct SealedRecord {
    /// The vault key that sealed it.
    pub key_id: String,
    /// Nonce, ciphertext, tag.
    pub sealed: Vec<u8>,
}

/// A call without its number.
pub struct CallSpec {
    /// The call's id.
    pub id: telephony::CallId,
    /// What the voice says.
    pub script: telephony::Script,
    /// The number that the phone shows.
    pub caller_id: Option<String>,
    /// For how long it rings at most.
    pub ring_secs: u32,
    /// For how long it lasts at most, once answered.
    pub call_secs: u32,
}

/// Why a record could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The key file lacks the record's key.
    #[error("the key file lacks the key that a record was sealed with")]
    KeyMissing,
    /// The record was changed, or moved to another place.
    #[error("a sealed record does not open: it was changed or moved")]
    Closed,
    /// The system has no entropy.
    #[error("the system has no entropy")]
    Entropy,
    /// The policy does not allow calls to the number any more.
    #[error("the policy refuses the number by now")]
    NumberRefused,
}

/// Seals secrets, and uses them without giving them out.
pub struct Vault {
    keys: Arc<Keyring>,
    openings: AtomicU64,
}

impl Vault {
    /// A vault that seals with the keyring's key in use.
    pub fn new(keys: Arc<Keyring>) -> Self {
        Self { keys, openings: AtomicU64::new(0) }
    }

    /// Seals an authenticator app's secret.
    pub fn seal(&self, binding: &RecordBinding, secret: &TotpSecret) -> Result<SealedRecord, VaultError> {
        self.encrypt(binding, secret.bytes())
    }

    /// Seals a telephone number.
    pub fn seal_number(
        &self,
        binding: &RecordBinding,
        number: &PhoneNumber,
    ) -> Result<SealedRecord, VaultError> {
        self.encrypt(binding, number.bytes())
    }

    /// The time step of a code that is right now, one step old or one early. `None` when it is wrong.
    pub fn verify_code(
        &self,
        binding: &RecordBinding,
        record: &SealedRecord,
        code: &SixDigits,
        now: Timestamp,
    ) -> Result<Option<Step>, VaultError> {
        let plain = self.decrypt(binding, record)?;
        let secret = TotpSecret::from_bytes(exactly::<SECRET_BYTES>(&plain)?);
        Ok(matching_step(&secret, code, Step::at(now), 1))
    }

    /// The call to a sealed number. `telephony::Call` lends the number to the telephone line and to nobody else.
    /// A number that the policy does not allow any more is refused.
    pub fn call(
        &self,
        binding: &RecordBinding,
        record: &SealedRecord,
        rule: &NumberRule,
        spec: CallSpec,
    ) -> Result<telephony::Call, VaultError> {
        let plain = self.decrypt(binding, record)?;
        let number = PhoneNumber::from_bytes(exactly::<NUMBER_BYTES>(&plain)?).ok_or(VaultError::Closed)?;
        numbers::check(&number, rule).map_err(|_| VaultError::NumberRefused)?;
        let CallSpec { id, script, caller_id, ring_secs, call_secs } = spec;
        Ok(telephony::Call { id, number, script, caller_id, ring_secs, call_secs })
    }

    /// Seals a record again, under the key that is in use now.
    pub fn reseal(&self, binding: &RecordBinding, record: &SealedRecord) -> Result<SealedRecord, VaultError> {
        let plain = self.decrypt(binding, record)?;
        match binding.kind {
            MethodKind::AuthenticatorApp => self.encrypt(binding, exactly::<SECRET_BYTES>(&plain)?),
            MethodKind::PhoneCall => self.encrypt(binding, exactly::<NUMBER_BYTES>(&plain)?),
        }
    }

    /// Checks that a record opens, and tells nothing of what is in it.
    pub fn check(&self, binding: &RecordBinding, record: &SealedRecord) -> Result<(), VaultError> {
        let plain = self.decrypt(binding, record)?;
        match binding.kind {
            MethodKind::AuthenticatorApp => exactly::<SECRET_BYTES>(&plain).map(|_| ()),
            MethodKind::PhoneCall => exactly::<NUMBER_BYTES>(&plain).map(|_| ()),
        }
    }

    /// How many records were opened since the start.
    pub fn openings(&self) -> u64 {
        self.openings.load(Ordering::Relaxed)
    }

    fn encrypt(&self, binding: &RecordBinding, plain: &[u8]) -> Result<SealedRecord, VaultError> {
        let keys = self.keys.current();
        let NamedKey { id, bytes, .. } = keys.vault_key(None).ok_or(VaultError::KeyMissing)?;
        let mut sealed = vec![0; NONCE_BYTES];
        getrandom::fill(&mut sealed).map_err(|_| VaultError::Entropy)?;
        let nonce = nonce_of(&sealed)?;
        let payload = Payload { msg: plain, aad: &binding.associated_data(id) };
        let ciphertext = cipher(bytes).encrypt(&nonce, payload).map_err(|_| VaultError::Closed)?;
        sealed.extend_from_slice(&ciphertext);
        Ok(SealedRecord { key_id: id.clone(), sealed })
    }

    /// The plaintext stays on the heap, where it is wiped: an array that is handed on leaves a copy on the stack.
    fn decrypt(
        &self,
        binding: &RecordBinding,
        record: &SealedRecord,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let SealedRecord { key_id, sealed } = record;
        let keys = self.keys.current();
        let NamedKey { id, bytes, .. } = keys.vault_key(Some(key_id)).ok_or(VaultError::KeyMissing)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::Closed)?;
        let payload = Payload { msg: ciphertext, aad: &binding.associated_data(id) };
        let plain = cipher(bytes).decrypt(&nonce_of(nonce)?, payload).map_err(|_| VaultError::Closed)?;
        let plain = Zeroizing::new(plain);
        self.openings.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("enrol_vault_openings_total").increment(1);
        Ok(plain)
    }
}

/// A secret and a number differ in length: a record of one kind is none of the other.
fn exactly<const N: usize>(plain: &[u8]) -> Result<&[u8; N], VaultError> {
    plain.try_into().map_err(|_| VaultError::Closed)
}

#[cfg(test)]
mod tests;
