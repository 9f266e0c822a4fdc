//! Codes of later sign-ins.

use std::net::IpAddr;

use protocol::{MethodProgress, RefusalReason, VerifyOutcome};

use super::on_both;
use super::people::spoil;
use super::world::{Phone, World, at_elm, outside};

async fn wrong(world: &World, phone: &Phone, from: Option<IpAddr>) -> VerifyOutcome {
    world.outcome("jsmith", &phone.wrong(world.now()), from).await
}

async fn right(world: &World, phone: &Phone, from: Option<IpAddr>) -> VerifyOutcome {
    world.outcome("jsmith", &phone.code(world.now()), from).await
}

on_both! {
    async fn the_next_code_counts_once_and_the_one_of_the_enrolment_never(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Refused, "used at the enrolment");
        world.pass_secs(30);
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Accepted);
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Refused, "a second time");
        world.pass_secs(60);
        // One step old still counts, as long as nothing newer was used.
        let old = phone.code(world.now().plus_secs(-30));
        assert_eq!(world.outcome("jsmith", &old, outside()).await, VerifyOutcome::Accepted);
        assert_eq!(world.audited("code-accepted").await, 2);
        assert_eq!(world.audited("code-refused").await, 2);
    }

    async fn a_later_step_voids_the_earlier_ones(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(90);
        let (early, now) = (phone.code(world.now().plus_secs(30)), phone.code(world.now()));
        assert_eq!(world.outcome("jsmith", &early, outside()).await, VerifyOutcome::Accepted);
        assert_eq!(world.outcome("jsmith", &now, outside()).await, VerifyOutcome::Refused);
    }

    async fn a_used_code_is_told_from_a_wrong_one(world: World) {
        const USED: Option<RefusalReason> = Some(RefusalReason::CodeAlreadyUsed);
        let Phoned { phone, .. } = Phoned::new(&world).await;
        let asked = async |code: &str, from| {
            let answer = world.verify("jsmith", code, from).await;
            (answer.outcome, answer.reason)
        };
        let of_the_enrolment = phone.code(world.now());
        assert_eq!(asked(&of_the_enrolment, outside()).await, (VerifyOutcome::Refused, USED));
        // No code is checked during a wait.
        assert_eq!(asked(&of_the_enrolment, outside()).await, (VerifyOutcome::TryLater, None));
        assert_eq!(asked(&of_the_enrolment, at_elm()).await, (VerifyOutcome::Refused, USED));
        world.pass_secs(30);
        assert_eq!(asked(&phone.wrong(world.now()), outside()).await, (VerifyOutcome::Refused, None));
        world.pass_secs(30);
        // A current code is accepted, and then an older one that the service never saw is refused.
        let (older, now) = (phone.code(world.now().plus_secs(-30)), phone.code(world.now()));
        assert_eq!(asked(&now, outside()).await, (VerifyOutcome::Accepted, None));
        assert_eq!(asked(&older, outside()).await, (VerifyOutcome::Refused, USED));
        world.pass_secs(120);
        // Long after its time it is like any other wrong code.
        assert_eq!(asked(&now, outside()).await, (VerifyOutcome::Refused, None));
        assert_eq!(world.audited_for("code-refused", "already-used").await, 3);
        assert_eq!(world.audited("code-refused").await, 5);
    }

    async fn a_used_code_counts_as_a_try_and_gives_none_back(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(30);
        let used = phone.code(world.now());
        assert_eq!(world.outcome("jsmith", &used, outside()).await, VerifyOutcome::Accepted);
        for wait in [1, 2, 4, 8] {
            assert_eq!(world.outcome("jsmith", &used, outside()).await, VerifyOutcome::Refused);
            let answer = world.verify("jsmith", "123456", outside()).await;
            assert_eq!((answer.outcome, answer.retry_after_secs), (VerifyOutcome::TryLater, Some(wait)));
            world.pass_secs(i64::from(wait));
        }
    }

    async fn a_stopped_person_s_used_code_is_not_told_from_a_wrong_one(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        spoil(&world, "insert into stopped_people (person, call, at) select id, '0190a5f0-0000-7000-8000-0000000000c1', 5 from people").await;
        let answer = world.verify("jsmith", &phone.code(world.now()), outside()).await;
        assert_eq!((answer.outcome, answer.reason), (VerifyOutcome::Refused, None));
        let answer = world.verify("jsmith", &phone.code(world.now()), at_elm()).await;
        assert_eq!(answer.reason, Some(RefusalReason::CodeAlreadyUsed), "work at school goes on");
    }

    async fn the_first_accepted_sign_in_turns_tested_into_used(world: World) {
        let Phoned { phone, session } = Phoned::new(&world).await;
        let state = async || world.service.me(&session).await.expect("a session").set_up[0].state;
        assert_eq!(state().await, MethodProgress::Tested);
        world.pass_secs(30);
        wrong(&world, &phone, outside()).await;
        assert_eq!(state().await, MethodProgress::Tested);
        world.pass_secs(30);
        right(&world, &phone, outside()).await;
        assert_eq!(state().await, MethodProgress::Used);
    }

    async fn names_have_no_capitals_and_strangers_are_not_enrolled(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(30);
        let code = phone.code(world.now());
        for nobody in ["nobody", "", " ", "a:b", "jsmith\0", "' or 1=1 --", &"x".repeat(5000)] {
            assert_eq!(world.outcome(nobody, &code, outside()).await, VerifyOutcome::NotEnrolled, "{nobody:?}");
        }
        world.code_for("pending").await;
        assert_eq!(world.outcome("pending", &code, outside()).await, VerifyOutcome::NotEnrolled);
        assert_eq!(world.outcome(" JSmith ", &code, outside()).await, VerifyOutcome::Accepted);
    }

    async fn the_delay_doubles_and_is_said_at_once(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(60);
        let mut expected = 1;
        for _ in 0..12 {
            assert_eq!(wrong(&world, &phone, outside()).await, VerifyOutcome::Refused);
            let answer = world.verify("jsmith", &phone.code(world.now()), outside()).await;
            assert_eq!((answer.outcome, answer.retry_after_secs), (VerifyOutcome::TryLater, Some(expected)));
            world.pass_secs(i64::from(expected));
            expected = (expected * 2).min(900);
        }
        // Nothing locks for good, and a right code clears the delay.
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Accepted);
        assert_eq!(wrong(&world, &phone, outside()).await, VerifyOutcome::Refused);
        assert_eq!(world.verify("jsmith", "123456", outside()).await.retry_after_secs, Some(1));
    }

    async fn school_and_outside_count_apart(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(60);
        for _ in 0..4 {
            wrong(&world, &phone, outside()).await;
        }
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::TryLater);
        let answer = world.verify("jsmith", &phone.code(world.now()), at_elm()).await;
        assert_eq!((answer.outcome, answer.on_school_network), (VerifyOutcome::Accepted, true));
        // The right code at school clears the school's count, not that of outside.
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::TryLater);
        // A user whose address is not told counts as outside.
        let answer = world.verify("jsmith", "123456", None).await;
        assert_eq!((answer.outcome, answer.on_school_network), (VerifyOutcome::TryLater, false));
    }

    async fn thirty_failures_a_day_from_outside_are_enough(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        for n in 0..30 {
            world.pass_secs(900);
            assert_eq!(wrong(&world, &phone, outside()).await, VerifyOutcome::Refused, "{n}");
        }
        world.pass_secs(900);
        let answer = world.verify("jsmith", &phone.code(world.now()), outside()).await;
        assert_eq!(answer.outcome, VerifyOutcome::TryLater);
        let wait = i64::from(answer.retry_after_secs.expect("a time"));
        assert_eq!(wait, 86_400 - 30 * 900);
        assert_eq!(right(&world, &phone, at_elm()).await, VerifyOutcome::Accepted, "at school all goes on");
        world.pass_secs(wait);
        assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Accepted);
    }

    async fn a_right_code_is_no_failure_of_the_day(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        for n in 0..40 {
            world.pass_secs(60);
            assert_eq!(right(&world, &phone, outside()).await, VerifyOutcome::Accepted, "{n}");
        }
    }

    async fn what_is_no_code_counts_as_a_wrong_one(world: World) {
        let Phoned { phone, .. } = Phoned::new(&world).await;
        world.pass_secs(30);
        let wide = "9".repeat(10_000);
        for typed in ["", "12345", "abcdef", "1234567", "\0", wide.as_str()] {
            assert_eq!(world.outcome("jsmith", typed, outside()).await, VerifyOutcome::Refused);
            assert_eq!(world.outcome("jsmith", typed, outside()).await, VerifyOutcome::TryLater);
            world.pass_secs(900);
        }
        let spaced = phone.code(world.now());
        let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
        assert_eq!(world.outcome("jsmith", &spaced, outside()).await, VerifyOutcome::Accepted);
    }

    async fn a_damaged_or_moved_record_is_a_fault_and_lets_nobody_in(world: World) {
        let (one, two) = (world.enrolled("jsmith").await, world.enrolled("other").await);
        world.pass_secs(60);
        // Somebody who writes the database gives one person's record to another.
        let moved = {
            let (one, two) = (one.answer.person.id, two.answer.person.id);
            world.service.store().write(move |tx| Box::pin(async move {
                let theirs = tx.methods(two).await?.remove(0);
                let ours = tx.methods(one).await?.remove(0);
                tx.delete_methods(one).await?;
                tx.add_method(&store::MethodRow { sealed: theirs.sealed, key_id: theirs.key_id, ..ours }).await
            }))
        };
        moved.await.map_err(|error: store::StoreError| error).expect("moves");
        let request = protocol::VerifyRequest { sign_in_name: "jsmith".to_owned(), code: two.phone.code(world.now()), address: None };
        let refused = world.service.verify(&world.client, request).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(protocol::ErrorCode::ServiceFault));
    }
}

struct Phoned {
    phone: Phone,
    session: protocol::SessionToken,
}

impl Phoned {
    async fn new(world: &World) -> Self {
        let assistant = world.enrolled("jsmith").await;
        Self { phone: assistant.phone, session: assistant.answer.session.clone() }
    }
}
