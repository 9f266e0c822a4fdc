//! Stores whose keys release 0.1.0 made: the sign-in name in lower case, whatever its form.

use domain::{Label, Person, PersonId, SchoolId};
use platform::testing::{CapturedLog, eventually};
use tokio::sync::oneshot;

use super::*;
use crate::BoxFuture;
use crate::testing::waiting_for_locks;
use crate::tests::{Both, both};

const COMPOSED: &str = "si\u{e2}n.evans";
const DECOMPOSED: &str = "sia\u{302}n.evans";
const WIDE: &str = "\u{ff53}\u{ff50}\u{ff52}\u{ff49}\u{ff43}\u{ff45}";

/// The ids of the made-up people are told apart by their last digit.
fn id(nth: u128) -> PersonId {
    PersonId::from_uuid(uuid::Uuid::from_u128(nth))
}

/// Adds somebody as release 0.1.0 does.
async fn add_as_0_1_0(store: &Store, nth: u128, name: &str, created_at: i64) {
    let sql = format!(
        "insert into people (id, sign_in_key, sign_in_name, name, school, generation, created_at, departed_at)
         values ('{}', '{}', '{name}', 'Somebody', 'elm', 0, {created_at}, 0)",
        id(nth),
        name.to_lowercase()
    );
    let sql: &'static str = Box::leak(sql.into_boxed_str());
    store.write(move |tx| Box::pin(async move { tx.spoil(sql).await })).await.expect("adds");
}

async fn found(store: &Store, name: &str) -> Option<PersonId> {
    let mut reader = store.read().await.expect("reads");
    reader.person_by_name(name).await.expect("reads").map(|row| row.person.id)
}

/// Who a code for this name would be for.
async fn put(store: &Store, name: &str) -> PersonId {
    let label = |text: &str| Label::new(text).expect("a label");
    let person = Person {
        id: id(99),
        name: label("Somebody"),
        sign_in_name: label(name),
        school: SchoolId("elm".to_owned()),
    };
    let row = store.write(move |tx| Box::pin(async move { tx.put_person(&person, 9).await })).await;
    row.map_err(|error: StoreError| error).expect("put").person.id
}

async fn people(store: &Store) -> Vec<Keyed> {
    let mut people = store.read().await.expect("reads").sign_in_keys().await.expect("reads");
    people.sort();
    people
}

async fn erase(store: &Store, nth: u128) {
    let erased = store.write(move |tx| Box::pin(async move { tx.delete_person(id(nth)).await })).await;
    assert_eq!(erased.map_err(|error: StoreError| error).expect("erased"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_an_older_store_are_found_in_every_form_of_their_name() {
    let Both { stores, .. } = &both().await;
    for (store, url) in stores {
        for (nth, name) in [(1, DECOMPOSED), (2, WIDE), (3, "Jane  Smith"), (4, "jsmith")] {
            add_as_0_1_0(store, nth, name, 1).await;
        }
        // A command may open the store before the service has started on it.
        assert_eq!(found(store, "SIA\u{302}N.EVANS").await, Some(id(1)), "{url}");
        assert_eq!(put(store, DECOMPOSED).await, id(1), "{url}");
        // Both nodes start at once.
        let (one, other) = tokio::join!(store.migrate(), store.update_sign_in_keys());
        one.and(other).expect("brings the keys up to date");
        for (nth, forms) in [
            (1, [DECOMPOSED, COMPOSED, "SI\u{c2}N.EVANS"]),
            (2, [WIDE, "sprice", "spr\u{ad}ice"]),
            (3, ["Jane  Smith", "jane smith", "jane\u{a0}smith"]),
            (4, ["jsmith", "JSmith", " jsmith\u{200b}"]),
        ] {
            for form in forms {
                assert_eq!(found(store, form).await, Some(id(nth)), "{url} {form:?}");
            }
            assert_eq!(put(store, forms[1]).await, id(nth), "{url}");
        }
        let names: Vec<String> = people(store).await.into_iter().map(|(_, _, name)| name).collect();
        assert_eq!(names, [DECOMPOSED, WIDE, "Jane  Smith", "jsmith"], "as they were typed: {url}");
        assert_eq!(found(store, "sian.evans").await, None, "{url}");
        let new = put(store, "sian.evans").await;
        assert_eq!((new, people(store).await.len()), (id(99), 5), "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_old_people_with_one_name_nobody_is_lost_or_merged() {
    let Both { stores, .. } = &both().await;
    for (store, url) in stores {
        add_as_0_1_0(store, 1, DECOMPOSED, 1).await;
        add_as_0_1_0(store, 2, COMPOSED, 2).await;
        let log = CapturedLog::default();
        {
            let _here = tracing::subscriber::set_default(log.as_text());
            store.update_sign_in_keys().await.expect("looks");
        }
        let said = log.text();
        assert!(said.contains(&id(1).to_string()) && said.contains(&id(2).to_string()), "{url}: {said}");
        assert!(!said.contains("evans"), "{url}: {said}");
        for (form, who) in
            [(DECOMPOSED, 1), (COMPOSED, 2), ("SI\u{c2}N.EVANS", 2), ("si\u{e2}n\u{ad}.evans", 2)]
        {
            assert_eq!(found(store, form).await, Some(id(who)), "{url} {form:?}");
        }
        assert_eq!((put(store, DECOMPOSED).await, put(store, COMPOSED).await), (id(1), id(2)), "{url}");
        assert_eq!(people(store).await.len(), 2, "{url}");
        // When one of them is gone, the other has the name in all its forms.
        erase(store, 2).await;
        store.update_sign_in_keys().await.expect("brings the key up to date");
        for form in [DECOMPOSED, COMPOSED] {
            assert_eq!(found(store, form).await, Some(id(1)), "{url} {form:?}");
        }
    }
}

/// Holds a lock, and changes keys when another transaction waits for it. Meanwhile a code is issued for the older
/// spelling. Returns who gets it.
async fn put_while(
    store: &Store,
    change: impl for<'t> FnOnce(&'t mut Tx, oneshot::Sender<()>) -> BoxFuture<'t, Result<(), StoreError>>
    + Send
    + 'static,
) -> PersonId {
    let (locked, is_locked) = oneshot::channel();
    let changing = tokio::spawn({
        let store = store.clone();
        async move { store.write(move |tx| change(tx, locked)).await }
    });
    is_locked.await.expect("locked");
    let person = put(store, DECOMPOSED).await;
    changing.await.expect("no panic").expect("changes");
    person
}

async fn until_another_waits(store: &Store) {
    let waits = || async { (waiting_for_locks(store).await.expect("reads") > 0).then_some(()) };
    eventually("a code that waits for the lock", 20, waits).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_issued_while_keys_change_on_postgresql_makes_no_second_person() {
    let Both { stores, .. } = &both().await;
    let (store, _) = &stores[1];
    add_as_0_1_0(store, 1, DECOMPOSED, 1).await;
    let watched = store.clone();
    let person = put_while(store, move |tx, locked| {
        Box::pin(async move {
            tx.lock_sign_in_keys().await?;
            locked.send(()).expect("the test waits for it");
            until_another_waits(&watched).await;
            tx.move_sign_in_key(&id(1).to_string(), DECOMPOSED, COMPOSED).await
        })
    });
    assert_eq!((person.await, people(store).await.len()), (id(1), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_issued_while_one_of_two_is_erased_on_postgresql_makes_no_second_person() {
    let Both { stores, .. } = &both().await;
    let (store, _) = &stores[1];
    add_as_0_1_0(store, 1, DECOMPOSED, 1).await;
    add_as_0_1_0(store, 2, COMPOSED, 2).await;
    let watched = store.clone();
    let person = put_while(store, move |tx, locked| {
        Box::pin(async move {
            assert!(tx.lock_person(id(1)).await?);
            locked.send(()).expect("the test waits for it");
            until_another_waits(&watched).await;
            tx.delete_person(id(1)).await.map(|_| ())
        })
    });
    assert_eq!((person.await, people(store).await.len()), (id(2), 1));
}

#[test]
fn who_was_added_first_gets_the_key_that_nobody_has() {
    let keyed = |nth: u128, name: &str| (id(nth).to_string(), name.to_lowercase(), name.to_owned());
    let other = "SIA\u{302}N.\u{ff25}VANS";
    let Changes { moved, clashes } = changes(&[keyed(1, DECOMPOSED), keyed(2, other), keyed(3, "jsmith")]);
    assert_eq!(moved, [(id(1).to_string(), DECOMPOSED.to_owned(), COMPOSED.to_owned())]);
    assert_eq!(clashes, [(id(2).to_string(), id(1).to_string())]);
}
