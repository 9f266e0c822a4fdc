//! POST /calls/provider/..: callbacks of a telephone provider, which reports a call's state and asks what to say next.
//!
//! Not here: the check of the signature over path and form, and what follows (`telephony`).

use axum::extract::{OriginalUri, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use protocol::{ErrorCode, paths};
use telephony::{CallbackRefused, Twiml};

use super::body::Form;
use super::credentials::{Authorized, ProviderSignature};
use super::refusal::Refusal;
use super::{App, Route};

pub(super) fn route() -> Route {
    Route::post(paths::PROVIDER, provider)
        .about("The telephone provider's posts, signed by it; answered in its own markup.")
        .gives_text(Twiml::CONTENT_TYPE)
        .refuses(&[ErrorCode::NotFound, ErrorCode::NotAllowed])
}

async fn provider(
    Authorized(ProviderSignature(signature)): Authorized<ProviderSignature>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Form(body): Form,
) -> Result<Response, Refusal> {
    let line = app.service().provider_line().ok_or(ErrorCode::NotFound)?;
    // Unchanged, since the provider signed the address that it was given.
    let given = uri.path_and_query().map_or("", |path| path.as_str());
    let path = given.strip_prefix(paths::PROVIDER_PREFIX).ok_or(ErrorCode::NotFound)?;
    match line.callback(path, &body, signature.as_deref()) {
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
