//! One call as the crate's users see it: what is asked for, and what comes back.
//!
//! Not here: how a line does it (`line`), and what is said (`script`).

use domain::PhoneNumber;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::Script;

/// One call's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub Uuid);

/// A call to be placed. Never cloned: the number is in one place at a time.
pub struct Call {
    /// Its id, also on the line itself where it has room for one.
    pub id: CallId,
    /// Who is called.
    pub number: PhoneNumber,
    /// What is said, and which keys count.
    pub script: Script,
    /// What shows on the phone: `+` and digits. `None` leaves it to the line.
    pub caller_id: Option<String>,
    /// How long it rings, in seconds.
    pub ring_secs: u32,
    /// The longest conversation, in seconds.
    pub call_secs: u32,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What happens in a call, in this order. Nothing is told twice but `WrongDigits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEvent {
    /// The phone rings. Some lines never say so.
    Ringing,
    /// Somebody or something answered.
    Answered,
    /// The digits were wrong, and there is another try.
    WrongDigits,
    /// It is decided, for ever. The closing words may still be being said.
    Ended(Ending),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Test: the right digits.
    Confirmed,
    /// Approval: the right digits and hash.
    Approved,
    /// Approval: 0 and hash.
    NotMe,
    /// Test: 9, so never call this number again.
    Stopped,
    /// The wrong digits, and no try left.
    NotConfirmed,
    /// It rang and nobody answered, or the phone is off.
    NoAnswer,
    /// Engaged, or declined.
    Busy,
    /// Answered, and hung up before anything was decided.
    HungUp,
    /// Answered, and nothing was pressed: voicemail, or nobody listening.
    NoKeys,
    /// The network does not reach this number.
    NotReached,
    /// The longest conversation was over, and keys were pressed in it.
    OutOfTime,
    /// The line failed. Another try may succeed.
    Fault,
    /// The line did not begin it: no phone can have rung. Another try may succeed.
    NotBegun,
}

/// Why no call could be begun at all. That it failed later is an [`Ending`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// The line is not connected now.
    #[error("the telephone line is not connected")]
    NotConnected,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoEntropy,
}

/// A call's events. Dropped before the end, it hangs up.
#[derive(Debug)]
pub struct CallEvents {
    events: mpsc::UnboundedReceiver<CallEvent>,
    has_ended: bool,
}

impl CallEvents {
    /// The events, and where a line puts them. A call has no more than five.
    pub(crate) fn new() -> (mpsc::UnboundedSender<CallEvent>, Self) {
        let (sender, events) = mpsc::unbounded_channel();
        (sender, Self { events, has_ended: false })
    }

    /// The next event. `Ended` comes exactly once, within ring and call time and a few seconds, whatever happens to the
    /// line. After it comes `None`, as soon as the line is free for another call. Nothing is lost when the future is
    /// dropped.
    pub async fn next(&mut self) -> Option<CallEvent> {
        while let Some(event) = self.events.recv().await {
            if self.has_ended {
                continue;
            }
            self.has_ended = matches!(event, CallEvent::Ended(_));
            return Some(event);
        }
        // The task that had the call is gone without a word.
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
            script: crate::script::samples::test("47"),
            caller_id: Some("+441632960002".to_owned()),
            ring_secs: 25,
            call_secs: 60,
        };
        let printed = format!("{call:?}");
        assert!(!printed.contains("900123") && !printed.contains("960002") && !printed.contains("47"));
    }
}
