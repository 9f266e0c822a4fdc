//! The envelope's key is changed: what is on its way under the old one is accepted, unless somebody else may have it.

use std::sync::Arc;
use std::time::Duration;

use protocol::{ErrorCode, PolicyDocument};

use super::on_both;
use super::world::{START, World, actor, at_elm, outside, policy};
use crate::EnvelopeRotation;
use crate::{KeyError, MustStartAgain};
use vault::KeyKind;

const NO_WAIT: Duration = Duration::ZERO;

on_both! {
    async fn what_was_sealed_before_the_key_was_changed_is_accepted(world: World) {
        let (old, before) = (world.in_use(KeyKind::Envelope).await, world.service.policy_document());
        let code = world.code_for("slow").await;
        let slow = world.sign_in(&code, outside()).await.expect("signs in");
        let post = slow.post(&world);
        let command = world.command().await;
        let done = command.rotate_envelope("tests", EnvelopeRotation::Planned(None), NO_WAIT).await.expect("rotates");
        assert_eq!((done.serial, done.refused.len(), done.start_again.len()), (before.serial + 1, 0, 0));
        let needed = command.forget_key(KeyKind::Envelope, &old, actor("old")).await;
        let Err(KeyError::NeededByGrants { grants: 1, until, .. }) = needed else { panic!("{needed:?}") };
        assert_eq!(until, domain::Date::of(START.plus_secs(30 * 86_400)));
        world.service.refresh_keys_and_policy().await.expect("looks");
        let after = world.service.policy_document();
        assert_eq!((after.serial, &after.envelope_key.id), (done.serial, &done.id));
        assert_eq!(after.policy, before.policy);
        world.accept(&post).await.expect("accepted under the old key");
        world.enrolled("new").await;
        command.forget_key(KeyKind::Envelope, &old, actor("nothing is on its way")).await.expect("forgets");
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert_eq!(world.service.keys().of(KeyKind::Envelope).len(), 1);
        assert!(world.accept(&post).await.is_ok(), "the same post gives the same receipt");
    }

    async fn a_right_that_expires_unused_needs_its_key_no_more(world: World) {
        let old = world.in_use(KeyKind::Envelope).await;
        let code = world.code_for("slow").await;
        let slow = world.sign_in(&code, outside()).await.expect("signs in");
        let post = slow.post(&world);
        let command = world.command().await;
        command.rotate_envelope("tests", EnvelopeRotation::Planned(None), NO_WAIT).await.expect("rotates");
        world.pass_secs(30 * 86_400);
        command.forget_key(KeyKind::Envelope, &old, actor("expired")).await.expect("forgets");
        assert_eq!(world.accept(&post).await, Err(ErrorCode::GrantExpired));
    }

    async fn a_key_that_somebody_else_may_have_is_refused_at_once_and_who_starts_again_is_named(world: World) {
        let old = world.in_use(KeyKind::Envelope).await;
        let before = world.service.policy_document();
        let done_before = world.enrolled("quick").await;
        let (used, unused) = (world.code_for("slow").await, world.code_for("later").await);
        let read_by_a_stranger = world.code_for("late").await;
        let slow = world.sign_in(&used, outside()).await.expect("signs in");
        let (post, token) = (slow.post(&world), slow.token.clone());
        let late = world.seal_sign_in(&read_by_a_stranger, world.enrolment_id(), &token);
        let command = world.command().await;
        // What lay unused in the same file may be known as well.
        let waiting = command.add_key(KeyKind::Envelope, "tests").await.expect("adds");
        let refused = command.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, NO_WAIT).await;
        assert!(matches!(refused, Err(KeyError::StoredTogether { id, .. }) if id == waiting));
        command.forget_key(KeyKind::Envelope, &waiting, actor("laptop lost")).await.expect("never used");
        let done = command.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, NO_WAIT).await.expect("rotates");
        assert_ne!(done.id, waiting);
        let named = MustStartAgain { name: "The person slow".to_owned(), sign_in_name: "slow".to_owned() };
        assert_eq!((done.refused, done.start_again, done.accepted), (vec![old.clone()], vec![named], 1));
        // At once: this service has not looked yet.
        assert_eq!(world.accept(&post).await, Err(ErrorCode::KeyRetired));
        assert_eq!(world.accept(&post).await, Err(ErrorCode::KeyRetired));
        let refused = world.service.sign_in(None, outside(), &late).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::KeyRetired));
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert_ne!(world.service.policy_document().envelope_key, before.envelope_key);
        assert_eq!(world.refused_sign_in(&used, outside()).await, ErrorCode::CodeRevoked, "it may have been read");
        assert_eq!(world.refused_sign_in(&read_by_a_stranger, outside()).await, ErrorCode::CodeRevoked, "and this");
        assert!(world.sign_in(&unused, outside()).await.is_ok(), "nobody has ever sent it");
        world.enrolled("slow").await;
        // What they posted under it is theirs for good.
        let again = done_before.seal_for(&before, &world);
        assert_eq!(world.accept(&again).await, Err(ErrorCode::EnrolmentConflict));
        let refused = world.service.sign_in(None, outside(), &late).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::KeyRetired));
        command.forget_key(KeyKind::Envelope, &old, actor("refused")).await.expect("nothing needs it");
        assert_eq!(world.audited("key-refused").await, 1);
    }

    async fn a_code_that_was_sent_and_refused_ends_with_the_key_that_it_was_sealed_to(world: World) {
        let sent = world.code_for("at-home").await;
        let (late, unsent) = (world.code_for("late").await, world.code_for("patient").await);
        let mut strict = policy();
        strict.codes.r#where = domain::CodeWhere::SchoolNetwork;
        let school = world.second(strict).await;
        let sealed = |serial, code| {
            let token = protocol::GrantToken::from_bytes(&world.random());
            world.seal_sign_in_under(serial, code, world.enrolment_id(), &token)
        };
        for (serial, code, refused) in [(2, &sent, ErrorCode::CodeElsewhere), (1, &late, ErrorCode::PolicyPassed)] {
            let answer = school.sign_in(None, outside(), &sealed(serial, code)).await;
            assert_eq!(answer.err().map(|refusal| refusal.code), Some(refused));
        }
        let done = world.command().await.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, NO_WAIT).await;
        let done = done.expect("rotates");
        let names: Vec<_> = done.start_again.iter().map(|who| who.sign_in_name.as_str()).collect();
        assert_eq!(names, ["at-home", "late"]);
        world.service.refresh_keys_and_policy().await.expect("looks");
        for code in [&sent, &late] {
            assert_eq!(world.refused_sign_in(code, at_elm()).await, ErrorCode::CodeRevoked);
        }
        assert!(world.sign_in(&unsent, at_elm()).await.is_ok());
    }

    async fn a_code_that_comes_before_a_node_has_heard_of_the_leak_ends_as_well(world: World) {
        let code = world.code_for("early").await;
        let sealed = world.seal_sign_in(&code, world.enrolment_id(), &protocol::GrantToken::from_bytes(&world.random()));
        let command = world.command().await;
        command.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, NO_WAIT).await.expect("rotates");
        // This service has not looked yet, and opens it.
        let refused = world.service.sign_in(None, outside(), &sealed).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::KeyRetired));
        assert_eq!(world.refused_sign_in(&code, outside()).await, ErrorCode::CodeRevoked);
    }

    async fn an_older_policy_stays_passed_and_a_new_policy_keeps_the_newest_key(world: World) {
        let code = world.code_for("early").await;
        let token = protocol::GrantToken::from_bytes(&world.random());
        let early = world.seal_sign_in(&code, world.enrolment_id(), &token);
        let done = world.command().await.rotate_envelope("tests", EnvelopeRotation::Planned(None), NO_WAIT).await.expect("rotates");
        // This service has not looked yet, and signs nobody in under what is over.
        let refused = world.service.sign_in(None, outside(), &early).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::PolicyPassed));
        let mut other = policy();
        other.lifetimes.grant_days = 20;
        let node = world.second(other).await;
        assert_eq!(node.policy_document().envelope_key.id, done.id);
        assert_eq!(node.policy_document().serial, done.serial + 1);
        assert_eq!(world.second(policy()).await.policy_document().envelope_key.id, done.id);
    }

    async fn a_node_without_the_newest_key_goes_on_with_the_last_and_refuses_nobody_for_good(world: World) {
        let before = std::fs::read(world.keys_file()).expect("reads");
        let node = world.second(policy()).await;
        world.command().await.rotate_envelope("tests", EnvelopeRotation::Planned(None), NO_WAIT).await.expect("rotates");
        world.service.refresh_keys_and_policy().await.expect("looks");
        let code = world.code_for("new").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        // As if it had a file of its own, which nobody has brought the key to.
        std::fs::write(world.keys_file(), before).expect("writes");
        let refused = node.accept(outside(), &assistant.post(&world)).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::ServiceBusy));
        node.refresh_keys_and_policy().await.expect("looks");
        assert_eq!(node.policy_document().serial, 1);
        assert!(world.accept(&assistant.post(&world)).await.is_ok());
    }
}

impl super::world::Assistant {
    /// Another post of the same enrolment, sealed to the key of an older policy.
    fn seal_for(&self, document: &Arc<PolicyDocument>, world: &World) -> protocol::Sealed {
        let header = protocol::EnrolmentHeader {
            key_id: document.envelope_key.id.clone(),
            policy_serial: document.serial,
            ..self.header(world)
        };
        let plain =
            protocol::EnrolmentPayload { token: self.token.clone(), methods: vec![self.proved_at(START)] };
        let plain = plain.encode().expect("fits");
        let (purpose, key) = (protocol::SealPurpose::Enrolment, &document.envelope_key);
        protocol::seal(purpose, document.service, key, &header, &plain).expect("seals")
    }
}
