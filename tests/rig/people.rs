//! People who enrol without a window: their sign-ins and enrolments, sealed as an assistant seals them.
//!
//! Not here: HTTP. Whoever takes these sends what is sealed, or hands it to the service as a library.

use std::path::Path;
use std::sync::Arc;

use client::testing::{Assistant, SignedIn};
use domain::{EnrolmentId, Label, SchoolId, Step, Timestamp};
use engine::{NewPerson, Service};
use protocol::{Sealed, SignInResponse};
use service::config::Settings;
use service::server;
use vault::Keys;

/// Somebody with a code from IT, about to sign in.
pub struct Begun {
    /// By what they sign in later.
    pub sign_in_name: String,
    /// Their sign-in.
    pub sign_in: Sealed,
    assistant: Assistant,
}

/// Somebody who is signed in, their phone linked and proved, their envelope sealed.
pub struct Ready {
    /// By what they sign in later.
    pub sign_in_name: String,
    /// Their enrolment.
    pub submission: Sealed,
    /// Its id.
    pub enrolment: EnrolmentId,
    /// The step whose code is in it, and so is used up.
    pub step: Step,
    person: SignedIn,
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
        let assistant = Assistant::under(service.policy_document(), (), now);
        let person = NewPerson {
            name: Label::new(sign_in_name)?,
            sign_in_name: Label::new(sign_in_name)?,
            school: SchoolId("elm".to_owned()),
            rename: false,
        };
        let replace = replace.map(engine::Reason::new).transpose()?;
        let issued = service.issue_code(person, "tests", None, replace).await?;
        let sign_in = assistant.sign_in(&issued.code, now);
        Ok(Self { sign_in_name: sign_in_name.to_owned(), sign_in, assistant })
    }

    /// Links a phone at this time, and proves it.
    pub fn signed_in(self, answer: &SignInResponse, now: Timestamp) -> Ready {
        let Self { sign_in_name, sign_in: _, assistant } = self;
        let person = assistant.with_answer(answer.clone());
        let (submission, enrolment) = (person.submission(now), person.assistant.enrolment);
        Ready { sign_in_name, submission, enrolment, step: Step::at(now), person }
    }
}

impl Ready {
    /// What the phone shows one step later: the code of the step that was sent is used up.
    pub fn next_code(&self, now: Timestamp) -> String {
        self.code_of(Step(Step::at(now).0 + 1))
    }

    /// A code that the phone shows at no time near.
    pub fn wrong_code(&self, now: Timestamp) -> String {
        self.person.wrong_code(now)
    }

    /// What the phone shows during a step.
    pub fn code_of(&self, step: Step) -> String {
        self.person.code_of(step)
    }
}

/// The service as a library, beside the processes that serve its store; `home` is a folder with settings and keys.
///
/// # Errors
/// When it does not open.
pub async fn office(home: &Path) -> anyhow::Result<Arc<Service>> {
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    Ok(Arc::new(server::open_existing(&settings, keys).await?))
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
            Ok(begun.signed_in(&answer, service.now()))
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
        let accepted = service.accept(None, &person.submission).await;
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
