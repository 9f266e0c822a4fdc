//! What people's assistants send in the scenarios, which bend it where they please, and what relying parties ask.

use domain::EnrolmentCode;
use protocol::{Sealed, VerifyResponse, paths};
use reqwest::RequestBuilder;

use super::harness::{Asking as _, HOME, Harness, Line};
use super::random::Random;

/// An assistant that has read the policy.
pub(crate) type Assistant = client::testing::Assistant<Line>;

/// An assistant after signing in.
pub(crate) type SignedIn = client::testing::SignedIn<Line>;

/// Redeems a code and sends an enrolment, as an honest assistant does.
pub(crate) async fn enrolled(harness: &Harness, name: &str) -> SignedIn {
    let code = harness.code_for(name).await;
    let assistant = Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await;
    let person = assistant.signed_in(&code, harness.now(), HOME).await;
    let sent = posted(&harness.line, paths::ENROLMENTS, &person.submission(harness.now())).at(HOME);
    assert_eq!(sent.answer().await.refusal(), None);
    person
}

/// A post of an envelope.
pub(crate) fn posted(line: &Line, path: &str, sealed: &Sealed) -> RequestBuilder {
    line.post(path, serde_json::to_vec(sealed).expect("writes"))
}

/// What a relying party asks.
pub(crate) fn question(line: &Line, name: &str, code: &str, address: Option<&str>) -> RequestBuilder {
    let mut body = serde_json::json!({ "sign_in_name": name, "code": code });
    if let Some(address) = address {
        body["address"] = address.into();
    }
    line.post(paths::VERIFY, body.to_string())
}

/// The answer to a relying party that showed its key.
pub(crate) async fn verified(line: &Line, key: &str, name: &str, code: &str, from: &str) -> VerifyResponse {
    question(line, name, code, Some(from)).showing(key).answer().await.read()
}

/// A code that nobody was given.
pub(crate) fn stranger_code() -> EnrolmentCode {
    let mut random = Random::fresh();
    let bytes: [u8; 64] = random.bytes();
    EnrolmentCode::from_entropy(&bytes).expect("enough bytes")
}
