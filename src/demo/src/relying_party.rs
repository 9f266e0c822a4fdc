//! What remote desktop does after its own password check: it asks the service to check a code, or to call the person.
//!
//! It speaks HTTP/1.1 over a plain socket to this computer, to show that any program can do it.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, bail};
use protocol::{ApprovalRequest, ApprovalResponse, VerifyRequest, VerifyResponse, paths};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The user's address: outside every school (TEST-NET-3, RFC 5737).
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// The system that the person signs in to, as the voice names it.
pub(crate) const WHAT: &str = "remote desktop";

/// The time limit of a request. A call is decided within a minute.
const PATIENCE: Duration = Duration::from_secs(80);

/// Asks the service to check a code.
pub(crate) fn verify(
    service: SocketAddr,
    key: &str,
    sign_in_name: &str,
    code: &str,
) -> anyhow::Result<VerifyResponse> {
    let request = VerifyRequest {
        sign_in_name: sign_in_name.to_owned(),
        code: code.to_owned(),
        address: Some(OUTSIDE),
    };
    post(service, key, paths::VERIFY, &request)
}

/// Asks the service to call a person, and waits for the outcome.
pub(crate) fn approve(
    service: SocketAddr,
    key: &str,
    sign_in_name: &str,
) -> anyhow::Result<ApprovalResponse> {
    post(service, key, paths::APPROVALS, &approval_request(sign_in_name))
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

/// Posts a request and reads the response.
fn post<R: DeserializeOwned>(
    service: SocketAddr,
    key: &str,
    path: &str,
    request: &impl Serialize,
) -> anyhow::Result<R> {
    let body = Zeroizing::new(serde_json::to_string(request)?);
    let head = Zeroizing::new(format!(
        "POST {path} HTTP/1.1\r\nHost: {service}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    ));
    let mut stream =
        TcpStream::connect_timeout(&service, PATIENCE).context("the service cannot be reached")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut response = String::new();
    stream.take(64 * 1024).read_to_string(&mut response).context("the service gave no answer")?;
    read(&response)
}

/// Reads a response with status 200.
fn read<R: DeserializeOwned>(response: &str) -> anyhow::Result<R> {
    let (head, body) = response.split_once("\r\n\r\n").context("the answer is cut short")?;
    if head.split(' ').nth(1) != Some("200") {
        bail!("the service answered {:?}", head.lines().next().unwrap_or_default());
    }
    serde_json::from_str(body).context("the answer cannot be read")
}

#[cfg(test)]
mod tests {
    use protocol::VerifyOutcome;

    use super::*;

    #[test]
    fn only_a_good_answer_is_one() {
        let body = r#"{"outcome":"accepted","retry_after_secs":null,"on_school_network":false}"#;
        let read = |answer: &str| read::<VerifyResponse>(answer);
        let answer = read(&format!("HTTP/1.1 200 OK\r\nx: y\r\n\r\n{body}")).expect("reads");
        assert_eq!(answer.outcome, VerifyOutcome::Accepted);
        assert!(read(&format!("HTTP/1.1 401 Unauthorized\r\n\r\n{body}")).is_err());
        assert!(read("HTTP/1.1 200 OK\r\n").is_err());
    }
}
