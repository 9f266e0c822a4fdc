//! The one service: how it is reached, which it is, and what is asked of it before anybody signs in: the signed policy and
//! the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ClockOffset;
use journey::ServiceFault;
use protocol::{ClockDocument, PolicyDocument, Purpose, Signed, paths};

use super::{
    clock::{Measured, Reading},
    http::{Http, HttpFault},
    pin::Pin,
};

/// The service as this computer knows it.
pub(super) struct Service {
    pub(super) http: Http,
    pin: Mutex<Pin>,
}

/// The clock's answer: a measurement, how far this computer is ahead, and where it is.
pub(super) struct ClockAnswer {
    pub(super) measured: Measured,
    pub(super) offset: ClockOffset,
    pub(super) place: Option<domain::SchoolId>,
}

impl Service {
    pub(super) fn new(http: Http, pin: Pin) -> Self {
        Self { http, pin: Mutex::new(pin) }
    }

    /// Held for moments only, never across a wait.
    pub(super) fn pin(&self) -> MutexGuard<'_, Pin> {
        self.pin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches the policy and holds it against the pin.
    pub(super) async fn policy(&self) -> Result<PolicyDocument, ServiceFault> {
        let signed: Signed = self.http.get(paths::POLICY).await.map_err(|fault| service_fault(&fault))?;
        self.pin().policy(&signed)
    }

    /// Measures the clock. The nonce keeps a cached answer from passing for a fresh one.
    pub(super) async fn clock(&self) -> Result<ClockAnswer, ServiceFault> {
        let mut random = [0_u8; 24];
        getrandom::fill(&mut random).map_err(|_| ServiceFault::Unexpected)?;
        let nonce = data_encoding::BASE64URL_NOPAD.encode(&random);
        let asked = Reading::now();
        let signed: Signed = self
            .http
            .get(&format!("{}?nonce={nonce}", paths::CLOCK))
            .await
            .map_err(|fault| service_fault(&fault))?;
        let reading = Reading::now();
        let document: ClockDocument = self.pin().open(Purpose::Clock, &signed)?;
        if document.nonce != nonce {
            return Err(ServiceFault::BadSignature);
        }
        // The service looked at its clock somewhere between question and answer: half of that is the least error.
        let way = reading.monotonic.saturating_duration_since(asked.monotonic) / 2;
        let service = document.now.plus_millis(i64::try_from(way.as_millis()).unwrap_or(0));
        let offset = ClockOffset::measured(reading.wall, service);
        Ok(ClockAnswer { measured: Measured { service, reading }, offset, place: document.school })
    }
}

/// What a fault of HTTP means to the journey.
pub(super) fn service_fault(fault: &HttpFault) -> ServiceFault {
    match fault {
        HttpFault::NotTrusted => ServiceFault::NotTrusted,
        fault if fault.passes() => ServiceFault::Unreachable,
        HttpFault::Unreachable | HttpFault::Refused(_) | HttpFault::Unexpected(_) => ServiceFault::Unexpected,
    }
}
