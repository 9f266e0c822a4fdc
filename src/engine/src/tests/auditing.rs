//! The audit finds what was changed, removed, cut off or rebuilt.

use protocol::{AuditHead, Purpose};

use super::on_both;
use super::world::World;
use crate::audit::AuditFault;
use store::StoreError;
use vault::hmac;

async fn spoil(world: &World, sql: &'static str) {
    world
        .service
        .store()
        .write(move |tx| Box::pin(async move { tx.spoil(sql).await }))
        .await
        .map_err(|error: StoreError| error)
        .expect("spoils");
}

async fn faults(world: &World, kept: Option<&AuditHead>) -> Vec<AuditFault> {
    world.service.audit_verify(kept).await.expect("reads").faults
}

async fn filled(world: &World) -> AuditHead {
    for name in ["a", "b", "c", "d", "e"] {
        world.code_for(name).await;
    }
    world.service.audit_head().await.expect("a head")
}

on_both! {
    async fn a_whole_chain_is_whole_and_contains_every_head_it_had(world: World) {
        let early = filled(&world).await;
        world.enrolled("jsmith").await;
        let report = world.service.audit_verify(Some(&early)).await.expect("reads");
        assert!(report.is_whole(), "{:?}", report.faults);
        assert_eq!(report.rows, report.head.sequence);
        let signed = world.service.signed_audit_head().await.expect("signs");
        let head: AuditHead = signed.open(Purpose::AuditHead, &world.service.keys().identity_key()).expect("ours");
        assert_eq!(head, report.head);
    }

    async fn a_changed_row_is_named(world: World) {
        filled(&world).await;
        spoil(&world, "update audit set at = at + 1 where sequence = 3").await;
        assert_eq!(faults(&world, None).await, [AuditFault::Changed { sequence: 3 }]);
    }

    async fn a_changed_body_is_named(world: World) {
        filled(&world).await;
        spoil(&world, "update audit set body = (select body from audit where sequence = 5) where sequence = 4").await;
        assert_eq!(faults(&world, None).await, [AuditFault::Changed { sequence: 4 }]);
    }

    async fn a_removed_row_is_missed(world: World) {
        filled(&world).await;
        spoil(&world, "delete from audit where sequence = 3").await;
        assert_eq!(faults(&world, None).await, [AuditFault::Missing { expected: 3, found: 4 }]);
    }

    async fn a_cut_tail_is_seen_by_the_head(world: World) {
        let head = filled(&world).await;
        spoil(&world, "delete from audit where sequence > 4").await;
        assert_eq!(faults(&world, None).await, [AuditFault::Head { last: 4, head: head.sequence }]);
        // Cut with its head moved along, only a head that was kept elsewhere tells.
        spoil(&world, "update audit_head set sequence = 4, hash = (select hash from audit where sequence = 4),
                       at = (select at from audit where sequence = 4)").await;
        assert_eq!(faults(&world, None).await, []);
        assert_eq!(faults(&world, Some(&head)).await, [AuditFault::GivenHead { sequence: head.sequence }]);
    }

    async fn a_rebuilt_chain_does_not_contain_the_head_that_was_kept(world: World) {
        let head = filled(&world).await;
        // With the key: cut off, then written anew.
        spoil(&world, "delete from audit where sequence > 4").await;
        spoil(&world, "update audit_head set sequence = 4, hash = (select hash from audit where sequence = 4),
                       at = (select at from audit where sequence = 4)").await;
        for name in ["v", "w", "x", "y", "z"] {
            world.code_for(name).await;
        }
        assert!(world.service.audit_head().await.expect("a head").sequence > head.sequence);
        assert_eq!(faults(&world, None).await, []);
        assert_eq!(faults(&world, Some(&head)).await, [AuditFault::GivenHead { sequence: head.sequence }]);
        // Without the key it is no chain.
        let stranger = vault::KeyBytes::from_bytes(&[1; 32]);
        let forged = hmac(&stranger, &[b"whatever"]);
        let rebuilt = world.service.store().write(move |tx| Box::pin(async move {
            let head = tx.lock_head().await?;
            tx.add_audit_row(store::HeadRow { sequence: head.sequence + 1, hash: forged, at: head.at }, b"{}", None).await
        }));
        rebuilt.await.map_err(|error: StoreError| error).expect("writes");
        assert!(matches!(faults(&world, None).await[..], [AuditFault::Changed { .. }]));
    }

    async fn deleting_addresses_and_names_breaks_nothing(world: World) {
        let assistant = world.enrolled("jsmith").await;
        spoil(&world, "delete from audit_addresses").await;
        spoil(&world, "update people set name = 'erased', sign_in_name = 'erased'").await;
        assert_eq!(faults(&world, None).await, []);
        let rows = world.service.store().read().await.expect("reads").audit_after(0, 1_000).await.expect("rows");
        let all: String = rows.iter().map(|row| String::from_utf8_lossy(&row.body).into_owned()).collect();
        assert!(all.contains(&assistant.answer.person.id.to_string()));
        for private in ["jsmith", "The person", "203.0.113"] {
            assert!(!all.contains(private), "{private}");
        }
    }
}

#[tokio::test]
async fn a_backup_holds_the_head_it_names_and_no_key() {
    let world = World::sqlite().await;
    world.enrolled("jsmith").await;
    let to = world.folder.path().join("backup");
    let done = world.service.backup(&to, "tests").await.expect("a backup");
    assert!(done.bytes > 0);
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&done.manifest).expect("reads")).expect("JSON");
    let signed: protocol::Signed = serde_json::from_value(manifest["audit_head"].clone()).expect("signed");
    let head: AuditHead =
        signed.open(Purpose::AuditHead, &world.service.keys().identity_key()).expect("ours");
    let keys = vault::Keys::load(&world.keys_file(), None).expect("keys");
    let url = format!("sqlite:{}", done.database.display());
    let restored =
        crate::Service::open(&url, keys, super::world::policy(), world.clock(), crate::Calling::Nothing)
            .await
            .expect("opens");
    assert!(restored.audit_verify(Some(&head)).await.expect("reads").is_whole());
    let file = std::fs::read_to_string(world.keys_file()).expect("reads");
    let content = std::fs::read(&done.database).expect("reads");
    let windows: std::collections::HashSet<&[u8]> = content.windows(8).collect();
    let keys: Vec<&str> =
        file.lines().filter_map(|line| line.split('"').nth(1)).filter(|value| value.len() == 43).collect();
    assert_eq!(keys.len(), 4, "identity, root, envelope, vault");
    for key in keys {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(key.as_bytes()).expect("bytes");
        assert!(
            ![key.as_bytes(), &bytes].iter().any(|form| form.windows(8).any(|part| windows.contains(part)))
        );
    }
    let again = world.service.backup(&to, "tests").await;
    assert!(matches!(again, Err(crate::BackupError::Exists(_))));
}
