//! A station asserts that a sign-in comes from it: it signs the envelope with its own Ed25519 key (RFC 8032).
//!
//! The assistant stores the private half. The service knows which stations are registered.

use std::{fmt, str::FromStr};

use domain::StationId;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::signature::{self, is_usable, message};
use crate::{Blob, Bytes32, Sealed};

/// The purpose in the signed message. No other signature has it.
const ASSERTION_PURPOSE: &str = "station-sign-in";

/// A station's public key. The service knows the station by it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Bytes32", into = "Bytes32")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{43}$")]
pub struct StationKey([u8; 32]);

/// The bytes are no point of the curve, or a point of small order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no station has this key")]
pub struct StationKeyError;

impl StationKey {
    /// Takes the 32 bytes of a public key. It refuses bytes under which no signature or anybody's verifies.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, StationKeyError> {
        if is_usable(&bytes) { Ok(Self(bytes)) } else { Err(StationKeyError) }
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this key signed the assertion, and for exactly this envelope.
    pub fn verifies(&self, assertion: &StationAssertion, sealed: &Sealed) -> bool {
        signature::verifies(&self.0, &assertion_message(assertion.station, sealed), &assertion.signature.0)
    }
}

impl TryFrom<Bytes32> for StationKey {
    type Error = StationKeyError;
    fn try_from(Bytes32(bytes): Bytes32) -> Result<Self, StationKeyError> {
        Self::from_bytes(bytes)
    }
}

impl From<StationKey> for Bytes32 {
    fn from(StationKey(bytes): StationKey) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for StationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StationKey({})", Bytes32(self.0).text())
    }
}

/// A station's private key. It is never printed, and dropping it wipes it.
pub struct StationSigner(SigningKey);

impl StationSigner {
    /// Takes 32 random bytes: the seed of RFC 8032, section 5.1.5.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn key(&self) -> StationKey {
        StationKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the assertion that the sign-in in this envelope comes from this station.
    pub fn sign_assertion(&self, station: StationId, sealed: &Sealed) -> StationAssertion {
        let signature = self.0.sign(&assertion_message(station, sealed)).to_bytes();
        StationAssertion { station, signature: Blob(signature.to_vec()) }
    }
}

impl fmt::Debug for StationSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StationSigner(..)")
    }
}

/// A station's assertion that one sign-in comes from it. It travels beside the envelope, as `Authorization:
/// Enrol-Station` with the id, a dot and the signature in base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationAssertion {
    /// The station that signs.
    pub station: StationId,
    /// The Ed25519 signature of 64 bytes over `enrol/1 station-sign-in`, a zero byte, the station's id, a space and the
    /// envelope's fingerprint.
    pub signature: Blob,
}

impl StationAssertion {
    /// The scheme of the `Authorization` header (RFC 9110, section 11.6.2).
    pub const SCHEME: &str = "Enrol-Station";
}

impl fmt::Display for StationAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.station, self.signature.text())
    }
}

/// The text is not an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no station's assertion")]
pub struct StationAssertionError;

impl FromStr for StationAssertion {
    type Err = StationAssertionError;
    fn from_str(text: &str) -> Result<Self, StationAssertionError> {
        let (station, signature) = text.split_once('.').ok_or(StationAssertionError)?;
        let station: StationId = station.parse().map_err(|_| StationAssertionError)?;
        let signature = Blob::read(signature).filter(|signature| signature.0.len() == 64);
        let assertion = Self { station, signature: signature.ok_or(StationAssertionError)? };
        // An id has one text: lower case, with hyphens.
        if assertion.to_string() == text { Ok(assertion) } else { Err(StationAssertionError) }
    }
}

/// The bytes that a station signs.
fn assertion_message(station: StationId, sealed: &Sealed) -> Vec<u8> {
    message(ASSERTION_PURPOSE, &format!("{station} {}", sealed.fingerprint().text()))
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn station(seed: u8) -> StationId {
        StationId::at(Timestamp::from_secs(1_800_000_000), [seed; 10])
    }

    fn sealed() -> Sealed {
        Sealed { header: Blob(b"{}".to_vec()), encapped_key: Bytes32([3; 32]), ciphertext: Blob(vec![4; 40]) }
    }

    #[test]
    fn an_assertion_counts_for_one_envelope_and_one_station() {
        let signer = StationSigner::from_bytes(&[7; 32]);
        let assertion = signer.sign_assertion(station(1), &sealed());
        let arrived: StationAssertion = assertion.to_string().parse().expect("reads");
        assert!(signer.key().verifies(&arrived, &sealed()));
        let other = StationSigner::from_bytes(&[8; 32]);
        assert!(!other.key().verifies(&arrived, &sealed()));
        let renamed = StationAssertion { station: station(2), ..arrived.clone() };
        assert!(!signer.key().verifies(&renamed, &sealed()));
        let changes: [fn(&mut Sealed); 3] = [
            |sealed| sealed.header.0.push(b' '),
            |sealed| sealed.encapped_key.0[0] ^= 1,
            |sealed| sealed.ciphertext.0[39] ^= 1,
        ];
        for change in changes {
            let mut changed = sealed();
            change(&mut changed);
            assert!(!signer.key().verifies(&arrived, &changed));
        }
        for place in 0..64 {
            let mut changed = arrived.clone();
            changed.signature.0[place] ^= 1;
            assert!(!signer.key().verifies(&changed, &sealed()), "byte {place}");
        }
    }

    #[test]
    fn an_assertion_is_written_one_way() {
        let assertion = StationSigner::from_bytes(&[7; 32]).sign_assertion(station(1), &sealed());
        let text = assertion.to_string();
        assert_eq!(text.parse(), Ok(assertion));
        let (id, signature) = text.split_once('.').expect("a dot");
        for wrong in [
            String::new(),
            id.to_owned(),
            format!("{id}."),
            format!(".{signature}"),
            format!("{}.{signature}", id.to_uppercase()),
            format!("{}.{signature}", id.replace('-', "")),
            format!("{text}A"),
            format!("{text}."),
            format!(" {text}"),
            text[..text.len() - 2].to_owned(),
        ] {
            assert_eq!(wrong.parse::<StationAssertion>(), Err(StationAssertionError), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_anybody_could_sign_for_is_none() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(StationKey::from_bytes(neutral), Err(StationKeyError));
        let text = format!("\"{}\"", Bytes32(neutral).text());
        assert!(serde_json::from_str::<StationKey>(&text).is_err());
        let key = StationSigner::from_bytes(&[7; 32]).key();
        let wire = serde_json::to_string(&key).expect("writes");
        assert_eq!(serde_json::from_str::<StationKey>(&wire).ok(), Some(key));
        assert_eq!(format!("{:?}", StationSigner::from_bytes(&[7; 32])), "StationSigner(..)");
    }

    #[test]
    fn the_signed_message_never_changes() {
        let expected = format!("enrol/1 station-sign-in\0{} {}", station(1), sealed().fingerprint().text());
        assert_eq!(assertion_message(station(1), &sealed()), expected.into_bytes());
        assert_eq!(StationAssertion::SCHEME, "Enrol-Station");
    }
}
