//! People who enrol and sign in, one after the other, until they are told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::Timestamp;
use protocol::{VerifyAnswer, VerifyOutcome, paths};
use reqwest::StatusCode;
use tests::needs::in_full;
use tests::phone::now_secs;

use tests::people::Ready;

/// Somebody at work.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Done>,
}

/// What became of it.
#[derive(Default)]
pub(super) struct Done {
    pub(super) refused: Vec<String>,
    pub(super) enrolled: usize,
    pub(super) verified: usize,
}

impl Load {
    /// In turn one of these posts, and one of those, who are enrolled, signs in. Each once.
    pub(super) fn start(
        service: SocketAddr,
        client: &str,
        posting: Vec<Ready>,
        enrolled: Vec<Ready>,
    ) -> Self {
        let (stop, client) = (Arc::new(AtomicBool::new(false)), client.to_owned());
        let told = Arc::clone(&stop);
        // Another story may have done so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let mut done = Done::default();
                let (mut posting, mut enrolled) = (posting.into_iter(), enrolled.into_iter());
                // In full it goes on for many minutes.
                let pause = Duration::from_millis(if in_full() { 200 } else { 20 });
                while !told.load(Ordering::Relaxed) {
                    if let Some(person) = posting.next() {
                        post(service, &person, &mut done).await;
                    }
                    if let Some(person) = enrolled.next() {
                        verify(service, &client, &person, &mut done).await;
                    }
                    tokio::time::sleep(pause).await;
                }
                done
            })
        });
        Self { stop, thread }
    }

    /// Has it stop.
    pub(super) fn stop(self) -> Done {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

async fn post(service: SocketAddr, person: &Ready, done: &mut Done) {
    let asked =
        reqwest::Client::new().post(format!("http://{service}{}", paths::ENROLMENTS)).json(&person.post);
    let answer = asked.send().await.expect("an answer");
    done.enrolled += 1;
    if answer.status() != StatusCode::OK {
        done.refused.push(format!("{}: {}", person.sign_in_name, answer.text().await.unwrap_or_default()));
    }
}

/// Asks about somebody's code.
pub(super) async fn verify(service: SocketAddr, client: &str, person: &Ready, done: &mut Done) {
    let now = Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"));
    let body = serde_json::json!({
        "sign_in_name": person.sign_in_name, "code": person.next_code(now), "address": "203.0.113.9",
    });
    let url = format!("http://{service}{}", paths::VERIFY);
    let answer =
        reqwest::Client::new().post(url).bearer_auth(client).json(&body).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let outcome = serde_json::from_str::<VerifyAnswer>(&text).ok().map(|answer| answer.outcome);
    done.verified += 1;
    if outcome != Some(VerifyOutcome::Accepted) {
        done.refused.push(format!("{}: {status} {text}", person.sign_in_name));
    }
}
