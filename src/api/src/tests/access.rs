//! No row opens without its credential, and a relying party's key is hashed once a request.

use protocol::ErrorCode;

use super::world::{MONITOR, OUTSIDE, World, code, good, send, showing, unlimited};
use crate::{Access, router, table};

/// A credential of the right form that opens nothing.
fn unknown(prefix: &str) -> String {
    format!("{prefix}{}", "A".repeat(43))
}

#[tokio::test]
async fn no_row_opens_without_its_credential() {
    let world = World::new().await;
    let router = router(world.app(unlimited()));
    for route in table() {
        let shown = [None, Some(unknown("")), Some(unknown("rp_")), Some(world.key.clone())];
        for shown in &shown {
            let request = good(&route, OUTSIDE);
            let request = match shown {
                Some(credential) => showing(request, credential),
                None => request,
            };
            let code = code(send(&router, request).await).await;
            let about = format!("{} {}, {shown:?}: {code:?}", route.method, route.path);
            match route.access {
                Access::Anyone => assert_eq!(code, None, "{about}"),
                Access::Envelope => assert!(
                    matches!(
                        code,
                        Some(ErrorCode::BadRequest | ErrorCode::EnvelopeUnreadable | ErrorCode::KeyRetired)
                    ),
                    "{about}"
                ),
                Access::RelyingParty if shown.as_ref() == Some(&world.key) => {
                    assert_eq!(code, None, "{about}");
                }
                Access::Session | Access::RelyingParty => {
                    assert_eq!(code, Some(ErrorCode::NotSignedIn), "{about}");
                }
                Access::Provider | Access::Monitoring => {
                    assert_eq!(code, Some(ErrorCode::NotAllowed), "{about}");
                }
            }
        }
    }
    for route in table().iter().filter(|route| route.access == Access::Monitoring) {
        assert_eq!(code(send(&router, good(route, MONITOR)).await).await, None, "{}", route.path);
    }
}

#[tokio::test]
async fn a_relying_partys_key_is_hashed_once_a_request() {
    let world = World::new().await;
    let router = router(world.app(unlimited()));
    let mut rows = 0;
    for route in table().iter().filter(|route| route.access == Access::RelyingParty) {
        for key in [&world.key, &unknown("rp_")] {
            let before = engine::testing::client_keys_hashed();
            let response = send(&router, showing(good(route, OUTSIDE), key)).await;
            assert_eq!(response.status().is_success(), *key == world.key, "{}", route.path);
            assert_eq!(engine::testing::client_keys_hashed() - before, 1, "{}", route.path);
        }
        rows += 1;
    }
    assert!(rows >= 2, "{rows}");
}
