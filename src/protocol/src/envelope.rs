//! The sealed envelope: HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
//! ChaCha20-Poly1305. Each context seals one message.
//!
//! The seal covers the purpose, the service and the key as `info`, and the header's bytes as additional data. Base mode
//! does not authenticate the sender; the grant token inside does.
//! `headers` and `payload` hold what an envelope says.

use domain::ServiceId;
use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _, aead::ChaCha20Poly1305,
    kdf::HkdfSha256, kem::X25519HkdfSha256, rand_core::CryptoRng,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Blob, Bytes32, PLAINTEXT_BYTES};

type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// The size of the authentication tag in bytes (RFC 8439, section 2.8).
const TAG_BYTES: usize = 16;

/// The longest id of a key in bytes: longer than any that is made. HPKE itself takes 64 KiB.
const LONGEST_KEY_ID: usize = 128;

/// An envelope on the wire and in the outbox. A copy of it can only be submitted again, unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The header as JSON, byte for byte as it was sealed.
    pub header: Blob,
    /// The sender's one-time public key (RFC 9180, section 4.1: `enc`).
    pub encapped_key: Bytes32,
    /// The encrypted payload of 1,024 bytes, and a tag of 16 bytes.
    pub ciphertext: Blob,
}

/// What an envelope is for. An envelope for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealPurpose {
    /// A credential for a sign-in.
    SignIn,
    /// An enrolment.
    Enrolment,
    /// The number of a test call.
    Number,
    /// The code that makes a computer a station.
    Station,
}

impl SealPurpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "enrol/1 sign-in",
            Self::Enrolment => "enrol/1 enrolment",
            Self::Number => "enrol/1 number",
            Self::Station => "enrol/1 station",
        }
    }
}

/// Why an envelope could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The payload or the ciphertext does not have the one size.
    #[error("an envelope holds {PLAINTEXT_BYTES} bytes")]
    Size,
    /// The key, its id or the encapped key is unusable.
    #[error("the envelope's key is unusable")]
    Key,
    /// It was sealed to another key or for another purpose, or it was changed.
    #[error("the envelope does not open")]
    Closed,
    /// The header is not the JSON that was expected.
    #[error("the envelope's header cannot be read")]
    Header(#[source] serde_json::Error),
}

/// The public half of the key that opens envelopes: X25519 (RFC 7748).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnvelopeKey {
    /// The key's id: at most 128 bytes.
    pub id: String,
    /// The 32 bytes of the public key.
    pub public: Bytes32,
}

/// The private half of the key to which envelopes are sealed: X25519 (RFC 7748). It is never printed, and dropping it
/// wipes it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EnvelopePrivateKey([u8; 32]);

impl EnvelopePrivateKey {
    /// Takes 32 random bytes. X25519 clamps them at use (RFC 7748, section 5).
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// The public half under an id, as the policy document names it. The error is [`SealError::Key`].
    pub fn envelope_key(&self, id: &str) -> Result<EnvelopeKey, SealError> {
        let public = X25519HkdfSha256::sk_to_pk(&self.hpke()?);
        Ok(EnvelopeKey { id: id.to_owned(), public: Bytes32(public.to_bytes().into()) })
    }

    fn hpke(&self) -> Result<PrivateKey, SealError> {
        PrivateKey::from_bytes(&self.0).map_err(|_| SealError::Key)
    }
}

impl std::fmt::Debug for EnvelopePrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnvelopePrivateKey(..)")
    }
}

/// Seals an encoded payload of [`PLAINTEXT_BYTES`] to a service's key, under a header that is written as JSON.
///
/// ```
/// use protocol::{EnvelopePrivateKey, PLAINTEXT_BYTES, SealError, SealPurpose, header, open, seal};
///
/// let private = EnvelopePrivateKey::from_bytes(&[9; 32]);
/// let key = private.envelope_key("e1")?;
/// let service = domain::ServiceId::at(domain::Timestamp::from_secs(1_800_000_000), [1; 10]);
///
/// let sealed = seal(SealPurpose::Number, service, &key, &"a header", &[7; PLAINTEXT_BYTES])?;
/// assert_eq!(header::<String>(&sealed)?, "a header");
/// assert_eq!(*open(SealPurpose::Number, service, "e1", &private, &sealed)?, [7; PLAINTEXT_BYTES]);
/// let other = open(SealPurpose::SignIn, service, "e1", &private, &sealed);
/// assert!(matches!(other, Err(SealError::Closed)));
/// # Ok::<(), SealError>(())
/// ```
///
/// # Panics
/// When the system has no entropy for the one-time key: there is no safe way to continue.
pub fn seal(
    purpose: SealPurpose,
    service: ServiceId,
    key: &EnvelopeKey,
    header: &impl Serialize,
    plaintext: &[u8],
) -> Result<Sealed, SealError> {
    if plaintext.len() != PLAINTEXT_BYTES {
        return Err(SealError::Size);
    }
    let header = serde_json::to_vec(header).map_err(SealError::Header)?;
    let info = info(purpose, service, &key.id)?;
    let mut entropy = hpke::rand_core::UnwrapErr(getrandom::SysRng);
    let (encapped_key, ciphertext) = hpke_seal(&key.public, &info, &header, plaintext, &mut entropy)?;
    Ok(Sealed { header: Blob(header), encapped_key, ciphertext: Blob(ciphertext) })
}

/// Opens an envelope that was sealed for this purpose, to this service's key of this id. Returns the payload of
/// [`PLAINTEXT_BYTES`], which is wiped when dropped.
pub fn open(
    purpose: SealPurpose,
    service: ServiceId,
    key_id: &str,
    private: &EnvelopePrivateKey,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let Sealed { header, encapped_key, ciphertext } = sealed;
    if ciphertext.0.len() != PLAINTEXT_BYTES + TAG_BYTES {
        return Err(SealError::Size);
    }
    hpke_open(private, encapped_key, &info(purpose, service, key_id)?, &header.0, &ciphertext.0)
}

/// Reads the header, to find key and grant by. Nothing in it is authenticated until the envelope opens.
pub fn header<T: DeserializeOwned>(sealed: &Sealed) -> Result<T, SealError> {
    serde_json::from_slice(&sealed.header.0).map_err(SealError::Header)
}

impl Sealed {
    /// The SHA-256 over all parts with their lengths. It tells whether a second submission is the same.
    pub fn fingerprint(&self) -> Bytes32 {
        let Self { header, encapped_key, ciphertext } = self;
        let mut hash = Sha256::new();
        // The lengths keep bytes from moving from one part to the next.
        for part in [header.0.as_slice(), &encapped_key.0, &ciphertext.0] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Bytes32(hash.finalize().into())
    }
}

fn info(purpose: SealPurpose, service: ServiceId, key_id: &str) -> Result<Vec<u8>, SealError> {
    if key_id.len() > LONGEST_KEY_ID {
        return Err(SealError::Key);
    }
    Ok(format!("{}\0{service}\0{key_id}", purpose.name()).into_bytes())
}

fn hpke_seal(
    public: &Bytes32,
    info: &[u8],
    header: &[u8],
    plaintext: &[u8],
    entropy: &mut impl CryptoRng,
) -> Result<(Bytes32, Vec<u8>), SealError> {
    let public = PublicKey::from_bytes(&public.0).map_err(|_| SealError::Key)?;
    let (encapped_key, ciphertext) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &public, info, plaintext, header, entropy)
    .map_err(|_| SealError::Key)?;
    Ok((Bytes32(encapped_key.to_bytes().into()), ciphertext))
}

fn hpke_open(
    private: &EnvelopePrivateKey,
    encapped_key: &Bytes32,
    info: &[u8],
    header: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let encapped_key = EncappedKey::from_bytes(&encapped_key.0).map_err(|_| SealError::Key)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private.hpke()?,
        &encapped_key,
        info,
        ciphertext,
        header,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealError::Closed)
}

#[cfg(test)]
mod tests;
