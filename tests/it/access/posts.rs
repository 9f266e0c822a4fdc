//! Envelopes that were copied and are sent again, out of order, or with something changed.

use domain::{EnrolmentId, GrantId, PersonId};
use protocol::{EnrolmentHeader, ErrorCode, SealPurpose, Sealed, Signed, paths};
use serde_json::{Value, json};
use uuid::Uuid;

use super::harness::{AT_ELM, Asking as _, BY, HOME, Harness, new_person};
use super::people::{Assistant, SignedIn, posted};

async fn assistant(harness: &Harness) -> Assistant {
    Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await
}

async fn signed_in(harness: &Harness, name: &str) -> SignedIn {
    let code = harness.code_for(name).await;
    assistant(harness).await.signed_in(&code, harness.now(), HOME).await
}

async fn refusal(harness: &Harness, path: &str, sealed: &Sealed) -> Option<ErrorCode> {
    posted(&harness.line, path, sealed).at(HOME).answer().await.refusal()
}

async fn receipt(harness: &Harness, sealed: &Sealed) -> Signed {
    posted(&harness.line, paths::ENROLMENTS, sealed).at(HOME).answer().await.read()
}

/// The same envelope with another header beside the seal.
fn with_header(sealed: &Sealed, header: &Value) -> Sealed {
    Sealed { header: protocol::Blob(header.to_string().into_bytes()), ..sealed.clone() }
}

fn header_of(sealed: &Sealed) -> Value {
    serde_json::from_slice(&sealed.header.0).expect("a header")
}

fn unknown_id() -> Value {
    json!(Uuid::from_u128(0x0190_a5f0_0000_7000_8000_0000_0000_0001))
}

/// For each field of an enrolment's header: what is put in its place, and what the service says to it.
fn altered_enrolment(field: &str, own: &Value, other: &Value) -> Vec<(Value, ErrorCode)> {
    match field {
        "v" => vec![(json!(2), ErrorCode::BadRequest), (json!("1"), ErrorCode::BadRequest)],
        "service" => vec![(unknown_id(), ErrorCode::EnvelopeUnreadable)],
        "key_id" => vec![(json!("e2"), ErrorCode::KeyRetired), (json!(""), ErrorCode::KeyRetired)],
        "policy_serial" => vec![
            (json!(own["policy_serial"].as_u64().expect("a number") + 1), ErrorCode::EnvelopeUnreadable),
            (json!(0), ErrorCode::EnvelopeUnreadable),
        ],
        "enrolment" => {
            vec![(unknown_id(), ErrorCode::NotAllowed), (other["enrolment"].clone(), ErrorCode::NotAllowed)]
        }
        // The other's grant is for the other's enrolment.
        "grant" => {
            vec![(unknown_id(), ErrorCode::GrantUnknown), (other["grant"].clone(), ErrorCode::NotAllowed)]
        }
        "person" => {
            vec![(unknown_id(), ErrorCode::NotAllowed), (other["person"].clone(), ErrorCode::NotAllowed)]
        }
        "generation" => vec![(json!(7), ErrorCode::NotAllowed), (json!(-1), ErrorCode::NotAllowed)],
        "station" => {
            vec![
                (json!("front-desk"), ErrorCode::EnvelopeUnreadable),
                (unknown_id(), ErrorCode::EnvelopeUnreadable),
            ]
        }
        "kinds" => vec![
            (json!([]), ErrorCode::EnvelopeUnreadable),
            (json!(["authenticator-app", "authenticator-app"]), ErrorCode::EnvelopeUnreadable),
            (json!(["retina"]), ErrorCode::BadRequest),
        ],
        "time" => vec![(json!(own["time"].as_i64().expect("a number") + 1), ErrorCode::EnvelopeUnreadable)],
        new => panic!("the header has a new field, {new}: say here what happens when it is changed"),
    }
}

fn altered_sign_in(field: &str, own: &Value) -> Vec<(Value, ErrorCode)> {
    let unreadable = ErrorCode::EnvelopeUnreadable;
    match field {
        "v" => vec![(json!(2), ErrorCode::BadRequest)],
        "service" | "enrolment" => vec![(unknown_id(), unreadable)],
        "key_id" => vec![(json!("e2"), ErrorCode::KeyRetired)],
        "policy_serial" => vec![(json!(0), unreadable)],
        "time" => vec![(json!(own["time"].as_i64().expect("a number") - 1), unreadable)],
        new => panic!("the header has a new field, {new}: say here what happens when it is changed"),
    }
}

#[tokio::test]
async fn a_post_with_any_field_of_its_header_changed_is_refused_and_the_true_one_still_counts() {
    let harness = Harness::open().await;
    let (jo, kim) = (signed_in(&harness, "jo").await, signed_in(&harness, "kim").await);
    let sealed = jo.submission(harness.now());
    let (own, other) = (header_of(&sealed), header_of(&kim.submission(harness.now())));
    let before = harness.dump().await;
    for field in own.as_object().expect("an object").keys() {
        for (value, expected) in altered_enrolment(field, &own, &other) {
            let mut bent = own.clone();
            bent[field] = value;
            assert_ne!(bent, own, "{field} was not changed");
            assert_eq!(
                refusal(&harness, paths::ENROLMENTS, &with_header(&sealed, &bent)).await,
                Some(expected),
                "{bent}"
            );
        }
        let mut short = own.clone();
        short.as_object_mut().expect("an object").remove(field);
        let refused = refusal(&harness, paths::ENROLMENTS, &with_header(&sealed, &short)).await;
        assert!(refused.is_some(), "without {field}: {refused:?}");
    }
    assert_eq!(harness.dump().await, before, "nothing was kept of any of them");
    receipt(&harness, &sealed).await;
}

#[tokio::test]
async fn a_sign_in_with_any_field_of_its_header_changed_is_refused_and_costs_no_try() {
    let harness = Harness::open().await;
    let jo = assistant(&harness).await;
    let sealed = jo.sign_in(&harness.code_for("jo").await, harness.now());
    let own = header_of(&sealed);
    let before = harness.dump().await;
    for field in own.as_object().expect("an object").keys() {
        for (value, expected) in altered_sign_in(field, &own) {
            let mut bent = own.clone();
            bent[field] = value;
            assert_eq!(
                refusal(&harness, paths::SIGN_IN, &with_header(&sealed, &bent)).await,
                Some(expected),
                "{bent}"
            );
        }
    }
    assert_eq!(harness.dump().await, before);
    assert_eq!(refusal(&harness, paths::SIGN_IN, &sealed).await, None);
}

#[tokio::test]
async fn the_header_counts_by_its_bytes_and_the_seal_by_its_every_bit() {
    let harness = Harness::open().await;
    let jo = signed_in(&harness, "jo").await;
    let sealed = jo.submission(harness.now());
    let before = harness.dump().await;
    let text = String::from_utf8(sealed.header.0.clone()).expect("JSON");
    let mut bent: Vec<(String, Sealed)> = [
        ("a space", text.replacen(':', ": ", 1)),
        ("another order", header_of(&sealed).to_string()),
        ("a line's end", format!("{text}\n")),
        ("an escape", text.replacen("authenticator", "\\u0061uthenticator", 1)),
    ]
    .into_iter()
    .map(|(what, header)| {
        assert_ne!(header, text, "{what}");
        (what.to_owned(), Sealed { header: protocol::Blob(header.into_bytes()), ..sealed.clone() })
    })
    .collect();
    for bit in (0..sealed.ciphertext.0.len() * 8).step_by(97) {
        let mut one = sealed.clone();
        one.ciphertext.0[bit / 8] ^= 1 << (bit % 8);
        bent.push((format!("bit {bit} of the ciphertext"), one));
    }
    for bit in (0..256).step_by(15) {
        let mut one = sealed.clone();
        one.encapped_key.0[bit / 8] ^= 1 << (bit % 8);
        bent.push((format!("bit {bit} of the key"), one));
    }
    for length in [0, 1, 16, sealed.ciphertext.0.len() - 1, sealed.ciphertext.0.len() + 1] {
        let mut one = sealed.clone();
        one.ciphertext.0.resize(length, 0);
        bent.push((format!("a ciphertext of {length}"), one));
    }
    for (what, one) in &bent {
        assert_eq!(
            refusal(&harness, paths::ENROLMENTS, one).await,
            Some(ErrorCode::EnvelopeUnreadable),
            "{what}"
        );
    }
    assert_eq!(harness.dump().await, before);
    receipt(&harness, &sealed).await;
}

#[tokio::test]
async fn whoever_seals_anew_still_needs_the_right_of_the_one_enrolment() {
    let harness = Harness::open().await;
    let (jo, kim) = (signed_in(&harness, "jo").await, signed_in(&harness, "kim").await);
    let now = harness.now();
    let before = harness.dump().await;
    // Kim's assistant, whose own right is good, seals for Jo in every way that the header allows.
    type Bend = fn(&mut EnrolmentHeader, &EnrolmentHeader);
    let bends: [(&str, Bend, ErrorCode); 13] = [
        ("all of Jo's", |own, jos| *own = jos.clone(), ErrorCode::GrantUnknown),
        ("Jo as the person", |own, jos| own.person = jos.person, ErrorCode::NotAllowed),
        ("nobody", |own, _| own.person = PersonId::from_uuid(Uuid::from_u128(1)), ErrorCode::NotAllowed),
        ("Jo's grant", |own, jos| own.grant = jos.grant, ErrorCode::NotAllowed),
        ("no grant", |own, _| own.grant = GrantId::from_uuid(Uuid::from_u128(2)), ErrorCode::GrantUnknown),
        ("Jo's enrolment", |own, jos| own.enrolment = jos.enrolment, ErrorCode::NotAllowed),
        (
            "Jo's grant and enrolment",
            |own, jos| (own.grant, own.enrolment) = (jos.grant, jos.enrolment),
            ErrorCode::NotAllowed,
        ),
        ("a later generation", |own, _| own.generation.0 += 1, ErrorCode::NotAllowed),
        ("a policy to come", |own, _| own.policy_serial += 1, ErrorCode::PolicyPassed),
        ("a policy before the first", |own, _| own.policy_serial = 0, ErrorCode::PolicyPassed),
        ("a policy beyond numbers", |own, _| own.policy_serial = u64::MAX, ErrorCode::PolicyPassed),
        (
            "more kinds than proofs",
            |own, _| own.kinds.extend(own.kinds.clone()),
            ErrorCode::EnvelopeUnreadable,
        ),
        ("no kinds", |own, _| own.kinds.clear(), ErrorCode::EnvelopeUnreadable),
    ];
    let (own, jos) = (kim.header(now), jo.header(now));
    for (what, bend, expected) in bends {
        let mut header = own.clone();
        bend(&mut header, &jos);
        let sealed = kim.assistant.seal(SealPurpose::Enrolment, &header, &kim.plain(now));
        assert_eq!(refusal(&harness, paths::ENROLMENTS, &sealed).await, Some(expected), "{what}");
    }
    // One purpose is none for the other, whatever the header.
    let swapped = kim.assistant.seal(SealPurpose::SignIn, &own, &kim.plain(now));
    assert_eq!(refusal(&harness, paths::ENROLMENTS, &swapped).await, Some(ErrorCode::EnvelopeUnreadable));
    // A code of another time proves nothing.
    for (what, plain) in [
        ("before signing in", kim.plain(now.plus_secs(-120))),
        ("of the future", kim.plain(now.plus_secs(120))),
    ] {
        let sealed = kim.assistant.seal(SealPurpose::Enrolment, &own, &plain);
        assert_eq!(
            refusal(&harness, paths::ENROLMENTS, &sealed).await,
            Some(ErrorCode::MethodNotProved),
            "{what}"
        );
    }
    assert_eq!(harness.dump().await, before);
    receipt(&harness, &kim.submission(now)).await;
    receipt(&harness, &jo.submission(now)).await;
}

#[tokio::test]
async fn a_post_sent_again_gives_the_same_receipt_and_changes_nothing_for_ever() {
    let harness = Harness::open().await;
    let jo = signed_in(&harness, "jo").await;
    let sealed = jo.submission(harness.now());
    let first = receipt(&harness, &sealed).await;
    let before = harness.dump().await;
    for from in [HOME, AT_ELM, "2001:db8::5"] {
        let again: Signed = posted(&harness.line, paths::ENROLMENTS, &sealed).at(from).answer().await.read();
        assert_eq!(again, first, "from {from}");
    }
    // Another envelope under the same number, with another secret in it: refused and recorded.
    let kept = harness.kept().await;
    let other = jo.submission(harness.now().plus_millis(1));
    assert_eq!(harness.dump().await, before);
    assert_eq!(refusal(&harness, paths::ENROLMENTS, &other).await, Some(ErrorCode::EnrolmentConflict));
    assert_eq!(harness.kept().await, kept);
    // Replaced since: the old receipt is given still, and revives nothing.
    let again = harness
        .service()
        .issue_code(new_person("jo"), BY, None, engine::Reason::new("a new phone").ok())
        .await
        .expect("a code");
    let anew = assistant(&harness).await.signed_in(&again.code, harness.now(), HOME).await;
    receipt(&harness, &anew.submission(harness.now())).await;
    harness.pass_secs(400 * 86_400);
    let before = harness.dump().await;
    assert_eq!(receipt(&harness, &sealed).await, first);
    assert_eq!(harness.dump().await, before);
}

#[tokio::test]
async fn of_posts_in_any_order_the_first_that_arrives_counts_and_no_other() {
    let harness = Harness::open().await;
    let code = harness.code_for("jo").await;
    let early = assistant(&harness).await.signed_in(&code, harness.now(), HOME).await;
    let late = assistant(&harness).await.signed_in(&code, harness.now(), HOME).await;
    let (first, second) = (early.submission(harness.now()), late.submission(harness.now()));
    receipt(&harness, &second).await;
    let kept = harness.kept().await;
    assert_eq!(refusal(&harness, paths::ENROLMENTS, &first).await, Some(ErrorCode::AlreadyEnrolled));
    assert_eq!(harness.kept().await, kept, "what came too late changed nothing");
    receipt(&harness, &second).await;

    // A right by a code that a newer one ended.
    let replace = async |reason| {
        harness
            .service()
            .issue_code(new_person("jo"), BY, None, engine::Reason::new(reason).ok())
            .await
            .expect("a code")
            .code
    };
    let one = replace("one").await;
    let older = assistant(&harness).await.signed_in(&one, harness.now(), HOME).await;
    let two = replace("two").await;
    let newer = assistant(&harness).await.signed_in(&two, harness.now(), HOME).await;
    receipt(&harness, &newer.submission(harness.now())).await;
    let kept = harness.kept().await;
    assert_eq!(
        refusal(&harness, paths::ENROLMENTS, &older.submission(harness.now())).await,
        Some(ErrorCode::GrantRevoked)
    );
    assert_eq!(harness.kept().await, kept);
}

#[tokio::test]
async fn a_sign_in_sent_again_gives_no_second_right_and_soon_nothing_at_all() {
    let harness = Harness::open().await;
    let code = harness.code_for("jo").await;
    let jo = assistant(&harness).await;
    let sealed = jo.sign_in(&code, harness.now());
    assert_eq!(refusal(&harness, paths::SIGN_IN, &sealed).await, None);
    let before = harness.kept().await;
    assert_eq!(refusal(&harness, paths::SIGN_IN, &sealed).await, None, "its answer may have been lost");
    let after = harness.kept().await;
    let changed: Vec<&String> = after.keys().filter(|table| before[*table] != after[*table]).collect();
    assert_eq!(changed, ["sessions"], "no grant, and the code is redeemed no second time");
    // Somebody who copied the envelope's number alone.
    let thief = Assistant { enrolment: jo.enrolment, ..jo.another(harness.now()) };
    let stolen = harness.code_for("thief").await;
    for code in [&code, &stolen] {
        let sealed = thief.sign_in(code, harness.now());
        assert_eq!(refusal(&harness, paths::SIGN_IN, &sealed).await, Some(ErrorCode::EnrolmentConflict));
    }
    harness.pass_secs(16 * 60);
    let kept = harness.dump().await;
    assert_eq!(refusal(&harness, paths::SIGN_IN, &sealed).await, Some(ErrorCode::ClockOff), "kept too long");
    assert_eq!(harness.dump().await, kept);
    // Once accepted, the code opens nothing, also not to what redeemed it.
    let signed_in =
        Assistant { enrolment: EnrolmentId::at(harness.now(), [3; 10]), ..jo.another(harness.now()) };
    let signed_in = signed_in.signed_in(&code, harness.now(), HOME).await;
    receipt(&harness, &signed_in.submission(harness.now())).await;
    let again = signed_in.assistant.sign_in(&code, harness.now());
    assert_eq!(refusal(&harness, paths::SIGN_IN, &again).await, Some(ErrorCode::CodeUsed));
}
