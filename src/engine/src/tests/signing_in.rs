//! Enrolment codes and what they give.

use domain::{CodeWhere, Label};
use protocol::{ErrorCode, GrantToken};

use super::on_both;
use super::world::{World, actor, at_elm, because, new_person, outside, policy};
use crate::{CodeError, NewPerson};

on_both! {
    async fn a_code_says_who_it_is_and_gives_a_grant(world: World) {
        let code = world.code_for("jsmith").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        let answer = &assistant.answer;
        assert_eq!(answer.person.sign_in_name.as_str(), "jsmith");
        assert_eq!(answer.school_name.as_str(), "Elm Academy");
        assert_eq!(answer.generation.0, 0);
        assert!(!answer.used_before && answer.set_up.is_empty());
        assert_eq!(answer.grant_expires_at, world.now().plus_secs(30 * 86_400));
        assert_eq!(world.audited("signed-in").await, 1);
        let rows = world.service.store().read().await.expect("reads").audit_after(0, 100).await.expect("rows");
        let says = |row: &str| row.contains("\"what\":\"signed-in\"") && row.contains("\"reason\":\"enrolment-code\"");
        assert!(rows.iter().any(|row| says(&String::from_utf8_lossy(&row.body))), "by which way");
    }

    async fn a_code_is_redeemed_five_times_and_says_so(world: World) {
        let code = world.code_for("jsmith").await;
        let mut before = None;
        for round in 0..5 {
            let assistant = world.sign_in(&code, outside()).await.expect("signs in");
            assert_eq!(assistant.answer.used_before, round > 0, "{round}");
            assert_eq!(assistant.answer.last_used_at, before, "{round}");
            assert_eq!(assistant.answer.signed_in_at, Some(world.now()), "{round}");
            before = assistant.answer.signed_in_at;
            world.pass_secs(60);
        }
        // Nobody finished with it, so it was not used.
        assert_eq!(world.refused_sign_in(&code, outside()).await, ErrorCode::CodeUsedUp);
    }

    async fn a_lost_answer_costs_no_redeem(world: World) {
        let code = world.code_for("jsmith").await;
        let (enrolment, token) = (world.enrolment_id(), GrantToken::from_bytes(&world.random()));
        let first = world.service.sign_in(None, outside(), &world.seal_sign_in(&code, enrolment, &token)).await.expect("signs in");
        for _ in 0..8 {
            let again = world.service.sign_in(None, outside(), &world.seal_sign_in(&code, enrolment, &token)).await.expect("again");
            assert_eq!(again.grant, first.grant);
            assert!(!again.used_before && again.last_used_at.is_none());
            assert_eq!(again.signed_in_at, first.signed_in_at, "the sign-in is the first one still");
            assert_ne!(again.session.as_str(), first.session.as_str());
        }
        assert_eq!(world.audited("signed-in").await, 2, "the first, and that it came again");
        assert!(world.service.me(&first.session).await.is_err(), "a grant has one session");
        // Another token under the same enrolment id is somebody else.
        let other = GrantToken::from_bytes(&world.random());
        let refused = world.service.sign_in(None, outside(), &world.seal_sign_in(&code, enrolment, &other)).await;
        assert_eq!(refused.err().map(|refusal| refusal.code), Some(ErrorCode::EnrolmentConflict));
        for left in [2, 1, 0_u8] {
            let again = world.service.sign_in(None, outside(), &world.seal_sign_in(&code, enrolment, &token)).await;
            assert_eq!(again.is_ok(), left > 0, "{left}");
        }
    }

    async fn a_sign_in_that_was_kept_does_not_work_later(world: World) {
        let code = world.code_for("jsmith").await;
        let kept = world.seal_sign_in(&code, world.enrolment_id(), &GrantToken::from_bytes(&world.random()));
        world.pass_secs(16 * 60);
        let refused = world.service.sign_in(None, outside(), &kept).await;
        assert_eq!(refused.err().map(|refusal| refusal.code), Some(ErrorCode::ClockOff));
    }

    async fn each_reason_is_told_to_the_holder_of_the_code_only(world: World) {
        let expired = world.service.issue_code(new_person("old"), "tests", Some(1), None).await.expect("a code");
        let revoked = world.service.issue_code(new_person("gone"), "tests", None, None).await.expect("a code");
        world.service.revoke_code(&revoked.id.to_string(), actor("lost")).await.expect("revokes");
        world.pass_secs(3600);
        assert_eq!(world.refused_sign_in(&expired.code, outside()).await, ErrorCode::CodeExpired);
        assert_eq!(world.refused_sign_in(&revoked.code, outside()).await, ErrorCode::CodeRevoked);
        assert_eq!(world.refused_sign_in(&world.wrong_code(), outside()).await, ErrorCode::CodeUnknown);
        let used = world.code_for("jsmith").await;
        let assistant = world.sign_in(&used, outside()).await.expect("signs in");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!(world.refused_sign_in(&used, outside()).await, ErrorCode::CodeUsed);
        assert_eq!(world.audited("sign-in-refused").await, 4);
    }

    async fn somebody_enrolled_needs_a_code_that_replaces(world: World) {
        let issued = world.service.issue_code(new_person("jsmith"), "tests", None, None).await.expect("a code");
        let stray = world.stray_code(&issued).await;
        let assistant = world.sign_in(&issued.code, outside()).await.expect("signs in");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!(world.refused_sign_in(&stray, outside()).await, ErrorCode::AlreadyEnrolled);
        let shouted = NewPerson { sign_in_name: Label::new("JSmith").expect("a label"), ..new_person("jsmith") };
        let plain = world.service.issue_code(shouted, "tests", None, None).await;
        assert!(matches!(plain, Err(CodeError::Enrolled)));
        let replacing = world.service.issue_code(new_person("jsmith"), "tests", None, because("new phone")).await.expect("a code");
        assert!(replacing.replaces);
        let assistant = world.sign_in(&replacing.code, outside()).await.expect("signs in");
        assert_eq!(assistant.answer.set_up.len(), 1);
        assert_eq!(assistant.answer.generation.0, 1);
    }

    async fn a_code_for_school_works_only_there(world: World) {
        let mut strict = policy();
        strict.codes.r#where = CodeWhere::SchoolNetwork;
        let service = world.second(strict).await;
        let code = world.code_for("jsmith").await;
        let sealed = || world.seal_sign_in_under(2, &code, world.enrolment_id(), &GrantToken::from_bytes(&world.random()));
        for from in [outside(), None] {
            let refused = service.sign_in(None, from, &sealed()).await;
            assert_eq!(refused.err().map(|refusal| refusal.code), Some(ErrorCode::CodeElsewhere));
        }
        assert!(service.sign_in(None, at_elm(), &sealed()).await.is_ok());
    }

    async fn a_policy_that_has_passed_gives_no_right_to_begin(world: World) {
        let mut other = policy();
        other.lifetimes.grant_days = 20;
        let newer = world.second(other).await;
        let code = world.code_for("jsmith").await;
        let sealed = |serial| {
            let token = GrantToken::from_bytes(&world.random());
            world.seal_sign_in_under(serial, &code, world.enrolment_id(), &token)
        };
        let refused = newer.sign_in(None, outside(), &sealed(1)).await;
        assert_eq!(refused.err().map(|refusal| refusal.code), Some(ErrorCode::PolicyPassed));
        assert!(newer.sign_in(None, outside(), &sealed(2)).await.is_ok());
        // A node that has not heard of the newer one yet lets in who has.
        assert!(world.service.sign_in(None, outside(), &sealed(2)).await.is_ok());
    }

    async fn only_our_own_envelopes_for_signing_in_open(world: World) {
        let code = world.code_for("jsmith").await;
        let good = world.seal_sign_in(&code, world.enrolment_id(), &GrantToken::from_bytes(&world.random()));
        let refused = async |sealed| world.service.sign_in(None, outside(), &sealed).await.err().map(|refusal| refusal.code);
        let mut changed = good.clone();
        changed.ciphertext.0[5] ^= 1;
        assert_eq!(refused(changed).await, Some(ErrorCode::EnvelopeUnreadable));
        let text = String::from_utf8(good.header.0.clone()).expect("JSON");
        for (from, to, expected) in [
            ("\"key_id\":\"e1-", "\"key_id\":\"e9-", ErrorCode::KeyRetired),
            ("\"policy_serial\":1", "\"policy_serial\":2", ErrorCode::EnvelopeUnreadable),
            ("\"v\":1", "\"v\":2", ErrorCode::BadRequest),
            ("{", "[", ErrorCode::BadRequest),
        ] {
            let mut changed = good.clone();
            changed.header.0 = text.replacen(from, to, 1).into_bytes();
            assert_ne!(changed.header.0, good.header.0, "{from}");
            assert_eq!(refused(changed).await, Some(expected), "{to}");
        }
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        assert_eq!(refused(assistant.post(&world)).await, Some(ErrorCode::BadRequest));
    }
}
