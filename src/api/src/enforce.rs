//! The layer of one row: checks host, address, rate limit, media type, permit and credential, in this order.
//!
//! Requests without a row pass the same layer, under rules that require no credential.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use protocol::ErrorCode;

use super::App;
use super::admission::InFlightPermit;
use super::client_ip::ClientIp;
use super::credentials::client_key;
use super::refusal::Refusal;
use super::requirements::{Accepts, Access, Admit};
use super::table::Rules;

/// Enforces the rules of a row on a request, and passes it on.
pub(super) async fn enforce(
    State((app, rules)): State<(App, Rules)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let Rules { access, accepts, admission: admit, authorize } = rules;
    let admission = app.admission();
    let (mut parts, body) = request.into_parts();
    if !admission.serves(&parts.uri, &parts.headers) {
        return Err(ErrorCode::HostNotServed.into());
    }
    let address = admission.proxies().address_of(peer, &parts.headers)?;
    parts.extensions.insert(ClientIp(address));
    let key = (access == Access::RelyingParty).then(|| client_key(&parts.headers, &app)).flatten();
    let client = admission.rate_limit().key_of(address, key);
    if admit != Admit::Always {
        admission.check_rate(client)?;
    }
    if accepts == Accepts::Json && !is_json(&parts.headers) {
        return Err(ErrorCode::UnsupportedMediaType.into());
    }
    let permit = InFlightPermit::default();
    if admit == Admit::OnArrival {
        admission.enter(&permit)?;
    }
    if let Some(key) = key {
        parts.extensions.insert(key);
    }
    parts.extensions.insert(client);
    parts.extensions.insert(permit.clone());
    authorize(&mut parts, &app).await?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// A form of another site cannot send this type without a preflight request, and no preflight request is answered.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameters = parameters.trim().to_ascii_lowercase();
    kind.trim().eq_ignore_ascii_case("application/json")
        && matches!(parameters.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_passes_as_json() {
        let json = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().expect("a header"));
            is_json(&headers)
        };
        for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=utf-8"]
        {
            assert!(json(good), "{good}");
        }
        for bad in [
            "text/plain",
            "application/jsonp",
            "application/json; charset=utf-16",
            "text/plain; application/json",
            "",
        ] {
            assert!(!json(bad), "{bad}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
