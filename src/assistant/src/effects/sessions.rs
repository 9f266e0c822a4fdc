//! The session under way, and those that the service offered. Tokens live in memory only.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{EnrolmentId, Person};
use journey::Attempt;
use protocol::SessionToken;

/// Shared by the worker's tasks. Locked for moments only, never across a wait.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Sessions that the service gave. Which answer came in time, the journey says.
    offered: Vec<(Attempt, SessionToken, Person)>,
    token: Option<SessionToken>,
    person: Option<Person>,
    saved: Option<EnrolmentId>,
}

impl Sessions {
    /// The service gave a session for an attempt to sign in.
    pub(super) fn offer(&self, attempt: Attempt, token: SessionToken, person: Person) {
        self.lock().offered.push((attempt, token, person));
    }

    /// The journey took the answer to an attempt: its session is the one under way, and no other counts.
    pub(super) fn take(&self, attempt: Attempt) {
        let mut inner = self.lock();
        let offered = std::mem::take(&mut inner.offered);
        if let Some((_, token, person)) = offered.into_iter().find(|(of, ..)| *of == attempt) {
            *inner = Inner { token: Some(token), person: Some(person), ..Inner::default() };
        }
    }

    /// What shows the session under way.
    pub(super) fn token(&self) -> Option<SessionToken> {
        self.lock().token.clone()
    }

    /// Forgets the session, and gives its token for the last words to the service.
    pub(super) fn end(&self) -> Option<SessionToken> {
        std::mem::take(&mut *self.lock()).token
    }

    /// This enrolment is of the session under way.
    pub(super) fn note_saved(&self, enrolment: EnrolmentId) {
        self.lock().saved = Some(enrolment);
    }

    /// Whose enrolment it is, when it is of the session under way.
    pub(super) fn person_of(&self, enrolment: EnrolmentId) -> Option<Person> {
        let inner = self.lock();
        inner.person.clone().filter(|_| inner.saved == Some(enrolment))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::scripted::{SAMPLE_NOW, sample_welcome};

    #[test]
    fn the_session_that_the_journey_took_counts_and_ends_once() {
        let sessions = Sessions::default();
        let enrolment = EnrolmentId::at(SAMPLE_NOW, [1; 10]);
        for (attempt, byte) in [(1, 7), (2, 8)] {
            sessions.offer(
                Attempt(attempt),
                SessionToken::from_entropy(&[byte; 32]),
                sample_welcome().person,
            );
        }
        assert!(sessions.token().is_none(), "none was taken");
        sessions.take(Attempt(2));
        let expected = SessionToken::from_entropy(&[8; 32]);
        assert_eq!(sessions.token().expect("a session").as_str(), expected.as_str());
        sessions.take(Attempt(1));
        assert_eq!(sessions.token().expect("a session").as_str(), expected.as_str(), "the others are gone");
        assert!(sessions.person_of(enrolment).is_none());
        sessions.note_saved(enrolment);
        assert!(sessions.person_of(enrolment).is_some());
        assert!(sessions.person_of(EnrolmentId::at(SAMPLE_NOW, [2; 10])).is_none(), "an earlier one");
        assert!(sessions.end().is_some() && sessions.end().is_none());
        assert!(sessions.person_of(enrolment).is_none());
    }
}
