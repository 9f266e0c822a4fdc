//! Enrolment codes, stored as HMACs.

use domain::{Generation, Label, Person, PersonId, SchoolId, Timestamp};
use uuid::Uuid;

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, parse};
use super::{Reader, StoreError, Tx};

/// What became of a code. Whether it has expired, its date says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    /// It may be used.
    Issued,
    /// An enrolment was accepted with it.
    Accepted,
    /// IT, or a newer code, ended it.
    Revoked,
}

impl CodeState {
    const fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
        }
    }

    fn of(name: &str) -> Result<Self, StoreError> {
        [Self::Issued, Self::Accepted, Self::Revoked]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or(StoreError::Corrupt("code"))
    }
}

/// A stored code.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// Its id.
    pub id: Uuid,
    /// The person that it was issued to.
    pub person: PersonId,
    /// The person's generation when the code was issued.
    pub generation: Generation,
    /// What became of it.
    pub state: CodeState,
    /// Whether an enrolment with it replaces what the person has set up.
    pub replaces: bool,
    /// When it expires.
    pub expires_at: Timestamp,
    /// How often somebody signed in with it.
    pub redeemed: i64,
}

/// A code that nobody has ended, with its person.
#[derive(Debug, Clone)]
pub struct IssuedCodeRow {
    /// The code's id.
    pub id: Uuid,
    /// Whose it is.
    pub person: Person,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// Whether an enrolment with it replaces what the person has set up.
    pub replaces: bool,
    /// How often somebody signed in with it.
    pub redeemed: i64,
}

columns! { $
    /// A code's columns.
    CodeColumns in "codes", select_codes, insert_codes {
        id: String,
        person: String,
        generation: i64,
        state: String,
        replaces: i64,
        expires_at: i64,
        redeemed: i64,
    }
}

impl TryFrom<CodeColumns> for CodeRow {
    type Error = StoreError;

    fn try_from(columns: CodeColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&columns.id, "code")?,
            person: parse(&columns.person, "code")?,
            generation: Generation(columns.generation),
            state: CodeState::of(&columns.state)?,
            replaces: columns.replaces != 0,
            expires_at: Timestamp::from_millis(columns.expires_at),
            redeemed: columns.redeemed,
        })
    }
}

impl From<&CodeRow> for CodeColumns {
    fn from(code: &CodeRow) -> Self {
        Self {
            id: code.id.to_string(),
            person: code.person.to_string(),
            generation: code.generation.0,
            state: code.state.name().to_owned(),
            replaces: i64::from(code.replaces),
            expires_at: code.expires_at.millis(),
            redeemed: code.redeemed,
        }
    }
}

/// A code's id, two times, whether it replaces, how often it was redeemed; its person's id, name, sign-in name and school.
type IssuedCodeColumns = (String, i64, i64, i64, i64, String, String, String, String);

fn issued_code(columns: IssuedCodeColumns) -> Result<IssuedCodeRow, StoreError> {
    let (id, issued_at, expires_at, replaces, redeemed, person, name, sign_in_name, school) = columns;
    let label = |text: &str| Label::new(text).map_err(|_| StoreError::Corrupt("person"));
    Ok(IssuedCodeRow {
        id: parse(&id, "code")?,
        person: Person {
            id: parse(&person, "person")?,
            name: label(&name)?,
            sign_in_name: label(&sign_in_name)?,
            school: SchoolId(school),
        },
        issued_at: Timestamp::from_millis(issued_at),
        expires_at: Timestamp::from_millis(expires_at),
        replaces: replaces != 0,
        redeemed,
    })
}

impl Reader {
    /// A code by the hash of its text.
    pub async fn code_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<CodeRow>, StoreError> {
        let row: Option<CodeColumns> = on!(self, open => sqlx::query_as(select_codes!("where code_hash = $1"))
        .bind(&hash[..])
        .fetch_optional(open)
        .await
        .doing("looking up a code"))?;
        row.map(CodeRow::try_from).transpose()
    }

    /// A code by its id.
    pub async fn code(&mut self, id: Uuid) -> Result<Option<CodeRow>, StoreError> {
        let row: Option<CodeColumns> = on!(self, open => sqlx::query_as(select_codes!("where id = $1"))
        .bind(id.to_string())
        .fetch_optional(open)
        .await
        .doing("reading a code"))?;
        row.map(CodeRow::try_from).transpose()
    }

    /// A person's codes that nobody has ended, the oldest first. Expired ones are among them.
    pub async fn issued_codes_of(&mut self, person: PersonId) -> Result<Vec<Uuid>, StoreError> {
        let ids: Vec<(String,)> = on!(self, open => sqlx::query_as(
            "select id from codes where person = $1 and state = 'issued' order by id",
        )
        .bind(person.to_string())
        .fetch_all(open)
        .await
        .doing("reading a person's codes"))?;
        ids.iter().map(|(id,)| parse(id, "code")).collect()
    }

    /// The codes of people who are here that nobody has ended, by school and sign-in name. Expired ones are among them.
    pub async fn issued_codes(&mut self) -> Result<Vec<IssuedCodeRow>, StoreError> {
        let rows: Vec<IssuedCodeColumns> = on!(self, open => sqlx::query_as(
            "select c.id, c.issued_at, c.expires_at, c.replaces, c.redeemed, p.id, p.name, p.sign_in_name, p.school
             from codes c join people p on p.id = c.person
             where c.state = 'issued' and p.departed_at = 0 order by p.school, p.sign_in_key",
        )
        .fetch_all(open)
        .await
        .doing("reading the codes that were issued"))?;
        rows.into_iter().map(issued_code).collect()
    }

    /// Whether a person has another code that counts. Each new code ends those before it, so it is newer than an ended one.
    pub async fn has_other_code(
        &mut self,
        person: PersonId,
        than: Uuid,
        now: i64,
    ) -> Result<bool, StoreError> {
        let others: i64 = on!(self, open => sqlx::query_scalar(
            "select count(*) from codes where person = $1 and state = 'issued' and expires_at > $2 and id <> $3",
        )
        .bind(person.to_string())
        .bind(now)
        .bind(than.to_string())
        .fetch_one(open)
        .await
        .doing("looking for another code"))?;
        Ok(others > 0)
    }
}

impl Tx {
    /// Adds a code with the hash of its text.
    pub async fn add_code(&mut self, code: &CodeRow, hash: &[u8; 32], now: i64) -> Result<(), StoreError> {
        const INSERT: &str =
            insert_codes!(", code_hash, issued_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        let columns = CodeColumns::from(code);
        on!(self, open => columns
            .bind_to(sqlx::query(INSERT))
            .bind(&hash[..])
            .bind(now)
            .execute(open)
            .await
            .done("adding a code"))?;
        Ok(())
    }

    /// Notes that a code reached the service, whatever becomes of the attempt. An unknown code changes nothing.
    pub async fn record_code_sent(&mut self, hash: &[u8; 32], now: i64) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update codes set sent_at = $2 where code_hash = $1 and sent_at = 0")
            .bind(hash.as_slice())
            .bind(now)
            .execute(open)
            .await
            .done("noting that a code was sent"))?;
        Ok(())
    }

    /// Counts one use of a code. `false` when no use is left.
    pub async fn redeem(&mut self, id: Uuid, most: u32) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update codes set redeemed = redeemed + 1 where id = $1 and state = 'issued' and redeemed < $2",
        )
        .bind(id.to_string())
        .bind(i64::from(most))
        .execute(open)
        .await
        .done("redeeming a code"))?;
        Ok(done == 1)
    }

    /// Ends a code that may be used. `false` when it may not be used any more.
    pub async fn end_code(&mut self, id: Uuid, state: CodeState) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query("update codes set state = $2 where id = $1 and state = 'issued'")
            .bind(id.to_string())
            .bind(state.name())
            .execute(open)
            .await
            .done("ending a code"))?;
        Ok(done == 1)
    }
}
