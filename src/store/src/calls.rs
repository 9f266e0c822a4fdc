//! Telephone calls and what happened to them.
//!
//! Not here: who is called next (`call_queue`), how often somebody is called (`call_limits`), numbers (`numbers`).

use domain::{CallId, GrantId, PersonId, Timestamp};
use protocol::{CallEvent, CallStep};

use super::connection::on;
use super::error::{Doing as _, Done as _};
use super::rows::{columns, hash, parse};
use super::{Reader, StoreError, Tx};
use vault::NumberHashes;

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// Proves a number to one grant.
    Test(GrantId),
    /// Asks a person about a sign-in.
    Approval,
}

/// Where a call stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallState {
    /// It waits for a line.
    Queued,
    /// A node has given it to its line.
    Placed {
        /// When the node did so.
        at: Timestamp,
        /// The node whose line has the call.
        node: String,
    },
    /// Nothing follows.
    Ended {
        /// When the call ended.
        at: Timestamp,
    },
}

/// A stored call.
#[derive(Clone)]
pub struct CallRow {
    /// Its id, which the asker chose.
    pub id: CallId,
    /// What it is for.
    pub kind: CallKind,
    /// Whom it calls.
    pub person: PersonId,
    /// A hash of all that was asked for.
    pub fingerprint: [u8; 32],
    /// The hash of the number alone.
    pub phone_hash: [u8; 32],
    /// The hash of number and extension.
    pub number_hash: [u8; 32],
    /// The digits that the person has to press.
    pub digits: String,
    /// Whether it is practice, and rings no phone.
    pub practice: bool,
    /// Its number in the queue.
    pub turn: i64,
    /// Where it stands.
    pub state: CallState,
    /// The last thing that happened.
    pub step: CallStep,
    /// The number of its last event.
    pub events: i64,
    /// When it was asked for.
    pub queued_at: Timestamp,
}

/// A call that somebody wants.
pub struct WantedCall {
    /// Its id, which the asker chose.
    pub id: CallId,
    /// What it is for.
    pub kind: CallKind,
    /// Whom to call.
    pub person: PersonId,
    /// A hash of all that was asked for. The same id with anything else is refused.
    pub fingerprint: [u8; 32],
    /// The hashes of the number.
    pub hashes: NumberHashes,
    /// The digits that the person has to press.
    pub digits: String,
    /// Whether it is practice, and rings no phone.
    pub practice: bool,
}

impl CallRow {
    /// A call that waits for a line.
    pub fn queued(wanted: WantedCall, turn: i64, now: Timestamp) -> Self {
        let WantedCall { id, kind, person, fingerprint, hashes, digits, practice } = wanted;
        Self {
            id,
            kind,
            person,
            fingerprint,
            phone_hash: hashes.phone,
            number_hash: hashes.number,
            digits,
            practice,
            turn,
            state: CallState::Queued,
            step: CallStep::Waiting,
            events: 1,
            queued_at: now,
        }
    }

    /// When a line was given the call; `None` while it waits, and once it has ended.
    pub fn placed_at(&self) -> Option<Timestamp> {
        match self.state {
            CallState::Placed { at, .. } => Some(at),
            CallState::Queued | CallState::Ended { .. } => None,
        }
    }

    /// Whether nothing follows any more.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, CallState::Ended { .. })
    }
}

const QUEUED: &str = "queued";
const PLACED: &str = "placed";
const ENDED: &str = "ended";

impl CallState {
    /// The columns `state`, `placed_at`, `ended_at` and `node`.
    fn columns(&self) -> (&'static str, i64, i64, &str) {
        match self {
            Self::Queued => (QUEUED, 0, 0, ""),
            Self::Placed { at, node } => (PLACED, at.millis(), 0, node),
            Self::Ended { at } => (ENDED, 0, at.millis(), ""),
        }
    }

    fn from_columns(state: &str, placed_at: i64, ended_at: i64, node: String) -> Option<Self> {
        match state {
            QUEUED => Some(Self::Queued),
            PLACED => Some(Self::Placed { at: Timestamp::from_millis(placed_at), node }),
            ENDED => Some(Self::Ended { at: Timestamp::from_millis(ended_at) }),
            _ => None,
        }
    }
}

columns! { $
    /// A call's columns.
    CallColumns in "calls", select_calls, insert_calls {
        id: String,
        kind: String,
        person: String,
        grant_id: String,
        fingerprint: Vec<u8>,
        phone_hash: Vec<u8>,
        number_hash: Vec<u8>,
        digits: String,
        practice: i64,
        turn: i64,
        state: String,
        step: String,
        events: i64,
        queued_at: i64,
        placed_at: i64,
        ended_at: i64,
        node: String,
    }
}

const WHAT: &str = "call";
const TEST: &str = "test";
const APPROVAL: &str = "approval";

impl TryFrom<CallColumns> for CallRow {
    type Error = StoreError;

    fn try_from(columns: CallColumns) -> Result<Self, StoreError> {
        let kind = match columns.kind.as_str() {
            TEST => CallKind::Test(parse(&columns.grant_id, WHAT)?),
            APPROVAL => CallKind::Approval,
            _ => return Err(StoreError::Corrupt(WHAT)),
        };
        let (placed_at, ended_at) = (columns.placed_at, columns.ended_at);
        let state = CallState::from_columns(&columns.state, placed_at, ended_at, columns.node);
        Ok(Self {
            id: parse(&columns.id, WHAT)?,
            kind,
            person: parse(&columns.person, WHAT)?,
            fingerprint: hash(columns.fingerprint, WHAT)?,
            phone_hash: hash(columns.phone_hash, WHAT)?,
            number_hash: hash(columns.number_hash, WHAT)?,
            digits: columns.digits,
            practice: columns.practice != 0,
            turn: columns.turn,
            state: state.ok_or(StoreError::Corrupt(WHAT))?,
            step: CallStep::named(&columns.step).ok_or(StoreError::Corrupt(WHAT))?,
            events: columns.events,
            queued_at: Timestamp::from_millis(columns.queued_at),
        })
    }
}

impl From<&CallRow> for CallColumns {
    fn from(call: &CallRow) -> Self {
        let (kind, grant_id) = match call.kind {
            CallKind::Test(grant) => (TEST, grant.to_string()),
            CallKind::Approval => (APPROVAL, String::new()),
        };
        let (state, placed_at, ended_at, node) = call.state.columns();
        Self {
            id: call.id.to_string(),
            kind: kind.to_owned(),
            person: call.person.to_string(),
            grant_id,
            fingerprint: call.fingerprint.to_vec(),
            phone_hash: call.phone_hash.to_vec(),
            number_hash: call.number_hash.to_vec(),
            digits: call.digits.clone(),
            practice: i64::from(call.practice),
            turn: call.turn,
            state: state.to_owned(),
            step: call.step.name().to_owned(),
            events: call.events,
            queued_at: call.queued_at.millis(),
            placed_at,
            ended_at,
            node: node.to_owned(),
        }
    }
}

/// The queue in its order, for `call_queue`.
pub(super) const NEXT_QUEUED: &str = select_calls!(
    "where state = 'queued' and (kind = 'test' or queued_at <= $2 or queued_at >= $3)
     order by kind, turn limit $1"
);

/// Runs once a second and for every call that is placed, over months of calls, so it must use an index. A call that has
/// not ended has the time 0.
pub(super) const LIVE: &str = "select id, events from calls where ended_at = 0 or ended_at > $1";

impl Reader {
    /// A call.
    pub async fn call(&mut self, id: CallId) -> Result<Option<CallRow>, StoreError> {
        let row: Option<CallColumns> = on!(self, open => sqlx::query_as(select_calls!("where id = $1"))
            .bind(id.to_string())
            .fetch_optional(open)
            .await
            .doing("reading a call"))?;
        row.map(CallRow::try_from).transpose()
    }

    /// Calls of a grant that are not over.
    pub async fn open_calls_of(&mut self, grant: GrantId) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select id from calls where grant_id = $1 and state <> 'ended' order by turn",
        )
        .bind(grant.to_string())
        .fetch_all(open)
        .await
        .doing("reading a grant's calls"))?;
        ids(rows)
    }

    /// A person's calls that are not over. Calls on a line count only when their lease ends before a time.
    pub async fn open_calls_of_person(
        &mut self,
        person: PersonId,
        held_until: i64,
    ) -> Result<Vec<CallId>, StoreError> {
        let rows: Vec<String> = on!(self, open => sqlx::query_scalar(
            "select id from calls where person = $1 and state <> 'ended' and (state = 'queued' or lease_until < $2)
             order by turn",
        )
        .bind(person.to_string())
        .bind(held_until)
        .fetch_all(open)
        .await
        .doing("reading a person's calls"))?;
        ids(rows)
    }

    /// What happened to a call after an event, in order.
    pub async fn events_after(&mut self, call: CallId, after: i64) -> Result<Vec<CallEvent>, StoreError> {
        let rows: Vec<(i64, String, i64)> = on!(self, open => sqlx::query_as(
            "select number, what, ahead from call_events where call = $1 and number > $2 order by number limit 100",
        )
        .bind(call.to_string())
        .bind(after)
        .fetch_all(open)
        .await
        .doing("reading a call's events"))?;
        let corrupt = || StoreError::Corrupt("call event");
        let event = |(number, what, ahead): (i64, String, i64)| {
            let what = CallStep::named(&what).ok_or_else(corrupt)?;
            let ahead = if what == CallStep::Waiting {
                Some(u32::try_from(ahead).map_err(|_| corrupt())?)
            } else {
                None
            };
            Ok(CallEvent { number: u32::try_from(number).map_err(|_| corrupt())?, what, ahead })
        };
        rows.into_iter().map(event).collect()
    }

    /// Calls that are under way or ended lately, each with the number of its last event.
    pub async fn live_calls(&mut self, ended_after: i64) -> Result<Vec<(CallId, i64)>, StoreError> {
        let rows: Vec<(String, i64)> = on!(self, open => sqlx::query_as(
            LIVE,
        )
        .bind(ended_after)
        .fetch_all(open)
        .await
        .doing("reading the calls under way"))?;
        rows.into_iter().map(|(id, events)| Ok((parse(&id, WHAT)?, events))).collect()
    }
}

impl Tx {
    /// Adds a call with its first event, which says how many calls are ahead.
    pub async fn add_call(&mut self, call: &CallRow, ahead: u32) -> Result<(), StoreError> {
        const INSERT: &str = insert_calls!(
            ", lease_until)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)"
        );
        let columns = CallColumns::from(call);
        on!(self, open => columns.bind_to(sqlx::query(INSERT)).execute(open).await.done("adding a call"))?;
        self.add_event(call.id, call.events, call.step, ahead, call.queued_at.millis()).await
    }

    /// A call, locked until the transaction ends.
    pub async fn lock_call(&mut self, id: CallId) -> Result<Option<CallRow>, StoreError> {
        on!(self, open => sqlx::query("update calls set events = events where id = $1")
            .bind(id.to_string())
            .execute(open)
            .await
            .done("locking a call"))?;
        self.call(id).await
    }

    /// Adds the next event of a call that `lock_call` has locked. A step that is an end ends the call. The caller knows
    /// whether the step may follow.
    pub async fn move_call(&mut self, call: &CallRow, step: CallStep, now: i64) -> Result<(), StoreError> {
        let (state, ended_at) = if step.is_end() { (ENDED, now) } else { (PLACED, 0) };
        on!(self, open => sqlx::query(
            "update calls set state = $2, step = $3, events = events + 1, ended_at = $4 where id = $1",
        )
        .bind(call.id.to_string())
        .bind(state)
        .bind(step.name())
        .bind(ended_at)
        .execute(open)
        .await
        .done("moving a call"))?;
        self.add_event(call.id, call.events + 1, step, 0, now).await
    }

    async fn add_event(
        &mut self,
        call: CallId,
        number: i64,
        step: CallStep,
        ahead: u32,
        at: i64,
    ) -> Result<(), StoreError> {
        on!(self, open => sqlx::query(
            "insert into call_events (call, number, what, ahead, at) values ($1, $2, $3, $4, $5)",
        )
        .bind(call.to_string())
        .bind(number)
        .bind(step.name())
        .bind(i64::from(ahead))
        .bind(at)
        .execute(open)
        .await
        .done("adding a call's event"))?;
        Ok(())
    }
}

pub(super) fn ids(rows: Vec<String>) -> Result<Vec<CallId>, StoreError> {
    rows.iter().map(|id| parse(id, WHAT)).collect()
}
