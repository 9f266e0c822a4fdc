//! Calls are no weapon: limits on how often, 9, and nights.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{CallRule, PromptLanguage};
use platform::testing::eventually;
use protocol::{ApprovalOutcome, CallStep, ErrorCode};
use store::CallState;
use store::testing::dump;
use telephony::{AsteriskLine, AsteriskSettings, Behaviour, Line, Vocabulary};

use zeroize::Zeroizing;

use super::called::{FAST, NUMBER, OTHER, line, number, phone, phone_policy};
use super::on_both;
use super::world::{Assistant, World, actor};
use crate::calls::{CallFlags, DECISION_LIMIT_MS};
use crate::{Calling, Refusal};

const HOUR: i64 = 60 * 60;

impl World {
    async fn refused(&self, assistant: &Assistant, digits: &str) -> Option<Refusal> {
        let request = assistant.call(self, self.call_id(), digits);
        self.service.call(assistant.session(), &request).await.err()
    }
}

/// Waits until the dispatcher has looked at the queue, as it is now: the first turn may have begun before.
async fn turns_taken(world: &World) {
    let turn = async || dump(world.service.store()).await.expect("reads")["call_queue"].clone();
    for _ in 0..2 {
        let before = turn().await;
        let next = || async { (turn().await != before).then_some(()) };
        eventually("the dispatcher's turn of the queue", 10, next).await;
    }
}

/// Through an Asterisk that is not there.
fn dead_line() -> Calling {
    let settings = AsteriskSettings {
        ari: "http://127.0.0.1:9/ari".to_owned(),
        user: "enrol".to_owned(),
        password: Zeroizing::new("nothing".to_owned()),
        application: "enrol".to_owned(),
        dial: "PJSIP/{number}@trunk".to_owned(),
        sounds: "enrol".to_owned(),
        from: None,
        vocabulary: Vocabulary { language: PromptLanguage::English, names: Vec::new() },
    };
    Calling::Line(Arc::new(Line::Asterisk(AsteriskLine::start(settings).expect("a line"))), FAST)
}

on_both! {
    async fn one_sign_in_has_six_calls(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::Busy).await;
        let assistant = world.signed_in("jsmith").await;
        for place in 0..6 {
            assert_eq!(world.tested(&assistant, &format!("44770090010{place}")).await, CallStep::Busy);
        }
        assert_eq!(world.call(&assistant, OTHER).await.err(), Some(ErrorCode::CallsUsedUp));
        let again = world.signed_in("jsmith").await;
        assert!(world.call(&again, OTHER).await.is_ok(), "signing in again gives new ones");
    }

    async fn what_our_own_line_spoils_costs_the_person_nothing(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::LineDies).await;
        let assistant = world.signed_in("jsmith").await;
        for place in 0..8 {
            assert_eq!(world.tested(&assistant, &format!("44770090010{place}")).await, CallStep::Fault);
        }
    }

    async fn a_dead_line_is_given_no_call_and_what_it_did_not_begin_counts_for_nothing(world: World) {
        let (world, _dispatcher) = world.with_line(phone_policy(), dead_line()).await;
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        turns_taken(&world).await;
        let row = world.service.store().read().await.expect("reads").call(call).await.expect("reads").expect("there");
        assert_eq!((row.step, row.state), (CallStep::Waiting, CallState::Queued), "it waits for the line");
        // The line died after the turn.
        let claimed = world.service.take_queue_turn(FAST).await.expect("turns").claimed;
        let Calling::Line(line, _) = dead_line() else { panic!("a line") };
        for claimed in claimed {
            world.service.run_call(&line, claimed, &CallFlags::default()).await;
        }
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Fault));
        assert_eq!(world.service.calls_today().await.expect("counts").calls, 0);
        let grant = assistant.answer.grant;
        let counted = world.service.store().read().await.expect("reads").tests_of_grant(grant).await.expect("reads");
        assert_eq!(counted, (0, 1));
    }

    async fn who_waits_for_a_line_that_stays_dead_is_told_so_and_may_try_again(world: World) {
        let (world, _dispatcher) = world.with_line(phone_policy(), dead_line()).await;
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        world.pass_secs(29);
        turns_taken(&world).await;
        let row = world.service.store().read().await.expect("reads").call(call).await.expect("reads").expect("there");
        assert_eq!(row.step, CallStep::Waiting, "an Asterisk may be starting again");
        world.pass_secs(2);
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Fault));
        assert_eq!(world.service.calls_today().await.expect("counts").calls, 0);
        world.call(&assistant, NUMBER).await.expect("nothing was used up");
    }

    async fn a_number_has_three_calls_an_hour_and_five_a_day_over_all_people(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::Busy).await;
        let (one, two) = (world.signed_in("one").await, world.signed_in("two").await);
        for assistant in [&one, &two, &one] {
            assert_eq!(world.tested(assistant, NUMBER).await, CallStep::Busy);
            world.pass_secs(60);
        }
        let refusal = world.refused(&two, NUMBER).await.expect("refused");
        assert_eq!((refusal.code, refusal.retry_after_secs), (ErrorCode::TryLater, Some(57 * 60)));
        assert_eq!(world.tested(&two, OTHER).await, CallStep::Busy, "another number");
        world.pass_secs(57 * 60);
        let two = world.signed_in("two").await;
        assert_eq!(world.tested(&two, NUMBER).await, CallStep::Busy);
        world.pass_secs(HOUR);
        let three = world.signed_in("three").await;
        assert_eq!(world.tested(&three, NUMBER).await, CallStep::Busy);
        world.pass_secs(HOUR);
        let three = world.signed_in("three").await;
        let refusal = world.refused(&three, NUMBER).await.expect("refused");
        assert_eq!((refusal.code, refusal.retry_after_secs), (ErrorCode::TryLater, Some(21 * 60 * 60)));
    }

    async fn a_call_that_never_left_the_queue_counts_for_nothing(world: World) {
        let policy = phone_policy();
        // No dispatcher: everybody waits.
        let mut world = world;
        world.service = Arc::new(world.calling(policy, line(&phone(Behaviour::Busy), FAST)).await);
        let assistant = world.signed_in("jsmith").await;
        let mut last = None;
        for _ in 0..10 {
            last = Some(world.call(&assistant, NUMBER).await.expect("taken").0);
        }
        world.service.end_call(assistant.session(), last.expect("asked")).await.expect("ended");
        assert_eq!(world.service.calls_today().await.expect("counts").calls, 0);
    }

    async fn who_asks_and_ends_over_and_over_comes_to_an_end(world: World) {
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), FAST)).await);
        let assistant = world.signed_in("jsmith").await;
        let mut shown = BTreeSet::new();
        for _ in 0..60 {
            let (_, digits) = world.call(&assistant, NUMBER).await.expect("taken");
            shown.insert(digits.as_str().to_owned());
        }
        assert!(shown.len() > 20, "new digits each call: {}", shown.len());
        assert_eq!(world.call(&assistant, NUMBER).await.err(), Some(ErrorCode::CallsUsedUp));
    }

    async fn who_has_gone_away_is_not_called_when_their_turn_comes(world: World) {
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), FAST)).await);
        let (stays, goes, signs_out) = (world.signed_in("stays").await, world.signed_in("goes").await, world.signed_in("out").await);
        let (waits, _) = world.call(&stays, NUMBER).await.expect("taken");
        let (left, _) = world.call(&goes, OTHER).await.expect("taken");
        let (ended, _) = world.call(&signs_out, "447700900125").await.expect("taken");
        world.service.sign_out(signs_out.session()).await.expect("signs out");
        for _ in 0..3 {
            world.pass_secs(61);
            let told = world.service.call_progress(stays.session(), waits, 0).await.expect("one's own");
            assert!(!told.events.is_empty());
        }
        let turned = world.service.take_queue_turn(FAST).await.expect("turns");
        assert_eq!(turned.claimed.len(), 1);
        let step = async |call| world.service.store().read().await.expect("reads").call(call).await.expect("reads").expect("there").step;
        assert_eq!((step(waits).await, step(left).await, step(ended).await), (CallStep::Dialling, CallStep::Cancelled, CallStep::Cancelled));
    }

    async fn the_trusts_day_has_an_end_and_an_alert_before_it(world: World) {
        let mut policy = phone_policy();
        policy.calls.trust_day = 10;
        let (world, _dispatcher) = world.with_line(policy, line(&phone(Behaviour::Busy), FAST)).await;
        for place in 0..10 {
            let assistant = world.signed_in(&format!("person{place}")).await;
            assert_eq!(world.audited("calls-nearly-used-up").await, usize::from(place >= 8), "{place}");
            assert_eq!(world.tested(&assistant, &format!("44770090030{place}")).await, CallStep::Busy);
            world.pass_secs(60);
        }
        let today = world.service.calls_today().await.expect("counts");
        assert_eq!((today.calls, today.most, today.is_alert, today.practice), (10, 10, true, true));
        let last = world.signed_in("last").await;
        let refusal = world.refused(&last, NUMBER).await.expect("refused");
        assert_eq!((refusal.code, refusal.retry_after_secs), (ErrorCode::TryLater, Some((24 * 60 - 10) * 60)));
    }

    async fn the_alert_comes_once_in_a_day_that_slides_and_also_when_the_limit_jumps_below_the_count(world: World) {
        let mut policy = phone_policy();
        policy.calls.trust_day = 10;
        let mut roomy = policy.clone();
        roomy.calls.trust_day = 100;
        let (world, dispatcher) = world.with_line(roomy, line(&phone(Behaviour::Busy), FAST)).await;
        let calls = async |world: &World, places: std::ops::Range<i64>| {
            for place in places {
                let assistant = world.signed_in(&format!("person{place}")).await;
                assert_eq!(world.tested(&assistant, &format!("4477009003{place:02}")).await, CallStep::Busy);
                world.pass_secs(60);
            }
        };
        calls(&world, 0..9).await;
        assert_eq!(world.audited("calls-nearly-used-up").await, 0);
        drop(dispatcher);
        let (world, _dispatcher) = world.with_line(policy, line(&phone(Behaviour::Busy), FAST)).await;
        calls(&world, 9..10).await;
        assert_eq!(world.audited("calls-nearly-used-up").await, 1, "the tenth of ten, and never the eighth");
        // The first three leave the day, and three come: the count passes eight again.
        world.pass_secs(24 * HOUR - 7 * 60);
        calls(&world, 10..13).await;
        assert_eq!(world.audited("calls-nearly-used-up").await, 1);
        world.pass_secs(4 * 60);
        calls(&world, 13..20).await;
        assert_eq!(world.audited("calls-nearly-used-up").await, 2, "a day after the first");
    }

    async fn nine_twice_stops_calls_to_a_number_until_it_is_lifted_or_a_month_is_over(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::Keys("99".to_owned())).await;
        let (one, two) = (world.signed_in("one").await, world.signed_in("two").await);
        assert_eq!(world.tested(&one, NUMBER).await, CallStep::Stopped);
        for assistant in [&one, &two] {
            assert_eq!(world.call(assistant, NUMBER).await.err(), Some(ErrorCode::NumberStopped));
        }
        drop(dispatcher);
        let (world, _dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        assert_eq!(world.service.lift_call_stops("two", actor("asked by phone")).await.expect("looked"), 0, "not theirs");
        assert_eq!(world.call(&two, NUMBER).await.err(), Some(ErrorCode::NumberStopped));
        assert!(world.service.lift_call_stops("nobody", actor("why")).await.is_err());
        assert_eq!(world.service.lift_call_stops("one", actor("asked by phone")).await.expect("lifted"), 1);
        assert_eq!(world.tested(&two, NUMBER).await, CallStep::Confirmed);
        assert_eq!(world.audited("calls-lifted").await, 2);
        // Stopped again, and forgotten after its days.
        let hash = world.service.keys().number_hashes(&number(NUMBER)).phone;
        let until = world.now().millis() + 30 * 24 * HOUR * 1000;
        let stop = world.service.store().write(move |tx| Box::pin(async move { tx.stop_phone(&hash, until).await }));
        stop.await.map_err(|error: store::StoreError| error).expect("stopped");
        let three = world.signed_in("three").await;
        assert_eq!(world.call(&three, NUMBER).await.err(), Some(ErrorCode::NumberStopped));
        world.pass_secs(30 * 24 * HOUR);
        let four = world.signed_in("four").await;
        assert_eq!(world.tested(&four, NUMBER).await, CallStep::Confirmed);
    }

    async fn one_nine_stops_nothing(world: World) {
        // No digits that are made have a 0, so these are wrong.
        let (world, dispatcher) = world.with_phone(Behaviour::Keys("900900".to_owned())).await;
        let assistant = world.signed_in("one").await;
        assert_eq!(world.tested(&assistant, NUMBER).await, CallStep::NotConfirmed);
        drop(dispatcher);
        let (world, _dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        assert_eq!(world.tested(&assistant, NUMBER).await, CallStep::Confirmed, "the number is still called");
    }

    async fn a_call_that_waits_for_a_stopped_number_does_not_stop_it_anew(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jsmith", NUMBER).await;
        let one = world.signed_in("one").await;
        drop(dispatcher);
        let world = Arc::new(world);
        let (call, _) = world.call(&one, NUMBER).await.expect("taken");
        let held = tokio::spawn({
            let world = Arc::clone(&world);
            async move { world.approval("jsmith", 1).await }
        });
        world.until_queued(2).await;
        let hash = world.service.keys().number_hashes(&number(NUMBER)).phone;
        let until = world.now().millis() + 10_000;
        let stop = world.service.store().write(move |tx| Box::pin(async move { tx.stop_phone(&hash, until).await }));
        stop.await.map_err(|error: store::StoreError| error).expect("stopped");
        assert!(world.service.take_queue_turn(FAST).await.expect("turns").claimed.is_empty());
        assert_eq!(world.followed(&one, call).await, [CallStep::Waiting, CallStep::Stopped]);
        assert_eq!(held.await.expect("held"), ApprovalOutcome::Stopped);
        let entries = world.service.store().read().await.expect("reads").audit_after(0, 100).await.expect("rows");
        let pressed = entries.iter().filter(|row| String::from_utf8_lossy(&row.body).contains("\"reason\":\"stopped\""));
        assert_eq!(pressed.count(), 0, "nobody pressed 9");
        world.pass_secs(11);
        assert!(world.call(&one, NUMBER).await.is_ok(), "the ten seconds are over");
    }

    async fn nobody_is_called_at_night(world: World) {
        // A service for a real line, which this process has not: what it takes, nobody places.
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), Calling::Elsewhere { practice: false }).await);
        // The scenario begins at 8 in the morning.
        world.pass_secs(13 * HOUR - 1);
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken a second before nine");
        world.pass_secs(1);
        let refusal = world.refused(&assistant, NUMBER).await.expect("refused");
        assert_eq!((refusal.code, refusal.retry_after_secs), (ErrorCode::QuietHours, Some(10 * 60 * 60)));
        // Whoever still waits at nine is not called either.
        let turned = world.service.take_queue_turn(FAST).await.expect("turns");
        assert!(turned.claimed.is_empty());
        assert_eq!(world.followed(&assistant, call).await, [CallStep::Waiting, CallStep::Cancelled]);
        world.pass_secs(10 * HOUR);
        let assistant = world.signed_in("jsmith").await;
        assert!(world.call(&assistant, NUMBER).await.is_ok());
        assert_eq!(world.service.take_queue_turn(FAST).await.expect("turns").claimed.len(), 1);
    }
}

#[test]
fn the_limits_are_those_of_the_design() {
    let rule = CallRule::default();
    let tests = (rule.tests_sign_in, rule.tests_number_hour, rule.tests_number_day, rule.tested_hours);
    assert_eq!(tests, (6, 3, 5, 24));
    assert_eq!((rule.call_secs, rule.trust_day, rule.stopped_days), (60, 2_000, 30));
    assert_eq!((rule.quiet_from_hour, rule.quiet_until_hour), (21, 7));
    assert_eq!((rule.approvals_hour, rule.approvals_pause_minutes), (3, 30));
    assert_eq!(DECISION_LIMIT_MS, 60_000, "a sign-in is held");
}
