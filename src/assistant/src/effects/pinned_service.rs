//! The one service: how it is reached, which it is, and what is asked of it before anybody signs in: the signed policy and
//! the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use client::{ClientError, ServiceApi};
use domain::{ClockOffset, Timestamp};
use journey::ServiceFault;
use protocol::{ClockDocument, PolicyDocument, Purpose};

use super::{
    clock::{Measured, Reading, ServiceClock},
    pin::Pin,
    routed_transport::RoutedTransport,
};

/// The service as this computer knows it.
pub(super) struct PinnedService {
    pub(super) api: ServiceApi<RoutedTransport>,
    pin: Mutex<Pin>,
    clock: Mutex<ServiceClock>,
}

/// The clock's answer: a measurement, how far this computer is ahead, and where it is.
pub(super) struct ClockAnswer {
    pub(super) measured: Measured,
    pub(super) offset: ClockOffset,
    pub(super) place: Option<domain::SchoolId>,
}

impl PinnedService {
    pub(super) fn new(transport: RoutedTransport, pin: Pin) -> Self {
        Self { api: ServiceApi::new(transport), pin: Mutex::new(pin), clock: Mutex::default() }
    }

    /// Held for moments only, never across a wait.
    pub(super) fn pin(&self) -> MutexGuard<'_, Pin> {
        self.pin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The service's time as well as it is known; this computer's before it was measured.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).at(Reading::now())
    }

    /// Fetches the policy and holds it against the pin.
    pub(super) async fn policy(&self) -> Result<PolicyDocument, ServiceFault> {
        let signed = self.api.policy().await.map_err(|error| {
            // What nobody answered is in the log already, with the way that was tried.
            if error.problem().is_some() || !error.is_transient() {
                tracing::warn!(%error, "the service did not give its rules");
            }
            service_fault(&error)
        })?;
        let mut pin = self.pin();
        let opened = pin.policy(&signed);
        opened.inspect_err(|fault| report_refusal(&pin.why_refused(*fault, signed.key)))
    }

    /// Measures the clock. The nonce keeps a cached answer from passing for a fresh one.
    pub(super) async fn measure_clock(&self) -> Result<ClockAnswer, ServiceFault> {
        let mut random = [0_u8; 24];
        getrandom::fill(&mut random).map_err(|_| ServiceFault::Unexpected)?;
        let nonce = data_encoding::BASE64URL_NOPAD.encode(&random);
        let asked = Reading::now();
        let signed = self.api.clock(&nonce).await.map_err(|error| service_fault(&error))?;
        let reading = Reading::now();
        let pin = self.pin();
        let opened = pin.open(Purpose::Clock, &signed);
        let document: ClockDocument =
            opened.inspect_err(|fault| report_refusal(&pin.why_refused(*fault, signed.key)))?;
        drop(pin);
        if document.nonce != nonce {
            return Err(ServiceFault::BadSignature);
        }
        // The service looked at its clock somewhere between question and answer: half of that is the least error.
        let way = reading.monotonic.saturating_duration_since(asked.monotonic) / 2;
        let service = document.now.plus_millis(i64::try_from(way.as_millis()).unwrap_or(0));
        let offset = ClockOffset::measured(reading.wall, service);
        let measured = Measured { service, reading };
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).set(measured);
        Ok(ClockAnswer { measured, offset, place: document.school })
    }
}

fn report_refusal(reason: &str) {
    tracing::error!(reason, "the service was refused");
}

/// What an error of the client means to the journey.
pub(super) fn service_fault(error: &ClientError) -> ServiceFault {
    match error {
        ClientError::NotTrusted => ServiceFault::NotTrusted,
        error if error.is_transient() => ServiceFault::Unreachable,
        ClientError::Unreachable | ClientError::Refused(_) | ClientError::Unexpected(_) => {
            ServiceFault::Unexpected
        }
    }
}
