//! Guessed enrolment codes run into the limits, and stop nobody else.

use std::net::IpAddr;

use domain::EnrolmentCode;
use protocol::ErrorCode;

use super::on_both;
use super::world::{World, actor, at_elm, outside, policy};

async fn fail(world: &World, times: usize, from: Option<IpAddr>) {
    for _ in 0..times {
        assert_eq!(world.refused_sign_in(&world.wrong_code(), from).await, ErrorCode::CodeUnknown);
    }
}

async fn is_stopped(world: &World, code: &EnrolmentCode, from: Option<IpAddr>) -> Option<u32> {
    let refusal = world.sign_in(code, from).await.err()?;
    assert_eq!(refusal.code, ErrorCode::TryLater);
    refusal.retry_after_secs
}

on_both! {
    async fn ten_wrong_codes_stop_an_address_for_a_while(world: World) {
        let code = world.code_for("jsmith").await;
        fail(&world, 10, outside()).await;
        // Right ones too: otherwise guessing would go on.
        let wait = is_stopped(&world, &code, outside()).await.expect("stopped");
        assert!((14 * 60..=16 * 60).contains(&wait), "{wait}");
        // Nobody else is stopped: neither another address, nor a school.
        let other = Some("203.0.113.10".parse().expect("an address"));
        assert!(world.sign_in(&code, other).await.is_ok());
        assert!(world.sign_in(&code, at_elm()).await.is_ok());
        // Asking while stopped does not make it longer.
        world.pass_secs(i64::from(wait) - 1);
        assert!(is_stopped(&world, &code, outside()).await.is_some());
        world.pass_secs(1);
        assert!(world.sign_in(&code, outside()).await.is_ok());
    }

    async fn right_codes_count_for_nothing(world: World) {
        fail(&world, 9, outside()).await;
        for name in ["a", "b", "c"] {
            let code = world.code_for(name).await;
            assert!(world.sign_in(&code, outside()).await.is_ok());
        }
        // Nor does a right code that no longer counts.
        let revoked = world.code_for("d").await;
        world.service.revoke_code(&revoked.printed(), actor("lost")).await.expect("revokes");
        for _ in 0..10 {
            assert_eq!(world.refused_sign_in(&revoked, outside()).await, ErrorCode::CodeRevoked);
        }
        fail(&world, 1, outside()).await;
        assert!(is_stopped(&world, &world.wrong_code(), outside()).await.is_some());
    }

    async fn who_holds_a_code_that_no_longer_counts_fills_no_audit(world: World) {
        let revoked = world.code_for("d").await;
        world.service.revoke_code(&revoked.printed(), actor("lost")).await.expect("revokes");
        for _ in 0..10 {
            assert_eq!(world.refused_sign_in(&revoked, outside()).await, ErrorCode::CodeRevoked);
        }
        for _ in 0..5 {
            // Also from elsewhere: it is the code that is counted.
            assert!(is_stopped(&world, &revoked, at_elm()).await.is_some());
        }
        assert_eq!(world.audited("sign-in-refused").await, 1);
        world.pass_secs(16 * 60);
        assert_eq!(world.refused_sign_in(&revoked, outside()).await, ErrorCode::CodeRevoked);
        assert_eq!(world.audited("sign-in-refused").await, 2);
        // Another code is counted by itself.
        assert!(world.sign_in(&world.code_for("e").await, outside()).await.is_ok());
    }

    async fn a_school_has_a_wider_limit_of_its_own(world: World) {
        let code = world.code_for("jsmith").await;
        let other_at_elm = Some("192.0.2.8".parse().expect("an address"));
        fail(&world, 50, at_elm()).await;
        fail(&world, 50, other_at_elm).await;
        assert!(is_stopped(&world, &code, at_elm()).await.is_some());
        let at_willow = Some("192.0.2.70".parse().expect("an address"));
        assert!(world.sign_in(&code, at_willow).await.is_ok());
        assert!(world.sign_in(&code, outside()).await.is_ok());
    }

    async fn the_total_outside_never_stops_a_school(world: World) {
        let mut tight = policy();
        tight.limits.code_failures_outside_total_hour = 10;
        let service = world.second(tight).await;
        let code = world.code_for("jsmith").await;
        let ask = async |code: &EnrolmentCode, from: Option<IpAddr>| {
            let token = protocol::GrantToken::from_bytes(&world.random());
            let sealed = world.seal_sign_in_under(2, code, world.enrolment_id(), &token);
            service.sign_in(None, from, &sealed).await.err().map(|refusal| refusal.code)
        };
        for n in 0..10_u8 {
            let from = Some(IpAddr::from([203, 0, 113, n]));
            assert_eq!(ask(&world.wrong_code(), from).await, Some(ErrorCode::CodeUnknown));
        }
        assert_eq!(ask(&code, Some(IpAddr::from([203, 0, 113, 99]))).await, Some(ErrorCode::TryLater));
        assert_eq!(ask(&code, at_elm()).await, None);
        world.pass_secs(62 * 60);
        assert_eq!(ask(&code, outside()).await, None);
    }
}
