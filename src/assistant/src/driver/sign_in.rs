//! Signing in at the service's time. What is sealed with another is refused, since it may be a copy that was kept.

use domain::EnrolmentCode;
use journey::{Attempt, Event, FieldId, ServiceFault, SignInFault};

use super::Driver;
use crate::effects::{Effects, Work};

/// The sign-in under way.
#[derive(Clone, Copy)]
pub(super) struct SigningIn {
    attempt: Attempt,
    field: FieldId,
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
    pub(super) fn sign_in(&mut self, attempt: Attempt, field: FieldId) {
        self.signing_in = Some(SigningIn { attempt, field, time: Time::Counted });
        if self.effects.clock_is_doubtful() {
            self.measure_before_sign_in(attempt);
        } else {
            self.seal_and_send();
        }
    }

    /// The service says that it was sealed at another time: once more, with the time measured.
    pub(super) fn measure_before_sign_in(&mut self, attempt: Attempt) {
        let Some(signing_in) = self.signing_in.as_mut().filter(|signing_in| signing_in.attempt == attempt)
        else {
            return;
        };
        if signing_in.time == Time::Measured {
            self.fail_sign_in(attempt, ServiceFault::Unexpected);
            return;
        }
        signing_in.time = Time::Asked;
        self.effects.run(Work::MeasureClock);
    }

    /// The clock was measured: what waited for that goes out.
    pub(super) fn send_measured_sign_in(&mut self) {
        let Some(signing_in) = self.signing_in.as_mut().filter(|signing_in| signing_in.time == Time::Asked)
        else {
            return;
        };
        signing_in.time = Time::Measured;
        let attempt = signing_in.attempt;
        // Whoever waited too long was told so, and begins again.
        if self.journey.as_ref().is_some_and(|journey| journey.waiting() == Some(attempt)) {
            self.seal_and_send();
        }
    }

    /// It could not be measured: then signing in would fail as well.
    pub(super) fn fail_unmeasured_sign_in(&mut self, fault: ServiceFault) {
        if let Some(waited) = self.signing_in.take_if(|signing_in| signing_in.time == Time::Asked) {
            self.fail_sign_in(waited.attempt, fault);
        }
    }

    fn seal_and_send(&mut self) {
        let Some(SigningIn { attempt, field, time: _ }) = self.signing_in else { return };
        let code = match EnrolmentCode::parse(self.keeper.typed(field)) {
            Ok(code) => code,
            Err(slip) => {
                self.queue.push_back(Event::SignInFailed(attempt, SignInFault::Slip(slip)));
                return;
            }
        };
        let Self { keeper, effects, document, .. } = self;
        let now = effects.now();
        let sealed = document.as_ref().and_then(|document| {
            keeper.seal_sign_in(attempt, code, document, now, &mut |into| effects.entropy(into)).ok()
        });
        match sealed {
            Some(sealed) => self.effects.run(Work::SignIn(attempt, Box::new(sealed))),
            None => self.fail_sign_in(attempt, ServiceFault::Unexpected),
        }
    }

    fn fail_sign_in(&mut self, attempt: Attempt, fault: ServiceFault) {
        self.queue.push_back(Event::SignInFailed(attempt, SignInFault::Service(fault)));
    }
}
