//! Many at once, in one process and in two.

use std::sync::Arc;

use protocol::{ErrorCode, VerifyOutcome, VerifyRequest};

use super::on_both;
use super::world::{World, outside, policy};
use crate::Service;

async fn all<T: Send + 'static>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.await.expect("runs to its end"));
    }
    done
}

/// Two services on one store, as two processes would be: they share nothing else.
async fn two(world: &World) -> [Arc<Service>; 2] {
    [Arc::new(world.second(policy()).await), Arc::new(world.second(policy()).await)]
}

on_both! {
    async fn one_code_sent_a_hundred_times_to_two_services_counts_once(world: World) {
        let services = two(&world).await;
        let phone = world.enrolled("jsmith").await.phone;
        world.pass_secs(30);
        let (code, client) = (phone.code(world.now()), world.client);
        let tasks = (0..100).map(|n| {
            let (service, code) = (Arc::clone(&services[n % 2]), code.clone());
            tokio::spawn(async move {
                let request = VerifyRequest { sign_in_name: "jsmith".to_owned(), code, address: None };
                service.verify(&client, request).await.map(|answer| answer.outcome)
            })
        });
        let outcomes = all(tasks.collect()).await;
        let count = |outcome| outcomes.iter().filter(|found| **found == Ok(outcome)).count();
        assert_eq!(count(VerifyOutcome::Accepted), 1, "{outcomes:?}");
        assert_eq!(count(VerifyOutcome::Accepted) + count(VerifyOutcome::Refused) + count(VerifyOutcome::TryLater), 100);
        assert_eq!(world.audited("code-accepted").await, 1);
        assert!(world.service.audit_verify(None).await.expect("reads").is_whole());
    }

    async fn of_many_guesses_at_once_one_is_looked_at(world: World) {
        let services = two(&world).await;
        let phone = world.enrolled("jsmith").await.phone;
        world.pass_secs(30);
        let (code, client) = (phone.wrong(world.now()), world.client);
        let tasks = (0..40).map(|n| {
            let (service, code) = (Arc::clone(&services[n % 2]), code.clone());
            tokio::spawn(async move {
                let request = VerifyRequest { sign_in_name: "jsmith".to_owned(), code, address: None };
                service.verify(&client, request).await.map(|answer| answer.outcome)
            })
        });
        let outcomes = all(tasks.collect()).await;
        assert_eq!(outcomes.iter().filter(|found| **found == Ok(VerifyOutcome::Refused)).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|found| **found == Ok(VerifyOutcome::TryLater)).count(), 39);
    }

    async fn enrolment_codes_guessed_at_once_run_into_the_limit(world: World) {
        let services = two(&world).await;
        let tasks = (0..40).map(|n| {
            let service = Arc::clone(&services[n % 2]);
            let token = protocol::GrantToken::from_bytes(&world.random());
            let sealed = world.seal_sign_in(&world.wrong_code(), world.enrolment_id(), &token);
            tokio::spawn(async move { service.sign_in(None, outside(), &sealed).await.err().map(|refusal| refusal.code) })
        });
        let outcomes = all(tasks.collect()).await;
        assert_eq!(outcomes.iter().filter(|found| **found == Some(ErrorCode::CodeUnknown)).count(), 10, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|found| **found == Some(ErrorCode::TryLater)).count(), 30);
    }

    async fn one_enrolment_posted_many_times_at_once_is_one(world: World) {
        let services = two(&world).await;
        let code = world.code_for("jsmith").await;
        let assistant = world.sign_in(&code, outside()).await.expect("signs in");
        let post = assistant.post(&world);
        let tasks = (0..20).map(|n| {
            let (service, post) = (Arc::clone(&services[n % 2]), post.clone());
            tokio::spawn(async move { service.accept(outside(), &post).await.map(|signed| signed.body) })
        });
        let mut receipts = all(tasks.collect()).await;
        receipts.dedup();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        assert!(receipts[0].is_ok());
        assert_eq!(world.audited("enrolment-accepted").await, 1);
    }

    async fn of_five_enrolments_with_one_code_one_is_accepted(world: World) {
        let services = two(&world).await;
        let code = world.code_for("jsmith").await;
        let mut posts = Vec::new();
        for _ in 0..5 {
            posts.push(world.sign_in(&code, outside()).await.expect("signs in").post(&world));
        }
        let tasks = posts.into_iter().enumerate().map(|(n, post)| {
            let service = Arc::clone(&services[n % 2]);
            tokio::spawn(async move { service.accept(outside(), &post).await.map_err(|refusal| refusal.code).map(|_| ()) })
        });
        let outcomes = all(tasks.collect()).await;
        assert_eq!(outcomes.iter().filter(|found| found.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|found| **found == Err(ErrorCode::AlreadyEnrolled)).count(), 4, "{outcomes:?}");
    }

    async fn many_enrolments_at_once_are_all_kept(world: World) {
        let services = two(&world).await;
        let mut posts = Vec::new();
        for n in 0..40 {
            let code = world.code_for(&format!("p{n}")).await;
            posts.push(world.sign_in(&code, outside()).await.expect("signs in").post(&world));
        }
        let tasks = posts.into_iter().enumerate().map(|(n, post)| {
            let service = Arc::clone(&services[n % 2]);
            tokio::spawn(async move { service.accept(outside(), &post).await.is_ok() })
        });
        assert!(all(tasks.collect()).await.into_iter().all(|accepted| accepted));
        let report = world.service.audit_verify(None).await.expect("reads");
        assert!(report.is_whole(), "{:?}", report.faults);
        assert_eq!(world.audited("enrolment-accepted").await, 40);
    }
}
