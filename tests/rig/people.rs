//! People who enrol without a window: their sign-ins and enrolments, sealed as an assistant seals them.
//!
//! Not here: HTTP. Whoever takes these sends what is sealed, or hands it to the service as a library.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use domain::{
    EnrolmentId, Label, MethodKind, SECRET_BYTES, STEP_SECS, SchoolId, SixDigits, Step, Timestamp, TotpSecret,
};
use protocol::{
    Credential, EnrolmentHeader, EnrolmentPayload, GrantToken, HEADER_VERSION, MethodPayload, PolicyDocument,
    SealPurpose, Sealed, SignInHeader, SignInPayload, SignInResponse,
};
use service::config::Settings;
use service::engine::{NewPerson, Service};
use service::keys::Keys;
use service::server;

/// Somebody with a code from IT, about to sign in.
pub struct Begun {
    /// By what they sign in later.
    pub sign_in_name: String,
    /// Their sign-in.
    pub sign_in: Sealed,
    document: Arc<PolicyDocument>,
    token: GrantToken,
    enrolment: EnrolmentId,
}

/// Somebody who is signed in, their phone linked and proved, their envelope sealed.
pub struct Ready {
    /// By what they sign in later.
    pub sign_in_name: String,
    /// Their enrolment.
    pub post: Sealed,
    /// Its id.
    pub enrolment: EnrolmentId,
    /// The step whose code is in it, and so is used up.
    pub step: Step,
    secret: [u8; SECRET_BYTES],
}

impl Begun {
    /// IT gives a code; `replace` is the reason when something is set up already.
    ///
    /// # Errors
    /// When the service gives none.
    pub async fn with_code(
        service: &Service,
        sign_in_name: &str,
        replace: Option<&str>,
    ) -> anyhow::Result<Self> {
        let now = service.now();
        let (token, enrolment) = (GrantToken::from_bytes(&random()?), EnrolmentId::at(now, random()?));
        let document = service.policy_document();
        let person = NewPerson {
            name: Label::new(sign_in_name)?,
            sign_in_name: Label::new(sign_in_name)?,
            school: SchoolId("elm".to_owned()),
            rename: false,
        };
        let issued = service.issue_code(person, "tests", None, replace).await?;
        let header = SignInHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment,
            time: now,
        };
        let plain =
            SignInPayload { token: token.clone(), credential: Credential::EnrolmentCode(issued.code) };
        let sign_in = seal(&document, SealPurpose::SignIn, &header, &plain.encode())?;
        Ok(Self { sign_in_name: sign_in_name.to_owned(), sign_in, document, token, enrolment })
    }

    /// Links a phone at this time, and proves it.
    ///
    /// # Errors
    /// When there is no entropy.
    pub fn signed_in(self, answer: &SignInResponse, now: Timestamp) -> anyhow::Result<Ready> {
        let Self { sign_in_name, sign_in: _, document, token, enrolment } = self;
        let (secret, step) = (random()?, Step::at(now));
        let header = EnrolmentHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            enrolment,
            grant: answer.grant,
            person: answer.person.id,
            generation: answer.generation,
            station: None,
            kinds: vec![MethodKind::AuthenticatorApp],
            time: now,
        };
        let method = MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(&secret),
            code: SixDigits::parse(&code(&secret, step)).context("six digits")?,
            step,
        };
        let plain = EnrolmentPayload { token, methods: vec![method] }.encode()?;
        let post = seal(&document, SealPurpose::Enrolment, &header, &plain)?;
        Ok(Ready { sign_in_name, post, enrolment, step, secret })
    }
}

impl Ready {
    /// What the phone shows one step later: the code of the step that was posted is used up.
    pub fn next_code(&self, now: Timestamp) -> String {
        self.code_of(Step(Step::at(now).0 + 1))
    }

    /// A code that the phone shows at no time near.
    ///
    /// # Panics
    /// Never: there are more codes than steps that are near.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        let near: Vec<String> = (-4..=4).map(|steps| self.code_of(Step(Step::at(now).0 + steps))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).expect("some code")
    }

    /// What the phone shows during a step.
    pub fn code_of(&self, step: Step) -> String {
        code(&self.secret, step)
    }
}

/// The service as a library, beside the processes that serve its store; `home` is a folder with settings and keys.
///
/// # Errors
/// When it does not open.
pub async fn office(home: &Path) -> anyhow::Result<Arc<Service>> {
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    Ok(Arc::new(server::open_as_it_is(&settings, keys).await?))
}

/// As many are made at once as share a commit.
const AT_ONCE: usize = 128;

/// So many with a code from IT.
///
/// # Errors
/// When the service gives none.
pub async fn begun(service: &Arc<Service>, names: &str, count: usize) -> anyhow::Result<Vec<Begun>> {
    many(count, |number| {
        let (service, name) = (Arc::clone(service), format!("{names}{number}"));
        async move { Begun::with_code(&service, &name, None).await }
    })
    .await
}

/// So many who are ready to post.
///
/// # Errors
/// When the service refuses one.
pub async fn ready(service: &Arc<Service>, names: &str, count: usize) -> anyhow::Result<Vec<Ready>> {
    many(count, |number| {
        let (service, name) = (Arc::clone(service), format!("{names}{number}"));
        async move {
            let begun = Begun::with_code(&service, &name, None).await?;
            let answer = service.sign_in(None, None, &begun.sign_in).await;
            let answer = answer.map_err(|refusal| anyhow::anyhow!("a code is refused: {}", refusal.code))?;
            begun.signed_in(&answer, service.now())
        }
    })
    .await
}

/// So many who are enrolled.
///
/// # Errors
/// When the service refuses one.
pub async fn enrolled(service: &Arc<Service>, names: &str, count: usize) -> anyhow::Result<Vec<Ready>> {
    let people = ready(service, names, count).await?;
    for person in &people {
        let accepted = service.accept(None, &person.post).await;
        accepted.map_err(|refusal| anyhow::anyhow!("an enrolment is refused: {}", refusal.code))?;
    }
    Ok(people)
}

async fn many<T, F>(count: usize, one: impl Fn(usize) -> F) -> anyhow::Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>> + Send + 'static,
{
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let numbers = people.len()..count.min(people.len() + AT_ONCE);
        let making: Vec<_> = numbers.map(|number| tokio::spawn(one(number))).collect();
        // In the order of their numbers, whoever is done first.
        for person in making {
            people.push(person.await??);
        }
    }
    Ok(people)
}

fn seal(
    document: &PolicyDocument,
    purpose: SealPurpose,
    header: &impl serde::Serialize,
    plain: &[u8],
) -> anyhow::Result<Sealed> {
    Ok(protocol::seal(purpose, document.service, &document.envelope_key, header, plain)?)
}

/// As an app computes it.
fn code(secret: &[u8; SECRET_BYTES], step: Step) -> String {
    let app = totp_rs::Builder::new().with_secret(*secret).build_noncompliant();
    app.generate((step.0 * STEP_SECS).unsigned_abs()).to_string()
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
