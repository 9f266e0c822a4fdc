//! Sends what is in the outbox until the service has signed a receipt for it or has refused it for good.

use std::{sync::Arc, time::Duration};

use client::{ClientError, NotTaken, SubmissionOutcome};
use domain::{EnrolmentId, Reference, Timestamp};
use journey::{Attempt, RefusedWhy, SendFault};
use platform::Backoff;
use protocol::{EnrolmentHeader, ErrorCode, IdentityKey, Sealed};
use tokio::sync::Notify;

use super::{
    Answer,
    answer_channel::AnswerSender,
    callbacks::{OnAccepted, OnStuck},
    outbox::{Outbox, Submission, save_fault},
    pinned_service::PinnedService,
    sessions::Sessions,
};

/// The first pause after a failure. It doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause: a network that comes back is noticed soon enough.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// After so long somebody should look why.
const LONG_SECS: i64 = 60 * 60;

/// What became of one submission.
enum Sent {
    Accepted,
    Refused,
    /// Later; after so many seconds, where the service said so.
    Later(Option<u32>),
}

enum Outcome {
    Empty,
    Waits {
        /// As long as the service asks for.
        asked_secs: u32,
        /// When the oldest of them was sealed.
        oldest: Option<Timestamp>,
    },
}

/// Owns the outbox: what is saved goes through it, and is sent by it.
pub(super) struct OutboxSender {
    outbox: Outbox,
    service: Arc<PinnedService>,
    sessions: Arc<Sessions>,
    answers: AnswerSender,
    on_accepted: Option<OnAccepted>,
    on_stuck: Option<OnStuck>,
    wake: Notify,
}

impl OutboxSender {
    pub(super) fn new(
        outbox: Outbox,
        service: Arc<PinnedService>,
        sessions: Arc<Sessions>,
        answers: AnswerSender,
        on_accepted: Option<OnAccepted>,
        on_stuck: Option<OnStuck>,
    ) -> Self {
        Self { outbox, service, sessions, answers, on_accepted, on_stuck, wake: Notify::new() }
    }

    /// Puts an enrolment on the disk for good, answers, and has it sent.
    pub(super) fn save(&self, attempt: Attempt, enrolment: EnrolmentId, sealed: Sealed) {
        match self.outbox.save(enrolment, sealed) {
            Ok(()) => {
                self.answers.send(Answer::Saved(attempt));
                self.send_now();
            }
            Err(error) => {
                tracing::warn!(%error, "the enrolment cannot be saved");
                self.answers.send(Answer::SaveFailed(attempt, save_fault(&error)));
            }
        }
    }

    /// Somebody waits for it, or it may succeed by now.
    pub(super) fn send_now(&self) {
        self.wake.notify_one();
    }

    /// Runs for as long as the program does. One submission at a time, so nothing is sent twice at once.
    pub(super) async fn run(&self) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut is_reported = false;
        loop {
            match self.send_all().await {
                Outcome::Empty => {
                    backoff.reset();
                    is_reported = false;
                    self.wake.notified().await;
                }
                Outcome::Waits { asked_secs, oldest } => {
                    let waits_long =
                        oldest.is_some_and(|since| since.plus_secs(LONG_SECS) <= self.service.now());
                    if waits_long
                        && !std::mem::replace(&mut is_reported, true)
                        && let Some(on_stuck) = &self.on_stuck
                    {
                        on_stuck();
                    }
                    let wait = backoff.next_pause_after(Some(Duration::from_secs(asked_secs.into())));
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        // Somebody is waiting for it: begin again with short pauses.
                        () = self.wake.notified() => backoff.reset(),
                    }
                }
            }
        }
    }

    async fn send_all(&self) -> Outcome {
        let waiting = match self.outbox.waiting(self.service.now()) {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                return Outcome::Waits { asked_secs: 0, oldest: None };
            }
        };
        for name in waiting.unreadable {
            tracing::warn!(name, "an unreadable entry of the outbox was set aside");
            self.answers.send(Answer::SetAside(name));
        }
        let mut left = !waiting.held.is_empty();
        for (name, error) in waiting.held {
            tracing::warn!(name, %error, "an entry of the outbox cannot be read just now");
            self.answers.send(Answer::Held(name));
        }
        if waiting.submissions.is_empty() {
            return if left { Outcome::Waits { asked_secs: 0, oldest: None } } else { Outcome::Empty };
        }
        let Some(identity) = self.service.pin().identity() else {
            // No receipt could be checked yet. The policy, once it is here, wakes this up.
            let oldest = waiting.submissions.iter().filter_map(sealed_at).min();
            return Outcome::Waits { asked_secs: 0, oldest };
        };
        let mut oldest: Option<Timestamp> = None;
        let mut asked_secs = 0;
        for submission in waiting.submissions {
            let sealed_at = sealed_at(&submission);
            match self.send_one(&identity, submission).await {
                Sent::Accepted | Sent::Refused => {}
                Sent::Later(secs) => {
                    left = true;
                    oldest = oldest.into_iter().chain(sealed_at).min();
                    asked_secs = asked_secs.max(secs.unwrap_or(0));
                }
            }
        }
        if left { Outcome::Waits { asked_secs, oldest } } else { Outcome::Empty }
    }

    async fn send_one(&self, identity: &IdentityKey, submission: Submission) -> Sent {
        let enrolment = submission.enrolment;
        let receipt = match self.service.api.submit(enrolment, &submission.sealed, identity).await {
            SubmissionOutcome::Accepted(receipt) => receipt,
            SubmissionOutcome::Refused(code) => {
                let reason = code.name();
                if let Err(error) = self.outbox.refuse(enrolment, reason, self.service.now()) {
                    tracing::warn!(%error, "a refused enrolment cannot be set aside");
                    return Sent::Later(None);
                }
                tracing::warn!(%enrolment, reason, "the service refused an enrolment");
                self.answers.send(Answer::SendFailed(enrolment, SendFault::Refused(why(code))));
                return Sent::Refused;
            }
            SubmissionOutcome::NotTaken(not_taken) => {
                match &not_taken {
                    NotTaken::Answer(ClientError::Refused(problem)) => {
                        tracing::warn!(%enrolment, code = %problem.code, "an enrolment was not taken; it is sent again later");
                    }
                    NotTaken::Answer(fault) => {
                        tracing::warn!(%enrolment, ?fault, "an enrolment was not taken; it is sent again later");
                    }
                    NotTaken::UnprovenReceipt => {}
                }
                self.answers.send(Answer::SendFailed(enrolment, SendFault::Unreachable));
                return Sent::Later(not_taken.retry_after_secs());
            }
        };
        if let Err(error) = self.outbox.remove(enrolment) {
            // It is sent again at the next pass and gets the same receipt.
            tracing::warn!(%error, "a sent enrolment cannot be removed from the outbox");
            return Sent::Later(None);
        }
        self.report_accepted(enrolment, receipt.reference);
        Sent::Accepted
    }

    fn report_accepted(&self, enrolment: EnrolmentId, reference: Reference) {
        if let Some(on_accepted) = &self.on_accepted {
            on_accepted(&reference, self.sessions.person_of(enrolment).as_ref());
        }
        self.answers.send(Answer::Accepted(enrolment, reference));
    }
}

fn sealed_at(submission: &Submission) -> Option<Timestamp> {
    protocol::header::<EnrolmentHeader>(&submission.sealed).ok().map(|header| header.time)
}

fn why(code: ErrorCode) -> RefusedWhy {
    if code == ErrorCode::GrantExpired {
        RefusedWhy::GrantExpired
    } else if code == ErrorCode::GrantRevoked {
        RefusedWhy::GrantRevoked
    } else if code == ErrorCode::AlreadyEnrolled {
        RefusedWhy::AlreadyEnrolled
    } else if code == ErrorCode::EnrolmentConflict {
        RefusedWhy::Conflict
    } else if code == ErrorCode::GenerationPassed {
        RefusedWhy::GenerationPassed
    } else if code == ErrorCode::KeyRetired {
        RefusedWhy::KeyRetired
    } else {
        RefusedWhy::Other(code.name().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_without_words_of_its_own_keeps_its_code() {
        assert_eq!(why(ErrorCode::GrantRevoked), RefusedWhy::GrantRevoked);
        assert_eq!(why(ErrorCode::PolicyNotMet), RefusedWhy::Other("policy_not_met".to_owned()));
    }
}
