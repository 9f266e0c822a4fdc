//! Posted enrolments: all or nothing, once, and only with the right to it.

use domain::{Generation, MethodKind, PersonId, Reference, SixDigits, Step, Timestamp, TotpSecret};
use protocol::{EnrolmentHeader, ErrorCode, GrantToken, MethodPayload, VerifyOutcome};

use super::on_both;
use super::world::{Assistant, World, actor, because, new_person, outside, policy};

async fn signed_in(world: &World, name: &str) -> Assistant {
    let code = world.code_for(name).await;
    world.sign_in(&code, outside()).await.expect("signs in")
}

/// The service as it was: nothing set up, and the right enrolment still goes through.
async fn nothing_happened(world: &World, assistant: &Assistant) {
    let me = world.service.me(assistant.session()).await.expect("a session");
    assert!(me.set_up.is_empty());
    assert_eq!(me.generation, assistant.answer.generation);
    world.accept(&assistant.post(world)).await.expect("accepted after all");
}

on_both! {
    async fn an_accepted_enrolment_is_kept_and_receipted(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let receipt = world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!(receipt.enrolment, assistant.enrolment);
        assert_eq!(receipt.reference, Reference::of(assistant.enrolment));
        assert_eq!(receipt.audit, world.service.audit_head().await.expect("a head"));
        let me = world.service.me(assistant.session()).await.expect("a session");
        assert_eq!(me.generation, Generation(1));
        assert_eq!(me.set_up.len(), 1);
        assert_eq!(world.audited("enrolment-accepted").await, 1);
    }

    async fn the_same_bytes_give_the_same_receipt_for_ever(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let post = assistant.post(&world);
        let first = world.accept(&post).await.expect("accepted");
        world.pass_secs(90 * 86_400);
        for _ in 0..3 {
            assert_eq!(world.accept(&post).await.as_ref(), Ok(&first));
        }
        assert_eq!(world.audited("enrolment-accepted").await, 1);
        // Also when something newer has replaced it, and it is not revived.
        let code = world.service.issue_code(new_person("jsmith"), "tests", None, because("new phone")).await.expect("a code").code;
        let newer = world.sign_in(&code, outside()).await.expect("signs in");
        world.accept(&newer.post(&world)).await.expect("accepted");
        assert_eq!(world.accept(&post).await, Ok(first));
        let old_code = assistant.phone.code(world.now());
        assert_eq!(world.outcome("jsmith", &old_code, outside()).await, VerifyOutcome::Refused);
    }

    async fn other_bytes_under_the_same_id_are_a_conflict(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::EnrolmentConflict));
        assert_eq!(world.audited("enrolment-conflict").await, 1);
    }

    async fn a_conflict_is_noted_once_in_a_while_and_only_of_who_holds_the_token(world: World) {
        let mut assistant = signed_in(&world, "jsmith").await;
        world.accept(&assistant.post(&world)).await.expect("accepted");
        // Who saw the header on the way has no token: nothing is written.
        let before = world.service.audit_head().await.expect("a head");
        let token = std::mem::replace(&mut assistant.token, GrantToken::from_bytes(&[9; 32]));
        for _ in 0..20 {
            assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::EnrolmentConflict));
        }
        let mut garbled = assistant.post(&world);
        garbled.ciphertext.0[7] ^= 1;
        assert_eq!(world.accept(&garbled).await, Err(ErrorCode::EnrolmentConflict));
        assert_eq!(world.service.audit_head().await.expect("a head"), before);
        assistant.token = token;
        for _ in 0..10 {
            assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::EnrolmentConflict));
        }
        assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::TryLater));
        assert_eq!(world.audited("enrolment-conflict").await, 1);
        world.pass_secs(16 * 60);
        assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::EnrolmentConflict));
        assert_eq!(world.audited("enrolment-conflict").await, 2);
    }

    async fn each_header_field_is_held_against_the_grant_or_the_seal(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let other = signed_in(&world, "other").await;
        let good = assistant.header(&world);
        type Spoil = Box<dyn Fn(&mut EnrolmentHeader) + Send + Sync>;
        let (id, grant, person) = (world.enrolment_id(), other.answer.grant, other.answer.person.id);
        let unknown = PersonId::from_uuid(id.uuid());
        let table: Vec<(ErrorCode, Spoil)> = vec![
            (ErrorCode::NotAllowed, Box::new(move |h| h.enrolment = id)),
            (ErrorCode::NotAllowed, Box::new(move |h| h.grant = grant)),
            (ErrorCode::GrantUnknown, Box::new(move |h| h.grant = domain::GrantId::from_uuid(id.uuid()))),
            (ErrorCode::NotAllowed, Box::new(move |h| h.person = person)),
            (ErrorCode::NotAllowed, Box::new(move |h| h.person = unknown)),
            (ErrorCode::NotAllowed, Box::new(|h| h.generation = Generation(1))),
            (ErrorCode::KeyRetired, Box::new(|h| h.key_id = "e0".to_owned())),
            (ErrorCode::EnvelopeUnreadable, Box::new(|h| h.kinds.clear())),
            (ErrorCode::PolicyPassed, Box::new(|h| h.policy_serial = 99)),
            (ErrorCode::PolicyPassed, Box::new(|h| h.policy_serial = u64::MAX)),
        ];
        for (place, (expected, spoil)) in table.iter().enumerate() {
            let mut header = good.clone();
            spoil(&mut header);
            // Sealed anew, as a hostile assistant would.
            let post = assistant.seal(&world, &header, vec![assistant.proved_at(world.now())]);
            assert_eq!(world.accept(&post).await, Err(*expected), "sealed, row {place}");
            // Changed after the seal.
            let mut post = assistant.post(&world);
            post.header.0 = serde_json::to_vec(&header).expect("JSON");
            assert!(world.accept(&post).await.is_err(), "changed, row {place}");
        }
        for change in [|h: &mut EnrolmentHeader| h.station = Some("s".to_owned()), |h: &mut EnrolmentHeader| h.time = Timestamp::from_millis(1)] {
            let (mut header, mut post) = (good.clone(), assistant.post(&world));
            change(&mut header);
            post.header.0 = serde_json::to_vec(&header).expect("JSON");
            assert_eq!(world.accept(&post).await, Err(ErrorCode::EnvelopeUnreadable));
        }
        nothing_happened(&world, &assistant).await;
    }

    async fn without_the_grants_token_it_is_nothing(world: World) {
        let mut assistant = signed_in(&world, "jsmith").await;
        let token = std::mem::replace(&mut assistant.token, GrantToken::from_bytes(&[9; 32]));
        assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::GrantUnknown));
        assistant.token = token;
        nothing_happened(&world, &assistant).await;
    }

    async fn a_code_must_be_right_for_its_step_and_its_step_between_sign_in_and_arrival(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let signed_in_at = world.now();
        world.pass_secs(600);
        let now = world.now();
        let try_with = async |method| world.accept(&assistant.seal(&world, &assistant.header(&world), vec![method])).await;
        for wrong_time in [signed_in_at.plus_secs(-60), now.plus_secs(60), Timestamp::from_secs(0)] {
            assert_eq!(try_with(assistant.proved_at(wrong_time)).await, Err(ErrorCode::MethodNotProved));
        }
        let claims = |code: &str, step: i64| MethodPayload::AuthenticatorApp {
            secret: TotpSecret::from_bytes(assistant.phone.secret()),
            code: SixDigits::parse(code).expect("digits"),
            step: Step(step),
        };
        let step = Step::at(now).0;
        assert_eq!(try_with(claims(&assistant.phone.wrong(now), step)).await, Err(ErrorCode::MethodNotProved));
        assert_eq!(try_with(claims(&assistant.phone.code(now), step - 1)).await, Err(ErrorCode::MethodNotProved));
        for odd in [i64::MIN, i64::MAX, -1] {
            assert_eq!(try_with(claims("123456", odd)).await, Err(ErrorCode::MethodNotProved));
        }
        let me = world.service.me(assistant.session()).await.expect("a session");
        assert!(me.set_up.is_empty());
        assert!(try_with(assistant.proved_at(signed_in_at.plus_secs(-30))).await.is_ok(), "one step old at sign-in");
    }

    async fn what_the_policy_asks_for_must_be_there_once(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let mut header = assistant.header(&world);
        header.kinds.clear();
        assert_eq!(world.accept(&assistant.seal(&world, &header, vec![])).await, Err(ErrorCode::PolicyNotMet));
        header.kinds = vec![MethodKind::AuthenticatorApp; 2];
        let twice = vec![assistant.proved_at(world.now()), assistant.proved_at(world.now())];
        assert_eq!(world.accept(&assistant.seal(&world, &header, twice)).await, Err(ErrorCode::MethodNotProved));
        nothing_happened(&world, &assistant).await;
    }

    async fn three_days_late_is_in_time_and_after_the_grant_is_not(world: World) {
        let (early, late) = (signed_in(&world, "early").await, signed_in(&world, "late").await);
        let (early_post, late_post) = (early.post(&world), late.post(&world));
        world.pass_secs(3 * 86_400);
        assert!(world.accept(&early_post).await.is_ok());
        world.pass_secs(27 * 86_400);
        assert_eq!(world.accept(&late_post).await, Err(ErrorCode::GrantExpired));
    }

    async fn a_policy_that_changed_meanwhile_is_judged_by_its_own_copy(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let post = assistant.post(&world);
        let mut retired = policy();
        retired.methods[0].retires = Some("2020-01-01".parse().expect("a day"));
        let newer = world.second(retired).await;
        assert_eq!(newer.policy_document().serial, 2);
        assert!(newer.accept(outside(), &post).await.is_ok());
    }

    async fn a_policy_older_than_the_sign_in_is_nothing_to_be_judged_by(world: World) {
        let (mut other, code) = (policy(), world.code_for("jsmith").await);
        let phone = signed_in(&world, "other").await.phone;
        other.lifetimes.grant_days = 20;
        let newer = world.second(other).await;
        let (token, enrolment) = (GrantToken::from_bytes(&world.random()), world.enrolment_id());
        let sealed = world.seal_sign_in_under(2, &code, enrolment, &token);
        let answer = newer.sign_in(None, outside(), &sealed).await.expect("signs in");
        let assistant = Assistant { answer, token, enrolment, phone };
        let post = |policy_serial| {
            let header = EnrolmentHeader { policy_serial, ..assistant.header(&world) };
            assistant.seal(&world, &header, vec![assistant.proved_at(world.now())])
        };
        assert_eq!(world.accept(&post(1)).await, Err(ErrorCode::PolicyPassed));
        assert!(world.accept(&post(2)).await.is_ok());
    }

    async fn a_revoked_code_takes_its_grants_along(world: World) {
        let issued = world.service.issue_code(new_person("jsmith"), "tests", None, None).await.expect("a code");
        let assistant = world.sign_in(&issued.code, outside()).await.expect("signs in");
        let revoked = world.service.revoke_code(&issued.code.printed(), actor("lost slip")).await.expect("revokes");
        assert_eq!((revoked.grants_ended, revoked.accepted.len()), (1, 0));
        assert_eq!(world.accept(&assistant.post(&world)).await, Err(ErrorCode::GrantRevoked));
    }

    async fn the_first_accepted_ends_the_code_and_its_other_grants(world: World) {
        let issued = world.service.issue_code(new_person("jsmith"), "tests", None, None).await.expect("a code");
        let first = world.sign_in(&issued.code, outside()).await.expect("signs in");
        let second = world.sign_in(&issued.code, outside()).await.expect("signs in");
        world.accept(&first.post(&world)).await.expect("accepted");
        assert_eq!(world.accept(&second.post(&world)).await, Err(ErrorCode::AlreadyEnrolled));
        assert_eq!(world.audited("enrolment-second-post").await, 1);
        let revoked = world.service.revoke_code(&issued.id.to_string(), actor("found")).await.expect("revokes");
        assert_eq!(revoked.accepted, vec![first.enrolment]);
    }

    async fn a_grant_of_an_older_generation_is_passed(world: World) {
        let issued = world.service.issue_code(new_person("jsmith"), "tests", None, None).await.expect("a code");
        let (one, two) = (world.stray_code(&issued).await, issued.code);
        let older = world.sign_in(&one, outside()).await.expect("signs in");
        let newer = world.sign_in(&two, outside()).await.expect("signs in");
        world.accept(&newer.post(&world)).await.expect("accepted");
        assert_eq!(world.accept(&older.post(&world)).await, Err(ErrorCode::GenerationPassed));
    }

    async fn a_replacement_ends_the_old_phone_and_only_when_it_is_accepted(world: World) {
        let old = world.enrolled("jsmith").await;
        let code = world.service.issue_code(new_person("jsmith"), "tests", None, because("new phone")).await.expect("a code").code;
        let new = world.sign_in(&code, outside()).await.expect("signs in");
        world.pass_secs(60);
        assert_eq!(world.outcome("jsmith", &old.phone.code(world.now()), outside()).await, VerifyOutcome::Accepted);
        world.pass_secs(60);
        world.accept(&new.post(&world)).await.expect("accepted");
        world.pass_secs(60);
        assert_eq!(world.outcome("jsmith", &old.phone.code(world.now()), outside()).await, VerifyOutcome::Refused);
        world.pass_secs(60);
        assert_eq!(world.outcome("jsmith", &new.phone.code(world.now()), outside()).await, VerifyOutcome::Accepted);
    }

    async fn an_envelope_for_another_purpose_opens_nothing(world: World) {
        let assistant = signed_in(&world, "jsmith").await;
        let code = world.code_for("other").await;
        let sign_in = world.seal_sign_in(&code, world.enrolment_id(), &GrantToken::from_bytes(&world.random()));
        assert_eq!(world.accept(&sign_in).await, Err(ErrorCode::BadRequest));
        let mut mixed = assistant.post(&world);
        mixed.ciphertext = sign_in.ciphertext;
        assert_eq!(world.accept(&mixed).await, Err(ErrorCode::EnvelopeUnreadable));
        nothing_happened(&world, &assistant).await;
    }
}
