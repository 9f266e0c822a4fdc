//! Alerts: what in the audit somebody is to look at now. They are found by reading the audit on, so none is lost when
//! the service stops in between, and each is told at least once.
//!
//! Not here: where they are told (`server::alerts`), and what writes the rows.

use domain::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Refusal, Service};
use crate::metrics;
use crate::store::{AuditRow, Store, StoreError};

/// Rows that are read at once.
const ROWS: i64 = 500;

/// Who tells alerts. Each has a mark of its own, so a webhook that is dead keeps nothing from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller {
    /// The log and the metrics.
    Log,
    /// The webhook of the settings.
    Webhook,
}

impl Teller {
    /// How far it has told them, in the store's settings.
    const fn mark(self) -> &'static str {
        match self {
            Self::Log => "alerts_logged",
            Self::Webhook => "alerts_posted",
        }
    }
}

/// The rows that are alerts, by their stable names, and what to say of each.
const KINDS: [(&str, &str); 8] = [
    (
        "sign-in-not-mine",
        "Somebody says that a sign-in was not theirs: their password is known to another. Calls and sign-ins from outside are stopped for them. Have them change it, then: enrol-service calls clear",
    ),
    (
        "not-me",
        "Somebody typed an enrolment code and said that they are not its person: find out who has it.",
    ),
    (
        "enrolment-second-post",
        "Somebody finished a second time with one enrolment code. It was refused: find out who has the code.",
    ),
    ("enrolment-conflict", "An enrolment was posted twice with different contents. The second was refused."),
    (
        "sign-in-guessed",
        "A day's limit of wrong codes came for one person from outside, after their password was right: have them change it. Nothing is locked; at school all goes on, and outside it goes on tomorrow.",
    ),
    (
        "codes-guessed",
        "Many wrong enrolment codes came from one address, one school or all outside together, which now have to wait. The audit has the addresses. At a school it may be a class of people who misread their codes.",
    ),
    ("number-shared", "More than two people have set up one phone number: ask them."),
    (
        "calls-nearly-used-up",
        "Most of the day's calls are used up: find out who asks, or raise calls.trust_day in the policy.",
    ),
];

/// Something to look at now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// The audit row. It tells a repeated message from a new one.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// A stable name.
    pub alert: &'static str,
    /// What happened and what to do, in plain words.
    pub text: &'static str,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alerts {
    /// In their order.
    pub alerts: Vec<Alert>,
    /// How far they were told before.
    told: i64,
    /// How far the audit is read with these.
    seen: i64,
}

/// What of a row is looked at.
#[derive(Deserialize)]
struct Body {
    what: String,
    person: Option<PersonId>,
}

impl Alert {
    fn of(row: &AuditRow) -> Option<Self> {
        let body: Body = serde_json::from_slice(&row.body).ok()?;
        let (alert, text) = KINDS.into_iter().find(|(name, _)| *name == body.what)?;
        let at = Timestamp::from_millis(row.at);
        Some(Self { sequence: row.sequence, at, alert, text, person: body.person })
    }
}

impl Service {
    /// From now on this teller tells: what happened before is in `alerts_since`.
    pub async fn begin_to_tell(&self, teller: Teller) -> Result<(), StoreError> {
        begin(&self.store, teller).await
    }

    /// The alerts that were not told so far, from some hundred rows of the audit after `read`, or after those that any
    /// node has told. `None` at its end.
    pub async fn next_alerts(&self, teller: Teller, read: i64) -> Result<Option<Alerts>, Refusal> {
        let mut rows = self.store.read().await?;
        let told = rows.setting(teller.mark()).await?.ok_or(StoreError::Corrupt("setting"))?;
        let told: i64 = told.parse().map_err(|_| StoreError::Corrupt("setting"))?;
        let rows = rows.audit_after(told.max(read), ROWS).await?;
        let Some(seen) = rows.last().map(|row| row.sequence) else { return Ok(None) };
        Ok(Some(Alerts { alerts: rows.iter().filter_map(Alert::of).collect(), told, seen }))
    }

    /// These were told. Those of the log are counted, unless another node was faster. Where there were none the store is
    /// left alone, but for a long audit that is not to be read again after a restart. Gives how far the audit is read.
    pub async fn alerts_told(&self, teller: Teller, found: Alerts) -> Result<i64, Refusal> {
        let Alerts { alerts, told, seen } = found;
        if alerts.is_empty() && seen - told < ROWS {
            return Ok(seen);
        }
        let mark = teller.mark();
        let is_ours = self
            .store
            .write(move |tx| {
                Box::pin(async move { tx.move_setting(mark, &told.to_string(), &seen.to_string()).await })
            })
            .await
            .map_err(|error: StoreError| error)?;
        if is_ours && teller == Teller::Log {
            for alert in alerts {
                metrics::alert(alert.alert);
            }
        }
        Ok(seen)
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

/// A teller begins at the audit's end.
pub(super) async fn begin(store: &Store, teller: Teller) -> Result<(), StoreError> {
    let mark = teller.mark();
    if store.read().await?.setting(mark).await?.is_some() {
        return Ok(());
    }
    store
        .write(move |tx| {
            Box::pin(async move {
                let head = tx.head().await?.sequence;
                tx.setting_or(mark, &head.to_string()).await.map(|_| ())
            })
        })
        .await
}

/// Counted from nothing, so that the first is seen as a rise.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().map(|(name, _)| name)
}
