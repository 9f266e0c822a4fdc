//! Requests to the provider's HTTP API: begin a call, ask for its status, hang up. Responses hold numbers, so no body is
//! logged.
//!
//! `call_state` handles the provider's callbacks.

use std::time::Duration;

use platform::{Backoff, http::read_body};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    settings::{ProviderSettings, ProviderSettingsError},
    sid::is_sid,
};
use crate::{Call, Ending, http, retry::retry};

/// The time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The provider hangs up by itself so many seconds after our own limits.
const MARGIN_SECS: u32 = 15;

/// How often hanging up is tried.
const HANG_UP_TRIES: u32 = 3;

/// The pauses between these tries: the first and the longest.
const HANG_UP_PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// The codes for numbers that the provider does not call (Twilio, "Error and warning dictionary").
const NUMBER_CODES: &[u32] =
    &[13_223, 13_224, 13_225, 13_226, 13_227, 21_211, 21_214, 21_215, 21_216, 21_217];

/// A client of the provider's API.
pub(super) struct Api {
    client: reqwest::Client,
    calls: String,
    account: String,
    secret: Zeroizing<String>,
}

/// The result of asking for a call.
pub(super) enum Placement {
    /// The provider has taken the call, under this id.
    Placed(String),
    /// There is no call, for this reason.
    NotPlaced(Ending),
    /// Nobody knows whether there is a call. Its callbacks will show it.
    Unknown,
}

/// A call as the provider reports it.
#[derive(Deserialize)]
pub(super) struct CallResponse {
    pub(super) sid: String,
    #[serde(default)]
    pub(super) status: String,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(default)]
    code: u32,
}

/// The addresses of the provider's callbacks.
pub(super) struct Callbacks {
    /// Here the provider asks what to say, and sends the keys.
    pub(super) words: String,
    /// Here the provider sends the call's status.
    pub(super) status: String,
}

impl Api {
    pub(super) fn new(settings: &ProviderSettings) -> Result<Self, ProviderSettingsError> {
        let client = http::client(&settings.api, REQUEST_TIMEOUT).ok_or(ProviderSettingsError::NotHttps)?;
        let client = client.timeout(REQUEST_TIMEOUT).build()?;
        Ok(Self {
            client,
            calls: format!("{}/Accounts/{}/Calls", settings.api.trim_end_matches('/'), settings.account),
            account: settings.account.clone(),
            secret: settings.secret.clone(),
        })
    }

    /// Asks the provider to place a call.
    pub(super) async fn begin(&self, call: &Call, from: &str, callbacks: &Callbacks) -> Placement {
        let to = call.number.e164();
        let extension = call.number.extension();
        // Each `w` waits half a second, until the switchboard takes digits.
        let send_digits = Zeroizing::new(format!("wwww{extension}"));
        let (ring, most) = (call.ring_secs.to_string(), (call.call_secs + MARGIN_SECS).to_string());
        let mut form = vec![
            ("To", to.as_str()),
            ("From", call.caller_id.as_deref().unwrap_or(from)),
            ("Url", &callbacks.words),
            ("Method", "POST"),
            ("StatusCallback", &callbacks.status),
            ("StatusCallbackMethod", "POST"),
            ("StatusCallbackEvent", "ringing"),
            ("StatusCallbackEvent", "answered"),
            ("StatusCallbackEvent", "completed"),
            ("Timeout", &ring),
            ("TimeLimit", &most),
        ];
        if !extension.is_empty() {
            form.push(("SendDigits", &send_digits));
        }
        let mut response = match self.post(&format!("{}.json", self.calls), &form).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                tracing::warn!("the telephone provider is not reached");
                return Placement::NotPlaced(Ending::NotBegun);
            }
            Err(_) => return Placement::Unknown,
        };
        let status = response.status().as_u16();
        let body = read_body(&mut response).await.ok();
        match status {
            200..=299 => match body.and_then(|body| serde_json::from_slice::<CallResponse>(&body).ok()) {
                Some(answer) if is_sid(&answer.sid) => Placement::Placed(answer.sid),
                Some(_) | None => Placement::Unknown,
            },
            400..=499 => {
                let answer = body.and_then(|body| serde_json::from_slice::<ErrorBody>(&body).ok());
                let code = answer.map_or(0, |answer| answer.code);
                if NUMBER_CODES.contains(&code) {
                    return Placement::NotPlaced(Ending::NotReached);
                }
                tracing::warn!(status, code, "the telephone provider refused a call");
                Placement::NotPlaced(Ending::NotBegun)
            }
            _ => Placement::Unknown,
        }
    }

    /// The call's present status. `None` when the provider does not respond with it.
    pub(super) async fn status(&self, sid: &str) -> Option<String> {
        let request = self.client.get(format!("{}/{sid}.json", self.calls));
        let mut response = request.basic_auth(&self.account, Some(self.secret.as_str())).send().await.ok()?;
        let is_success = response.status().is_success();
        let answer: CallResponse = serde_json::from_slice(&read_body(&mut response).await.ok()?).ok()?;
        (is_success && answer.sid == sid).then_some(answer.status)
    }

    /// Hangs up a call, whether it rings or is answered.
    pub(super) async fn hang_up(&self, sid: &str) {
        let [first, longest] = HANG_UP_PAUSES;
        let is_done = retry(HANG_UP_TRIES, Backoff::new(first, longest), || async move {
            let asked = self.post(&format!("{}/{sid}.json", self.calls), &[("Status", "completed")]).await;
            // The provider responds with 4xx when the call is over already.
            asked.is_ok_and(|response| response.status().as_u16() < 500 && response.status() != 429)
        })
        .await;
        if !is_done {
            tracing::warn!("a call could not be hung up; the provider does it when its time is over");
        }
    }

    async fn post(&self, address: &str, form: &[(&str, &str)]) -> Result<reqwest::Response, reqwest::Error> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(address).basic_auth(&self.account, Some(self.secret.as_str()));
        request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await
    }
}
