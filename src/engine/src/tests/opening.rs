//! A service opens only when store, keys and policy belong together.

use super::on_both;
use super::world::{START, World, policy};
use crate::{Calling, OpenError, Service};
use vault::Keys;

on_both! {
    async fn the_serial_grows_only_when_the_policy_changes(world: World) {
        let serial = async |policy| world.second(policy).await.policy_document().serial;
        assert_eq!(world.service.policy_document().serial, 1);
        assert_eq!(serial(policy()).await, 1);
        let mut other = policy();
        other.lifetimes.grant_days = 20;
        world.pass_secs(5);
        assert_eq!(serial(other.clone()).await, 2);
        world.pass_secs(5);
        let document = world.second(other).await.policy_document().clone();
        assert_eq!((document.serial, document.issued_at), (2, START.plus_secs(5)));
        assert_eq!(serial(policy()).await, 3, "going back is a change, too");
        assert_eq!(world.audited("policy-adopted").await, 3);
    }

    async fn all_nodes_go_by_the_newest_policy_of_the_store(world: World) {
        let mut other = policy();
        other.lifetimes.grant_days = 20;
        world.second(other).await;
        assert_eq!(world.service.policy().lifetimes.grant_days, policy().lifetimes.grant_days);
        world.service.refresh_policy().await.expect("looks");
        assert_eq!(world.service.policy().lifetimes.grant_days, 20);
        assert_eq!(world.service.policy_document().serial, 2);
        let keys = || Keys::load(&world.keys_file(), None).expect("keys");
        let command = Service::open_existing(&world.url, keys(), world.clock()).await.expect("opens");
        assert_eq!(command.policy_document(), world.service.policy_document());
        assert_eq!(world.audited("policy-adopted").await, 2);
        let stranger = Keys::generate(START).expect("entropy");
        let opened = Service::open_existing(&world.url, stranger, world.clock()).await;
        assert!(matches!(opened, Err(OpenError::OtherKeys { .. })));
    }

    async fn a_region_that_does_not_exist_is_refused_by_name(world: World) {
        let mut policy = policy();
        policy.numbers.regions.push(domain::Region::new("UK").expect("two letters"));
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        let opened = Service::open(&world.url, keys, policy, world.clock(), Calling::Nothing).await;
        let problem = opened.err().expect("refused").to_string();
        assert!(problem.contains("numbers.regions[1]") && problem.contains("UK"), "{problem}");
        assert_eq!(world.audited("policy-adopted").await, 1);
    }

    async fn another_services_keys_do_not_open_the_store(world: World) {
        let keys = Keys::generate(START).expect("entropy");
        let opened = Service::open(&world.url, keys, policy(), world.clock(), Calling::Nothing).await;
        assert!(matches!(opened, Err(OpenError::OtherKeys { .. })));
        let keys = Keys::load(&world.keys_file(), None).expect("keys");
        assert!(Service::open(&world.url, keys, policy(), world.clock(), Calling::Nothing).await.is_ok());
    }
}

#[tokio::test]
async fn an_address_of_no_store_is_refused() {
    for url in ["", "sqlite:", "sqlite::memory:", "mysql://x", "/tmp/x"] {
        let keys = Keys::generate(START).expect("entropy");
        let opened = Service::open(url, keys, policy(), crate::system_clock(), Calling::Nothing).await;
        assert!(matches!(opened, Err(OpenError::Store(_))), "{url}");
    }
}
