//! Accepted enrolments. Their ids are never used again.

use domain::{EnrolmentId, Generation, GrantId, PersonId, Reference, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, hash, parse};
use super::{Reader, StoreError, Tx};

/// An accepted enrolment, with all that its receipt says.
#[derive(Debug, Clone)]
pub struct EnrolmentRow {
    /// Its id, which the assistant chose.
    pub id: EnrolmentId,
    /// The grant that allowed it.
    pub grant: GrantId,
    /// Whose it is.
    pub person: PersonId,
    /// The person's generation since then.
    pub generation: Generation,
    /// A hash of the envelope, which recognises a repeated submission.
    pub fingerprint: [u8; 32],
    /// The policy that it was made under.
    pub policy_serial: i64,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The number of its audit row.
    pub audit_sequence: i64,
    /// The hash of its audit row.
    pub audit_hash: [u8; 32],
}

columns! { $
    /// An enrolment's columns.
    EnrolmentColumns in "enrolments", select_enrolments, insert_enrolments {
        id: String,
        grant_id: String,
        person: String,
        generation: i64,
        fingerprint: Vec<u8>,
        policy_serial: i64,
        accepted_at: i64,
        audit_sequence: i64,
        audit_hash: Vec<u8>,
    }
}

const WHAT: &str = "enrolment";

impl TryFrom<EnrolmentColumns> for EnrolmentRow {
    type Error = StoreError;

    fn try_from(columns: EnrolmentColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&columns.id, WHAT)?,
            grant: parse(&columns.grant_id, WHAT)?,
            person: parse(&columns.person, WHAT)?,
            generation: Generation(columns.generation),
            fingerprint: hash(columns.fingerprint, WHAT)?,
            policy_serial: columns.policy_serial,
            accepted_at: Timestamp::from_millis(columns.accepted_at),
            audit_sequence: columns.audit_sequence,
            audit_hash: hash(columns.audit_hash, WHAT)?,
        })
    }
}

impl From<&EnrolmentRow> for EnrolmentColumns {
    fn from(enrolment: &EnrolmentRow) -> Self {
        Self {
            id: enrolment.id.to_string(),
            grant_id: enrolment.grant.to_string(),
            person: enrolment.person.to_string(),
            generation: enrolment.generation.0,
            fingerprint: enrolment.fingerprint.to_vec(),
            policy_serial: enrolment.policy_serial,
            accepted_at: enrolment.accepted_at.millis(),
            audit_sequence: enrolment.audit_sequence,
            audit_hash: enrolment.audit_hash.to_vec(),
        }
    }
}

impl Reader {
    /// An accepted enrolment.
    pub async fn enrolment(&mut self, id: EnrolmentId) -> Result<Option<EnrolmentRow>, StoreError> {
        let row: Option<EnrolmentColumns> = on!(self, open => sqlx::query_as(select_enrolments!("where id = $1"))
            .bind(id.to_string())
            .fetch_optional(open)
            .await
            .doing("reading an enrolment"))?;
        row.map(EnrolmentRow::try_from).transpose()
    }

    /// The accepted enrolments with a reference. Two may have one by chance.
    pub async fn enrolments_by_reference(
        &mut self,
        reference: &Reference,
    ) -> Result<Vec<EnrolmentRow>, StoreError> {
        let rows: Vec<EnrolmentColumns> = on!(self, open => sqlx::query_as(select_enrolments!(
            "where reference = $1 order by accepted_at limit 20"
        ))
        .bind(reference.compact())
        .fetch_all(open)
        .await
        .doing("reading enrolments by their reference"))?;
        rows.into_iter().map(EnrolmentRow::try_from).collect()
    }

    /// The enrolments that were accepted with a code.
    pub async fn enrolments_by_code(&mut self, code: Uuid) -> Result<Vec<EnrolmentId>, StoreError> {
        let ids: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select e.id from enrolments e join grants g on g.id = e.grant_id where g.code = $1 order by e.accepted_at",
        )
        .bind(code.to_string())
        .fetch_all(open)
        .await
        .doing("reading a code's enrolments"))?;
        ids.iter().map(|id| parse(id, WHAT)).collect()
    }
}

impl Tx {
    /// Adds an enrolment. `false` when its id was used before.
    pub async fn add_enrolment(&mut self, enrolment: &EnrolmentRow) -> Result<bool, StoreError> {
        const INSERT: &str = insert_enrolments!(
            ", reference) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing"
        );
        let columns = EnrolmentColumns::from(enrolment);
        let done = on!(self, open => columns
            .bind_to(sqlx::query(INSERT))
            .bind(Reference::of(enrolment.id).compact())
            .execute(open)
            .await
            .done("adding an enrolment"))?;
        Ok(done == 1)
    }
}
