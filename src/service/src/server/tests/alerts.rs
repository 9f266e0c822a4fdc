//! An alert reaches the webhook, however often that fails, and holds no name.

use std::sync::Mutex;

use axum::http::{HeaderMap, StatusCode};
use protocol::SignInResponse;

use super::super::alerts;
use super::flow::{Assistant, bearer, issued};
use super::*;
use crate::alert_text::alert_text;
use crate::config::Alerts;
use engine::{Alert, AlertChannel, AlertKind, AlertQueue};

/// Signature and body of each post.
type Posts = Arc<Mutex<Vec<(String, String)>>>;

/// A webhook that answers the posts by their number, from 1, and by their alert's.
async fn webhook(answer: fn(usize, u64) -> (StatusCode, HeaderMap)) -> (SocketAddr, Posts) {
    let posts = Posts::default();
    let kept = Arc::clone(&posts);
    let take = axum::routing::post(async move |headers: HeaderMap, body: String| {
        let signature = headers["x-enrol-signature"].to_str().expect("text").to_owned();
        let sequence = sequence(&body);
        let mut posts = kept.lock().expect("whole");
        posts.push((signature, body));
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

async fn wait_for(posts: &Posts, count: usize) {
    for _ in 0..1_500 {
        if posts.lock().expect("whole").len() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{count} posts did not come");
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
    wait_for(&posts, 2).await;
    let (first, second) = {
        let posts = posts.lock().expect("whole");
        (posts[0].clone(), posts[1].clone())
    };
    assert_eq!(first, second, "the same once more, since the first was not taken");
    assert!(first.0.starts_with("sha256="));
    let body: serde_json::Value = serde_json::from_str(&first.1).expect("JSON");
    assert_eq!(body["alert"], "not-me");
    assert_eq!(body["text"], alert_text(AlertKind::NotMe));
    assert_eq!(body["person"], signed_in.person.id.to_string());
    assert_eq!(body["service"], rig.running.service().keys().service().to_string());
    assert!(!first.1.contains("Jo Smith") && !first.1.contains("jsmith"), "{}", first.1);
    // Counted by the log's own way, whatever the webhook does. Other tests of this process count too.
    let counted = async || {
        let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
        let line = page.lines().find_map(|line| line.strip_prefix("enrol_alerts_total{alert=\"not-me\"} "));
        line.expect("there from the start").parse::<u32>().expect("a number") > 0
    };
    let mut is_counted = false;
    for _ in 0..500 {
        is_counted = counted().await;
        if is_counted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_counted);
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
    // Nobody listens on the port of "discard".
    let rig = rig_with(|settings| post_to(settings, "http://127.0.0.1:9/")).await;
    for _ in 0..2 {
        not_me(&rig).await;
    }
    let service = rig.running.service();
    for _ in 0..500 {
        if waiting(service, AlertChannel::Log).await.is_empty() {
            assert_eq!(waiting(service, AlertChannel::Webhook).await.len(), 2);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the log did not get them");
}

/// Sends three alerts that wait, until so many posts have come. Returns which alert each post was of, 0 to 2, and how
/// many alerts still wait.
async fn send_three(answer: fn(usize, u64) -> (StatusCode, HeaderMap), count: usize) -> (Vec<usize>, usize) {
    let (address, posts) = webhook(answer).await;
    let rig = rig().await;
    let service = Arc::clone(rig.running.service());
    service.start_alert_channel(AlertChannel::Webhook).await.expect("begins");
    for _ in 0..3 {
        not_me(&rig).await;
    }
    let made = waiting(&service, AlertChannel::Webhook).await;
    let mut settings = settings(rig.folder.path());
    post_to(&mut settings, &format!("http://{address}/alert"));
    let to = alerts::webhook(&settings).expect("settings").expect("a webhook");
    let sending = tokio::spawn(alerts::run(Arc::clone(&service), Destination::Webhook(to)));
    wait_for(&posts, count).await;
    // What follows within the next looks is not asked for.
    tokio::time::sleep(Duration::from_secs(1)).await;
    sending.abort();
    let of = |body: &str| {
        made.iter().position(|alert| alert.sequence.unsigned_abs() == sequence(body)).expect("one of them")
    };
    let posts = posts.lock().expect("whole").iter().map(|(_, body)| of(body)).collect();
    (posts, waiting(&service, AlertChannel::Webhook).await.len())
}

#[tokio::test]
async fn what_was_accepted_is_not_sent_again_when_the_next_has_to_wait_and_the_wait_is_as_long_as_asked_for()
{
    let begun = std::time::Instant::now();
    let busy_at_the_second = |number, _| {
        let wait = HeaderMap::from_iter([(
            axum::http::header::RETRY_AFTER,
            axum::http::HeaderValue::from_static("4"),
        )]);
        if number == 2 { (StatusCode::TOO_MANY_REQUESTS, wait) } else { plainly(StatusCode::OK) }
    };
    assert_eq!(send_three(busy_at_the_second, 4).await, (vec![0, 1, 1, 2], 0));
    assert!(begun.elapsed() >= Duration::from_secs(5), "four, and the second of the test");
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
    assert_eq!(send_three(refused_at_the_second, 3).await, (vec![0, 1, 2], 0));
}

#[tokio::test]
async fn a_webhook_that_refuses_everything_gets_all_of_it_when_it_takes_some_again() {
    let refuses_at_first =
        |number, _| plainly(if number <= 3 { StatusCode::UNAUTHORIZED } else { StatusCode::OK });
    assert_eq!(send_three(refuses_at_first, 6).await, (vec![0, 1, 2, 0, 1, 2], 0));
}
