//! Grants: each is the right to submit one enrolment.

use domain::{EnrolmentId, Generation, GrantId, PersonId, SignInWay, StationId, Timestamp};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, hash, parse};
use super::{Reader, StoreError, Tx};

/// What became of a grant. Whether it has expired, its date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// It may be used.
    Open,
    /// Its enrolment was accepted.
    Used,
    /// Another enrolment with the same code was accepted.
    Ended,
    /// IT ended it, or the person said "This is not me".
    Revoked,
}

impl GrantState {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    fn of(name: &str) -> Result<Self, StoreError> {
        [Self::Open, Self::Used, Self::Ended, Self::Revoked]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(StoreError::Corrupt("grant"))
    }
}

/// The name of a way to prove who one is, such as `enrolment-code`. A grant keeps no more of it, so that the grants of a
/// way which this program does not know can be read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayName(String);

impl WayName {
    /// A way by its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SignInWay> for WayName {
    fn from(way: SignInWay) -> Self {
        Self::new(way.name())
    }
}

/// What proved who a person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A code of IT's, by its id.
    Code(Uuid),
    /// Another way's own name for the person, such as a principal, a directory's entry or an issuer's subject.
    Subject(String),
}

impl Evidence {
    /// The code, if it was one.
    pub const fn code(&self) -> Option<Uuid> {
        match self {
            Self::Code(code) => Some(*code),
            Self::Subject(_) => None,
        }
    }

    fn subject(&self) -> Option<&str> {
        match self {
            Self::Code(_) => None,
            Self::Subject(subject) => Some(subject),
        }
    }

    /// From the columns, of which one has something.
    fn from_columns(code: Option<String>, subject: Option<String>) -> Result<Self, StoreError> {
        match (code, subject) {
            (Some(code), None) => code.parse().map(Self::Code).map_err(|_| StoreError::Corrupt("grant")),
            (None, Some(subject)) => Ok(Self::Subject(subject)),
            (Some(_), Some(_)) | (None, None) => Err(StoreError::Corrupt("grant")),
        }
    }
}

/// A stored grant.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// The id of the one enrolment that it allows.
    pub enrolment: EnrolmentId,
    /// Whose it is.
    pub person: PersonId,
    /// The person's generation when it was given.
    pub generation: Generation,
    /// How the person proved who they are for it.
    pub way: WayName,
    /// What proved it.
    pub evidence: Evidence,
    /// The policy that was active when it was given.
    pub policy_serial: i64,
    /// The hash of the token that proves it.
    pub token_hash: [u8; 32],
    /// What became of it.
    pub state: GrantState,
    /// When it was given.
    pub made_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The station where the person signed in, if it was one.
    pub station: Option<StationId>,
}

/// Grants that are open and have not expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenGrants {
    /// How many there are.
    pub count: i64,
    /// When the last of them expires; `None` when there is none.
    pub last_expires_at: Option<Timestamp>,
}

columns! { $
    /// A grant's columns.
    GrantColumns in "grants", select_grants, insert_grants {
        id: String,
        enrolment: String,
        person: String,
        generation: i64,
        code: Option<String>,
        way: String,
        policy_serial: i64,
        token_hash: Vec<u8>,
        state: String,
        made_at: i64,
        expires_at: i64,
        station: String,
        evidence: Option<String>,
    }
}

impl TryFrom<GrantColumns> for GrantRow {
    type Error = StoreError;

    fn try_from(columns: GrantColumns) -> Result<Self, StoreError> {
        const WHAT: &str = "grant";
        let station = Some(columns.station).filter(|station| !station.is_empty());
        Ok(Self {
            id: parse(&columns.id, WHAT)?,
            enrolment: parse(&columns.enrolment, WHAT)?,
            person: parse(&columns.person, WHAT)?,
            generation: Generation(columns.generation),
            way: WayName(columns.way),
            evidence: Evidence::from_columns(columns.code, columns.evidence)?,
            policy_serial: columns.policy_serial,
            token_hash: hash(columns.token_hash, WHAT)?,
            state: GrantState::of(&columns.state)?,
            made_at: Timestamp::from_millis(columns.made_at),
            expires_at: Timestamp::from_millis(columns.expires_at),
            station: station.map(|station| parse(&station, WHAT)).transpose()?,
        })
    }
}

/// A grant's columns, and whether its person is still the one that it was given to.
struct GrantAndPerson {
    grant: GrantColumns,
    is_current: i64,
}

impl<'r, R: Row> FromRow<'r, R> for GrantAndPerson
where
    &'static str: ColumnIndex<R>,
    GrantColumns: FromRow<'r, R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self { grant: GrantColumns::from_row(row)?, is_current: row.try_get("is_current")? })
    }
}

impl From<&GrantRow> for GrantColumns {
    fn from(grant: &GrantRow) -> Self {
        Self {
            id: grant.id.to_string(),
            enrolment: grant.enrolment.to_string(),
            person: grant.person.to_string(),
            generation: grant.generation.0,
            code: grant.evidence.code().map(|code| code.to_string()),
            way: grant.way.as_str().to_owned(),
            policy_serial: grant.policy_serial,
            token_hash: grant.token_hash.to_vec(),
            state: grant.state.name().to_owned(),
            made_at: grant.made_at.millis(),
            expires_at: grant.expires_at.millis(),
            station: grant.station.map(|station| station.to_string()).unwrap_or_default(),
            evidence: grant.evidence.subject().map(str::to_owned),
        }
    }
}

impl Reader {
    /// A grant, and whether its person is still here and of its generation. Both are read at the same moment.
    pub async fn grant(&mut self, id: GrantId) -> Result<Option<(GrantRow, bool)>, StoreError> {
        let row: Option<GrantAndPerson> = on!(self, open => sqlx::query_as(select_grants!(
            "(select count(*) from people p
              where p.id = grants.person and p.generation = grants.generation and p.departed_at = 0) as is_current",
            "where id = $1"
        ))
        .bind(id.to_string())
        .fetch_optional(open)
        .await
        .doing("reading a grant"))?;
        row.map(|row| Ok((row.grant.try_into()?, row.is_current != 0))).transpose()
    }

    /// The grant that an enrolment may be accepted with.
    pub async fn grant_for(&mut self, enrolment: EnrolmentId) -> Result<Option<GrantRow>, StoreError> {
        let row: Option<GrantColumns> = on!(self, open => sqlx::query_as(select_grants!("where enrolment = $1"))
            .bind(enrolment.to_string())
            .fetch_optional(open)
            .await
            .doing("reading an enrolment's grant"))?;
        row.map(GrantRow::try_from).transpose()
    }

    /// The open grants whose enrolment may be sealed to a key of the envelope.
    pub async fn grants_under(&mut self, envelope_key: &str, now: i64) -> Result<OpenGrants, StoreError> {
        // Who signed in under an older policy may have fetched a newer one since, never the reverse.
        let (count, last): (i64, i64) = on!(self, open => sqlx::query_as(
            "select count(*), coalesce(max(expires_at), 0) from grants
             where state = 'open' and expires_at > $2
               and policy_serial <= (select coalesce(max(serial), 0) from policies where envelope_key = $1)",
        )
        .bind(envelope_key)
        .bind(now)
        .fetch_one(open)
        .await
        .doing("counting the grants of a key"))?;
        let last_expires_at = (count > 0).then_some(Timestamp::from_millis(last));
        Ok(OpenGrants { count, last_expires_at })
    }

    /// When a code gave a grant last, this one apart.
    pub async fn last_grant_of_code(
        &mut self,
        code: Uuid,
        except: GrantId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let last: i64 = on!(self, open => sqlx::query_scalar(
            "select cast(coalesce(max(made_at), 0) as bigint) from grants where code = $1 and id <> $2",
        )
        .bind(code.to_string())
        .bind(except.to_string())
        .fetch_one(open)
        .await
        .doing("looking for an earlier grant of a code"))?;
        Ok((last > 0).then_some(Timestamp::from_millis(last)))
    }

    /// The codes that still count and may have been sent here, each with its person: they were sent or redeemed, or have an open
    /// grant.
    pub async fn exposed_codes(&mut self) -> Result<Vec<(Uuid, PersonId)>, StoreError> {
        let rows: Vec<(String, String)> = on!(self, open => sqlx::query_as(
            "select code, person from grants where state = 'open' and code is not null
             union select id, person from codes where state = 'issued' and (sent_at > 0 or redeemed > 0)
             order by 1",
        )
        .fetch_all(open)
        .await
        .doing("reading the codes that were sent"))?;
        let ids = |(code, person): (String, String)| Ok((parse(&code, "grant")?, parse(&person, "grant")?));
        rows.into_iter().map(ids).collect()
    }

    /// Whose open grants came of no code.
    pub async fn holders_of_codeless_grants(&mut self) -> Result<Vec<PersonId>, StoreError> {
        let people: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select distinct person from grants where code is null and state = 'open' order by person",
        )
        .fetch_all(open)
        .await
        .doing("reading who has a grant that came of no code"))?;
        people.iter().map(|person| person.parse().map_err(|_| StoreError::Corrupt("grant"))).collect()
    }

    /// How many enrolments were accepted since a time.
    pub async fn accepted_since(&mut self, from: i64) -> Result<i64, StoreError> {
        on!(self, open => sqlx::query_scalar("select count(*) from enrolments where accepted_at >= $1")
            .bind(from)
            .fetch_one(open)
            .await
            .doing("counting enrolments"))
    }
}

impl Tx {
    /// Adds a grant. `false` when its enrolment id was used before.
    pub async fn add_grant(&mut self, grant: &GrantRow) -> Result<bool, StoreError> {
        const INSERT: &str = insert_grants!(
            ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (enrolment) do nothing"
        );
        let columns = GrantColumns::from(grant);
        let done = on!(self, open => columns.bind_to(sqlx::query(INSERT)).execute(open).await.done("adding a grant"))?;
        Ok(done == 1)
    }

    /// Ends an open grant. `false` when it is not open.
    pub async fn end_grant(&mut self, id: GrantId, state: GrantState) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("update grants set state = $2 where id = $1 and state = 'open'")
            .bind(id.to_string())
            .bind(state.name())
            .execute(open)
            .await
            .done("ending a grant"))?;
        Ok(done == 1)
    }

    /// Ends every open grant of a code. Returns how many.
    pub async fn end_grants_of(&mut self, code: Uuid, state: GrantState) -> Result<u64, StoreError> {
        on!(self, open => sqlx::query("update grants set state = $2 where code = $1 and state = 'open'")
            .bind(code.to_string())
            .bind(state.name())
            .execute(open)
            .await
            .done("ending a code's grants"))
    }

    /// Ends a person's open grants that came of no code, with the sessions of all such; how many grants.
    pub async fn end_codeless_grants_of(
        &mut self,
        person: PersonId,
        state: GrantState,
    ) -> Result<u64, StoreError> {
        let person = person.to_string();
        let ended = on!(self, open => sqlx::query(
            "update grants set state = $2 where person = $1 and code is null and state = 'open'",
        )
        .bind(&person)
        .bind(state.name())
        .execute(open)
        .await
        .done("ending the grants that came of no code"))?;
        on!(self, open => sqlx::query(
            "delete from sessions where person = $1
                and grant_id in (select id from grants where person = $1 and code is null and state <> 'used')",
        )
        .bind(&person)
        .execute(open)
        .await
        .done("ending the sessions of grants that came of no code"))?;
        Ok(ended)
    }

    /// Revokes the open grants that were given at a station, and ends their sessions. Returns how many grants.
    pub async fn revoke_grants_at(&mut self, station: StationId) -> Result<u64, StoreError> {
        let station = station.to_string();
        let ended = on!(self, open => sqlx::query("update grants set state = 'revoked' where station = $1 and state = 'open'")
            .bind(&station)
            .execute(open)
            .await
            .done("revoking the grants of a station"))?;
        on!(self, open => sqlx::query(
            "delete from sessions where grant_id in (select id from grants where station = $1)",
        )
        .bind(&station)
        .execute(open)
        .await
        .done("ending the sessions at a station"))?;
        Ok(ended)
    }
}
