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

/// No sound is as long.
const BEHIND_THE_END_MS: u32 = 3_600_000;

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

#[derive(Deserialize)]
struct Sound {
    formats: Vec<SoundFormat>,
}

#[derive(Deserialize)]
struct SoundFormat {
    language: String,
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

    /// Plays a sound when the playbacks before it are over.
    pub(super) async fn play(&self, channel: &str, playback: &str, sound: &str) -> Result<(), RequestFailed> {
        self.play_from(channel, playback, sound, 0).await
    }

    /// Opens a sound as for playing, and plays nothing of it.
    pub(super) async fn try_sound(
        &self,
        channel: &str,
        playback: &str,
        sound: &str,
    ) -> Result<(), RequestFailed> {
        self.play_from(channel, playback, sound, BEHIND_THE_END_MS).await
    }

    async fn play_from(
        &self,
        channel: &str,
        playback: &str,
        sound: &str,
        from_ms: u32,
    ) -> Result<(), RequestFailed> {
        // One sound a playback: of several Asterisk reports only whether the last one was there.
        let body = serde_json::json!({ "media": [format!("sound:{sound}")], "offsetms": from_ms });
        let request = self.request(reqwest::Method::POST, &format!("channels/{channel}/play/{playback}"));
        done(request.timeout(REQUEST_TIMEOUT).json(&body).send().await)
    }

    /// Whether Asterisk has a sound. It looks into its folder each time.
    pub(super) async fn has_sound(&self, sound: &str) -> Result<bool, RequestFailed> {
        // Asterisk takes the first folder for a language.
        let id = sound.split_once('/').map_or(sound, |(_, below)| below).replace('/', "%2F");
        let request = self.request(reqwest::Method::GET, &format!("sounds/{id}"));
        let mut answer = request.timeout(REQUEST_TIMEOUT).send().await.map_err(|_| RequestFailed(None))?;
        let status = answer.status().as_u16();
        if status == 404 {
            return Ok(false);
        }
        let body = read_body(&mut answer).await.map_err(|_| RequestFailed(Some(status)))?;
        let found: Sound = serde_json::from_slice(&body).map_err(|_| RequestFailed(Some(status)))?;
        let folder = sound.split_once('/').map_or("", |(folder, _)| folder);
        Ok(found.formats.iter().any(|format| format.language == folder))
    }

    /// Whether [`Self::has_sound`] can be asked: a module of Asterisk has to be loaded.
    pub(super) async fn can_look_for_sounds(&self) -> bool {
        let request = self.request(reqwest::Method::GET, "asterisk/modules/res_ari_sounds.so");
        let sent = request.timeout(REQUEST_TIMEOUT).send().await;
        sent.is_ok_and(|answer| answer.status().is_success())
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
