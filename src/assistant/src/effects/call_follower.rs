//! Asks for a test call and follows it by long poll until it ends.
//!
//! Not here: the number, which is sealed, and what the digits are for.

use std::time::Duration;

use client::{ClientError, ServiceApi, Transport};
use domain::{CallId, NumberProblem};
use journey::{Attempt, CallEnding, CallFault, CallStage, ServiceFault};
use protocol::{
    CallEvent, CallProgress, CallRequest, CallResponse, CallStep, ErrorCode, Sealed, SessionToken,
};

use super::{Answer, answer_channel::AnswerSender, pinned_service::service_fault};

/// Between two questions that got no answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Questions in a row that get no answer until the call counts as lost.
const LOST_AFTER: u32 = 30;

/// Asks, and follows until the end. Ends early when the task is stopped.
pub(super) async fn follow_call(
    service: &ServiceApi<impl Transport>,
    answers: &AnswerSender,
    session: &SessionToken,
    attempt: Attempt,
    call: CallId,
    number: Sealed,
) {
    let request = CallRequest { call, number };
    let digits = match service.request_call(session, &request).await {
        Ok(CallResponse { digits }) => digits.digits(),
        Err(fault) => return answers.send(Answer::CallFailed(attempt, fault_of(&fault))),
    };
    let Some(digits) = digits else {
        let fault = CallFault::Service(ServiceFault::Unexpected);
        return answers.send(Answer::CallFailed(attempt, fault));
    };
    answers.send(Answer::CallTaken(attempt, digits));
    let ending = follow(service, answers, session, attempt, call).await;
    answers.send(Answer::CallEnded(attempt, ending));
}

async fn follow(
    service: &ServiceApi<impl Transport>,
    answers: &AnswerSender,
    session: &SessionToken,
    attempt: Attempt,
    call: CallId,
) -> CallEnding {
    let (mut after, mut unanswered) = (0, 0);
    let mut was_answered = false;
    while unanswered < LOST_AFTER {
        match service.call_progress(session, call, after).await {
            Ok(CallProgress { events }) => {
                unanswered = 0;
                for event in events {
                    after = after.max(event.number);
                    was_answered |= event.what == CallStep::Answered;
                    match what_of(event, was_answered) {
                        What::Stage(stage) => answers.send(Answer::CallMoved(attempt, stage)),
                        What::End(ending) => return ending,
                    }
                }
            }
            Err(fault) if fault.is_transient() => {
                unanswered += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(_) => return CallEnding::Lost,
        }
    }
    CallEnding::Lost
}

enum What {
    Stage(CallStage),
    End(CallEnding),
}

fn what_of(event: CallEvent, was_answered: bool) -> What {
    match event.what {
        CallStep::Waiting => What::Stage(CallStage::Waiting { ahead: event.ahead.unwrap_or(0) }),
        CallStep::Dialling => What::Stage(CallStage::Dialling),
        CallStep::Ringing => What::Stage(CallStage::Ringing),
        CallStep::Answered => What::Stage(CallStage::Answered),
        CallStep::WrongDigits => What::Stage(CallStage::WrongDigits),
        CallStep::Confirmed => What::End(CallEnding::Confirmed),
        CallStep::NotConfirmed => What::End(CallEnding::NotConfirmed),
        // A call that waits ends so too, when its number is stopped by another call.
        CallStep::Stopped if was_answered => What::End(CallEnding::Stopped),
        CallStep::Stopped => What::End(CallEnding::StoppedBefore),
        CallStep::NoAnswer => What::End(CallEnding::NoAnswer),
        CallStep::Busy => What::End(CallEnding::Busy),
        CallStep::HungUp => What::End(CallEnding::HungUp),
        CallStep::NoKeys => What::End(CallEnding::NoKeys),
        CallStep::NotReached => What::End(CallEnding::NotReached),
        CallStep::Cancelled => What::End(CallEnding::Cancelled),
        // The last never comes of a test call.
        CallStep::Fault | CallStep::NotMe => What::End(CallEnding::Fault),
    }
}

fn fault_of(fault: &ClientError) -> CallFault {
    let ClientError::Refused(problem) = fault else {
        return CallFault::Service(service_fault(fault));
    };
    let secs = problem.retry_after_secs;
    let known = [
        (ErrorCode::TryLater, CallFault::TryLater { secs: secs.unwrap_or(60) }),
        (ErrorCode::CallsUsedUp, CallFault::NoneLeft),
        (ErrorCode::NumberStopped, CallFault::Stopped),
        // The page judged all that the profile says of numbers. Beyond it the policy refuses the schools' own.
        (ErrorCode::NumberRefused, CallFault::Number(NumberProblem::Switchboard)),
        (ErrorCode::NotSignedIn, CallFault::SignedOut),
        (ErrorCode::SessionExpired, CallFault::SignedOut),
        (ErrorCode::NoLine, CallFault::NoLine),
        (ErrorCode::QuietHours, CallFault::Quiet { secs: secs.unwrap_or(3600) }),
    ];
    known
        .into_iter()
        .find(|(code, _)| *code == problem.code)
        .map_or_else(|| CallFault::Service(service_fault(fault)), |(_, fault)| fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_stage_or_an_end_as_the_protocol_says() {
        for what in CallStep::ALL {
            let event = CallEvent { number: 1, what: *what, ahead: None };
            assert_eq!(matches!(what_of(event, true), What::End(_)), what.is_end(), "{what:?}");
        }
    }

    #[test]
    fn a_call_that_waited_was_stopped_by_somebody_else() {
        let stopped = CallEvent { number: 2, what: CallStep::Stopped, ahead: None };
        assert!(matches!(what_of(stopped, true), What::End(CallEnding::Stopped)));
        assert!(matches!(what_of(stopped, false), What::End(CallEnding::StoppedBefore)));
    }

    #[test]
    fn a_number_that_the_service_refuses_is_one_that_the_profile_does_not_tell_of() {
        let refused = ClientError::Refused(Box::new(ErrorCode::NumberRefused.into()));
        assert_eq!(fault_of(&refused), CallFault::Number(NumberProblem::Switchboard));
    }
}
