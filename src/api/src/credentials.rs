//! The credentials of a request: a bearer token, a signature, or a station's assertion.
//!
//! The layer of a row checks the row's credential once (`authorize`). The handler takes the result ([`Authorized`]).
//! Not here: whether a session exists. The engine checks that in its own transaction.

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

/// The longest credential.
const LONGEST: usize = 256;

/// A credential that a row requires before its handler runs.
pub(super) trait Credential: Clone + Send + Sync + Sized + 'static {
    /// Who can present it.
    const ACCESS: Access;

    /// Reads and checks it, once a request.
    fn prove(parts: &Parts, app: &App) -> impl Future<Output = Result<Self, Refusal>> + Send;
}

/// A credential that the row's layer has checked. There is no other way to get one.
#[derive(Clone)]
pub(super) struct Authorized<C>(pub(super) C);

/// Checks a credential and stores it for the handler. A row's layer calls this.
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
        // Without the layer nothing was checked, and the request is refused.
        parts.extensions.remove::<Self>().ok_or_else(|| ErrorCode::ServiceFault.into())
    }
}

/// No credential is required.
#[derive(Clone)]
pub(super) struct Anyone;

impl Credential for Anyone {
    const ACCESS: Access = Access::Anyone;

    async fn prove(_parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// The credential is in the envelope, which is the body. The engine opens it.
#[derive(Clone)]
pub(super) struct Envelope;

impl Credential for Envelope {
    const ACCESS: Access = Access::Envelope;

    async fn prove(_parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// A session's token. The engine checks whether the session exists.
#[derive(Clone)]
pub(super) struct Session(pub(super) SessionToken);

impl Credential for Session {
    const ACCESS: Access = Access::Session;

    async fn prove(parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        bearer(&parts.headers).map(|text| Self(SessionToken::presented(text)))
    }
}

/// A relying party that presented its key, from an address that it may use.
#[derive(Clone)]
pub(super) struct RelyingParty(pub(super) Client);

impl Credential for RelyingParty {
    const ACCESS: Access = Access::RelyingParty;

    async fn prove(parts: &Parts, app: &App) -> Result<Self, Refusal> {
        let key = parts.extensions.get::<ClientKeyHash>().ok_or(ErrorCode::NotSignedIn)?;
        let ClientIp(from) = parts.extensions.get().copied().ok_or(ErrorCode::ServiceFault)?;
        // The check reads the store, so it takes a permit, but only for the read: the body may come slowly.
        let _permit = app.admission().permit()?;
        let client = app.service().client_with_key(key, from).await;
        let refused = client.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::NotSignedIn);
        // A key that counts for nothing is remembered as such, so that trying many keys is slowed.
        if refused || client.is_ok() {
            app.admission().rate_limit().record_key(*key, client.is_ok());
        }
        Ok(Self(client?))
    }
}

/// The hash of the key that a relying party presents. It is computed here alone, once a request.
pub(super) fn client_key(headers: &HeaderMap, app: &App) -> Option<ClientKeyHash> {
    app.service().client_key_hash(bearer(headers).ok()?)
}

/// A client at an address that the settings list for monitoring.
#[derive(Clone)]
pub(super) struct Monitoring;

impl Credential for Monitoring {
    const ACCESS: Access = Access::Monitoring;

    async fn prove(parts: &Parts, app: &App) -> Result<Self, Refusal> {
        let ClientIp(from) = parts.extensions.get().copied().ok_or(ErrorCode::ServiceFault)?;
        if app.admission().is_monitoring(from) { Ok(Self) } else { Err(ErrorCode::NotAllowed.into()) }
    }
}

/// The telephone provider's signature of a form. It is checked together with the form.
#[derive(Clone)]
pub(super) struct ProviderSignature(pub(super) Option<String>);

impl Credential for ProviderSignature {
    const ACCESS: Access = Access::Provider;

    async fn prove(parts: &Parts, _app: &App) -> Result<Self, Refusal> {
        let signature = parts.headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
        Ok(Self(signature.map(str::to_owned)))
    }
}

/// A station's assertion about the sign-in in the body, when there is one.
pub(super) struct AtStation(pub(super) Option<StationAssertion>);

impl FromRequestParts<App> for AtStation {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        station_assertion(&parts.headers).map(Self)
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    text_after(headers, "bearer").ok_or_else(|| ErrorCode::NotSignedIn.into())
}

/// The station's assertion in the headers. One that cannot be read is refused: otherwise the sign-in would count as one
/// at any other computer.
pub(super) fn station_assertion(headers: &HeaderMap) -> Result<Option<StationAssertion>, Refusal> {
    let schemes = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let value = value.as_bytes();
        value.split(|byte| *byte == b' ').next().unwrap_or_default()
    });
    if !schemes.into_iter().any(|scheme| scheme.eq_ignore_ascii_case(StationAssertion::SCHEME.as_bytes())) {
        return Ok(None);
    }
    let assertion = text_after(headers, StationAssertion::SCHEME).and_then(|text| text.parse().ok());
    assertion.map(Some).ok_or_else(|| ErrorCode::BadRequest.into())
}

/// The text after a scheme, when there is exactly one `Authorization` header.
fn text_after<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let plain = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case(wanted) && plain).then_some(text)
}
