//! The HTTP surface as one table. Routing, the OpenAPI description and the metrics' labels are made from it.
//!
//! Not here: rules. A route reads the request, calls one verb of the engine and writes its answer.

mod approvals;
mod body;
mod call_progress;
mod calls;
mod client_ip;
mod clock;
mod credentials;
mod description;

mod admission;
mod end_call;
mod enrolments;
mod health;
mod json;
mod me;
mod metrics;
mod middleware;
mod not_me;
mod openapi;
mod policy;
mod provider;
mod rate_limit;
#[cfg(feature = "testing")]
pub mod readers;
mod ready;
mod refusal;
mod sign_in;
mod sign_out;
mod stations;
mod table;
mod times;
mod verify;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::middleware::from_fn_with_state;
use protocol::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;

pub use admission::{AdmissionOptions, Gate};
pub use description::description;
pub use rate_limit::network;
use refusal::Refusal;
pub use table::{Access, Route};
pub use times::Times;

use engine::Service;

/// Every endpoint, in the order in which a person's enrolment meets them.
pub fn table() -> Vec<Route> {
    vec![
        policy::route(),
        clock::route(),
        sign_in::route(),
        me::route(),
        not_me::route(),
        calls::route(),
        call_progress::route(),
        end_call::route(),
        provider::route(),
        enrolments::route(),
        sign_out::route(),
        verify::route(),
        approvals::route(),
        stations::route(),
        health::route(),
        ready::route(),
        metrics::route(),
        openapi::route(),
    ]
}

/// What every endpoint works with.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    service: Arc<Service>,
    gate: Gate,
    draining: AtomicBool,
}

impl App {
    /// A service behind a gate.
    pub fn new(service: Arc<Service>, gate: Gate) -> Self {
        Self(Arc::new(Parts { service, gate, draining: AtomicBool::new(false) }))
    }

    /// From now on `/ready` says no: whoever sends people here is to send them elsewhere.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    fn service(&self) -> &Service {
        &self.0.service
    }

    fn gate(&self) -> &Gate {
        &self.0.gate
    }
}

/// The table as a router, behind the guard that every request passes, also one for a path that does not exist.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in table() {
        router = router.route(route.path, route.handler);
    }
    router
        .fallback(async || Refusal::from(ErrorCode::NotFound))
        .method_not_allowed_fallback(async || Refusal::from(ErrorCode::MethodNotAllowed))
        .layer(CatchPanicLayer::custom(|_payload| {
            axum::response::IntoResponse::into_response(Refusal::from(ErrorCode::ServiceFault))
        }))
        .layer(from_fn_with_state(app.clone(), middleware::guard))
        .with_state(app)
}
