//! Requests to Asterisk's REST interface: begin a call, play, hang up. Bodies hold numbers, so none is logged.
//!
//! `socket` receives Asterisk's events.

use std::time::Duration;

use platform::{Backoff, http::read_body};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::settings::{AsteriskSettings, AsteriskSettingsError};
use crate::{http, retry::retry};

/// The time limit of one request. Asterisk answers from memory.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);

/// How often hanging up is tried.
const HANG_UP_TRIES: u32 = 3;

/// The pauses between these tries: the first and the longest.
const HANG_UP_PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];

/// A client of one Asterisk.
pub(super) struct Rest {
    client: reqwest::Client,
    ari: String,
    user: String,
    password: Zeroizing<String>,
}

/// Asterisk did not carry out a request. It holds the HTTP status of the response, if there was one.
#[derive(Debug)]
pub(super) struct RequestFailed(pub(super) Option<u16>);

/// A call that Asterisk must begin.
pub(super) struct Originate<'a> {
    pub(super) channel: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) application: &'a str,
    pub(super) caller_id: Option<&'a str>,
    pub(super) ring_secs: u32,
    /// After so many seconds Asterisk hangs up by itself, even when this process has ended.
    pub(super) most_secs: u32,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
}

impl Rest {
    pub(super) fn new(settings: &AsteriskSettings) -> Result<Self, AsteriskSettingsError> {
        let client = http::client(&settings.ari, REQUEST_TIMEOUT).ok_or(AsteriskSettingsError::NotHttps)?;
        // A WebSocket begins as HTTP/1.1.
        let client = client.http1_only().build()?;
        Ok(Self {
            client,
            ari: settings.ari.trim_end_matches('/').to_owned(),
            user: settings.user.clone(),
            password: settings.password.clone(),
        })
    }

    /// Begins a call. The number is in the body, since addresses get into logs.
    pub(super) async fn originate(&self, call: &Originate<'_>) -> Result<(), RequestFailed> {
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

    /// Sends digits into a channel, after a pause.
    pub(super) async fn send_digits(
        &self,
        channel: &str,
        digits: &str,
        before: Duration,
    ) -> Result<(), RequestFailed> {
        let before_ms = u64::try_from(before.as_millis()).unwrap_or(u64::MAX);
        let body = serde_json::json!({ "dtmf": digits, "before": before_ms });
        let request = self.request(reqwest::Method::POST, &format!("channels/{channel}/dtmf"));
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    /// Plays sounds, one after another, as one playback.
    pub(super) async fn play(
        &self,
        channel: &str,
        playback: &str,
        media: &[String],
    ) -> Result<(), RequestFailed> {
        let body = serde_json::json!({ "media": media });
        let request = self.request(reqwest::Method::POST, &format!("channels/{channel}/play/{playback}"));
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    /// Stops a playback, if it is not over.
    pub(super) async fn stop_playing(&self, playback: &str) {
        let request = self.request(reqwest::Method::DELETE, &format!("playbacks/{playback}"));
        let _ = request.timeout(REQUEST_TIMEOUT).send().await;
    }

    /// Hangs up a channel. `false` when it may still exist.
    pub(super) async fn hang_up(&self, channel: &str) -> bool {
        let [first, longest] = HANG_UP_PAUSES;
        retry(HANG_UP_TRIES, Backoff::new(first, longest), || async move {
            let request = self.request(reqwest::Method::DELETE, &format!("channels/{channel}"));
            let sent = request.timeout(REQUEST_TIMEOUT).send().await;
            // 404 means that the channel is gone already.
            sent.is_ok_and(|answer| answer.status().is_success() || answer.status().as_u16() == 404)
        })
        .await
    }

    /// The ids of all channels.
    pub(super) async fn channels(&self) -> Result<Vec<String>, RequestFailed> {
        let request = self.request(reqwest::Method::GET, "channels");
        let mut answer = request.timeout(REQUEST_TIMEOUT).send().await.map_err(|_| RequestFailed(None))?;
        let status = answer.status().as_u16();
        let body = read_body(&mut answer).await.map_err(|_| RequestFailed(Some(status)))?;
        let channels: Vec<Channel> =
            serde_json::from_slice(&body).map_err(|_| RequestFailed(Some(status)))?;
        Ok(channels.into_iter().map(|channel| channel.id).collect())
    }

    /// The request that opens the WebSocket. It has no time limit, since the connection stays.
    pub(super) fn events(&self, application: &str) -> reqwest::RequestBuilder {
        self.request(reqwest::Method::GET, &format!("events?app={application}"))
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/{path}", self.ari));
        request.basic_auth(&self.user, Some(self.password.as_str()))
    }
}

fn done(sent: Result<reqwest::Response, reqwest::Error>) -> Result<(), RequestFailed> {
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(RequestFailed(Some(answer.status().as_u16()))),
        Err(_) => Err(RequestFailed(None)),
    }
}
