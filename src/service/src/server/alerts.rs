//! Tells alerts: to the log, and where the settings name a webhook, to that, each by itself. An alert that could not be
//! posted is tried again until it is, also after a restart. One that the webhook refuses is passed over when it takes
//! one behind it: then it is the alert, and not the webhook, that is in the way. While it takes none, none is passed
//! over. All stay in the audit, where `alerts` finds them.
//!
//! Not here: what is an alert (`engine::alerts`).

use std::sync::Arc;
use std::time::Duration;

use domain::ServiceId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::{ConfigError, Settings};
use engine::{Alert, Refusal, Service, Teller, Telling};

use super::telephony::secret;

/// How often the audit is read on.
const TICK: Duration = Duration::from_secs(2);

/// After a webhook that does not answer, and twice as long each time, up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// A webhook that says when to come again is believed up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// A webhook that takes longer is tried again.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// Where alerts go.
pub(super) struct Webhook {
    client: reqwest::Client,
    url: String,
    secret: Zeroizing<String>,
}

#[derive(Serialize)]
struct Message<'a> {
    service: ServiceId,
    #[serde(flatten)]
    alert: &'a Alert,
}

/// The webhook that the settings name.
pub(super) fn webhook(settings: &Settings) -> Result<Option<Webhook>, ConfigError> {
    let Some(alerts) = &settings.alerts else { return Ok(None) };
    let secret = secret("alerts.secret_file", &alerts.secret_file)?;
    let client = telephony::http_client(&alerts.url, ANSWER_TIME).timeout(ANSWER_TIME);
    let client = client.build().map_err(|error| ConfigError {
        place: "alerts".to_owned(),
        problem: format!("no HTTPS client could be made: {}", domain::in_full(&error)),
    })?;
    Ok(Some(Webhook { client, url: alerts.url.clone(), secret }))
}

/// Where one teller tells them.
pub(super) enum To {
    Log,
    Webhook(Webhook),
}

impl To {
    fn teller(&self) -> Teller {
        match self {
            Self::Log => Teller::Log,
            Self::Webhook(_) => Teller::Webhook,
        }
    }

    async fn tell(&self, service: &Service, alert: &Alert) -> Result<Told, Untold> {
        match self {
            Self::Webhook(webhook) => {
                webhook.post(&Message { service: service.keys().service(), alert }).await
            }
            Self::Log => {
                let Alert { sequence, alert, text, person, at: _ } = alert;
                let person = person.map(|person| person.to_string());
                tracing::warn!(sequence, alert, person, "{text}");
                Ok(Told::Taken)
            }
        }
    }
}

/// What became of an alert.
enum Told {
    Taken,
    /// The answer's status. Whether it is this alert or the webhook, the next one shows.
    Refused(u16),
}

/// Why the telling goes on later.
struct Untold {
    problem: String,
    /// What the webhook asks for.
    wait: Option<Duration>,
}

impl From<Refusal> for Untold {
    fn from(refusal: Refusal) -> Self {
        Self { problem: refusal.to_string(), wait: None }
    }
}

/// Tells what is found, for as long as it is not dropped.
pub(super) async fn tell(service: Arc<Service>, to: To) {
    let (mut pause, mut telling) = (FIRST_PAUSE, Telling::of(to.teller()));
    loop {
        match round(&service, &to, &mut telling, &mut pause).await {
            Ok(()) => tokio::time::sleep(TICK).await,
            Err(Untold { problem, wait }) => {
                let teller = telling.teller();
                if pause < LONGEST_PAUSE {
                    tracing::warn!(problem, ?teller, "an alert could not be told; it is tried again");
                } else {
                    tracing::error!(
                        problem,
                        ?teller,
                        "alerts have not been told for minutes; they are tried on"
                    );
                }
                tokio::time::sleep(wait.unwrap_or_default().min(LONGEST_WAIT).max(pause)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Tells everything that waits, each once.
async fn round(
    service: &Service,
    to: &To,
    telling: &mut Telling,
    pause: &mut Duration,
) -> Result<(), Untold> {
    service.look_for_alerts(telling).await?;
    let mut refused = Vec::new();
    for alert in telling.waiting().clone() {
        match to.tell(service, &alert).await? {
            Told::Refused(status) => refused.push((alert.sequence, status)),
            Told::Taken => {
                *pause = FIRST_PAUSE;
                if !service.alert_told(telling, &alert).await? {
                    return Ok(());
                }
                for (sequence, status) in refused.drain(..) {
                    tracing::error!(
                        status,
                        sequence,
                        "the webhook does not take this alert: it is passed over"
                    );
                }
            }
        }
    }
    match refused.last() {
        None => Ok(()),
        Some((_, status)) => Err(Untold { problem: format!("the webhook answered {status}"), wait: None }),
    }
}

impl Webhook {
    async fn post(&self, message: &Message<'_>) -> Result<Told, Untold> {
        let untold = |problem: String| Untold { problem, wait: None };
        let body = serde_json::to_vec(message).map_err(|error| untold(error.to_string()))?;
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-enrol-signature", signature(&self.secret, &body));
        // Neither the address nor what it answers is logged: the address of many a webhook is its password.
        let answer =
            request.body(body).send().await.map_err(|error| untold(domain::in_full(&error.without_url())))?;
        match answer.status().as_u16() {
            200..300 => Ok(Told::Taken),
            // It asks for time: that holds for the next one as well.
            status @ (408 | 425 | 429) => Err(later(status, answer.headers().get("retry-after"))),
            status @ 400..500 => Ok(Told::Refused(status)),
            status => Err(later(status, answer.headers().get("retry-after"))),
        }
    }
}

/// A date is not looked at: then it is tried again as after any other fault.
fn later(status: u16, retry_after: Option<&reqwest::header::HeaderValue>) -> Untold {
    let secs = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Untold { problem: format!("the webhook answered {status}"), wait: secs.map(Duration::from_secs) }
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
