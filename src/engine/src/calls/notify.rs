//! Notifies requests that wait for a call's next event. A change in this process wakes them at once. The dispatcher
//! finds changes by other nodes once a second.
//!
//! Not here: the events. A woken request reads them from the store.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::CallId;
use tokio::sync::watch;

/// By call, the number of the last event that was notified.
#[derive(Default)]
pub(super) struct Watchers(Mutex<HashMap<CallId, watch::Sender<i64>>>);

/// A request that waits. Dropping it ends the watch.
pub(super) struct Watch<'a> {
    watchers: &'a Watchers,
    call: CallId,
    /// `None` only during the drop.
    changes: Option<watch::Receiver<i64>>,
}

impl Watchers {
    /// Begins to wait. Call it before reading the store, so that no event is missed.
    pub(super) fn watch(&self, call: CallId) -> Watch<'_> {
        let changes = self.lock().entry(call).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Watch { watchers: self, call, changes: Some(changes) }
    }

    /// How many requests wait for a call.
    pub(super) fn count(&self, call: CallId) -> usize {
        self.lock().get(&call).map_or(0, watch::Sender::receiver_count)
    }

    /// Notifies that a call has an event with this number.
    pub(super) fn notify(&self, call: CallId, number: i64) {
        if let Some(sender) = self.lock().get(&call) {
            sender.send_if_modified(|last| {
                let is_news = number > *last;
                *last = number.max(*last);
                is_news
            });
        }
    }

    /// Notifies many calls, most of which nobody waits for.
    pub(super) fn notify_all(&self, calls: &[(CallId, i64)]) {
        for (call, number) in calls {
            self.notify(*call, *number);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, watch::Sender<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch<'_> {
    /// Returns when there was an event since the last return. Dropping the future loses none.
    pub(super) async fn changed(&mut self) {
        let Some(changes) = &mut self.changes else { return };
        if changes.changed().await.is_err() {
            // The sender is never dropped while a watch exists.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut all = self.watchers.lock();
        self.changes = None;
        if all.get(&self.call).is_some_and(|sender| sender.receiver_count() == 0) {
            all.remove(&self.call);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn only_who_waits_is_woken_and_who_has_gone_is_forgotten() {
        let watchers = Watchers::default();
        let (one, other) =
            (CallId::from_uuid(uuid::Uuid::from_u128(1)), CallId::from_uuid(uuid::Uuid::nil()));
        let mut waiting = watchers.watch(one);
        let again = watchers.watch(one);
        let woken = async |waiting: &mut Watch<'_>| {
            tokio::time::timeout(Duration::from_millis(20), waiting.changed()).await.is_ok()
        };
        watchers.notify(other, 1);
        assert!(!woken(&mut waiting).await, "another call");
        watchers.notify_all(&[(other, 1), (one, 2)]);
        assert!(woken(&mut waiting).await);
        watchers.notify(one, 2);
        assert!(!woken(&mut waiting).await, "no news");
        drop(waiting);
        assert!(!watchers.is_empty());
        drop(again);
        assert!(watchers.is_empty());
    }
}
