//! Alerts: what in the audit somebody is to look at now. They are found by reading the audit on, so none is lost when
//! the service stops in between, and each is told at least once.
//!
//! Not here: where they are told (`server::alerts`), and what writes the rows.

use std::collections::VecDeque;

use domain::{DAY_MILLIS, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Refusal, Service};
use crate::metrics;
use store::{AuditRow, Store, StoreError};

/// Rows that are read at once.
const ROWS: i64 = 500;

/// Beyond this no more are read until some are told.
const MOST_WAITING: usize = 1_000;

/// For so long a restore is shown by the metrics, also after a start: the rule that ships asks for a day.
const RESTORED_SHOWN_MS: i64 = 2 * DAY_MILLIS;

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
const KINDS: [(&str, &str); 11] = [
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
        "many-people-guessed",
        "Within an hour wrong codes came from outside for more people than limits.verify_refused_people_outside_hour, each after a right password, and no right code since. Somebody may be going through your staff. The audit's rows of this hour that say code-refused have the people: have them change their passwords. Nobody is kept out. If hardly any code is right, look at this computer's clock first.",
    ),
    (
        "codes-guessed",
        "Many wrong enrolment codes came from one address, one school or all outside together, which now have to wait. The audit has the addresses. At a school it may be a class of people who misread their codes.",
    ),
    (
        "station-refused",
        "Somebody tried to sign in at a station that you revoked, and was refused. If it was lost or stolen, that is where it is in use: the audit's row has its address. If it still stands at school, register it anew, or: enrol --forget-station",
    ),
    ("number-shared", "More than two people have set up one phone number: ask them."),
    (
        "calls-nearly-used-up",
        "Most of the day's calls are used up: find out who asks, or raise calls.trust_day in the policy.",
    ),
    (
        RESTORED,
        "The store was put back from a backup: what was done since that was made is undone. If it was not you, find out who has the backups. Do again what must stay done: codes and clients revoked, people erased or left, keys refused.",
    ),
];

const RESTORED: &str = "restored";

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

/// What one teller has before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    teller: Teller,
    /// Found and not told, in their order.
    waiting: VecDeque<Alert>,
    /// How far they were told, by whichever node.
    told: i64,
    /// How far the audit is read.
    seen: i64,
    /// What it told before this start and is still shown was looked for.
    has_looked_back: bool,
}

impl Telling {
    /// Before it has looked.
    pub fn of(teller: Teller) -> Self {
        Self { teller, waiting: VecDeque::new(), told: 0, seen: 0, has_looked_back: false }
    }

    /// Who tells.
    pub fn teller(&self) -> Teller {
        self.teller
    }

    /// What waits to be told, in its order.
    pub fn waiting(&self) -> &VecDeque<Alert> {
        &self.waiting
    }
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

    /// Reads the audit on, from where it was read before or from what any node has told, to its end or until many alerts
    /// wait. Where none do the store is left alone, but for a long audit that is not to be read again after a restart.
    pub async fn look_for_alerts(&self, telling: &mut Telling) -> Result<(), Refusal> {
        let mark = telling.teller.mark();
        let told = self.store.read().await?.setting(mark).await?.ok_or(StoreError::Corrupt("setting"))?;
        telling.told = told.parse().map_err(|_| StoreError::Corrupt("setting"))?;
        telling.waiting.retain(|alert| alert.sequence > telling.told);
        // The store may have been put back meanwhile: then its audit ends before what was read.
        if self.store.read().await?.head().await?.sequence < telling.seen {
            telling.seen = telling.told;
            telling.waiting.clear();
        }
        telling.seen = telling.seen.max(telling.told);
        if telling.teller == Teller::Log && !telling.has_looked_back {
            self.look_back_to_restored(telling.seen).await?;
            telling.has_looked_back = true;
        }
        while telling.waiting.len() < MOST_WAITING {
            let rows = self.store.read().await?.audit_after(telling.seen, ROWS).await?;
            let Some(last) = rows.last() else { break };
            telling.seen = last.sequence;
            note_restored(&rows);
            telling.waiting.extend(rows.iter().filter_map(Alert::of));
            if telling.waiting.is_empty() && telling.seen - telling.told >= ROWS {
                self.move_mark(telling, telling.seen).await?;
            }
        }
        Ok(())
    }

    /// What the metrics say of a restore stays true after a start: the last one may have been told long before.
    async fn look_back_to_restored(&self, until: i64) -> Result<(), StoreError> {
        let since = self.now().millis() - RESTORED_SHOWN_MS;
        let mut after = self.store.read().await?.audit_end_before(since).await?;
        while after < until {
            let rows = self.store.read().await?.audit_after(after, ROWS).await?;
            let Some(last) = rows.last() else { break };
            after = last.sequence;
            note_restored(&rows);
        }
        Ok(())
    }

    /// One that waited was told: those before it wait no more. `false` when another node was faster: then look again.
    /// Those of the log are counted, once over all nodes.
    pub async fn alert_told(&self, telling: &mut Telling, alert: &Alert) -> Result<bool, Refusal> {
        if !self.move_mark(telling, alert.sequence).await? {
            return Ok(false);
        }
        telling.waiting.retain(|waiting| waiting.sequence > alert.sequence);
        if telling.teller == Teller::Log {
            metrics::alert(alert.alert);
        }
        Ok(true)
    }

    async fn move_mark(&self, telling: &mut Telling, to: i64) -> Result<bool, StoreError> {
        let (mark, from) = (telling.teller.mark(), telling.told);
        let is_ours = self
            .store
            .write(move |tx| {
                Box::pin(async move { tx.move_setting(mark, &from.to_string(), &to.to_string()).await })
            })
            .await
            .map_err(|error: StoreError| error)?;
        if is_ours {
            telling.told = to;
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

fn note_restored(rows: &[AuditRow]) {
    if let Some(last) = rows.iter().filter_map(Alert::of).rfind(|alert| alert.alert == RESTORED) {
        metrics::restored(last.at);
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
                tx.insert_setting_if_absent(mark, &head.to_string()).await.map(|_| ())
            })
        })
        .await
}

/// Counted from nothing, so that the first is seen as a rise.
pub fn names() -> impl Iterator<Item = &'static str> {
    KINDS.into_iter().map(|(name, _)| name)
}
