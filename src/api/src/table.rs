//! One row of the surface: how it is reached, who may, what goes in and what comes out.
//!
//! Not here: the rows. Each endpoint's file holds its own.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use protocol::ErrorCode;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::App;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: it tells nothing about anybody.
    Anyone,
    /// Whoever can seal a credential or a grant's token: the envelope carries the right.
    Envelope,
    /// A person with a session.
    Session,
    /// A registered relying party with its key.
    RelyingParty,
    /// The telephone provider, by its signature.
    Provider,
    /// The addresses that the settings list for monitoring.
    Monitoring,
}

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A body's type, for the description.
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) collect: fn(&mut Schemas),
}

/// One endpoint.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
    /// Who may call.
    pub access: Access,
    /// One line for people.
    pub about: &'static str,
    /// Why it may refuse, beyond what every path may answer.
    pub refusals: &'static [ErrorCode],
    pub(super) query: &'static [(&'static str, &'static str)],
    pub(super) takes: Option<Shape>,
    pub(super) gives: Option<Shape>,
    pub(super) text: bool,
    pub(super) handler: MethodRouter<App>,
}

impl Route {
    /// A path that is read.
    pub(super) fn get<T: 'static>(path: &'static str, access: Access, handler: impl Handler<T, App>) -> Self {
        Self::new(Method::GET, path, access, on(MethodFilter::GET, handler))
    }

    /// A path that is posted to.
    pub(super) fn post<T: 'static>(
        path: &'static str,
        access: Access,
        handler: impl Handler<T, App>,
    ) -> Self {
        Self::new(Method::POST, path, access, on(MethodFilter::POST, handler))
    }

    fn new(method: Method, path: &'static str, access: Access, handler: MethodRouter<App>) -> Self {
        Self {
            method,
            path,
            access,
            about: "",
            refusals: &[],
            query: &[],
            takes: None,
            gives: None,
            text: false,
            handler,
        }
    }

    pub(super) fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    pub(super) fn refuses(self, refusals: &'static [ErrorCode]) -> Self {
        Self { refusals, ..self }
    }

    /// Query arguments: name and pattern. All are required.
    pub(super) fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    pub(super) fn takes<T: ToSchema>(self) -> Self {
        Self { takes: Some(shape::<T>()), ..self }
    }

    pub(super) fn gives<T: ToSchema>(self) -> Self {
        Self { gives: Some(shape::<T>()), ..self }
    }

    /// The answer is plain text.
    pub(super) fn gives_text(self) -> Self {
        Self { text: true, ..self }
    }
}

pub(super) fn shape<T: ToSchema>() -> Shape {
    Shape {
        name: T::name().into_owned(),
        collect: |schemas| {
            schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
            T::schemas(schemas);
        },
    }
}
