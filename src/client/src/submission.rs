//! What became of an enrolment that was sent. Only the service itself can say so, by its signature: a proxy, a filter
//! or a stranger who answers in its place ends nobody's enrolment.

use domain::EnrolmentId;
use protocol::{
    ApiProblem, ErrorCode, IdentityKey, Purpose, ReceiptDocument, RefusalDocument, Sealed, Signed,
};

use crate::{ClientError, ServiceApi, Transport};

/// What became of it.
#[derive(Debug)]
pub enum SubmissionOutcome {
    /// The service has it.
    Accepted(Box<ReceiptDocument>),
    /// The service will never take just these bytes.
    Refused(ErrorCode),
    /// Neither: it is to be sent again.
    NotTaken(NotTaken),
}

/// Why an enrolment is to be sent again.
#[derive(Debug)]
pub enum NotTaken {
    /// There was no answer, or one that ends nothing.
    Answer(ClientError),
    /// What came is no receipt of the service's for this enrolment.
    UnprovenReceipt,
}

impl NotTaken {
    /// As many seconds as the service asks to be left alone.
    pub fn retry_after_secs(&self) -> Option<u32> {
        match self {
            Self::Answer(error) => error.problem()?.retry_after_secs,
            Self::UnprovenReceipt => None,
        }
    }
}

impl SubmissionOutcome {
    /// Judges an answer to a sealed enrolment by the key that the service must have.
    pub fn of(
        answer: Result<Signed, ClientError>,
        enrolment: EnrolmentId,
        sealed: &Sealed,
        identity: &IdentityKey,
    ) -> Self {
        match answer {
            Ok(signed) => match signed.open::<ReceiptDocument>(Purpose::Receipt, identity) {
                Ok(receipt) if receipt.enrolment == enrolment => Self::Accepted(Box::new(receipt)),
                Ok(_) | Err(_) => Self::NotTaken(NotTaken::UnprovenReceipt),
            },
            Err(error) => {
                match error.problem().and_then(|problem| final_refusal(problem, sealed, identity)) {
                    Some(code) => Self::Refused(code),
                    None => Self::NotTaken(NotTaken::Answer(error)),
                }
            }
        }
    }
}

impl<T: Transport> ServiceApi<T> {
    /// Sends a sealed enrolment, and judges what comes back.
    pub async fn submit(
        &self,
        enrolment: EnrolmentId,
        sealed: &Sealed,
        identity: &IdentityKey,
    ) -> SubmissionOutcome {
        SubmissionOutcome::of(self.send_enrolment(sealed).await, enrolment, sealed, identity)
    }
}

/// Final is only what is signed, and said of these very bytes.
fn final_refusal(problem: &ApiProblem, sealed: &Sealed, identity: &IdentityKey) -> Option<ErrorCode> {
    let signed = problem.signed.as_ref()?;
    let document: RefusalDocument = signed.open(Purpose::Refusal, identity).ok()?;
    (document.post == sealed.fingerprint()).then_some(document.code)
}

#[cfg(test)]
mod tests {
    use domain::{Reference, ServiceId, Timestamp};
    use protocol::{AuditHead, Blob, Bytes32, IdentitySigner};

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn enrolment(number: u8) -> EnrolmentId {
        EnrolmentId::at(NOW, [number; 10])
    }

    fn sealed(byte: u8) -> Sealed {
        Sealed {
            header: Blob(b"{}".to_vec()),
            encapped_key: Bytes32([3; 32]),
            ciphertext: Blob(vec![byte; 40]),
        }
    }

    fn signer(seed: u8) -> IdentitySigner {
        IdentitySigner::from_bytes(&[seed; 32])
    }

    fn receipt(of: EnrolmentId, seed: u8) -> Result<Signed, ClientError> {
        let receipt = ReceiptDocument {
            service: ServiceId::at(NOW, [1; 10]),
            enrolment: of,
            reference: Reference::of(of),
            accepted_at: NOW,
            audit: AuditHead { sequence: 1, hash: Bytes32([0; 32]), at: NOW },
        };
        Ok(Signed::sign(Purpose::Receipt, &receipt, &signer(seed)).expect("signs"))
    }

    fn refusal(of: &Sealed, seed: Option<u8>) -> Result<Signed, ClientError> {
        let code = ErrorCode::GrantRevoked;
        let document = RefusalDocument { post: of.fingerprint(), code };
        let signed =
            seed.map(|seed| Signed::sign(Purpose::Refusal, &document, &signer(seed)).expect("signs"));
        let problem = ApiProblem { signed, retry_after_secs: Some(7), ..ApiProblem::from(code) };
        Err(ClientError::Refused(Box::new(problem)))
    }

    fn outcome(answer: Result<Signed, ClientError>) -> SubmissionOutcome {
        SubmissionOutcome::of(answer, enrolment(1), &sealed(4), &signer(1).key())
    }

    #[test]
    fn only_a_receipt_of_the_service_for_this_enrolment_is_one() {
        assert!(matches!(outcome(receipt(enrolment(1), 1)), SubmissionOutcome::Accepted(_)));
        for other in [receipt(enrolment(2), 1), receipt(enrolment(1), 2)] {
            let outcome = outcome(other);
            assert!(matches!(outcome, SubmissionOutcome::NotTaken(NotTaken::UnprovenReceipt)), "{outcome:?}");
        }
    }

    #[test]
    fn only_a_signed_refusal_of_these_very_bytes_is_final() {
        let refused = outcome(refusal(&sealed(4), Some(1)));
        assert!(matches!(refused, SubmissionOutcome::Refused(ErrorCode::GrantRevoked)), "{refused:?}");
        let others = [refusal(&sealed(5), Some(1)), refusal(&sealed(4), Some(2)), refusal(&sealed(4), None)];
        for other in others {
            let SubmissionOutcome::NotTaken(why) = outcome(other) else { panic!("final") };
            assert_eq!(why.retry_after_secs(), Some(7), "{why:?}");
        }
        let SubmissionOutcome::NotTaken(why) = outcome(Err(ClientError::Unexpected(403))) else {
            panic!("final")
        };
        assert_eq!(why.retry_after_secs(), None);
    }
}
