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
async fn whoever_shows_a_wrong_credential_hears_that_whatever_the_body_is() {
    let world = World::new().await;
    let router = router(world.app(unlimited()));
    let mut rows = 0;
    for route in table().iter().filter(|route| route.method == axum::http::Method::POST) {
        let shown = match route.access {
            Access::RelyingParty => [None, Some(unknown("rp_"))],
            // Whether a session's token is known is said in the verb's own transaction, after the body.
            Access::Session => [None, None],
            Access::Anyone | Access::Envelope | Access::Provider | Access::Monitoring => continue,
        };
        for credential in shown {
            for body in ["", "{", "{}", "null", r#"{"sign_in_name": 5}"#] {
                let mut request = good(route, OUTSIDE);
                if let Some(credential) = &credential {
                    request = showing(request, credential);
                }
                *request.body_mut() = axum::body::Body::from(body);
                let code = code(send(&router, request).await).await;
                assert_eq!(code, Some(ErrorCode::NotSignedIn), "{} {credential:?} {body:?}", route.path);
            }
        }
        rows += 1;
    }
    assert!(rows >= 4, "{rows}");
    // The control: with the right key the body is what is wrong.
    let verify = table().into_iter().find(|route| route.path == protocol::paths::VERIFY).expect("a row");
    let mut request = showing(good(&verify, OUTSIDE), &world.key);
    *request.body_mut() = axum::body::Body::from("{");
    assert_eq!(code(send(&router, request).await).await, Some(ErrorCode::BadRequest));
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
