//! Body, timeout and admission of each row, and what is answered where no row is met.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::routing::{MethodFilter, on};
use protocol::ErrorCode;
use tokio::task::JoinSet;

use super::world::{MONITOR, OUTSIDE, World, code, good, send, showing, unlimited};
use crate::credentials::{Anyone, authorize};
use crate::{Accepts, Access, AdmissionOptions, Admit, Route, Timeout, Timeouts, router, router_of, table};

/// Ends nothing.
const NEVER: Duration = Duration::from_secs(60 * 60);

/// The request with every credential that the layer of its row asks for.
fn authorized(route: &Route, world: &World, from: &str) -> axum::extract::Request {
    let from = if route.access == Access::Monitoring { MONITOR } else { from };
    showing(good(route, from), &world.key)
}

#[tokio::test]
async fn every_row_reads_the_kind_of_body_that_it_names_and_no_other() {
    let world = World::new().await;
    let router = router(world.app(unlimited()));
    for route in table() {
        for kind in [Some("text/plain"), Some("application/x-www-form-urlencoded"), None] {
            let mut request = authorized(&route, &world, OUTSIDE);
            request.headers_mut().remove(header::CONTENT_TYPE);
            if let Some(kind) = kind {
                request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            let status = send(&router, request).await.status();
            let refused = status == StatusCode::UNSUPPORTED_MEDIA_TYPE;
            assert_eq!(refused, route.accepts == Accepts::Json, "{} {kind:?}: {status}", route.path);
        }
        assert_eq!(route.accepts != Accepts::Nothing, route.method == Method::POST, "{}", route.path);
    }
}

#[tokio::test]
async fn every_row_is_cut_off_after_its_own_time() {
    const SHORT: Duration = Duration::from_millis(50);
    let world = World::new().await;
    let both = Timeouts { head: NEVER, body: NEVER, answer: NEVER, approval: NEVER };
    for (short, timeouts) in [
        (Timeout::Answer, Timeouts { answer: SHORT, ..both }),
        (Timeout::Approval, Timeouts { approval: SHORT, ..both }),
    ] {
        // The same layers around handlers that never answer.
        let probes = table().into_iter().map(|route| {
            let method = MethodFilter::try_from(route.method.clone()).expect("a method");
            let handler = on(method, async || std::future::pending::<()>().await);
            Route { handler, authorize: authorize::<Anyone>, ..route }
        });
        let probes: Vec<Route> = probes.collect();
        let router = router_of(probes.clone(), world.app(AdmissionOptions { timeouts, ..unlimited() }));
        let mut answers = JoinSet::new();
        for route in probes {
            let (router, request) = (router.clone(), authorized(&route, &world, OUTSIDE));
            answers.spawn(async move {
                let waits = if route.timeout == short { Duration::from_secs(20) } else { 10 * SHORT };
                let answer = tokio::time::timeout(waits, send(&router, request)).await;
                assert_eq!(answer.is_ok(), route.timeout == short, "{} {short:?}", route.path);
                let Ok(response) = answer else { return };
                assert!(response.headers().contains_key(header::RETRY_AFTER), "{}", route.path);
                assert_eq!(code(response).await, Some(ErrorCode::ServiceBusy), "{}", route.path);
            });
        }
        while let Some(answer) = answers.join_next().await {
            answer.expect("as its row says");
        }
    }
    assert!(table().iter().any(|route| route.timeout == Timeout::Approval));
}

#[tokio::test]
async fn every_row_takes_its_place_when_it_says() {
    let world = World::new().await;
    let timeouts = Timeouts { body: Duration::from_millis(50), ..Timeouts::default() };
    let router = router(world.app(AdmissionOptions { max_in_flight: 0, timeouts, ..unlimited() }));
    for route in table() {
        let whole = code(send(&router, authorized(&route, &world, OUTSIDE)).await).await;
        let mut request = authorized(&route, &world, OUTSIDE);
        let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        *request.body_mut() = Body::from_stream(never);
        let half = code(send(&router, request).await).await;
        let expected = match route.admission {
            Admit::Always | Admit::RateLimited => [None, None],
            Admit::OnArrival => [Some(ErrorCode::ServiceBusy); 2],
            // The store is asked whose key it is, and that takes a place too.
            Admit::AfterBody if route.access == Access::RelyingParty => [Some(ErrorCode::ServiceBusy); 2],
            Admit::AfterBody => [Some(ErrorCode::ServiceBusy), Some(ErrorCode::BadRequest)],
        };
        assert_eq!([whole, half], expected, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn every_row_but_those_that_are_always_admitted_counts_against_the_rate() {
    let world = World::new().await;
    let options = AdmissionOptions { requests_per_second: 1, burst: 1, ..AdmissionOptions::default() };
    for route in table() {
        let router = router(world.app(options.clone()));
        // Nothing that is shown raises the limit: no key has opened anything yet.
        let first = send(&router, good(&route, OUTSIDE)).await.status();
        let second = send(&router, good(&route, OUTSIDE)).await.status();
        let limited = StatusCode::TOO_MANY_REQUESTS;
        assert_ne!(first, limited, "{}", route.path);
        assert_eq!(second == limited, route.admission != Admit::Always, "{}: {second}", route.path);
    }
}

#[tokio::test]
async fn another_method_is_refused_before_the_body_is_looked_at_and_the_right_ones_are_named() {
    let world = World::new().await;
    let router = router(world.app(unlimited()));
    for route in table() {
        let mut methods: Vec<String> = Vec::new();
        for other in table().iter().filter(|other| other.path == route.path) {
            methods.push(other.method.to_string());
            if other.method == Method::GET {
                methods.push(Method::HEAD.to_string());
            }
        }
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            if methods.contains(&method.to_string()) {
                continue;
            }
            let mut request = good(&route, OUTSIDE);
            *request.method_mut() = method;
            request.headers_mut().remove(header::CONTENT_TYPE);
            let response = send(&router, request).await;
            let allow = response.headers()[header::ALLOW].to_str().expect("text").to_owned();
            let mut allowed: Vec<&str> = allow.split(',').map(str::trim).collect();
            allowed.sort_unstable();
            methods.sort_unstable();
            assert_eq!(allowed, methods, "{}", route.path);
            assert_eq!(code(response).await, Some(ErrorCode::MethodNotAllowed), "{}", route.path);
        }
    }
    let mut nowhere = good(&table()[0], OUTSIDE);
    *nowhere.method_mut() = Method::POST;
    *nowhere.uri_mut() = "/v1/nowhere".parse().expect("a URI");
    assert_eq!(code(send(&router, nowhere).await).await, Some(ErrorCode::NotFound));
}
