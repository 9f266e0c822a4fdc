//! The ways to sign in that people have set up, with their sealed secrets.

use domain::{EnrolmentId, Generation, MethodKind, PersonId, Step, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, hash, millis, parse};
use super::{Reader, StoreError, Tx};
use vault::NumberHashes;
use vault::{RecordBinding, SealedRecord};

/// A stored method.
#[derive(Debug, Clone)]
pub struct MethodRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// Authenticator app or phone call.
    pub kind: MethodKind,
    /// The person's generation when it was set up.
    pub generation: Generation,
    /// The enrolment that it came with.
    pub enrolment: EnrolmentId,
    /// The vault key that sealed it.
    pub key_id: String,
    /// The sealed secret or number.
    pub sealed: Vec<u8>,
    /// For a phone: the hashes that recognise its number.
    pub hashes: Option<NumberHashes>,
    /// The time step of the last code that was accepted; `None` for a phone, and for an app that none came from.
    pub last_step: Option<Step>,
    /// When the person tested it.
    pub tested_at: Timestamp,
    /// When a first sign-in was accepted; `None` until then.
    pub used_at: Option<Timestamp>,
}

impl MethodRow {
    /// The sealed record, and what it is bound to.
    pub fn sealed_record(&self) -> (RecordBinding, SealedRecord) {
        let binding = RecordBinding {
            table: "methods",
            record: self.id,
            person: self.person,
            kind: self.kind,
            generation: self.generation,
        };
        (binding, SealedRecord { key_id: self.key_id.clone(), sealed: self.sealed.clone() })
    }
}

columns! { $
    /// A method's columns.
    MethodColumns in "methods", select_methods, insert_methods {
        id: String,
        person: String,
        kind: String,
        generation: i64,
        enrolment: String,
        key_id: String,
        sealed: Vec<u8>,
        phone_hash: Vec<u8>,
        number_hash: Vec<u8>,
        state: String,
        last_step: i64,
        tested_at: i64,
        used_at: i64,
    }
}

const WHAT: &str = "method";
const TESTED: &str = "tested";
const USED: &str = "used";

/// The kind with a name, in a row of `what`.
pub(super) fn method_kind(name: &str, what: &'static str) -> Result<MethodKind, StoreError> {
    let mut kinds = [MethodKind::AuthenticatorApp, MethodKind::PhoneCall].into_iter();
    kinds.find(|known| known.name() == name).ok_or(StoreError::Corrupt(what))
}

impl TryFrom<MethodColumns> for MethodRow {
    type Error = StoreError;

    fn try_from(columns: MethodColumns) -> Result<Self, StoreError> {
        let kind = method_kind(&columns.kind, WHAT)?;
        let hashes = match kind {
            MethodKind::PhoneCall => Some(NumberHashes {
                phone: hash(columns.phone_hash, WHAT)?,
                number: hash(columns.number_hash, WHAT)?,
            }),
            MethodKind::AuthenticatorApp => None,
        };
        Ok(Self {
            id: parse(&columns.id, WHAT)?,
            person: parse(&columns.person, WHAT)?,
            kind,
            generation: Generation(columns.generation),
            enrolment: parse(&columns.enrolment, WHAT)?,
            key_id: columns.key_id,
            sealed: columns.sealed,
            hashes,
            last_step: (columns.last_step != 0).then_some(Step(columns.last_step)),
            tested_at: Timestamp::from_millis(columns.tested_at),
            used_at: (columns.state == USED).then_some(Timestamp::from_millis(columns.used_at)),
        })
    }
}

impl From<&MethodRow> for MethodColumns {
    fn from(method: &MethodRow) -> Self {
        let hash = |of: fn(&NumberHashes) -> [u8; 32]| method.hashes.as_ref().map(of).map(Vec::from);
        Self {
            id: method.id.to_string(),
            person: method.person.to_string(),
            kind: method.kind.name().to_owned(),
            generation: method.generation.0,
            enrolment: method.enrolment.to_string(),
            key_id: method.key_id.clone(),
            sealed: method.sealed.clone(),
            phone_hash: hash(|hashes| hashes.phone).unwrap_or_default(),
            number_hash: hash(|hashes| hashes.number).unwrap_or_default(),
            state: if method.used_at.is_some() { USED } else { TESTED }.to_owned(),
            last_step: method.last_step.map_or(0, |step| step.0),
            tested_at: method.tested_at.millis(),
            used_at: millis(method.used_at),
        }
    }
}

impl Reader {
    /// All methods of a person.
    pub async fn methods(&mut self, person: PersonId) -> Result<Vec<MethodRow>, StoreError> {
        let rows: Vec<MethodColumns> = on!(self, open => sqlx::query_as(
            select_methods!("where person = $1 order by tested_at, kind"),
        )
        .bind(person.to_string())
        .fetch_all(open)
        .await
        .doing("reading a person's methods"))?;
        rows.into_iter().map(MethodRow::try_from).collect()
    }
}

impl Tx {
    /// Deletes all methods of a person. Returns how many.
    pub async fn delete_methods(&mut self, person: PersonId) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("delete from methods where person = $1")
            .bind(person.to_string())
            .execute(open)
            .await
            .done("deleting a person's methods"))
    }

    /// Adds a method.
    pub async fn add_method(&mut self, method: &MethodRow) -> Result<(), StoreError> {
        const INSERT: &str =
            insert_methods!(") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
        let columns = MethodColumns::from(method);
        on!(self, open => columns.bind_to(sqlx::query(INSERT)).execute(open).await.done("adding a method"))?;
        Ok(())
    }

    /// Takes the time step of a right code, so that no code counts twice. `false` when this step or a later one was taken.
    /// The first step turns `tested` into `used`.
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
