//! A service with a planned practice phone, and people who sign in, ask for calls and follow them as pages do.
//!
//! Not here: what is expected of it.

use std::sync::{Arc, Mutex};

use domain::{CallId, EnrolmentCode, PhoneNumber, Timestamp};
use protocol::{CallEvent, CallProgress, CallResponse, CallStep, ErrorCode, IdentityKey, SealPurpose, paths};
use reqwest::RequestBuilder;
use service::config::Settings;
use tests::needs::eventually;
use tests::phone::now_secs;
use tests::policy::policy_with_calls;
use tests::service::Service;
use uuid::Uuid;
use vault::Keys;

use crate::access::harness::{Answer, Asking as _, Line, new_person};
use crate::access::people::{Assistant, SignedIn, posted};
use crate::access::random::Random;

/// People who do something at the same moment, where it is no rush.
pub(super) const AT_ONCE: usize = 32;

pub(super) struct Town {
    pub(super) service: Service,
    /// The same store opened beside it, as its commands do, to give out codes quickly.
    office: engine::Service,
    asker: Asker,
    document: Assistant,
}

/// What people ask with. Keeps all that was answered.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) line: Line,
    answers: Arc<Mutex<Vec<u8>>>,
}

impl Town {
    /// With so many lines, a policy that was changed, and a phone that does what the plan says.
    pub(super) async fn open(lines: u32, changes: &[(&str, &str)], plan: &str, log: &str) -> Self {
        let settings = format!(
            "training = true\ntrusted_proxies = [\"127.0.0.1/32\"]\n[calls]\nline = \"practice\"\nlines = {lines}\na_second = 1000"
        );
        let policy = policy_with_calls("optional", changes);
        let service = Service::start_practice(&settings, &policy, plan, &[("ENROL_LOG", log)]);
        let settings = Settings::load(&service.home().join("service.toml")).expect("settings");
        let keys = Keys::load(&settings.keys, Some(&settings.data)).expect("keys");
        let office = service::server::open_existing(&settings, keys).await.expect("opens");
        let asker = Asker { line: Line::to(&service.url("")), answers: Arc::default() };
        let identity: IdentityKey = service.identity_key().parse().expect("a key");
        let document = Assistant::start(&asker.line, &identity, now()).await;
        Self { service, office, asker, document }
    }

    pub(super) fn asker(&self) -> Asker {
        self.asker.clone()
    }

    pub(super) async fn code(&self, name: &str) -> EnrolmentCode {
        self.office.issue_code(new_person(name), "a scenario", None, None).await.expect("a code").code
    }

    /// Somebody who has redeemed their code, at an address of their own.
    pub(super) async fn signed_in(&self, name: &str, at: &str) -> SignedIn {
        let code = self.code(name).await;
        self.document.another(now()).signed_in(&code, now(), at).await
    }

    /// Does something for each of many people, some at once, and gives what came of it in order.
    pub(super) async fn each<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        count: usize,
        at_once: usize,
        what: impl Fn(usize) -> F,
    ) -> Vec<T> {
        let places = Arc::new(tokio::sync::Semaphore::new(at_once));
        let tasks: Vec<_> = (0..count)
            .map(|number| {
                let (places, what) = (Arc::clone(&places), what(number));
                tokio::spawn(async move {
                    let _place = places.acquire().await;
                    what.await
                })
            })
            .collect();
        let mut done = Vec::new();
        for task in tasks {
            done.push(task.await.expect("no fault"));
        }
        done
    }
}

impl Asker {
    /// All that was answered until now.
    pub(super) fn answers(&self) -> Vec<u8> {
        self.answers.lock().expect("no panic holds it").clone()
    }

    /// Asks until it is not told to come later for a moment.
    pub(super) async fn asked(&self, request: RequestBuilder) -> Answer {
        eventually("a service that is not busy", 600, || async {
            let again = request.try_clone().expect("a body in memory");
            let answer = again.answer().await;
            self.answers.lock().expect("no panic holds it").extend_from_slice(&answer.body);
            (answer.refusal() != Some(ErrorCode::ServiceBusy)).then_some(answer)
        })
        .await
    }

    /// Asks for a call to a number.
    pub(super) async fn call(
        &self,
        person: &SignedIn,
        number: PhoneNumber,
        at: &str,
    ) -> Result<CallId, ErrorCode> {
        let call = CallId::from_uuid(Uuid::from_bytes(Random::fresh().bytes()));
        let request = person.call_to(number, call, SealPurpose::Number, now());
        let body = serde_json::to_vec(&request).expect("writes");
        let request = self.line.post(paths::CALLS, body).at(at).showing(person.session().as_str());
        let answer = self.asked(request).await;
        answer.refusal().map_or_else(
            || {
                let _: CallResponse = answer.read();
                Ok(call)
            },
            Err,
        )
    }

    /// Follows a call to its end.
    pub(super) async fn followed(&self, session: &str, call: CallId, at: &str) -> Vec<CallEvent> {
        self.followed_to(CallStep::Confirmed, session, call, at).await
    }

    /// Follows a call so far as the page does: the next event is asked for with the number of the last.
    pub(super) async fn followed_to(
        &self,
        step: CallStep,
        session: &str,
        call: CallId,
        at: &str,
    ) -> Vec<CallEvent> {
        let mut events: Vec<CallEvent> = Vec::new();
        while events.last().is_none_or(|event| event.what < step) {
            let after = events.last().map_or(0, |event| event.number);
            let request = self.line.get(&format!("{}?call={call}&after={after}", paths::CALLS));
            let answer = self.asked(request.at(at).showing(session)).await;
            let CallProgress { events: new } = answer.read();
            events.extend(new);
        }
        events
    }

    /// Posts the finished enrolment: an app, and a number if there is one.
    pub(super) async fn enrols(
        &self,
        person: &SignedIn,
        number: Option<PhoneNumber>,
        at: &str,
    ) -> Option<ErrorCode> {
        let sealed = person.submission_with(number, now());
        self.asked(posted(&self.line, paths::ENROLMENTS, &sealed).at(at)).await.refusal()
    }
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

/// A household of its own for everybody.
pub(super) fn home_of(number: usize) -> String {
    format!("2001:db8:1000:{number:x}::9")
}

/// A number of its own for each of two thousand people, kept for drama by Ofcom: mobile ones, then landlines. Without
/// the 0, as in its own country. The last three digits are those of the person's number.
pub(super) fn national(person: usize) -> String {
    let last = person % 1_000;
    if person < 1_000 { format!("7700900{last:03}") } else { format!("1632960{last:03}") }
}

pub(super) fn number_of(person: usize) -> PhoneNumber {
    PhoneNumber::new(&format!("44{}", national(person)), "").expect("a number")
}
