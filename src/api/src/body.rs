//! Reads a body, up to the policy's limit of size and for a few seconds at most.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::admission::InFlightPermit;
use super::rate_limit::RateLimitKey;
use super::refusal::Refusal;
use super::requirements::Accepts;
use super::schema::BodySchema;
use super::{App, json};
use engine::metrics;

/// How much of a too large body is read and discarded, so that its sender gets the response and not a broken
/// connection.
const DISCARDED_BYTES: usize = 256 * 1024 * 1024;
const DISCARD_LIMIT: Duration = Duration::from_secs(2);

/// A body that a handler takes as its last argument.
pub(super) trait RequestBody {
    const ACCEPTS: Accepts;

    /// Its type, for the description. `None` when it has no schema.
    fn schema() -> Option<BodySchema>;
}

/// JSON: the body of a request, or of an answer.
pub(super) struct Json<T>(pub(super) T);

/// A form, which the telephone provider's line parses.
pub(super) struct Form(pub(super) Zeroizing<Vec<u8>>);

/// The body of a request without arguments: `{}`, or nothing.
pub(super) struct EmptyBody;

/// An object without members. An empty body counts as one.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmptyObject {}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let bytes = read(request, app).await?;
        json::read(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: ToSchema> RequestBody for Json<T> {
    const ACCEPTS: Accepts = Accepts::Json;

    fn schema() -> Option<BodySchema> {
        Some(BodySchema::of::<T>())
    }
}

impl FromRequest<App> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        read(request, app).await.map(Self)
    }
}

impl RequestBody for Form {
    const ACCEPTS: Accepts = Accepts::Form;

    fn schema() -> Option<BodySchema> {
        None
    }
}

impl FromRequest<App> for EmptyBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let bytes = read(request, app).await?;
        if bytes.is_empty() {
            return Ok(Self);
        }
        json::read::<EmptyObject>(&bytes).map(|_| Self)
    }
}

impl RequestBody for EmptyBody {
    const ACCEPTS: Accepts = Accepts::Json;

    fn schema() -> Option<BodySchema> {
        Some(BodySchema::of::<EmptyObject>())
    }
}

/// Reads the body, and then takes the request's permit.
async fn read(request: Request, app: &App) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let (head, body) = request.into_parts();
    let (admission, limit) = (app.admission(), app.service().policy().answering.body_limit_bytes);
    let client = head.extensions.get::<RateLimitKey>().ok_or(ErrorCode::ServiceFault)?;
    let in_flight = head.extensions.get::<InFlightPermit>().ok_or(ErrorCode::ServiceFault)?;
    let permit = admission.rate_limit().body_permit(*client).ok_or_else(|| {
        metrics::shed("bodies");
        Refusal::later(ErrorCode::TryLater, 1)
    })?;
    let bytes = read_whole(&head.headers, body, limit, admission.timeouts().body).await?;
    drop(permit);
    admission.enter(in_flight)?;
    Ok(bytes)
}

async fn read_whole(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    within: Duration,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let too_large = Refusal::from(ErrorCode::BodyTooLarge);
    let announced = announced_bytes(headers);
    if announced.is_some_and(|bytes| bytes > limit) {
        // A client that sends `Expect` waits for this response before it sends the body.
        if !headers.contains_key(header::EXPECT) {
            discard(&mut body).await;
        }
        return Err(too_large);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(4096).min(limit)));
    let reading = async {
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = frame.map_err(|_| Refusal::naming(ErrorCode::BadRequest, "The body ended early."))?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > limit {
                return Ok(false);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(true)
    };
    match tokio::time::timeout(within, reading).await {
        Ok(Ok(true)) => Ok(bytes),
        Ok(Ok(false)) => {
            discard(&mut body).await;
            Err(too_large)
        }
        Ok(Err(refusal)) => Err(refusal),
        Err(_) => Err(Refusal::naming(ErrorCode::BadRequest, "The body came too slowly.")),
    }
}

fn announced_bytes(headers: &HeaderMap) -> Option<usize> {
    let text = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
    // A length that does not fit the type is too large.
    Some(text.parse().unwrap_or(usize::MAX))
}

async fn discard(body: &mut Body) {
    let discarding = async {
        let mut discarded = 0;
        while let Some(Ok(frame)) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            discarded += frame.data_ref().map_or(0, axum::body::Bytes::len);
            if discarded > DISCARDED_BYTES {
                return;
            }
        }
    };
    // When the time is over, the rest stays unread.
    let _ = tokio::time::timeout(DISCARD_LIMIT, discarding).await;
}
