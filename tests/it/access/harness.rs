//! A real service on a port of its own, with a clock that the scenario moves and an address for everyone who asks.
//!
//! Not here: what people hold and send (`people`).

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use client::testing::Origin;
use client::{ClientError, Request, Transport};
use domain::{EnrolmentCode, Label, MethodKind, MethodRule, Policy, SchoolId, Timestamp, Wanted};
use engine::{Calling, NewPerson, Service};
use protocol::{ApiProblem, ErrorCode};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use service::config::{EXAMPLE_POLICY, Flood, Settings, policy_from_text};
use service::server::{self, Running};
use store::testing::{Dump, dump};
use vault::Keys;

/// Who acts, in the audit.
pub(crate) const BY: &str = "a scenario";

/// At home, in no school of the example policy.
pub(crate) const HOME: &str = "203.0.113.9";

/// A computer of Elm Academy, and one of Rowan High School.
pub(crate) const AT_ELM: &str = "192.0.2.7";
pub(crate) const AT_ROWAN: &str = "198.51.100.7";

/// When the scenario begins: 15 January 2027, 8 in the morning.
const START: Timestamp = Timestamp::from_secs(1_800_000_000);

/// What refused tries leave behind: counts and the audit. Everything else must stay as it was.
const TRACES: [&str; 5] = ["guesses", "verify_tries", "audit", "audit_addresses", "audit_head"];

pub(crate) struct Harness {
    pub(crate) running: Running,
    pub(crate) line: Line,
    pub(crate) folder: Arc<tempfile::TempDir>,
    millis: Arc<AtomicI64>,
}

impl Harness {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("data")).expect("a folder");
        Keys::create(&folder.path().join("keys.toml"), None, START).expect("keys");
        Self::open_on(Arc::new(folder), example_policy()).await
    }

    /// Once more on the same folder, as after a restart.
    pub(crate) async fn open_on(folder: Arc<tempfile::TempDir>, policy: Policy) -> Self {
        let settings = Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: folder.path().join("data"),
            keys: folder.path().join("keys.toml"),
            // The scenario itself is the proxy that says who asks.
            trusted_proxies: vec!["127.0.0.1/32".parse().expect("a network")],
            flood: Flood { per_second: 0, ..Flood::default() },
            ..Settings::default()
        };
        let keys = Keys::load(&settings.keys, Some(&settings.data)).expect("keys");
        let millis = Arc::new(AtomicI64::new(START.millis()));
        let clock = {
            let millis = Arc::clone(&millis);
            Arc::new(move || Timestamp::from_millis(millis.load(Ordering::SeqCst)))
        };
        // Calls are taken and wait: nothing rings, and the store changes by itself no more than it should.
        let calling = Calling::Elsewhere { practice: true };
        let service =
            Service::open(&settings.store_url(), keys, policy, clock, calling).await.expect("opens");
        let running = server::serve(&settings, Arc::new(service)).await.expect("listens");
        let line = Line::to(&running.url());
        Self { running, line, folder, millis }
    }

    pub(crate) fn service(&self) -> &Service {
        self.running.service()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.service().now()
    }

    pub(crate) fn pass_secs(&self, secs: i64) {
        self.millis.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    /// A code for a person at Elm Academy.
    pub(crate) async fn code_for(&self, sign_in_name: &str) -> EnrolmentCode {
        let person = new_person(sign_in_name);
        self.service().issue_code(person, BY, None, None).await.expect("a code").code
    }

    /// A relying party's key.
    pub(crate) async fn key_of(&self, client: &str) -> String {
        self.service().add_client(client, &[], BY).await.expect("a client").key.to_string()
    }

    /// All that the store holds.
    pub(crate) async fn dump(&self) -> Dump {
        dump(self.service().store()).await.expect("the store reads")
    }

    /// The same without the traces that refused tries leave.
    pub(crate) async fn kept(&self) -> Dump {
        let mut kept = self.dump().await;
        kept.retain(|table, _| !TRACES.contains(&table.as_str()));
        // That a code came is noted too, whatever was answered. It is the last column.
        for code in kept.get_mut("codes").into_iter().flatten() {
            let end = code.find(" sent_at=").expect("the column");
            code.truncate(end);
        }
        kept
    }
}

/// The example, with calls for those who want them.
pub(crate) fn example_policy() -> Policy {
    let mut policy =
        policy_from_text(std::path::Path::new("policy.example.toml"), EXAMPLE_POLICY).expect("the example");
    policy.methods.push(MethodRule { kind: MethodKind::PhoneCall, wanted: Wanted::Optional, retires: None });
    policy
}

pub(crate) fn new_person(sign_in_name: &str) -> NewPerson {
    let label = |text: &str| Label::new(text).expect("a label");
    NewPerson {
        name: label(&format!("The person {sign_in_name}")),
        sign_in_name: label(sign_in_name),
        school: SchoolId("elm".to_owned()),
        rename: false,
    }
}

/// Where a service is reached.
#[derive(Clone)]
pub(crate) struct Line {
    url: String,
    client: reqwest::Client,
    /// From which address an assistant asks, where a scenario says so.
    from: Option<String>,
}

impl Line {
    pub(crate) fn to(url: &str) -> Self {
        // Another scenario of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { url: url.to_owned(), client, from: None }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.ask(Method::GET, path)
    }

    /// A post of bytes that claim to be JSON.
    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.ask(Method::POST, path).header("content-type", "application/json").body(body)
    }
}

impl Transport for Line {
    async fn send(&self, request: &Request) -> Result<client::Answer, ClientError> {
        let request = request.on(&self.client, &self.url.parse().expect("loopback"));
        let request = match &self.from {
            Some(from) => request.at(from),
            None => request,
        };
        let sent = request.send().await;
        client::Answer::receive(sent.map_err(|error| ClientError::from(&error))?).await
    }
}

impl Origin for Line {
    fn with_address(&self, address: &str) -> Self {
        Self { from: Some(address.to_owned()), ..self.clone() }
    }
}

/// Who asks, and with what in hand.
pub(crate) trait Asking {
    fn at(self, address: &str) -> Self;
    fn showing(self, credential: &str) -> Self;
    fn answer(self) -> impl Future<Output = Answer> + Send;
}

impl Asking for RequestBuilder {
    fn at(self, address: &str) -> Self {
        self.header("x-forwarded-for", address)
    }

    fn showing(self, credential: &str) -> Self {
        self.bearer_auth(credential)
    }

    async fn answer(self) -> Answer {
        let response = self.send().await.expect("an answer");
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap_or("").to_owned());
        let retry_after = response.headers().contains_key("retry-after");
        let body = response.bytes().await.expect("a whole answer").to_vec();
        Answer { status, kind: kind.unwrap_or_default(), retry_after, body }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) retry_after: bool,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a success says.
    #[track_caller]
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.text());
        serde_json::from_slice(&self.body).expect("the answer's type")
    }

    /// What a refusal says: JSON with a stable code, whose status is the answer's.
    #[track_caller]
    pub(crate) fn problem(&self) -> ApiProblem {
        assert!(self.status >= 400, "{} {}", self.status, self.text());
        assert_eq!(self.kind, "application/json", "{}", self.text());
        let problem: ApiProblem = serde_json::from_slice(&self.body).expect("a problem");
        assert!(ErrorCode::ALL.contains(&problem.code), "{}", self.text());
        assert_eq!(problem.code.status(), self.status, "{}", self.text());
        assert_eq!(problem.retry_after_secs.is_some(), self.retry_after, "{}", self.text());
        let fields: Value = serde_json::from_slice(&self.body).expect("JSON");
        let known = ["code", "detail_code", "message", "retry_after_secs", "signed"];
        assert!(fields.as_object().is_some_and(|all| all.keys().all(|name| known.contains(&name.as_str()))));
        problem
    }

    /// Which refusal, or `None` for a success.
    #[track_caller]
    pub(crate) fn refusal(&self) -> Option<ErrorCode> {
        if self.status < 400 { None } else { Some(self.problem().code) }
    }
}
