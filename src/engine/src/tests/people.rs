//! What is kept on a person: described whole, shown whole but for secrets, and gone when they are erased.

use std::collections::BTreeSet;

use domain::{MethodKind, Reference};
use platform::testing::eventually;
use protocol::{ErrorCode, VerifyOutcome};
use serde_json::Value;

use super::on_both;
use super::world::{World, actor, because, new_person, outside};
use crate::audit::{self, AuditFault, Entry, What};
use crate::{EnrolmentState, OtherSpelling, PersonError, PersonExport};
use store::testing::{columns, dump, waiting_for_locks};
use store::{CodeState, StoreError};

const DAY: i64 = 24 * 60 * 60;

pub(super) async fn spoil(world: &World, sql: &'static str) {
    let done = world.service.store().write(move |tx| Box::pin(async move { tx.spoil(sql).await }));
    done.await.map_err(|error: StoreError| error).expect("writes");
}

/// A row for the person in each table that the enrolment itself leaves empty.
async fn filled(world: &World) {
    for sql in [
        "insert into calls (id, kind, person, grant_id, fingerprint, phone_hash, number_hash, digits, practice, turn, state,
                            step, events, queued_at, placed_at, ended_at, node, lease_until)
         select '0190a5f0-0000-7000-8000-0000000000c1', 'test', p.id, g.id, g.token_hash, g.token_hash, g.token_hash, '47', 0, 1, 'ended',
                'answered', 2, p.created_at, p.created_at, p.created_at, '', 0
         from people p join grants g on g.person = p.id where p.sign_in_key = 'jsmith'",
        "insert into call_events (call, number, what, ahead, at) values ('0190a5f0-0000-7000-8000-0000000000c1', 1, 'waiting', 0, 5)",
        "insert into pending_numbers (call, key_id, sealed, made_at) select '0190a5f0-0000-7000-8000-0000000000c1', 'v1', token_hash, 5
         from grants where person = (select id from people where sign_in_key = 'jsmith')",
        "insert into tested_numbers (grant_id, number_hash, at) select id, token_hash, 5
         from grants where person = (select id from people where sign_in_key = 'jsmith')",
        "insert into stopped_numbers (phone_hash, until) select phone_hash, 5 from calls",
        "insert into approvals (call, client, key, what, at_school, shown) select '0190a5f0-0000-7000-8000-0000000000c1', id, 'key', 'remote desktop', 0, 0
         from clients",
        "insert into stopped_people (person, call, at) select id, '0190a5f0-0000-7000-8000-0000000000c1', 5 from people where sign_in_key = 'jsmith'",
        "insert into verify_tries (person, place, delay_ms, next_at, day_from, day_tries)
         select id, 'school', 0, 0, 0, 1 from people where sign_in_key = 'jsmith'",
    ] {
        spoil(world, sql).await;
    }
}

async fn exported(world: &World) -> PersonExport {
    world.service.export_person("JSmith", "tests").await.expect("exports")
}

on_both! {
    async fn a_reference_finds_whose_enrolment_it_is_and_what_became_of_it(world: World) {
        let first = world.enrolled("jsmith").await;
        let reference = Reference::of(first.enrolment);
        let find = async |reference: &Reference| world.service.find_by_reference(reference).await.expect("finds");
        let found = find(&reference).await;
        assert_eq!((found.len(), found[0].person.sign_in_name.as_str()), (1, "jsmith"));
        assert_eq!(found[0].state, EnrolmentState::Counts(vec![MethodKind::AuthenticatorApp]));
        assert_eq!(found[0].accepted_at, world.now());
        assert_eq!(find(&Reference::parse("AAA AAA AA").expect("one")).await, []);
        let other = world.enrolled("other").await;
        assert_eq!(find(&Reference::of(other.enrolment)).await[0].person.sign_in_name.as_str(), "other");

        world.service.record_departure("jsmith", actor("left")).await.expect("left");
        assert_eq!(find(&reference).await[0].state, EnrolmentState::Departed);
        world.service.record_return("jsmith", actor("back")).await.expect("back");
        assert!(matches!(find(&reference).await[0].state, EnrolmentState::Counts(_)));

        let issued = world.service.issue_code(new_person("jsmith"), "tests", None, because("new phone")).await.expect("a code");
        let second = world.sign_in(&issued.code, outside()).await.expect("signs in");
        world.accept(&second.post(&world)).await.expect("accepted");
        assert_eq!(find(&reference).await[0].state, EnrolmentState::Replaced);
        assert!(matches!(find(&Reference::of(second.enrolment)).await[0].state, EnrolmentState::Counts(_)));

        world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
        assert_eq!(find(&reference).await, []);
    }

    async fn every_column_of_the_store_has_its_line_in_the_list_and_no_line_is_of_nothing(world: World) {
        let real: BTreeSet<String> = columns(world.service.store()).await.expect("reads").into_iter()
            .filter(|column| !column.starts_with("_sqlx_migrations.")).collect();
        let fields = world.service.fields();
        let listed: BTreeSet<String> =
            fields.iter().map(|field| format!("{}.{}", field.table, field.column)).collect();
        assert_eq!(listed.len(), fields.len(), "a line twice");
        let missing: Vec<_> = real.difference(&listed).collect();
        let stale: Vec<_> = listed.difference(&real).collect();
        assert!(missing.is_empty(), "not in src/store/src/data_inventory/tables.rs: {missing:?}");
        assert!(stale.is_empty(), "in src/store/src/data_inventory/tables.rs, and in no table: {stale:?}");
        for field in fields {
            assert!(![field.what, field.why, &field.kept_for].iter().any(|words| words.is_empty()), "{field:?}");
        }
    }

    async fn an_export_holds_a_row_of_every_table_and_shows_no_secret(world: World) {
        let assistant = world.enrolled("jsmith").await;
        world.enrolled("anunez").await;
        filled(&world).await;
        let export = exported(&world).await;
        let of_persons: BTreeSet<&str> =
            world.service.fields().into_iter().filter(|field| field.personal).map(|field| field.table).collect();
        let shown: BTreeSet<&str> = export.tables.iter().map(|table| table.table).collect();
        assert_eq!(shown, of_persons);
        for table in &export.tables {
            assert_eq!(table.rows[0].len(), table.columns.len(), "{}", table.table);
        }
        let rows = |name: &str| &export.tables.iter().find(|table| table.table == name).expect("there").rows;
        let method = &rows("methods")[0];
        assert_eq!(rows("methods").len(), 1);
        assert_eq!(method["sealed"], "kept, not shown");
        assert_eq!(method["phone_hash"], Value::Null, "an app has none");
        assert_eq!((&method["kind"], &method["state"]), (&Value::from("authenticator-app"), &Value::from("tested")));
        assert!(method["tested_at"].as_str().is_some_and(|at| at.starts_with("2027-01-15T")), "{method:?}");
        assert_eq!(rows("people")[0]["name"], "The person jsmith");
        let audit = rows("audit");
        assert!(audit.iter().any(|row| row["body"]["what"] == "enrolment-accepted"));
        assert_eq!(audit.last().expect("a row")["body"]["what"], "person-exported");
        assert!(rows("audit_addresses").iter().any(|row| row["address"] == "203.0.113.9"));
        let json = serde_json::to_string(&export).expect("JSON");
        assert!(!json.contains("anunez") && !json.contains("\"47\""), "{json}");
        for secret in [data_encoding::BASE32_NOPAD.encode(assistant.phone.secret()), data_encoding::HEXLOWER.encode(assistant.phone.secret())] {
            assert!(!json.contains(&secret));
        }
        assert!(matches!(world.service.export_person("nobody", "tests").await, Err(PersonError::Unknown(_))));
    }

    async fn an_export_has_the_audits_entries_in_the_order_of_their_numbers(world: World) {
        for round in 0..12 {
            let is_first = round == 0;
            let reason = (!is_first).then(|| crate::Reason::new("again").expect("a reason"));
            world.service.issue_code(new_person("jsmith"), "tests", None, reason).await.expect("a code");
        }
        let export = exported(&world).await;
        let audit = export.tables.iter().find(|table| table.table == "audit").expect("there");
        let numbers: Vec<i64> = audit.rows.iter().filter_map(|row| row["sequence"].as_i64()).collect();
        assert!(numbers.len() == audit.rows.len() && numbers.last() > Some(&20), "{numbers:?}");
        assert!(numbers.is_sorted(), "{numbers:?}");
    }

    async fn an_erased_person_is_nowhere_but_by_an_id_in_the_audit_which_stays_whole(world: World) {
        let assistant = world.enrolled("jsmith").await;
        let other = world.enrolled("anunez").await;
        filled(&world).await;
        let kept = world.service.audit_head().await.expect("a head");
        spoil(&world, "update calls set state = 'placed', node = 'another', lease_until = 9000000000000").await;
        assert!(matches!(world.service.erase_person("jsmith", actor("asked")).await, Err(PersonError::OnCall)));
        spoil(&world, "update calls set state = 'ended', node = ''").await;
        let rows = world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
        assert!(rows >= 14, "{rows}");

        let id = assistant.answer.person.id.to_string();
        let after = dump(world.service.store()).await.expect("reads");
        for (table, rows) in &after {
            let all = rows.join("\n");
            for trace in [&id, "jsmith", "0190a5f0-0000-7000-8000-0000000000c1"] {
                assert!(!all.contains(trace), "{trace} in {table}: {all}");
            }
        }
        for table in ["calls", "call_events", "pending_numbers", "tested_numbers", "stopped_numbers", "approvals"] {
            assert!(after[table].is_empty(), "{table}");
        }
        let report = world.service.audit_verify(Some(&kept)).await.expect("reads");
        assert!(report.is_whole(), "{:?}", report.faults);
        assert_eq!(world.audited("person-erased").await, 1);

        let code = assistant.phone.code(world.now());
        assert_eq!(world.outcome("jsmith", &code, outside()).await, VerifyOutcome::NotEnrolled);
        assert_eq!(world.service.me(assistant.session()).await.err().map(|refusal| refusal.code), Some(ErrorCode::NotSignedIn));
        assert_eq!(world.accept(&assistant.post(&world)).await.err(), Some(ErrorCode::GrantUnknown));
        // The step that proved the phone counts no second time.
        world.pass_secs(60);
        let theirs = other.phone.code(world.now());
        assert_eq!(world.outcome("anunez", &theirs, outside()).await, VerifyOutcome::Accepted, "nobody else is touched");
        assert!(matches!(world.service.erase_person("jsmith", actor("asked")).await, Err(PersonError::Unknown(_))));
        world.enrolled("jsmith").await;
    }

    async fn a_command_that_is_repeated_for_an_erased_person_leaves_their_colleague_alone(world: World) {
        const COMPOSED: &str = "si\u{e2}n.evans";
        const DECOMPOSED: &str = "sia\u{302}n.evans";
        for (erased, kept) in [(DECOMPOSED, COMPOSED), (COMPOSED, DECOMPOSED)] {
            let composed = world.enrolled(COMPOSED).await;
            let decomposed = world.enrolled("older").await;
            // As release 0.1.0 wrote it.
            spoil(&world, "update people set sign_in_key = 'sia\u{302}n.evans', sign_in_name = 'sia\u{302}n.evans'
                           where sign_in_key = 'older'").await;
            let (gone, colleague) = if erased == COMPOSED { (composed, decomposed) } else { (decomposed, composed) };
            let (gone, person) = (gone.answer.person.id, colleague.answer.person.id);
            world.service.erase_person(erased, actor("asked")).await.expect("erased");
            world.service.store().update_sign_in_keys().await.expect("brings the keys up to date");

            let before = dump(world.service.store()).await.expect("reads");
            let service = &world.service;
            for refused in [
                service.erase_person(erased, actor("asked")).await.err(),
                service.record_departure(erased, actor("asked")).await.err(),
                service.record_return(erased, actor("asked")).await.err(),
                service.clear_sign_in_stop(erased, actor("asked")).await.err(),
                service.lift_call_stops(erased, actor("asked")).await.err(),
            ] {
                let Some(PersonError::OtherSpelling(OtherSpelling { typed, stored, id })) = refused else {
                    panic!("{refused:?}")
                };
                assert_eq!((typed.as_str(), stored.as_str(), id), (erased, kept, person));
            }
            for repeated in [
                service.erase_person(gone, actor("asked")).await.err(),
                service.record_departure(gone, actor("asked")).await.err(),
            ] {
                assert!(matches!(repeated, Some(PersonError::Unknown(_))), "{repeated:?}");
            }
            assert_eq!(dump(world.service.store()).await.expect("reads"), before, "nothing changed");
            world.pass_secs(60);
            let code = colleague.phone.code(world.now());
            assert_eq!(world.outcome(erased, &code, outside()).await, VerifyOutcome::Accepted, "{kept:?}");

            world.service.record_departure(person, actor("left in July")).await.expect("left");
            world.service.erase_person(person, actor("asked")).await.expect("erased");
            assert!(dump(world.service.store()).await.expect("reads")["people"].is_empty());
        }
    }

    async fn a_call_that_nobody_places_any_more_keeps_nobody_from_being_erased(world: World) {
        for (name, state) in [
            ("jsmith", "update calls set state = 'queued', ended_at = 0"),
            ("anunez", "update calls set state = 'placed', ended_at = 0, node = 'gone', lease_until = 5"),
        ] {
            // Calls were switched off since: no service takes a turn of the queue.
            world.enrolled("jsmith").await;
            filled(&world).await;
            spoil(&world, state).await;
            if name == "jsmith" {
                world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
            } else {
                world.service.record_departure("jsmith", actor("left in July")).await.expect("left");
                world.pass_secs(31 * DAY);
                assert_eq!(world.service.delete_expired().await.expect("deletes").people, 1);
            }
            assert_eq!(world.audited("call-ended").await, if name == "jsmith" { 1 } else { 2 });
        }
    }

    async fn what_waits_where_nobody_is_called_any_more_ends_with_the_daily_deletion(world: World) {
        world.enrolled("jsmith").await;
        filled(&world).await;
        spoil(&world, "update calls set state = 'queued', ended_at = 0").await;
        world.pass_secs(60);
        world.service.delete_expired().await.expect("deletes");
        let load = world.service.store().read().await.expect("reads").load().await.expect("reads");
        assert_eq!((load.queued, world.audited("call-ended").await), (0, 1));
    }

    async fn an_erased_name_is_in_no_file_of_the_store(world: World) {
        let Some(file) = world.service.store().file().map(std::path::Path::to_owned) else { return };
        let files = || {
            let beside = |ending: &str| {
                let mut name = file.clone().into_os_string();
                name.push(ending);
                std::path::PathBuf::from(name)
            };
            [file.clone(), beside("-wal"), beside("-journal")].map(|file| std::fs::read(file).unwrap_or_default()).concat()
        };
        let holds = |name: &str| files().windows(name.len()).any(|part| part == name.as_bytes());
        world.enrolled("jsmith-of-elm").await;
        world.enrolled("anunez").await;
        assert!(holds("jsmith-of-elm") && holds("anunez"));
        world.service.erase_person("jsmith-of-elm", actor("asked")).await.expect("erased");
        assert!(!holds("jsmith-of-elm"));
        assert!(holds("anunez"), "the search finds what is kept");
        world.service.record_departure("anunez", actor("left in July")).await.expect("left");
        world.pass_secs(31 * DAY);
        assert_eq!(world.service.delete_expired().await.expect("deletes").people, 1);
        assert!(!holds("anunez"));
    }

    async fn who_is_erased_while_they_sign_in_leaves_no_address(world: World) {
        let assistant = world.enrolled("jsmith").await;
        let person = assistant.answer.person.id;
        world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
        // As one who looked them up before: on PostgreSQL others write meanwhile.
        let (keys, now) = (world.service.keys(), world.now());
        let late = world.service.store().write(move |tx| Box::pin(async move {
            let entry = Entry { person: Some(person), address: outside(), ..Entry::of(What::CodeRefused) };
            audit::append(tx, &keys, &entry, now).await
        }));
        late.await.map_err(|error: StoreError| error).expect("writes");
        assert_eq!(world.audited("code-refused").await, 1);
        let kept = dump(world.service.store()).await.expect("reads");
        assert!(!kept["audit_addresses"].iter().any(|row| row.contains(&person.to_string())));
        assert!(world.service.audit_verify(None).await.expect("reads").is_whole());
    }

    async fn who_is_erased_while_they_post_is_gone_and_nothing_breaks(world: World) {
        for number in 0..12 {
            let name = format!("person{number}");
            let assistant = {
                let code = world.code_for(&name).await;
                world.sign_in(&code, outside()).await.expect("signs in")
            };
            let post = assistant.post(&world);
            let erase = async {
                loop {
                    match world.service.erase_person(name.as_str(), actor("asked")).await {
                        Ok(_) => return,
                        // PostgreSQL ends one of two who wait for each other.
                        Err(PersonError::Fault(refusal)) if refusal.code == ErrorCode::ServiceBusy => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            };
            let (posted, ()) = tokio::join!(world.accept(&post), erase);
            let known = [ErrorCode::GrantUnknown, ErrorCode::GrantRevoked, ErrorCode::ServiceBusy];
            assert!(posted.as_ref().err().is_none_or(|code| known.contains(code)), "{posted:?}");
        }
        let after = dump(world.service.store()).await.expect("reads");
        for table in ["people", "codes", "grants", "sessions", "enrolments", "methods"] {
            assert!(after[table].is_empty(), "{table}: {:?}", after[table]);
        }
        assert!(world.service.audit_verify(None).await.expect("reads").is_whole());
    }

    async fn a_stop_stays_with_a_phone_that_is_somebody_elses_too(world: World) {
        world.enrolled("jsmith").await;
        world.enrolled("anunez").await;
        filled(&world).await;
        spoil(&world, "insert into calls (id, kind, person, grant_id, fingerprint, phone_hash, number_hash, digits, practice, turn, state,
                                          step, events, queued_at, placed_at, ended_at, node, lease_until)
                       select '0190a5f0-0000-7000-8000-0000000000c2', kind, (select id from people where sign_in_key = 'anunez'), '', fingerprint, phone_hash, number_hash,
                              digits, practice, 2, state, step, events, queued_at, placed_at, ended_at, node, lease_until from calls").await;
        world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
        let after = dump(world.service.store()).await.expect("reads");
        assert_eq!((after["stopped_numbers"].len(), after["calls"].len()), (1, 1));
    }

    async fn who_left_signs_in_no_more_and_is_erased_when_the_days_are_over(world: World) {
        let assistant = world.enrolled("jsmith").await;
        let waiting = world.code_for("anunez").await;
        let open = world.sign_in(&waiting, outside()).await.expect("signs in");
        for name in ["jsmith", "anunez"] {
            world.service.record_departure(name, actor("left in July")).await.expect("left");
            assert!(matches!(world.service.record_departure(name, actor("again")).await, Err(PersonError::Left)));
        }
        let ask = async || world.outcome("jsmith", &assistant.phone.code(world.now()), outside()).await;
        assert_eq!(ask().await, VerifyOutcome::NotEnrolled);
        assert_eq!(world.refused_sign_in(&waiting, outside()).await, ErrorCode::CodeRevoked);
        assert_eq!(world.accept(&open.post(&world)).await.err(), Some(ErrorCode::GrantRevoked));

        world.pass_secs(29 * DAY);
        assert_eq!(world.service.delete_expired().await.expect("deletes").people, 0);
        world.service.record_return("jsmith", actor("the wrong Smith")).await.expect("back");
        assert!(matches!(world.service.record_return("jsmith", actor("again")).await, Err(PersonError::Here)));
        assert_eq!(ask().await, VerifyOutcome::Accepted);
        assert_eq!(world.accept(&open.post(&world)).await.err(), Some(ErrorCode::GrantRevoked));

        world.pass_secs(2 * DAY);
        assert_eq!(world.service.delete_expired().await.expect("deletes").people, 1);
        assert!(matches!(world.service.export_person("anunez", "tests").await, Err(PersonError::Unknown(_))));
        assert!(world.service.audit_verify(None).await.expect("reads").is_whole());
    }

    async fn the_audits_old_rows_go_and_what_is_left_is_whole_and_cannot_be_cut(world: World) {
        for name in ["a", "b", "c", "d", "e"] {
            world.code_for(name).await;
        }
        let early = world.service.audit_head().await.expect("a head");
        world.pass_secs(729 * DAY);
        world.code_for("f").await;
        let late = world.service.audit_head().await.expect("a head");
        world.pass_secs(2 * DAY);
        let deleted = world.service.delete_expired().await.expect("deletes");
        assert_eq!(deleted.audit, early.sequence);
        assert_eq!(world.service.delete_expired().await.expect("deletes").audit, 0);
        let report = world.service.audit_verify(Some(&late)).await.expect("reads");
        assert!(report.is_whole(), "{:?}", report.faults);
        assert_eq!(report.rows, report.head.sequence - early.sequence);
        // The last row that went is where the chain begins, so its head still counts; one before it cannot.
        assert!(world.service.audit_verify(Some(&early)).await.expect("reads").is_whole());
        let older = protocol::AuditHead { sequence: early.sequence - 1, ..early };
        let faults = world.service.audit_verify(Some(&older)).await.expect("reads").faults;
        assert_eq!(faults, [AuditFault::GivenHeadAged { sequence: early.sequence - 1, start: early.sequence }]);

        // Somebody cuts off more of the beginning, first without the note, then with one of their own.
        spoil(&world, "delete from audit where sequence <= (select min(sequence) from audit)").await;
        let faults = world.service.audit_verify(None).await.expect("reads").faults;
        let cut = early.sequence + 1;
        assert_eq!(faults, [AuditFault::Missing { expected: cut, found: cut + 1 }]);
        spoil(&world, "update audit_start set sequence = sequence + 1").await;
        let faults = world.service.audit_verify(None).await.expect("reads").faults;
        assert!(faults.contains(&AuditFault::Start { sequence: cut }), "{faults:?}");
        spoil(&world, "delete from audit_start").await;
        let faults = world.service.audit_verify(None).await.expect("reads").faults;
        assert_eq!(faults, [AuditFault::Missing { expected: 1, found: cut + 1 }]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_erased_while_postgresql_undoes_it_for_anothers_sake_is_erased_all_the_same() {
    let world = std::sync::Arc::new(World::postgres().await);
    let issued = world.service.issue_code(new_person("jsmith"), "tests", None, None).await.expect("a code");
    let (code, person) = (issued.id, issued.person);
    // Locks in the other order: first what the erasing will wait for, then what it holds.
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let store = world.service.store().clone();
    let crossing = tokio::spawn(async move {
        let watched = store.clone();
        let crossed = store.write(move |tx| {
            Box::pin(async move {
                tx.end_code(code, CodeState::Revoked).await?;
                locked.send(()).expect("the test waits for it");
                let waits =
                    || async { (waiting_for_locks(&watched).await.expect("reads") > 0).then_some(()) };
                eventually("the erasing to wait for a lock", 30, waits).await;
                tx.lock_person(person).await
            })
        });
        crossed.await.map_err(|error: StoreError| error)
    });
    is_locked.await.expect("locked");
    let began = std::time::Instant::now();
    let erased = world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
    assert!(erased > 1, "{erased}");
    assert!(
        began.elapsed() > std::time::Duration::from_millis(900),
        "PostgreSQL looks for a deadlock after a second"
    );
    assert!(crossing.await.expect("no panic").expect("the other one was served"));
    assert!(dump(world.service.store()).await.expect("reads")["people"].is_empty());
}
