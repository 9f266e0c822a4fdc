//! A service with a clock of its own, and the other ends: an assistant, a phone, IT.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use domain::{
    EnrolmentCode, EnrolmentId, Label, MethodKind, Policy, SchoolId, SixDigits, Step, Timestamp, TotpSecret,
};
use protocol::{
    Credential, EnrolmentHeader, EnrolmentPayload, ErrorCode, GrantToken, HEADER_VERSION, MethodPayload,
    Purpose, ReceiptDocument, SealPurpose, Sealed, SessionToken, SignInHeader, SignInPayload, SignInResponse,
    VerifyOutcome, VerifyRequest, VerifyResponse,
};

use crate::{Actor, Calling, ClientId, Clock, IssuedCode, NewPerson, Reason, Refusal, Service};
use platform::testing::eventually;
use store::testing::{Postgres, waiting_for_locks};
use store::{CodeRow, Store, StoreError, StoreOptions};
use vault::{HashOf, Keys};

pub(super) const START: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(super) struct World {
    pub(super) service: Arc<Service>,
    pub(super) url: String,
    pub(super) folder: tempfile::TempDir,
    pub(super) client: ClientId,
    millis: Arc<AtomicI64>,
    random: AtomicU64,
    _server: Option<Postgres>,
}

pub(super) fn policy() -> Policy {
    toml::from_str(include_str!("../../../../assets/policy.example.toml")).expect("the example")
}

pub(super) fn outside() -> Option<IpAddr> {
    Some("203.0.113.9".parse().expect("an address"))
}

pub(super) fn at_elm() -> Option<IpAddr> {
    Some("192.0.2.7".parse().expect("an address"))
}

impl World {
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("enrol.sqlite").display());
        Self::on(url, folder, None).await
    }

    pub(super) async fn postgres() -> Self {
        let server = Postgres::shared().unwrap_or_else(|error| panic!("{error}"));
        let url = server.database().expect("a database");
        Self::on(url, tempfile::tempdir().expect("a folder"), Some(server)).await
    }

    async fn on(url: String, folder: tempfile::TempDir, server: Option<Postgres>) -> Self {
        Keys::create(&folder.path().join("keys.toml"), None, START).expect("keys");
        let millis = Arc::new(AtomicI64::new(START.millis()));
        let service = open(&url, &folder, policy(), clock_of(&millis), Calling::Nothing).await;
        let service = Arc::new(service);
        let client = service.add_client("Remote desktop", &[], "tests").await.expect("a client").id;
        Self { service, url, folder, client, millis, random: AtomicU64::new(1), _server: server }
    }

    /// Another process on the same store, with the same keys.
    pub(super) async fn second(&self, policy: Policy) -> Service {
        self.calling(policy, Calling::Nothing).await
    }

    /// The same with a line.
    pub(super) async fn calling(&self, policy: Policy, calling: Calling) -> Service {
        open(&self.url, &self.folder, policy, clock_of(&self.millis), calling).await
    }

    pub(super) fn clock(&self) -> Clock {
        clock_of(&self.millis)
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Waits until another write waits for the open one. SQLite does not list waiting writes, so the pause is half a second
    /// there. If that is too short, one write follows the other, and the outcome is the same.
    pub(super) async fn until_a_write_waits(&self) {
        if self.is_sqlite() {
            tokio::time::sleep(Duration::from_millis(500)).await;
            return;
        }
        let waits =
            || async { (waiting_for_locks(self.service.store()).await.expect("reads") > 0).then_some(()) };
        eventually("a write that waits for another's lock", 20, waits).await;
    }

    pub(super) fn keys_file(&self) -> PathBuf {
        self.folder.path().join("keys.toml")
    }

    pub(super) fn now(&self) -> Timestamp {
        self.service.now()
    }

    pub(super) fn pass_secs(&self, secs: i64) {
        self.millis.fetch_add(secs * 1000, Ordering::Relaxed);
    }

    /// 32 bytes that were never used before.
    pub(super) fn random(&self) -> [u8; 32] {
        sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            self.random.fetch_add(1, Ordering::Relaxed).to_be_bytes(),
        ))
        .into()
    }

    pub(super) fn enrolment_id(&self) -> EnrolmentId {
        let random: [u8; 10] = self.random()[..10].try_into().expect("ten bytes");
        EnrolmentId::at(self.now(), random)
    }

    pub(super) async fn code_for(&self, name: &str) -> EnrolmentCode {
        self.service.issue_code(new_person(name), "tests", None, None).await.expect("a code").code
    }

    /// A code that was issued beside the person's others, as if the newer had not ended it.
    pub(super) async fn stray_code(&self, issued: &IssuedCode) -> EnrolmentCode {
        let code = self.wrong_code();
        let hash = self.service.keys().hash(HashOf::EnrolmentCode, code.characters().as_slice());
        let (of, id) = (issued.id, self.enrolment_id().uuid());
        let added = self.service.store().write(move |tx| {
            Box::pin(async move {
                let like = tx.code(of).await?.expect("the code");
                tx.add_code(&CodeRow { id, ..like }, &hash, START.millis()).await
            })
        });
        added.await.map_err(|error: StoreError| error).expect("added");
        code
    }

    pub(super) fn wrong_code(&self) -> EnrolmentCode {
        let random: Vec<u8> =
            self.random().iter().chain(&self.random()).map(|byte| byte.wrapping_mul(3)).collect();
        EnrolmentCode::from_entropy(&random).expect("a code")
    }

    pub(super) fn seal_sign_in(
        &self,
        code: &EnrolmentCode,
        enrolment: EnrolmentId,
        token: &GrantToken,
    ) -> Sealed {
        self.seal_sign_in_under(self.service.policy_document().serial, code, enrolment, token)
    }

    pub(super) fn seal_sign_in_under(
        &self,
        policy_serial: u64,
        code: &EnrolmentCode,
        enrolment: EnrolmentId,
        token: &GrantToken,
    ) -> Sealed {
        let document = self.service.policy_document();
        let header = SignInHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial,
            enrolment,
            time: self.now(),
        };
        let plain =
            SignInPayload { token: token.clone(), credential: Credential::EnrolmentCode(code.clone()) };
        protocol::seal(
            SealPurpose::SignIn,
            document.service,
            &document.envelope_key,
            &header,
            &plain.encode(),
        )
        .expect("seals")
    }

    pub(super) async fn sign_in(
        &self,
        code: &EnrolmentCode,
        from: Option<IpAddr>,
    ) -> Result<Assistant, Refusal> {
        let token = GrantToken::from_bytes(&self.random());
        let enrolment = self.enrolment_id();
        let answer = self.service.sign_in(None, from, &self.seal_sign_in(code, enrolment, &token)).await?;
        Ok(self.assistant(answer, token, enrolment))
    }

    /// Whoever was answered so, with a new phone.
    pub(super) fn assistant(
        &self,
        answer: SignInResponse,
        token: GrantToken,
        enrolment: EnrolmentId,
    ) -> Assistant {
        let secret: [u8; 20] = self.random()[..20].try_into().expect("twenty bytes");
        Assistant { answer, token, enrolment, phone: Phone(secret) }
    }

    pub(super) async fn refused_sign_in(&self, code: &EnrolmentCode, from: Option<IpAddr>) -> ErrorCode {
        self.sign_in(code, from).await.err().expect("refused").code
    }

    pub(super) async fn accept(&self, sealed: &Sealed) -> Result<ReceiptDocument, ErrorCode> {
        let signed = self.service.accept(outside(), sealed).await.map_err(|refusal| refusal.code)?;
        Ok(signed.open(Purpose::Receipt, &self.service.keys().identity_key()).expect("our signature"))
    }

    /// Somebody who is enrolled, and their phone.
    pub(super) async fn enrolled(&self, name: &str) -> Assistant {
        let code = self.code_for(name).await;
        let assistant = self.sign_in(&code, outside()).await.expect("signs in");
        self.accept(&assistant.post(self)).await.expect("accepted");
        assistant
    }

    pub(super) async fn verify(&self, name: &str, code: &str, from: Option<IpAddr>) -> VerifyResponse {
        let request = VerifyRequest { sign_in_name: name.to_owned(), code: code.to_owned(), address: from };
        self.service.verify(&self.client, request).await.expect("answers")
    }

    pub(super) async fn outcome(&self, name: &str, code: &str, from: Option<IpAddr>) -> VerifyOutcome {
        self.verify(name, code, from).await.outcome
    }

    /// How often the audit names something.
    pub(super) async fn audited(&self, what: &str) -> usize {
        self.audited_as(&[format!("\"what\":\"{what}\"")]).await
    }

    /// How many audit entries name something with a reason.
    pub(super) async fn audited_for(&self, what: &str, reason: &str) -> usize {
        self.audited_as(&[format!("\"what\":\"{what}\""), format!("\"reason\":\"{reason}\"")]).await
    }

    async fn audited_as(&self, words: &[String]) -> usize {
        let rows =
            self.service.store().read().await.expect("reads").audit_after(0, 10_000).await.expect("rows");
        let has_all = |body: &str| words.iter().all(|word| body.contains(word));
        rows.iter().filter(|row| has_all(&String::from_utf8_lossy(&row.body))).count()
    }
}

fn clock_of(millis: &Arc<AtomicI64>) -> Clock {
    let millis = Arc::clone(millis);
    Arc::new(move || Timestamp::from_millis(millis.load(Ordering::Relaxed)))
}

async fn open(
    url: &str,
    folder: &tempfile::TempDir,
    policy: Policy,
    clock: Clock,
    calling: Calling,
) -> Service {
    let keys = Keys::load(&folder.path().join("keys.toml"), None).expect("keys");
    let store = Store::open(url, &StoreOptions::default()).await.expect("opens");
    store.migrate().await.expect("makes the tables");
    Service::open_on(store, keys, policy, clock, calling).await.expect("opens")
}

pub(super) fn new_person(name: &str) -> NewPerson {
    NewPerson {
        name: Label::new(&format!("The person {name}")).expect("a label"),
        sign_in_name: Label::new(name).expect("a label"),
        school: SchoolId("elm".to_owned()),
        rename: false,
    }
}

/// Somebody with a reason.
pub(super) fn actor(reason: &str) -> Actor {
    Actor::new("tests", reason).expect("a reason")
}

/// A reason where none is needed.
pub(super) fn because(reason: &str) -> Option<Reason> {
    Some(Reason::new(reason).expect("a reason"))
}

/// What an assistant holds after signing in.
pub(super) struct Assistant {
    pub(super) answer: SignInResponse,
    pub(super) token: GrantToken,
    pub(super) enrolment: EnrolmentId,
    pub(super) phone: Phone,
}

impl Assistant {
    pub(super) fn session(&self) -> &SessionToken {
        &self.answer.session
    }

    pub(super) fn header(&self, world: &World) -> EnrolmentHeader {
        let document = world.service.policy_document();
        EnrolmentHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment: self.enrolment,
            grant: self.answer.grant,
            person: self.answer.person.id,
            generation: self.answer.generation,
            station: None,
            kinds: vec![MethodKind::AuthenticatorApp],
            time: world.now(),
        }
    }

    pub(super) fn proved_at(&self, at: Timestamp) -> MethodPayload {
        MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&self.phone.0),
            code: SixDigits::parse(&self.phone.code(at)).expect("digits"),
            step: Step::at(at),
        }
    }

    pub(super) fn seal(
        &self,
        world: &World,
        header: &EnrolmentHeader,
        methods: Vec<MethodPayload>,
    ) -> Sealed {
        let document = world.service.policy_document();
        let plain = EnrolmentPayload { token: self.token.clone(), methods }.encode().expect("fits");
        protocol::seal(SealPurpose::Enrolment, document.service, &document.envelope_key, header, &plain)
            .expect("seals")
    }

    /// The enrolment as it is posted, proved now.
    pub(super) fn post(&self, world: &World) -> Sealed {
        self.seal(world, &self.header(world), vec![self.proved_at(world.now())])
    }
}

/// An authenticator app.
#[derive(Clone, Copy)]
pub(super) struct Phone([u8; 20]);

impl Phone {
    pub(super) fn code(&self, at: Timestamp) -> String {
        totp_rs::Builder::new()
            .with_secret(self.0)
            .build_noncompliant()
            .generate(at.secs().unsigned_abs())
            .to_string()
    }

    /// A code that is right at no time near.
    pub(super) fn wrong(&self, at: Timestamp) -> String {
        let near: Vec<String> = (-3..=3).map(|step| self.code(at.plus_secs(step * 30))).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).expect("some code")
    }

    pub(super) fn secret(&self) -> &[u8; 20] {
        &self.0
    }
}
