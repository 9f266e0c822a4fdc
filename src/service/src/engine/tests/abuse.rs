//! Attacks on people's sign-ins, on two nodes at once: nobody else is kept out, IT sees it, and a right code still works.
//!
//! Not here: each limit by itself (`guessing`, `verifying`), calls (`calls_limits`), and floods, which the routes shed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domain::Timestamp;
use protocol::{ErrorCode, GrantToken, VerifyOutcome, VerifyRequest};

use super::on_both;
use super::world::{World, at_elm, outside, policy};
use crate::engine::Service;

/// One of many addresses outside the schools (RFC 2544).
fn bot(number: u32) -> Option<IpAddr> {
    Some(IpAddr::V4(Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + number)))
}

async fn two(world: &World) -> [Arc<Service>; 2] {
    [Arc::new(world.second(policy()).await), Arc::new(world.second(policy()).await)]
}

async fn ask(
    service: &Service,
    world: &World,
    name: &str,
    code: &str,
    from: Option<IpAddr>,
) -> VerifyOutcome {
    let request = VerifyRequest { sign_in_name: name.to_owned(), code: code.to_owned(), address: from };
    service.verify(&world.client, request).await.expect("answers").outcome
}

fn token_of(world: &World) -> GrantToken {
    GrantToken::from_bytes(&world.random())
}

/// The names of the alerts, with whom they are about.
async fn alerts(world: &World) -> Vec<(&'static str, Option<String>)> {
    let found = world.service.alerts_since(Timestamp::from_millis(0)).await.expect("reads");
    found.into_iter().map(|(alert, name)| (alert.alert, name)).collect()
}

on_both! {
    async fn one_person_guessed_at_from_many_addresses_and_slowly_is_safe_and_not_locked_out(world: World) {
        let nodes = two(&world).await;
        let head = world.enrolled("head").await.phone;
        let other = world.enrolled("other").await.phone;
        world.pass_secs(60);
        let mut judged = 0;
        // A day of one guess a quarter of an hour, each from another address, at whichever node answers.
        for guess in 0..96_u32 {
            world.pass_secs(900);
            let node = &nodes[guess as usize % 2];
            let wrong = head.wrong(world.now());
            judged += usize::from(ask(node, &world, "head", &wrong, bot(guess)).await == VerifyOutcome::Refused);
            if guess == 50 {
                let right = head.code(world.now());
                assert_eq!(ask(node, &world, "head", &right, at_elm()).await, VerifyOutcome::Accepted, "work goes on");
                let right = other.code(world.now());
                assert_eq!(ask(node, &world, "other", &right, outside()).await, VerifyOutcome::Accepted, "nobody else");
            }
        }
        assert_eq!(judged, 30, "of a million codes a day");
        assert_eq!(alerts(&world).await, [("sign-in-guessed", Some("head".to_owned()))]);
        world.pass_secs(86_400);
        let right = head.code(world.now());
        assert_eq!(ask(&nodes[0], &world, "head", &right, outside()).await, VerifyOutcome::Accepted, "nothing locks");
    }

    async fn a_gateways_one_address_for_everybody_stops_nobody(world: World) {
        let nodes = two(&world).await;
        let mut phones = Vec::new();
        for number in 0..20 {
            let name = format!("person{number}");
            phones.push((world.enrolled(&name).await.phone, name));
        }
        world.pass_secs(60);
        let gateway = bot(1);
        // Each mistypes, all behind one address: the limits look at the person and never at the address.
        for (place, (phone, name)) in phones.iter().enumerate() {
            let wrong = phone.wrong(world.now());
            assert_eq!(ask(&nodes[place % 2], &world, name, &wrong, gateway).await, VerifyOutcome::Refused);
        }
        world.pass_secs(2);
        for (place, (phone, name)) in phones.iter().enumerate() {
            let right = phone.code(world.now());
            assert_eq!(ask(&nodes[place % 2], &world, name, &right, gateway).await, VerifyOutcome::Accepted, "{name}");
        }
        assert_eq!(alerts(&world).await, []);
    }

    async fn codes_guessed_from_everywhere_stop_no_school_and_are_seen(world: World) {
        let mut small = policy();
        small.limits.code_failures_outside_total_hour = 40;
        let nodes = [world.second(small.clone()).await, world.second(small).await];
        world.service.look_for_newer_policy().await.expect("looks");
        let mut judged = 0;
        for guess in 0..120_u32 {
            let wrong = world.wrong_code();
            let (enrolment, token) = (world.enrolment_id(), token_of(&world));
            let sealed = world.seal_sign_in(&wrong, enrolment, &token);
            let refused = nodes[guess as usize % 2].sign_in(bot(guess), &sealed).await.expect_err("refused");
            judged += usize::from(refused.code == ErrorCode::CodeUnknown);
        }
        assert_eq!(judged, 40, "over both nodes together");
        assert_eq!(alerts(&world).await, [("codes-guessed", None)], "once, however long it goes on");
        // Outside everybody waits, also who has a right code; at a school nobody does.
        let code = world.code_for("jo").await;
        let sign_in = async |from| {
            let (enrolment, token) = (world.enrolment_id(), token_of(&world));
            nodes[1].sign_in(from, &world.seal_sign_in(&code, enrolment, &token)).await.map(|_| ()).map_err(|refusal| refusal.code)
        };
        assert_eq!(sign_in(outside()).await, Err(ErrorCode::TryLater));
        assert_eq!(sign_in(at_elm()).await, Ok(()));
        // Counted by the minute, so a minute more at most.
        world.pass_secs(3_600 + 60);
        assert_eq!(sign_in(outside()).await, Ok(()));
    }

    async fn a_school_whose_pupils_guess_stops_no_other_place(world: World) {
        let nodes = two(&world).await;
        let mut judged = 0;
        for guess in 0..130_usize {
            let wrong = world.wrong_code();
            let sealed = world.seal_sign_in(&wrong, world.enrolment_id(), &token_of(&world));
            let refused = nodes[guess % 2].sign_in(at_elm(), &sealed).await.expect_err("refused");
            judged += usize::from(refused.code == ErrorCode::CodeUnknown);
        }
        assert_eq!(judged, 100);
        assert_eq!(alerts(&world).await, [("codes-guessed", None)]);
        let code = world.code_for("jo").await;
        let sealed = world.seal_sign_in(&code, world.enrolment_id(), &token_of(&world));
        assert!(nodes[0].sign_in(outside(), &sealed).await.is_ok(), "outside goes on");
        world.pass_secs(900 + 60);
        let code = world.code_for("kim").await;
        let sealed = world.seal_sign_in(&code, world.enrolment_id(), &token_of(&world));
        assert!(nodes[1].sign_in(at_elm(), &sealed).await.is_ok(), "and the school after a quarter of an hour");
    }

    async fn a_crowd_of_guesses_at_one_moment_is_one_guess(world: World) {
        let nodes = two(&world).await;
        let phone = world.enrolled("head").await.phone;
        world.pass_secs(60);
        let (wrong, client) = (phone.wrong(world.now()), world.client);
        let tasks: Vec<_> = (0..60_u32)
            .map(|number| {
                let (node, code) = (Arc::clone(&nodes[number as usize % 2]), wrong.clone());
                tokio::spawn(async move {
                    let request = VerifyRequest { sign_in_name: "head".to_owned(), code, address: bot(number) };
                    node.verify(&client, request).await.map(|answer| answer.outcome)
                })
            })
            .collect();
        let mut judged = 0;
        for task in tasks {
            judged += usize::from(task.await.expect("ends") == Ok(VerifyOutcome::Refused));
        }
        assert_eq!(judged, 1, "the others have to wait a second, and were not looked at");
        world.pass_secs(2);
        assert_eq!(ask(&nodes[0], &world, "head", &phone.code(world.now()), outside()).await, VerifyOutcome::Accepted);
    }
}
