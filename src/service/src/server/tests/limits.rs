//! How long a request may be, and how long each part of it may take: over real connections, from an unknown client.

use ::telephony::Behaviour;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::calling::{policy, practice};
use super::floods::slow_sender;
use super::*;
use store::{Reader, StoreOptions};

/// A timeout that a test waits for, and a time well below every other timeout.
const SHORT: Duration = Duration::from_secs(1);
const SOON: Duration = Duration::from_secs(10);

/// A timeout that never comes.
const NEVER: Duration = Duration::from_secs(60 * 60);

/// A service with the timeouts of the test. Bodies may be as large as a policy can allow.
async fn rig_within(timeouts: Timeouts) -> Rig {
    install_crypto();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(folder.path());
    let keys = Keys::generate(system_clock()()).expect("entropy");
    let mut policy = policy();
    policy.answering.body_limit_bytes = 1024 * 1024;
    let service = open_calling(&settings, keys, policy, practice(Behaviour::ByHand)).await.expect("opens");
    let running = listen(&settings, Arc::new(service), None, timeouts).await.expect("listens");
    let client = Client::builder().no_proxy().build().expect("a client");
    Rig { running, client, folder }
}

async fn connected(rig: &Rig) -> TcpStream {
    TcpStream::connect(rig.running.address).await.expect("connects")
}

/// What comes until the service closes the connection, which it does soon.
async fn until_closed(socket: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A reset, which comes when something was still unread, closes it as well.
    let _ = tokio::time::timeout(SOON, socket.read_to_end(&mut said)).await.expect("is closed soon");
    String::from_utf8_lossy(&said).into_owned()
}

/// The answer to these bytes.
async fn answer_to(rig: &Rig, request: &[u8]) -> String {
    let mut socket = connected(rig).await;
    // A service that has read enough does not read them all.
    let _ = socket.write_all(request).await;
    until_closed(&mut socket).await
}

/// The beginning of a request with so many headers in all; it goes on until it is so long.
fn head(first: &str, headers: usize, bytes: usize) -> String {
    let mut head = format!("{first}\r\nHost: 127.0.0.1\r\nConnection: close");
    for number in 2..headers {
        head += &format!("\r\nx-more-{number}: of them");
    }
    // The last of them is as long as it takes.
    if let Some(left) = bytes.checked_sub(head.len()).filter(|left| *left > 10) {
        head = head.replacen("of them", &format!("of them{}", "a".repeat(left)), 1);
    }
    head
}

const ASKED: &str = "GET /health HTTP/1.1";

#[tokio::test]
async fn a_header_that_is_too_long_is_refused_before_its_end() {
    let rig = rig().await;
    let limit = usize::from(HEAD_BYTES);
    let unfinished = head(ASKED, 4, limit);
    assert_eq!(unfinished.len(), limit);
    let said = answer_to(&rig, unfinished.as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 431"), "{said:?}");
    // A client that goes on sending finds the connection closed, at times before it read the answer.
    let said = answer_to(&rig, format!("{}\r\n\r\n", head(ASKED, 4, 2 * limit)).as_bytes()).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said:?}");
    assert_eq!(sent(rig.ask(Method::GET, paths::HEALTH)).await.status(), 200);
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let rig = rig().await;
    for (count, status) in [(HEADERS, "200"), (HEADERS + 1, "431")] {
        let said = answer_to(&rig, format!("{}\r\n\r\n", head(ASKED, count, 0)).as_bytes()).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{count}: {said:?}");
    }
}

#[tokio::test]
async fn the_longest_header_and_the_largest_body_that_are_allowed_are_accepted() {
    let rig = rig_within(Timeouts::default()).await;
    let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
    let question = r#"{"sign_in_name":"jsmith","code":"123456"}"#;
    let limit = rig.running.service().policy().answering.body_limit_bytes;
    let body = format!("{question}{}", " ".repeat(limit - question.len()));
    let last = format!(
        "\r\nContent-Type: application/json\r\nContent-Length: {limit}\r\nAuthorization: Bearer {}\r\n\r\n",
        key.as_str()
    );
    let first = head("POST /v1/verify HTTP/1.1", HEADERS - 3, usize::from(HEAD_BYTES) - last.len());
    let head = first + &last;
    assert_eq!((head.len(), head.lines().count() - 2), (usize::from(HEAD_BYTES), HEADERS));
    let said = answer_to(&rig, (head + &body).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("not_enrolled"), "{said:?}");
}

#[tokio::test]
async fn an_unfinished_header_times_out_also_on_a_later_request() {
    let rig = rig_within(Timeouts { head: SHORT, body: NEVER, answer: NEVER, approval: NEVER }).await;
    let mut socket = connected(&rig).await;
    socket.write_all(b"GET /health HTTP/1.1\r\nHost: 127").await.expect("writes");
    assert_eq!(until_closed(&mut socket).await, "");
    let mut socket = connected(&rig).await;
    let both = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /health HTTP/1.1\r\nHost: 127";
    socket.write_all(both.as_bytes()).await.expect("writes");
    let said = until_closed(&mut socket).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.matches("HTTP/1.1").count() == 1, "{said:?}");
}

#[tokio::test]
async fn an_unfinished_body_is_refused_and_its_connection_closed() {
    let rig = rig_within(Timeouts { head: NEVER, body: SHORT, answer: NEVER, approval: NEVER }).await;
    for path in [paths::SIGN_IN, paths::ENROLMENTS] {
        let (mut socket, said) = slow_sender(&rig, path).await;
        assert!(said.starts_with("HTTP/1.1 100"), "{said:?}");
        let said = until_closed(&mut socket).await;
        assert!(said.starts_with("HTTP/1.1 400") && said.contains("came too slowly"), "{said:?}");
    }
}

/// Keeps everybody who asks the store waiting, until it is dropped.
async fn busy_store(rig: &Rig) -> Vec<Reader> {
    let mut all = Vec::new();
    for _ in 0..StoreOptions::default().connections {
        all.push(rig.running.service().store().read().await.expect("a connection"));
    }
    all
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_answered_as_busy_with_a_time_to_wait() {
    let question = r#"{"sign_in_name":"jsmith","code":"123456"}"#;
    let approval =
        r#"{"key":"0190a5f0-0000-7000-8000-00000000000a","sign_in_name":"jsmith","what":"remote desktop"}"#;
    let all = Timeouts { head: NEVER, body: NEVER, answer: NEVER, approval: NEVER };
    for (timeouts, path, body) in [
        (Timeouts { answer: SHORT, ..all }, paths::VERIFY, question),
        (Timeouts { approval: SHORT, ..all }, paths::APPROVALS, approval),
    ] {
        let rig = rig_within(timeouts).await;
        let key = rig.running.service().add_client("rds", &[], "a test").await.expect("added").key;
        let ask = || rig.post(path, body).header(AUTHORIZATION, format!("Bearer {}", key.as_str()));
        let busy = busy_store(&rig).await;
        let problem = problem(ask().timeout(SOON)).await;
        assert_eq!(problem.code, ErrorCode::ServiceBusy, "{path}");
        assert!(problem.retry_after_secs.is_some(), "{path}");
        drop(busy);
        assert_eq!(sent(ask()).await.status(), 200, "{path}");
    }
}
