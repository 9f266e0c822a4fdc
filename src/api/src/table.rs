//! One row of the surface: how it is reached, who may call it, what goes in and what comes out.
//!
//! Not here: the rows (each endpoint's file holds its own), what a row can ask for (`requirements`), and what holds a
//! request to its row (`enforce`).

use std::future::Future;
use std::pin::Pin;

use axum::handler::Handler;
use axum::http::Method;
use axum::http::request::Parts;
use axum::routing::{MethodFilter, MethodRouter, on};
use protocol::ErrorCode;
use utoipa::ToSchema;

use super::App;
use super::arguments::{Fits, Reads, Shows};
use super::body::RequestBody;
use super::credentials::{self, Credential};
use super::refusal::Refusal;
use super::requirements::{Accepts, Access, Admit, Header, Timeout};
use super::schema::BodySchema;

/// Checks the credential of a request and leaves it in the request's extensions.
pub(super) type Authorize =
    for<'a> fn(&'a mut Parts, &'a App) -> Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send + 'a>>;

/// What the layer of a row holds each request to.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) access: Access,
    pub(super) accepts: Accepts,
    pub(super) admission: Admit,
    pub(super) authorize: Authorize,
}

impl Rules {
    /// For a request that meets no row: an unknown path, or another method.
    pub(super) const NO_ROW: Self = Self {
        access: Access::Anyone,
        accepts: Accepts::Nothing,
        admission: Admit::OnArrival,
        authorize: credentials::authorize::<credentials::Anyone>,
    };
}

/// One endpoint.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// Who may call: what the handler's first argument proves.
    pub access: Access,
    /// What body it reads: the handler's last argument.
    pub accepts: Accepts,
    /// How long it may take.
    pub timeout: Timeout,
    /// When it takes its place among the requests in flight.
    pub admission: Admit,
    /// Request headers that it reads besides its credential.
    pub headers: &'static [Header],
    /// One line for people.
    pub about: &'static str,
    /// Why it may refuse, beyond what every path may answer.
    pub refusals: &'static [ErrorCode],
    /// It is polled all the time: its line is in the log only at the level `debug`.
    pub polled: bool,
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) takes: Option<BodySchema>,
    pub(super) gives: Option<BodySchema>,
    pub(super) text: Option<&'static str>,
    pub(super) authorize: Authorize,
    pub(super) handler: MethodRouter<App>,
}

impl Route {
    /// A path that is read. The handler's first argument is the credential that it needs.
    pub(super) fn get<T: Shows + 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        let handler = on(MethodFilter::GET, handler);
        Self::new::<T::Credential>(Method::GET, path, Accepts::Nothing, Admit::OnArrival, handler)
    }

    /// A path that is posted to. The handler's last argument is the body that it reads.
    pub(super) fn post<T>(path: &'static str, handler: impl Handler<T, App>) -> Self
    where
        T: Shows + Reads + 'static,
        T::Credential: Fits<T::Body>,
    {
        let handler = on(MethodFilter::POST, handler);
        let accepts = T::Body::ACCEPTS;
        let route = Self::new::<T::Credential>(Method::POST, path, accepts, Admit::AfterBody, handler);
        Self { takes: T::Body::schema(), ..route }
    }

    fn new<C: Credential>(
        method: Method,
        path: &'static str,
        accepts: Accepts,
        admission: Admit,
        handler: MethodRouter<App>,
    ) -> Self {
        Self {
            method,
            path,
            access: C::ACCESS,
            accepts,
            timeout: Timeout::Answer,
            admission,
            headers: &[],
            about: "",
            refusals: &[],
            polled: false,
            query: &[],
            takes: None,
            gives: None,
            text: None,
            authorize: credentials::authorize::<C>,
            handler,
        }
    }

    pub(super) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    pub(super) fn refuses(self, refusals: &'static [ErrorCode]) -> Self {
        Self { refusals, ..self }
    }

    /// It may take this long.
    pub(super) fn within(self, timeout: Timeout) -> Self {
        Self { timeout, ..self }
    }

    /// It takes its place among the requests in flight then.
    pub(super) fn admits(self, admission: Admit) -> Self {
        Self { admission, ..self }
    }

    pub(super) fn reads(self, headers: &'static [Header]) -> Self {
        Self { headers, ..self }
    }

    /// It is polled all the time.
    pub(super) fn polled(self) -> Self {
        Self { polled: true, ..self }
    }

    /// Query arguments: name and pattern. All are required.
    pub(super) fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    pub(super) fn gives<T: ToSchema>(self) -> Self {
        Self { gives: Some(BodySchema::of::<T>()), ..self }
    }

    /// The answer is text of this media type.
    pub(super) fn gives_text(self, media_type: &'static str) -> Self {
        Self { text: Some(media_type), ..self }
    }

    /// The path as OpenAPI writes it: a parameter that takes the rest of a path has no star.
    pub fn template(&self) -> String {
        self.path.replace("{*", "{")
    }

    pub(super) fn rules(&self) -> Rules {
        let Self { access, accepts, admission, authorize, .. } = *self;
        Rules { access, accepts, admission, authorize }
    }
}
