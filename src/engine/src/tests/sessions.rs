//! What a session opens, and when it ends.

use protocol::{ErrorCode, SessionToken};

use super::on_both;
use super::world::{World, actor, new_person, outside};

async fn me(world: &World, session: &SessionToken) -> Result<String, ErrorCode> {
    let answer = world.service.me(session).await.map_err(|refusal| refusal.code)?;
    Ok(answer.person.sign_in_name.as_str().to_owned())
}

on_both! {
    async fn a_session_shows_its_own_person_only(world: World) {
        let (one, two) = (world.code_for("one").await, world.code_for("two").await);
        let one = world.sign_in(&one, outside()).await.expect("signs in");
        let two = world.sign_in(&two, outside()).await.expect("signs in");
        assert_eq!(me(&world, one.session()).await.as_deref(), Ok("one"));
        assert_eq!(me(&world, two.session()).await.as_deref(), Ok("two"));
        for wrong in ["", "x", "rp_AAAA", "\0", &"a".repeat(10_000)] {
            assert_eq!(me(&world, &SessionToken::presented(wrong)).await, Err(ErrorCode::NotSignedIn));
        }
    }

    async fn a_session_ends_after_thirty_idle_minutes(world: World) {
        let code = world.code_for("one").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        for _ in 0..4 {
            world.pass_secs(29 * 60);
            assert!(me(&world, assistant.session()).await.is_ok(), "use keeps it");
        }
        world.pass_secs(30 * 60);
        for _ in 0..2 {
            assert_eq!(me(&world, assistant.session()).await, Err(ErrorCode::SessionExpired));
        }
        assert_eq!(world.service.not_me(assistant.session()).await.map_err(|refusal| refusal.code), Err(ErrorCode::SessionExpired));
        // The grant outlives the session: the outbox may be late.
        assert!(world.accept(&assistant.post(&world)).await.is_ok());
    }

    async fn a_session_ends_after_a_working_day_however_much_it_is_used(world: World) {
        let code = world.code_for("one").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        for _ in 0..31 {
            world.pass_secs(15 * 60);
            assert!(me(&world, assistant.session()).await.is_ok());
        }
        world.pass_secs(15 * 60);
        assert_eq!(me(&world, assistant.session()).await, Err(ErrorCode::SessionExpired));
    }

    async fn a_revoked_code_takes_its_sessions_along(world: World) {
        let issued = world.service.issue_code(new_person("one"), "tests", None, None).await.expect("a code");
        let first = world.sign_in(&issued.code, outside()).await.expect("signs in");
        let second = world.sign_in(&issued.code, outside()).await.expect("signs in");
        let other = world.sign_in(&world.code_for("two").await, outside()).await.expect("signs in");
        world.service.revoke_code(&issued.id.to_string(), actor("found")).await.expect("revokes");
        for session in [first.session(), second.session()] {
            assert_eq!(me(&world, session).await, Err(ErrorCode::NotSignedIn));
        }
        assert!(me(&world, other.session()).await.is_ok());
        // A newer code ends them as well.
        world.code_for("two").await;
        assert_eq!(me(&world, other.session()).await, Err(ErrorCode::NotSignedIn));
    }

    async fn signing_out_ends_the_session_and_leaves_the_grant(world: World) {
        let code = world.code_for("one").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        world.service.sign_out(assistant.session()).await.expect("signs out");
        assert_eq!(me(&world, assistant.session()).await, Err(ErrorCode::NotSignedIn));
        assert_eq!(world.service.sign_out(assistant.session()).await.map_err(|refusal| refusal.code), Err(ErrorCode::NotSignedIn));
        assert!(world.accept(&assistant.post(&world)).await.is_ok());
        assert_eq!(world.audited("signed-out").await, 1);
    }

    async fn this_is_not_me_ends_session_and_grant(world: World) {
        let code = world.code_for("one").await;
        let stranger = world.sign_in(&code, outside()).await.expect("signs in");
        world.service.not_me(stranger.session()).await.expect("notes it");
        assert_eq!(me(&world, stranger.session()).await, Err(ErrorCode::NotSignedIn));
        assert_eq!(world.accept(&stranger.post(&world)).await, Err(ErrorCode::GrantRevoked));
        assert_eq!(world.audited("not-me").await, 1);
        // The code still is the real person's.
        let person = world.sign_in(&code, outside()).await.expect("signs in");
        assert!(person.answer.used_before);
        assert!(world.accept(&person.post(&world)).await.is_ok());
    }
}
