//! How a station vouches for what it sends: with an Ed25519 key of its own (RFC 8032), made on that computer.
//!
//! Not here: where the private half is kept (the assistant's effects), and which stations count (the service).

use std::{fmt, str::FromStr};

use domain::StationId;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::{is_usable, verifies};
use crate::signed::message;
use crate::{Blob, Bytes32, Sealed};

/// What a mark's signature is for, beside everything else that is signed.
const MARK: &str = "station-sign-in";

/// The public half, by which the service knows a station.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Bytes32", into = "Bytes32")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
pub struct StationKey([u8; 32]);

/// No point of the curve, or a weak one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no station has this key")]
pub struct StationKeyError;

impl StationKey {
    /// Refuses what can verify nothing.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, StationKeyError> {
        if is_usable(&bytes) { Ok(Self(bytes)) } else { Err(StationKeyError) }
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether a mark is this station's word for just this envelope.
    pub fn vouches(&self, mark: &StationMark, sealed: &Sealed) -> bool {
        verifies(&self.0, &marked(mark.station, sealed), &mark.signature.0)
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

/// The private half. Zeroized when dropped.
pub struct StationSigner(SigningKey);

impl StationSigner {
    /// From 32 random bytes, the seed of RFC 8032.
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half.
    pub fn key(&self) -> StationKey {
        StationKey(self.0.verifying_key().to_bytes())
    }

    /// Vouches for an envelope with a sign-in, as this station.
    pub fn mark(&self, station: StationId, sealed: &Sealed) -> StationMark {
        let signature = self.0.sign(&marked(station, sealed)).to_bytes();
        StationMark { station, signature: Blob(signature.to_vec()) }
    }
}

impl fmt::Debug for StationSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StationSigner(..)")
    }
}

/// A station's word for one sign-in. Travels beside it, as `Authorization: Enrol-Station`, the id, a dot and the
/// signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationMark {
    /// Which station says so.
    pub station: StationId,
    /// Ed25519 over `enrol/1 station-sign-in`, a zero byte, the station, a space and the envelope's fingerprint.
    pub signature: Blob,
}

impl StationMark {
    /// The scheme of the `Authorization` header (RFC 9110, section 11.4).
    pub const SCHEME: &str = "Enrol-Station";
}

impl fmt::Display for StationMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.station, self.signature.text())
    }
}

/// A text that is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no station's mark")]
pub struct StationMarkError;

impl FromStr for StationMark {
    type Err = StationMarkError;
    fn from_str(text: &str) -> Result<Self, StationMarkError> {
        let (station, signature) = text.split_once('.').ok_or(StationMarkError)?;
        let station: StationId = station.parse().map_err(|_| StationMarkError)?;
        let signature = Blob::read(signature).filter(|signature| signature.0.len() == 64);
        let mark = Self { station, signature: signature.ok_or(StationMarkError)? };
        // An id is written one way only.
        if mark.to_string() == text { Ok(mark) } else { Err(StationMarkError) }
    }
}

fn marked(station: StationId, sealed: &Sealed) -> Vec<u8> {
    message(MARK, &format!("{station} {}", sealed.fingerprint().text()))
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
    fn a_mark_counts_for_one_envelope_and_one_station() {
        let signer = StationSigner::from_bytes(&[7; 32]);
        let mark = signer.mark(station(1), &sealed());
        let arrived: StationMark = mark.to_string().parse().expect("reads");
        assert!(signer.key().vouches(&arrived, &sealed()));
        let other = StationSigner::from_bytes(&[8; 32]);
        assert!(!other.key().vouches(&arrived, &sealed()));
        let renamed = StationMark { station: station(2), ..arrived.clone() };
        assert!(!signer.key().vouches(&renamed, &sealed()));
        let changes: [fn(&mut Sealed); 3] = [
            |sealed| sealed.header.0.push(b' '),
            |sealed| sealed.encapped_key.0[0] ^= 1,
            |sealed| sealed.ciphertext.0[39] ^= 1,
        ];
        for change in changes {
            let mut changed = sealed();
            change(&mut changed);
            assert!(!signer.key().vouches(&arrived, &changed));
        }
        for place in 0..64 {
            let mut changed = arrived.clone();
            changed.signature.0[place] ^= 1;
            assert!(!signer.key().vouches(&changed, &sealed()), "byte {place}");
        }
    }

    #[test]
    fn a_mark_is_written_one_way() {
        let mark = StationSigner::from_bytes(&[7; 32]).mark(station(1), &sealed());
        let text = mark.to_string();
        assert_eq!(text.parse(), Ok(mark));
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
            assert_eq!(wrong.parse::<StationMark>(), Err(StationMarkError), "{wrong}");
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
}
