//! People who enrol and sign in, one after the other, until they are told to stop: there is always somebody more.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::{Step, Timestamp};
use protocol::{VerifyOutcome, VerifyResponse, paths};
use reqwest::StatusCode;
use tests::needs::{in_full, wait_for};
use tests::people::{Ready, office, ready};
use tests::phone::now_secs;
use tests::service::Service;

/// People at work.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicUsize>,
    thread: JoinHandle<Done>,
}

/// What became of it.
#[derive(Default)]
pub(super) struct Done {
    pub(super) refused: Vec<String>,
    pub(super) enrolled: usize,
    pub(super) verified: usize,
}

/// Where people post and a relying party asks.
#[derive(Clone)]
pub(super) struct At {
    address: SocketAddr,
    client: String,
}

impl At {
    pub(super) fn new(service: &Service, client: &str) -> Self {
        // Another scenario may have done so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { address: service.address(), client: client.to_owned() }
    }
}

impl Load {
    /// In turn somebody new enrols and signs in, and one of those who are enrolled signs in, with each code once.
    pub(super) fn start(at: &At, service: &Service, enrolled: Vec<Ready>) -> Self {
        let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (told, counted) = (Arc::clone(&stop), Arc::clone(&rounds));
        let (at, home) = (at.clone(), service.home().to_owned());
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(go_on(&at, home, enrolled, &told, &counted))
        });
        Self { stop, rounds, thread }
    }

    /// Waits until one more of each has come through: so long the scenario is under load.
    pub(super) fn goes_on(&self) {
        let before = self.rounds.load(Ordering::Relaxed);
        wait_for("the load to go on", 120, || {
            assert!(!self.thread.is_finished(), "the load has ended");
            // The one that was under way may have been done before.
            (self.rounds.load(Ordering::Relaxed) > before + 1).then_some(())
        });
    }

    /// Has it stop.
    pub(super) fn stop(self) -> Done {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

async fn go_on(
    at: &At,
    home: PathBuf,
    enrolled: Vec<Ready>,
    stop: &AtomicBool,
    rounds: &AtomicUsize,
) -> Done {
    let office = office(&home).await.expect("opens");
    // In full it goes on for an hour and more.
    let pause = Duration::from_millis(if in_full() { 200 } else { 20 });
    let mut done = Done::default();
    let mut used: Vec<Step> = enrolled.iter().map(|person| person.step).collect();
    for round in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        for person in ready(&office, &format!("coming{round}-"), 1).await.expect("somebody new") {
            post(at, &person, &mut done).await;
            verify(at, &person, next_step(), &mut done).await;
        }
        let (turn, step) = (round % enrolled.len(), next_step());
        if used[turn] < step {
            used[turn] = step;
            verify(at, &enrolled[turn], step, &mut done).await;
        }
        rounds.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(pause).await;
    }
    office.store().close().await;
    done
}

/// Its code counts already, and is not the one that proved the phone.
pub(super) fn next_step() -> Step {
    let now = Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"));
    Step(Step::at(now).0 + 1)
}

async fn post(at: &At, person: &Ready, done: &mut Done) {
    let url = format!("http://{}{}", at.address, paths::ENROLMENTS);
    let answer = reqwest::Client::new().post(url).json(&person.submission).send().await.expect("an answer");
    done.enrolled += 1;
    if answer.status() != StatusCode::OK {
        done.refused.push(format!("{}: {}", person.sign_in_name, answer.text().await.unwrap_or_default()));
    }
}

/// Asks about somebody's code.
pub(super) async fn verify(at: &At, person: &Ready, step: Step, done: &mut Done) {
    let body = serde_json::json!({
        "sign_in_name": person.sign_in_name, "code": person.code_of(step), "address": "203.0.113.9",
    });
    let url = format!("http://{}{}", at.address, paths::VERIFY);
    let asked = reqwest::Client::new().post(url).bearer_auth(&at.client).json(&body);
    let answer = asked.send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let outcome = serde_json::from_str::<VerifyResponse>(&text).ok().map(|answer| answer.outcome);
    done.verified += 1;
    if outcome != Some(VerifyOutcome::Accepted) {
        done.refused.push(format!("{}: {status} {text}", person.sign_in_name));
    }
}

/// Asks about everybody once more.
pub(super) fn all_sign_in(at: &At, people: &[Ready]) {
    let mut done = Done::default();
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        for person in people {
            verify(at, person, next_step(), &mut done).await;
        }
    });
    assert_eq!(done.refused, [""; 0], "who enrolled before the changes signs in after them");
}
