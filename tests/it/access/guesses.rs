//! Guessing runs into limits, and the limits stop nobody else.

use protocol::{ErrorCode, VerifyOutcome, paths};

use super::harness::{AT_ELM, AT_ROWAN, Answer, Asking as _, HOME, Harness};
use super::people::{Assistant, SignedIn, enrolled, posted, stranger_code, verified};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Somebody with an assistant who tries codes.
struct Guesser<'h> {
    harness: &'h Harness,
    assistant: Assistant,
}

impl<'h> Guesser<'h> {
    async fn at(harness: &'h Harness) -> Self {
        let assistant = Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await;
        Self { harness, assistant }
    }

    async fn tries(&self, code: &domain::EnrolmentCode, from: &str) -> Answer {
        let now = self.harness.now();
        let sealed = self.assistant.another(now).sign_in(code, now);
        posted(&self.harness.line, paths::SIGN_IN, &sealed).at(from).answer().await
    }

    async fn guesses(&self, times: usize, from: &str) -> Vec<Option<ErrorCode>> {
        let mut refusals = Vec::new();
        for _ in 0..times {
            refusals.push(self.tries(&stranger_code(), from).await.refusal());
        }
        refusals
    }

    /// Whether somebody with a code of their own gets in.
    async fn gets_in(&self, name: &str, from: &str) -> bool {
        self.tries(&self.harness.code_for(name).await, from).await.refusal().is_none()
    }
}

#[tokio::test]
async fn guessing_codes_stops_the_guessers_address_and_nobody_else() {
    let harness = Harness::open().await;
    let guesser = Guesser::at(&harness).await;
    let refusals = guesser.guesses(13, HOME).await;
    assert_eq!(refusals[..10], [Some(ErrorCode::CodeUnknown); 10]);
    assert_eq!(refusals[10..], [Some(ErrorCode::TryLater); 3]);
    // Also a right code is not looked at, so nothing can be learnt by going on.
    let jos = harness.code_for("jo").await;
    let told = guesser.tries(&jos, HOME).await.problem();
    assert_eq!(told.code, ErrorCode::TryLater);
    let wait = i64::from(told.retry_after_secs.expect("a time to wait"));
    assert!((1..=16 * MINUTE).contains(&wait), "{wait}");
    // Another claim of an address in front of the proxy's word changes nothing.
    assert_eq!(guesser.tries(&jos, "192.0.2.7, 203.0.113.9").await.refusal(), Some(ErrorCode::TryLater));
    assert!(guesser.gets_in("next-door", "203.0.113.10").await);
    assert!(guesser.gets_in("at-elm", AT_ELM).await);
    assert!(guesser.gets_in("at-rowan", AT_ROWAN).await);
    harness.pass_secs(wait);
    assert_eq!(guesser.tries(&jos, HOME).await.refusal(), None, "waiting as told helps");
}

#[tokio::test]
async fn guessing_from_everywhere_outside_never_stops_a_school() {
    let harness = Harness::open().await;
    let guesser = Guesser::at(&harness).await;
    // A botnet: 600 failures in an hour, each address below its own limit.
    let mut looked_at = 0;
    for number in 0..70 {
        for refusal in guesser.guesses(9, &format!("203.0.113.{number}")).await {
            if refusal == Some(ErrorCode::CodeUnknown) {
                looked_at += 1;
            } else {
                assert_eq!(refusal, Some(ErrorCode::TryLater));
            }
        }
    }
    assert_eq!(looked_at, 600);
    assert!(!guesser.gets_in("outside", "2001:db8:99::1").await, "the botnet is stopped, with all outside");
    assert!(guesser.gets_in("at-elm", AT_ELM).await);
    assert!(guesser.gets_in("at-rowan", AT_ROWAN).await);
    harness.pass_secs(61 * MINUTE);
    assert!(guesser.gets_in("outside-again", HOME).await, "nothing locks for good");
}

#[tokio::test]
async fn guessing_in_one_school_stops_no_other_and_nobody_outside() {
    let harness = Harness::open().await;
    let guesser = Guesser::at(&harness).await;
    let refusals = guesser.guesses(102, AT_ELM).await;
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Some(ErrorCode::CodeUnknown)).count(), 100);
    assert!(!guesser.gets_in("the-guessers-neighbour", "192.0.2.8").await, "one school, one count");
    assert!(guesser.gets_in("at-rowan", AT_ROWAN).await);
    assert!(guesser.gets_in("outside", HOME).await);
    harness.pass_secs(16 * MINUTE);
    assert!(guesser.gets_in("at-elm", AT_ELM).await);
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_counted_like_a_hundred_in_turn() {
    let harness = Harness::open().await;
    let guesser = Guesser::at(&harness).await;
    let now = harness.now();
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let sealed = guesser.assistant.another(now).sign_in(&stranger_code(), now);
        let request = posted(&harness.line, paths::SIGN_IN, &sealed).at(HOME);
        tries.spawn(async move { request.answer().await.refusal() });
    }
    let refusals = tries.join_all().await;
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Some(ErrorCode::CodeUnknown)).count(), 10);
    assert_eq!(refusals.iter().filter(|refusal| **refusal == Some(ErrorCode::TryLater)).count(), 90);
}

/// Two enrolled people and a relying party.
struct Office {
    harness: Harness,
    key: String,
    jo: SignedIn,
    kim: SignedIn,
}

impl Office {
    async fn open() -> Self {
        let harness = Harness::open().await;
        let (jo, kim) = (enrolled(&harness, "jo").await, enrolled(&harness, "kim").await);
        let key = harness.key_of("rds").await;
        // The codes of the enrolments are used up.
        harness.pass_secs(2 * MINUTE);
        Self { harness, key, jo, kim }
    }

    async fn asks(&self, name: &str, code: &str, from: &str) -> VerifyOutcome {
        verified(&self.harness.line, &self.key, name, code, from).await.outcome
    }

    async fn asks_rightly(&self, who: &SignedIn, from: &str) -> VerifyOutcome {
        let name = who.answer.person.sign_in_name.as_str();
        self.asks(name, &who.code(self.harness.now()), from).await
    }
}

#[tokio::test]
async fn guessing_sign_in_codes_slows_the_one_person_outside_and_stops_nobody_else() {
    let office = Office::open().await;
    let Office { harness, key, jo, kim } = &office;
    let wrong = jo.wrong_code(harness.now());
    let mut waits = Vec::new();
    for _ in 0..12 {
        assert_eq!(office.asks("jo", &wrong, HOME).await, VerifyOutcome::Refused);
        let told = verified(&harness.line, key, "jo", &wrong, HOME).await;
        assert_eq!(told.outcome, VerifyOutcome::TryLater);
        let wait = i64::from(told.retry_after_secs.expect("a time to wait"));
        // Also the right code has to wait.
        assert_eq!(office.asks_rightly(jo, HOME).await, VerifyOutcome::TryLater);
        waits.push(wait);
        harness.pass_secs(wait);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    assert_eq!(office.asks("jo", &wrong, HOME).await, VerifyOutcome::Refused);
    // Meanwhile: another person, from the very same address; and Jo at school.
    assert_eq!(office.asks_rightly(kim, HOME).await, VerifyOutcome::Accepted);
    assert_eq!(office.asks_rightly(jo, AT_ELM).await, VerifyOutcome::Accepted);
    // At most 30 failures a day; after that day the person is as free as before.
    let mut failures = 13;
    for _ in 0..40 {
        harness.pass_secs(15 * MINUTE);
        if office.asks("jo", &wrong, HOME).await == VerifyOutcome::Refused {
            failures += 1;
        }
    }
    assert_eq!(failures, 30);
    assert_eq!(office.asks_rightly(jo, HOME).await, VerifyOutcome::TryLater);
    assert_eq!(
        office.asks_rightly(jo, AT_ROWAN).await,
        VerifyOutcome::Accepted,
        "at school nothing is counted"
    );
    harness.pass_secs(DAY);
    assert_eq!(office.asks_rightly(jo, HOME).await, VerifyOutcome::Accepted, "nothing locks for good");
}

#[tokio::test]
async fn of_a_hundred_sign_in_codes_guessed_at_once_one_is_looked_at() {
    let office = Office::open().await;
    let Office { harness, key, jo, .. } = &office;
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..100 {
        let (line, key) = (harness.line.clone(), key.clone());
        // The right one is among them, and that does not help.
        let code = if number == 99 { jo.code(harness.now()) } else { format!("{:06}", number * 7919) };
        tries.spawn(async move { verified(&line, &key, "jo", &code, HOME).await.outcome });
    }
    let outcomes = tries.join_all().await;
    let count = |outcome| outcomes.iter().filter(|other| **other == outcome).count();
    let looked_at = count(VerifyOutcome::Refused) + count(VerifyOutcome::Accepted);
    // When the right one happens to be the first, it clears the count, and one more is looked at.
    assert_eq!(looked_at, 1 + count(VerifyOutcome::Accepted));
    assert_eq!(looked_at + count(VerifyOutcome::TryLater), 100);
}
