//! What is kept long enough goes, and nothing else.

use protocol::{CallStep, ErrorCode};
use telephony::Behaviour;

use super::called::{FAST, NUMBER, OTHER, line, phone, phone_policy};
use super::on_both;
use super::world::{World, actor, outside};
use crate::retention::Deleted;

const DAY: i64 = 24 * 60 * 60;

on_both! {
    async fn the_places_of_guesses_are_forgotten(world: World) {
        let guesses = async || {
            let mut all = store::testing::dump(world.service.store()).await.expect("reads");
            all.remove("guesses").expect("a table").len()
        };
        let code = world.code_for("jsmith").await;
        assert!(world.sign_in(&code, outside()).await.is_ok());
        assert_eq!(guesses().await, 0, "who gives a right code leaves no trace there");
        assert_eq!(world.refused_sign_in(&world.wrong_code(), outside()).await, ErrorCode::CodeUnknown);
        assert!(world.sign_in(&code, outside()).await.is_ok());
        assert_eq!(guesses().await, 2, "the wrong one counts: its address, and all addresses together");
        world.pass_secs(3 * 60 * 60);
        world.service.delete_expired().await.expect("deletes");
        assert_eq!(guesses().await, 0);
    }

    async fn a_stop_is_its_persons_for_as_long_as_it_lasts(world: World) {
        let mut policy = phone_policy();
        policy.retention.address_days = 10;
        policy.calls.stopped_days = 60;
        let (world, _dispatcher) =
            world.with_line(policy, line(&phone(Behaviour::Keys("99".to_owned())), FAST)).await;
        for (name, number) in [("one", NUMBER), ("two", OTHER)] {
            let assistant = world.signed_in(name).await;
            assert_eq!(world.tested(&assistant, number).await, CallStep::Stopped);
        }
        let fields = world.service.fields();
        let stops = fields.iter().find(|field| field.table == "stopped_numbers").expect("listed");
        assert_eq!(stops.kept_for, "until the stop is over (60 days), or IT lifts it");
        let tables = async || store::testing::dump(world.service.store()).await.expect("reads");
        world.pass_secs(20 * DAY);
        assert_eq!(world.service.delete_expired().await.expect("deletes").calls, 0);
        let export = world.service.export_person("one", "tests").await.expect("exports");
        assert!(export.tables.iter().any(|table| table.table == "stopped_numbers"));
        world.service.erase_person("one", actor("asked")).await.expect("erased");
        assert_eq!(tables().await["stopped_numbers"].len(), 1);
        world.pass_secs(41 * DAY);
        assert_eq!(world.service.delete_expired().await.expect("deletes").calls, 1);
        let left = tables().await;
        assert!(left["stopped_numbers"].is_empty() && left["calls"].is_empty() && left["call_events"].is_empty());
    }

    async fn an_unused_grant_goes_after_its_days_and_a_used_one_stays(world: World) {
        let unused = world.code_for("anunez").await;
        let unused = world.sign_in(&unused, outside()).await.expect("signs in");
        let used = world.code_for("jsmith").await;
        let used = world.sign_in(&used, outside()).await.expect("signs in");
        let post = used.post(&world);
        let receipt = world.accept(&post).await.expect("accepted");

        // The grant lives for 30 days, and 30 more.
        world.pass_secs(60 * DAY - 60);
        assert_eq!(world.service.delete_expired().await.expect("deletes"), Deleted::default());
        let late = unused.post(&world);
        assert_eq!(world.accept(&late).await.err(), Some(ErrorCode::GrantExpired));
        world.pass_secs(120);
        let deleted = world.service.delete_expired().await.expect("deletes");
        assert_eq!(deleted, Deleted { grants: 1, ..Deleted::default() });
        assert_eq!(world.accept(&late).await.err(), Some(ErrorCode::GrantUnknown));
        assert_eq!(world.accept(&post).await.expect("the same receipt"), receipt);

        // Addresses are kept for 90 days.
        world.pass_secs(31 * DAY);
        let deleted = world.service.delete_expired().await.expect("deletes");
        assert!(deleted.grants == 0 && deleted.addresses > 0, "{deleted:?}");
        assert_eq!(world.service.delete_expired().await.expect("deletes"), Deleted::default());
        assert!(world.service.audit_verify(None).await.expect("verifies").is_whole(), "the chain is whole");
    }
}
