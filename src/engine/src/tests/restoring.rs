//! A backup is proved before it is trusted, and put in place without losing what was there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use protocol::VerifyOutcome;
use serde_json::Value;

use super::on_both;
use super::people::spoil;
use super::world::{World, actor, because, outside};
use crate::audit::AuditFault;
use crate::{BackupError, Calling, CheckedBackup, OpenError, restore_in_place};
use crate::{EnvelopeRotation, Reason};
use store::testing::{columns, dump};
use store::{FileLock, Store, StoreError, StoreOptions};
use vault::{KeyKind, Keys};

/// A backup in a folder of this name.
async fn backup(world: &World, name: &str) -> PathBuf {
    let to = world.folder.path().join(name);
    world.service.backup(&to, "tests").await.expect("a backup");
    to
}

async fn open_backup(world: &World, backup: &Path) -> Result<CheckedBackup, BackupError> {
    let keys = Keys::load(&world.keys_file(), None).expect("keys");
    CheckedBackup::open(backup, world.folder.path(), keys, world.clock()).await
}

async fn error_of(world: &World, backup: &Path) -> BackupError {
    open_backup(world, backup).await.err().expect("no good backup")
}

/// Changes the copy by SQL, and the manifest with it, as somebody would who can write both.
async fn forge(backup: &Path, sql: &'static str) {
    let copy = backup.join("enrol.sqlite");
    let store =
        Store::open(&format!("sqlite:{}", copy.display()), &StoreOptions::default()).await.expect("opens");
    let done = store.write(move |tx| Box::pin(async move { tx.spoil(sql).await }));
    done.await.map_err(|error: StoreError| error).expect("writes");
    store.close().await;
    let content = std::fs::read(&copy).expect("reads");
    let manifest = backup.join("manifest.json");
    let mut said: Value = serde_json::from_slice(&std::fs::read(&manifest).expect("reads")).expect("JSON");
    said["bytes"] = content.len().into();
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&content);
    said["sha256"] = data_encoding::HEXLOWER.encode(&hash).into();
    std::fs::write(manifest, said.to_string()).expect("writes");
}

fn temporary_folders(world: &World) -> usize {
    let names = std::fs::read_dir(world.folder.path()).expect("reads");
    names
        .filter(|entry| entry.as_ref().expect("an entry").file_name().to_string_lossy().contains(".restore"))
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_backup_opens_and_its_manifest_says_what_it_needs() {
    let world = World::sqlite().await;
    for name in ["jsmith", "anunez"] {
        world.enrolled(name).await;
    }
    let to = backup(&world, "one").await;
    let store = std::fs::read(world.folder.path().join("enrol.sqlite")).expect("reads");
    let found = open_backup(&world, &to).await.expect("opens");
    assert_eq!(
        (found.found.contents.records, found.found.contents.audit_rows),
        (2, found.found.head.sequence)
    );
    assert!(found.found.envelope_keys_missing.is_empty());
    found.close().await;
    assert_eq!(temporary_folders(&world), 0);
    assert!(
        std::fs::read(world.folder.path().join("enrol.sqlite")).expect("reads") == store,
        "nothing is changed"
    );

    let said: Value =
        serde_json::from_slice(&std::fs::read(to.join("manifest.json")).expect("reads")).expect("JSON");
    assert_eq!(said["schema"], 5);
    let keys = world.service.keys();
    let in_use = |kind| keys.uses().active(kind).expect("a key").id.clone();
    assert_eq!(said["vault_keys"], serde_json::json!([in_use(KeyKind::Vault)]));
    assert_eq!(said["envelope_keys"], serde_json::json!([in_use(KeyKind::Envelope)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_cut_or_moved_in_a_backup_is_found() {
    let world = World::sqlite().await;
    for name in ["jsmith", "anunez"] {
        world.enrolled(name).await;
    }
    let to = backup(&world, "damaged").await;
    let copy = to.join("enrol.sqlite");
    let mut content = std::fs::read(&copy).expect("reads");
    let middle = content.len() / 2;
    content[middle] ^= 1;
    std::fs::write(&copy, &content).expect("writes");
    assert!(matches!(error_of(&world, &to).await, BackupError::Changed { .. }));
    std::fs::write(&copy, &content[..middle]).expect("writes");
    assert!(matches!(error_of(&world, &to).await, BackupError::Changed { .. }));
    std::fs::write(to.join("manifest.json"), "{}").expect("writes");
    assert!(matches!(error_of(&world, &to).await, BackupError::Manifest { .. }));

    let to = backup(&world, "moved").await;
    forge(
        &to,
        "update methods set sealed = (select sealed from methods where kind <> 'x' order by id limit 1)",
    )
    .await;
    assert!(matches!(error_of(&world, &to).await, BackupError::RecordsDoNotOpen(1)));
    let to = backup(&world, "changed").await;
    forge(&to, "update audit set at = at + 1 where sequence = 3").await;
    assert!(matches!(error_of(&world, &to).await, BackupError::Audit(AuditFault::Changed { sequence: 3 })));
    let to = backup(&world, "cut").await;
    forge(&to, "delete from audit where sequence > 4").await;
    forge(
        &to,
        "update audit_head set sequence = 4, hash = (select hash from audit where sequence = 4),
                               at = (select at from audit where sequence = 4)",
    )
    .await;
    assert!(matches!(error_of(&world, &to).await, BackupError::Audit(AuditFault::GivenHead { .. })));
    assert_eq!(temporary_folders(&world), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_missing_is_named() {
    let world = World::sqlite().await;
    world.enrolled("jsmith").await;
    let to = backup(&world, "before").await;
    let old = world.service.keys().uses().active(KeyKind::Vault).expect("a key").id.clone();
    world.service.rotate_vault("tests", None, Duration::ZERO).await.expect("rotates");
    open_backup(&world, &to).await.expect("the old key is still there").close().await;
    world.service.forget_key(KeyKind::Vault, &old, actor("old")).await.expect("forgets");
    let error = error_of(&world, &to).await;
    assert!(error.to_string().contains(&old), "{error}");

    std::fs::rename(world.keys_file(), world.folder.path().join("kept.toml")).expect("moves");
    Keys::create(&world.keys_file(), None, world.now()).expect("made");
    assert!(matches!(error_of(&world, &to).await, BackupError::Open(OpenError::OtherKeys { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_changed_and_forgotten_since_keep_no_backup_from_opening_and_assistants_know_the_restored_store()
{
    let mut world = World::sqlite().await;
    world.enrolled("jsmith").await;
    let code = world.code_for("later").await;
    let to = backup(&world, "before").await;
    let in_use =
        |service: &crate::Service, kind| service.keys().uses().active(kind).expect("a key").id.clone();
    let old = [KeyKind::Envelope, KeyKind::Identity].map(|kind| (kind, in_use(&world.service, kind)));
    let now = Duration::ZERO;
    world
        .service
        .rotate_envelope(
            "tests",
            EnvelopeRotation::Compromised { reason: actor("leak").reason, with: None },
            now,
        )
        .await
        .expect("rotates");
    world.service.rotate_identity(actor("leak"), now).await.expect("rotates");
    world.pass_secs(1);
    for (kind, id) in &old {
        world.service.forget_key(*kind, id, actor("leak")).await.expect("forgets");
    }
    let newest = KeyKind::ALL.map(|kind| in_use(&world.service, kind));
    let (signer, serial) = (world.service.signer().key(), world.service.policy_document().serial);
    let found = open_backup(&world, &to).await.expect("opens");
    assert_eq!(found.found.keys_taken.len(), 2);
    world.service.store().close().await;
    let at = world.folder.path().join("enrol.sqlite");
    found.put_in_place(&at, "tests", because("disk")).await.expect("is put in place");
    let restored = world.calling(super::world::policy(), Calling::Nothing).await;
    world.service = std::sync::Arc::new(restored);
    assert_eq!(KeyKind::ALL.map(|kind| in_use(&world.service, kind)), newest);
    assert_eq!(world.service.signer().key(), signer);
    let document = world.service.policy_document();
    assert!(document.envelope_key.id == newest[1] && document.serial > serial);
    world.sign_in(&code, outside()).await.expect("signs in under the newest key");
    assert!(world.service.audit_verify(None).await.expect("verifies").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_taken_over_is_left_as_it_is() {
    let world = World::sqlite().await;
    world.code_for("later").await;
    let service = &world.service;
    service
        .rotate_envelope(
            "tests",
            EnvelopeRotation::Compromised { reason: actor("leak").reason, with: None },
            Duration::ZERO,
        )
        .await
        .expect("rotates");
    let newer = service.audit_head().await.expect("a head");
    // A key that no store knows so far: it would be taken into use.
    service.add_key(KeyKind::Envelope, "tests").await.expect("adds");
    let keys = || Keys::load(&world.keys_file(), None).expect("keys");
    let take = async |keys: Keys| {
        restore_in_place(&world.url, keys, world.clock(), Some(&newer), actor("disk")).await
    };
    service.report_node().await.expect("notes");
    assert!(matches!(take(keys()).await, Err(BackupError::Serving(nodes)) if nodes.len() == 1));
    service.deregister_node().await.expect("leaves");
    let before = service.audit_head().await.expect("a head");
    let others = world.folder.path().join("others.toml");
    Keys::create(&others, None, world.now()).expect("made");
    let others = Keys::load(&others, None).expect("keys");
    assert!(matches!(take(others).await, Err(BackupError::Open(OpenError::OtherKeys { .. }))));
    assert_eq!(service.audit_head().await.expect("a head").sequence, before.sequence);

    let taken = take(keys()).await.expect("taken over");
    assert_eq!((taken.head.sequence, taken.keys_taken.len()), (before.sequence, 1));
    assert_eq!(world.audited("restored").await, 1);
    assert!(service.audit_verify(Some(&before)).await.expect("reads").is_whole());
}

/// The fifth step undone. SQLite takes no constraint away, so the table is made anew.
const WITHOUT_WAYS: [&str; 2] = [
    "pragma defer_foreign_keys = on;
     create table grants_after as select * from grants;
     drop table grants;
     create table grants (
         id text not null primary key, enrolment text not null unique, person text not null references people (id),
         generation integer not null, code text not null references codes (id), way text not null,
         policy_serial integer not null, token_hash blob not null,
         state text not null check (state in ('open', 'used', 'ended', 'revoked')),
         made_at integer not null, expires_at integer not null, station text not null default ''
     ) strict;
     insert into grants select id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at,
                               expires_at, station from grants_after;
     drop table grants_after;
     create index grants_of_code on grants (code);
     create index grants_of_person on grants (person)",
    "alter table grants drop constraint grants_have_evidence;
     alter table grants drop column evidence;
     alter table grants alter column code set not null",
];

/// As the first version left it.
async fn becomes_older(world: &World) {
    let [sqlite, postgres] = WITHOUT_WAYS;
    for statement in [
        if world.is_sqlite() { sqlite } else { postgres },
        "drop table stations",
        "alter table grants drop column station",
        "drop index verify_tries_refused",
        "alter table verify_tries drop column refused_at",
        "alter table codes drop column sent_at",
        "delete from _sqlx_migrations where version > 1",
    ] {
        spoil(world, statement).await;
    }
}

on_both! {
    async fn a_store_of_an_older_version_that_cannot_be_taken_over_keeps_its_tables_and_all_in_them(world: World) {
        world.enrolled("jsmith").await;
        let service = &world.service;
        // A key that no store knows so far: it would be taken into use.
        service.add_key(KeyKind::Envelope, "tests").await.expect("adds");
        becomes_older(&world).await;
        let all = async || {
            let store = service.store();
            (dump(store).await.expect("reads"), columns(store).await.expect("reads"))
        };
        let (before, head) = (all().await, service.audit_head().await.expect("a head"));
        let keys = || Keys::load(&world.keys_file(), None).expect("keys");
        let take = async |keys: Keys, head: &protocol::AuditHead| {
            restore_in_place(&world.url, keys, world.clock(), Some(head), actor("disk")).await
        };
        service.report_node().await.expect("notes");
        assert!(matches!(take(keys(), &head).await, Err(BackupError::Serving(nodes)) if nodes.len() == 1));
        assert!(all().await == before);
        service.deregister_node().await.expect("leaves");
        let late = world.while_one_comes_up(Vec::new(), take(keys(), &head)).await;
        assert!(matches!(&late, Err(BackupError::Serving(nodes)) if *nodes == ["late"]), "{late:?}");
        assert!(dump(service.store()).await.expect("reads")["key_uses"] == before.0["key_uses"]);
    }

    async fn a_store_of_an_older_version_is_taken_over_with_the_tables_of_this_one(world: World) {
        world.enrolled("jsmith").await;
        let (service, now_has) = (&world.service, columns(world.service.store()).await.expect("reads"));
        becomes_older(&world).await;
        let older = async || columns(service.store()).await.expect("reads") != now_has;
        assert!(older().await);
        let others = world.folder.path().join("others.toml");
        Keys::create(&others, None, world.now()).expect("made");
        let others = Keys::load(&others, None).expect("keys");
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let mut rebuilt = service.audit_head().await.expect("a head");
        rebuilt.hash = protocol::Bytes32([7; 32]);
        for (keys, head) in [(others, None), (keys.clone(), Some(&rebuilt))] {
            let refused = restore_in_place(&world.url, keys, world.clock(), head, actor("disk")).await;
            assert!(refused.is_err() && older().await, "{refused:?}");
        }
        let taken = restore_in_place(&world.url, keys, world.clock(), None, actor("disk")).await.expect("taken over");
        assert!(taken.contents.records == 1 && !older().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_store_lets_in_whoever_it_knows_and_a_newer_head_shows_that_it_is_older() {
    let mut world = World::sqlite().await;
    let known = world.enrolled("jsmith").await;
    let to = backup(&world, "backup").await;
    world.enrolled("anunez").await;
    let newer = world.service.audit_head().await.expect("a head");
    let serial = world.service.policy_document().serial;
    let at = world.folder.path().join("enrol.sqlite");
    let restore = async |reason: Option<Reason>| {
        open_backup(&world, &to).await.expect("opens").put_in_place(&at, "tests", reason).await
    };
    assert!(matches!(restore(None).await, Err(BackupError::StoreExists(_))));
    assert!(matches!(restore(because("a try")).await, Err(BackupError::InUse(_))));
    world.code_for("still-served").await;
    world.service.store().close().await;
    // Who starts while a file is put in the place of another waits, and opens the new one.
    let path = at.to_str().expect("UTF-8");
    let replacing = FileLock::exclusive(path).expect("locks").expect("nobody has it open");
    let options = StoreOptions::default();
    let mut starts = std::pin::pin!(Store::open(&world.url, &options));
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut starts).await.is_err(), "it waits");
    assert!(FileLock::exclusive(path).expect("looks").is_none());
    drop(replacing);
    starts.await.expect("opens once it is over").close().await;
    world.pass_secs(60);
    let restored = restore(because("the disk broke")).await.expect("restored");
    let old = format!("sqlite:{}", restored.old.expect("kept").display());
    let old = Store::open(&old, &StoreOptions::default()).await.expect("opens");
    assert_eq!(dump(&old).await.expect("reads")["people"].len(), 3, "all of it");
    old.close().await;
    assert_eq!(temporary_folders(&world), 0);

    let service = world.calling(super::world::policy(), Calling::Nothing).await;
    world.service = std::sync::Arc::new(service);
    assert_eq!(
        world.service.policy_document().serial,
        serial + 1_000,
        "no assistant takes it for an older one"
    );
    assert_eq!(world.audited("restored").await, 1);
    let alerts = world.service.alerts_since(domain::Timestamp::from_millis(0)).await.expect("reads");
    assert!(
        alerts.iter().any(|(alert, _)| alert.kind.name() == "restored"),
        "somebody else may have done it"
    );
    let code = known.phone.code(world.now());
    assert_eq!(world.outcome("jsmith", &code, outside()).await, VerifyOutcome::Accepted);
    assert_eq!(world.outcome("anunez", &code, outside()).await, VerifyOutcome::NotEnrolled);
    assert!(world.service.audit_verify(None).await.expect("reads").is_whole());
    let faults = world.service.audit_verify(Some(&newer)).await.expect("reads").faults;
    assert_eq!(faults, [AuditFault::GivenHead { sequence: newer.sequence }]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_no_database_any_more_is_kept_aside_with_what_belongs_to_it() {
    let world = World::sqlite().await;
    world.enrolled("jsmith").await;
    let to = backup(&world, "backup").await;
    world.service.store().close().await;
    let at = world.folder.path().join("enrol.sqlite");
    std::fs::write(&at, "nothing of the kind, for long enough to be looked at").expect("writes");
    std::fs::write(world.folder.path().join("enrol.sqlite-wal"), "left").expect("writes");
    let found = open_backup(&world, &to).await.expect("opens");
    let restored = found.put_in_place(&at, "tests", because("broken")).await.expect("restored");
    let old = restored.old.expect("kept").display().to_string();
    assert!(std::fs::read_to_string(&old).expect("reads").starts_with("nothing"));
    assert_eq!(std::fs::read_to_string(format!("{old}-wal")).expect("reads"), "left");
    world.calling(super::world::policy(), Calling::Nothing).await;
}
