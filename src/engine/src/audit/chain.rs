//! The hashes that chain the audit's rows, and the head that stands for them all.

use domain::Timestamp;
use protocol::{AuditHead, Bytes32};
use store::HeadRow;
use vault::{Keys, hmac};

/// HMAC-SHA256 over the hash before, number, time and the stored bytes. Only the last is not of fixed size.
pub(super) fn row_hash(keys: &Keys, before: &[u8; 32], sequence: i64, at: i64, body: &[u8]) -> [u8; 32] {
    hmac(keys.audit(), &[before, &sequence.to_be_bytes(), &at.to_be_bytes(), body])
}

/// Under a key of its own: no hash of a row is a proof, and no signed head is one.
pub(super) fn start_proof(keys: &Keys, HeadRow { sequence, hash, at }: &HeadRow) -> [u8; 32] {
    let key = keys.audit().derive("enrol/1 audit start");
    hmac(&key, &[&sequence.to_be_bytes(), &at.to_be_bytes(), hash])
}

/// The head as it is signed and shown.
pub fn head_of(HeadRow { sequence, hash, at }: &HeadRow) -> AuditHead {
    AuditHead {
        sequence: u64::try_from(*sequence).unwrap_or(0),
        hash: Bytes32(*hash),
        at: Timestamp::from_millis(*at),
    }
}
