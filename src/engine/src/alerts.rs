//! Alerts: audit rows that somebody has to look at now. A cursor in the store says how far each channel has sent them,
//! so none is lost when the service stops, and each is sent at least once.
//!
//! Not here: where they are sent (`server::alerts`), what an operator can do about them (`service::alert_text`), and
//! what writes the rows.

mod kind;

use std::collections::VecDeque;

use domain::{DAY_MILLIS, PersonId, Timestamp};
use serde::Deserialize;

use super::{Refusal, Service};
use crate::metrics;
use store::{AuditRow, Store, StoreError};

pub use kind::AlertKind;

/// Rows that are read at once.
const ROWS: i64 = 500;

/// When so many wait, no more are read until some are sent.
const MOST_WAITING: usize = 1_000;

/// For so long a restore is shown by the metrics, also after a start: the rule that ships asks for a day.
const RESTORED_SHOWN_MS: i64 = 2 * DAY_MILLIS;

/// Where alerts are sent. Each channel has a cursor of its own, so a webhook that is dead keeps nothing from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertChannel {
    /// The log and the metrics.
    Log,
    /// The webhook of the settings.
    Webhook,
}

impl AlertChannel {
    /// The setting in the store that says up to which audit row alerts were sent.
    const fn cursor(self) -> &'static str {
        match self {
            Self::Log => "alerts_logged",
            Self::Webhook => "alerts_posted",
        }
    }
}

/// An audit row that somebody has to look at now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The audit row. It tells a repeated message from a new one.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub kind: AlertKind,
    /// Whom it is about.
    pub person: Option<PersonId>,
}

/// The alerts that one channel has still to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertQueue {
    channel: AlertChannel,
    /// Found and not sent, in their order.
    waiting: VecDeque<Alert>,
    /// Up to which audit row they were sent, by whichever node.
    sent_until: i64,
    /// Up to which row the audit was read.
    read_until: i64,
    /// The metric of the last restore is set, also when its alert was sent before this start.
    has_restore_metric: bool,
}

impl AlertQueue {
    /// An empty queue, which has read nothing so far.
    pub fn new(channel: AlertChannel) -> Self {
        Self { channel, waiting: VecDeque::new(), sent_until: 0, read_until: 0, has_restore_metric: false }
    }

    /// Where its alerts are sent.
    pub fn channel(&self) -> AlertChannel {
        self.channel
    }

    /// What waits to be sent, in its order.
    pub fn waiting(&self) -> &VecDeque<Alert> {
        &self.waiting
    }
}

/// The members of an audit row that alerts need.
#[derive(Deserialize)]
struct Body {
    what: String,
    person: Option<PersonId>,
}

impl Alert {
    fn of(row: &AuditRow) -> Option<Self> {
        let body: Body = serde_json::from_slice(&row.body).ok()?;
        let kind = AlertKind::from_name(&body.what)?;
        let at = Timestamp::from_millis(row.at);
        Some(Self { sequence: row.sequence, at, kind, person: body.person })
    }
}

impl Service {
    /// Starts a channel: it gets the alerts from now on. Earlier ones are in `alerts_since`.
    pub async fn start_alert_channel(&self, channel: AlertChannel) -> Result<(), StoreError> {
        start_channel(&self.store, channel).await
    }

    /// Reads the audit on, until its end or until many alerts wait. It begins where it stopped before, or after the
    /// last row that any node has sent. The store is written only when a long part of the audit holds no alert, so that
    /// this part is not read again after a restart.
    pub async fn poll_alerts(&self, queue: &mut AlertQueue) -> Result<(), Refusal> {
        let cursor = queue.channel.cursor();
        let sent = self.store.read().await?.setting(cursor).await?.ok_or(StoreError::Corrupt("setting"))?;
        queue.sent_until = sent.parse().map_err(|_| StoreError::Corrupt("setting"))?;
        queue.waiting.retain(|alert| alert.sequence > queue.sent_until);
        // A restore of the store may have cut the audit off before the row that was read last.
        if self.store.read().await?.head().await?.sequence < queue.read_until {
            queue.read_until = queue.sent_until;
            queue.waiting.clear();
        }
        queue.read_until = queue.read_until.max(queue.sent_until);
        if queue.channel == AlertChannel::Log && !queue.has_restore_metric {
            self.find_last_restore(queue.read_until).await?;
            queue.has_restore_metric = true;
        }
        while queue.waiting.len() < MOST_WAITING {
            let rows = self.store.read().await?.audit_after(queue.read_until, ROWS).await?;
            let Some(last) = rows.last() else { break };
            queue.read_until = last.sequence;
            set_restore_metric(&rows);
            queue.waiting.extend(rows.iter().filter_map(Alert::of));
            if queue.waiting.is_empty() && queue.read_until - queue.sent_until >= ROWS {
                self.move_cursor(queue, queue.read_until).await?;
            }
        }
        Ok(())
    }

    /// Sets the metric of the last restore after a start: its alert may have been sent long before.
    async fn find_last_restore(&self, until: i64) -> Result<(), StoreError> {
        let since = self.now().millis() - RESTORED_SHOWN_MS;
        let mut after = self.store.read().await?.audit_end_before(since).await?;
        while after < until {
            let rows = self.store.read().await?.audit_after(after, ROWS).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            set_restore_metric(&rows);
        }
        Ok(())
    }

    /// Notes that an alert was sent, and all before it. `false` when another node was faster: then poll again.
    /// The metric counts the log's alerts, once over all nodes.
    pub async fn mark_alert_sent(&self, queue: &mut AlertQueue, alert: &Alert) -> Result<bool, Refusal> {
        if !self.move_cursor(queue, alert.sequence).await? {
            return Ok(false);
        }
        queue.waiting.retain(|waiting| waiting.sequence > alert.sequence);
        if queue.channel == AlertChannel::Log {
            metrics::alert(alert.kind);
        }
        Ok(true)
    }

    async fn move_cursor(&self, queue: &mut AlertQueue, to: i64) -> Result<bool, StoreError> {
        let (cursor, from) = (queue.channel.cursor(), queue.sent_until);
        let is_ours = self
            .store
            .write(move |tx| {
                Box::pin(async move { tx.move_setting(cursor, &from.to_string(), &to.to_string()).await })
            })
            .await
            .map_err(|error: StoreError| error)?;
        if is_ours {
            queue.sent_until = to;
        }
        Ok(is_ours)
    }

    /// The alerts since a time, with the names that go with them: for IT's own eyes.
    pub async fn alerts_since(&self, since: Timestamp) -> Result<Vec<(Alert, Option<String>)>, Refusal> {
        let mut found = Vec::new();
        let mut after = self.store.read().await?.audit_end_before(since.millis()).await?;
        loop {
            let rows = self.store.read().await?.audit_after(after, ROWS).await?;
            let Some(last) = rows.last() else { return Ok(found) };
            after = last.sequence;
            for alert in rows.iter().filter_map(Alert::of) {
                let name = match alert.person {
                    Some(person) => self.store.read().await?.person(person).await?,
                    None => None,
                };
                found.push((alert, name.map(|row| row.person.sign_in_name.to_string())));
            }
        }
    }
}

fn set_restore_metric(rows: &[AuditRow]) {
    if let Some(last) = rows.iter().filter_map(Alert::of).rfind(|alert| alert.kind == AlertKind::Restored) {
        metrics::restored(last.at);
    }
}

/// A channel begins at the audit's end.
pub(super) async fn start_channel(store: &Store, channel: AlertChannel) -> Result<(), StoreError> {
    let cursor = channel.cursor();
    if store.read().await?.setting(cursor).await?.is_some() {
        return Ok(());
    }
    store
        .write(move |tx| {
            Box::pin(async move {
                let head = tx.head().await?.sequence;
                tx.insert_setting_if_absent(cursor, &head.to_string()).await.map(|_| ())
            })
        })
        .await
}
