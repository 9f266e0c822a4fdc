//! A world with a practice phone: its service calls, and its assistants ask and listen.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::{CallId, MethodKind, MethodRule, PhoneNumber, Policy, TwoDigits, Wanted};
use platform::testing::eventually;
use protocol::{
    CallHeader, CallRequest, CallResponse, CallStep, EnrolmentHeader, ErrorCode, HEADER_VERSION,
    MethodPayload, NumberPayload, SealPurpose, Sealed,
};
use store::QueueLoad;
use telephony::{Behaviour, Line, Pace as Speed, PracticeLine, PracticePhone, PracticeStage};
use tokio::task::JoinHandle;

use super::world::{Assistant, World, outside, policy};
use crate::{Calling, Pace, Service};

/// Ofcom's drama numbers.
pub(super) const NUMBER: &str = "447700900123";
pub(super) const OTHER: &str = "447700900124";

/// Faster than any test: what is paced has a scenario of its own.
pub(super) const FAST: Pace = Pace { max_calls: 10, calls_per_second: 1_000 };

/// The example with the phone beside the app.
pub(super) fn phone_policy() -> Policy {
    let mut policy = policy();
    policy.methods.push(MethodRule { kind: MethodKind::PhoneCall, wanted: Wanted::Required, retires: None });
    policy.calls.sign_ins.push("email".to_owned());
    policy
}

/// A phone that does the same with every call.
pub(super) fn phone(behaviour: Behaviour) -> PracticePhone {
    PracticePhone::by_itself(Speed::AT_ONCE, move |_| behaviour.clone())
}

/// A phone whose behaviour the scenario changes.
pub(super) fn switched() -> (PracticePhone, impl Fn(Behaviour)) {
    let behaviour = Arc::new(Mutex::new(Behaviour::RightKeys));
    let chosen = Arc::clone(&behaviour);
    let phone = PracticePhone::by_itself(Speed::AT_ONCE, move |_| chosen.lock().expect("whole").clone());
    (phone, move |next| *behaviour.lock().expect("whole") = next)
}

pub(super) fn line(phone: &PracticePhone, pace: Pace) -> Calling {
    Calling::Line(Arc::new(Line::Practice(PracticeLine::new(phone.clone()))), pace)
}

/// Waits until the phone has a call at this stage.
pub(super) async fn until_stage(phone: &PracticePhone, stage: PracticeStage) {
    let is_there = || async { phone.calls().iter().any(|call| call.stage == stage).then_some(()) };
    eventually(&format!("a call at the stage {stage:?}"), 10, is_there).await;
}

/// A service's dispatcher. Dropped, it stops as when the process is killed.
pub(super) struct Dispatcher(JoinHandle<()>);

impl Dispatcher {
    pub(super) fn of(service: &Arc<Service>) -> Self {
        Self(tokio::spawn(Arc::clone(service).run_calls()))
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl World {
    /// The same world, with a phone on the line.
    pub(super) async fn with_phone(self, behaviour: Behaviour) -> (Self, Dispatcher) {
        let calling = line(&phone(behaviour), FAST);
        self.with_line(phone_policy(), calling).await
    }

    pub(super) async fn with_line(mut self, policy: Policy, calling: Calling) -> (Self, Dispatcher) {
        self.service = Arc::new(self.calling(policy, calling).await);
        let dispatcher = Dispatcher::of(&self.service);
        (self, dispatcher)
    }

    /// How many calls are queued, and how many are on a line.
    pub(super) async fn load(&self) -> QueueLoad {
        self.service.store().read().await.expect("reads").load().await.expect("reads")
    }

    /// Waits until so many calls are queued.
    pub(super) async fn until_queued(&self, wanted: i64) {
        let are_queued = || async { (self.load().await.queued >= wanted).then_some(()) };
        eventually(&format!("{wanted} calls in the queue"), 120, are_queued).await;
    }

    pub(super) async fn signed_in(&self, name: &str) -> Assistant {
        let code = self.code_for(name).await;
        self.sign_in(&code, outside()).await.expect("signs in")
    }

    pub(super) fn call_id(&self) -> CallId {
        CallId::from_uuid(self.enrolment_id().uuid())
    }

    /// Asks for a call; which, and the digits on the page.
    pub(super) async fn call(
        &self,
        assistant: &Assistant,
        digits: &str,
    ) -> Result<(CallId, TwoDigits), ErrorCode> {
        let request = assistant.call(self, self.call_id(), digits);
        let CallResponse { digits } =
            self.service.call(assistant.session(), &request).await.map_err(|refusal| refusal.code)?;
        let digits = digits.digits().expect("two digits");
        assert!(!digits.as_str().contains(['0', '9']), "a slip must neither stop calls nor refuse");
        Ok((request.call, digits))
    }

    /// All that happens to a call, up to its end.
    pub(super) async fn followed(&self, assistant: &Assistant, call: CallId) -> Vec<CallStep> {
        let (mut steps, mut after) = (Vec::new(), 0);
        let following = async {
            loop {
                let progress = self.service.call_progress(assistant.session(), call, after).await;
                for event in progress.expect("one's own call").events {
                    assert_eq!(event.number, after + 1, "no gap");
                    after = event.number;
                    steps.push(event.what);
                    if event.what.is_end() {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), following).await.expect("an end");
        steps
    }

    /// Somebody who is enrolled with app and phone.
    pub(super) async fn enrolled_with_phone(&self, name: &str, digits: &str) -> Assistant {
        let assistant = self.signed_in(name).await;
        assert_eq!(self.tested(&assistant, digits).await, CallStep::Confirmed);
        self.accept(&assistant.post_with(self, digits)).await.expect("accepted");
        assistant
    }

    /// A call from asking to its end.
    pub(super) async fn tested(&self, assistant: &Assistant, digits: &str) -> CallStep {
        let (call, _) = self.call(assistant, digits).await.expect("taken");
        *self.followed(assistant, call).await.last().expect("an end")
    }
}

pub(super) fn number(digits: &str) -> PhoneNumber {
    PhoneNumber::new(digits, "").expect("a number")
}

impl Assistant {
    pub(super) fn call(&self, world: &World, call: CallId, digits: &str) -> CallRequest {
        let document = world.service.policy_document();
        let header = CallHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            grant: self.answer.grant,
            call,
            time: world.now(),
        };
        let plain = NumberPayload(number(digits)).encode();
        let sealed =
            protocol::seal(SealPurpose::Number, document.service, &document.envelope_key, &header, &plain);
        CallRequest { call, number: sealed.expect("seals") }
    }

    /// The enrolment with app and number.
    pub(super) fn post_with(&self, world: &World, digits: &str) -> Sealed {
        self.post_number(world, number(digits))
    }

    pub(super) fn post_number(&self, world: &World, number: PhoneNumber) -> Sealed {
        let header = EnrolmentHeader {
            kinds: vec![MethodKind::AuthenticatorApp, MethodKind::PhoneCall],
            ..self.header(world)
        };
        let methods = vec![self.proved_at(world.now()), MethodPayload::PhoneCall(number)];
        self.seal(world, &header, methods)
    }
}
