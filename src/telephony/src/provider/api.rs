//! The provider's HTTP API: begins a call, asks after it, hangs up. Answers hold numbers, so no body is ever logged.
//!
//! Not here: what the provider posts to us (`call_state`).

use std::time::Duration;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::ProviderSettings;
use crate::{
    Call, Ending,
    http::{self, body_of},
};

/// The whole of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Past our own limits the provider may take this long to hang up by itself.
const MARGIN_SECS: u32 = 15;

/// How often hanging up is tried.
const HANG_UP_TRIES: u32 = 3;

/// The provider's codes for numbers that it does not call, from its list of errors.
const NUMBER_CODES: &[u32] =
    &[13_223, 13_224, 13_225, 13_226, 13_227, 21_211, 21_214, 21_215, 21_216, 21_217];

/// A client of the provider's API.
pub(super) struct Api {
    client: reqwest::Client,
    calls: String,
    account: String,
    secret: Zeroizing<String>,
}

/// What came of beginning a call.
pub(super) enum Begun {
    /// It is the provider's now, under this id.
    Placed(String),
    /// There is no call, for this reason.
    Not(Ending),
    /// Nobody knows whether there is one. Its callbacks will tell.
    Unknown,
}

/// A call as the provider knows it.
#[derive(Deserialize)]
pub(super) struct CallResponse {
    pub(super) sid: String,
    #[serde(default)]
    pub(super) status: String,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    #[serde(default)]
    code: u32,
}

/// Where the provider posts to.
pub(super) struct Callbacks {
    pub(super) words: String,
    pub(super) status: String,
}

impl Api {
    pub(super) fn new(settings: &ProviderSettings) -> Result<Self, reqwest::Error> {
        let client = http::client(&settings.api, REQUEST_TIMEOUT).timeout(REQUEST_TIMEOUT).build()?;
        Ok(Self {
            client,
            calls: format!("{}/Accounts/{}/Calls", settings.api.trim_end_matches('/'), settings.account),
            account: settings.account.clone(),
            secret: settings.secret.clone(),
        })
    }

    pub(super) async fn begin(&self, call: &Call, from: &str, callbacks: &Callbacks) -> Begun {
        let to = call.number.e164();
        let extension = call.number.extension();
        // Half a second for each `w`, until the switchboard listens.
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
        let response = match self.post(&format!("{}.json", self.calls), &form).await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                tracing::warn!("the telephone provider is not reached");
                return Begun::Not(Ending::NotBegun);
            }
            Err(_) => return Begun::Unknown,
        };
        let status = response.status().as_u16();
        let body = body_of(response).await;
        match status {
            200..=299 => match body.and_then(|body| serde_json::from_slice::<CallResponse>(&body).ok()) {
                Some(answer) if is_id(&answer.sid) => Begun::Placed(answer.sid),
                Some(_) | None => Begun::Unknown,
            },
            400..=499 => {
                let answer = body.and_then(|body| serde_json::from_slice::<ErrorAnswer>(&body).ok());
                let code = answer.map_or(0, |answer| answer.code);
                if NUMBER_CODES.contains(&code) {
                    return Begun::Not(Ending::NotReached);
                }
                tracing::warn!(status, code, "the telephone provider refused a call");
                Begun::Not(Ending::NotBegun)
            }
            _ => Begun::Unknown,
        }
    }

    /// The call's status now, if the provider says so.
    pub(super) async fn status(&self, sid: &str) -> Option<String> {
        let request = self.client.get(format!("{}/{sid}.json", self.calls));
        let response = request.basic_auth(&self.account, Some(self.secret.as_str())).send().await.ok()?;
        let is_success = response.status().is_success();
        let answer: CallResponse = serde_json::from_slice(&body_of(response).await?).ok()?;
        (is_success && answer.sid == sid).then_some(answer.status)
    }

    /// Hangs up, ringing or not.
    pub(super) async fn hang_up(&self, sid: &str) {
        for attempt in 1..=HANG_UP_TRIES {
            let asked = self.post(&format!("{}/{sid}.json", self.calls), &[("Status", "completed")]).await;
            // Of a call that is over already the provider says 4xx.
            if asked.is_ok_and(|response| response.status().as_u16() < 500 && response.status() != 429) {
                return;
            }
            tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await;
        }
        tracing::warn!("a call could not be hung up; the provider does it when its time is over");
    }

    async fn post(&self, address: &str, form: &[(&str, &str)]) -> Result<reqwest::Response, reqwest::Error> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(address).basic_auth(&self.account, Some(self.secret.as_str()));
        request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await
    }
}

/// The provider's ids are letters and digits: nothing else may reach an address.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
