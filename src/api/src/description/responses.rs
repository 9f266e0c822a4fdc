//! The responses of an operation: one success, and the refusals of every path and of this one, each with its headers.

use protocol::{ApiProblem, ErrorCode};
use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Response, ResponseBuilder};

use super::json;
use crate::requirements::Accepts;
use crate::table::Route;

/// Refusals of every path.
const EVERYWHERE: [ErrorCode; 6] = [
    ErrorCode::BadRequest,
    ErrorCode::MethodNotAllowed,
    ErrorCode::HostNotServed,
    ErrorCode::TryLater,
    ErrorCode::ServiceBusy,
    ErrorCode::ServiceFault,
];

/// Further refusals of a path that reads a body.
const WITH_BODY: [ErrorCode; 1] = [ErrorCode::BodyTooLarge];

/// Further refusals of a path that reads JSON.
const WITH_JSON: [ErrorCode; 1] = [ErrorCode::UnsupportedMediaType];

/// The responses of one operation, each with its status.
pub(super) fn of(route: &Route) -> Vec<(String, Response)> {
    let mut all = vec![success(route)];
    let of_body: &[&[ErrorCode]] = match route.accepts {
        Accepts::Nothing => &[],
        Accepts::Form => &[&WITH_BODY],
        Accepts::Json => &[&WITH_BODY, &WITH_JSON],
    };
    let mut codes: Vec<ErrorCode> =
        EVERYWHERE.iter().chain(of_body.iter().copied().flatten()).chain(route.refusals).copied().collect();
    codes.sort_by_key(|code| (code.status(), code.name()));
    codes.dedup();
    for same_status in codes.chunk_by(|one, other| one.status() == other.status()) {
        all.push(refusal(same_status));
    }
    // The HTTP library answers this before any of our code runs.
    all.push((
        "431".to_owned(),
        ResponseBuilder::new().description("The request's head is too large.").build(),
    ));
    all
}

fn success(route: &Route) -> (String, Response) {
    let response = with_header(ResponseBuilder::new().description("Done."), "X-Request-Id", REQUEST_ID);
    let (status, response) = match (&route.gives, route.text) {
        (Some(schema), _) => ("200", response.content("application/json", json(&schema.name))),
        (None, Some(media_type)) => {
            let text = ObjectBuilder::new().schema_type(Type::String);
            ("200", response.content(media_type, ContentBuilder::new().schema(Some(text)).build()))
        }
        (None, None) => ("204", response),
    };
    (status.to_owned(), response.build())
}

/// The refusals that share a status.
fn refusal(codes: &[ErrorCode]) -> (String, Response) {
    let status = codes.first().map_or(500, |code| code.status());
    let names: Vec<&str> = codes.iter().map(|code| code.name()).collect();
    let mut response = ResponseBuilder::new()
        .description(names.join(", "))
        .content("application/json", json(&ApiProblem::name()));
    response = with_header(response, "X-Request-Id", REQUEST_ID);
    for (name, about) in headers(status) {
        response = with_header(response, name, about);
    }
    (status.to_string(), response.build())
}

const REQUEST_ID: &str = "The id that the service's log has on the lines of this request.";

/// The headers of a refusal with this status.
fn headers(status: u16) -> &'static [(&'static str, &'static str)] {
    match status {
        401 => &[("WWW-Authenticate", "`Bearer`.")],
        405 => &[("Allow", "The methods that this path takes.")],
        429 => &[("Retry-After", "The seconds after which to try again.")],
        503 => &[("Retry-After", "The seconds after which to try again, where waiting helps.")],
        _ => &[],
    }
}

fn with_header(response: ResponseBuilder, name: &str, about: &str) -> ResponseBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    response.header(name, HeaderBuilder::new().schema(Some(text)).description(Some(about)).build())
}
