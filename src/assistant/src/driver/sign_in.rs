//! Signing in at the service's time. What is sealed with another is refused, since it may be a copy that was kept.

use domain::EnrolmentCode;
use journey::{Attempt, EntryId, Event, ServiceFault, SignInFault};

use super::Driver;
use crate::effects::{Effects, Work};

/// The sign-in under way.
#[derive(Clone, Copy)]
pub(super) struct SigningIn {
    attempt: Attempt,
    entry: EntryId,
    time: Time,
}

/// How well the time that it is sealed with is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    /// As it was measured some time ago.
    Counted,
    /// It is being measured; nothing is sealed before.
    Asked,
    /// As well as it gets. Another measurement would change nothing.
    Measured,
}

impl<E: Effects> Driver<E> {
    /// Seals what is typed and sends it; measures first when the computer slept or its clock was set.
    pub(super) fn sign_in(&mut self, attempt: Attempt, entry: EntryId) -> Option<Event> {
        self.signing_in = Some(SigningIn { attempt, entry, time: Time::Counted });
        if self.effects.clock_is_doubtful() { self.measure_first(attempt) } else { self.seal_and_send() }
    }

    /// The service says that it was sealed at another time: once more, with the time measured.
    pub(super) fn measure_first(&mut self, attempt: Attempt) -> Option<Event> {
        let signing_in = self.signing_in.as_mut().filter(|signing_in| signing_in.attempt == attempt)?;
        if signing_in.time == Time::Measured {
            return Some(sign_in_failed(attempt, ServiceFault::Unexpected));
        }
        signing_in.time = Time::Asked;
        self.effects.run(Work::MeasureClock);
        None
    }

    /// The clock was measured: what waited for that goes out.
    pub(super) fn sign_in_now(&mut self) -> Option<Event> {
        let signing_in = self.signing_in.as_mut().filter(|signing_in| signing_in.time == Time::Asked)?;
        signing_in.time = Time::Measured;
        let attempt = signing_in.attempt;
        // Whoever waited too long was told so, and begins again.
        self.journey.as_ref().filter(|journey| journey.waiting() == Some(attempt))?;
        self.seal_and_send()
    }

    /// It could not be measured: then signing in would fail as well.
    pub(super) fn sign_in_never(&mut self, fault: ServiceFault) -> Option<Event> {
        let waited = self.signing_in.take_if(|signing_in| signing_in.time == Time::Asked)?;
        Some(sign_in_failed(waited.attempt, fault))
    }

    fn seal_and_send(&mut self) -> Option<Event> {
        let SigningIn { attempt, entry, time: _ } = self.signing_in?;
        let code = match EnrolmentCode::parse(self.keeper.entry(entry)) {
            Ok(code) => code,
            Err(slip) => return Some(Event::SignInFailed(attempt, SignInFault::Slip(slip))),
        };
        let Self { keeper, effects, document, .. } = self;
        let now = effects.now();
        let sealed = document.as_ref().and_then(|document| {
            keeper.seal_sign_in(attempt, code, document, now, &mut |into| effects.entropy(into)).ok()
        });
        let Some(sealed) = sealed else { return Some(sign_in_failed(attempt, ServiceFault::Unexpected)) };
        self.effects.run(Work::SignIn(attempt, Box::new(sealed)));
        None
    }
}

fn sign_in_failed(attempt: Attempt, fault: ServiceFault) -> Event {
    Event::SignInFailed(attempt, SignInFault::Service(fault))
}
