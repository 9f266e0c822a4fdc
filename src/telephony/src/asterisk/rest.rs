//! Asterisk's REST interface: begins a call, plays, hangs up. Bodies hold numbers, so none is ever logged.
//!
//! Not here: what Asterisk tells by itself (`socket`).

use std::time::Duration;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::AsteriskSettings;
use crate::http;

/// The whole of one request. Asterisk answers from memory.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// How often hanging up is tried.
const HANG_UP_TRIES: u32 = 3;

/// A client of one Asterisk.
pub(super) struct Rest {
    client: reqwest::Client,
    ari: String,
    user: String,
    password: Zeroizing<String>,
}

/// Asterisk does not do it: its status, if it answered.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Option<u16>);

/// A call to be begun.
pub(super) struct Originate<'a> {
    pub(super) channel: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) application: &'a str,
    pub(super) caller_id: Option<&'a str>,
    pub(super) ring_secs: u32,
    /// Asterisk hangs up by itself after so long, also when we are gone.
    pub(super) most_secs: u32,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
}

impl Rest {
    pub(super) fn new(settings: &AsteriskSettings) -> Result<Self, reqwest::Error> {
        // A WebSocket begins as HTTP/1.1.
        let client = http::client(&settings.ari, REQUEST_TIMEOUT).http1_only().build()?;
        Ok(Self {
            client,
            ari: settings.ari.trim_end_matches('/').to_owned(),
            user: settings.user.clone(),
            password: settings.password.clone(),
        })
    }

    /// In the body, not in the address: addresses get into logs.
    pub(super) async fn originate(&self, call: &Originate<'_>) -> Result<(), Refused> {
        let mut body = serde_json::json!({
            "endpoint": call.endpoint,
            "app": call.application,
            "channelId": call.channel,
            "timeout": call.ring_secs,
            "variables": { "TIMEOUT(absolute)": call.most_secs.to_string() },
        });
        if let Some(caller_id) = call.caller_id {
            body["callerId"] = caller_id.into();
        }
        let request = self.request(reqwest::Method::POST, "channels");
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    /// Dials on, to an extension.
    pub(super) async fn send_extension(
        &self,
        channel: &str,
        digits: &str,
        before: Duration,
    ) -> Result<(), Refused> {
        let before_ms = u64::try_from(before.as_millis()).unwrap_or(u64::MAX);
        let body = serde_json::json!({ "dtmf": digits, "before": before_ms });
        let request = self.request(reqwest::Method::POST, &format!("channels/{channel}/dtmf"));
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    pub(super) async fn play(&self, channel: &str, playback: &str, media: &[String]) -> Result<(), Refused> {
        let body = serde_json::json!({ "media": media });
        let request = self.request(reqwest::Method::POST, &format!("channels/{channel}/play/{playback}"));
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    pub(super) async fn stop_playing(&self, playback: &str) {
        let request = self.request(reqwest::Method::DELETE, &format!("playbacks/{playback}"));
        // It may be over already.
        let _ = request.timeout(REQUEST_TIMEOUT).send().await;
    }

    /// Hangs up. `false` when it may still be there.
    pub(super) async fn hang_up(&self, channel: &str) -> bool {
        for attempt in 1..=HANG_UP_TRIES {
            let request = self.request(reqwest::Method::DELETE, &format!("channels/{channel}"));
            let sent = request.timeout(REQUEST_TIMEOUT).send().await;
            // 404: gone already.
            if sent.is_ok_and(|answer| answer.status().is_success() || answer.status().as_u16() == 404) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(300) * attempt).await;
        }
        false
    }

    /// The ids of all channels.
    pub(super) async fn channels(&self) -> Result<Vec<String>, Refused> {
        let request = self.request(reqwest::Method::GET, "channels");
        let answer = request.timeout(REQUEST_TIMEOUT).send().await.map_err(|_| Refused(None))?;
        let status = answer.status().as_u16();
        let body = http::body_of(answer).await.ok_or(Refused(Some(status)))?;
        let channels: Vec<Channel> = serde_json::from_slice(&body).map_err(|_| Refused(Some(status)))?;
        Ok(channels.into_iter().map(|channel| channel.id).collect())
    }

    /// For the WebSocket, which has no time limit as a whole.
    pub(super) fn events(&self, application: &str) -> reqwest::RequestBuilder {
        self.request(reqwest::Method::GET, &format!("events?app={application}"))
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/{path}", self.ari));
        request.basic_auth(&self.user, Some(self.password.as_str()))
    }
}

fn done(sent: Result<reqwest::Response, reqwest::Error>) -> Result<(), Refused> {
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(Refused(Some(answer.status().as_u16()))),
        Err(_) => Err(Refused(None)),
    }
}
