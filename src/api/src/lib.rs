//! The HTTP API as one table. Routing, the OpenAPI description and the metrics' labels are made from it.
//!
//! Not here: rules. A route reads the request, calls one method of the engine and writes its answer.

mod admission;
mod approvals;
mod arguments;
mod body;
mod call_progress;
mod calls;
mod client_ip;
mod clock;
mod credentials;
mod description;
mod end_call;
mod enforce;
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
mod requirements;
mod schema;
mod sign_in;
mod sign_out;
mod stations;
mod table;
mod timeouts;
mod verify;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::handler::Handler as _;
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use protocol::ErrorCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

pub use admission::{Admission, AdmissionOptions};
pub use description::description;
pub use rate_limit::network;
use refusal::Refusal;
pub use requirements::{Accepts, Access, Admit, Header, Timeout};
pub use table::Route;
pub use timeouts::Timeouts;

use enforce::enforce;
use engine::Service;
use middleware::{always, observe, strict_transport};
use table::Rules;

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

/// The state that every endpoint shares.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    service: Arc<Service>,
    admission: Admission,
    draining: AtomicBool,
}

impl App {
    /// A service, and the admission that requests pass before they reach it.
    pub fn new(service: Arc<Service>, admission: Admission) -> Self {
        Self(Arc::new(Shared { service, admission, draining: AtomicBool::new(false) }))
    }

    /// Makes `/ready` refuse from now on, so that load balancers send people elsewhere.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    fn service(&self) -> &Service {
        &self.0.service
    }

    fn admission(&self) -> &Admission {
        &self.0.admission
    }
}

/// The table as a router. Every request passes the layer of its row, and one without a row a layer of its own.
pub fn router(app: App) -> Router {
    router_of(table(), app)
}

fn router_of(table: Vec<Route>, app: App) -> Router {
    let mut router = Router::new();
    for route in table {
        let rules = from_fn_with_state((app.clone(), route.rules()), enforce);
        let time = route.timeout.of(app.admission().timeouts());
        let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time);
        // The layer that is added last is the outermost.
        router = router.route(route.path, route.handler.route_layer(rules).route_layer(timeout));
    }
    let no_row = from_fn_with_state((app.clone(), Rules::NO_ROW), enforce);
    let not_found = async || Refusal::from(ErrorCode::NotFound);
    let other_method = async || Refusal::from(ErrorCode::MethodNotAllowed);
    let headers = (
        strict_transport(app.admission().https()),
        always(header::CACHE_CONTROL, "no-store"),
        always(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        always(header::REFERRER_POLICY, "no-referrer"),
        always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        always(header::X_FRAME_OPTIONS, "DENY"),
        always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    );
    router
        .fallback(not_found.layer(no_row.clone()))
        .method_not_allowed_fallback(other_method.layer(no_row))
        .layer(CatchPanicLayer::custom(|_payload| {
            axum::response::IntoResponse::into_response(Refusal::from(ErrorCode::ServiceFault))
        }))
        .layer(from_fn(observe))
        .layer(headers)
        .with_state(app)
}

#[cfg(test)]
mod tests;
