//! Accepted enrolments. Their ids are never used again.

use domain::{EnrolmentId, Generation, GrantId, PersonId, Reference, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};

/// An accepted enrolment: all that its receipt says.
#[derive(Debug, Clone)]
pub struct EnrolmentRow {
    pub id: EnrolmentId,
    pub grant: GrantId,
    pub person: PersonId,
    pub generation: Generation,
    /// Of the envelope, by which the same post is known again.
    pub fingerprint: [u8; 32],
    pub policy_serial: i64,
    pub accepted_at: Timestamp,
    pub audit_sequence: i64,
    pub audit_hash: [u8; 32],
}

type Columns = (String, String, i64, Vec<u8>, i64, i64, i64, Vec<u8>);

impl Reader {
    pub async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRow>, StoreError> {
        let row: Option<Columns> = on!(self, open => sqlx::query_as(
            "select grant_id, person, generation, fingerprint, policy_serial, accepted_at, audit_sequence, audit_hash
             from enrolments where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(open)
        .await
        .doing("reading an enrolment"))?;
        row.map(
            |(
                grant,
                person,
                generation,
                fingerprint,
                policy_serial,
                accepted_at,
                audit_sequence,
                audit_hash,
            )| {
                let corrupt = || StoreError::Corrupt("enrolment");
                Ok(EnrolmentRow {
                    id,
                    grant: grant.parse().map_err(|_| corrupt())?,
                    person: person.parse().map_err(|_| corrupt())?,
                    generation: Generation(generation),
                    fingerprint: fingerprint.try_into().map_err(|_| corrupt())?,
                    policy_serial,
                    accepted_at: Timestamp::from_millis(accepted_at),
                    audit_sequence,
                    audit_hash: audit_hash.try_into().map_err(|_| corrupt())?,
                })
            },
        )
        .transpose()
    }

    /// Enrolments that were accepted with a code.
    pub async fn enrolments_by_code(&mut self, code: Uuid) -> Result<Vec<EnrolmentId>, StoreError> {
        let ids: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select e.id from enrolments e join grants g on g.id = e.grant_id where g.code = $1 order by e.accepted_at",
        )
        .bind(code.to_string())
        .fetch_all(open)
        .await
        .doing("reading a code's enrolments"))?;
        ids.iter().map(|id| id.parse().map_err(|_| StoreError::Corrupt("enrolment"))).collect()
    }
}

impl Tx {
    /// Adds an enrolment. `false` when its id was used before.
    pub async fn add_enrolment(&mut self, enrolment: &EnrolmentRow) -> Result<bool, StoreError> {
        let EnrolmentRow {
            id,
            grant,
            person,
            generation,
            fingerprint,
            policy_serial,
            accepted_at,
            audit_sequence,
            audit_hash,
        } = enrolment;
        let done = on!(self, open => sqlx::query(
            "insert into enrolments (id, grant_id, person, generation, fingerprint, reference, policy_serial,
                                     accepted_at, audit_sequence, audit_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing",
        )
        .bind(id.to_string())
        .bind(grant.to_string())
        .bind(person.to_string())
        .bind(generation.0)
        .bind(&fingerprint[..])
        .bind(Reference::of(*id).compact())
        .bind(policy_serial)
        .bind(accepted_at.millis())
        .bind(audit_sequence)
        .bind(&audit_hash[..])
        .execute(open)
        .await
        .done("adding an enrolment"))?;
        Ok(done == 1)
    }
}
