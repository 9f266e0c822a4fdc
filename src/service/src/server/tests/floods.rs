//! What one sender can take from the others.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// A socket that announced a body, was told to go on, and sends no more of it.
pub(super) async fn slow_sender(rig: &Rig, path: &str) -> (TcpStream, String) {
    let mut socket = TcpStream::connect(rig.running.address).await.expect("connects");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("writes");
    let mut said = [0; 512];
    let reading = socket.read(&mut said);
    let bytes = tokio::time::timeout(Duration::from_secs(20), reading).await.expect("ends").expect("reads");
    socket.write_all(b"{").await.expect("writes");
    (socket, String::from_utf8_lossy(&said[..bytes]).into_owned())
}

#[tokio::test]
async fn slow_senders_leave_room_for_others_and_time_out() {
    let rig = rig_with(|settings| {
        settings.flood = Flood { per_second: 0, max_in_flight: 2, bodies_at_once: 5, ..Flood::default() };
    })
    .await;
    let mut slow = Vec::new();
    for n in 0..5 {
        let path = if n % 2 == 0 { paths::SIGN_IN } else { paths::ENROLMENTS };
        let (socket, said) = slow_sender(&rig, path).await;
        assert!(said.starts_with("HTTP/1.1 100"), "{said}");
        slow.push(socket);
    }
    let (_, said) = slow_sender(&rig, paths::SIGN_IN).await;
    assert!(said.starts_with("HTTP/1.1 429"), "one more of the same: {said}");
    for path in [paths::POLICY, paths::HEALTH, paths::READY] {
        assert_eq!(sent(rig.ask(Method::GET, path)).await.status(), 200, "{path}");
    }
    let elsewhere = Client::builder()
        .no_proxy()
        .local_address(std::net::IpAddr::from(Ipv4Addr::new(127, 0, 0, 2)))
        .build()
        .expect("a client");
    let request = elsewhere
        .post(format!("{}{}", rig.running.url(), paths::SIGN_IN))
        .header(CONTENT_TYPE, "application/json")
        .body("{}");
    assert_eq!(code(request).await, ErrorCode::BadRequest, "read and judged, though others are slow");
}

#[tokio::test]
async fn a_relying_party_is_counted_by_its_key_and_not_by_its_address() {
    let rig = rig_with(|settings| {
        settings.flood = Flood { per_second: 1, burst: 30, ..Flood::default() };
    })
    .await;
    let mut keys = Vec::new();
    for name in ["rds", "vpn"] {
        keys.push(rig.running.service().add_client(name, &[], "a test").await.expect("added").key);
    }
    let verify = async |key: &str| {
        let body = r#"{"sign_in_name":"jsmith","code":"123456"}"#;
        let request = rig.post(paths::VERIFY, body).header(AUTHORIZATION, format!("Bearer {key}"));
        sent(request).await.status().as_u16()
    };
    for key in &keys {
        assert_eq!(verify(key).await, 200);
    }
    let until_shed = async |key: &str| {
        let mut answers = Vec::new();
        while answers.len() < 100 && answers.last() != Some(&429) {
            answers.push(verify(key).await);
        }
        assert_eq!(answers.pop(), Some(429), "{answers:?}");
        answers
    };
    let unknown = format!("rp_{}", "A".repeat(43));
    let answers = until_shed(&unknown).await;
    let are_refused = !answers.is_empty() && answers.iter().all(|status| *status == 401);
    assert!(are_refused, "a key that opens nothing counts as its address: {answers:?}");
    let answers = until_shed(&keys[0]).await;
    assert!(answers.len() > 20 && answers.iter().all(|status| *status == 200), "{answers:?}");
    assert_eq!(verify(&keys[1]).await, 200, "another one's sign-ins go on");
    rig.running
        .service()
        .revoke_client("vpn", engine::Actor::new("a test", "gone").expect("a reason"))
        .await
        .expect("revoked");
    assert_eq!(verify(&keys[1]).await, 401);
    let answers = until_shed(&keys[1]).await;
    assert!(answers.len() < 20, "a revoked one counts as its address again: {answers:?}");
}

#[tokio::test]
async fn one_address_holds_no_more_connections_than_its_share() {
    let rig = rig_with(|settings| {
        settings.flood = Flood { per_second: 0, connections_per_client: 3, ..Flood::default() };
    })
    .await;
    let connect = async || TcpStream::connect(rig.running.address).await.expect("connects");
    let held = [connect().await, connect().await, connect().await];
    // The fourth is closed as soon as it is seen.
    let mut fourth = connect().await;
    let read = tokio::time::timeout(Duration::from_secs(10), fourth.read(&mut [0; 1]))
        .await
        .expect("closed at once");
    assert!(matches!(read, Ok(0) | Err(_)));
    drop((held, fourth));
    let is_let_in = || async { rig.ask(Method::GET, paths::HEALTH).send().await.ok() };
    eventually("somebody to be let in again", 10, is_let_in).await;
}
