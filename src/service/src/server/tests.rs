//! The HTTP interface as an unknown client meets it: a real service on a free port, a real client.

mod alerts;
mod calling;
mod floods;
mod flow;
mod limits;
mod log_lines;
mod maintenance;
mod readiness;

use std::net::Ipv4Addr;

use platform::testing::eventually;
use protocol::{ApiProblem, ClockDocument, ErrorCode, PolicyDocument, Purpose, Signed, paths};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use reqwest::{Client, Method, RequestBuilder, Response};

use super::*;
use crate::config::{EXAMPLE_POLICY, Flood, Tls};
use api::{Access, table};
use engine::system_clock;

const CALL_QUERY: &str = "?call=0190a5f0-0000-7000-8000-00000000000a&after=0";

/// A well-formed request for a test call, without a grant.
fn call_request() -> String {
    use domain::{CallId, GrantId, ServiceId};
    let id = uuid::Uuid::from_u128(7);
    let header = protocol::CallHeader {
        v: protocol::HEADER_VERSION,
        service: ServiceId::from_uuid(id),
        key_id: "e1".to_owned(),
        policy_serial: 1,
        grant: GrantId::from_uuid(id),
        call: CallId::from_uuid(id),
        time: domain::Timestamp::from_secs(1),
    };
    let number = protocol::Sealed {
        header: protocol::Blob(serde_json::to_vec(&header).expect("writes")),
        encapped_key: protocol::Bytes32([7; 32]),
        ciphertext: protocol::Blob(vec![7; 40]),
    };
    let request = protocol::CallRequest { call: CallId::from_uuid(id), number };
    serde_json::to_string(&request).expect("writes")
}

struct Rig {
    running: Running,
    client: Client,
    folder: tempfile::TempDir,
}

fn settings(folder: &std::path::Path) -> Settings {
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data: folder.join("data"),
        keys: folder.join("keys.toml"),
        flood: Flood { per_second: 0, ..Flood::default() },
        ..Settings::default()
    }
}

fn install_crypto() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

async fn start_here(settings: &Settings) -> Result<Running, StartError> {
    let keys = Keys::load_or_create(&settings.keys, None, system_clock()()).expect("keys");
    let mut policy: Policy = toml::from_str(EXAMPLE_POLICY).expect("a policy");
    policy.schools[0].networks.push("127.0.0.0/8".parse().expect("a network"));
    policy.schools[0].wide_networks = true;
    start_with(settings, keys, policy).await
}

async fn rig_with(change: impl FnOnce(&mut Settings)) -> Rig {
    install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(folder.path());
    change(&mut settings);
    let running = start_here(&settings).await.expect("starts");
    let client = Client::builder().no_proxy().build().expect("a client");
    Rig { running, client, folder }
}

async fn rig() -> Rig {
    rig_with(|_| {}).await
}

impl Rig {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.running.url()))
    }

    fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.ask(Method::POST, path).header(CONTENT_TYPE, "application/json").body(body)
    }
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

/// The problem of an answer, with the status that goes with its code.
async fn problem(request: RequestBuilder) -> ApiProblem {
    let response = sent(request).await;
    let status = response.status().as_u16();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let problem: ApiProblem = response.json().await.expect("a problem");
    assert_eq!(problem.code.status(), status);
    problem
}

async fn code(request: RequestBuilder) -> ErrorCode {
    problem(request).await.code
}

#[tokio::test]
async fn policy_and_clock_are_signed_by_the_identity_key_that_is_printed() {
    let rig = rig().await;
    let policy: Signed = sent(rig.ask(Method::GET, paths::POLICY)).await.json().await.expect("signed");
    let document: PolicyDocument = policy.open(Purpose::Policy, &rig.running.identity_key).expect("opens");
    assert_eq!(document.policy, rig.running.service().policy().profile());
    let clock = format!("{}?nonce=0123456789abcdef", paths::CLOCK);
    let clock: Signed = sent(rig.ask(Method::GET, &clock)).await.json().await.expect("signed");
    let clock: ClockDocument = clock.open(Purpose::Clock, &rig.running.identity_key).expect("opens");
    assert_eq!(clock.nonce, "0123456789abcdef");
    assert_eq!(clock.school.map(|school| school.0).as_deref(), Some("elm"), "elm has this computer here");
    for query in [
        "",
        "?nonce=",
        "?nonce=short",
        "?nonce=0123456789abcde%66",
        "?nonce=0123456789abcdef&nonce=0123456789abcdef",
        "?once=0123456789abcdef",
    ] {
        assert_eq!(
            code(rig.ask(Method::GET, &format!("{}{query}", paths::CLOCK))).await,
            ErrorCode::BadRequest,
            "{query}"
        );
    }
}

#[tokio::test]
async fn no_credential_and_a_wrong_one_open_nothing() {
    let rig = rig().await;
    let call = call_request();
    let body = |path: &str| {
        if path == paths::CALLS {
            call.clone()
        } else if path == paths::APPROVALS {
            r#"{"key":"0190a5f0-0000-7000-8000-00000000000a","sign_in_name":"jsmith","what":"remote desktop"}"#
                .to_owned()
        } else if path == paths::VERIFY {
            r#"{"sign_in_name":"jsmith","code":"123456"}"#.to_owned()
        } else if path == paths::END_CALL {
            r#"{"call":"0190a5f0-0000-7000-8000-00000000000a"}"#.to_owned()
        } else {
            "{}".to_owned()
        }
    };
    let query = |path| if path == paths::CALLS { CALL_QUERY } else { "" };
    for route in table().iter().filter(|route| matches!(route.access, Access::Session | Access::RelyingParty))
    {
        let request = || {
            if route.method == Method::POST {
                rig.post(route.path, body(route.path))
            } else {
                rig.ask(Method::GET, &format!("{}{}", route.path, query(route.path)))
            }
        };
        assert_eq!(code(request()).await, ErrorCode::NotSignedIn, "{}", route.path);
        let long = format!("Bearer {}", "a".repeat(5_000));
        for wrong in [
            "Bearer",
            "Bearer ",
            "Basic dXNlcjpwYXNz",
            "Bearer rp_AAAAAAAAAAAAAAAAAAAAAA",
            "Bearer \u{e9}",
            &long,
        ] {
            assert_eq!(
                code(request().header(AUTHORIZATION, wrong)).await,
                ErrorCode::NotSignedIn,
                "{}: {wrong}",
                route.path
            );
        }
        let twice = request().header(AUTHORIZATION, "Bearer a").header(AUTHORIZATION, "Bearer b");
        assert_eq!(code(twice).await, ErrorCode::NotSignedIn, "{}", route.path);
    }
}

#[tokio::test]
async fn the_credential_is_looked_at_before_the_body() {
    let rig = rig().await;
    assert_eq!(code(rig.post(paths::VERIFY, "{")).await, ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn hostile_bodies_get_a_stable_code() {
    let rig = rig().await;
    let deep = "[".repeat(60_000);
    let bodies: Vec<(Vec<u8>, ErrorCode)> = vec![
        (b"".to_vec(), ErrorCode::BadRequest),
        (b"null".to_vec(), ErrorCode::BadRequest),
        (b"[]".to_vec(), ErrorCode::BadRequest),
        (b"{\"header\":1}".to_vec(), ErrorCode::BadRequest),
        (b"\xff\xfe\x00".to_vec(), ErrorCode::BadRequest),
        (br#"{"header":"a\u0000"}"#.to_vec(), ErrorCode::BadRequest),
        (br#"{"header":1e9999}"#.to_vec(), ErrorCode::BadRequest),
        (deep.into_bytes(), ErrorCode::BadRequest),
        (vec![b' '; 65_537], ErrorCode::BodyTooLarge),
        (vec![b'a'; 100 * 1024 * 1024], ErrorCode::BodyTooLarge),
    ];
    for path in [paths::SIGN_IN, paths::ENROLMENTS] {
        for (body, expected) in &bodies {
            let about = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            assert_eq!(code(rig.post(path, body.clone())).await, *expected, "{path} {about}");
        }
    }
    assert_eq!(sent(rig.ask(Method::GET, paths::HEALTH)).await.status(), 200);
}

/// The answer to exactly these bytes.
async fn said_to(rig: &Rig, request: &[u8]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(rig.running.address).await.expect("connects");
    stream.write_all(request).await.expect("writes");
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), reading).await.expect("ends").expect("reads");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn requests_that_no_client_makes_are_refused() {
    let rig = rig().await;
    let head = "POST /v1/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let piece = format!("{:x}\r\n{}\r\n", 40_000, "a".repeat(40_000));
    for (request, expected) in [
        (format!("{head}Transfer-Encoding: chunked\r\n\r\n{piece}{piece}0\r\n\r\n"), "body_too_large"),
        (format!("{head}Content-Length: 999999999999\r\nExpect: 100-continue\r\n\r\n"), "body_too_large"),
        ("GET /v1/policy HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), "host_not_served"),
        (
            "GET /v1/policy HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .to_owned(),
            "host_not_served",
        ),
        (
            "GET http://evil.example/v1/policy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .to_owned(),
            "host_not_served",
        ),
    ] {
        let answer = said_to(&rig, request.as_bytes()).await;
        assert!(answer.contains(&format!("\"code\":\"{expected}\"")), "{expected}: {answer}");
    }
    for request in [
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\r\n\r\n",
        "POST /v1/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    ] {
        let answer = said_to(&rig, request.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
}

#[tokio::test]
async fn only_json_bodies_are_accepted() {
    let rig = rig().await;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"]
    {
        let request = rig.ask(Method::POST, paths::SIGN_IN).header(CONTENT_TYPE, kind).body("{}");
        assert_eq!(code(request).await, ErrorCode::UnsupportedMediaType, "{kind}");
    }
    assert_eq!(code(rig.ask(Method::POST, paths::SIGN_OUT)).await, ErrorCode::UnsupportedMediaType);
}

#[tokio::test]
async fn an_unknown_path_or_method_is_answered_with_an_api_problem() {
    let rig = rig().await;
    for path in ["/", "/v1", "/v1/policy/", "/v1/nobody", "/%00", "/../etc/passwd", "/V1/policy"] {
        assert_eq!(code(rig.ask(Method::GET, path)).await, ErrorCode::NotFound, "{path}");
    }
    let answers =
        |method: &Method, path| table().iter().any(|route| route.path == path && route.method == *method);
    for route in table() {
        let other = if route.method == Method::POST { Method::GET } else { Method::DELETE };
        if !answers(&other, route.path) {
            assert_eq!(code(rig.ask(other, route.path)).await, ErrorCode::MethodNotAllowed, "{}", route.path);
        }
        assert_eq!(
            code(rig.ask(Method::OPTIONS, route.path)).await,
            ErrorCode::MethodNotAllowed,
            "{}",
            route.path
        );
    }
}

#[tokio::test]
async fn another_host_is_not_served_and_no_other_site_is_let_in() {
    let rig = rig_with(|settings| settings.hosts = vec!["enrol.example".to_owned()]).await;
    for host in ["evil.example", "evil.example:8620", "enrol.example.evil.example"] {
        assert_eq!(
            code(rig.ask(Method::GET, paths::POLICY).header(HOST, host)).await,
            ErrorCode::HostNotServed,
            "{host}"
        );
    }
    let response = sent(
        rig.ask(Method::GET, paths::POLICY)
            .header(HOST, "enrol.example")
            .header("origin", "https://evil.example"),
    )
    .await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(headers[name], value);
    }
    assert!(headers.contains_key("content-security-policy"));
    let id = headers["x-request-id"].to_str().expect("text").to_owned();
    assert_eq!(id.len(), 16);
    let again = sent(rig.ask(Method::GET, paths::POLICY).header("x-request-id", &id)).await;
    assert_ne!(again.headers()["x-request-id"].to_str().expect("text"), id, "each has its own");
    assert!(!headers.contains_key("strict-transport-security"), "only over TLS");
}

#[tokio::test]
async fn a_forwarded_address_counts_only_from_a_listed_proxy() {
    let school = async |rig: &Rig, forwarded: &str| {
        let path = format!("{}?nonce=0123456789abcdef", paths::CLOCK);
        let clock: Signed = sent(rig.ask(Method::GET, &path).header("x-forwarded-for", forwarded))
            .await
            .json()
            .await
            .expect("signed");
        let clock: ClockDocument = clock.open(Purpose::Clock, &rig.running.identity_key).expect("opens");
        clock.school.map(|school| school.0)
    };
    let stranger = rig().await;
    assert_eq!(school(&stranger, "198.51.100.7").await, None, "through a proxy that nobody listed");
    let metrics = stranger.ask(Method::GET, paths::METRICS).header("x-forwarded-for", "127.0.0.1");
    assert_eq!(code(metrics).await, ErrorCode::NotAllowed);
    let proxied =
        rig_with(|settings| settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")])
            .await;
    assert_eq!(school(&proxied, "198.51.100.7").await.as_deref(), Some("rowan"));
    assert_eq!(school(&proxied, "192.0.2.1, 203.0.113.9").await, None);
    let unreadable = proxied.ask(Method::GET, paths::HEALTH).header("x-forwarded-for", "nobody");
    assert_eq!(code(unreadable).await, ErrorCode::BadRequest);
}

#[tokio::test]
async fn health_readiness_metrics_and_description_answer() {
    let rig = rig().await;
    for path in [paths::HEALTH, paths::READY] {
        assert_eq!(sent(rig.ask(Method::GET, path)).await.status(), 200, "{path}");
    }
    let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
    assert!(page.contains("enrol_requests_total{path=\"/health\",status=\"200\"}"), "{page}");
    let json: serde_json::Value =
        sent(rig.ask(Method::GET, paths::OPENAPI)).await.json().await.expect("JSON");
    for route in table() {
        assert!(
            json["paths"][route.template()][route.method.as_str().to_lowercase()].is_object(),
            "{}",
            route.path
        );
    }
    let closed = rig_with(|settings| settings.metrics_from.clear()).await;
    assert_eq!(code(closed.ask(Method::GET, paths::METRICS)).await, ErrorCode::NotAllowed);
}

#[tokio::test]
async fn a_flood_is_shed_with_a_time_to_wait() {
    let rig =
        rig_with(|settings| settings.flood = Flood { per_second: 1, burst: 5, ..Flood::default() }).await;
    let mut shed = 0;
    for _ in 0..10 {
        let response = sent(rig.ask(Method::GET, paths::POLICY)).await;
        if response.status() == 429 {
            assert!(response.headers().contains_key("retry-after"));
            let problem: ApiProblem = response.json().await.expect("a problem");
            assert!(problem.code == ErrorCode::TryLater && problem.retry_after_secs.is_some());
            shed += 1;
        }
    }
    assert!(shed >= 4, "{shed}");
    assert_eq!(sent(rig.ask(Method::GET, paths::HEALTH)).await.status(), 200);
}

fn certificate(folder: &std::path::Path, name: &str) -> (Tls, String) {
    let made = rcgen::generate_simple_self_signed(vec!["enrol.example".to_owned()]).expect("a certificate");
    let files =
        Tls { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) };
    std::fs::write(&files.certificate, made.cert.pem()).expect("writes");
    std::fs::write(&files.key, made.signing_key.serialize_pem()).expect("writes");
    #[cfg(unix)]
    std::fs::set_permissions(&files.key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("mode");
    (files, made.cert.pem())
}

#[tokio::test]
async fn tls_starts_with_a_certificate_serves_http_2_and_takes_a_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, pem) = certificate(folder.path(), "one");
    let rig = rig_with(|settings| {
        settings.listen = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        settings.hosts = vec!["enrol.example".to_owned()];
        settings.tls = Some(files.clone());
    })
    .await;
    let port = rig.running.address.port();
    let client = |pem: &str| {
        Client::builder()
            .no_proxy()
            .tls_certs_only([reqwest::Certificate::from_pem(pem.as_bytes()).expect("a certificate")])
            .resolve("enrol.example", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .build()
            .expect("a client")
    };
    let url = format!("https://enrol.example:{port}{}", paths::POLICY);
    let response = client(&pem).get(&url).send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), response.version()), (200, reqwest::Version::HTTP_2));
    assert!(response.headers().contains_key("strict-transport-security"));
    let listens = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let asked = Settings { listen: listens, tls: Some(files.clone()), ..Settings::default() };
    check_ready(&asked).await.expect("ready, also by TLS and by another name than the certificate's");
    let (other, other_pem) = certificate(folder.path(), "two");
    assert!(client(&other_pem).get(&url).send().await.is_err(), "a certificate that nobody vouches for");
    std::fs::copy(&other.certificate, &files.certificate).expect("copies");
    assert!(rig.running.tls_reloader().reload().is_err(), "a key that does not fit");
    assert!(client(&pem).get(&url).send().await.is_ok(), "the old pair stays");
    std::fs::copy(&other.key, &files.key).expect("copies");
    assert!(rig.running.tls_reloader().reload().expect("fits"));
    assert!(client(&other_pem).get(&url).send().await.is_ok());
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = certificate(folder.path(), "good");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").expect("writes");
    let missing = folder.path().join("missing.pem");
    for (tls, names) in [
        (Tls { certificate: missing.clone(), key: files.key.clone() }, "missing.pem"),
        (Tls { certificate: empty.clone(), key: files.key.clone() }, "empty.pem"),
        (Tls { certificate: files.certificate.clone(), key: empty }, "empty.pem"),
    ] {
        let settings = Settings { tls: Some(tls), ..settings(folder.path()) };
        let error = start_here(&settings).await.err().expect("refused");
        assert!(error.is_configuration() && error.to_string().contains(names), "{error}");
    }
}

#[tokio::test]
async fn a_store_that_does_not_open_names_the_setting_that_says_where_it_is() {
    install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        store: "postgres://enrol:Winter%40Elm@127.0.0.1:1/enrol".to_owned(),
        store_place: "environment variable ENROL_STORE".to_owned(),
        ..settings(folder.path())
    };
    let error = start_here(&settings).await.err().expect("nobody listens there");
    let said = domain::error_chain(&error);
    assert!(said.starts_with("environment variable ENROL_STORE: ") && said.contains("refused"), "{said}");
    assert!(!said.contains("Winter") && !said.contains("Elm"), "{said}");
}

/// A certificate that ended long ago, and its last day in seconds.
fn ended_certificate(folder: &std::path::Path) -> (Tls, i64) {
    let mut params = rcgen::CertificateParams::new(vec!["enrol.example".to_owned()]).expect("a name");
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let ended = params.not_after.unix_timestamp();
    let key = rcgen::KeyPair::generate().expect("a key");
    let (files, _) = certificate(folder, "ended");
    std::fs::write(&files.certificate, params.self_signed(&key).expect("a certificate").pem())
        .expect("writes");
    std::fs::write(&files.key, key.serialize_pem()).expect("writes");
    (files, ended)
}

#[tokio::test]
async fn a_certificate_that_has_ended_does_not_pass_the_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy: Policy = toml::from_str(EXAMPLE_POLICY).expect("a policy");
    let with = |tls| Settings { tls: Some(tls), ..settings(folder.path()) };
    check(&with(certificate(folder.path(), "good").0), &policy).expect("the control: a good one passes");
    let error = check(&with(ended_certificate(folder.path()).0), &policy).expect_err("it has ended");
    assert!(error.to_string().contains("ended.pem: this certificate ended on 2020-01-01"), "{error}");
}

#[tokio::test]
async fn plain_http_is_refused_beyond_this_computer() {
    let folder = tempfile::tempdir().expect("a folder");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let settings = Settings {
            listen: address.parse().expect("an address"),
            hosts: vec!["enrol.example".to_owned()],
            ..settings(folder.path())
        };
        let error = start_here(&settings).await.err().expect("refused");
        assert!(matches!(&error, StartError::Config(error) if error.problem.contains("[tls]")), "{error}");
    }
}

#[tokio::test]
async fn a_node_serves_the_policy_that_another_node_made_active() {
    let rig = rig().await;
    let serial = async || {
        let policy: Signed = sent(rig.ask(Method::GET, paths::POLICY)).await.json().await.expect("signed");
        policy.open::<PolicyDocument>(Purpose::Policy, &rig.running.identity_key).expect("opens").serial
    };
    assert_eq!(serial().await, 1);
    let service = rig.running.service();
    let mut policy = service.policy().clone();
    policy.lifetimes.grant_days = 20;
    let keys = rig.folder.path().join("keys.toml");
    let keys = Keys::load(&keys, None).expect("keys");
    let store = service.store().clone();
    Service::open_on(store, keys, policy, system_clock(), Calling::Nothing).await.expect("opens");
    assert_eq!(serial().await, 2);
}

#[tokio::test]
async fn without_a_certificate_there_is_none_to_read_again() {
    let rig = rig().await;
    assert!(!rig.running.tls_reloader().reload().expect("nothing is wrong"));
}

#[tokio::test]
async fn a_service_on_an_address_with_a_scope_is_asked_there() {
    let rig = rig_with(|settings| settings.listen = "[::1%1]:0".parse().expect("an address")).await;
    let at = |address: &str| {
        let listen = format!("[{address}]:{}", rig.running.address.port()).parse().expect("an address");
        Settings { listen, ..Settings::default() }
    };
    for address in ["::1%1", "::1", "::"] {
        check_ready(&at(address)).await.expect(address);
    }
    let no = check_ready(&at("fe80::1%1")).await.expect_err("nobody's address").to_string();
    assert!(no.starts_with("no answer from [fe80::1%1]:"), "{no}");
}

#[tokio::test]
async fn a_stopping_service_is_not_ready_first_and_answers_until_it_ends() {
    let rig = rig_with(|settings| settings.drain_secs = 2).await;
    let Rig { running, client, folder: _folder } = rig;
    let at = |path: &str| client.get(format!("{}{path}", running.url()));
    let (ready, policy) = (at(paths::READY), at(paths::POLICY));
    let asked = Settings { listen: running.address, ..Settings::default() };
    check_ready(&asked).await.expect("ready");
    let stopping = tokio::spawn(running.stop());
    let not_ready = || async {
        let status = sent(ready.try_clone().expect("no body")).await.status().as_u16();
        (status != 200).then_some(status)
    };
    let status = eventually("the node to say that it stops", 10, not_ready).await;
    assert_eq!((status, sent(policy).await.status().as_u16()), (503, 200));
    let no = check_ready(&asked).await.expect_err("it stops").to_string();
    assert_eq!(no, "it answers 503: stopping");
    stopping.await.expect("stops").expect("well");
    let no = check_ready(&asked).await.expect_err("it is gone").to_string();
    assert!(no.starts_with("no answer from 127.0.0.1:"), "{no}");
}

#[tokio::test]
async fn two_services_run_in_one_process_and_each_stops() {
    let (one, two) = (rig().await, rig().await);
    assert_ne!(one.running.address, two.running.address);
    let address = one.running.address;
    one.running.stop().await.expect("stops");
    assert!(std::net::TcpStream::connect(address).is_err());
    assert_eq!(sent(two.ask(Method::GET, paths::READY)).await.status(), 200);
    two.running.run_until(std::future::ready(())).await.expect("stops");
}
