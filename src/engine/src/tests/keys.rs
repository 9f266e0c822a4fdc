//! The vault's key is changed while everything goes on; an old one is forgotten only when nothing needs it.

use std::time::Duration;

use domain::{Generation, MethodKind, PersonId, PhoneNumber};
use protocol::VerifyOutcome;

use super::on_both;
use super::world::{START, World, actor, because, outside, policy};
use crate::{KeyError, KeyStatus, OpenError, Service};
use store::{NodeRow, SealedTable, StoreError};
use vault::{KeyKind, Keys};

const NO_WAIT: Duration = Duration::ZERO;

impl World {
    /// A command: another process on the same store and the same key file.
    pub(super) async fn command(&self) -> Service {
        let keys = Keys::load(&self.keys_file(), None).expect("keys");
        Service::open_existing(&self.url, keys, self.clock()).await.expect("opens")
    }

    /// Which key of a kind is in use.
    pub(super) async fn in_use(&self, kind: KeyKind) -> String {
        let listed = self.command().await.list_keys().await.expect("lists");
        let found =
            listed.into_iter().find(|key| key.kind == kind && matches!(key.status, KeyStatus::InUse(_)));
        found.expect("one is in use").id
    }

    /// Carries out a command while a node comes up that has read these keys: it says so only when the command has begun
    /// to change something, and the command then waits for it.
    pub(super) async fn while_one_comes_up<T>(
        &self,
        key_ids: Vec<String>,
        command: impl Future<Output = T>,
    ) -> T {
        let node = NodeRow { id: "late".to_owned(), name: "late".to_owned(), key_ids, seen_at: self.now() };
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, may_end) = tokio::sync::oneshot::channel::<()>();
        let store = self.service.store().clone();
        let coming_up = tokio::spawn(async move {
            let noted = store.write(move |tx| {
                Box::pin(async move {
                    tx.share_lock_key_uses().await?;
                    tx.put_node(&node).await?;
                    begun.send(()).expect("the test waits for it");
                    may_end.await.expect("the test lets it go on");
                    Ok::<_, StoreError>(())
                })
            });
            noted.await
        });
        has_begun.await.expect("begins");
        let waits = async {
            self.until_a_write_waits().await;
            end.send(()).expect("the node that comes up waits for it");
        };
        let (done, ()) = tokio::join!(command, waits);
        coming_up.await.expect("no panic").expect("noted");
        done
    }

    async fn records_under(&self, id: &str) -> i64 {
        self.service.store().read().await.expect("reads").records_under(id).await.expect("counts")
    }
}

on_both! {
    async fn every_record_opens_after_the_vaults_key_was_changed_and_the_old_one_forgotten(world: World) {
        let (old, people) = (world.in_use(KeyKind::Vault).await, 7);
        let mut phones = Vec::new();
        for n in 0..people {
            phones.push((format!("person{n}"), world.enrolled(&format!("person{n}")).await.phone));
        }
        let command = world.command().await;
        let needed = command.forget_key(KeyKind::Vault, &old, actor("old")).await;
        assert!(matches!(needed, Err(KeyError::InUse { .. })));
        let done = command.rotate_vault("tests", because("yearly"), NO_WAIT).await.expect("rotates");
        assert_eq!((done.records, done.was_finished), (people, false));
        assert_eq!((world.records_under(&old).await, world.records_under(&done.id).await), (0, people as i64));
        // The service that runs has not looked yet, and finds the key by itself.
        world.service.refresh_keys_and_policy().await.expect("looks");
        world.pass_secs(60);
        for (name, phone) in &phones {
            let outcome = world.outcome(name, &phone.code(world.now()), outside()).await;
            assert_eq!(outcome, VerifyOutcome::Accepted, "{name}");
        }
        command.forget_key(KeyKind::Vault, &old, actor("nothing needs it")).await.expect("forgets");
        assert!(Keys::load(&world.keys_file(), None).expect("loads").find(KeyKind::Vault, &old).is_none());
        world.service.refresh_keys_and_policy().await.expect("looks");
        world.pass_secs(60);
        for (name, phone) in &phones {
            let outcome = world.outcome(name, &phone.code(world.now()), outside()).await;
            assert_eq!(outcome, VerifyOutcome::Accepted, "{name}");
        }
        for what in ["key-added", "key-in-use", "records-resealed", "key-forgotten"] {
            assert_eq!(world.audited(what).await, 1, "{what}");
        }
        assert!(command.audit_verify(None).await.expect("verifies").is_whole());
    }

    async fn a_service_that_has_not_noticed_keeps_nothing_under_the_old_key(world: World) {
        let old = world.in_use(KeyKind::Vault).await;
        let code = world.code_for("late").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        let done = world.command().await.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        assert_eq!((world.records_under(&old).await, world.records_under(&done.id).await), (0, 1));
    }

    async fn a_node_that_has_not_read_a_key_keeps_it_from_being_used(world: World) {
        world.service.report_node().await.expect("notes");
        let (old, command) = (world.in_use(KeyKind::Vault).await, world.command().await);
        let refused = command.rotate_vault("tests", None, NO_WAIT).await;
        let Err(KeyError::NotLoaded { id, nodes }) = refused else { panic!("{refused:?}") };
        assert_eq!(nodes.len(), 1);
        assert_eq!(world.in_use(KeyKind::Vault).await, old, "nothing has changed");
        world.service.refresh_keys_and_policy().await.expect("reads the file again");
        world.service.report_node().await.expect("notes");
        let done = command.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        assert_eq!(done.id, id, "the key that was added before is used");
        // Another that has died long ago keeps nobody waiting.
        world.pass_secs(600);
        command.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        assert_eq!(world.command().await.list_keys().await.expect("lists")[0].read_by, [""; 0]);
    }

    async fn a_file_without_a_key_that_nobody_has_forgotten_is_not_read(world: World) {
        let (old, command) = (world.in_use(KeyKind::Vault).await, world.command().await);
        command.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        world.service.refresh_keys_and_policy().await.expect("looks");
        let whole = std::fs::read(world.keys_file()).expect("reads");
        Keys::remove(&world.keys_file(), None, KeyKind::Vault, &old).expect("removes");
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert!(world.service.keys().find(KeyKind::Vault, &old).is_some());
        write_keys(&world, &whole);
        command.forget_key(KeyKind::Vault, &old, actor("old")).await.expect("forgets");
        world.service.refresh_keys_and_policy().await.expect("looks");
        assert!(world.service.keys().find(KeyKind::Vault, &old).is_none());
    }

    async fn a_key_that_lay_in_a_leaked_file_is_taken_only_by_its_name(world: World) {
        let command = world.command().await;
        for kind in KeyKind::ALL {
            command.check_no_unused_key(kind, None).await.expect("there is none");
            let waiting = command.add_key(kind, "tests").await.expect("adds");
            let refused = command.check_no_unused_key(kind, None).await;
            let named = matches!(&refused, Err(KeyError::StoredTogether { kind: of, id }) if *of == kind && *id == waiting);
            assert!(named, "{refused:?}");
            command.check_no_unused_key(kind, Some(&waiting)).await.expect("it is named");
        }
    }

    async fn a_change_that_was_broken_off_goes_on(world: World) {
        let old = world.in_use(KeyKind::Vault).await;
        for n in 0..3 {
            world.enrolled(&format!("person{n}")).await;
        }
        let command = world.command().await;
        let first = command.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        // One record is put back as it was before its turn came.
        let (record, was) = one_record(&world, &first.id).await;
        let sealed = seal_with(&world, &old, &record, &was).await;
        put(&world, &record, &first.id, sealed).await;
        let needed = command.forget_key(KeyKind::Vault, &old, actor("old")).await;
        assert!(matches!(needed, Err(KeyError::NeededByRecords { records: 1, .. })), "{needed:?}");
        let again = command.rotate_vault("tests", None, NO_WAIT).await.expect("goes on");
        assert_eq!((again.id, again.records, again.was_finished), (first.id, 1, true));
    }

    async fn a_record_that_does_not_open_stays_and_is_named(world: World) {
        let old = world.in_use(KeyKind::Vault).await;
        let (spoilt, fine) = (world.enrolled("spoilt").await, world.enrolled("fine").await);
        let (record, mut was) = one_record(&world, &old).await;
        assert!([spoilt.answer.person.id, fine.answer.person.id].contains(&record.person));
        *was.sealed.last_mut().expect("a byte") ^= 1;
        put(&world, &record, &old, was).await;
        let command = world.command().await;
        let refused = command.rotate_vault("tests", None, NO_WAIT).await;
        let Err(KeyError::RecordsDoNotOpen { people, records: 1.. }) = refused else { panic!("{refused:?}") };
        assert_eq!(people.len(), 1);
        assert_eq!(world.records_under(&old).await, 1, "the other is under the new key");
    }

    async fn a_service_without_a_key_that_is_needed_does_not_open_and_names_it(world: World) {
        let before = std::fs::read(world.keys_file()).expect("reads");
        let done = world.command().await.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        write_keys(&world, &before);
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let opened = Service::open_existing(&world.url, keys, world.clock()).await;
        let Err(OpenError::KeyMissing { kind: KeyKind::Vault, id }) = opened else { panic!("opened") };
        assert_eq!(id, done.id);
    }

    async fn a_number_that_waits_for_its_call_is_sealed_anew_and_opens_in_its_place_alone(world: World) {
        let number = PhoneNumber::new("447700900123", "").expect("a number");
        let person = world.enrolled("caller").await.answer.person.id;
        let call = domain::CallId::at(world.now(), [7; 10]);
        let place = place_of(call, person);
        let record = world.service.vault.seal_number(&place, &number).expect("seals");
        add_call(&world, call, person, record).await;
        world.command().await.rotate_vault("tests", None, NO_WAIT).await.expect("rotates");
        world.service.refresh_keys_and_policy().await.expect("looks");
        let anew = world.service.store().read().await.expect("reads").pending(call).await.expect("reads").expect("is there");
        assert_eq!(anew.key_id, world.in_use(KeyKind::Vault).await);
        let vault = &world.service.vault;
        assert!(vault.reseal(&place, &anew).is_ok());
        let stranger = PersonId::from_uuid(uuid::Uuid::from_u128(9));
        for moved in [
            place_of(domain::CallId::at(world.now(), [8; 10]), person),
            place_of(call, stranger),
            vault::RecordBinding { table: "methods", ..place },
            vault::RecordBinding { kind: MethodKind::AuthenticatorApp, ..place },
            vault::RecordBinding { generation: Generation(1), ..place },
        ] {
            assert!(vault.reseal(&moved, &anew).is_err(), "{moved:?}");
        }
    }

    async fn a_number_that_does_not_open_ends_its_call_and_keeps_no_rotation_waiting(world: World) {
        let number = PhoneNumber::new("447700900123", "").expect("a number");
        let person = world.enrolled("caller").await.answer.person.id;
        let lost = domain::CallId::at(world.now(), [7; 10]);
        let mut record = world.service.vault.seal_number(&place_of(lost, person), &number).expect("seals");
        *record.sealed.last_mut().expect("a byte") ^= 1;
        add_call(&world, lost, person, record).await;
        let old = world.in_use(KeyKind::Vault).await;
        world.command().await.rotate_vault("tests", None, NO_WAIT).await.expect("comes to its end");
        assert_eq!(world.records_under(&old).await, 0);
        let mut rows = world.service.store().read().await.expect("reads");
        assert!(rows.pending(lost).await.expect("reads").is_none());
        let call = rows.call(lost).await.expect("reads").expect("is there");
        assert!(call.has_ended());
    }
}

fn place_of(call: domain::CallId, person: PersonId) -> vault::RecordBinding {
    crate::calls::pending_number_binding(call, person)
}

async fn add_call(world: &World, call: domain::CallId, person: PersonId, record: vault::SealedRecord) {
    use store::{CallKind, CallRow, WantedCall};
    let hashes = world.service.keys().number_hashes(&PhoneNumber::new("447700900123", "").expect("a number"));
    let wanted = WantedCall {
        id: call,
        kind: CallKind::Approval,
        person,
        fingerprint: [1; 32],
        hashes,
        digits: "47".to_owned(),
        practice: true,
    };
    let row = CallRow::queued(wanted, 1, world.now());
    let added = world.service.store().write(move |tx| {
        Box::pin(async move {
            tx.add_call(&row, 0).await?;
            tx.add_pending(row.id, &record, START.millis()).await
        })
    });
    added.await.map_err(|error: StoreError| error).expect("added");
}

fn write_keys(world: &World, content: &[u8]) {
    std::fs::write(world.keys_file(), content).expect("writes");
    assert!(policy().check().is_ok());
}

async fn one_record(world: &World, key: &str) -> (vault::RecordBinding, vault::SealedRecord) {
    let mut rows = world.service.store().read().await.expect("reads");
    let found = rows.some_records_under(SealedTable::Methods, key, "", 1).await;
    found.expect("reads").pop().expect("a record")
}

/// A record as an older key would have sealed it.
async fn seal_with(
    world: &World,
    key: &str,
    place: &vault::RecordBinding,
    record: &vault::SealedRecord,
) -> vault::SealedRecord {
    let keys = Keys::load(&world.keys_file(), None).expect("keys");
    let only = vault::KeyUse {
        kind: KeyKind::Vault,
        id: key.to_owned(),
        from: START,
        ended: None,
        state: vault::KeyState::Kept,
    };
    let keys = keys.with_uses(vault::KeyUses::new(vec![only]));
    let vault = vault::Vault::new(std::sync::Arc::new(vault::Keyring::new(keys)));
    vault.reseal(place, record).expect("seals")
}

async fn put(world: &World, place: &vault::RecordBinding, key: &str, record: vault::SealedRecord) {
    let (id, key) = (place.record, key.to_owned());
    let replaced = world.service.store().write(move |tx| {
        Box::pin(async move { tx.replace_record(SealedTable::Methods, id, &key, &record).await })
    });
    assert!(replaced.await.map_err(|error: StoreError| error).expect("replaced"));
}
