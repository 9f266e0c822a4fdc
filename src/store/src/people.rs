//! People.

use domain::{Generation, Label, NameKey, Person, PersonId, SchoolId};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, parse};
use super::{Reader, StoreError, Tx};

/// A stored person.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The person.
    pub person: Person,
    /// How often their ways to sign in were set up, reset or ended.
    pub generation: Generation,
    /// Whether they have left.
    pub departed: bool,
}

columns! { $
    /// A person's columns.
    PersonColumns in "people", select_people {
        id: String,
        name: String,
        sign_in_name: String,
        school: String,
        generation: i64,
        departed_at: i64,
    }
}

impl PersonRow {
    /// Whether a sign-in name is the stored one but for capitals: release 0.1.0 took no more for the same.
    pub fn is_spelled(&self, sign_in_name: &str) -> bool {
        lower_case(self.person.sign_in_name.as_str()) == lower_case(sign_in_name)
    }
}

fn lower_case(sign_in_name: &str) -> String {
    sign_in_name.trim().to_lowercase()
}

impl TryFrom<PersonColumns> for PersonRow {
    type Error = StoreError;

    fn try_from(columns: PersonColumns) -> Result<Self, StoreError> {
        let label = |text: &str| Label::new(text).map_err(|_| StoreError::Corrupt("person"));
        Ok(Self {
            person: Person {
                id: parse(&columns.id, "person")?,
                name: label(&columns.name)?,
                sign_in_name: label(&columns.sign_in_name)?,
                school: SchoolId(columns.school),
            },
            generation: Generation(columns.generation),
            departed: columns.departed_at != 0,
        })
    }
}

/// The keys under which a sign-in name may stand.
pub(super) struct SignInKeys {
    /// The key as release 0.1.0 made it. It comes first, also where another person has the newer key.
    pub(super) lower_case: String,
    /// The key as it is made now.
    pub(super) folded: String,
}

impl SignInKeys {
    /// The keys of a name. `None` when the text cannot be a sign-in name.
    pub(super) fn of(sign_in_name: &str) -> Option<Self> {
        let folded = NameKey::of(sign_in_name)?.as_str().to_owned();
        Some(Self { lower_case: lower_case(sign_in_name), folded })
    }
}

impl Reader {
    /// A person by their id.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
        let row: Option<PersonColumns> = on!(self, open => sqlx::query_as(select_people!("where id = $1"))
        .bind(id.to_string())
        .fetch_optional(open)
        .await
        .doing("reading a person"))?;
        row.map(PersonRow::try_from).transpose()
    }

    /// A person by any form of their sign-in name. A text that cannot be a sign-in name belongs to nobody.
    pub async fn person_by_name(&mut self, sign_in_name: &str) -> Result<Option<PersonRow>, StoreError> {
        let Some(SignInKeys { lower_case, folded }) = SignInKeys::of(sign_in_name) else { return Ok(None) };
        let row: Option<PersonColumns> = on!(self, open => sqlx::query_as(select_people!(
            "where sign_in_key in ($1, $2) order by case when sign_in_key = $1 then 0 else 1 end limit 1"
        ))
        .bind(lower_case)
        .bind(folded)
        .fetch_optional(open)
        .await
        .doing("reading a person by sign-in name"))?;
        row.map(PersonRow::try_from).transpose()
    }

    /// Some of the people who left before a time.
    pub async fn departed_before(&mut self, at: i64) -> Result<Vec<PersonId>, StoreError> {
        let ids: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select id from people where departed_at > 0 and departed_at < $1 order by departed_at limit 100",
        )
        .bind(at)
        .fetch_all(open)
        .await
        .doing("reading who left"))?;
        ids.iter().map(|id| parse(id, "person")).collect()
    }

    /// Whether a call to a person waits or is under way.
    pub async fn is_being_called(&mut self, id: PersonId) -> Result<bool, StoreError> {
        let calls: i64 = on!(self, open => sqlx::query_scalar(
            "select count(*) from calls where person = $1 and state <> 'ended'",
        )
        .bind(id.to_string())
        .fetch_one(open)
        .await
        .doing("looking for a person's calls"))?;
        Ok(calls > 0)
    }
}

impl Tx {
    /// Adds a person, or finds the one who has this sign-in name already, unchanged.
    /// On PostgreSQL the row stays locked until the transaction ends.
    pub async fn put_person(&mut self, person: &Person, now: i64) -> Result<PersonRow, StoreError> {
        let keys = SignInKeys::of(person.sign_in_name.as_str()).ok_or(StoreError::Corrupt("sign-in name"))?;
        self.share_lock_sign_in_keys().await?;
        let key = if self.lock_sign_in_key(&keys.lower_case).await? { keys.lower_case } else { keys.folded };
        let row: PersonColumns = on!(self, open => sqlx::query_as(
            "insert into people (id, sign_in_key, sign_in_name, name, school, generation, created_at, departed_at)
             values ($1, $2, $3, $4, $5, 0, $6, 0)
             on conflict (sign_in_key) do update set sign_in_key = excluded.sign_in_key
             returning id, name, sign_in_name, school, generation, departed_at",
        )
        .bind(person.id.to_string())
        .bind(key)
        .bind(person.sign_in_name.as_str())
        .bind(person.name.as_str())
        .bind(&person.school.0)
        .bind(now)
        .fetch_one(open)
        .await
        .doing("writing a person"))?;
        row.try_into()
    }

    /// Locks the person who has a key, so that they are not erased meanwhile. `false` when nobody has it.
    async fn lock_sign_in_key(&mut self, key: &str) -> Result<bool, StoreError> {
        // SQLite has one writer at a time.
        let sql = if self.is_postgres() {
            "select id from people where sign_in_key = $1 for update"
        } else {
            "select id from people where sign_in_key = $1"
        };
        let found: Option<String> = on!(self, open => sqlx::query_scalar(sql)
            .bind(key)
            .fetch_optional(open)
            .await
            .doing("looking for a sign-in name"))?;
        Ok(found.is_some())
    }

    /// Gives a person another name and school.
    pub async fn rename_person(
        &mut self,
        id: PersonId,
        name: &Label,
        school: &SchoolId,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query("update people set name = $2, school = $3 where id = $1")
            .bind(id.to_string())
            .bind(name.as_str())
            .bind(&school.0)
            .execute(open)
            .await
            .done("renaming a person"))?;
        Ok(())
    }

    /// Raises a person's generation, if it still is the given one. `false` when it is not.
    pub async fn raise_generation(&mut self, id: PersonId, from: Generation) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update people set generation = generation + 1 where id = $1 and generation = $2 and departed_at = 0",
        )
        .bind(id.to_string())
        .bind(from.0)
        .execute(open)
        .await
        .done("raising a person's generation"))?;
        Ok(done == 1)
    }

    /// Locks a person's row until the transaction ends, so that nothing is added for them meanwhile.
    pub async fn lock_person(&mut self, id: PersonId) -> Result<bool, StoreError> {
        self.lock_person_row(id, "select id from people where id = $1 for update").await
    }

    /// Keeps a person from being erased until the transaction ends. `false` when there is no such person.
    pub async fn share_lock_person(&mut self, id: PersonId) -> Result<bool, StoreError> {
        self.lock_person_row(id, "select id from people where id = $1 for key share").await
    }

    async fn lock_person_row(&mut self, id: PersonId, on_postgres: &'static str) -> Result<bool, StoreError> {
        // SQLite has one writer at a time.
        let sql = if self.is_postgres() { on_postgres } else { "select id from people where id = $1" };
        let found: Option<String> = on!(self, open => sqlx::query_scalar(sql)
            .bind(id.to_string())
            .fetch_optional(open)
            .await
            .doing("locking a person"))?;
        Ok(found.is_some())
    }

    /// Notes that a person has left, and ends what they were given. `false` when they had left before.
    pub async fn mark_departed(&mut self, id: PersonId, now: i64) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update people set departed_at = $2, generation = generation + 1 where id = $1 and departed_at = 0",
        )
        .bind(id.to_string())
        .bind(now)
        .execute(open)
        .await
        .done("noting that a person left"))?;
        Ok(done == 1)
    }

    /// Notes that a person is here again. `false` when they had not left.
    pub async fn mark_returned(&mut self, id: PersonId) -> Result<bool, StoreError> {
        let done = on!(self, open => sqlx::query(
            "update people set departed_at = 0 where id = $1 and departed_at > 0",
        )
        .bind(id.to_string())
        .execute(open)
        .await
        .done("noting that a person is back"))?;
        Ok(done == 1)
    }
}
