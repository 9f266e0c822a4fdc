//! Tells alerts: to the log, and where the settings name a webhook, to that. An alert that could not be told is tried
//! again until it is, also after a restart.
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
use crate::engine::{Alert, Service};

use super::line::secret;

/// How often the audit is read on.
const TICK: Duration = Duration::from_secs(2);

/// After a webhook that does not answer, and twice as long each time, up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

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
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .timeout(ANSWER_TIME)
        .user_agent(concat!("enrol-service/", env!("CARGO_PKG_VERSION")));
    // The settings were checked: without TLS it is this computer.
    let client = if alerts.url.starts_with("https://") {
        client.https_only(true)
    } else {
        client.no_proxy().tls_certs_only([])
    };
    let client = client.build().map_err(|error| ConfigError {
        place: "alerts".to_owned(),
        problem: format!("no HTTPS client could be made: {}", domain::in_full(&error)),
    })?;
    Ok(Some(Webhook { client, url: alerts.url.clone(), secret }))
}

/// Tells what is found, for as long as it is not dropped.
pub(super) async fn tell(service: Arc<Service>, webhook: Option<Webhook>) {
    let mut pause = FIRST_PAUSE;
    let mut read = Read::default();
    loop {
        match round(&service, webhook.as_ref(), &mut read).await {
            Ok(true) => pause = FIRST_PAUSE,
            Ok(false) => tokio::time::sleep(TICK).await,
            Err(problem) => {
                tracing::warn!(problem, "an alert could not be told; it is tried again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Sequences of audit rows.
#[derive(Default)]
struct Read {
    /// Nothing up to here has to be read again.
    to: i64,
    /// What was logged is not logged again when the webhook has to be tried again.
    logged: i64,
}

/// Whether there may be more.
async fn round(service: &Service, webhook: Option<&Webhook>, read: &mut Read) -> Result<bool, String> {
    let refused = |refusal: crate::engine::Refusal| refusal.to_string();
    let Some(found) = service.next_alerts(read.to).await.map_err(refused)? else { return Ok(false) };
    for alert in &found.alerts {
        if alert.sequence > read.logged {
            read.logged = alert.sequence;
            let Alert { sequence, alert, text, person, at: _ } = alert;
            let person = person.map(|person| person.to_string());
            tracing::warn!(sequence, alert, person, "{text}");
        }
        if let Some(webhook) = webhook {
            webhook.post(&Message { service: service.keys().service(), alert }).await?;
        }
    }
    read.to = service.alerts_told(found).await.map_err(refused)?;
    Ok(true)
}

impl Webhook {
    async fn post(&self, message: &Message<'_>) -> Result<(), String> {
        let body = serde_json::to_vec(message).map_err(|error| error.to_string())?;
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-enrol-signature", signature(&self.secret, &body));
        // Neither the address nor what it answers is logged: the address of many a webhook is its password.
        let answer =
            request.body(body).send().await.map_err(|error| domain::in_full(&error.without_url()))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(format!("the webhook answered {}", answer.status().as_u16()))
    }
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
