//! What remote desktop does after its own password check: it asks the service whether a code lets somebody in, or has
//! the person called.

use std::{net::IpAddr, time::Duration};

use anyhow::Context as _;
use client::{ClientError, HttpTransport, RelyingParty};
use platform::ServiceUrl;
use protocol::{ApprovalRequest, ApprovalResponse, VerifyRequest, VerifyResponse};
use uuid::Uuid;

/// The user's address: outside every school (TEST-NET-3, RFC 5737).
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// The system that the person signs in to, as the voice names it.
pub(crate) const WHAT: &str = "remote desktop";

/// The time limit of a request. A call is decided within a minute.
const TIME_LIMIT: Duration = Duration::from_secs(80);

/// Asks the service to check a code.
pub(crate) fn verify(
    service: &ServiceUrl,
    key: &str,
    sign_in_name: &str,
    code: &str,
) -> anyhow::Result<VerifyResponse> {
    let request = VerifyRequest {
        sign_in_name: sign_in_name.to_owned(),
        code: code.to_owned(),
        address: Some(OUTSIDE),
    };
    ask(service, key, async |relying_party| relying_party.verify(&request).await)
}

/// Has somebody called, and waits for what they press.
pub(crate) fn approve(
    service: &ServiceUrl,
    key: &str,
    sign_in_name: &str,
) -> anyhow::Result<ApprovalResponse> {
    let request = approval_request(sign_in_name);
    ask(service, key, async |relying_party| relying_party.approve(&request).await)
}

/// The request to approve a sign-in, with a new idempotency key.
pub(crate) fn approval_request(sign_in_name: &str) -> ApprovalRequest {
    ApprovalRequest {
        key: Uuid::new_v4(),
        sign_in_name: sign_in_name.to_owned(),
        what: WHAT.to_owned(),
        address: Some(OUTSIDE),
        shown_digits: None,
    }
}

/// Waits on this thread, beside the service's own.
fn ask<A>(
    service: &ServiceUrl,
    key: &str,
    request: impl AsyncFnOnce(RelyingParty<HttpTransport>) -> Result<A, ClientError>,
) -> anyhow::Result<A> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("no thread for the relying party")?.block_on(async {
        let transport = HttpTransport::to(service.clone(), "enrol-demo", TIME_LIMIT)?;
        request(RelyingParty::new(transport, key)).await.context("the service gave no answer that counts")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_answer_nobody_is_let_in_and_each_sign_in_has_a_key_of_its_own() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let nowhere = format!("http://{}", closed.expect("a port")).parse().expect("loopback");
        let error = verify(&nowhere, "a key", "sprice", "123456").expect_err("nobody is there");
        assert!(format!("{error:#}").ends_with("the service cannot be reached"), "{error:#}");
        assert_ne!(approval_request("sprice").key, approval_request("sprice").key);
    }
}
