//! Methods that are set up, their secrets sealed.

use domain::{EnrolmentId, Generation, MethodKind, PersonId, Step, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::{Reader, StoreError, Tx};
use vault::NumberHashes;
use vault::{RecordPlace, SealedRecord};

/// A method as it is kept.
#[derive(Debug, Clone)]
pub struct MethodRow {
    pub id: Uuid,
    pub person: PersonId,
    pub kind: MethodKind,
    pub generation: Generation,
    pub enrolment: EnrolmentId,
    pub key_id: String,
    pub sealed: Vec<u8>,
    /// Of a phone: by what the same number is known again.
    pub hashes: Option<NumberHashes>,
    /// The time step of the last code that was accepted; `None` for a phone, and for an app that none came from.
    pub last_step: Option<Step>,
    /// When the person tested it.
    pub tested_at: Timestamp,
    /// When a first sign-in was accepted; `None` until then.
    pub used_at: Option<Timestamp>,
}

impl MethodRow {
    /// What the vault takes.
    pub fn sealed_record(&self) -> (RecordPlace, SealedRecord) {
        let place = RecordPlace {
            table: "methods",
            record: self.id,
            person: self.person,
            kind: self.kind,
            generation: self.generation,
        };
        (place, SealedRecord { key_id: self.key_id.clone(), sealed: self.sealed.clone() })
    }
}

type Columns = (String, String, i64, String, String, Vec<u8>, Vec<u8>, Vec<u8>, String, i64, i64, i64);

fn method_row(person: PersonId, columns: Columns) -> Result<MethodRow, StoreError> {
    let (
        id,
        kind,
        generation,
        enrolment,
        key_id,
        sealed,
        phone,
        number,
        state,
        last_step,
        tested_at,
        used_at,
    ) = columns;
    let corrupt = || StoreError::Corrupt("method");
    let kind = [MethodKind::AuthenticatorApp, MethodKind::PhoneCall]
        .into_iter()
        .find(|known| known.name() == kind)
        .ok_or_else(corrupt)?;
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map_err(|_| corrupt());
    let hashes = match kind {
        MethodKind::PhoneCall => Some(NumberHashes { phone: hash(phone)?, number: hash(number)? }),
        MethodKind::AuthenticatorApp => None,
    };
    Ok(MethodRow {
        id: id.parse().map_err(|_| corrupt())?,
        person,
        kind,
        generation: Generation(generation),
        enrolment: enrolment.parse().map_err(|_| corrupt())?,
        key_id,
        sealed,
        hashes,
        last_step: (last_step != 0).then_some(Step(last_step)),
        tested_at: Timestamp::from_millis(tested_at),
        used_at: (state == "used").then_some(Timestamp::from_millis(used_at)),
    })
}

impl Reader {
    /// All methods of a person.
    pub async fn methods(&mut self, person: PersonId) -> Result<Vec<MethodRow>, StoreError> {
        let rows: Vec<Columns> = on!(self, open => sqlx::query_as(
            "select id, kind, generation, enrolment, key_id, sealed, phone_hash, number_hash, state, last_step, tested_at, used_at
             from methods where person = $1 order by tested_at, kind",
        )
        .bind(person.to_string())
        .fetch_all(open)
        .await
        .doing("reading a person's methods"))?;
        rows.into_iter().map(|row| method_row(person, row)).collect()
    }
}

impl Tx {
    /// Deletes all methods of a person; how many.
    pub async fn delete_methods(&mut self, person: PersonId) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("delete from methods where person = $1")
            .bind(person.to_string())
            .execute(open)
            .await
            .done("deleting a person's methods"))
    }

    pub async fn add_method(&mut self, method: &MethodRow) -> Result<(), StoreError> {
        let MethodRow {
            id,
            person,
            kind,
            generation,
            enrolment,
            key_id,
            sealed,
            hashes,
            last_step,
            tested_at,
            used_at,
        } = method;
        on!(self, open => sqlx::query(
            "insert into methods (id, person, kind, generation, enrolment, key_id, sealed, phone_hash, number_hash, state,
                                  last_step, tested_at, used_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(id.to_string())
        .bind(person.to_string())
        .bind(kind.name())
        .bind(generation.0)
        .bind(enrolment.to_string())
        .bind(key_id)
        .bind(sealed)
        .bind(hashes.as_ref().map_or(&[][..], |hashes| &hashes.phone[..]))
        .bind(hashes.as_ref().map_or(&[][..], |hashes| &hashes.number[..]))
        .bind(if used_at.is_some() { "used" } else { "tested" })
        .bind(last_step.map_or(0, |step| step.0))
        .bind(tested_at.millis())
        .bind(used_at.map_or(0, Timestamp::millis))
        .execute(open)
        .await
        .done("adding a method"))?;
        Ok(())
    }

    /// Takes a step of a method, once. `false` when this step, or a later one, was taken before.
    /// The first that is taken turns `tested` into `used`.
    pub async fn take_step(&mut self, method: Uuid, step: Step, now: i64) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update methods set last_step = $2, state = 'used',
                                used_at = case when state = 'used' then used_at else $3 end
             where id = $1 and last_step < $2",
        )
        .bind(method.to_string())
        .bind(step.0)
        .bind(now)
        .execute(open)
        .await
        .done("taking a code's step"))?;
        Ok(done == 1)
    }
}
