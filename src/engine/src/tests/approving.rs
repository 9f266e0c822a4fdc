//! Sign-ins that a person approves by a call: waited for, joined, limited, and stopped when it was not them.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Generation, MethodKind, PhoneNumber, TwoDigits};
use protocol::{
    ApprovalOutcome, ApprovalRequest, ApprovalResponse, CallDigits, CallStep, ErrorCode, VerifyOutcome,
};
use telephony::{Behaviour, PracticePhone, PracticeStage};
use uuid::Uuid;

use super::called::{Dispatcher, FAST, NUMBER, OTHER, line, phone, phone_policy, switched, until_stage};
use super::on_both;
use super::people::spoil;
use super::world::{World, actor, at_elm, because, new_person, outside, policy};
use crate::{ClientId, Pace};
use store::testing::dump;
use store::{MethodRow, StoreError};
use vault::RecordBinding;

const HOUR: i64 = 60 * 60;

fn question(name: &str, key: u128, address: Option<IpAddr>) -> ApprovalRequest {
    ApprovalRequest {
        key: Uuid::from_u128(key),
        sign_in_name: name.to_owned(),
        what: "remote desktop".to_owned(),
        address,
        shown_digits: None,
    }
}

impl World {
    async fn ask(&self, name: &str, key: u128) -> ApprovalResponse {
        self.asked_by(self.client, question(name, key, outside())).await.expect("answers")
    }

    async fn asked_by(
        &self,
        client: ClientId,
        request: ApprovalRequest,
    ) -> Result<ApprovalResponse, ErrorCode> {
        self.service.approve(&client, request).await.map_err(|refusal| refusal.code)
    }

    pub(super) async fn approval(&self, name: &str, key: u128) -> ApprovalOutcome {
        self.ask(name, key).await.outcome
    }

    /// The digit that the voice says stands in the row of the newest call alone: on either database as digits.
    async fn said_digit(&self) -> char {
        let rows = dump(self.service.store()).await.expect("dumps");
        let row = rows["calls"].iter().find(|row| row.contains("approval")).expect("the call").clone();
        let at = row.find("digits").expect("the column");
        row[at..].chars().find(char::is_ascii_digit).expect("a digit")
    }

    async fn other_client(&self) -> ClientId {
        self.service.add_client("VPN", &[], "tests").await.expect("a client").id
    }
}

/// Somebody with a phone that rings until the test answers it.
async fn ringing_for(
    world: World,
    name: &str,
    policy: domain::Policy,
) -> (Arc<World>, PracticePhone, Dispatcher) {
    let ringing = phone(Behaviour::ByHand);
    let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
    world.enrolled_with_phone(name, NUMBER).await;
    drop(dispatcher);
    let (world, dispatcher) = world.with_line(policy, line(&ringing, FAST)).await;
    (Arc::new(world), ringing, dispatcher)
}

/// A sign-in that waits for its call.
fn request_approval(world: &Arc<World>, name: &str, key: u128) -> tokio::task::JoinHandle<ApprovalOutcome> {
    let (world, name) = (Arc::clone(world), name.to_owned());
    tokio::spawn(async move { world.approval(&name, key).await })
}

on_both! {
    async fn the_voice_says_what_and_from_where_and_the_right_keys_let_in(world: World) {
        let (phone, _) = switched();
        let (world, _dispatcher) = world.with_line(phone_policy(), line(&phone, FAST)).await;
        let assistant = world.enrolled_with_phone("jsmith", NUMBER).await;
        let answer = world.ask("jsmith", 1).await;
        assert_eq!((answer.outcome, answer.on_school_network), (ApprovalOutcome::Approved, false));
        let heard = phone.calls().last().expect("a call").heard.join(" ");
        assert!(heard.contains("remote desktop") && heard.contains("outside") && !heard.contains("jsmith"), "{heard}");
        let me = world.service.me(assistant.session()).await.expect("a session");
        let used: Vec<MethodKind> = me.set_up.iter().filter(|method| method.state == protocol::MethodProgress::Used).map(|method| method.kind).collect();
        assert_eq!(used, [MethodKind::PhoneCall], "the first sign-in proves it");
        assert_eq!((world.audited("approval-asked").await, world.audited("approval-ended").await), (1, 1));
        // Digits that the relying party shows are not said.
        let shown = ApprovalRequest {
            shown_digits: Some(CallDigits::new(&TwoDigits::parse("47").expect("two digits"))),
            ..question("jsmith", 2, at_elm())
        };
        let answer = world.asked_by(world.client, shown).await.expect("answers");
        assert_eq!((answer.outcome, answer.on_school_network), (ApprovalOutcome::Approved, true));
        let heard = phone.calls().last().expect("a call").heard.join(" ");
        assert!(!heard.contains('4') && !heard.contains('7') && heard.contains("school"), "{heard}");
        assert!(world.service.audit_verify(None).await.expect("verifies").is_whole());
    }

    async fn whatever_else_happens_lets_nobody_in(world: World) {
        let mut policy = phone_policy();
        policy.calls.approvals_hour = 20;
        policy.calls.approvals_pause_minutes = 5;
        let (phone, behave) = switched();
        let (world, _dispatcher) = world.with_line(policy, line(&phone, FAST)).await;
        world.enrolled_with_phone("jsmith", NUMBER).await;
        let table = [
            (Behaviour::WrongKeys, ApprovalOutcome::NotApproved),
            (Behaviour::HangsUp, ApprovalOutcome::NotApproved),
            (Behaviour::Busy, ApprovalOutcome::Busy),
            (Behaviour::NotReached, ApprovalOutcome::NotApproved),
            (Behaviour::LineDies, ApprovalOutcome::NoLine),
            (Behaviour::Keys("0#".to_owned()), ApprovalOutcome::Refused),
        ];
        for (key, (behaviour, expected)) in (1..).zip(table) {
            behave(behaviour);
            assert_eq!(world.approval("jsmith", key).await, expected);
            // Beyond the pause, so that each is asked for itself.
            world.pass_secs(6 * 60);
        }
    }

    async fn the_same_question_joins_the_call_and_any_other_is_busy(world: World) {
        let (world, ringing, _dispatcher) = ringing_for(world, "jsmith", phone_policy()).await;
        let vpn = world.other_client().await;
        let approvals: Vec<_> = (0..20)
            .map(|_| request_approval(&world, "jsmith", 1))
            .collect();
        until_stage(&ringing, PracticeStage::Ringing).await;
        assert_eq!(world.approval("jsmith", 2).await, ApprovalOutcome::Busy, "another key");
        let other = world.asked_by(vpn, question("jsmith", 1, outside())).await;
        assert_eq!(other.expect("answers").outcome, ApprovalOutcome::Busy, "the same key of another client");
        let changed = ApprovalRequest { what: "email".to_owned(), ..question("jsmith", 1, outside()) };
        assert_eq!(world.asked_by(world.client, changed).await.err(), Some(ErrorCode::BadRequest));
        assert_eq!(world.audited("approval-refused").await, 2);
        let call = ringing.calls()[0].id;
        ringing.answer(call);
        let digit = world.said_digit().await;
        ringing.press(call, digit);
        ringing.press(call, '#');
        for approval in approvals {
            assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::Approved);
        }
        assert_eq!(ringing.calls().len(), 1, "it rang once");
        // An answer that was lost is given again for a little while, and nobody is called for it.
        assert_eq!(world.approval("jsmith", 1).await, ApprovalOutcome::Approved);
        world.pass_secs(121);
        assert_eq!(world.approval("jsmith", 1).await, ApprovalOutcome::NotApproved);
        assert_eq!(ringing.calls().len(), 1);
    }

    async fn who_left_or_has_another_phone_is_let_in_by_no_call_under_way(world: World) {
        let mut policy = phone_policy();
        policy.calls.approvals_pause_minutes = 5;
        let (world, ringing, _dispatcher) = ringing_for(world, "jo", policy).await;
        let changes = [
            "update people set departed_at = 5",
            "update methods set number_hash = (select fingerprint from calls where kind = 'approval' limit 1)
             where kind = 'phone-call'",
        ];
        for (key, change) in (1..).zip(changes) {
            let approval = request_approval(&world, "jo", key);
            until_stage(&ringing, PracticeStage::Ringing).await;
            // The call is on the line, and the store does not end it: as when both come at once.
            spoil(&world, change).await;
            let call = ringing.calls().last().expect("rings").id;
            ringing.answer(call);
            ringing.press(call, world.said_digit().await);
            ringing.press(call, '#');
            assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::NotApproved, "{change}");
            spoil(&world, "update people set departed_at = 0").await;
            spoil(&world, "delete from approvals").await;
            spoil(&world, "delete from call_events").await;
            spoil(&world, "delete from calls").await;
        }
        assert_eq!(world.audited("approval-ended").await, 2);
    }

    async fn a_call_to_somebody_who_leaves_ends_at_once(world: World) {
        let (world, ringing, _dispatcher) = ringing_for(world, "jo", phone_policy()).await;
        let approval = request_approval(&world, "jo", 1);
        until_stage(&ringing, PracticeStage::Ringing).await;
        world.service.record_departure("jo", actor("left in July")).await.expect("left");
        assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::NotApproved);
        until_stage(&ringing, PracticeStage::Over).await;
    }

    async fn who_says_that_it_was_not_them_is_safe_outside_until_it_is_cleared(world: World) {
        let (phone, behave) = switched();
        let (world, _dispatcher) = world.with_line(phone_policy(), line(&phone, FAST)).await;
        let jo = world.enrolled_with_phone("jo", NUMBER).await;
        world.enrolled_with_phone("kim", OTHER).await;
        behave(Behaviour::Keys("0#".to_owned()));
        assert_eq!(world.approval("jo", 1).await, ApprovalOutcome::Refused);
        assert_eq!(world.audited("sign-in-not-mine").await, 1);
        behave(Behaviour::RightKeys);
        world.pass_secs(2 * HOUR);
        assert_eq!(world.approval("jo", 2).await, ApprovalOutcome::Stopped);
        assert_eq!(world.approval("kim", 3).await, ApprovalOutcome::Approved, "nobody else");
        let right = jo.phone.code(world.now());
        assert_eq!(world.outcome("jo", &right, outside()).await, VerifyOutcome::Refused, "a right code, from outside");
        assert_eq!(world.outcome("jo", &right, at_elm()).await, VerifyOutcome::Accepted, "work at school goes on");
        // Nor is another number tested for whoever says that it is them.
        let issued = world.service.issue_code(new_person("jo"), "tests", None, because("new phone")).await.expect("a code");
        let again = world.sign_in(&issued.code, at_elm()).await.expect("signs in");
        assert_eq!(world.call(&again, OTHER).await.err(), Some(ErrorCode::NumberStopped));
        assert!(!world.service.clear_sign_in_stop("kim", actor("nothing")).await.expect("looks"));
        assert!(world.service.clear_sign_in_stop("jo", actor("new password")).await.expect("clears"));
        assert_eq!(world.audited("sign-in-cleared").await, 1);
        assert_eq!(world.tested(&again, OTHER).await, CallStep::Confirmed);
        assert_eq!(world.approval("jo", 4).await, ApprovalOutcome::Approved);
        world.pass_secs(60);
        assert_eq!(world.outcome("jo", &jo.phone.code(world.now()), outside()).await, VerifyOutcome::Accepted);
    }

    async fn an_hour_has_three_calls_and_after_a_refusal_or_two_unanswered_there_is_a_pause(world: World) {
        let (phone, behave) = switched();
        let (world, _dispatcher) = world.with_line(phone_policy(), line(&phone, FAST)).await;
        world.enrolled_with_phone("jo", NUMBER).await;
        world.enrolled_with_phone("kim", OTHER).await;
        for key in 1..=3 {
            assert_eq!(world.approval("jo", key).await, ApprovalOutcome::Approved);
            world.pass_secs(60);
        }
        let answer = world.ask("jo", 4).await;
        assert_eq!((answer.outcome, answer.retry_after_secs), (ApprovalOutcome::TryLater, Some(57 * 60)));
        behave(Behaviour::HangsUp);
        assert_eq!(world.approval("kim", 5).await, ApprovalOutcome::NotApproved);
        assert_eq!(world.approval("kim", 6).await, ApprovalOutcome::NotApproved);
        let answer = world.ask("kim", 7).await;
        assert_eq!((answer.outcome, answer.retry_after_secs), (ApprovalOutcome::TryLater, Some(30 * 60)));
        behave(Behaviour::RightKeys);
        world.pass_secs(30 * 60);
        assert_eq!(world.approval("kim", 8).await, ApprovalOutcome::Approved);
        world.pass_secs(27 * 60);
        assert_eq!(world.approval("jo", 9).await, ApprovalOutcome::Approved);
    }

    async fn a_call_that_our_line_spoilt_may_have_rung_and_counts(world: World) {
        let (phone, behave) = switched();
        let (world, _dispatcher) = world.with_line(phone_policy(), line(&phone, FAST)).await;
        world.enrolled_with_phone("jsmith", NUMBER).await;
        behave(Behaviour::LineDies);
        for key in 1..=2 {
            assert_eq!(world.approval("jsmith", key).await, ApprovalOutcome::NoLine);
        }
        let answer = world.ask("jsmith", 3).await;
        assert_eq!((answer.outcome, answer.retry_after_secs), (ApprovalOutcome::TryLater, Some(30 * 60)));
    }

    async fn a_held_sign_in_finds_its_end_by_itself_when_nobody_tells_of_it(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jsmith", NUMBER).await;
        drop(dispatcher);
        // Another node calls, and this one looks at nothing.
        let mut world = world;
        let other = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::RightKeys), FAST)).await);
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::Busy), FAST)).await);
        let _other = Dispatcher::of(&other);
        let begun = std::time::Instant::now();
        assert_eq!(world.approval("jsmith", 1).await, ApprovalOutcome::Approved);
        assert!(begun.elapsed() < std::time::Duration::from_secs(20));
    }

    async fn who_could_not_hear_the_question_out_is_not_called(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jo", NUMBER).await;
        world.enrolled_with_phone("kim", OTHER).await;
        drop(dispatcher);
        let world = Arc::new(world);
        let request_approval_of = |name, key| request_approval(&world, name, key);
        let early = request_approval_of("jo", 1);
        world.until_queued(1).await;
        world.pass_secs(31);
        let late = request_approval_of("kim", 2);
        world.until_queued(2).await;
        let claimed = world.service.take_queue_turn(FAST).await.expect("turns").claimed;
        assert_eq!(claimed.len(), 1, "the second alone");
        assert_eq!(world.load().await.queued, 1);
        // Nobody holds the first any more: a turn of the queue ends it when its minute is over.
        early.abort();
        late.abort();
        world.pass_secs(30);
        world.service.take_queue_turn(FAST).await.expect("turns");
        assert_eq!(world.load().await.queued, 0);
    }

    async fn nobody_decides_and_the_phone_stops(world: World) {
        let (world, ringing, _dispatcher) = ringing_for(world, "jsmith", phone_policy()).await;
        let approval = request_approval(&world, "jsmith", 1);
        until_stage(&ringing, PracticeStage::Ringing).await;
        world.pass_secs(60);
        assert_eq!(world.approval("jsmith", 1).await, ApprovalOutcome::NotApproved, "joined when the time was over");
        assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::NotApproved);
        until_stage(&ringing, PracticeStage::Over).await;
    }

    async fn who_cannot_be_asked_is_not_called(world: World) {
        world.enrolled("app only").await;
        let (world, _dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jo", NUMBER).await;
        for name in ["nobody", "", "a\u{0}b", "app only"] {
            assert_eq!(world.approval(name, 1).await, ApprovalOutcome::NotEnrolled, "{name:?}");
        }
        for what in ["", "<Dial>", "remote  desktop", &"long ".repeat(9), "+447700900123"] {
            let request = ApprovalRequest { what: what.to_owned(), ..question("jo", 1, None) };
            assert_eq!(world.asked_by(world.client, request).await.err(), Some(ErrorCode::BadRequest), "{what}");
        }
        let zero = CallDigits::new(&TwoDigits::parse("07").expect("digits"));
        let request = ApprovalRequest { shown_digits: Some(zero), ..question("jo", 1, None) };
        assert_eq!(world.asked_by(world.client, request).await.err(), Some(ErrorCode::BadRequest));
        // After 9 the phone is left alone for sign-ins, too.
        let hash = world.service.keys().number_hashes(&PhoneNumber::new(NUMBER, "").expect("a number")).phone;
        let until = world.now().millis() + 1_000;
        let stop = world.service.store().write(move |tx| Box::pin(async move { tx.stop_phone(&hash, until).await }));
        stop.await.map_err(|error: StoreError| error).expect("stopped");
        assert_eq!(world.approval("jo", 2).await, ApprovalOutcome::Stopped);
        let without = world.second(policy()).await;
        let by = async |policy| {
            let node = world.calling(policy, line(&phone(Behaviour::RightKeys), FAST)).await;
            node.approve(&world.client, question("jo", 3, None)).await.expect("answers").outcome
        };
        let mut barred = phone_policy();
        barred.calls.sign_ins_barred = vec![barred.schools[0].id.clone()];
        assert_eq!(by(barred).await, ApprovalOutcome::NotEnrolled);
        let mut retired = phone_policy();
        retired.methods[1].retires = Some(domain::Date::of(world.now()));
        assert_eq!(by(retired).await, ApprovalOutcome::NotEnrolled);
        // A node without a line that took over the policy of one that has one.
        world.calling(phone_policy(), line(&phone(Behaviour::RightKeys), FAST)).await;
        without.refresh_policy().await.expect("looks");
        let answer = without.approve(&world.client, question("jo", 3, None)).await.expect("answers");
        assert_eq!(answer.outcome, ApprovalOutcome::NoLine);
    }

    async fn at_night_nobody_is_asked_about_a_sign_in(world: World) {
        // A service for a real line, which this process has not: what it takes, nobody places.
        let mut world = world;
        let calling = crate::Calling::Elsewhere { practice: false };
        world.service = Arc::new(world.calling(phone_policy(), calling).await);
        let (one, two) = (set_up(&world, 1).await, set_up(&world, 2).await);
        let world = Arc::new(world);
        // The scenario begins at 8 in the morning.
        world.pass_secs(13 * HOUR - 1);
        let approval = request_approval(&world, &one, 1);
        world.until_queued(1).await;
        world.pass_secs(1);
        let answer = world.ask(&two, 2).await;
        assert_eq!((answer.outcome, answer.retry_after_secs), (ApprovalOutcome::TryLater, Some(10 * 60 * 60)));
        // Whoever still waits at nine is not called either.
        assert!(world.service.take_queue_turn(FAST).await.expect("turns").claimed.is_empty());
        assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::NotApproved);
    }

    async fn two_sign_ins_at_once_on_two_nodes_ring_once(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jsmith", NUMBER).await;
        drop(dispatcher);
        let ringing = phone(Behaviour::ByHand);
        let (world, _dispatcher) = world.with_line(phone_policy(), line(&ringing, FAST)).await;
        let other = Arc::new(world.calling(phone_policy(), line(&ringing, FAST)).await);
        let _other = Dispatcher::of(&other);
        let mut asked = tokio::task::JoinSet::new();
        for key in [1, 2] {
            for node in [&world.service, &other] {
                let (node, client) = (Arc::clone(node), world.client);
                asked.spawn(async move {
                    let answer = node.approve(&client, question("jsmith", key, outside())).await;
                    (key, answer.expect("answers").outcome)
                });
            }
        }
        until_stage(&ringing, PracticeStage::Ringing).await;
        let mut busy = Vec::new();
        while busy.len() < 2 {
            busy.push(asked.join_next().await.expect("two").expect("answered"));
        }
        assert!(busy[0] == busy[1] && busy[0].1 == ApprovalOutcome::Busy, "the other key on both nodes: {busy:?}");
        let call = ringing.calls()[0].id;
        ringing.hang_up(call);
        while let Some(answered) = asked.join_next().await {
            let (key, outcome) = answered.expect("answered");
            assert!(key != busy[0].0 && outcome == ApprovalOutcome::Busy, "{key}: {outcome:?}");
        }
        assert_eq!(ringing.calls().len(), 1, "it rang once");
    }

    async fn who_signs_in_is_called_before_those_who_test_a_number(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        world.enrolled_with_phone("jo", NUMBER).await;
        drop(dispatcher);
        let pace = Pace { max_calls: 1, calls_per_second: 1_000 };
        let mut world = world;
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::ByHand), pace)).await);
        let world = Arc::new(world);
        let waiting = world.signed_in("kim").await;
        let (test, _) = world.call(&waiting, OTHER).await.expect("taken");
        let approval = request_approval(&world, "jo", 1);
        world.until_queued(2).await;
        assert_eq!(world.service.take_queue_turn(pace).await.expect("turns").claimed.len(), 1);
        let row = world.service.store().read().await.expect("reads").call(test).await.expect("reads").expect("there");
        assert_eq!(row.step, CallStep::Waiting);
        let told = world.service.call_progress(waiting.session(), test, 0).await.expect("one's own");
        assert_eq!(told.events.first().and_then(|event| event.ahead), Some(0));
        approval.abort();
    }

    async fn the_page_hears_its_place_behind_sign_ins_and_for_those_nothing_is_written(world: World) {
        let (world, dispatcher) = world.with_phone(Behaviour::RightKeys).await;
        drop(dispatcher);
        let mut world = world;
        let pace = Pace { max_calls: 1, calls_per_second: 0 };
        world.service = Arc::new(world.calling(phone_policy(), line(&phone(Behaviour::ByHand), pace)).await);
        let world = Arc::new(world);
        let waiting = world.signed_in("kim").await;
        let (test, _) = world.call(&waiting, OTHER).await.expect("taken");
        let mut approvals = tokio::task::JoinSet::new();
        for place in [1, 2] {
            let (world, name) = (Arc::clone(&world), set_up(&world, place).await);
            approvals.spawn(async move { world.approval(&name, u128::from(name.ends_with('1'))).await });
        }
        world.until_queued(3).await;
        let before = dump(world.service.store()).await.expect("reads")["call_events"].len();
        for _ in 0..3 {
            world.service.take_queue_turn(pace).await.expect("turns");
        }
        let told = world.service.call_progress(waiting.session(), test, 0).await.expect("one's own");
        let places: Vec<_> = told.events.iter().map(|event| event.ahead).collect();
        assert_eq!(places, [Some(0), Some(2)]);
        let after = dump(world.service.store()).await.expect("reads")["call_events"].len();
        assert_eq!(after, before + 1, "the page's new place alone");
    }
}

/// Somebody with a phone, put into the store by hand: a whole enrolment each would take minutes.
async fn set_up(world: &World, place: usize) -> String {
    let name = format!("person{place}");
    let issued = world.service.issue_code(new_person(&name), "tests", None, None).await.expect("a code");
    let person = {
        let found = world.service.store().read().await.expect("reads").person_by_name(&name).await;
        found.expect("reads").expect("there").person.id
    };
    let range = if place < 1_000 { "447700900" } else { "441632960" };
    let number = PhoneNumber::new(&format!("{range}{:03}", place % 1_000), "").expect("a number");
    let (id, generation) = (issued.id, Generation(1));
    let spot =
        RecordBinding { table: "methods", record: id, person, kind: MethodKind::PhoneCall, generation };
    let sealed = world.service.vault.seal_number(&spot, &number).expect("seals");
    let method = MethodRow {
        id,
        person,
        kind: MethodKind::PhoneCall,
        generation,
        enrolment: world.enrolment_id(),
        key_id: sealed.key_id,
        sealed: sealed.sealed,
        hashes: Some(world.service.keys().number_hashes(&number)),
        last_step: None,
        tested_at: world.now(),
        used_at: None,
    };
    let added = world.service.store().write(move |tx| Box::pin(async move { tx.add_method(&method).await }));
    added.await.map_err(|error: StoreError| error).expect("added");
    name
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Two thousand of them with `tests/run --full`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_sign_in_costs_a_task_and_not_a_thread() {
    let wanted =
        if std::env::var_os("TESTS_FULL").is_some_and(|value| !value.is_empty()) { 2_000 } else { 200 };
    let mut policy = phone_policy();
    policy.calls.trust_day = 10_000;
    let pace = Pace { max_calls: 100, calls_per_second: 10_000 };
    let mut world = World::sqlite().await;
    world.service = Arc::new(world.calling(policy.clone(), line(&phone(Behaviour::RightKeys), pace)).await);
    let world = Arc::new(world);
    let mut names = Vec::new();
    for place in 0..wanted {
        names.push(set_up(&world, place).await);
    }
    let before = threads();
    let approvals: Vec<_> =
        (1..).zip(names).map(|(key, name)| request_approval(&world, &name, key)).collect();
    world.until_queued(i64::try_from(wanted).expect("few")).await;
    let during = threads();
    // The tests beside this one have theirs.
    assert!(during <= before + wanted / 2, "{before} threads before, {during} while {wanted} wait");
    let begun = std::time::Instant::now();
    let _dispatcher = Dispatcher::of(&world.service);
    for approval in approvals {
        assert_eq!(approval.await.expect("an outcome"), ApprovalOutcome::Approved);
    }
    println!(
        "{wanted} approvals at once, all decided {} ms after the line was free",
        begun.elapsed().as_millis()
    );
}
