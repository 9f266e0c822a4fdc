//! What remote desktop does after its own password check: it asks the service whether a code lets somebody in, or has
//! the person called.
//!
//! Plain HTTP/1.1 over a socket to this computer: the demo is to show what any program can do.

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

/// Where the user seems to be: outside every school (TEST-NET-3, RFC 5737).
const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// What is signed in to, as the voice says it.
pub(crate) const WHAT: &str = "remote desktop";

/// A call is decided within a minute.
const PATIENCE: Duration = Duration::from_secs(80);

/// Asks once whether a code lets somebody in.
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
    ask(service, key, paths::VERIFY, &request)
}

/// Has somebody called, and waits for what they press.
pub(crate) fn approve(
    service: SocketAddr,
    key: &str,
    sign_in_name: &str,
) -> anyhow::Result<ApprovalResponse> {
    ask(service, key, paths::APPROVALS, &question(sign_in_name))
}

/// What is asked about somebody who signs in now.
pub(crate) fn question(sign_in_name: &str) -> ApprovalRequest {
    ApprovalRequest {
        key: Uuid::new_v4(),
        sign_in_name: sign_in_name.to_owned(),
        what: WHAT.to_owned(),
        address: Some(OUTSIDE),
        shown_digits: None,
    }
}

fn ask<A: DeserializeOwned>(
    service: SocketAddr,
    key: &str,
    path: &str,
    question: &impl Serialize,
) -> anyhow::Result<A> {
    let body = Zeroizing::new(serde_json::to_string(question)?);
    let head = Zeroizing::new(format!(
        "POST {path} HTTP/1.1\r\nHost: {service}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    ));
    let mut stream =
        TcpStream::connect_timeout(&service, PATIENCE).context("the service cannot be reached")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer).context("the service gave no answer")?;
    read(&answer)
}

fn read<A: DeserializeOwned>(answer: &str) -> anyhow::Result<A> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is cut short")?;
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
