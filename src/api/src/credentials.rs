//! What a request shows for itself: the text after `Authorization: Bearer`, a signature, or a station's assertion.
//!
//! The layer of a row proves the row's credential once (`authorize`); the handler takes what was proved
//! ([`Authorized`]). Not here: whether a session is known. The engine says that, in the verb's own transaction.

use std::future::Future;
use std::pin::Pin;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use protocol::{ErrorCode, SessionToken, StationAssertion};
use telephony::SIGNATURE_HEADER;

use super::App;
use super::client_ip::ClientIp;
use super::refusal::Refusal;
use super::requirements::Access;
use engine::{Client, ClientKeyHash};

/// No credential of ours is longer.
const LONGEST: usize = 256;

/// What a row asks of a request before its handler sees it.
pub(super) trait Credential: Clone + Send + Sync + Sized + 'static {
    /// Who can show it.
    const ACCESS: Access;

    /// Reads and checks it, once a request.
    fn prove(parts: &Parts, app: &App) -> impl Future<Output = Result<Self, Refusal>> + Send;
}

/// A credential that the row's layer has proved. There is no other way to get one.
#[derive(Clone)]
pub(super) struct Authorized<C>(pub(super) C);

/// Proves a credential and leaves it for the handler. This is what a row's layer calls.
pub(super) fn authorize<'a, C: Credential>(
    parts: &'a mut Parts,
    app: &'a App,
) -> Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send + 'a>> {
    Box::pin(async move {
        let proved = C::prove(parts, app).await?;
        parts.extensions.insert(Authorized(proved));
        Ok(())
    })
}

impl<C: Credential> FromRequestParts<App> for Authorized<C> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        // Without the layer nothing was proved, and nobody is let in.
        parts.extensions.remove::<Self>().ok_or_else(|| ErrorCode::ServiceFault.into())
    }
}

/// Nothing is asked.
#[derive(Clone)]
pub(super) struct Anyone;

impl Credential for Anyone {
    const ACCESS: Access = Access::Anyone;

    async fn prove(_parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// The right is in the envelope, which is the body: the engine opens it.
#[derive(Clone)]
pub(super) struct Envelope;

impl Credential for Envelope {
    const ACCESS: Access = Access::Envelope;

    async fn prove(_parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// A session's token. Whether it opens anything, the engine's verb says.
#[derive(Clone)]
pub(super) struct Session(pub(super) SessionToken);

impl Credential for Session {
    const ACCESS: Access = Access::Session;

    async fn prove(parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        bearer(&parts.headers).map(|text| Self(SessionToken::presented(text)))
    }
}

/// A relying party that showed its key, from an address that it may use.
#[derive(Clone)]
pub(super) struct RelyingParty(pub(super) Client);

impl Credential for RelyingParty {
    const ACCESS: Access = Access::RelyingParty;

    async fn prove(parts: &Parts, app: &App) -> Result<Self, Refusal> {
        let key = parts.extensions.get::<ClientKeyHash>().ok_or(ErrorCode::NotSignedIn)?;
        let ClientIp(from) = parts.extensions.get().copied().ok_or(ErrorCode::ServiceFault)?;
        // It asks the store, and so takes a place for as long as that lasts. The body may come slowly.
        let _permit = app.admission().permit()?;
        let client = app.service().client_with_key(key, from).await;
        let refused = client.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::NotSignedIn);
        // A key that opens nothing is remembered as one, so that whoever tries many is slowed.
        if refused || client.is_ok() {
            app.admission().rate_limit().note_key(*key, client.is_ok());
        }
        Ok(Self(client?))
    }
}

/// The hash of the key that a relying party shows. It is made here alone, once a request.
pub(super) fn client_key(headers: &HeaderMap, app: &App) -> Option<ClientKeyHash> {
    app.service().client_key_hash(bearer(headers).ok()?)
}

/// Whoever asks from an address that the settings list for monitoring.
#[derive(Clone)]
pub(super) struct Monitoring;

impl Credential for Monitoring {
    const ACCESS: Access = Access::Monitoring;

    async fn prove(parts: &Parts, app: &App) -> Result<Self, Refusal> {
        let ClientIp(from) = parts.extensions.get().copied().ok_or(ErrorCode::ServiceFault)?;
        if app.admission().is_monitoring(from) { Ok(Self) } else { Err(ErrorCode::NotAllowed.into()) }
    }
}

/// The signature that the telephone provider puts on a form. It is judged together with the form.
#[derive(Clone)]
pub(super) struct ProviderSignature(pub(super) Option<String>);

impl Credential for ProviderSignature {
    const ACCESS: Access = Access::Provider;

    async fn prove(parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        let signature = parts.headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
        Ok(Self(signature.map(str::to_owned)))
    }
}

/// A station's assertion about the sign-in in the body, if it is made at one.
pub(super) struct AtStation(pub(super) Option<StationAssertion>);

impl FromRequestParts<App> for AtStation {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        station(&parts.headers).map(Self)
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    text_after(headers, "bearer").ok_or_else(|| ErrorCode::NotSignedIn.into())
}

/// An assertion that cannot be read is refused: without it the sign-in would count as one at any other computer.
pub(super) fn station(headers: &HeaderMap) -> Result<Option<StationAssertion>, Refusal> {
    let schemes = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let value = value.as_bytes();
        value.split(|byte| *byte == b' ').next().unwrap_or_default()
    });
    if !schemes.into_iter().any(|scheme| scheme.eq_ignore_ascii_case(StationAssertion::SCHEME.as_bytes())) {
        return Ok(None);
    }
    let mark = text_after(headers, StationAssertion::SCHEME).and_then(|text| text.parse().ok());
    mark.map(Some).ok_or_else(|| ErrorCode::BadRequest.into())
}

/// The text after a scheme, in the one header that says who asks.
fn text_after<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let plain = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case(wanted) && plain).then_some(text)
}
