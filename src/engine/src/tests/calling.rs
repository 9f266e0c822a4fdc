//! Test calls: what proves a number, what does not, and what is left behind.

use domain::{CallRule, MethodKind, PhoneNumber};
use platform::testing::eventually;
use protocol::{CallStep, ErrorCode};
use telephony::Behaviour;

use super::called::{FAST, NUMBER, OTHER, line, number, phone, phone_policy};
use super::on_both;
use super::world::{World, new_person, outside, policy};
use crate::calls::{StepSource, Transition, apply};
use crate::{Calling, OpenError, Service};
use store::testing::dump;
use store::{CallState, StoreError};
use vault::Keys;

const HOUR: i64 = 60 * 60;
const LANDLINE: &str = "441632960011";

/// One step of a call as somebody tells it.
async fn report_step(
    world: &World,
    call: domain::CallId,
    node: Option<&str>,
    what: CallStep,
) -> &'static str {
    let (node, now) = (node.map(str::to_owned), world.now());
    let stepped = world.service.store().write(move |tx| {
        Box::pin(async move {
            let by = node.as_deref().map_or(StepSource::Service, StepSource::Node);
            apply(tx, &CallRule::default(), call, by, what, now).await
        })
    });
    match stepped.await.map_err(|error: StoreError| error).expect("writes") {
        Transition::Applied(_) => "moved",
        Transition::Late => "late",
        Transition::Gone => "gone",
    }
}

on_both! {
    async fn the_right_digits_prove_a_number_and_its_enrolment_is_accepted(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::WrongThenRight).await;
        assert!(world.service.policy_document().practice, "the pages say that it is for practice");
        let assistant = world.signed_in("jsmith").await;
        assert_eq!(world.accept(&assistant.post_with(&world, NUMBER)).await, Err(ErrorCode::NumberNotTested));
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        assert_eq!(
            world.followed(&assistant, call).await,
            [
                CallStep::Waiting, CallStep::Dialling, CallStep::Ringing, CallStep::Answered,
                CallStep::WrongDigits, CallStep::Confirmed,
            ]
        );
        // The number is known by its HMAC alone from now on: no digits of it anywhere.
        let kept = dump(world.service.store()).await.expect("dumps");
        assert!(kept["pending_numbers"].is_empty() && kept["tested_numbers"].len() == 1);
        world.accept(&assistant.post_with(&world, NUMBER)).await.expect("accepted");
        let me = world.service.me(assistant.session()).await.expect("a session");
        let kinds: Vec<MethodKind> = me.set_up.iter().map(|method| method.kind).collect();
        assert_eq!(kinds, [MethodKind::AuthenticatorApp, MethodKind::PhoneCall]);
        let kept = dump(world.service.store()).await.expect("dumps");
        let everything: Vec<&String> = kept.values().flatten().collect();
        for part in NUMBER.as_bytes().windows(8) {
            let part = std::str::from_utf8(part).expect("digits");
            let hex = data_encoding::HEXUPPER.encode(part.as_bytes());
            assert!(!everything.iter().any(|row| row.contains(part) || row.to_uppercase().contains(&hex)));
        }
        // The control: the same search finds what is there.
        assert!(everything.iter().any(|row| row.contains("jsmith")));
        let entries = world.service.store().read().await.expect("reads").audit_after(0, 100).await.expect("rows");
        let practice = entries.iter().filter(|row| String::from_utf8_lossy(&row.body).contains("\"practice\":true"));
        assert_eq!(practice.count(), 3, "asked, ended, accepted");
        assert_eq!((world.audited("call-asked").await, world.audited("call-ended").await), (1, 1));
        assert!(world.service.audit_verify(None).await.expect("verifies").is_whole());
    }

    async fn a_proof_is_for_one_number_one_grant_and_one_day(world: World) {
        let mut policy = phone_policy();
        policy.numbers.extensions = true;
        let (world, _dispatcher) = world.with_line(policy, line(&phone(Behaviour::RightKeys), FAST)).await;
        let (one, two) = (world.signed_in("one").await, world.signed_in("two").await);
        assert_eq!(world.tested(&one, NUMBER).await, CallStep::Confirmed);
        assert_eq!(world.tested(&two, OTHER).await, CallStep::Confirmed);
        for (assistant, digits) in [(&two, NUMBER), (&one, OTHER)] {
            assert_eq!(world.accept(&assistant.post_with(&world, digits)).await, Err(ErrorCode::NumberNotTested));
        }
        // The same phone with an extension is another number.
        let three = world.signed_in("three").await;
        assert_eq!(world.tested(&three, LANDLINE).await, CallStep::Confirmed);
        let extended = PhoneNumber::new(LANDLINE, "12").expect("a number");
        let posted = three.post_number(&world, extended);
        assert_eq!(world.accept(&posted).await, Err(ErrorCode::NumberNotTested));
        // Another sign-in of the same person proves its own.
        let again = world.signed_in("three").await;
        assert_eq!(world.accept(&again.post_with(&world, LANDLINE)).await, Err(ErrorCode::NumberNotTested));
        assert_eq!(world.tested(&again, LANDLINE).await, CallStep::Confirmed);
        world.accept(&again.post_with(&world, LANDLINE)).await.expect("accepted");
        world.pass_secs(24 * HOUR + 1);
        assert_eq!(world.accept(&one.post_with(&world, NUMBER)).await, Err(ErrorCode::NumberNotTested));
        let one = world.sign_in(&world.code_for("one").await, outside()).await.expect("signs in");
        assert_eq!(world.tested(&one, NUMBER).await, CallStep::Confirmed);
        world.pass_secs(24 * HOUR);
        world.accept(&one.post_with(&world, NUMBER)).await.expect("within the day");
    }

    async fn every_other_end_proves_nothing_and_can_be_tried_again(world: World) {
        let mut world = world;
        let table = [
            (Behaviour::Busy, CallStep::Busy),
            (Behaviour::NotReached, CallStep::NotReached),
            (Behaviour::HangsUp, CallStep::HungUp),
            (Behaviour::LineDies, CallStep::Fault),
            (Behaviour::WrongKeys, CallStep::NotConfirmed),
        ];
        for (place, (behaviour, end)) in table.into_iter().enumerate() {
            let (next, dispatcher) = world.with_phone(behaviour).await;
            world = next;
            let assistant = world.signed_in(&format!("person{place}")).await;
            let digits = format!("44770090020{place}");
            assert_eq!(world.tested(&assistant, &digits).await, end);
            assert_eq!(world.accept(&assistant.post_with(&world, &digits)).await, Err(ErrorCode::NumberNotTested));
            drop(dispatcher);
            let (next, _dispatcher) = world.with_phone(Behaviour::RightKeys).await;
            world = next;
            assert_eq!(world.tested(&assistant, &digits).await, CallStep::Confirmed, "{end:?}");
            world.accept(&assistant.post_with(&world, &digits)).await.expect("accepted");
        }
    }

    async fn asked_again_the_same_call_is_meant_and_a_new_one_ends_it(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::ByHand).await;
        let assistant = world.signed_in("jsmith").await;
        let request = assistant.call(&world, world.call_id(), NUMBER);
        let ask = async |request| world.service.call(assistant.session(), request).await.map_err(|refusal| refusal.code);
        let (one, two) = tokio::join!(ask(&request), ask(&request));
        assert_eq!(one.as_ref(), two.as_ref());
        assert!(one.is_ok() && ask(&request).await == one);
        assert_eq!(dump(world.service.store()).await.expect("dumps")["calls"].len(), 1);
        let other_bytes = assistant.call(&world, request.call, NUMBER);
        assert_eq!(ask(&other_bytes).await, Err(ErrorCode::NotAllowed));
        let (second, _) = world.call(&assistant, OTHER).await.expect("taken");
        // Told late that the first is to end: the second rings on.
        world.service.end_call(assistant.session(), request.call).await.expect("over already");
        assert_eq!(world.followed(&assistant, request.call).await.last(), Some(&CallStep::Cancelled));
        world.service.end_call(assistant.session(), second).await.expect("ended");
        assert_eq!(world.followed(&assistant, second).await.last(), Some(&CallStep::Cancelled));
        world.service.end_call(assistant.session(), second).await.expect("nothing left to end");
    }

    async fn a_call_is_its_own_grants_alone(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::ByHand).await;
        let (jo, kim) = (world.signed_in("jo").await, world.signed_in("kim").await);
        let (call, _) = world.call(&jo, NUMBER).await.expect("taken");
        let read = world.service.call_progress(kim.session(), call, 0).await;
        assert_eq!(read.err().map(|refusal| refusal.code), Some(ErrorCode::NotAllowed));
        let read = world.service.call_progress(kim.session(), world.call_id(), 0).await;
        assert_eq!(read.err().map(|refusal| refusal.code), Some(ErrorCode::NotAllowed), "nobody's looks the same");
        world.service.end_call(kim.session(), call).await.expect("nothing of Kim's");
        let row = world.service.store().read().await.expect("reads").call(call).await.expect("reads");
        assert!(row.is_some_and(|row| !row.has_ended()));
        // Jo's envelope in Kim's session, and one whose header names another call.
        let request = jo.call(&world, world.call_id(), NUMBER);
        let asked = world.service.call(kim.session(), &request).await;
        assert_eq!(asked.err().map(|refusal| refusal.code), Some(ErrorCode::NotAllowed));
        let renamed = protocol::CallRequest { call: world.call_id(), ..request };
        let asked = world.service.call(jo.session(), &renamed).await;
        assert_eq!(asked.err().map(|refusal| refusal.code), Some(ErrorCode::NotAllowed));
        // "This is not me" hangs up.
        world.service.not_me(jo.session()).await.expect("noted");
        let call = world.service.store().read().await.expect("reads").call(call).await.expect("reads");
        assert_eq!(call.map(|call| call.step), Some(CallStep::Cancelled));
    }

    async fn what_is_forged_late_or_repeated_moves_nothing(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::ByHand).await;
        let assistant = world.signed_in("jsmith").await;
        let (call, _) = world.call(&assistant, NUMBER).await.expect("taken");
        assert_eq!(report_step(&world, call, Some("another node"), CallStep::Confirmed).await, "gone");
        let rings = || async {
            let row = world.service.store().read().await.expect("reads").call(call).await.expect("reads").expect("there");
            match (row.step, row.state) {
                (CallStep::Ringing, CallState::Placed { node, .. }) => Some(node),
                _ => None,
            }
        };
        let node = eventually("a call that rings", 10, rings).await;
        let at = Some(node.as_str());
        assert_eq!(report_step(&world, call, at, CallStep::Answered).await, "moved");
        for late in [CallStep::Answered, CallStep::Ringing, CallStep::Dialling] {
            assert_eq!(report_step(&world, call, at, late).await, "late");
        }
        assert_eq!(report_step(&world, call, at, CallStep::HungUp).await, "moved");
        for late in [CallStep::Confirmed, CallStep::HungUp, CallStep::Ringing] {
            assert_eq!(report_step(&world, call, at, late).await, "gone");
        }
        assert_eq!(report_step(&world, world.call_id(), at, CallStep::Confirmed).await, "gone");
        assert_eq!(world.accept(&assistant.post_with(&world, NUMBER)).await, Err(ErrorCode::NumberNotTested));
    }

    async fn more_than_two_people_with_a_number_are_flagged_and_not_stopped(world: World) {
        let mut policy = phone_policy();
        policy.calls.tests_number_hour = 20;
        let (world, _dispatcher) = world.with_line(policy, line(&phone(Behaviour::RightKeys), FAST)).await;
        for (name, flags) in [("one", 0), ("two", 0), ("three", 1), ("four", 2)] {
            let assistant = world.signed_in(name).await;
            assert_eq!(world.tested(&assistant, NUMBER).await, CallStep::Confirmed);
            world.accept(&assistant.post_with(&world, NUMBER)).await.expect("accepted");
            assert_eq!(world.audited("number-shared").await, flags, "{name}");
        }
    }

    async fn the_voice_says_no_markup_and_no_personal_name(world: World) {
        let mut policy = phone_policy();
        policy.trust.name = domain::Label::new("St Mary's & <Dial>Trust</Dial>").expect("a label");
        let phone = phone(Behaviour::RightKeys);
        let (world, _dispatcher) = world.with_line(policy, line(&phone, FAST)).await;
        let assistant = world.signed_in("jsmith").await;
        let (call, digits) = world.call(&assistant, NUMBER).await.expect("taken");
        assert_eq!(world.followed(&assistant, call).await.last(), Some(&CallStep::Confirmed));
        let calls = phone.calls();
        assert_eq!(calls[0].last_three, "123");
        let heard = calls[0].heard.join(" ");
        assert!(heard.contains("St Marys Dial Trust Dial"), "{heard}");
        assert!(!heard.contains(['<', '>', '&']) && !heard.contains("jsmith") && !heard.contains(digits.as_str()));
    }

    async fn a_number_that_the_policy_refuses_is_refused_also_when_the_assistant_let_it_pass(world: World) {
        let mut policy = phone_policy();
        // Assistants do not know the schools' own numbers.
        policy.numbers.refused = vec!["+4416329600".to_owned()];
        let (world, _dispatcher) = world.with_line(policy, line(&phone(Behaviour::RightKeys), FAST)).await;
        let assistant = world.signed_in("jsmith").await;
        for digits in ["449098790123", "441534960001", "33123456789", "447011234567", "441632960001"] {
            assert_eq!(world.call(&assistant, digits).await.err(), Some(ErrorCode::NumberRefused), "{digits}");
            assert_eq!(world.accept(&assistant.post_with(&world, digits)).await, Err(ErrorCode::NumberRefused), "{digits}");
        }
        assert!(dump(world.service.store()).await.expect("dumps")["calls"].is_empty());
        let keys = world.service.keys();
        let (one, other) = (number(NUMBER), PhoneNumber::new(NUMBER, "1").expect("a number"));
        assert!(keys.number_hashes(&one).number != keys.number_hashes(&other).number);
    }

    async fn a_trust_that_no_voice_can_name_calls_nobody(world: World) {
        let open = async |mut policy: domain::Policy| {
            policy.trust.name = domain::Label::new("*** & ***").expect("a label");
            let keys = Keys::load(&world.keys_file(), None).expect("keys");
            Service::open(&world.url, keys, policy, world.clock(), line(&phone(Behaviour::Busy), FAST)).await
        };
        let problem = open(phone_policy()).await.err().expect("refused").to_string();
        assert!(problem.contains("trust.name"), "{problem}");
        assert!(open(policy()).await.is_ok(), "without calls nobody says it");
    }

    async fn without_a_line_there_are_no_calls_and_practice_and_real_ones_stay_apart(world: World) {
        let open = async |policy, calling| {
            let keys = Keys::load(&world.keys_file(), None).expect("keys");
            Service::open(&world.url, keys, policy, world.clock(), calling).await
        };
        assert!(matches!(open(phone_policy(), Calling::Nothing).await, Err(OpenError::NoLine)));
        let real = || Calling::Elsewhere { practice: false };
        assert!(open(phone_policy(), line(&phone(Behaviour::Busy), FAST)).await.is_ok());
        for policy in [phone_policy(), policy()] {
            let apart = open(policy, real()).await;
            assert!(matches!(apart, Err(OpenError::OtherLine { line: "real", .. })));
        }
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let command = Service::open_existing(&world.url, keys, world.clock()).await.expect("opens");
        assert!(command.is_practice() && command.policy_document().practice);
        // A policy without the method takes no calls.
        let mut world = world;
        world.service = std::sync::Arc::new(world.second(policy()).await);
        let assistant = world.signed_in("jsmith").await;
        assert_eq!(world.call(&assistant, NUMBER).await.err(), Some(ErrorCode::NotAllowed));
    }

    async fn calls_and_numbers_go_when_their_time_is_over(world: World) {
        let (world, _dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        let assistant = world.signed_in("jsmith").await;
        assert_eq!(world.tested(&assistant, NUMBER).await, CallStep::Confirmed);
        world.accept(&assistant.post_with(&world, NUMBER)).await.expect("accepted");
        world.service.issue_code(new_person("other"), "tests", None, None).await.expect("a code");
        world.pass_secs(24 * HOUR + 1);
        let deleted = world.service.delete_expired().await.expect("deletes");
        assert_eq!((deleted.calls, deleted.numbers), (0, 1), "the proof");
        world.pass_secs(90 * 24 * HOUR);
        let deleted = world.service.delete_expired().await.expect("deletes");
        assert_eq!((deleted.calls, deleted.numbers), (1, 0));
        let kept = dump(world.service.store()).await.expect("dumps");
        assert!(kept["calls"].is_empty() && kept["call_events"].is_empty() && kept["methods"].len() == 2);
    }
}
