//! Signs in with a sealed credential, and says what the service's answer means to the journey.

use client::ClientError;
use domain::MethodKind;
use journey::{Attempt, SignInFault};
use protocol::{ErrorCode, Sealed, SignInResponse};

use super::{
    Answer, Welcome,
    pinned_service::{PinnedService, service_fault},
    sessions::Sessions,
    station::StationAsserter,
};

/// Signs in. The session is offered to whoever takes the answer.
pub(super) async fn sign_in(
    service: &PinnedService,
    station: &StationAsserter,
    sessions: &Sessions,
    attempt: Attempt,
    sealed: &Sealed,
) -> Answer {
    let assertion = station.assertion(sealed).await;
    let answer = match service.api.sign_in(sealed, assertion.as_ref()).await {
        Ok(answer) => answer,
        Err(error) => return refused(attempt, &error),
    };
    let SignInResponse {
        session,
        grant,
        generation,
        person,
        school_name,
        grant_expires_at: _,
        used_before,
        last_used_at,
        signed_in_at,
        set_up,
        station: known_as,
    } = answer;
    if assertion.is_some() && known_as.is_none() {
        station.report_ignored_assertion();
    }
    sessions.offer(attempt, session, person.clone());
    let set_up: Vec<MethodKind> = set_up.into_iter().map(|method| method.kind).collect();
    let welcome = Welcome {
        grant,
        generation,
        person,
        school_name,
        used_before,
        last_used_at,
        signed_in_at,
        set_up,
        station: known_as,
    };
    Answer::SignedIn(attempt, Box::new(welcome))
}

fn refused(attempt: Attempt, error: &ClientError) -> Answer {
    if error.problem().is_some_and(|problem| problem.code == ErrorCode::ClockOff) {
        // Measured anew, the same may be asked once more.
        return Answer::SignInClockOff(attempt);
    }
    Answer::SignInFailed(attempt, sign_in_fault(error))
}

fn sign_in_fault(error: &ClientError) -> SignInFault {
    let Some(problem) = error.problem() else {
        return SignInFault::Service(service_fault(error));
    };
    if problem.code == ErrorCode::TryLater {
        return SignInFault::TryLater { secs: problem.retry_after_secs.unwrap_or(60) };
    }
    let known = [
        (ErrorCode::CodeUnknown, SignInFault::Unknown),
        (ErrorCode::CodeUsed, SignInFault::Used),
        (ErrorCode::CodeUsedUp, SignInFault::UsedUp),
        (ErrorCode::CodeExpired, SignInFault::Expired),
        (ErrorCode::CodeRevoked, SignInFault::Revoked),
        (ErrorCode::CodeReplaced, SignInFault::Replaced),
        (ErrorCode::CodeElsewhere, SignInFault::OnlyAtSchool),
        (ErrorCode::EnrolmentConflict, SignInFault::BeginAnew),
        (ErrorCode::CodeNotAtStation, SignInFault::OnlyAtStation),
        (ErrorCode::StationUnknown, SignInFault::NoStation),
        (ErrorCode::AlreadyEnrolled, SignInFault::AlreadyEnrolled),
        (ErrorCode::PolicyPassed, SignInFault::RulesChanged),
        // The newest policy carries the key that took its place.
        (ErrorCode::KeyRetired, SignInFault::RulesChanged),
    ];
    known
        .into_iter()
        .find(|(code, _)| *code == problem.most_specific_code())
        .map_or_else(|| SignInFault::Service(service_fault(error)), |(_, fault)| fault)
}

#[cfg(test)]
mod tests {
    use protocol::ApiProblem;

    use super::*;

    #[test]
    fn another_time_is_told_from_a_no() {
        let refused = |code| refused(Attempt(1), &ClientError::Refused(Box::new(ApiProblem::from(code))));
        assert!(matches!(refused(ErrorCode::ClockOff), Answer::SignInClockOff(Attempt(1))));
        let used = refused(ErrorCode::CodeUsed);
        assert!(matches!(used, Answer::SignInFailed(Attempt(1), SignInFault::Used)), "{used:?}");
        let used_up = refused(ErrorCode::CodeUsedUp);
        assert!(matches!(used_up, Answer::SignInFailed(Attempt(1), SignInFault::UsedUp)), "{used_up:?}");
        let replaced = refused(ErrorCode::CodeReplaced);
        assert!(matches!(replaced, Answer::SignInFailed(Attempt(1), SignInFault::Replaced)), "{replaced:?}");
    }
}
