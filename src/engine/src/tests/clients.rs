//! Relying parties and their keys.

use std::net::IpAddr;

use protocol::ErrorCode;

use super::on_both;
use super::people::spoil;
use super::world::{World, actor};
use crate::ClientError;

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

on_both! {
    async fn a_key_belongs_to_its_client_until_it_is_revoked(world: World) {
        let one = world.service.add_client("one", &[], "tests").await.expect("a client");
        let two = world.service.add_client("two", &[], "tests").await.expect("a client");
        assert!(one.key.starts_with("rp_") && one.key.len() == 46);
        let from = address("203.0.113.1");
        assert_eq!(world.service.client_of(&one.key, from).await.map(|client| client.id).ok(), Some(one.id));
        assert_eq!(world.service.client_of(&two.key, from).await.map(|client| client.name).ok().as_deref(), Some("two"));
        world.service.revoke_client("one", actor("lost")).await.expect("revokes");
        let refused = world.service.client_of(&one.key, from).await.err().map(|refusal| refusal.code);
        assert_eq!(refused, Some(ErrorCode::NotSignedIn));
        assert!(world.service.client_of(&two.key, from).await.is_ok());
        assert!(matches!(world.service.revoke_client("one", actor("gone")).await, Err(ClientError::Revoked(_))));
        assert!(matches!(world.service.revoke_client("none", actor("gone")).await, Err(ClientError::Unknown(_))));
        assert!(matches!(world.service.add_client("one", &[], "tests").await, Err(ClientError::Taken(_))));
        assert_eq!((world.audited("client-added").await, world.audited("client-revoked").await), (3, 1));
    }

    async fn names_that_differ_in_case_alone_are_one(world: World) {
        world.service.add_client("RDS gateway", &[], "tests").await.expect("a client");
        let taken = world.service.add_client("rds gateway", &[], "tests").await.err();
        assert!(matches!(&taken, Some(ClientError::Taken(name)) if name == "RDS gateway"), "{taken:?}");
        world.service.revoke_client("rds GATEWAY", actor("lost")).await.expect("revokes");
        // Release 0.1.0 accepted both. Then only the exact name counts, so that a slip revokes no other key.
        world.service.add_client("other", &[], "tests").await.expect("a client");
        spoil(&world, "update clients set name = 'rds gateway' where name = 'other'").await;
        assert!(matches!(world.service.revoke_client("RDS Gateway", actor("lost")).await, Err(ClientError::Unknown(_))));
        assert!(matches!(world.service.revoke_client("RDS gateway", actor("lost")).await, Err(ClientError::Revoked(_))));
        world.service.revoke_client("rds gateway", actor("lost")).await.expect("revokes");
    }

    async fn clients_are_listed_by_name_also_when_they_were_revoked(world: World) {
        let network = "198.51.100.0/28".parse().expect("a network");
        world.service.add_client("gateway", &[network], "tests").await.expect("a client");
        world.pass_secs(60);
        world.service.revoke_client("gateway", actor("lost")).await.expect("revokes");
        let listed = world.service.clients().await.expect("lists");
        let names: Vec<&str> = listed.iter().map(|client| client.name.as_str()).collect();
        assert_eq!(names, ["Remote desktop", "gateway"]);
        assert_eq!((listed[1].addresses.as_slice(), listed[0].revoked_at), (&[network][..], None));
        assert_eq!(listed[1].revoked_at, Some(listed[1].added_at.plus_secs(60)));
    }

    async fn a_key_counts_only_from_its_addresses(world: World) {
        let networks = ["198.51.100.0/28".parse().expect("a network"), "2001:db8::/64".parse().expect("a network")];
        let client = world.service.add_client("gateway", &networks, "tests").await.expect("a client");
        for inside in ["198.51.100.3", "::ffff:198.51.100.3", "2001:db8::9"] {
            assert!(world.service.client_of(&client.key, address(inside)).await.is_ok(), "{inside}");
        }
        for elsewhere in ["198.51.100.99", "2001:db9::9"] {
            let refused = world.service.client_of(&client.key, address(elsewhere)).await.err().map(|refusal| refusal.code);
            assert_eq!(refused, Some(ErrorCode::NotAllowed), "{elsewhere}");
        }
    }

    async fn what_is_no_key_opens_nothing(world: World) {
        let code = world.code_for("a").await;
        let session = world.sign_in(&code, None).await.expect("signs in").answer.session;
        for wrong in ["", "rp_", "rp_é", session.as_str(), &format!("rp_{}", session.as_str()), &format!("rp_{}", "A".repeat(43))] {
            let refused = world.service.client_of(wrong, address("203.0.113.1")).await.err().map(|refusal| refusal.code);
            assert_eq!(refused, Some(ErrorCode::NotSignedIn), "{wrong}");
        }
    }
}
