//! Takes in what the world answers.

use std::sync::Arc;

use domain::{EnrolmentId, ProfileSchool, Reference, SchoolId};
use journey::{
    Attempt, CallFault, CallStage, Event, FieldId, LastUse, Page, SendFault, ServiceFault, SignInFault,
    SignedIn, Startup,
};

use super::{Driver, Notice};
use crate::effects::{Answer, Effects, FetchedPolicy, Welcome, Work};

impl<E: Effects> Driver<E> {
    /// Takes an answer in: what is secret goes to the keeper, what the journey must know into its queue.
    pub(super) fn handle(&mut self, answer: Answer) {
        match answer {
            Answer::PolicyFetched(attempt, fetched) => {
                let FetchedPolicy { document, place, clock } = *fetched;
                let practice = document.practice;
                let profile = Arc::new(document.policy.clone());
                let place = place.and_then(|id| profile.school(&id).cloned());
                self.document = Some(Arc::new(document));
                let startup = Box::new(Startup { profile, place, clock, practice });
                self.queue.push_back(Event::PolicyArrived(attempt, startup));
            }
            Answer::PolicyFailed(attempt, fault) => {
                self.queue.push_back(Event::PolicyFailed(attempt, fault));
            }
            Answer::ClockMeasured(offset, place) => {
                let place = place.and_then(|id| self.school(&id));
                self.queue.push_back(Event::ClockMeasured(offset, place));
                let again = std::mem::take(&mut self.judge_again)
                    && self.journey.as_ref().is_some_and(|journey| journey.page() == Page::TestIt);
                if again {
                    self.queue.push_back(Event::Typed(FieldId::AppCode));
                } else {
                    self.send_measured_sign_in();
                }
            }
            Answer::ClockNotMeasured(fault) => self.fail_unmeasured_sign_in(fault),
            Answer::SignInClockOff(attempt) => self.measure_before_sign_in(attempt),
            Answer::SignedIn(attempt, welcome) => self.take_sign_in(attempt, *welcome),
            Answer::SignInFailed(attempt, fault) => {
                if is_final(fault) {
                    self.keeper.drop_request(attempt);
                }
                self.queue.push_back(Event::SignInFailed(attempt, fault));
            }
            Answer::CallTaken(attempt, digits) => {
                self.keeper.hold_digits(digits);
                self.queue.push_back(Event::CallMoved(attempt, CallStage::Waiting { ahead: 0 }));
            }
            Answer::CallMoved(attempt, stage) => self.queue.push_back(Event::CallMoved(attempt, stage)),
            Answer::CallEnded(attempt, ending) => {
                self.keeper.end_call();
                self.queue.push_back(Event::CallEnded(attempt, ending));
            }
            Answer::CallFailed(attempt, fault) => {
                // Without an answer the call may be under way, and is asked for once more.
                if fault != CallFault::Service(ServiceFault::Unreachable) {
                    self.keeper.end_call();
                }
                self.queue.push_back(Event::CallFailed(attempt, fault));
            }
            Answer::Saved(attempt) => {
                let reference = self.submitted.map(Reference::of);
                self.queue.extend(reference.map(|reference| Event::Saved(attempt, reference)));
            }
            Answer::SaveFailed(attempt, fault) => {
                self.keeper.unseal();
                self.queue.push_back(Event::SaveFailed(attempt, fault));
            }
            Answer::Accepted(enrolment, reference) => {
                if self.shows(enrolment) {
                    self.queue.push_back(Event::Accepted(reference));
                } else if !self.workstation.serves_next_person() {
                    // Otherwise nobody is there any more whom it concerns.
                    self.notice(Notice::EarlierAccepted(reference));
                }
            }
            Answer::SendFailed(enrolment, fault) => {
                if self.shows(enrolment) {
                    self.queue.push_back(Event::SendFailed(fault));
                } else if let SendFault::Refused(why) = fault {
                    self.notice(Notice::EarlierRefused(Reference::of(enrolment), why));
                }
            }
            Answer::SetAside(name) => self.notice(Notice::SetAside(name)),
            Answer::Held(name) => {
                let held = Notice::Held(name);
                if !self.notices.contains(&held) {
                    self.notice(held);
                }
            }
            Answer::SlipSaved(attempt, path) => {
                self.queue.push_back(Event::SlipSaved(attempt, path.display().to_string()));
            }
            Answer::SlipOpened(attempt) => self.queue.push_back(Event::SlipOpened(attempt)),
            Answer::SlipFailed(attempt, fault) => self.queue.push_back(Event::SlipFailed(attempt, fault)),
            Answer::TimerElapsed(attempt) => self.queue.push_back(Event::TimerElapsed(attempt)),
        }
        self.run_queue();
    }

    /// The service knows the person. An answer that came too late is nobody's grant: the next try asks for the same, so it
    /// is not lost.
    fn take_sign_in(&mut self, attempt: Attempt, welcome: Welcome) {
        let is_awaited = self.journey.as_ref().is_some_and(|journey| journey.waiting() == Some(attempt));
        let Some(request) = is_awaited.then(|| self.keeper.take_request(attempt)).flatten() else { return };
        self.effects.run(Work::TakeSession(attempt));
        let Welcome {
            grant,
            generation,
            person,
            school_name,
            used_before,
            last_used_at,
            signed_in_at,
            set_up,
            station,
        } = welcome;
        let id = person.id;
        let last_used = last_used_at.map(|at| LastUse { at, is_here: self.own_sign_ins.contains(&at) });
        self.own_sign_ins.extend(signed_in_at);
        let signed_in = SignedIn { person, school_name, generation, used_before, last_used, set_up };
        self.queue.push_back(Event::SignedIn(attempt, Box::new(signed_in)));
        // The journey first: when it is another person than before, it has everything forgotten.
        self.run_queue();
        if let Some(reached) = self.journey.as_ref().and_then(|journey| journey.facts().reached) {
            // With the time of this sign-in.
            self.remember_page(reached);
        }
        self.keeper.hold_grant(request, grant, generation, id, station);
    }

    /// Whether the page is about this enrolment. After "start again" it is not any more.
    fn shows(&self, enrolment: EnrolmentId) -> bool {
        let page = self.journey.as_ref().map(journey::Journey::page);
        self.submitted == Some(enrolment) && matches!(page, Some(Page::CheckAndSend | Page::Done))
    }

    fn school(&self, id: &SchoolId) -> Option<ProfileSchool> {
        self.document.as_ref().and_then(|document| document.policy.school(id).cloned())
    }
}

/// Whether the service certainly made nothing of what was sealed, now or in a try before that got no answer.
fn is_final(fault: SignInFault) -> bool {
    match fault {
        SignInFault::Unknown
        | SignInFault::Used
        | SignInFault::UsedUp
        | SignInFault::Expired
        | SignInFault::Revoked
        | SignInFault::Replaced
        | SignInFault::AlreadyEnrolled
        | SignInFault::BeginAnew => true,
        SignInFault::Slip(_)
        | SignInFault::OnlyAtSchool
        | SignInFault::OnlyAtStation
        | SignInFault::NoStation
        | SignInFault::RulesChanged
        | SignInFault::TryLater { .. }
        | SignInFault::Service(_) => false,
    }
}
