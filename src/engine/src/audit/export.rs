//! The audit's rows for whoever looks through them elsewhere: ids, and reasons as they were given with commands. No
//! address, and no name of a person's own; a command's row also names the computer user who gave it, which is left out
//! unless it is asked for.

use domain::Timestamp;
use protocol::Bytes32;
use serde::Serialize;
use serde_json::Value;

use crate::{Refusal, Service};
use store::StoreError;

/// Rows read at a time.
const AT_ONCE: i64 = 1_000;

/// A row as it is given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// Its number. They follow each other without a gap.
    pub sequence: i64,
    /// When, in milliseconds since 1970.
    pub at: Timestamp,
    /// What was done.
    pub body: Value,
    /// The same as in a head of this row: two exports can be compared.
    pub hash: Bytes32,
}

impl Service {
    /// Some rows from a number on, in their order; none when there is none. `users` says whether they name who gave a
    /// command.
    pub async fn audit_lines(&self, from: i64, users: bool) -> Result<Vec<AuditLine>, Refusal> {
        let rows = self.store().read().await?.audit_after(from.saturating_sub(1), AT_ONCE).await?;
        let corrupt = || StoreError::Corrupt("audit row");
        let lines = rows.into_iter().map(|row| {
            let mut body: Value = serde_json::from_slice(&row.body).map_err(|_| corrupt())?;
            if let Some(body) = body.as_object_mut().filter(|_| !users) {
                body.remove("by");
            }
            Ok(AuditLine {
                sequence: row.sequence,
                at: Timestamp::from_millis(row.at),
                body,
                hash: Bytes32(row.hash.try_into().map_err(|_| corrupt())?),
            })
        });
        lines.collect::<Result<_, StoreError>>().map_err(Refusal::from)
    }
}
