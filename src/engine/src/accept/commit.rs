//! Commits a verified enrolment in one transaction of compare-and-sets. When a value has changed since it was read, all
//! is rolled back and read again.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Generation, MethodKind, Timestamp};
use protocol::{EnrolmentHeader, ErrorCode};

use super::super::{Refusal, Service};
use super::check::{ProvedMethod, ProvedMethods};
use crate::audit::{self, Entry, What};
use crate::ids::new_record_id;
use crate::time::HOUR_MS;
use store::{CodeState, EnrolmentRow, Evidence, GrantRow, GrantState, MethodRow, StoreError, Tx};
use vault::{KeyKind, Keys, NumberHashes};
use vault::{RecordBinding, SealedRecord};

/// A couple may share a landline. More people with one number are worth a look.
const MOST_PEOPLE: i64 = 2;

/// Why nothing was committed.
pub(super) enum CommitError {
    /// Something changed since it was read.
    Conflict,
    /// A method is sealed with a vault key that is no longer in use.
    OldKey,
    Refused(Refusal),
}

impl From<StoreError> for CommitError {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Service {
    pub(super) async fn commit(
        &self,
        header: &EnrolmentHeader,
        grant: &GrantRow,
        fingerprint: [u8; 32],
        proved: ProvedMethods,
        from: Option<IpAddr>,
    ) -> Result<EnrolmentRow, CommitError> {
        let now = self.now();
        let methods = proved
            .into_iter()
            .map(|method| self.seal_method(grant, method, now))
            .collect::<Result<Vec<_>, _>>()
            .map_err(CommitError::Refused)?;
        let commit = EnrolmentCommit {
            keys: self.keys(),
            grant: grant.clone(),
            methods,
            fingerprint,
            policy_serial: i64::try_from(header.policy_serial).unwrap_or(i64::MAX),
            from,
            tested_from: now.millis() - i64::from(self.policy().calls.tested_hours) * HOUR_MS,
            practice: self.is_practice(),
            now,
        };
        self.store.write(move |tx| Box::pin(commit.run(tx))).await
    }

    fn seal_method(
        &self,
        grant: &GrantRow,
        method: ProvedMethod,
        now: Timestamp,
    ) -> Result<MethodRow, Refusal> {
        let kind = match &method {
            ProvedMethod::App { .. } => MethodKind::AuthenticatorApp,
            ProvedMethod::Phone(_) => MethodKind::PhoneCall,
        };
        let (id, generation) = (new_record_id(now)?, next(grant.generation));
        let place = RecordBinding { table: "methods", record: id, person: grant.person, kind, generation };
        let (record, hashes, last_step) = match &method {
            // The code that proved the enrolment must not open a sign-in too.
            ProvedMethod::App { secret, step } => (self.vault.seal(&place, secret), None, Some(*step)),
            ProvedMethod::Phone(number) => {
                (self.vault.seal_number(&place, number), Some(self.keys().number_hashes(number)), None)
            }
        };
        let SealedRecord { key_id, sealed } =
            record.map_err(|error| Refusal::fault("sealing a method", &error))?;
        Ok(MethodRow {
            id,
            person: grant.person,
            kind,
            generation,
            enrolment: grant.enrolment,
            key_id,
            sealed,
            hashes,
            last_step,
            tested_at: now,
            used_at: None,
        })
    }
}

/// Ends evidence that counts once. `false` when it has ended before.
async fn end_evidence(tx: &mut Tx, evidence: &Evidence) -> Result<bool, StoreError> {
    match evidence {
        Evidence::Code(code) => tx.end_code(*code, CodeState::Accepted).await,
        // This proof can be given again. The methods that are set up then prevent a second enrolment.
        Evidence::Subject(_) => Ok(true),
    }
}

/// Ends the other grants of the same evidence.
async fn end_other_grants(tx: &mut Tx, grant: &GrantRow) -> Result<u64, StoreError> {
    match grant.evidence {
        Evidence::Code(code) => tx.end_grants_of(code, GrantState::Ended).await,
        Evidence::Subject(_) => tx.end_codeless_grants_of(grant.person, GrantState::Ended).await,
    }
}

struct EnrolmentCommit {
    keys: Arc<Keys>,
    grant: GrantRow,
    methods: Vec<MethodRow>,
    fingerprint: [u8; 32],
    policy_serial: i64,
    from: Option<IpAddr>,
    /// A call counts as proof of a number from this time on.
    tested_from: i64,
    practice: bool,
    now: Timestamp,
}

impl EnrolmentCommit {
    /// Locks person, evidence and grant, always in this order, so that two transactions never deadlock.
    async fn run(self, tx: &mut Tx) -> Result<EnrolmentRow, CommitError> {
        let Self { keys, grant, methods, fingerprint, policy_serial, from, tested_from, practice, now } =
            self;
        let unchanged = tx.raise_generation(grant.person, grant.generation).await?
            && end_evidence(tx, &grant.evidence).await?
            && tx.end_grant(grant.id, GrantState::Used).await?;
        if !unchanged {
            return Err(CommitError::Conflict);
        }
        for method in &methods {
            if !tx.lock_key_in_use(KeyKind::Vault, &method.key_id).await? {
                return Err(CommitError::OldKey);
            }
        }
        let mut shared = None;
        let mut is_practice = false;
        for NumberHashes { number, phone: _ } in methods.iter().filter_map(|method| method.hashes) {
            if !tx.is_tested(grant.id, &number, tested_from).await? {
                return Err(CommitError::Refused(ErrorCode::NumberNotTested.into()));
            }
            let people = tx.others_with_number(&number, grant.person).await? + 1;
            shared = (people > MOST_PEOPLE).then_some(people);
            is_practice = practice;
        }
        end_other_grants(tx, &grant).await?;
        let replaced = tx.delete_methods(grant.person).await?;
        for method in &methods {
            tx.add_method(method).await?;
        }
        let entry = Entry {
            person: Some(grant.person),
            enrolment: Some(grant.enrolment),
            grant: Some(grant.id),
            code: grant.evidence.code(),
            station: grant.station,
            reason: (replaced > 0).then(|| "replaced".to_owned()),
            number: Some(next(grant.generation).0),
            address: from,
            practice: is_practice,
            ..Entry::of(What::EnrolmentAccepted)
        };
        if shared.is_some() {
            let entry = Entry {
                person: Some(grant.person),
                enrolment: Some(grant.enrolment),
                number: shared,
                practice: is_practice,
                ..Entry::of(What::NumberShared)
            };
            audit::append(tx, &keys, &entry, now).await?;
        }
        let head = audit::append(tx, &keys, &entry, now).await?;
        let row = EnrolmentRow {
            id: grant.enrolment,
            grant: grant.id,
            person: grant.person,
            generation: next(grant.generation),
            fingerprint,
            policy_serial,
            accepted_at: now,
            audit_sequence: i64::try_from(head.sequence).unwrap_or(i64::MAX),
            audit_hash: head.hash.0,
        };
        if tx.add_enrolment(&row).await? { Ok(row) } else { Err(CommitError::Conflict) }
    }
}

/// The generation that an accepted enrolment gives the person.
fn next(generation: Generation) -> Generation {
    Generation(generation.0.saturating_add(1))
}
