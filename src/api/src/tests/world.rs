//! A service behind the real router, and a good request for every row.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{Method, header};
use axum::response::Response;
use domain::{CallId, GrantId, Policy, ServiceId, Timestamp};
use engine::{Calling, Pace, Service, system_clock};
use protocol::{
    ApiProblem, Blob, Bytes32, CallHeader, CallRequest, ErrorCode, HEADER_VERSION, Sealed, paths,
};
use telephony::{Line, ProviderLine, ProviderSettings};
use tower::ServiceExt as _;
use vault::Keys;

use crate::{Accepts, Admission, AdmissionOptions, App, Route};

/// An address that no setting names.
pub(super) const OUTSIDE: &str = "203.0.113.9";

/// The address that may read `/metrics`.
pub(super) const MONITOR: &str = "192.0.2.200";

pub(super) struct World {
    pub(super) service: Arc<Service>,
    /// A relying party's key.
    pub(super) key: String,
    _folder: tempfile::TempDir,
}

impl World {
    /// A service with a provider's line, which calls nobody.
    pub(super) async fn new() -> Self {
        Self::under(example_policy()).await
    }

    /// The same under another policy.
    pub(super) async fn under(policy: Policy) -> Self {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("enrol.sqlite").display());
        let line = ProviderLine::new(ProviderSettings {
            api: "http://127.0.0.1:9".to_owned(),
            account: "AC0123456789".to_owned(),
            secret: "a secret".to_owned().into(),
            from: "+441632960000".to_owned(),
            public: "https://enrol.example/calls/provider".to_owned(),
        });
        let line = Arc::new(Line::Provider(line.expect("a line")));
        let calling = Calling::Line(line, Pace { max_calls: 1, calls_per_second: 1 });
        let keys = Keys::generate(system_clock()()).expect("entropy");
        let service = Service::open(&url, keys, policy, system_clock(), calling).await.expect("opens");
        let key = service.add_client("rds", &[], "a test").await.expect("added").key.to_string();
        Self { service: Arc::new(service), key, _folder: folder }
    }

    pub(super) fn app(&self, options: AdmissionOptions) -> App {
        let metrics_from = vec![MONITOR.parse::<IpAddr>().expect("an address").into()];
        App::new(Arc::clone(&self.service), Admission::new(AdmissionOptions { metrics_from, ..options }))
    }
}

pub(super) fn example_policy() -> Policy {
    toml::from_str(include_str!("../../../../assets/policy.example.toml")).expect("the example")
}

/// No limit on the rate.
pub(super) fn unlimited() -> AdmissionOptions {
    AdmissionOptions { requests_per_second: 0, ..AdmissionOptions::default() }
}

/// A request that is all that a row asks for, but for the credential.
pub(super) fn good(route: &Route, from: &str) -> Request {
    let query: Vec<String> =
        route.query.iter().map(|(name, _)| format!("{name}={}", argument(name))).collect();
    let mut uri = route.path.replace("{*rest}", "0123456789abcdef/status");
    if !query.is_empty() {
        uri = format!("{uri}?{}", query.join("&"));
    }
    let body = if route.method == Method::POST { body(route.path) } else { String::new() };
    let mut request = Request::builder()
        .method(route.method.clone())
        .uri(uri)
        .header(header::HOST, "localhost")
        .body(Body::from(body))
        .expect("a request");
    if route.accepts == Accepts::Json {
        let json = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    let peer = SocketAddr::new(from.parse().expect("an address"), 1);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

pub(super) fn showing(mut request: Request, credential: &str) -> Request {
    let value = format!("Bearer {credential}").parse().expect("a header");
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}

pub(super) async fn send(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.expect("an answer")
}

/// The code of a refusal; nothing for a success.
pub(super) async fn code(response: Response) -> Option<ErrorCode> {
    if response.status().is_success() {
        return None;
    }
    let body = axum::body::to_bytes(response.into_body(), 100_000).await.expect("a body");
    let problem: ApiProblem = serde_json::from_slice(&body).expect("a problem");
    Some(problem.code)
}

fn argument(name: &str) -> &'static str {
    match name {
        "nonce" => "0123456789abcdef",
        "call" => "0190a5f0-0000-7000-8000-00000000000a",
        "after" => "0",
        other => panic!("no value is known for ?{other}="),
    }
}

fn body(path: &str) -> String {
    match path {
        paths::VERIFY => r#"{"sign_in_name":"jsmith","code":"123456"}"#.to_owned(),
        paths::APPROVALS => {
            r#"{"key":"0190a5f0-0000-7000-8000-00000000000a","sign_in_name":"jsmith","what":"remote desktop"}"#.to_owned()
        }
        paths::END_CALL => r#"{"call":"0190a5f0-0000-7000-8000-00000000000a"}"#.to_owned(),
        paths::CALLS => {
            let request = CallRequest { call: CallId::from_uuid(uuid::Uuid::from_u128(7)), number: sealed() };
            serde_json::to_string(&request).expect("writes")
        }
        paths::SIGN_IN | paths::ENROLMENTS | paths::STATIONS => {
            serde_json::to_string(&sealed()).expect("writes")
        }
        _ => "{}".to_owned(),
    }
}

/// An envelope of the right form that nobody sealed.
fn sealed() -> Sealed {
    let id = uuid::Uuid::from_u128(7);
    let header = CallHeader {
        v: HEADER_VERSION,
        service: ServiceId::from_uuid(id),
        key_id: "e1".to_owned(),
        policy_serial: 1,
        grant: GrantId::from_uuid(id),
        call: CallId::from_uuid(id),
        time: Timestamp::from_secs(1),
    };
    Sealed {
        header: Blob(serde_json::to_vec(&header).expect("writes")),
        encapped_key: Bytes32([7; 32]),
        ciphertext: Blob(vec![7; 40]),
    }
}
