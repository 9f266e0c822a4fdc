//! Keyed hashes: the only form in which codes, tokens and telephone numbers are stored outside sealed records.

use domain::PhoneNumber;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{KeyBytes, Keys};

/// What a hash is of. Two kinds of secret never have the same hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashOf {
    /// A code that IT issued to a person.
    EnrolmentCode,
    /// The token that proves a grant.
    GrantToken,
    /// The token of a session.
    Session,
    /// The key of a relying party.
    ClientKey,
    /// The code that registers a station.
    StationCode,
}

impl HashOf {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::EnrolmentCode => b"enrolment code\0",
            Self::GrantToken => b"grant token\0",
            Self::Session => b"session\0",
            Self::ClientKey => b"client key\0",
            Self::StationCode => b"station code\0",
        }
    }
}

/// The hashes by which a telephone number is recognised without being stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NumberHashes {
    /// Of the number alone: which phone rings.
    pub phone: [u8; 32],
    /// Of number and extension: whom it reaches.
    pub number: [u8; 32],
}

impl std::fmt::Debug for NumberHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NumberHashes(..)")
    }
}

impl Keys {
    /// Hashes a code or a token.
    pub fn hash(&self, of: HashOf, secret: &[u8]) -> [u8; 32] {
        hmac(&self.material.hashing, &[of.name(), secret])
    }

    /// Hashes a telephone number. There are few numbers, so whoever had this key could try them all. It therefore serves
    /// for nothing else.
    pub fn number_hashes(&self, number: &PhoneNumber) -> NumberHashes {
        NumberHashes {
            phone: hmac(&self.material.numbers, &[b"phone\0", number.digits().as_bytes()]),
            number: hmac(&self.material.numbers, &[b"number\0", number.bytes()]),
        }
    }
}

/// HMAC-SHA256 (RFC 2104) over parts whose own form tells them apart.
pub fn hmac(key: &KeyBytes, parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// 32 bytes for a new token, from the system's entropy.
pub fn new_token() -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    #[test]
    fn every_purpose_has_a_key_of_its_own() {
        let keys = Keys::generate(Timestamp::from_secs(1)).expect("entropy");
        let hash = |of| keys.hash(of, b"the same");
        let all = [
            HashOf::EnrolmentCode,
            HashOf::GrantToken,
            HashOf::Session,
            HashOf::ClientKey,
            HashOf::StationCode,
        ]
        .map(hash);
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one));
        }
        let material = &keys.material;
        assert_ne!(material.audit.bytes(), material.hashing.bytes());
        assert_ne!(material.root.bytes(), material.hashing.bytes());
        assert_ne!(material.numbers.bytes(), material.hashing.bytes());
        assert_eq!(keys.hash(HashOf::Session, b"x"), keys.hash(HashOf::Session, b"x"));
    }

    #[test]
    fn a_number_with_another_extension_rings_the_same_phone_and_reaches_somebody_else() {
        let keys = Keys::generate(Timestamp::from_secs(1)).expect("entropy");
        let hashes =
            |digits, extension| keys.number_hashes(&PhoneNumber::new(digits, extension).expect("a number"));
        let (one, other) = (hashes("441632960001", "21"), hashes("441632960001", "22"));
        assert!(one.phone == other.phone && one.number != other.number && one.phone != one.number);
        assert_ne!(one.phone, hashes("441632960002", "21").phone);
        assert_eq!(format!("{one:?}"), "NumberHashes(..)");
    }
}
