//! An enrolment can begin with an identity that was proved in any way, not only by a code.

use domain::Label;
use protocol::{ErrorCode, GrantToken, SignInResponse};
use store::testing::dump;
use store::{Evidence, StoreError, WayName};

use super::on_both;
use super::people::spoil;
use super::world::{Assistant, World, actor, outside};
use crate::EnvelopeRotation;
use crate::admission::{Admitted, Identity};
use crate::refusal::Refusal;

const SUBJECT: &str = "uid=jsmith,ou=staff";

impl World {
    /// Somebody who is known here and has no code.
    async fn known(&self, name: &str) {
        let code = self.code_for(name).await;
        self.service.revoke_code(&code.printed(), actor("not needed")).await.expect("revoked");
    }

    /// Admits somebody who has proved to a directory who they are.
    async fn admitted(&self, name: &str) -> Result<Assistant, ErrorCode> {
        let (token, enrolment) = (GrantToken::from_bytes(&self.random()), self.enrolment_id());
        let policy = self.service.policy();
        let (admission, session) =
            self.service.admission(&policy, enrolment, &token, outside(), None).expect("entropy");
        let label = Label::new(name).expect("a label");
        let found = self.service.store().read().await.expect("reads").person_by_name(name).await;
        let person = found.expect("reads").expect("known");
        let identity = Identity {
            person: person.clone(),
            way: WayName::new("ldap"),
            evidence: Evidence::Subject(SUBJECT.to_owned()),
        };
        let admitted = self.service.store().write(move |tx| {
            Box::pin(async move {
                let first = admission.admit(tx, &identity).await?;
                if let Ok(Admitted { grant, is_new }) = &first {
                    assert!(*is_new);
                    let again = admission.admit(tx, &identity).await?.expect("its answer was lost");
                    assert!(!again.is_new && again.grant.id == grant.id);
                }
                Ok(first)
            })
        });
        let admitted: Result<Result<Admitted, Refusal>, StoreError> = admitted.await;
        let grant = admitted.expect("writes").map_err(|refusal| refusal.code)?.grant;
        let answer = SignInResponse {
            session,
            grant: grant.id,
            generation: person.generation,
            school_name: label,
            person: person.person,
            grant_expires_at: grant.expires_at,
            used_before: false,
            last_used_at: None,
            signed_in_at: None,
            set_up: Vec::new(),
            station: None,
        };
        Ok(self.assistant(answer, token, enrolment))
    }
}

on_both! {
    async fn whoever_proved_themselves_without_a_code_enrols_once(world: World) {
        world.known("jsmith").await;
        let (assistant, other) = (world.admitted("jsmith").await.expect("admitted"), world.admitted("jsmith").await.expect("admitted"));
        world.service.me(assistant.session()).await.expect("signed in");
        world.accept(&assistant.post(&world)).await.expect("accepted");
        world.accept(&assistant.post(&world)).await.expect_err("another envelope of the same enrolment");
        assert_eq!(world.accept(&other.post(&world)).await.err(), Some(ErrorCode::AlreadyEnrolled));
        assert_eq!(world.audited("enrolment-second-post").await, 1);
        assert_eq!(world.admitted("jsmith").await.err(), Some(ErrorCode::AlreadyEnrolled));
        let rows = dump(world.service.store()).await.expect("reads");
        assert!(rows["grants"].iter().all(|row| row.contains(SUBJECT)), "{:?}", rows["grants"]);
        for (table, rows) in rows.iter().filter(|(table, _)| *table != "grants") {
            assert!(!rows.join("\n").contains(SUBJECT), "{table}");
        }
        let export = world.service.export_person("jsmith", "tests").await.expect("exports");
        let grants = export.tables.iter().find(|table| table.table == "grants").expect("there");
        for row in &grants.rows {
            assert_eq!((&row["way"], &row["evidence"]), (&"ldap".into(), &SUBJECT.into()));
            assert_eq!(row["code"], serde_json::Value::Null);
        }
        world.service.erase_person("jsmith", actor("asked")).await.expect("erased");
        assert!(dump(world.service.store()).await.expect("reads")["grants"].is_empty());
    }

    async fn what_came_of_no_code_ends_when_its_person_leaves(world: World) {
        world.known("jsmith").await;
        let assistant = world.admitted("jsmith").await.expect("admitted");
        world.service.record_departure("jsmith", actor("moved")).await.expect("left");
        assert_eq!(world.accept(&assistant.post(&world)).await.err(), Some(ErrorCode::GrantRevoked));
        assert_eq!(world.service.me(assistant.session()).await.err().map(|refusal| refusal.code), Some(ErrorCode::NotSignedIn));
        assert_eq!(world.admitted("jsmith").await.err(), Some(ErrorCode::NotAllowed));
    }

    async fn what_came_of_no_code_ends_with_a_key_that_somebody_else_may_have(world: World) {
        world.known("jsmith").await;
        let assistant = world.admitted("jsmith").await.expect("admitted");
        let post = assistant.post(&world);
        let soon = std::time::Duration::from_secs(5);
        let done = world.service.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, soon).await.expect("rotates");
        assert_eq!(done.start_again.iter().map(|person| person.sign_in_name.as_str()).collect::<Vec<_>>(), ["jsmith"]);
        assert_eq!(world.audited("grants-revoked").await, 1);
        assert_eq!(world.accept(&post).await.err(), Some(ErrorCode::KeyRetired));
        assert_eq!(world.service.me(assistant.session()).await.err().map(|refusal| refusal.code), Some(ErrorCode::NotSignedIn));
    }

    async fn a_grant_is_stored_with_its_evidence_and_as_release_0_1_0_stores_it(world: World) {
        world.enrolled("jsmith").await;
        // As 0.1.0 says it, which may serve the same store until it is updated too.
        spoil(&world, "insert into grants (id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at, expires_at, station)
            select 'by-0-1-0', 'e2', person, generation, code, way, policy_serial, token_hash, 'open', made_at, expires_at, station from grants").await;
        for nothing_or_both in [
            "insert into grants (id, enrolment, person, generation, way, policy_serial, token_hash, state, made_at, expires_at)
             select 'x', 'x', person, generation, 'ldap', policy_serial, token_hash, 'open', made_at, expires_at from grants where id = 'by-0-1-0'",
            "insert into grants (id, enrolment, person, generation, code, way, policy_serial, token_hash, state, made_at, expires_at, evidence)
             select 'x', 'x', person, generation, code, way, policy_serial, token_hash, 'open', made_at, expires_at, 'y' from grants where id = 'by-0-1-0'",
            "insert into grants (id, enrolment, person, generation, way, policy_serial, token_hash, state, made_at, expires_at, evidence)
             select 'x', 'x', person, generation, way, policy_serial, token_hash, 'open', made_at, expires_at, 'y' from grants where id = 'by-0-1-0'",
        ] {
            let refused = world.service.store().write(move |tx| Box::pin(async move { tx.spoil(nothing_or_both).await }));
            assert!(matches!(refused.await, Err(StoreError::Query { .. })), "{nothing_or_both}");
        }
    }
}
