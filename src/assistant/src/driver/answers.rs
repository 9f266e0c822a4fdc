//! Turns what the world answers into what the journey is told.

use std::sync::Arc;

use domain::{EnrolmentId, Reference, School, SchoolId};
use journey::{
    CallFault, CallStage, EntryId, Event, Page, SendFault, ServiceFault, SignInFault, SignedIn, Startup,
};

use super::{Driver, Notice};
use crate::effects::{Answer, Effects, FetchedPolicy, Welcome, Work};

impl<E: Effects> Driver<E> {
    /// The event that an answer is; none when the journey need not know.
    pub(super) fn event_of(&mut self, answer: Answer) -> Option<Event> {
        match answer {
            Answer::PolicyFetched(attempt, opened) => {
                let FetchedPolicy { document, place, clock } = *opened;
                let practice = document.practice;
                let policy = Arc::new(document.policy.clone());
                let place = place.and_then(|id| policy.school(&id).cloned());
                self.document = Some(Arc::new(document));
                Some(Event::PolicyArrived(attempt, Box::new(Startup { policy, place, clock, practice })))
            }
            Answer::PolicyFailed(attempt, fault) => Some(Event::PolicyFailed(attempt, fault)),
            Answer::ClockMeasured(offset, place) => {
                let place = place.and_then(|id| self.school(&id));
                let measured = Event::ClockMeasured(offset, place);
                let again = std::mem::take(&mut self.judge_again)
                    && self.journey.as_ref().is_some_and(|journey| journey.page() == Page::TestIt);
                self.on(measured);
                if again { Some(Event::Typed(EntryId::APP_CODE)) } else { self.sign_in_now() }
            }
            Answer::ClockNotMeasured(fault) => self.sign_in_never(fault),
            Answer::SignInClockOff(attempt) => self.measure_first(attempt),
            Answer::SignedIn(attempt, welcome) => {
                // An answer that came too late is nobody's grant. The next try asks for the same, so it is not lost.
                self.journey.as_ref().filter(|journey| journey.waiting() == Some(attempt))?;
                let request = self.keeper.take_request(attempt)?;
                self.effects.run(Work::TakeSession(attempt));
                let Welcome { grant, generation, person, school_name, used_before, set_up, station } =
                    *welcome;
                let id = person.id;
                let signed_in = SignedIn { person, school_name, generation, used_before, set_up };
                // The journey first: when it is another person than before, it has everything forgotten.
                self.on(Event::SignedIn(attempt, Box::new(signed_in)));
                self.keeper.hold_grant(request, grant, generation, id, station);
                None
            }
            Answer::SignInFailed(attempt, fault) => {
                if is_final(fault) {
                    self.keeper.drop_request(attempt);
                }
                Some(Event::SignInFailed(attempt, fault))
            }
            Answer::CallTaken(attempt, digits) => {
                self.keeper.hold_digits(digits);
                Some(Event::CallMoved(attempt, CallStage::Waiting { ahead: 0 }))
            }
            Answer::CallMoved(attempt, stage) => Some(Event::CallMoved(attempt, stage)),
            Answer::CallEnded(attempt, ending) => {
                self.keeper.end_call();
                Some(Event::CallEnded(attempt, ending))
            }
            Answer::CallFailed(attempt, fault) => {
                // Without an answer the call may be under way, and is asked for once more.
                if fault != CallFault::Service(ServiceFault::Unreachable) {
                    self.keeper.end_call();
                }
                Some(Event::CallFailed(attempt, fault))
            }
            Answer::Saved(attempt) => {
                let reference = Reference::of(self.submitted?);
                Some(Event::Saved(attempt, reference))
            }
            Answer::SaveFailed(attempt, fault) => {
                self.keeper.unseal();
                Some(Event::SaveFailed(attempt, fault))
            }
            Answer::Accepted(enrolment, reference) => {
                if self.shows(enrolment) {
                    return Some(Event::Accepted(reference));
                }
                // In a session nobody is there any more whom it concerns.
                if !self.workstation.serves_next_person() {
                    self.notice(Notice::EarlierAccepted(reference));
                }
                None
            }
            Answer::SendFailed(enrolment, fault) => {
                if self.shows(enrolment) {
                    return Some(Event::SendFailed(fault));
                }
                if let SendFault::Refused(why) = fault {
                    self.notice(Notice::EarlierRefused(Reference::of(enrolment), why));
                }
                None
            }
            Answer::SetAside(name) => {
                self.notice(Notice::SetAside(name));
                None
            }
            Answer::Held(name) => {
                let held = Notice::Held(name);
                if !self.notices.contains(&held) {
                    self.notice(held);
                }
                None
            }
            Answer::TimerElapsed(attempt) => Some(Event::TimerElapsed(attempt)),
        }
    }

    /// Whether the page is about this enrolment. After "start again" it is not any more.
    fn shows(&self, enrolment: EnrolmentId) -> bool {
        let page = self.journey.as_ref().map(journey::Journey::page);
        self.submitted == Some(enrolment) && matches!(page, Some(Page::CheckAndSend | Page::Done))
    }

    fn school(&self, id: &SchoolId) -> Option<School> {
        self.document.as_ref().and_then(|document| document.policy.school(id).cloned())
    }
}

/// Whether the service certainly made nothing of what was sealed, now or in a try before that got no answer.
fn is_final(fault: SignInFault) -> bool {
    match fault {
        SignInFault::Unknown
        | SignInFault::Used
        | SignInFault::Expired
        | SignInFault::Revoked
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
