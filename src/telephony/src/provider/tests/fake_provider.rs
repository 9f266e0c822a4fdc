//! A fake provider with the published API. It takes `Calls.json`, rings a phone, fetches what to say, and sends
//! signed callbacks with keys and statuses. Each fault that a test needs is a switch. It does not speak; it stores the markup.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use zeroize::Zeroizing;

use super::super::{ProviderLine, ProviderSettings, signature::sign, timeouts::Timeouts};

pub(super) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What the phone at the other end does.
#[derive(Clone)]
pub(super) enum Phone {
    /// Answers and presses these, each time it is asked for keys; then nothing.
    Presses(Vec<&'static str>),
    /// Answers and hangs up once the first words are there.
    HangsUp,
    /// Never answers: the call ends with this status.
    Never(&'static str),
    /// Rings until somebody ends it.
    RingsForEver,
    /// Answers and listens until somebody ends it.
    ListensForEver,
}

/// What goes wrong.
#[derive(Clone, Copy, Default)]
pub(super) struct Faults {
    /// Callbacks with a status are lost.
    pub(super) are_statuses_lost: bool,
    /// Every callback comes twice.
    pub(super) is_repeated: bool,
    /// Statuses come last first.
    pub(super) is_disordered: bool,
    /// The answer to the beginning of a call never arrives.
    pub(super) is_answer_lost: bool,
    /// No callback is sent, and the call never happens.
    pub(super) is_dead: bool,
    /// `Calls.json` answers this status and error code.
    pub(super) refusal: Option<(u16, u32)>,
}

pub(super) struct FakeProvider {
    line: Mutex<Option<ProviderLine>>,
    phone: Phone,
    faults: Faults,
    /// The forms of `Calls.json`.
    pub(super) begun: Mutex<Vec<Vec<(String, String)>>>,
    /// Sid to status.
    pub(super) statuses: Mutex<BTreeMap<String, String>>,
    /// All markup that was fetched.
    pub(super) fetched: Mutex<Vec<String>>,
    /// Callbacks that were refused.
    pub(super) refused: AtomicU32,
    /// Wrong credentials seen.
    pub(super) strangers: AtomicU32,
    /// Polls for a call's status.
    pub(super) questions: AtomicU32,
}

impl FakeProvider {
    /// Starts one and a line to it.
    pub(super) async fn start(phone: Phone, faults: Faults) -> (Arc<Self>, ProviderLine) {
        Self::start_with("https://mfa.example.org/calls/provider", phone, faults).await
    }

    /// The same with another public address, and without faults.
    pub(super) async fn start_at(public: &str, phone: Phone) -> (Arc<Self>, ProviderLine) {
        Self::start_with(public, phone, Faults::default()).await
    }

    async fn start_with(public: &str, phone: Phone, faults: Faults) -> (Arc<Self>, ProviderLine) {
        let fake = Arc::new(Self {
            line: Mutex::default(),
            phone,
            faults,
            begun: Mutex::default(),
            statuses: Mutex::default(),
            fetched: Mutex::default(),
            refused: AtomicU32::new(0),
            strangers: AtomicU32::new(0),
            questions: AtomicU32::new(0),
        });
        let calls = format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json");
        let call = format!("/2010-04-01/Accounts/{ACCOUNT}/Calls/{{sid}}");
        let routes = Router::new()
            .route(&calls, post(begin))
            .route(&call, post(change).get(show))
            .with_state(fake.clone());
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let settings = ProviderSettings {
            api: format!("http://{address}/2010-04-01"),
            account: ACCOUNT.to_owned(),
            secret: Zeroizing::new(SECRET.to_owned()),
            from: "+441632960002".to_owned(),
            public: public.to_owned(),
        };
        let timeouts = Timeouts {
            poll_after: Duration::from_millis(200),
            ring_margin: Duration::from_millis(300),
            closing: Duration::from_millis(500),
        };
        let line = ProviderLine::with_timeouts(settings, timeouts).unwrap();
        *fake.line.lock().unwrap() = Some(line.clone());
        (fake, line)
    }

    /// Sends a callback to one of our addresses, with its own signature or with a forged one.
    pub(super) fn post(
        &self,
        address: &str,
        form: &[(String, String)],
        forged: Option<&str>,
    ) -> Option<String> {
        let line = self.line.lock().unwrap().clone().unwrap();
        let path = address.strip_prefix("https://mfa.example.org/calls/provider/").expect("our address");
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let signature = forged.map_or_else(|| sign(SECRET, address, form), str::to_owned);
        let mut answer = line.callback(path, body.as_bytes(), Some(&signature));
        if self.faults.is_repeated {
            let again = line.callback(path, body.as_bytes(), Some(&signature));
            let is_same =
                again == answer || again.as_ref().is_ok_and(|markup| markup.as_str().contains("Hangup"));
            assert!(is_same, "a repeated callback gets the same response");
            answer = again.and(answer);
        }
        if answer.is_err() {
            self.refused.fetch_add(1, SeqCst);
        }
        answer.ok().map(|markup| markup.as_str().to_owned())
    }

    pub(super) fn status_of(&self, sid: &str) -> String {
        self.statuses.lock().unwrap().get(sid).cloned().unwrap_or_default()
    }

    fn set_status(&self, sid: &str, status: &str) {
        self.statuses.lock().unwrap().insert(sid.to_owned(), status.to_owned());
    }

    fn post_status(&self, call: &BegunCall, status: &str) {
        self.set_status(&call.sid, status);
        if !self.faults.are_statuses_lost {
            self.post(&call.status, &form_of(&call.sid, status, None), None);
        }
    }

    /// The life of one call.
    async fn live(self: Arc<Self>, call: BegunCall) {
        let pause = Duration::from_millis(10);
        if self.faults.is_disordered {
            self.post(&call.status, &form_of(&call.sid, "in-progress", None), None);
        }
        tokio::time::sleep(pause).await;
        self.post_status(&call, "ringing");
        tokio::time::sleep(pause).await;
        let mut presses = match &self.phone {
            Phone::Never(status) => return self.post_status(&call, status),
            Phone::RingsForEver => return,
            Phone::Presses(presses) => presses.clone().into_iter(),
            Phone::HangsUp | Phone::ListensForEver => Vec::new().into_iter(),
        };
        self.post_status(&call, "in-progress");
        let mut next = call.words.clone();
        let mut digits = None;
        while let Some(markup) = self.post(&next, &form_of(&call.sid, "in-progress", digits), None) {
            self.fetched.lock().unwrap().push(markup.clone());
            if matches!(self.phone, Phone::ListensForEver) {
                return;
            }
            if markup.contains("<Hangup/>") || matches!(self.phone, Phone::HangsUp) {
                break;
            }
            next = between(&markup, "action=\"", "\"").expect("a gather posts somewhere").to_owned();
            digits = presses.next().filter(|keys| !keys.is_empty());
            tokio::time::sleep(pause).await;
        }
        if self.faults.is_disordered {
            self.post(&call.status, &form_of(&call.sid, "ringing", None), None);
        }
        self.post_status(&call, "completed");
    }
}

#[derive(Clone)]
struct BegunCall {
    sid: String,
    words: String,
    status: String,
}

pub(super) fn form_of(sid: &str, status: &str, digits: Option<&str>) -> Vec<(String, String)> {
    let mut form = vec![("CallSid", sid), ("AccountSid", ACCOUNT), ("CallStatus", status)];
    form.extend(digits.map(|digits| ("Digits", digits)));
    form.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inside, _)| inside)
}

type Shared = State<Arc<FakeProvider>>;
type Answer = (StatusCode, Json<serde_json::Value>);

fn read(body: &Bytes) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

fn is_ours(fake: &FakeProvider, headers: &HeaderMap) -> bool {
    let expected = data_encoding::BASE64.encode(format!("{ACCOUNT}:{SECRET}").as_bytes());
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    let is_ours = given == Some(&format!("Basic {expected}"));
    fake.strangers.fetch_add(u32::from(!is_ours), SeqCst);
    is_ours
}

async fn begin(State(fake): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    if !is_ours(&fake, &headers) {
        return (StatusCode::UNAUTHORIZED, Json(serde_json::json!({"code": 20003, "status": 401})));
    }
    if let Some((status, code)) = fake.faults.refusal {
        let message = "The phone number you are attempting to call, +447700900123, is not valid.";
        let answer = serde_json::json!({"code": code, "message": message, "status": status});
        return (StatusCode::from_u16(status).unwrap(), Json(answer));
    }
    let form = read(&body);
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let sid = format!("CA{:032x}", fake.begun.lock().unwrap().len());
    let call = BegunCall {
        sid: sid.clone(),
        words: field("Url").expect("Url"),
        status: field("StatusCallback").expect("StatusCallback"),
    };
    fake.begun.lock().unwrap().push(form);
    fake.set_status(&sid, "queued");
    if fake.faults.is_dead {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(serde_json::Value::Null));
    }
    tokio::spawn(fake.clone().live(call));
    if fake.faults.is_answer_lost {
        return (StatusCode::BAD_GATEWAY, Json(serde_json::Value::Null));
    }
    (StatusCode::CREATED, Json(serde_json::json!({"sid": sid, "status": "queued"})))
}

async fn change(State(fake): Shared, headers: HeaderMap, Path(name): Path<String>, body: Bytes) -> Answer {
    let sid = name.trim_end_matches(".json");
    assert!(is_ours(&fake, &headers));
    assert_eq!(read(&body), [("Status".to_owned(), "completed".to_owned())]);
    fake.set_status(sid, "completed");
    (StatusCode::OK, Json(serde_json::json!({"sid": sid, "status": "completed"})))
}

async fn show(State(fake): Shared, headers: HeaderMap, Path(name): Path<String>) -> Answer {
    let sid = name.trim_end_matches(".json");
    assert!(is_ours(&fake, &headers));
    fake.questions.fetch_add(1, SeqCst);
    (StatusCode::OK, Json(serde_json::json!({"sid": sid, "status": fake.status_of(sid)})))
}
