//! Sends what is in the outbox until the service has signed a receipt for it or has refused it for good.

use std::time::Duration;

use domain::Timestamp;
use journey::{RefusedWhy, SendFault};
use protocol::{
    ApiProblem, EnrolmentHeader, ErrorCode, Purpose, ReceiptDocument, RefusalDocument, Signed, paths,
};

use super::{Answer, http::HttpFault, outbox::Entry, worker::Shared};

/// The first pause after a failure. It doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest pause: a network that comes back is noticed soon enough.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The longest pause that the service may ask for. A slip in an answer must not hold an enrolment back for days.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

/// After so long somebody should look why.
const LONG_SECS: i64 = 60 * 60;

/// What became of one entry.
enum Sent {
    Accepted,
    Refused,
    /// Later; after so many seconds, where the service said so.
    Later(Option<u32>),
}

/// Runs for as long as the program does. One entry at a time, so nothing is sent twice at once.
pub(super) async fn run(shared: &Shared) {
    let mut pause = FIRST_PAUSE;
    let mut told = false;
    loop {
        match pass(shared).await {
            Outcome::Empty => {
                pause = FIRST_PAUSE;
                told = false;
                shared.send_now.notified().await;
            }
            Outcome::Waits { asked_secs, oldest } => {
                let waits_long = oldest.is_some_and(|since| since.plus_secs(LONG_SECS) <= shared.now());
                if waits_long
                    && !std::mem::replace(&mut told, true)
                    && let Some(on_stuck) = &shared.on_stuck
                {
                    on_stuck();
                }
                let wait = jittered(pause).max(asked(asked_secs));
                pause = (pause * 2).min(LONGEST_PAUSE);
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    // Somebody is waiting for it: begin again with short pauses.
                    () = shared.send_now.notified() => pause = FIRST_PAUSE,
                }
            }
        }
    }
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

async fn pass(shared: &Shared) -> Outcome {
    let waiting = match shared.outbox.waiting(shared.now()) {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::warn!(%error, "the outbox cannot be read");
            return Outcome::Waits { asked_secs: 0, oldest: None };
        }
    };
    for name in waiting.unreadable {
        tracing::warn!(name, "an unreadable entry of the outbox was set aside");
        shared.answer(Answer::SetAside(name));
    }
    let mut left = !waiting.held.is_empty();
    for (name, error) in waiting.held {
        tracing::warn!(name, %error, "an entry of the outbox cannot be read just now");
        shared.answer(Answer::Held(name));
    }
    if waiting.entries.is_empty() {
        return if left { Outcome::Waits { asked_secs: 0, oldest: None } } else { Outcome::Empty };
    }
    if shared.service.pin().identity().is_none() {
        // No receipt could be checked yet. The policy, once it is here, wakes this up.
        let oldest = waiting.entries.iter().filter_map(sealed_at).min();
        return Outcome::Waits { asked_secs: 0, oldest };
    }
    let mut oldest: Option<Timestamp> = None;
    let mut asked_secs = 0;
    for entry in waiting.entries {
        let sealed_at = sealed_at(&entry);
        match post(shared, entry).await {
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

fn sealed_at(entry: &Entry) -> Option<Timestamp> {
    protocol::header::<EnrolmentHeader>(&entry.sealed).ok().map(|header| header.time)
}

async fn post(shared: &Shared, entry: Entry) -> Sent {
    let enrolment = entry.enrolment;
    let later = |secs| {
        shared.answer(Answer::SendFailed(enrolment, SendFault::Unreachable));
        Sent::Later(secs)
    };
    let signed: Signed = match shared.service.http.post(paths::ENROLMENTS, &entry.sealed).await {
        Ok(signed) => signed,
        Err(HttpFault::Refused(problem)) => {
            let Some(code) = final_refusal(shared, &entry, &problem) else {
                tracing::warn!(%enrolment, code = %problem.code, "an enrolment was not taken; it is sent again later");
                return later(problem.retry_after_secs);
            };
            let reason = code.name();
            if let Err(error) = shared.outbox.refuse(enrolment, reason, shared.now()) {
                tracing::warn!(%error, "a refused enrolment cannot be set aside");
                return Sent::Later(None);
            }
            tracing::warn!(%enrolment, reason, "the service refused an enrolment");
            shared.answer(Answer::SendFailed(enrolment, SendFault::Refused(why(code))));
            return Sent::Refused;
        }
        Err(fault @ (HttpFault::Unreachable | HttpFault::NotTrusted | HttpFault::Unexpected(_))) => {
            tracing::warn!(%enrolment, ?fault, "an enrolment was not taken; it is sent again later");
            return later(None);
        }
    };
    // Whoever cannot sign with the pinned key may not make an entry vanish.
    let receipt: ReceiptDocument = match shared.service.pin().open(Purpose::Receipt, &signed) {
        Ok(receipt) => receipt,
        Err(_) => return later(None),
    };
    if receipt.enrolment != enrolment {
        return later(None);
    }
    if let Err(error) = shared.outbox.remove(enrolment) {
        // It is sent again at the next pass and gets the same receipt.
        tracing::warn!(%error, "a sent enrolment cannot be removed from the outbox");
        return Sent::Later(None);
    }
    shared.accepted(enrolment, receipt.reference);
    Sent::Accepted
}

/// Why asking again is of no use: only the service itself can say so, of this very post. A proxy, a filter or a
/// stranger who answers in its place can make nobody's enrolment end.
fn final_refusal(shared: &Shared, entry: &Entry, problem: &ApiProblem) -> Option<ErrorCode> {
    let signed = problem.signed.as_ref()?;
    let document: RefusalDocument = shared.service.pin().open(Purpose::Refusal, signed).ok()?;
    (document.post == entry.sealed.fingerprint()).then_some(document.code)
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

/// As long as the service asks to be left alone, within reason.
fn asked(secs: u32) -> Duration {
    Duration::from_secs(secs.into()).min(LONGEST_ASKED)
}

/// Between half and the whole of a pause, so that a school's computers do not come back all at once.
fn jittered(pause: Duration) -> Duration {
    let half = pause / 2;
    let share = getrandom::u32().unwrap_or(u32::MAX);
    half + half.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_never_longer_than_planned_nor_shorter_than_half() {
        for _ in 0..200 {
            let pause = jittered(FIRST_PAUSE);
            assert!((FIRST_PAUSE / 2..=FIRST_PAUSE).contains(&pause), "{pause:?}");
        }
    }

    #[test]
    fn nobody_is_told_to_wait_for_more_than_an_hour() {
        assert_eq!(asked(90), Duration::from_secs(90));
        assert_eq!(asked(u32::MAX), Duration::from_secs(3_600));
    }

    #[test]
    fn a_reason_without_words_of_its_own_keeps_its_code() {
        assert_eq!(why(ErrorCode::GrantRevoked), RefusedWhy::GrantRevoked);
        assert_eq!(why(ErrorCode::PolicyNotMet), RefusedWhy::Other("policy_not_met".to_owned()));
    }
}
