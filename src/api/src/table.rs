//! One row of the API's table: its path, its requirements, its request and its response.
//!
//! Not here: the rows (each endpoint's file has its own), what a row can require (`requirements`), and how that is
//! enforced (`enforce`).

use std::future::Future;
use std::pin::Pin;

use axum::handler::Handler;
use axum::http::Method;
use axum::http::request::Parts;
use axum::routing::{MethodFilter, MethodRouter, on};
use protocol::ErrorCode;
use utoipa::ToSchema;

use super::App;
use super::arguments::{AcceptsBody, HasBody, HasCredential};
use super::body::RequestBody;
use super::credentials::{self, Credential};
use super::refusal::Refusal;
use super::requirements::{Accepts, Access, Admit, Header, Timeout};
use super::schema::BodySchema;

/// Checks the credential of a request and leaves it in the request's extensions.
pub(super) type Authorize =
    for<'a> fn(&'a mut Parts, &'a App) -> Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send + 'a>>;

/// What the layer of a row enforces.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) access: Access,
    pub(super) accepts: Accepts,
    pub(super) admission: Admit,
    pub(super) authorize: Authorize,
}

impl Rules {
    /// For a request without a row: an unknown path, or another method.
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
    /// Who may call, by the handler's first argument.
    pub access: Access,
    /// What body it reads, by the handler's last argument.
    pub accepts: Accepts,
    /// How long it may take.
    pub timeout: Timeout,
    /// When it takes its permit as a request in flight.
    pub admission: Admit,
    /// Request headers that it reads besides its credential.
    pub headers: &'static [Header],
    /// One line for people.
    pub about: &'static str,
    /// The codes with which it may refuse, besides those of every path.
    pub refusals: &'static [ErrorCode],
    /// Whether it is polled all the time. Then its log line has the level `debug`.
    pub polled: bool,
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) takes: Option<BodySchema>,
    pub(super) gives: Option<BodySchema>,
    pub(super) text: Option<&'static str>,
    pub(super) authorize: Authorize,
    pub(super) handler: MethodRouter<App>,
}

impl Route {
    /// A row for GET. The handler's first argument is the credential that it requires.
    pub(super) fn get<T: HasCredential + 'static>(path: &'static str, handler: impl Handler<T, App>) -> Self {
        let handler = on(MethodFilter::GET, handler);
        Self::new::<T::Credential>(Method::GET, path, Accepts::Nothing, Admit::OnArrival, handler)
    }

    /// A row for POST. The handler's last argument is the body that it reads.
    pub(super) fn post<T>(path: &'static str, handler: impl Handler<T, App>) -> Self
    where
        T: HasCredential + HasBody + 'static,
        T::Credential: AcceptsBody<T::Body>,
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

    /// Sets how long it may take.
    pub(super) fn within(self, timeout: Timeout) -> Self {
        Self { timeout, ..self }
    }

    /// Sets when it takes its permit.
    pub(super) fn admits(self, admission: Admit) -> Self {
        Self { admission, ..self }
    }

    pub(super) fn reads(self, headers: &'static [Header]) -> Self {
        Self { headers, ..self }
    }

    /// Marks it as polled all the time.
    pub(super) fn polled(self) -> Self {
        Self { polled: true, ..self }
    }

    /// Sets the query arguments, each with its name and pattern. All are required.
    pub(super) fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    pub(super) fn gives<T: ToSchema>(self) -> Self {
        Self { gives: Some(BodySchema::of::<T>()), ..self }
    }

    /// Makes the response text of this media type.
    pub(super) fn gives_text(self, media_type: &'static str) -> Self {
        Self { text: Some(media_type), ..self }
    }

    /// The path as OpenAPI writes it, where a parameter for the rest of a path has no star.
    pub fn template(&self) -> String {
        self.path.replace("{*", "{")
    }

    pub(super) fn rules(&self) -> Rules {
        let Self { access, accepts, admission, authorize, .. } = *self;
        Rules { access, accepts, admission, authorize }
    }
}
