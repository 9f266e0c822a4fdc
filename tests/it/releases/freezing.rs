//! Freezes the release that this is: fills a store by its own engine, over HTTP as assistants and relying parties do, and
//! writes it down with its test keys.
//!
//! Not a test: `tests/freeze` runs it, once a release. Every table gets rows, and a table without any fails it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use domain::{CallId, Label, PhoneNumber, SchoolId, Timestamp};
use engine::{Calling, Pace, Service};
use protocol::{
    ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallProgress, CallStep, ErrorCode, SealPurpose,
    Sealed, StationSigner, VerifyOutcome, paths,
};
use service::config::{Flood, Settings, policy_from_text};
use service::server::{self, Running};
use store::testing::dump;
use telephony::{Behaviour, Pace as Speed, PracticeCall, PracticeLine, PracticePhone};
use tests::needs::{run, tool};
use tests::phone::now_secs;
use tests::policy::policy_with_calls;
use uuid::Uuid;
use vault::Keys;

use super::frozen::{
    BACKUP, Database, Enrolled, FACTS, Facts, HEAD, KEYS, Kind, POLICY, STORE, folder, private,
};
use crate::access::harness::{Asking as _, BY, HOME, Line, new_person};
use crate::access::people::{Assistant, SignedIn, posted, stranger_code, verified};
use crate::access::random::Random;

const HOUR: i64 = 60 * 60;
/// Longer than the audit is kept.
const LONG_AGO: i64 = 750 * 24 * HOUR;
/// No patience is needed: the one node reads within a second.
const SOON: Duration = Duration::from_secs(30);

/// The last digits of a phone that answers by pressing 9, of one whose holder says "not me", of one that rings on.
const STOPS: &str = "901";
const NOT_ME: &str = "902";
const RINGS_ON: &str = "903";

struct Making {
    running: Running,
    line: Line,
    millis: Arc<AtomicI64>,
    folder: tempfile::TempDir,
    database: Option<Database>,
    policy: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "writes files; tests/freeze runs it, once a release"]
async fn freeze() {
    let version = env!("CARGO_PKG_VERSION");
    let to = folder().join(version);
    assert!(!to.exists(), "{}: a frozen release is never changed", to.display());
    std::fs::create_dir_all(folder()).expect("a folder");
    let making = tempfile::tempdir_in(folder()).expect("a folder");
    for kind in Kind::ALL {
        let to = making.path().join(kind.name());
        std::fs::create_dir(&to).expect("a folder");
        Making::begun(kind).await.filled_into(&to, version).await;
    }
    std::fs::rename(making.keep(), to).expect("all or nothing");
}

impl Making {
    async fn begun(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("data")).expect("a folder");
        let database = (kind == Kind::Postgres).then(Database::new);
        let policy = policy_with_calls("optional", &[]);
        let settings = Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: folder.path().join("data"),
            keys: folder.path().join(KEYS),
            store: database.as_ref().map_or("sqlite".to_owned(), |on| on.url.clone()),
            trusted_proxies: vec!["127.0.0.1/32".parse().expect("a network")],
            flood: Flood { per_second: 0, ..Flood::default() },
            ..Settings::default()
        };
        let begins = Timestamp::from_secs(i64::try_from(now_secs()).expect("a time") - LONG_AGO - HOUR);
        let keys = Keys::create(&settings.keys, Some(&settings.data), begins).expect("keys");
        let millis = Arc::new(AtomicI64::new(begins.millis()));
        let clock = {
            let millis = Arc::clone(&millis);
            Arc::new(move || Timestamp::from_millis(millis.load(Ordering::SeqCst)))
        };
        let not_me = AtomicBool::new(false);
        let phone =
            PracticePhone::by_itself(Speed::AT_ONCE, move |call: &PracticeCall| match &*call.last_three {
                STOPS => Behaviour::Keys("99".to_owned()),
                // Its first call is the test.
                NOT_ME if not_me.swap(true, Ordering::SeqCst) => Behaviour::Keys("0#".to_owned()),
                RINGS_ON => Behaviour::ByHand,
                _ => Behaviour::RightKeys,
            });
        let line = telephony::Line::Practice(PracticeLine::new(phone));
        let calling = Calling::Line(Arc::new(line), Pace { max_calls: 10, calls_per_second: 1_000 });
        let rules = policy_from_text(Path::new(POLICY), &policy).expect("a policy");
        let service = Service::open(&settings.store_url(), keys, rules, clock, calling).await.expect("opens");
        let running = server::serve(&settings, Arc::new(service)).await.expect("listens");
        let line = Line::to(&running.url());
        Self { running, line, millis, folder, database, policy }
    }

    fn service(&self) -> &Service {
        self.running.service()
    }

    fn now(&self) -> Timestamp {
        self.service().now()
    }

    fn pass_secs(&self, secs: i64) {
        self.millis.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    async fn signed_in(&self, name: &str) -> SignedIn {
        let code = self.service().issue_code(new_person(name), BY, None, None).await.expect("a code").code;
        let assistant = Assistant::start(&self.line, &self.running.identity_key, self.now()).await;
        assistant.signed_in(&code, self.now(), HOME).await
    }

    /// Tests a number by a call, or asks for one, and follows it so far.
    async fn called(&self, person: &SignedIn, last_digits: &str, so_far: CallStep) {
        let call = CallId::from_uuid(Uuid::from_bytes(Random::fresh().bytes()));
        let request = person.call_to(number(last_digits), call, SealPurpose::Number, self.now());
        let body = serde_json::to_vec(&request).expect("writes");
        let asked = self.line.post(paths::CALLS, body).at(HOME).showing(person.session().as_str());
        assert_eq!(asked.answer().await.refusal(), None);
        let mut last = (0, CallStep::Waiting);
        while last.1 < so_far {
            let path = format!("{}?call={call}&after={}", paths::CALLS, last.0);
            let answer = self.line.get(&path).at(HOME).showing(person.session().as_str()).answer().await;
            let CallProgress { events } = answer.read();
            last = events.last().map_or(last, |event| (event.number, event.what));
        }
    }

    fn sealed(&self, person: &SignedIn, phone: Option<&str>) -> Sealed {
        person.submission_with(phone.map(number), self.now())
    }

    async fn enrolled(&self, name: &str, phone: Option<&str>) -> SignedIn {
        let person = self.signed_in(name).await;
        if let Some(digits) = phone {
            self.called(&person, digits, CallStep::Confirmed).await;
        }
        let post = posted(&self.line, paths::ENROLMENTS, &self.sealed(&person, phone)).at(HOME);
        assert_eq!(post.answer().await.refusal(), None);
        person
    }

    /// Whether a code lets somebody in, as the relying party is told.
    async fn tried(&self, key: &str, name: &str, code: &str) -> VerifyOutcome {
        verified(&self.line, key, name, code, HOME).await.outcome
    }

    async fn filled_into(self, to: &Path, version: &str) {
        let (service, pinned) = (self.service(), self.running.identity_key.to_string());
        // The audit's beginning is deleted for its age.
        service.add_client("Old VPN", &[], BY).await.expect("a client");
        service.issue_code(new_person("once"), BY, None, None).await.expect("a code");
        self.pass_secs(LONG_AGO);
        service.delete_expired().await.expect("deletes");
        service
            .revoke_client("Old VPN", engine::Actor::new(BY, "replaced").expect("a reason"))
            .await
            .expect("revoked");
        let client_key =
            service.add_client("Remote desktop", &[], BY).await.expect("a client").key.to_string();

        let (staff_room, elm) = (Label::new("Staff room").expect("a label"), SchoolId("elm".to_owned()));
        let station = service.add_station(staff_room, elm, BY, None).await.expect("a station").code;
        let key = StationSigner::from_bytes(&Random::fresh().bytes()).key();
        let assistant = Assistant::start(&self.line, &self.running.identity_key, self.now()).await;
        let station =
            posted(&self.line, paths::STATIONS, &assistant.station(&station, key, self.now())).at(HOME);
        assert_eq!(station.answer().await.refusal(), None);

        let mnowak = self.enrolled("mnowak", Some("900")).await;
        let akhan = self.enrolled("akhan", Some(NOT_ME)).await;
        // Sealed to the first envelope key, and posted under another.
        let on_its_way = self.signed_in("on-its-way").await;
        let post = self.sealed(&on_its_way, None);
        service.rotate_vault(BY, engine::Reason::new("the yearly change").ok(), SOON).await.expect("rotates");
        service.rotate_envelope(BY, engine::EnvelopeRotation::Planned(None), SOON).await.expect("rotates");
        service
            .rotate_identity(engine::Actor::new(BY, "the yearly change").expect("a reason"), SOON)
            .await
            .expect("rotates");
        self.pass_secs(HOUR / 2);
        let sprice = self.enrolled("sprice", None).await;

        let used = mnowak.code(self.now());
        assert_eq!(self.tried(&client_key, "mnowak", &used).await, VerifyOutcome::Accepted);
        let wrong = sprice.wrong_code(self.now());
        assert_eq!(self.tried(&client_key, "sprice", &wrong).await, VerifyOutcome::Refused);
        let approval = ApprovalRequest {
            key: Uuid::from_u128(7),
            sign_in_name: "akhan".to_owned(),
            what: "remote desktop".to_owned(),
            address: Some(HOME.parse().expect("an address")),
            shown_digits: None,
        };
        let body = serde_json::to_vec(&approval).expect("writes");
        let answer = self.line.post(paths::APPROVALS, body).showing(&client_key).answer().await;
        assert_eq!(answer.read::<ApprovalResponse>().outcome, ApprovalOutcome::Refused);

        self.enrolled("erased", None).await;
        service
            .erase_person("erased", engine::Actor::new(BY, "asked for it").expect("a reason"))
            .await
            .expect("erased");
        self.enrolled("left", None).await;
        service
            .record_departure("left", engine::Actor::new(BY, "another trust").expect("a reason"))
            .await
            .expect("left");
        let revoked = service.issue_code(new_person("revoked"), BY, None, None).await.expect("a code");
        service
            .revoke_code(
                &revoked.id.to_string(),
                engine::Actor::new(BY, "lost in the post").expect("a reason"),
            )
            .await
            .expect("revoked");
        let stops = self.signed_in("stops").await;
        self.called(&stops, STOPS, CallStep::Stopped).await;
        self.pass_secs(HOUR / 2);
        // The pages are open: a number that is tested and not sent, another whose call rings.
        let tested = self.signed_in("tested").await;
        self.called(&tested, "904", CallStep::Confirmed).await;
        let rings = self.signed_in("rings").await;
        self.called(&rings, RINGS_ON, CallStep::Ringing).await;
        // Last, since whoever gives a right code after it takes it away.
        let stranger = rings.assistant.another(self.now()).sign_in(&stranger_code(), self.now());
        let stranger = posted(&self.line, paths::SIGN_IN, &stranger).at(HOME);
        assert_eq!(stranger.answer().await.refusal(), Some(ErrorCode::CodeUnknown));

        self.run_sql("update nodes set name = 'auth-1, process 812'");
        if let Some(name) = to.file_name().filter(|name| *name == Kind::Sqlite.name()) {
            assert!(self.database.is_none(), "{}", name.display());
            service.backup(&to.join(BACKUP), BY).await.expect("a backup");
            run(tool("gzip", "gzip").arg("-9n").arg(to.join(BACKUP).join("enrol.sqlite")));
        }
        let head = service.signed_audit_head().await.expect("a head");
        let rows = dump(service.store()).await.expect("reads");
        let empty: Vec<&String> =
            rows.iter().filter(|(_, rows)| rows.is_empty()).map(|(name, _)| name).collect();
        assert!(empty.is_empty(), "tables without a row, which an upgrade would not be tried on: {empty:?}");
        let people = [("mnowak", &mnowak), ("sprice", &sprice)];
        let facts = Facts {
            version: version.to_owned(),
            frozen_at_secs: self.now().secs(),
            pinned,
            client_key,
            records: u64::try_from(rows["methods"].len() + rows["pending_numbers"].len()).expect("a count"),
            enrolled: people
                .into_iter()
                .map(|(name, person)| Enrolled {
                    sign_in_name: name.to_owned(),
                    secret: person.assistant.secret.to_vec(),
                })
                .collect(),
            on_its_way: ("on-its-way".to_owned(), post),
        };
        drop((akhan, stops, tested, rings));
        let write = |name: &str, text: &str| std::fs::write(to.join(name), text).expect("writes");
        write(STORE, &self.sql());
        write(HEAD, &serde_json::to_string(&head).expect("writes"));
        write(FACTS, &(serde_json::to_string_pretty(&facts).expect("writes") + "\n"));
        write(POLICY, &self.policy);
        write(KEYS, &std::fs::read_to_string(self.folder.path().join(KEYS)).expect("keys"));
        private(&to.join(KEYS));
    }

    /// The computer that froze it is nobody's business.
    fn run_sql(&self, text: &str) {
        match &self.database {
            Some(on) => run(on.psql().args(["-c", text])),
            None => run(tool("sqlite3", "sqlite3")
                .args(["-cmd", ".timeout 10000"])
                .arg(self.folder.path().join("data/enrol.sqlite"))
                .arg(text)),
        };
    }

    /// The store as SQL, while the service runs.
    fn sql(&self) -> String {
        let Some(database) = &self.database else {
            let file = self.folder.path().join("data/enrol.sqlite");
            let dump = run(tool("sqlite3", "sqlite3").arg(file).arg(".dump"));
            return String::from_utf8_lossy(&dump.stdout).into_owned();
        };
        // What only some versions of the server and of psql understand, and the dump does not need.
        let is_plain =
            |line: &&str| !line.starts_with("SET ") && !line.starts_with(['\\', '-']) && !line.is_empty();
        database.sql().lines().filter(is_plain).flat_map(|line| [line, "\n"]).collect()
    }
}

fn number(last: &str) -> PhoneNumber {
    PhoneNumber::new(&format!("447700900{last}"), "").expect("a number")
}
