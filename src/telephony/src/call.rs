//! One call as users of this crate see it: the request, and the events that come back.
//!
//! `line` places the call, and `script` holds what is said.

use domain::PhoneNumber;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Script;

/// The id of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub Uuid);

/// A call to be placed. It has no `Clone`, so only one part of the program holds the number. `Debug` prints the id alone.
pub struct Call {
    /// The call's id. A line that supports ids carries it too.
    pub id: CallId,
    /// The number to call.
    pub number: PhoneNumber,
    /// What the voice says, and which keys count.
    pub script: Script,
    /// The caller's number that the phone shows: `+` and digits. `None` leaves the choice to the line.
    pub caller_id: Option<String>,
    /// How many seconds the phone rings at most.
    pub ring_secs: u32,
    /// How many seconds an answered call lasts at most.
    pub call_secs: u32,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An event of a call. Events come in this order, and only `WrongDigits` can repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEvent {
    /// The phone rings. Some lines never report it.
    Ringing,
    /// A person or a machine answered.
    Answered,
    /// Wrong digits were pressed, and a try is left.
    WrongDigits,
    /// The ending is final. The voice may still say its closing words.
    Ended(Ending),
}

/// How a call ended. `protocol::CallStep` has the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// In a test call, the right digits were pressed.
    Confirmed,
    /// In an approval, the right digits and the hash key were pressed.
    Approved,
    /// In an approval, 0 and the hash key were pressed: "this was not me".
    NotMe,
    /// In a test call, 9 was pressed twice: no more calls to this number.
    Stopped,
    /// Wrong digits were pressed, and no try is left.
    NotConfirmed,
    /// The phone rang and nobody answered, or it is off.
    NoAnswer,
    /// The phone was engaged, or the call was declined.
    Busy,
    /// The call was answered, and hung up before a decision.
    HungUp,
    /// The call was answered, and nobody pressed a key: voicemail, or nobody listened.
    NoKeys,
    /// The telephone network does not reach the number.
    NotReached,
    /// The call's time was over. Keys were pressed, but decided nothing.
    OutOfTime,
    /// The line failed. Another call may succeed.
    Fault,
    /// The line never began the call, so no phone rang. Another call may succeed.
    NotBegun,
}

/// Why a call could not be placed at all. A later failure is an [`Ending`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The line is not connected.
    #[error("the telephone line is not connected")]
    NotConnected,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
}

/// The events of a call. Dropping it before the ending hangs up.
#[derive(Debug)]
pub struct CallEvents {
    events: mpsc::UnboundedReceiver<CallEvent>,
    has_ended: bool,
}

impl CallEvents {
    /// The sender for a line, and the events for its caller. A call has at most five events, so the channel needs no
    /// bound.
    pub(crate) fn new() -> (mpsc::UnboundedSender<CallEvent>, Self) {
        let (sender, events) = mpsc::unbounded_channel();
        (sender, Self { events, has_ended: false })
    }

    /// The next event. `Ended` comes exactly once, whatever happens to the line: at the latest a few seconds after ring
    /// and call time. `None` follows as soon as the line is free for another call. Dropping the future loses no event.
    pub async fn next(&mut self) -> Option<CallEvent> {
        while let Some(event) = self.events.recv().await {
            if self.has_ended {
                continue;
            }
            self.has_ended = matches!(event, CallEvent::Ended(_));
            return Some(event);
        }
        // The task that drove the call has ended without an ending.
        let is_lost = !std::mem::replace(&mut self.has_ended, true);
        is_lost.then_some(CallEvent::Ended(Ending::Fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_ends_once_also_when_its_task_is_lost() {
        let (sender, mut events) = CallEvents::new();
        sender.send(CallEvent::Answered).unwrap();
        drop(sender);
        assert_eq!(events.next().await, Some(CallEvent::Answered));
        assert_eq!(events.next().await, Some(CallEvent::Ended(Ending::Fault)));
        assert_eq!(events.next().await, None);

        let (sender, mut events) = CallEvents::new();
        for ending in [Ending::Confirmed, Ending::HungUp] {
            sender.send(CallEvent::Ended(ending)).unwrap();
        }
        drop(sender);
        assert_eq!(events.next().await, Some(CallEvent::Ended(Ending::Confirmed)));
        assert_eq!(events.next().await, None);
    }

    #[test]
    fn a_call_prints_no_digit_of_a_number() {
        let call = Call {
            id: CallId(Uuid::nil()),
            number: PhoneNumber::new("447700900123", "").unwrap(),
            script: crate::testing::test_script("47"),
            caller_id: Some("+441632960002".to_owned()),
            ring_secs: 25,
            call_secs: 60,
        };
        let printed = format!("{call:?}");
        assert!(!printed.contains("900123") && !printed.contains("960002") && !printed.contains("47"));
    }
}
