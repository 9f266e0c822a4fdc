//! Who waits for a call's next event. A change in this process wakes them at once; what other nodes change, the
//! dispatcher finds once a second.
//!
//! Not here: the events. Whoever is woken reads them from the store.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::CallId;
use tokio::sync::watch;

/// By call, the number of the last event that was told.
#[derive(Default)]
pub(super) struct Watchers(Mutex<HashMap<CallId, watch::Sender<i64>>>);

/// Somebody who waits. Dropped, they are forgotten.
pub(super) struct Watching<'a> {
    watchers: &'a Watchers,
    call: CallId,
    /// `None` only while it is dropped.
    changes: Option<watch::Receiver<i64>>,
}

impl Watchers {
    /// Begins to wait: before the store is read, so that nothing falls between.
    pub(super) fn watch(&self, call: CallId) -> Watching<'_> {
        let changes = self.lock().entry(call).or_insert_with(|| watch::Sender::new(0)).subscribe();
        Watching { watchers: self, call, changes: Some(changes) }
    }

    /// How many wait for a call.
    pub(super) fn count(&self, call: CallId) -> usize {
        self.lock().get(&call).map_or(0, watch::Sender::receiver_count)
    }

    /// A call has come to this event.
    pub(super) fn tell(&self, call: CallId, number: i64) {
        if let Some(sender) = self.lock().get(&call) {
            sender.send_if_modified(|last| {
                let is_news = number > *last;
                *last = number.max(*last);
                is_news
            });
        }
    }

    /// The same for many, most of which nobody waits for.
    pub(super) fn tell_all(&self, calls: &[(CallId, i64)]) {
        for (call, number) in calls {
            self.tell(*call, *number);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, watch::Sender<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watching<'_> {
    /// Returns when something has happened since the last time. Nothing is lost when the future is dropped.
    pub(super) async fn changed(&mut self) {
        let Some(changes) = &mut self.changes else { return };
        if changes.changed().await.is_err() {
            // Its sender is never dropped while somebody waits.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Watching<'_> {
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
        let woken = async |waiting: &mut Watching<'_>| {
            tokio::time::timeout(Duration::from_millis(20), waiting.changed()).await.is_ok()
        };
        watchers.tell(other, 1);
        assert!(!woken(&mut waiting).await, "another call");
        watchers.tell_all(&[(other, 1), (one, 2)]);
        assert!(woken(&mut waiting).await);
        watchers.tell(one, 2);
        assert!(!woken(&mut waiting).await, "no news");
        drop(waiting);
        assert!(!watchers.is_empty());
        drop(again);
        assert!(watchers.is_empty());
    }
}
