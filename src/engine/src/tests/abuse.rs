//! Attacks on people's sign-ins, on two nodes at once: nobody else is kept out, IT sees it, and a right code still
//! works.
//!
//! Not here: each limit by itself (`guessing`, `verifying`), calls (`calls_limits`), and floods, which the routes shed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domain::Timestamp;
use protocol::{ErrorCode, GrantToken, VerifyOutcome, VerifyRequest};

use super::on_both;
use super::world::{Phone, World, at_elm, outside, policy};
use crate::Service;

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

/// So many people who are enrolled, with their phones; the codes of their enrolments are used up.
async fn staff(world: &World, count: usize) -> Vec<(String, Phone)> {
    let mut staff = Vec::new();
    for number in 0..count {
        let name = format!("person{number}");
        let phone = world.enrolled(&name).await.phone;
        staff.push((name, phone));
    }
    world.pass_secs(60);
    staff
}

/// Each of them is asked about once, at the nodes in turn, with a wrong code or the right one.
async fn each(
    nodes: &[Arc<Service>; 2],
    world: &World,
    staff: &[(String, Phone)],
    is_right: bool,
    from: fn(u32) -> Option<IpAddr>,
) {
    for (place, (name, phone)) in (0_u32..).zip(staff) {
        let code = if is_right { phone.code(world.now()) } else { phone.wrong(world.now()) };
        let expected = if is_right { VerifyOutcome::Accepted } else { VerifyOutcome::Refused };
        let node = &nodes[place as usize % 2];
        assert_eq!(ask(node, world, name, &code, from(place)).await, expected, "{name}");
    }
}

/// How many people are recorded as refused from outside.
async fn count_rows(world: &World) -> usize {
    let tables = store::testing::dump(world.service.store()).await.expect("reads");
    let is_none = |row: &&String| row.contains("refused_at=0") || row.contains("\"refused_at\": 0");
    tables["verify_tries"].len() - tables["verify_tries"].iter().filter(is_none).count()
}

fn token_of(world: &World) -> GrantToken {
    GrantToken::from_bytes(&world.random())
}

/// The names of the alerts, with whom they are about.
async fn alerts(world: &World) -> Vec<(&'static str, Option<String>)> {
    let found = world.service.alerts_since(Timestamp::from_millis(0)).await.expect("reads");
    found.into_iter().map(|(alert, name)| (alert.kind.name(), name)).collect()
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
        let staff = staff(&world, 20).await;
        // Each mistypes, all behind one address: the limits look at the person and never at the address.
        each(&nodes, &world, &staff, false, |_| bot(1)).await;
        world.pass_secs(2);
        each(&nodes, &world, &staff, true, |_| bot(1)).await;
        assert_eq!(alerts(&world).await, []);
    }

    async fn one_guess_at_each_of_many_people_is_seen_once_an_hour_and_locks_nobody_out(world: World) {
        let nodes = two(&world).await;
        let staff = staff(&world, 24).await;
        let (most, more) = staff.split_at(20);
        each(&nodes, &world, most, false, bot).await;
        assert_eq!(alerts(&world).await, [], "so many is no alert yet");
        each(&nodes, &world, more, false, bot).await;
        assert_eq!(alerts(&world).await, [("many-people-guessed", None)], "over both nodes together");
        // It goes on, below everybody's own limits.
        for _ in 0..3 {
            world.pass_secs(900);
            each(&nodes, &world, &staff, false, bot).await;
        }
        assert_eq!(alerts(&world).await.len(), 1, "one an hour");
        world.pass_secs(900);
        each(&nodes, &world, &staff[..1], false, bot).await;
        assert_eq!(alerts(&world).await, [("many-people-guessed", None), ("many-people-guessed", None)]);
        world.pass_secs(900);
        each(&nodes, &world, &staff, true, |_| outside()).await;
        assert_eq!(alerts(&world).await.len(), 2);
    }

    async fn many_guesses_at_one_moment_are_seen_by_the_last_of_them(world: World) {
        let nodes = two(&world).await;
        let staff = staff(&world, 21).await;
        let client = world.client;
        let asked: Vec<_> = staff.iter().zip(0_u32..).map(|((name, phone), number)| {
            let node = Arc::clone(&nodes[number as usize % 2]);
            let (sign_in_name, code) = (name.clone(), phone.wrong(world.now()));
            let request = VerifyRequest { sign_in_name, code, address: bot(number) };
            tokio::spawn(async move { node.verify(&client, request).await.map(|answer| answer.outcome) })
        }).collect();
        for answer in asked {
            assert_eq!(answer.await.expect("ends"), Ok(VerifyOutcome::Refused));
        }
        assert_eq!(alerts(&world).await, [("many-people-guessed", None)]);
    }

    async fn honest_slips_of_many_people_are_no_alert(world: World) {
        let nodes = two(&world).await;
        let staff = staff(&world, 30).await;
        // In one morning everybody slips once, and then types it right.
        for person in staff.chunks(1) {
            each(&nodes, &world, person, false, |_| outside()).await;
            world.pass_secs(2);
            each(&nodes, &world, person, true, |_| outside()).await;
        }
        assert_eq!(count_rows(&world).await, 0, "who was right since is no longer counted");
        // A relying party that asks twice has the second answer refused, and guesses nothing.
        world.pass_secs(60);
        for is_accepted in [true, false] {
            for (name, phone) in &staff {
                let expected = if is_accepted { VerifyOutcome::Accepted } else { VerifyOutcome::Refused };
                assert_eq!(ask(&nodes[0], &world, name, &phone.code(world.now()), outside()).await, expected);
            }
        }
        assert_eq!(count_rows(&world).await, 0);
        // At the schools nobody has to be outside; and who gives up does not do so within one hour with all others.
        world.pass_secs(60);
        each(&nodes, &world, &staff, false, |_| at_elm()).await;
        for person in staff.chunks(1) {
            world.pass_secs(240);
            each(&nodes, &world, person, false, bot).await;
        }
        assert_eq!(alerts(&world).await, []);
        assert_eq!(count_rows(&world).await, 30);
        world.pass_secs(3_601);
        world.service.delete_expired().await.expect("deletes");
        assert_eq!(count_rows(&world).await, 0, "kept for a day at most");
    }

    async fn codes_guessed_from_everywhere_stop_no_school_and_are_seen(world: World) {
        let mut small = policy();
        small.limits.code_failures_outside_total_hour = 40;
        let nodes = [world.second(small.clone()).await, world.second(small).await];
        world.service.refresh_policy().await.expect("looks");
        let mut judged = 0;
        for guess in 0..120_u32 {
            let wrong = world.wrong_code();
            let (enrolment, token) = (world.enrolment_id(), token_of(&world));
            let sealed = world.seal_sign_in(&wrong, enrolment, &token);
            let refused = nodes[guess as usize % 2].sign_in(None, bot(guess), &sealed).await.expect_err("refused");
            judged += usize::from(refused.code == ErrorCode::CodeUnknown);
        }
        assert_eq!(judged, 40, "over both nodes together");
        assert_eq!(alerts(&world).await, [("codes-guessed", None)], "once, however long it goes on");
        // Outside everybody waits, also who has a right code; at a school nobody does.
        let code = world.code_for("jo").await;
        let sign_in = async |from| {
            let (enrolment, token) = (world.enrolment_id(), token_of(&world));
            nodes[1].sign_in(None, from, &world.seal_sign_in(&code, enrolment, &token)).await.map(|_| ()).map_err(|refusal| refusal.code)
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
            let refused = nodes[guess % 2].sign_in(None, at_elm(), &sealed).await.expect_err("refused");
            judged += usize::from(refused.code == ErrorCode::CodeUnknown);
        }
        assert_eq!(judged, 100);
        assert_eq!(alerts(&world).await, [("codes-guessed", None)]);
        let code = world.code_for("jo").await;
        let sealed = world.seal_sign_in(&code, world.enrolment_id(), &token_of(&world));
        assert!(nodes[0].sign_in(None, outside(), &sealed).await.is_ok(), "outside goes on");
        world.pass_secs(900 + 60);
        let code = world.code_for("kim").await;
        let sealed = world.seal_sign_in(&code, world.enrolment_id(), &token_of(&world));
        assert!(nodes[1].sign_in(None, at_elm(), &sealed).await.is_ok(), "and the school after a quarter of an hour");
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
