//! Issues and revokes enrolment codes.
//!
//! Not here: redeeming them (`sign_in`).

mod types;

use domain::{EnrolmentCode, LabelError, Person, PersonId, SchoolId};
use uuid::Uuid;

use crate::audit::{self, Entry, What};
use crate::entropy::new_code;
use crate::ids::new_record_id;
use crate::{Actor, Operator, OtherSpelling, Reason, Service};
use store::{CodeRow, CodeState, GrantState, IssuedCodeRow, PersonRow, StoreError, Tx};
use vault::HashOf;

pub use types::{CodeError, CodeProgress, IssuedCode, ListedCode, NewPerson, RevokedCode};

impl Service {
    /// Issues a code, and ends the person's earlier ones: a person has one code. `lifetime_hours` is the policy's when
    /// `None`.
    /// `replace` holds the reason when the person may replace their methods.
    pub async fn issue_code(
        &self,
        person: NewPerson,
        by: impl Into<Operator>,
        lifetime_hours: Option<u32>,
        replace: Option<Reason>,
    ) -> Result<IssuedCode, CodeError> {
        let NewPerson { name, sign_in_name, school, rename } = person;
        self.check_school(&school)?;
        if let Some(character) = domain::invisible_in(sign_in_name.as_str()) {
            return Err(CodeError::SignInName(LabelError::Control(character)));
        }
        let hours = lifetime_hours.unwrap_or(self.policy().codes.lifetime_hours);
        if !(1..=720).contains(&hours) {
            return Err(CodeError::Lifetime(hours));
        }
        let by = by.into();
        let now = self.now();
        let code = new_code()?;
        let person = Person { id: PersonId::from_uuid(new_record_id(now)?), name, sign_in_name, school };
        let (id, expires_at) = (new_record_id(now)?, now.plus_secs(i64::from(hours) * 3600));
        let hash = self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        let keys = self.keys();
        let issued = self.store.write(move |tx| {
            Box::pin(async move {
                let wanted = person;
                let row = tx.put_person(&wanted, now.millis()).await?;
                let is_spelled = row.is_spelled(wanted.sign_in_name.as_str());
                let PersonRow { person, generation, departed } = row;
                if departed {
                    return Err(CodeError::Departed);
                }
                let is_other = person.name != wanted.name || person.school != wanted.school;
                if is_other && !rename {
                    let Person { id: _, name, sign_in_name, school } = person;
                    return Err(CodeError::OtherPerson { sign_in_name, name, school: school.0 });
                }
                if is_other && !is_spelled {
                    // In an older store two people may have one name. Another spelling may mean the other one.
                    let Person { id, name: _, sign_in_name: stored, school: _ } = person;
                    let typed = wanted.sign_in_name.as_str().to_owned();
                    return Err(OtherSpelling { typed, stored, id }.into());
                }
                let person = person.id;
                let has_methods = !tx.methods(person).await?.is_empty();
                if has_methods && replace.is_none() {
                    return Err(CodeError::Enrolled);
                }
                let mut older = Vec::new();
                for code in tx.issued_codes_of(person).await? {
                    if tx.end_code(code, CodeState::Revoked).await? {
                        older.push(EndedCode { person, code, grants: end_grants_of(tx, code).await? });
                    }
                }
                let row = CodeRow {
                    id,
                    person,
                    generation,
                    state: CodeState::Issued,
                    replaces: replace.is_some(),
                    expires_at,
                    redeemed: 0,
                };
                tx.add_code(&row, &hash, now.millis()).await?;
                if is_other {
                    tx.rename_person(person, &wanted.name, &wanted.school).await?;
                    let entry = Entry { person: Some(person), ..by.entry(What::PersonRenamed) };
                    audit::append(tx, &keys, &entry, now).await?;
                }
                for ended in &older {
                    audit::append(tx, &keys, &ended.entry(NEWER_CODE, by.entry(What::CodeRevoked)), now)
                        .await?;
                }
                let entry = Entry {
                    person: Some(person),
                    code: Some(id),
                    reason: replace.as_ref().map(Reason::text),
                    ..by.entry(What::CodeIssued)
                };
                audit::append(tx, &keys, &entry, now).await?;
                let grants_ended = older.iter().map(|ended| ended.grants).sum();
                Ok((person, has_methods, older.len(), grants_ended))
            })
        });
        let (person, replaces, codes_ended, grants_ended) = issued.await?;
        Ok(IssuedCode { id, code, person, expires_at, replaces, codes_ended, grants_ended })
    }

    /// The codes that nobody has ended, by school and sign-in name; of one school, or of all. Expired ones are among them.
    pub async fn codes(&self, school: Option<&SchoolId>) -> Result<Vec<ListedCode>, CodeError> {
        let policy = self.policy();
        school.map_or(Ok(()), |school| self.check_school(school))?;
        let (rows, now) = (self.store.read().await?.issued_codes().await?, self.now());
        let listed = |row: IssuedCodeRow| {
            let IssuedCodeRow { id, person, issued_at, expires_at, replaces, redeemed } = row;
            let progress = if expires_at <= now {
                CodeProgress::Expired
            } else if redeemed >= i64::from(policy.codes.redeems) {
                CodeProgress::UsedUp
            } else if redeemed > 0 {
                CodeProgress::Begun
            } else {
                CodeProgress::Unused
            };
            ListedCode { id, person, issued_at, expires_at, replaces, sign_ins: redeemed, progress }
        };
        let wanted = rows.into_iter().filter(|row| school.is_none_or(|school| row.person.school == *school));
        Ok(wanted.map(listed).collect())
    }

    /// Revokes a code, its grants and their sessions. `which` is the code itself or its id.
    pub async fn revoke_code(&self, which: &str, actor: Actor) -> Result<RevokedCode, CodeError> {
        let reference = match (which.trim().parse::<Uuid>(), EnrolmentCode::parse(which)) {
            (Ok(id), _) => CodeReference::Id(id),
            (Err(_), Ok(code)) => {
                CodeReference::Hash(self.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice()))
            }
            (Err(_), Err(_)) => return Err(CodeError::Unknown),
        };
        let (keys, now) = (self.keys(), self.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let code = reference.find(tx).await?.ok_or(CodeError::Unknown)?;
                    // An accepted code has ended already. Its enrolments are only named.
                    if !tx.end_code(code.id, CodeState::Revoked).await?
                        && tx.code(code.id).await?.is_some_and(|code| code.state == CodeState::Revoked)
                    {
                        return Err(CodeError::Revoked);
                    }
                    let grants_ended = end_grants_of(tx, code.id).await?;
                    // Read last, so that an enrolment which was accepted while this waited for the lock is named too.
                    let accepted = tx.enrolments_by_code(code.id).await?;
                    let ended = EndedCode { person: code.person, code: code.id, grants: grants_ended };
                    audit::append(
                        tx,
                        &keys,
                        &ended.entry(actor.reason.as_str(), actor.entry(What::CodeRevoked)),
                        now,
                    )
                    .await?;
                    Ok(RevokedCode { person: code.person, grants_ended, accepted })
                })
            })
            .await
    }
}

/// The audit's reason for a code that a newer one ended.
const NEWER_CODE: &str = "newer-code";

/// A code that was ended before its time.
struct EndedCode {
    person: PersonId,
    code: Uuid,
    /// How many grants ended with it.
    grants: u64,
}

impl EndedCode {
    fn entry(&self, reason: &str, entry: Entry) -> Entry {
        Entry {
            person: Some(self.person),
            code: Some(self.code),
            reason: Some(reason.to_owned()),
            number: i64::try_from(self.grants).ok(),
            ..entry
        }
    }
}

/// Ends the grants and sessions of a code. Returns how many grants. Call it after the code's own end, on which a
/// simultaneous redemption waits.
pub(super) async fn end_grants_of(tx: &mut Tx, code: Uuid) -> Result<u64, StoreError> {
    let ended = tx.end_grants_of(code, GrantState::Revoked).await?;
    tx.end_sessions_of_code(code).await?;
    Ok(ended)
}

enum CodeReference {
    Id(Uuid),
    Hash([u8; 32]),
}

impl CodeReference {
    async fn find(&self, tx: &mut Tx) -> Result<Option<CodeRow>, StoreError> {
        match self {
            Self::Id(id) => tx.code(*id).await,
            Self::Hash(hash) => tx.code_by_hash(hash).await,
        }
    }
}
