//! POST /calls/provider/..: a telephone provider says how a call goes, and asks what to say next.
//!
//! Not here: what is believed and what follows. The line (`telephony`) checks the signature over path and form.

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use protocol::{ErrorCode, paths};
use telephony::{CallbackRefused, SIGNATURE_HEADER, Twiml};

use super::body::Form;
use super::refusal::Refusal;
use super::{Access, App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::PROVIDER, Access::Provider, provider)
        .about("The telephone provider's posts, signed by it; answered in its own markup.")
        .gives_text()
        .refuses(&[ErrorCode::NotFound, ErrorCode::NotAllowed])
}

async fn provider(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(body): Form,
) -> Result<Response, Refusal> {
    let line = app.service().provider_line().ok_or(ErrorCode::NotFound)?;
    // As it came: what the provider signed is the address that it was given.
    let given = uri.path_and_query().map_or("", |path| path.as_str());
    let path = given.strip_prefix(paths::PROVIDER_PREFIX).ok_or(ErrorCode::NotFound)?;
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    match line.callback(path, &body, signature) {
        Ok(twiml) => {
            Ok(([(header::CONTENT_TYPE, Twiml::CONTENT_TYPE)], twiml.as_str().to_owned()).into_response())
        }
        Err(CallbackRefused::Forged) => {
            tracing::warn!("a post to the provider's address bears no signature of the provider");
            Err(ErrorCode::NotAllowed.into())
        }
        Err(CallbackRefused::Malformed) => Err(ErrorCode::BadRequest.into()),
        Err(CallbackRefused::Late) => Err(Refusal::naming(ErrorCode::BadRequest, "The call has moved on.")),
    }
}
