//! The identity key is changed: what is signed is known to whoever pinned the old key, and to whoever pinned the new.

use std::time::Duration;

use protocol::{AuditHead, ErrorCode, IdentityKey, Purpose, ReceiptDocument, RefusalDocument, Signed};

use super::on_both;
use super::world::{World, actor, outside, policy};
use crate::KeyError;
use crate::documents;
use vault::{KeyKind, Keys};

const NO_WAIT: Duration = Duration::ZERO;

impl World {
    /// The service's policy under its signature.
    fn signed_policy(&self) -> Signed {
        documents::signed_policy(&self.service.policy_document(), &self.service.signer()).expect("signs")
    }
}

fn knows(pinned: &IdentityKey, signed: &Signed, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Receipt => signed.open::<ReceiptDocument>(purpose, pinned).is_ok(),
        Purpose::Refusal => signed.open::<RefusalDocument>(purpose, pinned).is_ok(),
        Purpose::Policy | Purpose::Clock | Purpose::AuditHead | Purpose::Station => {
            signed.open::<serde_json::Value>(purpose, pinned).is_ok()
        }
    }
}

on_both! {
    async fn everything_that_is_signed_is_known_by_the_old_key_and_by_the_new(world: World) {
        let old = world.service.keys().identity_key();
        let head = world.service.signed_audit_head().await.expect("signs");
        let code = world.code_for("slow").await;
        let slow = world.sign_in(&code, outside()).await.expect("signs in");
        let done = world.command().await.rotate_identity(actor("yearly"), NO_WAIT).await.expect("rotates");
        assert_eq!(done.from, world.now(), "nobody has to hear of it first");
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert_eq!(world.service.signer().key(), done.key);
        let post = slow.post(&world);
        let receipt = world.service.accept(outside(), &post).await.expect("accepted");
        let refusal = world.service.sign_refusal(&post, &ErrorCode::KeyRetired.into()).expect("final");
        for pinned in [old, done.key] {
            assert!(knows(&pinned, &world.signed_policy(), Purpose::Policy));
            assert!(knows(&pinned, &receipt, Purpose::Receipt) && knows(&pinned, &refusal, Purpose::Refusal));
        }
        let stranger = Keys::generate(world.now()).expect("entropy").identity_key();
        assert!(!knows(&stranger, &receipt, Purpose::Receipt));
        // A head that was kept from before is still known for this service's own.
        let kept: AuditHead = world.service.keys().open_own(Purpose::AuditHead, &head).expect("ours");
        assert!(world.service.audit_verify(Some(&kept)).await.expect("verifies").is_whole());
    }

    async fn nodes_change_in_the_same_moment_when_they_have_all_heard_of_it(world: World) {
        let (old, other) = (world.service.keys().identity_key(), world.second(policy()).await);
        for node in [&*world.service, &other] {
            node.report_node().await.expect("notes");
        }
        let command = world.command().await;
        let refused = command.rotate_identity(actor("yearly"), NO_WAIT).await;
        assert!(matches!(&refused, Err(KeyError::NotLoaded { nodes, .. }) if nodes.len() == 2), "{refused:?}");
        for node in [&*world.service, &other] {
            node.refresh_keys_and_policy().await.expect("looks");
            node.report_node().await.expect("notes");
        }
        let done = command.rotate_identity(actor("yearly"), NO_WAIT).await.expect("rotates");
        for node in [&*world.service, &other] {
            node.refresh_keys_and_policy().await.expect("looks");
            assert_eq!(node.signer().key(), old);
        }
        let in_use = world.in_use(KeyKind::Identity).await;
        let early = command.forget_key(KeyKind::Identity, &in_use, actor("old")).await;
        assert!(matches!(early, Err(KeyError::InUse { .. })), "{early:?}");
        world.pass_secs(done.from.millis_since(world.now()) / 1000);
        for node in [&*world.service, &other] {
            assert_eq!(node.signer().key(), done.key);
        }
    }

    async fn a_node_that_comes_up_while_the_key_is_changed_is_waited_for(world: World) {
        let (old, command) = (world.in_use(KeyKind::Identity).await, world.command().await);
        let next = command.add_key(KeyKind::Identity, "tests").await.expect("adds");
        let rotate = || command.rotate_identity(actor("yearly"), NO_WAIT);
        let refused = world.while_one_comes_up(vec![old.clone()], rotate()).await;
        assert!(matches!(&refused, Err(KeyError::NotLoaded { id, nodes }) if *id == next && *nodes == ["late"]), "{refused:?}");
        assert_eq!(world.in_use(KeyKind::Identity).await, old, "nothing has changed");
        // By now it serves no more.
        world.pass_secs(600);
        let done = world.while_one_comes_up(vec![old, next], rotate()).await.expect("rotates");
        assert_eq!(done.from, world.now().plus_secs(60), "it has to hear of it first");
    }

    async fn a_key_that_was_forgotten_before_its_use_never_signs(world: World) {
        let (old, command) = (world.service.keys().identity_key(), world.command().await);
        let leaked = command.add_key(KeyKind::Identity, "tests").await.expect("adds");
        let with_it = std::fs::read(world.keys_file()).expect("reads");
        command.forget_key(KeyKind::Identity, &leaked, actor("leaked")).await.expect("forgets");
        // On a node with a file of its own, or brought back by an old export.
        std::fs::write(world.keys_file(), with_it).expect("writes");
        world.pass_secs(1);
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert!(world.service.keys().find(KeyKind::Identity, &leaked).is_some());
        assert_eq!(world.service.signer().key(), old);
        Keys::remove(&world.keys_file(), None, KeyKind::Identity, &leaked).expect("removes");
        let next = command.add_key(KeyKind::Identity, "tests").await.expect("adds");
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert_eq!(world.service.signer().key(), old, "{next} is not used yet");
    }

    async fn a_key_that_the_one_in_use_has_not_named_is_not_taken(world: World) {
        let (first, command) = (world.service.keys().identity_key(), world.command().await);
        let start = std::fs::read(world.keys_file()).expect("reads");
        let stray = command.add_key(KeyKind::Identity, "tests").await.expect("adds");
        let brought = Keys::load(&world.keys_file(), None).expect("loads");
        // Another node has added one as well, and serves.
        std::fs::write(world.keys_file(), start).expect("writes");
        let other = world.command().await;
        let second = other.rotate_identity(actor("yearly"), NO_WAIT).await.expect("rotates").key;
        Keys::merge(&world.keys_file(), None, &brought).expect("merges");
        world.pass_secs(1);
        let refused = other.rotate_identity(actor("yearly"), NO_WAIT).await;
        assert!(matches!(&refused, Err(KeyError::NotAnnounced { id }) if *id == stray), "{refused:?}");
        other.forget_key(KeyKind::Identity, &stray, actor("stray")).await.expect("forgets");
        other.rotate_identity(actor("yearly"), NO_WAIT).await.expect("rotates");
        world.pass_secs(1);
        world.service.refresh_keys_and_policy().await.expect("looks");
        for pinned in [first, second] {
            assert!(knows(&pinned, &world.signed_policy(), Purpose::Policy));
        }
    }

    async fn an_old_identity_key_is_forgotten_and_the_way_from_it_stays(world: World) {
        let (first, command) = (world.service.keys().identity_key(), world.command().await);
        let mut pinned = vec![first];
        for _ in 0..3 {
            let in_use = world.in_use(KeyKind::Identity).await;
            let done = command.rotate_identity(actor("yearly"), NO_WAIT).await.expect("rotates");
            command.forget_key(KeyKind::Identity, &in_use, actor("old")).await.expect("forgets");
            pinned.push(done.key);
            world.pass_secs(1);
        }
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert_eq!(world.service.keys().of(KeyKind::Identity).len(), 1);
        for pinned in pinned {
            assert!(knows(&pinned, &world.signed_policy(), Purpose::Policy));
        }
    }
}
