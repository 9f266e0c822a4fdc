//! The thread behind the window: one tokio runtime, everything that waits for disk or network.

use std::{path::PathBuf, sync::Arc, time::Duration};

use domain::CallId;
use journey::{Attempt, CallFault, SlipFault, SlipPlace};
use protocol::Sealed;
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::{AbortHandle, JoinSet},
};

use super::{
    Answer, FetchedPolicy, SlipFile, Work, answer_channel::AnswerSender, call_follower::follow_call,
    outbox_sender::OutboxSender, pinned_service::PinnedService, resume, sessions::Sessions, sign_in::sign_in,
    slip, station::StationAsserter,
};

/// How long the last words to the service may hold up the end of the program.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What there is to work with.
pub(super) struct Worker {
    pub(super) service: Arc<PinnedService>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) station: StationAsserter,
    pub(super) outbox_sender: OutboxSender,
    pub(super) resume_file: PathBuf,
    pub(super) slip_file: PathBuf,
    pub(super) answers: AnswerSender,
}

/// The test call that is followed.
type Following = Option<(CallId, AbortHandle)>;

impl Worker {
    /// Works until nobody can ask any more.
    pub(super) async fn run(self: Arc<Self>, mut work: UnboundedReceiver<Work>) {
        // What waits from an earlier day goes first.
        let worker = Arc::clone(&self);
        let sending = tokio::spawn(async move { worker.outbox_sender.run().await });
        // Where it is locked, somebody is asked for its password now and not when a code is typed.
        let worker = Arc::clone(&self);
        drop(tokio::spawn(async move { worker.station.prepare().await }));
        // What the last one left open. Not at the end: whoever prints and closes this at once would print nothing.
        slip::forget(&self.slip_file);
        let mut last_words = JoinSet::new();
        let mut following: Following = None;
        while let Some(work) = work.recv().await {
            let worker = Arc::clone(&self);
            match work {
                Work::FetchPolicy(attempt) => {
                    drop(tokio::spawn(async move { worker.fetch_policy(attempt).await }));
                }
                Work::MeasureClock => drop(tokio::spawn(async move { worker.measure_clock().await })),
                Work::SignIn(attempt, sealed) => {
                    drop(tokio::spawn(async move { worker.sign_in(attempt, &sealed).await }));
                }
                Work::TakeSession(attempt) => self.sessions.take(attempt),
                Work::NotMe => drop(last_words.spawn(async move { worker.say_not_me().await })),
                Work::SignOut => drop(last_words.spawn(async move { worker.sign_out().await })),
                Work::StartCall(attempt, call, number) => {
                    stop(&mut following);
                    following = self.start_call(attempt, call, *number);
                }
                Work::EndCall(call) => {
                    stop(&mut following);
                    drop(last_words.spawn(async move { worker.end_call(call).await }));
                }
                Work::Save(attempt, enrolment, sealed) => {
                    self.sessions.note_saved(enrolment);
                    self.outbox_sender.save(attempt, enrolment, *sealed);
                }
                Work::SendNow => self.outbox_sender.send_now(),
                Work::SaveSlip(attempt, place, file) => {
                    drop(last_words.spawn(async move { worker.save_slip(attempt, place, file).await }));
                }
                Work::PrintSlip(attempt, file) => {
                    drop(last_words.spawn(async move { worker.print_slip(attempt, &file).await }));
                }
                Work::ForgetSlip => slip::forget(&self.slip_file),
                Work::RememberPage(reached, until) => {
                    report(resume::write(&self.resume_file, reached, until))
                }
                Work::ForgetPage => report(resume::forget(&self.resume_file)),
                Work::StartTimer(attempt, secs) => drop(tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(secs.into())).await;
                    worker.answers.send(Answer::TimerElapsed(attempt));
                })),
            }
        }
        sending.abort();
        // Nobody is called who has gone: without a word the phone would ring on.
        if let Some((call, task)) = following.take().filter(|(_, task)| !task.is_finished()) {
            task.abort();
            let worker = Arc::clone(&self);
            drop(last_words.spawn(async move { worker.end_call(call).await }));
        }
        let _ = tokio::time::timeout(LAST_WORDS, last_words.join_all()).await;
    }

    async fn fetch_policy(&self, attempt: Attempt) {
        let fetched = async {
            let document = self.service.policy().await?;
            self.outbox_sender.send_now();
            let clock = self.service.measure_clock().await?;
            self.answers.send_measured(clock.measured);
            Ok(FetchedPolicy { document, place: clock.place, clock: clock.offset })
        };
        self.answers.send(match fetched.await {
            Ok(fetched) => Answer::PolicyFetched(attempt, Box::new(fetched)),
            Err(fault) => Answer::PolicyFailed(attempt, fault),
        });
    }

    async fn measure_clock(&self) {
        self.answers.send(match self.service.measure_clock().await {
            Ok(clock) => {
                self.answers.send_measured(clock.measured);
                Answer::ClockMeasured(clock.offset, clock.place)
            }
            Err(fault) => Answer::ClockNotMeasured(fault),
        });
    }

    async fn sign_in(&self, attempt: Attempt, sealed: &Sealed) {
        self.answers.send(sign_in(&self.service, &self.station, &self.sessions, attempt, sealed).await);
    }

    fn start_call(self: &Arc<Self>, attempt: Attempt, call: CallId, number: Sealed) -> Following {
        let Some(session) = self.sessions.token() else {
            self.answers.send(Answer::CallFailed(attempt, CallFault::SignedOut));
            return None;
        };
        let worker = Arc::clone(self);
        let task = tokio::spawn(async move {
            follow_call(&worker.service.api, &worker.answers, &session, attempt, call, number).await;
        });
        Some((call, task.abort_handle()))
    }

    async fn end_call(&self, call: CallId) {
        if let Some(session) = self.sessions.token() {
            let _ = self.service.api.end_call(&session, call).await;
        }
    }

    async fn save_slip(&self, attempt: Attempt, place: SlipPlace, file: SlipFile) {
        // The folder may be on a server.
        let saved = tokio::task::spawn_blocking(move || slip::save(place, &file)).await;
        self.answers.send(match saved.unwrap_or(Err(SlipFault::Other)) {
            Ok(path) => Answer::SlipSaved(attempt, path),
            Err(fault) => Answer::SlipFailed(attempt, fault),
        });
    }

    async fn print_slip(&self, attempt: Attempt, file: &SlipFile) {
        self.answers.send(match slip::open(&self.slip_file, file).await {
            Ok(()) => Answer::SlipOpened(attempt),
            Err(fault) => Answer::SlipFailed(attempt, fault),
        });
    }

    async fn say_not_me(&self) {
        if let Some(session) = self.sessions.end() {
            let _ = self.service.api.not_me(&session).await;
        }
    }

    async fn sign_out(&self) {
        if let Some(session) = self.sessions.end() {
            let _ = self.service.api.sign_out(&session).await;
        }
    }
}

/// The page reached is a comfort; that it cannot be written stops nobody.
fn report(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "the page reached cannot be remembered");
    }
}

fn stop(following: &mut Following) {
    if let Some((_, task)) = following.take() {
        task.abort();
    }
}
