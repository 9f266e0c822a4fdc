//! People who are ready to post: signed in, their phones linked and proved, their envelopes sealed.
//!
//! Not here: HTTP. All of this happens before anything is measured, inside the service as a library.

use std::sync::Arc;

use anyhow::Context as _;
use domain::{
    EnrolmentId, Label, MethodKind, SECRET_BYTES, SchoolId, SixDigits, Step, Timestamp, TotpSecret,
};
use protocol::{
    Credential, EnrolmentHeader, EnrolmentPlain, GrantToken, HEADER_VERSION, MethodPlain, PolicyDocument,
    SealPurpose, Sealed, SignInHeader, SignInPlain,
};
use service::engine::{NewPerson, Service};

/// One of them.
pub(crate) struct Ready {
    pub(crate) sign_in_name: String,
    pub(crate) post: Sealed,
    secret: [u8; SECRET_BYTES],
}

impl Ready {
    /// What the phone shows one step later: the code of the step that was posted is used up.
    pub(crate) fn next_code(&self, now: Timestamp) -> String {
        code(&self.secret, now.plus_secs(domain::STEP_SECS))
    }
}

/// As many are made at once as share a commit.
const AT_ONCE: usize = 128;

/// So many of them.
pub(crate) async fn ready(service: &Arc<Service>, names: &str, count: usize) -> anyhow::Result<Vec<Ready>> {
    let mut people = Vec::with_capacity(count);
    while people.len() < count {
        let mut making = tokio::task::JoinSet::new();
        for number in people.len()..count.min(people.len() + AT_ONCE) {
            let (service, name) = (Arc::clone(service), format!("{names}{number}"));
            making.spawn(async move { one(&service, name).await });
        }
        people.extend(making.join_all().await.into_iter().collect::<anyhow::Result<Vec<_>>>()?);
    }
    Ok(people)
}

async fn one(service: &Service, sign_in_name: String) -> anyhow::Result<Ready> {
    let now = service.now();
    let (token, enrolment) = (GrantToken::from_bytes(&random()?), EnrolmentId::at(now, random()?));
    let secret = random()?;
    let document = service.policy_document();
    let person = NewPerson {
        name: Label::new(&sign_in_name)?,
        sign_in_name: Label::new(&sign_in_name)?,
        school: SchoolId("elm".to_owned()),
        rename: false,
    };
    let issued = service.issue_code(person, "bench", None, None).await?;
    let header = SignInHeader {
        v: HEADER_VERSION,
        service: document.service,
        key_id: document.envelope_key.id.clone(),
        policy_serial: document.serial,
        enrolment,
        time: now,
    };
    let plain = SignInPlain { token: token.clone(), credential: Credential::EnrolmentCode(issued.code) };
    let sealed = seal(&document, SealPurpose::SignIn, &header, &plain.encode())?;
    let answer = service.sign_in(None, &sealed).await;
    let answer = answer.map_err(|refusal| anyhow::anyhow!("a code is refused: {}", refusal.code))?;
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
    let method = MethodPlain::AuthenticatorApp {
        secret: TotpSecret::from_bytes(&secret),
        code: SixDigits::parse(&code(&secret, now)).context("six digits")?,
        step: Step::at(now),
    };
    let plain = EnrolmentPlain { token, methods: vec![method] }.encode()?;
    Ok(Ready { sign_in_name, post: seal(&document, SealPurpose::Enrolment, &header, &plain)?, secret })
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
fn code(secret: &[u8; SECRET_BYTES], at: Timestamp) -> String {
    let app = totp_rs::Builder::new().with_secret(*secret).build_noncompliant();
    app.generate(at.secs().unsigned_abs()).to_string()
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
