//! The log's lines of a request have the id that its answer has.

use ::telephony::Behaviour;
use protocol::SignInResponse;

use super::calling::rig_with_phone;
use super::flow::{Assistant, bearer, issued};
use super::*;
use platform::testing::CapturedLog;
use store::StoreError;

/// On one thread, since a test's log is its thread's.
#[tokio::test]
async fn a_line_from_within_a_transaction_has_the_id_of_its_request() {
    let rig = rig_with_phone(Behaviour::ByHand).await;
    let assistant = Assistant::of(&rig).await;
    let signed_in: SignInResponse =
        sent(assistant.sign_in(issued(&rig).await)).await.json().await.expect("signed in");
    let spoilt = rig
        .running
        .service()
        .store()
        .write(|tx| Box::pin(async move { tx.spoil("drop table stopped_numbers").await }));
    spoilt.await.map_err(|error: StoreError| error).expect("spoils");
    let log = CapturedLog::default();
    let _here = tracing::subscriber::set_default(log.as_json());
    let body = serde_json::to_vec(&assistant.call(&signed_in, "447700900123")).expect("writes");
    let answer = sent(bearer(rig.post(paths::CALLS, body), signed_in.session.as_str())).await;
    assert_eq!(answer.status(), 500);
    let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    for said in ["a fault in the service", "answered"] {
        assert!(log.requests_that_said(said).contains(&id), "{id}: {}", log.text());
    }
}
