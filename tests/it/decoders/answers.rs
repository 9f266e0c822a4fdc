//! What the assistant and relying parties read of a service, or of whoever answers in its place; and what the assistant
//! finds in its own folder.
//!
//! Not here: what they make of it (the assistant's `effects`).

use std::sync::LazyLock;

use assistant::effects::station::is_remembered_station;
use assistant::effects::{is_outbox_submission, is_remembered_page, is_remembered_service};
use domain::{EnrolmentId, Reference};
use protocol::{
    ApiProblem, ApprovalResponse, AuditHead, CallProgress, CallResponse, ClockDocument, IdentityKey,
    IdentitySigner, MeResponse, PolicyDocument, Purpose, ReceiptDocument, RefusalDocument, SignInResponse,
    Signed, SignedError, StationDocument, StationSigner, Succession, VerifyResponse,
};

use super::target::{Is, Target, Targets, each_by_its_own, is, text, texts};
use super::written::profile_json;

const ID: &str = "0190a5f0-0000-7000-8000-000000000002";

/// 32 bytes as they are written.
const BYTES: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// All of them.
pub(super) fn all() -> Vec<Target> {
    let mut all = Targets::from(100);
    let (seeds, reads) = each_by_its_own(documents().into_iter().map(|(_, text, is)| (text, is)).collect());
    all.json("the documents that the service signs", seeds, reads);
    let (pinned, seeds) = (signer(1).key(), signed());
    all.json("a signed document", seeds, Box::new(move |bytes| opens(bytes, &pinned)));
    let (seeds, reads) = each_by_its_own(answers());
    all.json("the service's answers", seeds, reads);
    let keys = [1, 2].map(|seed| signer(seed).key().to_string().into_bytes());
    all.text("an identity key", keys.into(), &["ek1_", "_", "-", "=", " "], Box::new(is_identity_key));
    all.json("an entry of the outbox", vec![entry()], Box::new(is_outbox_submission));
    all.json("the service that is remembered", remembered_services(), Box::new(is_remembered_service));
    all.json("the station that is remembered", remembered_stations(), Box::new(is_remembered_station));
    let page = r#"{"page":"scan-the-code","until":1800000000000}"#;
    all.json("the page that is remembered", texts(&[page]), Box::new(is_remembered_page));
    all.all()
}

fn signer(seed: u8) -> IdentitySigner {
    IdentitySigner::from_bytes(&[seed; 32])
}

static DOCUMENTS: LazyLock<[(Purpose, String, Is); 6]> = LazyLock::new(documents);

fn documents() -> [(Purpose, String, Is); 6] {
    let id: EnrolmentId = ID.parse().expect("an id");
    let (reference, policy) = (Reference::of(id).compact().to_owned(), profile_json());
    let station = station_key();
    let head = format!(r#"{{"sequence":7,"hash":"{BYTES}","at":1800000000000}}"#);
    [
        (
            Purpose::Policy,
            format!(
                r#"{{"service":"{ID}","serial":3,"issued_at":1800000000000,"envelope_key":{{"id":"e1","public":"{BYTES}"}},"practice":true,"policy":{policy}}}"#
            ),
            |bytes| {
                let document = serde_json::from_slice::<PolicyDocument>(bytes);
                document.is_ok_and(|document| document.policy.check().is_ok())
            },
        ),
        (
            Purpose::Clock,
            r#"{"now":1800000000000,"nonce":"0123456789abcdef","school":"elm"}"#.to_owned(),
            is::<ClockDocument>,
        ),
        (
            Purpose::Receipt,
            format!(
                r#"{{"service":"{ID}","enrolment":"{ID}","reference":"{reference}","accepted_at":1800000000000,"audit":{head}}}"#
            ),
            |bytes| {
                let document = serde_json::from_slice::<ReceiptDocument>(bytes);
                document.is_ok_and(|document| !document.reference.grouped().is_empty())
            },
        ),
        (Purpose::Refusal, format!(r#"{{"post":"{BYTES}","code":"grant_revoked"}}"#), is::<RefusalDocument>),
        (Purpose::AuditHead, head, is::<AuditHead>),
        (
            Purpose::Station,
            format!(r#"{{"service":"{ID}","station":"{ID}","key":"{station}","name":"Staff room"}}"#),
            is::<StationDocument>,
        ),
    ]
}

/// Each as it travels, by a key that is two changes younger than the pinned one.
fn signed() -> Vec<Vec<u8>> {
    let successions = [(1, 2), (2, 3)].map(|(old, new)| Succession::sign(&signer(old), signer(new).key()));
    let signer = signer(3).with_successions(successions.into());
    let signed = documents().map(|(purpose, text, _)| {
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        Signed::sign(purpose, &document, &signer).expect("signs")
    });
    signed.iter().map(|signed| serde_json::to_vec(signed).expect("writes")).collect()
}

fn opens(bytes: &[u8], pinned: &IdentityKey) -> bool {
    let Ok(signed) = serde_json::from_slice::<Signed>(bytes) else { return false };
    for (purpose, _, is) in &*DOCUMENTS {
        match signed.open::<serde_json::Value>(*purpose, pinned) {
            Ok(_) => return is(signed.body.as_bytes()),
            Err(SignedError::UnknownKey(_)) => return false,
            Err(SignedError::BadSignature | SignedError::BadBody(_)) => {}
        }
    }
    false
}

fn answers() -> Vec<(String, Is)> {
    let person = format!(r#"{{"id":"{ID}","name":"Jo Smith","sign_in_name":"jsmith","school":"elm"}}"#);
    let known = format!(
        r#""person":{person},"school_name":"Elm Academy","generation":3,"set_up":[{{"kind":"authenticator-app","state":"tested","since":1800000000000}},{{"kind":"phone-call","state":"used","since":1800000000000}}]"#
    );
    let refusal = &signed()[3];
    let refusal = String::from_utf8_lossy(refusal);
    vec![
        (
            format!(
                r#"{{"session":"{BYTES}","grant":"{ID}","grant_expires_at":1800000000000,"used_before":true,"station":"{ID}",{known}}}"#
            ),
            is::<SignInResponse>,
        ),
        (format!("{{{known}}}"), is::<MeResponse>),
        (r#"{"digits":"47"}"#.to_owned(), |bytes| {
            serde_json::from_slice::<CallResponse>(bytes).is_ok_and(|answer| answer.digits.digits().is_some())
        }),
        (
            r#"{"events":[{"number":1,"what":"waiting","ahead":3},{"number":2,"what":"not_confirmed"}]}"#
                .to_owned(),
            is::<CallProgress>,
        ),
        (
            format!(r#"{{"code":"grant_revoked","message":"x","retry_after_secs":3,"signed":{refusal}}}"#),
            is::<ApiProblem>,
        ),
        (
            r#"{"outcome":"try_later","retry_after_secs":4,"on_school_network":true}"#.to_owned(),
            is::<VerifyResponse>,
        ),
        (
            r#"{"outcome":"timed_out","retry_after_secs":4,"on_school_network":false}"#.to_owned(),
            is::<ApprovalResponse>,
        ),
    ]
}

fn is_identity_key(bytes: &[u8]) -> bool {
    text(bytes).is_some_and(|text| text.parse::<IdentityKey>().is_ok())
}

/// An entry's envelope is read for its header alone: only the service can open it.
fn entry() -> Vec<u8> {
    let header = format!(
        r#"{{"v":1,"service":"{ID}","key_id":"e1","policy_serial":3,"time":1800000000000,"enrolment":"{ID}","grant":"{ID}","person":"{ID}","generation":0,"station":"elm-1","kinds":["authenticator-app"]}}"#
    );
    let sealed = format!(
        r#"{{"header":"{}","encapped_key":"{BYTES}","ciphertext":"{}"}}"#,
        protocol::Blob(header.into_bytes()).text(),
        "A".repeat(800)
    );
    format!(r#"{{"v":1,"enrolment":"{ID}","sealed":{sealed}}}"#).into_bytes()
}

fn station_key() -> String {
    protocol::Bytes32(*StationSigner::from_bytes(&[7; 32]).key().bytes()).text()
}

/// One that is registered, and one that waits for the answer.
fn remembered_stations() -> Vec<Vec<u8>> {
    let key = station_key();
    texts(&[
        &format!(
            r#"{{"service":"{ID}","key":"{key}","registered":{{"station":"{ID}","name":"Staff room"}}}}"#
        ),
        &format!(r#"{{"service":"{ID}","key":"{key}","registered":null}}"#),
    ])
}

/// One with the keys that it had before, and one as a program without successors wrote it.
fn remembered_services() -> Vec<Vec<u8>> {
    let [identity, before] = [2, 1].map(|seed| signer(seed).key());
    texts(&[
        &format!(r#"{{"identity":"{identity}","before":["{before}"],"policy_serial":3}}"#),
        &format!(r#"{{"identity":"{identity}","policy_serial":3}}"#),
    ])
}
