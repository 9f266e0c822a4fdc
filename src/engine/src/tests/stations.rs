//! Stations: registered with a code, known by their key, refused once revoked; and codes that count at stations alone.

use std::net::IpAddr;
use std::time::Duration;

use domain::{CodeWhere, EnrolmentCode, Label, SchoolId, StationId};
use protocol::{
    ErrorCode, GrantToken, HEADER_VERSION, PolicyDocument, Purpose, SealPurpose, Sealed, SignInResponse,
    StationDocument, StationHeader, StationKey, StationPayload, StationSigner,
};

use super::on_both;
use super::world::{World, actor, at_elm, outside, policy};
use crate::EnvelopeRotation;
use crate::{Refusal, Service, StationError, StationState};
use store::StoreError;

fn label(name: &str) -> Label {
    Label::new(name).expect("a label")
}

fn elm() -> SchoolId {
    SchoolId("elm".to_owned())
}

/// A computer with a key.
struct Computer(StationSigner);

impl Computer {
    fn new(seed: u8) -> Self {
        Self(StationSigner::from_bytes(&[seed; 32]))
    }

    fn key(&self) -> StationKey {
        self.0.key()
    }

    fn seal(&self, world: &World, document: &PolicyDocument, code: &EnrolmentCode) -> Sealed {
        let header = StationHeader {
            v: HEADER_VERSION,
            service: document.service,
            key_id: document.envelope_key.id.clone(),
            key: self.key(),
            time: world.now(),
        };
        let plain = StationPayload(code.clone()).encode();
        protocol::seal(SealPurpose::Station, document.service, &document.envelope_key, &header, &plain)
            .expect("seals")
    }

    async fn register(&self, world: &World, code: &EnrolmentCode) -> Result<StationDocument, ErrorCode> {
        let sealed = self.seal(world, &world.service.policy_document(), code);
        let signed =
            world.service.register_station(at_elm(), &sealed).await.map_err(|refusal| refusal.code)?;
        Ok(signed.open(Purpose::Station, &world.service.keys().identity_key()).expect("ours"))
    }

    /// Signs somebody in here, vouched for as a station.
    async fn sign_in(
        &self,
        world: &World,
        service: &Service,
        station: StationId,
        code: &EnrolmentCode,
        from: Option<IpAddr>,
    ) -> Result<SignInResponse, Refusal> {
        let serial = service.policy_document().serial;
        let token = GrantToken::from_bytes(&world.random());
        let sealed = world.seal_sign_in_under(serial, code, world.enrolment_id(), &token);
        service.sign_in(Some(&self.0.sign_assertion(station, &sealed)), from, &sealed).await
    }
}

impl World {
    async fn station_code(&self, name: &str) -> EnrolmentCode {
        self.service.add_station(label(name), elm(), "tests", None).await.expect("a code").code
    }

    async fn state_of(&self, name: &str) -> StationState {
        let stations = self.service.stations().await.expect("stations");
        stations.into_iter().find(|station| station.name == label(name)).expect("there").state
    }

    async fn strict(&self) -> Service {
        let mut strict = policy();
        strict.codes.r#where = CodeWhere::Station;
        self.second(strict).await
    }
}

fn code_of<T>(answer: Result<T, Refusal>) -> Option<ErrorCode> {
    answer.err().map(|refusal| refusal.code)
}

on_both! {
    async fn a_station_is_one_station_in_every_form_of_its_name(world: World) {
        let other_form = "CAFE\u{301} PC";
        let first = world.station_code("Caf\u{e9} PC").await;
        let second = world.station_code(other_form).await;
        assert_eq!(Computer::new(1).register(&world, &first).await, Err(ErrorCode::CodeUnknown), "the second replaces it");
        let document = Computer::new(1).register(&world, &second).await.expect("registered");
        assert_eq!(document.name.as_str(), "Caf\u{e9} PC");
        let taken = world.service.add_station(label(other_form), elm(), "tests", None).await.err();
        assert!(matches!(taken, Some(StationError::Taken(_))), "{taken:?}");
        assert_eq!(world.service.stations().await.expect("reads").len(), 1);
        world.service.revoke_station(label(other_form), actor("stolen")).await.expect("revoked");
        assert!(matches!(world.state_of("Caf\u{e9} PC").await, StationState::Revoked));
    }

    async fn a_computer_becomes_a_station_once_and_a_lost_answer_is_given_again(world: World) {
        let code = world.station_code("Staff room").await;
        assert!(matches!(world.state_of("Staff room").await, StationState::Awaited { .. }));
        let (computer, other) = (Computer::new(1), Computer::new(2));
        let document = computer.register(&world, &code).await.expect("registered");
        assert_eq!((document.key, document.name.as_str()), (computer.key(), "Staff room"));
        world.pass_secs(3 * 24 * 3600);
        assert_eq!(computer.register(&world, &code).await, Ok(document), "also when the code has expired since");
        assert_eq!(other.register(&world, &code).await, Err(ErrorCode::CodeUsed));
        let taken = world.service.add_station(label("Staff room"), elm(), "tests", None).await;
        assert!(matches!(taken, Err(StationError::Taken(_))), "its code would be another");
        // One key is one station: revoked under one name, it would count under the other.
        let hall = world.station_code("Hall").await;
        assert_eq!(computer.register(&world, &hall).await, Err(ErrorCode::StationKeyTaken));
        assert!(matches!(world.state_of("Staff room").await, StationState::Registered { seen_at: None, .. }));
        assert_eq!((world.audited("station-added").await, world.audited("station-registered").await), (2, 1));
    }

    async fn the_same_asked_twice_at_once_is_done_once_and_answered_twice(world: World) {
        let computer = Computer::new(1);
        for round in 0..8 {
            let code = world.station_code(&format!("Room {round}")).await;
            let computer = Computer::new(10 + round);
            let ask = || computer.register(&world, &code);
            let (one, two, three) = tokio::join!(ask(), ask(), ask());
            assert!(one.is_ok() && one == two && two == three, "{one:?} {two:?} {three:?}");
        }
        assert_eq!(world.audited("station-registered").await, 8);
        let code = world.station_code("Hall").await;
        let other = Computer::new(2);
        let (one, two) = tokio::join!(computer.register(&world, &code), other.register(&world, &code));
        let used = |answer: &Result<StationDocument, ErrorCode>| *answer == Err(ErrorCode::CodeUsed);
        assert!((one.is_ok() && used(&two)) || (two.is_ok() && used(&one)), "{one:?} {two:?}");
    }

    async fn a_code_that_does_not_count_registers_nothing(world: World) {
        let computer = Computer::new(1);
        assert_eq!(computer.register(&world, &world.wrong_code()).await, Err(ErrorCode::CodeUnknown));
        let persons = world.code_for("jsmith").await;
        assert_eq!(computer.register(&world, &persons).await, Err(ErrorCode::CodeUnknown), "a person's");
        let late = world.station_code("Late").await;
        let replaced = world.station_code("Lost note").await;
        let newer = world.station_code("Lost note").await;
        let revoked = world.station_code("Changed mind").await;
        world.service.revoke_station(label("Changed mind"), actor("not there")).await.expect("revoked");
        assert_eq!(computer.register(&world, &replaced).await, Err(ErrorCode::CodeUnknown));
        assert_eq!(computer.register(&world, &revoked).await, Err(ErrorCode::CodeRevoked));
        assert!(computer.register(&world, &newer).await.is_ok());
        assert_eq!(world.refused_sign_in(&newer, outside()).await, ErrorCode::CodeUnknown, "it is nobody's");
        world.pass_secs(24 * 3600);
        assert_eq!(computer.register(&world, &late).await, Err(ErrorCode::CodeExpired));
        let sealed = computer.seal(&world, &world.service.policy_document(), &late);
        world.pass_secs(16 * 60);
        assert_eq!(code_of(world.service.register_station(at_elm(), &sealed).await), Some(ErrorCode::ClockOff));
    }

    async fn guessing_a_stations_code_counts_as_guessing_any(world: World) {
        let computer = Computer::new(1);
        let seal = || computer.seal(&world, &world.service.policy_document(), &world.wrong_code());
        let most = policy().limits.code_failures_outside;
        for _ in 0..most {
            assert_eq!(code_of(world.service.register_station(outside(), &seal()).await), Some(ErrorCode::CodeUnknown));
        }
        assert_eq!(code_of(world.service.register_station(outside(), &seal()).await), Some(ErrorCode::TryLater));
        assert_eq!(world.refused_sign_in(&world.wrong_code(), outside()).await, ErrorCode::TryLater);
        assert_eq!(computer.register(&world, &world.wrong_code()).await, Err(ErrorCode::CodeUnknown), "at school");
        assert_eq!(world.audited("codes-guessed").await, 1, "here as well it is an alert");
        assert_eq!(world.audited("sign-in-refused").await, usize::try_from(most).expect("few") + 1);
    }

    async fn a_code_for_stations_counts_there_alone_and_the_enrolment_says_where(world: World) {
        let strict = world.strict().await;
        let computer = Computer::new(1);
        let station = computer.register(&world, &world.station_code("Staff room").await).await.expect("one").station;
        let code = world.code_for("jsmith").await;
        let serial = strict.policy_document().serial;
        let sealed = || {
            let token = GrantToken::from_bytes(&world.random());
            world.seal_sign_in_under(serial, &code, world.enrolment_id(), &token)
        };
        for from in [outside(), at_elm()] {
            assert_eq!(code_of(strict.sign_in(None, from, &sealed()).await), Some(ErrorCode::CodeNotAtStation));
        }
        // Another's word for it, the same word for something else, and nobody's.
        let stranger = Computer::new(2);
        assert_eq!(code_of(stranger.sign_in(&world, &strict, station, &code, at_elm()).await), Some(ErrorCode::StationUnknown));
        let (one, other) = (sealed(), sealed());
        let refused = strict.sign_in(Some(&computer.0.sign_assertion(station, &one)), at_elm(), &other).await;
        assert_eq!(code_of(refused), Some(ErrorCode::StationUnknown));
        let nowhere = StationId::from_uuid(world.enrolment_id().uuid());
        assert_eq!(code_of(computer.sign_in(&world, &strict, nowhere, &code, at_elm()).await), Some(ErrorCode::StationUnknown));
        assert_eq!(world.audited("station-refused").await, 0, "who has not the key writes nothing");
        assert!(matches!(world.state_of("Staff room").await, StationState::Registered { seen_at: None, .. }));

        world.pass_secs(60);
        let answer = computer.sign_in(&world, &strict, station, &code, outside()).await.expect("signs in");
        assert_eq!(answer.station, Some(station));
        let seen = world.state_of("Staff room").await;
        assert!(matches!(seen, StationState::Registered { seen_at: Some(at), .. } if at == world.now()), "{seen:?}");
    }

    async fn an_enrolment_names_the_station_of_its_sign_in_and_no_other(world: World) {
        let computer = Computer::new(1);
        let station = computer.register(&world, &world.station_code("Staff room").await).await.expect("one").station;
        let (enrolment, token) = (world.enrolment_id(), GrantToken::from_bytes(&world.random()));
        let sealed = world.seal_sign_in(&world.code_for("jsmith").await, enrolment, &token);
        let assertion = computer.0.sign_assertion(station, &sealed);
        let answer = world.service.sign_in(Some(&assertion), outside(), &sealed).await.expect("signs in");
        let again = world.service.sign_in(Some(&assertion), outside(), &sealed).await.expect("its answer was lost");
        assert_eq!(answer.grant, again.grant);
        let elsewhere = world.service.sign_in(None, outside(), &sealed).await;
        assert_eq!(code_of(elsewhere), Some(ErrorCode::EnrolmentConflict), "not that sign-in without its station");
        let mut assistant = world.sign_in(&world.code_for("other").await, outside()).await.expect("signs in");
        (assistant.answer, assistant.enrolment, assistant.token) = (again, enrolment, token);
        let here = assistant.header(&world);
        for claimed in [None, Some("front-desk".to_owned()), Some(StationId::from_uuid(enrolment.uuid()).to_string())] {
            let header = protocol::EnrolmentHeader { station: claimed.clone(), ..here.clone() };
            let post = assistant.seal(&world, &header, vec![assistant.proved_at(world.now())]);
            assert_eq!(world.accept(&post).await, Err(ErrorCode::NotAllowed), "{claimed:?}");
        }
        let header = protocol::EnrolmentHeader { station: Some(station.to_string()), ..here };
        let post = assistant.seal(&world, &header, vec![assistant.proved_at(world.now())]);
        assert!(world.accept(&post).await.is_ok());
        let rows = world.service.store().read().await.expect("reads").audit_after(0, 1_000).await.expect("rows");
        let rows_of = |what: &str| {
            let of = |row: &&store::AuditRow| String::from_utf8_lossy(&row.body).contains(&format!("\"what\":\"{what}\""));
            rows.iter().filter(of).filter(|row| String::from_utf8_lossy(&row.body).contains(&station.to_string())).count()
        };
        assert_eq!((rows_of("signed-in"), rows_of("enrolment-accepted")), (2, 1), "signed in again once");
    }

    async fn what_it_calls_a_place_may_look_like_a_stations_id(world: World) {
        let assistant = world.sign_in(&world.code_for("jsmith").await, outside()).await.expect("signs in");
        let place = StationId::from_uuid(world.enrolment_id().uuid()).to_string();
        let header = protocol::EnrolmentHeader { station: Some(place), ..assistant.header(&world) };
        let post = assistant.seal(&world, &header, vec![assistant.proved_at(world.now())]);
        assert!(world.accept(&post).await.is_ok());
    }

    async fn revoking_ends_what_was_begun_there(world: World) {
        let computer = Computer::new(1);
        let station = computer.register(&world, &world.station_code("Staff room").await).await.expect("one").station;
        let (code, elsewhere) = (world.code_for("jsmith").await, world.code_for("home").await);
        let at_home = world.sign_in(&elsewhere, outside()).await.expect("signs in");
        let (enrolment, token) = (world.enrolment_id(), GrantToken::from_bytes(&world.random()));
        let sealed = world.seal_sign_in(&code, enrolment, &token);
        let answer = world.service.sign_in(Some(&computer.0.sign_assertion(station, &sealed)), outside(), &sealed).await;
        let mut begun = world.sign_in(&world.code_for("other").await, outside()).await.expect("signs in");
        (begun.answer, begun.enrolment, begun.token) = (answer.expect("signs in"), enrolment, token);
        assert!(world.service.me(begun.session()).await.is_ok());
        let ended = world.service.revoke_station(label("Staff room"), actor("stolen")).await.expect("revoked");
        assert_eq!(ended, 1);
        assert!(world.service.me(begun.session()).await.is_err());
        let header = protocol::EnrolmentHeader { station: Some(station.to_string()), ..begun.header(&world) };
        let post = begun.seal(&world, &header, vec![begun.proved_at(world.now())]);
        assert_eq!(world.accept(&post).await, Err(ErrorCode::GrantRevoked));
        assert!(world.accept(&at_home.post(&world)).await.is_ok(), "nobody else's");
        assert!(world.sign_in(&code, outside()).await.is_ok(), "nor the code");
    }

    async fn a_station_that_is_revoked_while_somebody_signs_in_lets_nobody_in(world: World) {
        let computer = Computer::new(1);
        let station = computer.register(&world, &world.station_code("Staff room").await).await.expect("one").station;
        let code = world.code_for("jsmith").await;
        let ((begun, has_begun), (end, ends)) = (tokio::sync::oneshot::channel(), tokio::sync::oneshot::channel::<()>());
        let (store, now) = (world.service.store().clone(), world.now().millis());
        let revoking = tokio::spawn(async move {
            let revoked = store.write(move |tx| {
                Box::pin(async move {
                    let revoked = tx.revoke_station(station, now).await?;
                    begun.send(()).expect("is waited for");
                    ends.await.expect("the test lets it go on");
                    Ok::<_, StoreError>(revoked)
                })
            });
            revoked.await
        });
        has_begun.await.expect("begins");
        let waits = async {
            world.until_a_write_waits().await;
            end.send(()).expect("the revocation waits for it");
        };
        let (refused, ()) = tokio::join!(computer.sign_in(&world, &world.service, station, &code, outside()), waits);
        assert!(revoking.await.expect("no panic").expect("revoked"));
        assert_eq!(code_of(refused), Some(ErrorCode::StationUnknown));
        assert!(world.is_sqlite() || world.audited("station-refused").await == 0, "it was found in the transaction");
        assert!(world.sign_in(&code, outside()).await.is_ok(), "the code was not redeemed");
    }

    async fn a_revoked_station_is_of_no_use_and_says_so_once(world: World) {
        let computer = Computer::new(1);
        let station = computer.register(&world, &world.station_code("Staff room").await).await.expect("one").station;
        world.service.revoke_station(label("Staff room"), actor("stolen")).await.expect("revoked");
        assert!(matches!(world.service.revoke_station(label("Staff room"), actor("x")).await, Err(StationError::Revoked(_))));
        assert!(matches!(world.service.revoke_station(label("None"), actor("x")).await, Err(StationError::Unknown(_))));
        let code = world.code_for("jsmith").await;
        for _ in 0..3 {
            // Also where any computer would do.
            let refused = computer.sign_in(&world, &world.service, station, &code, outside()).await;
            assert_eq!(code_of(refused), Some(ErrorCode::StationUnknown));
        }
        assert_eq!(world.audited("station-refused").await, 1);
        let alerts = world.service.alerts_since(domain::Timestamp::from_millis(0)).await.expect("alerts");
        assert!(alerts.iter().any(|(alert, _)| alert.kind.name() == "station-refused"), "{alerts:?}");
        assert!(world.sign_in(&code, outside()).await.is_ok(), "the code has lost nothing");
        let again = world.service.add_station(label("Staff room"), elm(), "tests", None).await;
        assert!(matches!(again, Err(StationError::Taken(_))));
        let nowhere = world.service.add_station(label("x"), SchoolId("none".to_owned()), "tests", None).await;
        assert!(matches!(nowhere, Err(StationError::School(_))));
        let long = world.service.add_station(label("x"), elm(), "tests", Some(721)).await;
        assert!(matches!(long, Err(StationError::Lifetime(721))));
    }

    async fn a_leaked_key_ends_the_codes_of_stations_that_have_none_yet(world: World) {
        let (early, late, unsent) =
            (world.station_code("Early").await, world.station_code("Late").await, world.station_code("Unsent").await);
        let before = world.service.policy_document();
        let (first, second) = (Computer::new(1), Computer::new(2));
        let registered = first.register(&world, &early).await.expect("registered");
        let sealed = second.seal(&world, &before, &late);
        let command = world.command().await;
        let rotated = command.rotate_envelope("tests", EnvelopeRotation::Compromised { reason: actor("laptop lost").reason, with: None }, Duration::ZERO).await;
        let rotated = rotated.expect("rotates");
        assert_eq!((rotated.stations_again, rotated.stations_registered), (vec!["Late".to_owned(), "Unsent".to_owned()], vec!["Early".to_owned()]));
        assert_eq!(world.audited("station-code-ended").await, 2);
        // This service has not looked yet, and opens it.
        let refused = code_of(world.service.register_station(at_elm(), &sealed).await);
        assert_eq!(refused, Some(ErrorCode::KeyRetired));
        world.service.refresh_keys_and_policy().await.expect("looks");
        for code in [&late, &unsent] {
            assert_eq!(second.register(&world, code).await, Err(ErrorCode::CodeExpired));
        }
        let newest = world.station_code("Late").await;
        let leaked = second.seal(&world, &before, &newest);
        let refused = code_of(world.service.register_station(at_elm(), &leaked).await);
        assert_eq!(refused, Some(ErrorCode::KeyRetired));
        assert_eq!(second.register(&world, &newest).await, Err(ErrorCode::CodeExpired), "it came under the old key");
        assert_eq!(first.register(&world, &early).await, Ok(registered), "a station stays one");
        assert_eq!(world.audited("station-code-ended").await, 3);
    }
}
