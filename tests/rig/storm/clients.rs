//! Clients that enrol people, sign in and have codes verified, all at once, and send again what was not answered.
//!
//! Not here: whether what they were told is true (`judge`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use client::SubmissionOutcome;
use domain::Step;
use engine::Service;
use protocol::{IdentityKey, SignInResponse, Signed, VerifyOutcome, VerifyRequest, VerifyResponse, paths};

use super::asking::{Asking, Kind, Said};
use super::judge::{Receipt, Told};
use crate::people::{Begun, Ready};

/// Where people sign in from: half of them from a school.
const FROM: [&str; 2] = ["203.0.113.9", "192.0.2.7"];

/// What one client has to work with.
pub(super) struct Client {
    /// IT's own computer: it gives out the codes.
    pub(super) office: Arc<Service>,
    pub(super) identity: IdentityKey,
    /// Of the relying party.
    pub(super) key: String,
    pub(super) asking: Asking,
    /// A second line, for what is sent twice at once.
    pub(super) beside: Asking,
    pub(super) people: Vec<Person>,
    pub(super) told: Told,
    pub(super) outcomes: BTreeMap<String, usize>,
    pub(super) codes_given: usize,
}

/// One of a client's people. No two clients share one, so it is known what a person has.
pub(super) struct Person {
    name: String,
    /// What was acknowledged last.
    enrolled: Option<Enrolled>,
    visits: usize,
}

struct Enrolled {
    ready: Ready,
    /// The newest step whose code was sent.
    step: Step,
    /// A delay after a wrong code is over then.
    from: Instant,
}

impl Person {
    pub(super) fn called(name: String) -> Self {
        Self { name, enrolled: None, visits: 0 }
    }

    /// What has to work in the end.
    pub(super) fn enrolled(self) -> Option<Ready> {
        self.enrolled.map(|enrolled| enrolled.ready)
    }
}

impl Client {
    /// One person after the other, until told to stop. Nobody is left half way.
    pub(super) async fn run(mut self, stop: Arc<AtomicBool>) -> anyhow::Result<Self> {
        while !stop.load(Ordering::Relaxed) {
            for number in 0..self.people.len() {
                let Some(person) = self.people.get_mut(number) else { continue };
                let enrolled = person.enrolled.take();
                person.visits += 1;
                let (name, visits) = (person.name.clone(), person.visits);
                let enrolled = self.visit(&name, visits + number, enrolled).await?;
                if let Some(person) = self.people.get_mut(number) {
                    person.enrolled = enrolled;
                }
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        }
        Ok(self)
    }

    async fn visit(
        &mut self,
        name: &str,
        turn: usize,
        enrolled: Option<Enrolled>,
    ) -> anyhow::Result<Option<Enrolled>> {
        let Some(mut enrolled) = enrolled else { return Ok(Some(self.enrol(name, false).await?)) };
        let now = self.office.now();
        let unused = Step(Step::at(now).0.max(enrolled.step.0 + 1));
        let may_sign_in = unused.0 <= Step::at(now).0 + 1 && Instant::now() >= enrolled.from;
        match turn % 8 {
            0 => return Ok(Some(self.enrol(name, true).await?)),
            // Signs in for another enrolment, and never sends it.
            1 => drop(self.sign_in(name, true).await?),
            // A code that was used.
            2 if Instant::now() >= enrolled.from => {
                let step = enrolled.step;
                self.verify(&mut enrolled, step, Sent::Again).await?;
            }
            3 | 4 if may_sign_in => self.verify(&mut enrolled, unused, Sent::TwiceAtOnce).await?,
            _ if may_sign_in => self.verify(&mut enrolled, unused, Sent::Once).await?,
            _ => return Ok(Some(self.enrol(name, true).await?)),
        }
        Ok(Some(enrolled))
    }

    async fn sign_in(&mut self, name: &str, replaces: bool) -> anyhow::Result<(Begun, SignInResponse)> {
        let begun = Begun::with_code(&self.office, name, replaces.then_some("load")).await?;
        self.codes_given += 1;
        let said = self.asking.ask(Kind::SignIn, paths::SIGN_IN, None, &begun.sign_in).await?;
        let answer = self.expect(name, &said)?;
        Ok((begun, answer))
    }

    async fn enrol(&mut self, name: &str, replaces: bool) -> anyhow::Result<Enrolled> {
        let (begun, answer) = self.sign_in(name, replaces).await?;
        let ready = begun.signed_in(&answer, self.office.now());
        let said = self.asking.ask(Kind::Enrolment, paths::ENROLMENTS, None, &ready.submission).await?;
        let signed: Signed = self.expect(name, &said)?;
        let outcome = SubmissionOutcome::of(Ok(signed), ready.enrolment, &ready.submission, &self.identity);
        let SubmissionOutcome::Accepted(receipt) = outcome else {
            anyhow::bail!("no receipt for {name}: {outcome:?}");
        };
        let hash = data_encoding::HEXLOWER.encode(&receipt.audit.hash.0);
        self.told.receipts.push(Receipt {
            person: name.to_owned(),
            enrolment: receipt.enrolment,
            audit: (receipt.audit.sequence, hash),
        });
        Ok(Enrolled { step: ready.step, ready, from: Instant::now() })
    }

    /// Everybody here does what is right: a refusal ends the load.
    fn expect<T: serde::de::DeserializeOwned>(&mut self, name: &str, said: &Said) -> anyhow::Result<T> {
        if said.status != 200 {
            self.told.refused.push(format!("{name}: {} {}", said.status, said.body));
        }
        Ok(serde_json::from_str(&said.body)?)
    }

    async fn verify(&mut self, enrolled: &mut Enrolled, step: Step, sent: Sent) -> anyhow::Result<()> {
        let from = FROM[step.0.unsigned_abs() as usize % FROM.len()];
        let (name, code) = (enrolled.ready.sign_in_name.clone(), enrolled.ready.code_of(step));
        let body = VerifyRequest { sign_in_name: name.clone(), code, address: Some(from.parse()?) };
        let (key, begun) = (Some(self.key.as_str()), Instant::now());
        let mut said = Vec::new();
        if let Sent::TwiceAtOnce = sent {
            let both = tokio::join!(
                self.asking.ask(Kind::Code, paths::VERIFY, key, &body),
                self.beside.ask(Kind::Code, paths::VERIFY, key, &body)
            );
            said.extend([both.0?, both.1?]);
        } else {
            said.push(self.asking.ask(Kind::Code, paths::VERIFY, key, &body).await?);
        }
        let mut accepted = 0;
        let mut explained = sent == Sent::Again || Step::at(self.office.now()).0 > step.0 + 1;
        for said in &said {
            let answer: VerifyResponse = self.expect(&name, said)?;
            *self.outcomes.entry(format!("{:?}", answer.outcome)).or_default() += 1;
            accepted += usize::from(answer.outcome == VerifyOutcome::Accepted);
            // Perhaps it was accepted, and the answer was lost: then the same code again is refused.
            explained |= said.was_lost || answer.outcome == VerifyOutcome::TryLater;
            if let Some(secs) = answer.retry_after_secs {
                enrolled.from = begun + std::time::Duration::from_secs(secs.into());
            }
        }
        if accepted == 0 && !explained {
            self.told.refused.push(format!("{name}: a right code was refused"));
        }
        *self.told.codes.entry((enrolled.ready.enrolment, step)).or_default() += accepted;
        enrolled.step = Step(enrolled.step.0.max(step.0));
        Ok(())
    }
}

/// How a code is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Once,
    TwiceAtOnce,
    /// It was used before.
    Again,
}
