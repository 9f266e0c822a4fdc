//! All keys of a service under a passphrase, to be kept apart or brought to another node.
//!
//! Not here: where the passphrase comes from (`cli::passphrase`).

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use domain::ServiceId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyBytes, KeyFileError, Keys};

/// The version of the file's form, which also says how the key is made from the passphrase.
const VERSION: u32 = 1;

const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;

/// The second recommended choice of RFC 9106: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// Shorter passphrases are guessed, however slow each guess is.
const SHORTEST: usize = 12;

/// The passphrase of a key export. Zeroized when dropped, never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// `None` when it is too short.
    pub fn new(text: Zeroizing<String>) -> Option<Self> {
        (text.chars().count() >= SHORTEST).then_some(Self(text))
    }

    /// Whether both are the same passphrase.
    pub fn is(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }

    fn key(&self, salt: &[u8; SALT_BYTES]) -> Result<KeyBytes, SealedKeysError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(|_| SealedKeysError::Form)?;
        let mut key = KeyBytes([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.as_bytes(), salt, &mut key.0)
            .map_err(|_| SealedKeysError::Form)?;
        Ok(key)
    }
}

/// Why a key export was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum SealedKeysError {
    /// It is no file that `key export` wrote.
    #[error("expected a file as key export wrote it, by this version or an older one")]
    Form,
    /// The passphrase is wrong, or the file was changed.
    #[error("it does not open: the passphrase is another, or the file was changed")]
    Closed,
    /// The keys inside cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The system has no entropy.
    #[error("sealing the keys: {0}")]
    Entropy(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedFile {
    version: u32,
    service: ServiceId,
    salt: String,
    sealed: String,
}

impl Keys {
    /// The text of a file that holds all keys, encrypted under a passphrase.
    pub fn export(&self, passphrase: &Passphrase) -> Result<String, SealedKeysError> {
        let mut random = [0; SALT_BYTES + NONCE_BYTES];
        getrandom::fill(&mut random).map_err(|error| SealedKeysError::Entropy(error.to_string()))?;
        let (salt, nonce) = random.split_at(SALT_BYTES);
        let (salt, nonce): ([u8; SALT_BYTES], [u8; NONCE_BYTES]) = (
            salt.try_into().map_err(|_| SealedKeysError::Form)?,
            nonce.try_into().map_err(|_| SealedKeysError::Form)?,
        );
        let key = passphrase.key(&salt)?;
        let plain = self.to_toml()?;
        let payload = Payload { msg: plain.as_bytes(), aad: &associated_data(self.service(), &salt) };
        let ciphertext = XChaCha20Poly1305::new(key.bytes().into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealedKeysError::Closed)?;
        let file = SealedFile {
            version: VERSION,
            service: self.service(),
            salt: BASE64URL_NOPAD.encode(&salt),
            sealed: BASE64URL_NOPAD.encode(&[&nonce[..], &ciphertext].concat()),
        };
        let body = toml::to_string(&file).map_err(|_| SealedKeysError::Form)?;
        Ok(format!(
            "# The keys of one Enrol service under a passphrase. They are read by: enrol-service key import FILE\n{body}"
        ))
    }

    /// Reads what `export` wrote.
    pub fn import(text: &str, passphrase: &Passphrase) -> Result<Self, SealedKeysError> {
        let SealedFile { version, service, salt, sealed } =
            toml::from_str(text).map_err(|_| SealedKeysError::Form)?;
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| SealedKeysError::Form);
        let salt: [u8; SALT_BYTES] = bytes(&salt)?.try_into().map_err(|_| SealedKeysError::Form)?;
        let sealed = bytes(&sealed)?;
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(SealedKeysError::Form)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| SealedKeysError::Form)?;
        if version != VERSION {
            return Err(SealedKeysError::Form);
        }
        let key = passphrase.key(&salt)?;
        let payload = Payload { msg: ciphertext, aad: &associated_data(service, &salt) };
        let plain = XChaCha20Poly1305::new(key.bytes().into())
            .decrypt(&XNonce::from(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealedKeysError::Closed)?;
        let plain = std::str::from_utf8(&plain).map_err(|_| SealedKeysError::Form)?;
        Self::from_toml(plain).map_err(|_| SealedKeysError::Form)
    }
}

fn associated_data(service: ServiceId, salt: &[u8; SALT_BYTES]) -> Vec<u8> {
    [b"enrol/1 key export\0", service.to_string().as_bytes(), b"\0", salt].concat()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::keys::KeyKind;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned())).expect("long enough")
    }

    #[test]
    fn exported_keys_open_with_their_passphrase_alone_and_show_none_of_them() {
        let keys = Keys::generate(Timestamp::from_secs(1_800_000_000)).expect("entropy");
        let text = keys.export(&passphrase("correct horse battery")).expect("seals");
        let opened = Keys::import(&text, &passphrase("correct horse battery")).expect("opens");
        assert!(opened.is_same_service(&keys) && opened.identity_key() == keys.identity_key());
        assert_eq!(opened.of(KeyKind::Vault)[0].bytes.bytes(), keys.of(KeyKind::Vault)[0].bytes.bytes());
        let written = keys.to_toml().expect("writes");
        let secret = written.lines().find_map(|line| line.strip_prefix("root = \"")).expect("a key");
        assert!(!text.contains(&secret[..8]));
        let other = Keys::import(&text, &passphrase("correct horse batterz"));
        assert!(matches!(other, Err(SealedKeysError::Closed)));
        assert_ne!(
            text,
            keys.export(&passphrase("correct horse battery")).expect("seals"),
            "salt and nonce are new"
        );
        let service = Keys::generate(Timestamp::from_secs(1)).expect("entropy").service();
        let moved = text.replace(&keys.service().to_string(), &service.to_string());
        assert!(matches!(
            Keys::import(&moved, &passphrase("correct horse battery")),
            Err(SealedKeysError::Closed)
        ));
        for spoilt in
            [String::new(), text.replace("version = 1", "version = 2"), text.replace("salt", "salz")]
        {
            let read = Keys::import(&spoilt, &passphrase("correct horse battery"));
            assert!(matches!(read, Err(SealedKeysError::Form)));
        }
        assert!(Passphrase::new(Zeroizing::new("elevensigns".to_owned())).is_none());
    }

    #[test]
    fn the_key_is_that_of_argon2id() {
        // From the reference program: echo -n "correct horse battery" | argon2 saltsaltsaltsalt -id -t 3 -k 65536 -p 4 -l 32 -r
        let key = passphrase("correct horse battery").key(b"saltsaltsaltsalt").expect("a key");
        assert_eq!(
            data_encoding::HEXLOWER.encode(key.bytes()),
            "b1902c34ae601a143d5c297ce98678f29dbdb234b790e2e20f3879df2759acd1"
        );
    }
}
