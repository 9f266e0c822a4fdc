//! The audit: a row for every change, each chained to the row before by an HMAC over the stored bytes.
//!
//! A row holds ids, codes and reasons. Names and addresses are in other tables, so that erasing a person never breaks
//! the chain. Not here: the hashes (`chain`), SQL (`store::audit`), and when a row is written (the operations).

mod chain;
mod export;
mod verify;

use std::net::IpAddr;

use domain::{CallId, EnrolmentId, GrantId, PersonId, StationId, Timestamp};
use protocol::{AuditHead, Purpose, Signed};
use serde::Serialize;
use uuid::Uuid;

use crate::{Refusal, Service};
use store::{HeadRow, StartRow, StoreError, Tx};
use vault::Keys;

use chain::{row_hash, start_proof};

pub use chain::head_of;
pub use export::AuditLine;
pub use verify::verify;
pub use verify::{AuditFault, AuditReport};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A policy became active, with its serial.
    PolicyAdopted,
    /// A person has another name or school. The names themselves are in the person's row alone.
    PersonRenamed,
    /// IT issued an enrolment code.
    CodeIssued,
    /// An enrolment code was revoked, with the number of grants that ended.
    CodeRevoked,
    /// Grants without a code ended, with their number.
    GrantsRevoked,
    /// A person signed in for an enrolment, with the way as the reason.
    SignedIn,
    /// A sign-in for an enrolment was refused, with the error code as the reason.
    SignInRefused,
    /// An alert: somebody signed in and said that they are not this person.
    NotMe,
    /// A person ended their session.
    SignedOut,
    /// An enrolment was accepted, with the person's new generation.
    EnrolmentAccepted,
    /// An alert: an enrolment was sent twice with different contents.
    EnrolmentConflict,
    /// An alert: somebody finished a second time with one code.
    EnrolmentSecondPost,
    /// A sign-in code was accepted.
    CodeAccepted,
    /// A sign-in code was refused.
    CodeRefused,
    /// A relying party was added.
    ClientAdded,
    /// A relying party was revoked.
    ClientRevoked,
    /// A computer may be registered as a station.
    StationAdded,
    /// A computer became a station.
    StationRegistered,
    /// A station was revoked, with the number of grants that ended.
    StationRevoked,
    /// The code with which a computer could become a station ended.
    StationCodeEnded,
    /// An alert: somebody tried to sign in at a station that was revoked.
    StationRefused,
    /// A test call was requested.
    CallAsked,
    /// A test call ended, with the protocol's name of its end as the reason.
    CallEnded,
    /// A relying party requested that a person approves a sign-in by a call.
    ApprovalAsked,
    /// Such a request was refused, and nobody was called.
    ApprovalRefused,
    /// A sign-in call ended, with the protocol's name of its end as the reason.
    ApprovalEnded,
    /// An alert: a person said that a sign-in was not theirs.
    SignInNotMine,
    /// An alert: a person's daily limit of wrong codes from outside is reached.
    SignInGuessed,
    /// An alert: within an hour more people than the policy's limit were refused from outside.
    ManyPeopleGuessed,
    /// An alert: so many enrolment codes were wrong that an address, a school or all outside have to wait.
    CodesGuessed,
    /// IT cleared a person's stop after a sign-in that was not their own.
    SignInCleared,
    /// An alert: most of the day's calls are used up.
    CallsNearlyUsedUp,
    /// A person may be called again.
    CallsLifted,
    /// An alert: more than two people have set up one number.
    NumberShared,
    /// A backup was made.
    BackupMade,
    /// The store is a backup that was put in place, with the number of the row at which it was made.
    Restored,
    /// A key was added to the key file.
    KeyAdded,
    /// A key was taken into use.
    KeyInUse,
    /// A key was taken out of the key file.
    KeyForgotten,
    /// All keys were written to another file, under a passphrase.
    KeysExported,
    /// Keys were added from another file.
    KeysImported,
    /// A key was refused, since somebody else may have it.
    KeyRefused,
    /// Records were resealed with the vault key in use, with their number.
    RecordsResealed,
    /// Data was deleted after its retention time.
    Deleted,
    /// Everything that is kept on a person was exported.
    PersonExported,
    /// A person left.
    PersonLeft,
    /// A person who had left came back.
    PersonBack,
    /// Everything on a person was deleted, with the number of rows.
    PersonErased,
    /// The audit's rows up to a number were deleted for their age.
    AuditAged,
}

/// The content of a row. Unknown members are left out.
#[derive(Clone, Serialize)]
pub struct Entry {
    /// What happened.
    pub what: What,
    /// The person it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The enrolment it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<EnrolmentId>,
    /// The grant it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// The enrolment code it is about, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Uuid>,
    /// The relying party it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Uuid>,
    /// The station it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub station: Option<StationId>,
    /// The call it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// A reason code, or the reason that was given with a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The operating system's user who gave a command, as claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// A key by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// A count or a serial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// No phone rang: the calls are for practice.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
    /// It is stored in another table.
    #[serde(skip)]
    pub address: Option<IpAddr>,
}

impl Entry {
    /// A row that says what happened and nothing else.
    pub fn of(what: What) -> Self {
        Self {
            what,
            person: None,
            enrolment: None,
            grant: None,
            code: None,
            client: None,
            station: None,
            call: None,
            reason: None,
            by: None,
            key: None,
            number: None,
            practice: false,
            address: None,
        }
    }
}

/// Adds a row. On PostgreSQL this locks the chain's head, so it comes last in a transaction.
pub async fn append(
    tx: &mut Tx,
    keys: &Keys,
    entry: &Entry,
    now: Timestamp,
) -> Result<AuditHead, StoreError> {
    let body = serde_json::to_vec(entry).map_err(|_| StoreError::Corrupt("audit row"))?;
    // The address is deleted with the person, so none is added for one who was erased meanwhile. This lock comes before
    // the head's, as everywhere.
    let is_kept = match (entry.address, entry.person) {
        (Some(_), Some(person)) => tx.share_lock_person(person).await?,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let before = tx.lock_head().await?;
    let sequence = before.sequence + 1;
    let head = HeadRow {
        sequence,
        hash: row_hash(keys, &before.hash, sequence, now.millis(), &body),
        at: now.millis(),
    };
    let address = entry.address.filter(|_| is_kept).map(|address| address.to_canonical().to_string());
    let address = address.as_deref().map(|address| (address, entry.person));
    tx.add_audit_row(head.clone(), &body, address).await?;
    Ok(head_of(&head))
}

/// Deletes rows from before a time, from the beginning of the chain and at most `most`, and records it in a row. The
/// proof of the new beginning needs the audit's key, so nobody else can cut the beginning off unseen.
pub async fn delete_old_rows(
    tx: &mut Tx,
    keys: &Keys,
    before: i64,
    most: i64,
    now: Timestamp,
) -> Result<u64, StoreError> {
    // Two nodes must not set two beginnings.
    tx.lock_head().await?;
    let Some(last) = tx.last_before(before, most).await? else { return Ok(0) };
    let sequence = last.sequence;
    let proof = start_proof(keys, &last).to_vec();
    let deleted = tx.begin_audit_after(&StartRow { head: last, proof }).await?;
    append(tx, keys, &Entry { number: Some(sequence), ..Entry::of(What::AuditAged) }, now).await?;
    Ok(deleted)
}

impl Service {
    /// The newest row's number, hash and time.
    pub async fn audit_head(&self) -> Result<AuditHead, Refusal> {
        Ok(head_of(&self.store().read().await?.head().await?))
    }

    /// The same, signed: kept elsewhere, it shows later that the audit was cut.
    pub async fn signed_audit_head(&self) -> Result<Signed, Refusal> {
        let head = self.audit_head().await?;
        Signed::sign(Purpose::AuditHead, &head, &self.signer())
            .map_err(|error| Refusal::fault("signing the audit's head", &error))
    }
}
