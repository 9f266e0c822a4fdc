//! The private half of the service's identity.
//!
//! The service's key file holds it.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};

use crate::succession::succession_message;
use crate::{Blob, IdentityKey, Succession};

/// The service's private key, with the successions that led to it. It is never printed, and dropping it wipes the key.
pub struct IdentitySigner {
    key: SigningKey,
    successions: Vec<Succession>,
}

impl IdentitySigner {
    /// Takes 32 random bytes: the seed of RFC 8032, section 5.1.5. The key has no successions.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed), successions: Vec::new() }
    }

    /// Sets the successions from older keys to this one, oldest first.
    #[must_use]
    pub fn with_successions(self, successions: Vec<Succession>) -> Self {
        Self { successions, ..self }
    }

    /// The successions from older keys to this one. Every signed document carries them.
    pub fn successions(&self) -> &[Succession] {
        &self.successions
    }

    /// The public half.
    pub fn key(&self) -> IdentityKey {
        IdentityKey::of_signer(&self.key)
    }

    /// The signature of 64 bytes over a message.
    pub(crate) fn signature(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for IdentitySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentitySigner(..)")
    }
}

impl Succession {
    /// Has the old key name the new one.
    pub fn sign(old: &IdentitySigner, new: IdentityKey) -> Self {
        let signature = Blob(old.signature(&succession_message(new)).to_vec());
        Self { old: old.key(), new, signature }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_vector_of_rfc_8032_holds() {
        let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hex");
        let seed: [u8; 32] = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
            .try_into()
            .expect("32 bytes");
        let signer = IdentitySigner::from_bytes(&seed);
        assert_eq!(
            signer.key().bytes().as_slice(),
            hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        );
        assert_eq!(
            signer.signature(b"").as_slice(),
            hex(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            )
        );
    }

    #[test]
    fn debug_shows_no_seed() {
        assert_eq!(format!("{:?}", IdentitySigner::from_bytes(&[7; 32])), "IdentitySigner(..)");
    }
}
