//! An alert reaches the webhook, however often that fails, and holds no name.

use std::sync::Mutex;
use std::time::Instant;

use axum::http::{HeaderMap, StatusCode};
use protocol::SignInResponse;

use super::super::alerts;
use super::flow::{Assistant, bearer, issued};
use super::*;
use crate::alert_text::alert_text;
use crate::config::Alerts;
use engine::{Alert, AlertChannel, AlertKind, AlertQueue};

/// A request that a webhook received.
#[derive(Clone, PartialEq, Debug)]
struct Post {
    signature: String,
    body: String,
}

/// The requests, and when each came.
type Posts = Arc<Mutex<Vec<(Post, Instant)>>>;

/// A webhook whose answer depends on the number of the request, from 1, and of its alert.
async fn webhook(answer: fn(usize, u64) -> (StatusCode, HeaderMap)) -> (SocketAddr, Posts) {
    let posts = Posts::default();
    let kept = Arc::clone(&posts);
    let take = axum::routing::post(async move |headers: HeaderMap, body: String| {
        let signature = headers["x-enrol-signature"].to_str().expect("text").to_owned();
        let sequence = sequence(&body);
        let mut posts = kept.lock().expect("whole");
        posts.push((Post { signature, body }, Instant::now()));
        answer(posts.len(), sequence)
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/alert", take)).await });
    (address, posts)
}

fn sequence(body: &str) -> u64 {
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    body["sequence"].as_u64().expect("a number")
}

fn plainly(status: StatusCode) -> (StatusCode, HeaderMap) {
    (status, HeaderMap::new())
}

async fn waiting(service: &Service, channel: AlertChannel) -> Vec<Alert> {
    let mut queue = AlertQueue::new(channel);
    service.poll_alerts(&mut queue).await.expect("reads");
    queue.waiting().iter().cloned().collect()
}

async fn not_me(rig: &Rig) -> SignInResponse {
    let assistant = Assistant::of(rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(rig).await)).await.json().await.expect("signed in");
    let not_me = bearer(rig.post(paths::NOT_ME, "{}"), signed_in.session.as_str());
    assert_eq!(sent(not_me).await.status(), 204);
    signed_in
}

async fn until_posted(posts: &Posts, count: usize) {
    let are_there = || async { (posts.lock().expect("whole").len() >= count).then_some(()) };
    eventually(&format!("{count} posts"), 30, are_there).await;
}

fn post_to(settings: &mut Settings, url: &str) {
    let secret_file = settings.keys.with_file_name("alerts.secret");
    std::fs::write(&secret_file, "Jefe\n").expect("writes");
    #[cfg(unix)]
    std::fs::set_permissions(&secret_file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("mode");
    settings.alerts = Some(Alerts { url: url.to_owned(), secret_file });
}

#[tokio::test]
async fn an_alert_is_sent_until_it_is_accepted_and_then_no_more() {
    let first_fails =
        |number, _| plainly(if number == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK });
    let (address, posts) = webhook(first_fails).await;
    let url = format!("http://{address}/alert");
    let with_webhook = |settings: &mut Settings| post_to(settings, &url);
    let rig = rig_with(with_webhook).await;
    let signed_in = not_me(&rig).await;
    until_posted(&posts, 2).await;
    let (first, second) = {
        let posts = posts.lock().expect("whole");
        (posts[0].0.clone(), posts[1].0.clone())
    };
    assert_eq!(first, second, "the same once more, since the first was not taken");
    assert!(first.signature.starts_with("sha256="));
    let body: serde_json::Value = serde_json::from_str(&first.body).expect("JSON");
    assert_eq!(body["alert"], "not-me");
    assert_eq!(body["text"], alert_text(AlertKind::NotMe));
    assert_eq!(body["person"], signed_in.person.id.to_string());
    assert_eq!(body["service"], rig.running.service().keys().service().to_string());
    assert!(!first.body.contains("Jo Smith") && !first.body.contains("jsmith"), "{}", first.body);
    // Counted by the log's own way, whatever the webhook does. Other tests of this process count too.
    let is_counted = || async {
        let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
        let line = page.lines().find_map(|line| line.strip_prefix("enrol_alerts_total{alert=\"not-me\"} "));
        (line.expect("there from the start").parse::<u32>().expect("a number") > 0).then_some(())
    };
    eventually("the alert in the metrics", 10, is_counted).await;
    let listed = rig.running.service().alerts_since(domain::Timestamp::from_millis(0)).await.expect("reads");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].1.as_deref(), Some("jsmith"), "IT sees whom it is about");
    // After a restart it is not sent again.
    let Rig { running, folder, .. } = rig;
    running.stop().await.expect("stops");
    let mut settings = settings(folder.path());
    with_webhook(&mut settings);
    let running = start_here(&settings).await.expect("starts");
    assert_eq!(waiting(running.service(), AlertChannel::Webhook).await, []);
    running.stop().await.expect("stops");
    assert_eq!(posts.lock().expect("whole").len(), 2);
}

#[tokio::test]
async fn a_webhook_that_is_gone_keeps_nothing_from_the_log() {
    // Nobody listens on the discard port (9).
    let rig = rig_with(|settings| post_to(settings, "http://127.0.0.1:9/")).await;
    for _ in 0..2 {
        not_me(&rig).await;
    }
    let service = rig.running.service();
    let is_logged = || async { waiting(service, AlertChannel::Log).await.is_empty().then_some(()) };
    eventually("both alerts in the log", 10, is_logged).await;
    assert_eq!(waiting(service, AlertChannel::Webhook).await.len(), 2);
}

/// Sends three alerts that wait. Returns which alert each request was about, 0 to 2, and when it came.
///
/// Once all three are sent, a fourth alert is made. Its request comes last, so that a repeated one before it is seen.
async fn send_three(answer: fn(usize, u64) -> (StatusCode, HeaderMap)) -> (Vec<usize>, Vec<Instant>) {
    let (address, posts) = webhook(answer).await;
    let rig = rig().await;
    let service = Arc::clone(rig.running.service());
    service.start_alert_channel(AlertChannel::Webhook).await.expect("begins");
    for _ in 0..3 {
        not_me(&rig).await;
    }
    assert_eq!(waiting(&service, AlertChannel::Webhook).await.len(), 3);
    let mut settings = settings(rig.folder.path());
    post_to(&mut settings, &format!("http://{address}/alert"));
    let to = alerts::webhook(&settings).expect("settings").expect("a webhook");
    let sending = tokio::spawn(alerts::run(Arc::clone(&service), Destination::Webhook(to)));
    let is_sent = || async { waiting(&service, AlertChannel::Webhook).await.is_empty().then_some(()) };
    eventually("all three to be sent", 30, is_sent).await;
    not_me(&rig).await;
    eventually("the fourth to be sent", 10, is_sent).await;
    sending.abort();
    let posts = posts.lock().expect("whole");
    let mut made: Vec<u64> = posts.iter().map(|(post, _)| sequence(&post.body)).collect();
    made.sort_unstable();
    made.dedup();
    let of = |body: &str| made.iter().position(|made| *made == sequence(body)).expect("one of them");
    let mut of_posts: Vec<usize> = posts.iter().map(|(post, _)| of(&post.body)).collect();
    assert_eq!(of_posts.pop(), Some(3), "the fourth alert comes last, and once");
    (of_posts, posts.iter().map(|(_, at)| *at).collect())
}

#[tokio::test]
async fn what_was_accepted_is_not_sent_again_when_the_next_has_to_wait_and_the_wait_is_as_long_as_asked_for()
{
    let busy_at_the_second = |number, _| {
        let wait = HeaderMap::from_iter([(
            axum::http::header::RETRY_AFTER,
            axum::http::HeaderValue::from_static("4"),
        )]);
        if number == 2 { (StatusCode::TOO_MANY_REQUESTS, wait) } else { plainly(StatusCode::OK) }
    };
    let (posts, at) = send_three(busy_at_the_second).await;
    assert_eq!(posts, [0, 1, 1, 2]);
    assert!(at[2] - at[1] >= Duration::from_secs(4), "{:?}", at[2] - at[1]);
}

#[tokio::test]
async fn an_alert_that_is_always_refused_keeps_none_behind_it() {
    static IT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let refused_at_the_second = |number, sequence| {
        if number == 2 {
            IT.store(sequence, std::sync::atomic::Ordering::Relaxed);
        }
        let is_it = IT.load(std::sync::atomic::Ordering::Relaxed) == sequence;
        plainly(if is_it { StatusCode::FORBIDDEN } else { StatusCode::OK })
    };
    assert_eq!(send_three(refused_at_the_second).await.0, [0, 1, 2]);
}

#[tokio::test]
async fn a_webhook_that_refuses_everything_gets_all_of_it_when_it_takes_some_again() {
    let refuses_at_first =
        |number, _| plainly(if number <= 3 { StatusCode::UNAUTHORIZED } else { StatusCode::OK });
    assert_eq!(send_three(refuses_at_first).await.0, [0, 1, 2, 0, 1, 2]);
}
