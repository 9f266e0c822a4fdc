//! Remote desktop's side: asks the service whether a code lets somebody in, with a client that is not ours.

use crate::needs::{run, tool, wait_for};
use crate::phone::{Phone, now_secs};

/// Asks about a code as a relying party does, for somebody outside every school. Gives the answer as it came.
///
/// # Panics
/// When the service does not answer.
pub fn verify(server: &str, key: &str, sign_in_name: &str, code: &str) -> String {
    let body = format!(r#"{{"sign_in_name":"{sign_in_name}","code":"{code}","address":"203.0.113.9"}}"#);
    posted(key, &body, &format!("{server}/v1/verify"))
}

/// Has somebody outside every school approve a sign-in by a call: `request` is a UUID of the scenario's own, `shown` the
/// digits on the relying party's screen. Gives the answer as it came, when the call is over.
///
/// # Panics
/// When the service does not answer.
pub fn approve(server: &str, key: &str, sign_in_name: &str, request: &str, shown: &str) -> String {
    let body = format!(
        r#"{{"key":"{request}","sign_in_name":"{sign_in_name}","what":"remote desktop","address":"203.0.113.9","shown_digits":"{shown}"}}"#
    );
    posted(key, &body, &format!("{server}/v1/approvals"))
}

fn posted(key: &str, body: &str, url: &str) -> String {
    let output = run(tool("curl", "curl").args([
        "-sS",
        "--max-time",
        "70",
        "-H",
        &format!("Authorization: Bearer {key}"),
        "-H",
        "Content-Type: application/json",
        "-d",
        body,
        url,
    ]));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits for the phone's code after the one of `used_secs` and tries it: in once, refused the second time.
///
/// # Panics
/// When the service answers otherwise.
pub fn signs_in_once(server: &str, key: &str, sign_in_name: &str, phone: &Phone, used_secs: u64) {
    wait_for("the phone's next code", 70, || (now_secs() / 30 > used_secs / 30).then_some(()));
    let next = phone.code();
    let first = verify(server, key, sign_in_name, &next);
    assert!(first.contains(r#""outcome":"accepted""#), "{first}");
    let second = verify(server, key, sign_in_name, &next);
    assert!(second.contains(r#""outcome":"refused""#), "{second}");
}
