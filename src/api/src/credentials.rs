//! What a request shows for itself: the text after `Authorization: Bearer`, or a station's word for it.
//!
//! Not here: whether it opens anything. The engine says that.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use protocol::{ErrorCode, SessionToken, StationMark};
use zeroize::Zeroizing;

use super::App;
use super::refusal::Refusal;
use engine::Client;

/// No credential of ours is longer.
const LONGEST: usize = 256;

/// A session's token.
pub(super) struct Session(pub(super) SessionToken);

/// A relying party's key.
pub(super) struct Key(pub(super) Zeroizing<String>);

impl FromRequestParts<App> for Session {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        bearer(&parts.headers).map(|text| Self(SessionToken::presented(text)))
    }
}

impl FromRequestParts<App> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        bearer(&parts.headers).map(|text| Self(Zeroizing::new(text.to_owned())))
    }
}

/// A station's word for the sign-in in the body, if it is made at one.
pub(super) struct AtStation(pub(super) Option<StationMark>);

impl FromRequestParts<App> for AtStation {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Refusal> {
        station(&parts.headers).map(Self)
    }
}

/// Which relying party a key belongs to. A key that is none is remembered, so that whoever tries many is slowed.
pub(super) async fn relying_party(app: &App, key: &str, from: IpAddr) -> Result<Client, Refusal> {
    let client = app.service().client_of(key, from).await;
    let refused = client.as_ref().is_err_and(|refusal| refusal.code == ErrorCode::NotSignedIn);
    if let Some(hash) = app.service().client_key_hash(key).filter(|_| refused || client.is_ok()) {
        app.gate().senders().tried(hash, client.is_ok());
    }
    Ok(client?)
}

pub(super) fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    shown(headers, "bearer").ok_or_else(|| ErrorCode::NotSignedIn.into())
}

/// A mark that cannot be read is refused: without it the sign-in would count as one at any other computer.
pub(super) fn station(headers: &HeaderMap) -> Result<Option<StationMark>, Refusal> {
    let schemes = headers.get_all(header::AUTHORIZATION).iter().map(|value| {
        let value = value.as_bytes();
        value.split(|byte| *byte == b' ').next().unwrap_or_default()
    });
    if !schemes.into_iter().any(|scheme| scheme.eq_ignore_ascii_case(StationMark::SCHEME.as_bytes())) {
        return Ok(None);
    }
    let mark = shown(headers, StationMark::SCHEME).and_then(|text| text.parse().ok());
    mark.map(Some).ok_or_else(|| ErrorCode::BadRequest.into())
}

/// The text after a scheme, in the one header that says who asks.
fn shown<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let plain = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case(wanted) && plain).then_some(text)
}
