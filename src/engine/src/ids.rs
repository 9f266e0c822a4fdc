//! New ids: UUIDs of version 7, which sort by the time when they were made.

use domain::{GrantId, Timestamp};
use uuid::Uuid;

use crate::entropy::random_bytes;
use crate::refusal::Refusal;

/// The id of a new record.
pub(crate) fn new_record_id(now: Timestamp) -> Result<Uuid, Refusal> {
    Ok(domain::EnrolmentId::at(now, random_bytes()?).uuid())
}

/// The id of a new grant.
pub(crate) fn new_grant_id(now: Timestamp) -> Result<GrantId, Refusal> {
    Ok(GrantId::at(now, random_bytes()?))
}
