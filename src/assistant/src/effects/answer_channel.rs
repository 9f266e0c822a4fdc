//! The way of an answer from the worker's thread to the thread that draws, which is woken for each.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::{Answer, clock::Measured};

/// What comes from the worker.
pub(super) enum Message {
    Answer(Answer),
    Measured(Measured),
}

/// The worker's end.
#[derive(Clone)]
pub(super) struct AnswerSender {
    messages: mpsc::Sender<Message>,
    waker: Waker,
}

/// The end of the thread that draws.
pub(super) struct AnswerReceiver {
    messages: mpsc::Receiver<Message>,
    waker: Waker,
}

/// Wakes whoever draws.
#[derive(Clone, Default)]
struct Waker(Arc<Mutex<Option<Wake>>>);

type Wake = Box<dyn Fn() + Send + Sync>;

/// Both ends.
pub(super) fn answer_channel() -> (AnswerSender, AnswerReceiver) {
    let (sender, receiver) = mpsc::channel();
    let waker = Waker::default();
    (AnswerSender { messages: sender, waker: waker.clone() }, AnswerReceiver { messages: receiver, waker })
}

impl AnswerSender {
    pub(super) fn send(&self, answer: Answer) {
        self.send_message(Message::Answer(answer));
    }

    pub(super) fn send_measured(&self, measured: Measured) {
        self.send_message(Message::Measured(measured));
    }

    fn send_message(&self, message: Message) {
        // Nobody listens any more only when the program ends.
        if self.messages.send(message).is_ok() {
            self.waker.wake();
        }
    }
}

impl AnswerReceiver {
    /// The next one, if it is there.
    pub(super) fn next(&self) -> Option<Message> {
        self.messages.try_recv().ok()
    }

    /// Sets what is called for each, from any thread.
    pub(super) fn wake_with(&self, wake: Wake) {
        self.waker.set(Some(wake));
        // An answer may have come before there was anybody to wake.
        self.waker.wake();
    }

    /// Nobody is left to be woken.
    pub(super) fn stop_waking(&self) {
        self.waker.set(None);
    }
}

impl Waker {
    fn set(&self, wake: Option<Wake>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = wake;
    }

    fn wake(&self) {
        if let Some(wake) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use journey::Attempt;

    use super::*;

    #[test]
    fn whoever_draws_is_woken_for_each_answer_and_for_those_that_came_before() {
        let (sender, receiver) = answer_channel();
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&wakes);
        sender.send(Answer::TimerElapsed(Attempt(1)));
        receiver.wake_with(Box::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        assert_eq!(wakes.load(Ordering::SeqCst), 1, "for what came before");
        sender.send(Answer::TimerElapsed(Attempt(2)));
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
        receiver.stop_waking();
        sender.send(Answer::TimerElapsed(Attempt(3)));
        assert_eq!(wakes.load(Ordering::SeqCst), 2, "nobody is left");
        let mut attempts = Vec::new();
        while let Some(Message::Answer(Answer::TimerElapsed(attempt))) = receiver.next() {
            attempts.push(attempt.0);
        }
        assert_eq!(attempts, [1, 2, 3]);
    }
}
