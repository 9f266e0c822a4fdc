//! Two nodes on one PostgreSQL, each with a key file of its own: a key is used only when both have it, and a node that
//! lacks one in use says so to the load balancer.

use std::path::PathBuf;
use std::process::Output;

use domain::{EnrolmentCode, Timestamp};
use protocol::{ErrorCode, IdentityKey, VerifyOutcome, paths};
use service::config::EXAMPLE_POLICY;
use store::testing::Postgres;
use tests::needs::{eventually, secs_from_now, wait_for};
use tests::phone::now_secs;
use tests::service::Service;

use crate::access::harness::{Asking as _, HOME, Line};
use crate::access::people::{Assistant, posted, verified};

const KINDS: [&str; 3] = ["vault", "envelope", "identity"];
const PASSPHRASE: &str = "correct horse battery";

fn now() -> Timestamp {
    Timestamp::from_secs(i64::try_from(now_secs()).expect("a time"))
}

struct Pair {
    first: Service,
    second: Service,
    identity: IdentityKey,
    client: String,
    _server: Postgres,
}

impl Pair {
    /// The second node's key file is made of what the first exported.
    fn start() -> Self {
        let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
        let settings = format!(
            "store = {:?}\ntrusted_proxies = [\"127.0.0.1/32\"]",
            server.database().expect("a database")
        );
        let first = Service::start_under(EXAMPLE_POLICY, &settings, &[]);
        let mut second = Service::not_started(&settings, EXAMPLE_POLICY);
        brought(&first, &second);
        second.start_again(&[]);
        let identity = first.identity_key().parse().expect("a key");
        assert_eq!(first.identity_key(), second.identity_key());
        let client = first.add_client("rds");
        Self { first, second, identity, client, _server: server }
    }

    fn line(&self, node: usize) -> Line {
        Line::to(&[&self.first, &self.second][node].url(""))
    }

    /// Somebody enrols through one node and signs in through the other, and the reverse.
    async fn serves(&self, names: [&str; 2]) {
        for (node, name) in names.into_iter().enumerate() {
            let code = EnrolmentCode::parse(&self.first.issue_code(name)).expect("a code");
            let line = self.line(node);
            let assistant = Assistant::start(&line, &self.identity, now()).await;
            let person = assistant.signed_in(&code, now(), HOME).await;
            let post = posted(&line, paths::ENROLMENTS, &person.submission(now())).at(HOME);
            assert_eq!(post.answer().await.refusal(), None, "{name}");
            let next = person.code(now().plus_secs(30));
            let answer = verified(&self.line(1 - node), &self.client, name, &next, HOME).await;
            assert_eq!(answer.outcome, VerifyOutcome::Accepted, "{name}");
        }
    }

    async fn not_ready(&self, node: usize) -> Option<ErrorCode> {
        self.line(node).get(paths::READY).answer().await.refusal()
    }

    /// Waits until the second node says that it lacks a key.
    async fn lacks_a_key(&self) {
        let lacks = || async { (self.not_ready(1).await == Some(ErrorCode::KeyMissing)).then_some(()) };
        eventually("the second node to lack a key", 30, lacks).await;
    }
}

/// All keys of a node, sealed, into another's key file.
fn brought(from: &Service, to: &Service) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| -> (PathBuf, String) {
        let path = folder.path().join(name);
        (path.clone(), path.display().to_string())
    };
    let ((passphrase, told), (_, sealed)) = (path("passphrase"), path("sealed"));
    std::fs::write(&passphrase, PASSPHRASE).expect("writes");
    from.run(&["key", "export", &sealed, "--passphrase-file", &told]);
    to.run(&["key", "import", &sealed, "--passphrase-file", &told]);
}

fn rotated(service: &Service, kind: &str, variables: &[(&'static str, String)]) -> Output {
    let mut command = service.command();
    command.args(["key", "rotate", kind, "--wait", "2", "--reason", "the yearly change"]);
    let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
    command.envs(variables).output().expect("starts")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_only_one_node_has_is_not_used_until_the_other_has_it_too() {
    let mut pair = Pair::start();
    pair.serves(["a", "b"]).await;
    for kind in KINDS {
        pair.first.run(&["key", "add", kind]);
        let refused = rotated(&pair.first, kind, &[]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{kind}: {said}");
        assert!(said.contains(&format!("process {}", pair.second.id())), "the node is named: {said}");
    }
    pair.serves(["c", "d"]).await;
    let list = pair.first.run(&["key", "list"]);
    assert_eq!(list.matches("not used yet").count(), 3, "{list}");

    brought(&pair.first, &pair.second);
    for kind in KINDS {
        let done = rotated(&pair.first, kind, &[]);
        assert!(done.status.success(), "{kind}: {}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!([pair.not_ready(0).await, pair.not_ready(1).await], [None, None]);
    pair.serves(["e", "f"]).await;
    let list = pair.second.run(&["key", "list"]);
    assert!(
        !list.contains("not used yet") && list.contains(&format!("process {}", pair.first.id())),
        "{list}"
    );

    // A node that was away longer than nodes are waited for: for the command it is another time.
    pair.first.run(&["key", "add", "vault"]);
    let done = rotated(&pair.first, "vault", &secs_from_now(200));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    pair.lacks_a_key().await;
    assert_eq!(pair.not_ready(0).await, None);
    // What it cannot keep it does not take, and refuses nothing for good.
    let code = EnrolmentCode::parse(&pair.first.issue_code("g")).expect("a code");
    let assistant = Assistant::start(&pair.line(0), &pair.identity, now()).await;
    let person = assistant.signed_in(&code, now(), HOME).await;
    let sealed = person.submission(now());
    let refusal = posted(&pair.line(1), paths::ENROLMENTS, &sealed).at(HOME).answer().await.refusal();
    assert!(matches!(refusal, Some(ErrorCode::ServiceBusy | ErrorCode::ServiceFault)), "{refusal:?}");
    // Nor does it start so.
    assert_eq!(pair.second.stop(), Some(0));
    let started = pair.second.command().arg("serve").output().expect("starts");
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(started.status.code() == Some(3) && said.contains("key import"), "{said}");
    brought(&pair.first, &pair.second);
    pair.second.start_again(&[]);
    assert_eq!(pair.not_ready(1).await, None);
    let accepted = posted(&pair.line(1), paths::ENROLMENTS, &sealed).at(HOME).answer().await;
    assert_eq!(accepted.refusal(), None, "what the other node could not take is sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_node_that_lacks_a_key_is_ready_again_when_it_was_brought() {
    let pair = Pair::start();
    pair.first.run(&["key", "add", "vault"]);
    assert!(rotated(&pair.first, "vault", &secs_from_now(200)).status.success());
    pair.lacks_a_key().await;
    let said = wait_for("the log to name it", 10, || {
        let said = pair.second.said();
        said.contains("key file lacks").then_some(said)
    });
    assert!(said.contains("key import"), "{said}");
    brought(&pair.first, &pair.second);
    eventually("the second node to be ready", 30, || async {
        pair.not_ready(1).await.is_none().then_some(())
    })
    .await;
    pair.serves(["a", "b"]).await;
}
