//! The thread behind the window: one tokio runtime, everything that waits for disk or network.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use client::ClientError;
use domain::{CallId, EnrolmentId, MethodKind, Person, Reference, Timestamp};
use journey::{Attempt, CallFault, SignInFault};
use protocol::{ErrorCode, SessionToken, SignInResponse};
use tokio::{sync::Notify, task::JoinSet};

use super::{
    Answer, FetchedPolicy, Welcome, Work, call_follower,
    clock::{Measured, Reading, ServiceClock},
    live::{Message, OnAccepted, OnStuck, Waker},
    outbox,
    outbox::Outbox,
    outbox_sender,
    pinned_service::{self, PinnedService},
    resume,
    station::StationAsserter,
};

/// How long the last words to the service may hold up the end of the program.
const LAST_WORDS: std::time::Duration = std::time::Duration::from_secs(1);

/// What the worker's tasks share. Locks are held for moments only, never across a wait.
pub(super) struct Shared {
    pub(super) service: PinnedService,
    pub(super) outbox: Outbox,
    pub(super) resume_file: std::path::PathBuf,
    pub(super) station: StationAsserter,
    pub(super) send_now: Notify,
    pub(super) clock: Mutex<ServiceClock>,
    pub(super) session: Mutex<Session>,
    pub(super) answers: mpsc::Sender<Message>,
    pub(super) waker: Waker,
    pub(super) on_accepted: Option<OnAccepted>,
    pub(super) on_stuck: Option<OnStuck>,
}

/// The test call that is followed.
type Following = Option<(CallId, tokio::task::AbortHandle)>;

/// The session under way. The token lives in memory only.
#[derive(Default)]
pub(super) struct Session {
    /// Sessions that the service gave. Which answer came in time, the journey says.
    offered: Vec<(Attempt, SessionToken, Person)>,
    token: Option<SessionToken>,
    person: Option<Person>,
    saved: Option<EnrolmentId>,
}

impl Session {
    fn take(&mut self, attempt: Attempt) {
        let offered = std::mem::take(&mut self.offered);
        if let Some((_, token, person)) = offered.into_iter().find(|(of, ..)| *of == attempt) {
            *self = Self { token: Some(token), person: Some(person), ..Self::default() };
        }
    }
}

impl Shared {
    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the session, and gives its token for the last words to the service.
    fn end_session(&self) -> Option<SessionToken> {
        std::mem::take(&mut *self.session()).token
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).at(Reading::now())
    }

    pub(super) fn answer(&self, answer: Answer) {
        self.tell(Message::Answer(answer));
    }

    fn measured(&self, measured: Measured) {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).set(measured);
        self.tell(Message::Measured(measured));
    }

    fn tell(&self, message: Message) {
        // Nobody listens any more only when the program ends.
        if self.answers.send(message).is_ok() {
            self.waker.wake();
        }
    }

    pub(super) fn accepted(&self, enrolment: EnrolmentId, reference: Reference) {
        let person = {
            let session = self.session();
            session.person.clone().filter(|_| session.saved == Some(enrolment))
        };
        if let Some(on_accepted) = &self.on_accepted {
            on_accepted(&reference, person.as_ref());
        }
        self.answer(Answer::Accepted(enrolment, reference));
    }
}

/// Works until nobody can ask any more.
pub(super) async fn run(shared: Arc<Shared>, mut work: tokio::sync::mpsc::UnboundedReceiver<Work>) {
    // What waits from an earlier day goes first.
    let sending = Arc::clone(&shared);
    let sending = tokio::spawn(async move { outbox_sender::run(&sending).await });
    // Where it is locked, somebody is asked for its password now and not when a code is typed.
    let asserter = Arc::clone(&shared);
    drop(tokio::spawn(async move { asserter.station.prepare().await }));
    let mut last_words = JoinSet::new();
    let mut following: Following = None;
    while let Some(work) = work.recv().await {
        let shared = Arc::clone(&shared);
        match work {
            Work::FetchPolicy(attempt) => drop(tokio::spawn(async move { open(&shared, attempt).await })),
            Work::MeasureClock => drop(tokio::spawn(async move { measure(&shared).await })),
            Work::SignIn(attempt, sealed) => drop(tokio::spawn(async move {
                let answer = match sign_in(&shared, attempt, &sealed).await {
                    Ok(welcome) => Answer::SignedIn(attempt, Box::new(welcome)),
                    Err(NotSignedIn::ClockOff) => Answer::SignInClockOff(attempt),
                    Err(NotSignedIn::Failed(fault)) => Answer::SignInFailed(attempt, fault),
                };
                shared.answer(answer);
            })),
            Work::TakeSession(attempt) => shared.session().take(attempt),
            Work::NotMe => drop(last_words.spawn(async move {
                if let Some(session) = shared.end_session() {
                    let _ = shared.service.api.not_me(&session).await;
                }
            })),
            Work::SignOut => drop(last_words.spawn(async move {
                if let Some(session) = shared.end_session() {
                    let _ = shared.service.api.sign_out(&session).await;
                }
            })),
            Work::StartCall(attempt, call, number) => {
                stop(&mut following);
                let token = shared.session().token.clone();
                let Some(token) = token else {
                    shared.answer(Answer::CallFailed(attempt, CallFault::SignedOut));
                    continue;
                };
                let task = tokio::spawn(async move {
                    call_follower::follow_call(&shared, &token, attempt, call, *number).await;
                });
                following = Some((call, task.abort_handle()));
            }
            Work::EndCall(call) => {
                stop(&mut following);
                drop(last_words.spawn(async move { end_call(&shared, call).await }));
            }
            Work::Save(attempt, enrolment, sealed) => {
                shared.session().saved = Some(enrolment);
                match shared.outbox.save(enrolment, *sealed) {
                    Ok(()) => {
                        shared.answer(Answer::Saved(attempt));
                        shared.send_now.notify_one();
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the enrolment cannot be saved");
                        shared.answer(Answer::SaveFailed(attempt, outbox::save_fault(&error)));
                    }
                }
            }
            Work::SendNow => shared.send_now.notify_one(),
            Work::RememberPage(page, until) => report(resume::write(&shared.resume_file, page, until)),
            Work::ForgetPage => report(resume::forget(&shared.resume_file)),
            Work::StartTimer(attempt, secs) => drop(tokio::spawn(async move {
                tokio::time::sleep(std::time::Duration::from_secs(secs.into())).await;
                shared.answer(Answer::TimerElapsed(attempt));
            })),
        }
    }
    sending.abort();
    // Nobody is called who has gone: without a word the phone would ring on.
    if let Some((call, task)) = following.take().filter(|(_, task)| !task.is_finished()) {
        task.abort();
        drop(last_words.spawn(async move { end_call(&shared, call).await }));
    }
    let _ = tokio::time::timeout(LAST_WORDS, last_words.join_all()).await;
}

/// The page reached is a comfort; that it cannot be written stops nobody.
fn report(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "the page reached cannot be remembered");
    }
}

async fn open(shared: &Shared, attempt: Attempt) {
    let opened = async {
        let document = shared.service.policy().await?;
        shared.send_now.notify_one();
        let clock = shared.service.clock().await?;
        shared.measured(clock.measured);
        Ok(FetchedPolicy { document, place: clock.place, clock: clock.offset })
    };
    shared.answer(match opened.await {
        Ok(opened) => Answer::PolicyFetched(attempt, Box::new(opened)),
        Err(fault) => Answer::PolicyFailed(attempt, fault),
    });
}

async fn measure(shared: &Shared) {
    shared.answer(match shared.service.clock().await {
        Ok(clock) => {
            shared.measured(clock.measured);
            Answer::ClockMeasured(clock.offset, clock.place)
        }
        Err(fault) => Answer::ClockNotMeasured(fault),
    });
}

enum NotSignedIn {
    /// Measured anew, the same may be asked once more.
    ClockOff,
    Failed(SignInFault),
}

async fn sign_in(
    shared: &Shared,
    attempt: Attempt,
    sealed: &protocol::Sealed,
) -> Result<Welcome, NotSignedIn> {
    let assertion = shared.station.assertion(sealed).await;
    let answer = shared.service.api.sign_in(sealed, assertion.as_ref()).await;
    let SignInResponse {
        session,
        grant,
        generation,
        person,
        school_name,
        grant_expires_at: _,
        used_before,
        set_up,
        station,
    } = answer.map_err(|fault| not_signed_in(&fault))?;
    if assertion.is_some() && station.is_none() {
        shared.station.report_ignored_assertion();
    }
    shared.session().offered.push((attempt, session, person.clone()));
    let set_up: Vec<MethodKind> = set_up.into_iter().map(|method| method.kind).collect();
    Ok(Welcome { grant, generation, person, school_name, used_before, set_up, station })
}

fn not_signed_in(fault: &ClientError) -> NotSignedIn {
    if let ClientError::Refused(problem) = fault
        && problem.code == ErrorCode::ClockOff
    {
        return NotSignedIn::ClockOff;
    }
    NotSignedIn::Failed(sign_in_fault(fault))
}

fn sign_in_fault(fault: &ClientError) -> SignInFault {
    let ClientError::Refused(problem) = fault else {
        return SignInFault::Service(pinned_service::service_fault(fault));
    };
    if problem.code == ErrorCode::TryLater {
        return SignInFault::TryLater { secs: problem.retry_after_secs.unwrap_or(60) };
    }
    let known = [
        (ErrorCode::CodeUnknown, SignInFault::Unknown),
        (ErrorCode::CodeUsed, SignInFault::Used),
        (ErrorCode::CodeExpired, SignInFault::Expired),
        (ErrorCode::CodeRevoked, SignInFault::Revoked),
        (ErrorCode::CodeElsewhere, SignInFault::OnlyAtSchool),
        (ErrorCode::EnrolmentConflict, SignInFault::BeginAnew),
        (ErrorCode::CodeNotAtStation, SignInFault::OnlyAtStation),
        (ErrorCode::StationUnknown, SignInFault::NoStation),
        (ErrorCode::AlreadyEnrolled, SignInFault::AlreadyEnrolled),
        (ErrorCode::PolicyPassed, SignInFault::RulesChanged),
        // The newest policy carries the key that took its place.
        (ErrorCode::KeyRetired, SignInFault::RulesChanged),
    ];
    known
        .into_iter()
        .find(|(code, _)| *code == problem.code)
        .map_or_else(|| SignInFault::Service(pinned_service::service_fault(fault)), |(_, fault)| fault)
}

fn stop(following: &mut Following) {
    if let Some((_, task)) = following.take() {
        task.abort();
    }
}

async fn end_call(shared: &Shared, call: CallId) {
    let token = shared.session().token.clone();
    if let Some(token) = token {
        let _ = shared.service.api.end_call(&token, call).await;
    }
}

#[cfg(test)]
mod tests {
    use protocol::ApiProblem;

    use super::*;

    #[test]
    fn another_time_is_told_from_a_no() {
        let refused = |code| not_signed_in(&ClientError::Refused(Box::new(ApiProblem::from(code))));
        assert!(matches!(refused(ErrorCode::ClockOff), NotSignedIn::ClockOff));
        assert!(matches!(refused(ErrorCode::CodeUsed), NotSignedIn::Failed(SignInFault::Used)));
    }
}
