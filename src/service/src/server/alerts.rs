//! Sends alerts to the log, and to the webhook that the settings name; each destination has a task of its own.
//!
//! An alert that could not be sent is tried again until it is taken, also after a restart. One that the webhook rejects
//! is passed over only when the webhook accepts a later one. While it accepts none, it is the webhook that is broken,
//! and no alert is passed over. All stay in the audit, where `alerts` finds them.
//!
//! Not here: what is an alert (`engine::alerts`).

use std::sync::Arc;
use std::time::Duration;

use domain::{PersonId, ServiceId, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use platform::Backoff;
use serde::Serialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::alert_text::alert_text;
use crate::config::{ConfigError, Settings};
use engine::{Alert, AlertChannel, AlertQueue, Refusal, Service};

use super::telephony::read_secret;

/// How often the audit is read for new alerts.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// The pauses after a webhook that does not answer: the first and the longest.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(300)];

/// A webhook that takes longer is tried again.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// A webhook that gets alerts.
pub(super) struct Webhook {
    client: reqwest::Client,
    url: String,
    secret: Zeroizing<String>,
}

/// What the webhook gets. Its members are documented in the page on alerts.
#[derive(Serialize)]
struct Message {
    service: ServiceId,
    sequence: i64,
    at: Timestamp,
    alert: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
}

impl Message {
    fn new(service: ServiceId, alert: &Alert) -> Self {
        let Alert { sequence, at, kind, person } = *alert;
        Self { service, sequence, at, alert: kind.name(), text: alert_text(kind), person }
    }
}

/// The webhook that the settings name.
pub(super) fn webhook(settings: &Settings) -> Result<Option<Webhook>, ConfigError> {
    let Some(alerts) = &settings.alerts else { return Ok(None) };
    let secret = read_secret("alerts.secret_file", &alerts.secret_file)?;
    let client = telephony::http_client(&alerts.url, REQUEST_TIMEOUT).ok_or_else(|| ConfigError {
        place: "alerts.url".to_owned(),
        problem: "expected an address".to_owned(),
    })?;
    let client = client.timeout(REQUEST_TIMEOUT).build().map_err(|error| ConfigError {
        place: "alerts".to_owned(),
        problem: format!("no HTTPS client could be made: {}", domain::error_chain(&error)),
    })?;
    Ok(Some(Webhook { client, url: alerts.url.clone(), secret }))
}

/// Where alerts go.
pub(super) enum Destination {
    Log,
    Webhook(Webhook),
}

impl Destination {
    fn channel(&self) -> AlertChannel {
        match self {
            Self::Log => AlertChannel::Log,
            Self::Webhook(_) => AlertChannel::Webhook,
        }
    }

    async fn send(&self, service: &Service, alert: &Alert) -> Result<Delivery, NotDelivered> {
        match self {
            Self::Webhook(webhook) => webhook.post(&Message::new(service.keys().service(), alert)).await,
            Self::Log => {
                let Alert { sequence, kind, person, at: _ } = alert;
                let person = person.map(|person| person.to_string());
                tracing::warn!(sequence, alert = kind.name(), person, "{}", alert_text(*kind));
                Ok(Delivery::Accepted)
            }
        }
    }
}

/// The webhook's answer to an alert.
enum Delivery {
    Accepted,
    /// The answer's status. The next alert shows whether it is this one or the webhook that is wrong.
    Rejected(u16),
}

/// Why an alert is sent again later.
struct NotDelivered {
    problem: String,
    /// What the webhook's `Retry-After` asks for.
    retry_after: Option<Duration>,
}

impl From<Refusal> for NotDelivered {
    fn from(refusal: Refusal) -> Self {
        Self { problem: refusal.to_string(), retry_after: None }
    }
}

/// Sends alerts to one destination, until it is dropped.
pub(super) async fn run(service: Arc<Service>, destination: Destination) {
    let [first, longest] = PAUSES;
    let (mut backoff, mut queue) = (Backoff::new(first, longest), AlertQueue::new(destination.channel()));
    loop {
        match send_waiting(&service, &destination, &mut queue, &mut backoff).await {
            Ok(()) => tokio::time::sleep(POLL_INTERVAL).await,
            Err(NotDelivered { problem, retry_after }) => {
                let channel = queue.channel();
                if !backoff.is_at_longest() {
                    tracing::warn!(problem, ?channel, "an alert could not be sent; it is tried again");
                } else {
                    tracing::error!(
                        problem,
                        ?channel,
                        "no alert could be sent for minutes; they are tried again"
                    );
                }
                tokio::time::sleep(backoff.next_pause_after(retry_after)).await;
            }
        }
    }
}

/// Sends every alert that waits, each once.
async fn send_waiting(
    service: &Service,
    destination: &Destination,
    queue: &mut AlertQueue,
    backoff: &mut Backoff,
) -> Result<(), NotDelivered> {
    service.poll_alerts(queue).await?;
    let mut rejected = Vec::new();
    for alert in queue.waiting().clone() {
        match destination.send(service, &alert).await? {
            Delivery::Rejected(status) => rejected.push((alert.sequence, status)),
            Delivery::Accepted => {
                backoff.reset();
                if !service.mark_alert_sent(queue, &alert).await? {
                    return Ok(());
                }
                for (sequence, status) in rejected.drain(..) {
                    tracing::error!(
                        status,
                        sequence,
                        "the webhook does not take this alert: it is passed over"
                    );
                }
            }
        }
    }
    match rejected.last() {
        None => Ok(()),
        Some((_, status)) => {
            Err(NotDelivered { problem: format!("the webhook answered {status}"), retry_after: None })
        }
    }
}

impl Webhook {
    async fn post(&self, message: &Message) -> Result<Delivery, NotDelivered> {
        let failed = |problem: String| NotDelivered { problem, retry_after: None };
        let body = serde_json::to_vec(message).map_err(|error| failed(error.to_string()))?;
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-enrol-signature", signature(&self.secret, &body));
        // Neither the address nor the answer is logged: the address of many a webhook is its password.
        let answer = request
            .body(body)
            .send()
            .await
            .map_err(|error| failed(domain::error_chain(&error.without_url())))?;
        match answer.status().as_u16() {
            200..300 => Ok(Delivery::Accepted),
            // The webhook asks for time, which counts for the next alert as well.
            status @ (408 | 425 | 429) => Err(later(status, answer.headers().get("retry-after"))),
            status @ 400..500 => Ok(Delivery::Rejected(status)),
            status => Err(later(status, answer.headers().get("retry-after"))),
        }
    }
}

/// A `Retry-After` that is a date is ignored: the alert is tried again as after any other fault.
fn later(status: u16, retry_after: Option<&reqwest::header::HeaderValue>) -> NotDelivered {
    let secs = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let problem = format!("the webhook answered {status}");
    NotDelivered { problem, retry_after: secs.map(Duration::from_secs) }
}

/// HMAC-SHA256 (RFC 2104) of the body under the webhook's secret, in hexadecimal.
fn signature(secret: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(body);
    format!("sha256={}", data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_rfc_4231_does() {
        // Test case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
