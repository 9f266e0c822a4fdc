//! An alert reaches the webhook, however often that fails, and holds no name.

use std::sync::Mutex;

use axum::http::{HeaderMap, StatusCode};
use protocol::SignInAnswer;

use super::flow::{Assistant, bearer, issued};
use super::*;
use crate::config::Alerts;
use crate::engine::Teller;

/// Signature and body of each post; the first is answered with an error.
type Posts = Arc<Mutex<Vec<(String, String)>>>;

async fn webhook() -> (SocketAddr, Posts) {
    let posts = Posts::default();
    let kept = Arc::clone(&posts);
    let take = axum::routing::post(async move |headers: HeaderMap, body: String| {
        let signature = headers["x-enrol-signature"].to_str().expect("text").to_owned();
        let mut posts = kept.lock().expect("whole");
        posts.push((signature, body));
        if posts.len() == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/alert", take)).await });
    (address, posts)
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
async fn an_alert_is_told_until_it_is_taken_and_then_no_more() {
    let (address, posts) = webhook().await;
    let url = format!("http://{address}/alert");
    let with_webhook = |settings: &mut Settings| post_to(settings, &url);
    let rig = rig_with(with_webhook).await;
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInAnswer =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let not_me = bearer(rig.post(paths::NOT_ME, "{}"), signed_in.session.as_str());
    assert_eq!(sent(not_me).await.status(), 204);
    wait_for(&posts, 2).await;
    let (first, second) = {
        let posts = posts.lock().expect("whole");
        (posts[0].clone(), posts[1].clone())
    };
    assert_eq!(first, second, "the same once more, since the first was not taken");
    assert!(first.0.starts_with("sha256="));
    let body: serde_json::Value = serde_json::from_str(&first.1).expect("JSON");
    assert_eq!(body["alert"], "not-me");
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
    // After a restart it is not told again.
    let Rig { running, folder, .. } = rig;
    running.stop().await.expect("stops");
    let mut settings = settings(folder.path());
    with_webhook(&mut settings);
    let running = start_here(&settings).await.expect("starts");
    assert_eq!(
        running.service().next_alerts(Teller::Webhook, 0).await.expect("reads").map(|found| found.alerts),
        None
    );
    running.stop().await.expect("stops");
    assert_eq!(posts.lock().expect("whole").len(), 2);
}

#[tokio::test]
async fn a_webhook_that_is_gone_keeps_nothing_from_the_log() {
    // Nobody listens on the port of "discard".
    let rig = rig_with(|settings| post_to(settings, "http://127.0.0.1:9/")).await;
    for _ in 0..2 {
        let assistant = Assistant::of(&rig).await;
        let signed_in: SignInAnswer =
            sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
        let not_me = bearer(rig.post(paths::NOT_ME, "{}"), signed_in.session.as_str());
        assert_eq!(sent(not_me).await.status(), 204);
    }
    let service = rig.running.service();
    for _ in 0..500 {
        if service
            .next_alerts(Teller::Log, 0)
            .await
            .expect("reads")
            .is_none_or(|found| found.alerts.is_empty())
        {
            let waiting = service.next_alerts(Teller::Webhook, 0).await.expect("reads").expect("not told");
            assert_eq!(waiting.alerts.len(), 2);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the log was not told");
}
