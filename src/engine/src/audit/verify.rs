//! Reads the whole chain again and says where it is broken.

use protocol::AuditHead;

use super::chain::{head_of, row_hash, start_proof};
use crate::{Refusal, Service};
use store::{HeadRow, StartRow, Store, StoreError};
use vault::Keys;

/// Rows read at a time.
const AT_ONCE: i64 = 1_000;

/// What a check of the audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Rows that were read.
    pub rows: u64,
    /// The head as it is stored.
    pub head: AuditHead,
    /// All that is wrong; none in a whole chain.
    pub faults: Vec<AuditFault>,
}

impl AuditReport {
    /// Whether the chain is whole.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Something wrong in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuditFault {
    /// Rows were removed or put in another order.
    #[error("row {expected} is missing: row {found} follows")]
    Missing {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// A row, or the row before it, is not what was written.
    #[error("row {sequence} was changed")]
    Changed {
        /// Which.
        sequence: u64,
    },
    /// The stored head does not belong to the last row.
    #[error("the last row is {last}, and the head says {head}: rows were cut off or the head was changed")]
    Head {
        /// The last row.
        last: u64,
        /// What the head says.
        head: u64,
    },
    /// The note of what was deleted for its age is not the service's own.
    #[error(
        "the note that the rows up to {sequence} were deleted for their age was not made by this service: the beginning was cut off"
    )]
    Start {
        /// The row that it names.
        sequence: u64,
    },
    /// A head that was kept elsewhere is older than all that is left.
    #[error(
        "the head of row {sequence} that was given proves nothing any more: rows up to {start} were deleted for their age; expected a newer head"
    )]
    GivenHeadAged {
        /// The row that the given head names.
        sequence: u64,
        /// The last row that was deleted.
        start: u64,
    },
    /// The chain does not contain a head that was kept elsewhere.
    #[error("the chain does not contain the head of row {sequence} that was given: it was cut or rebuilt")]
    GivenHead {
        /// The row that the given head names.
        sequence: u64,
    },
}

impl Service {
    /// Checks the whole chain, and that it still contains a head that was kept elsewhere.
    pub async fn audit_verify(&self, kept: Option<&AuditHead>) -> Result<AuditReport, Refusal> {
        Ok(verify(self.store(), &self.keys(), kept).await?)
    }
}

/// The same where no service is opened on the store.
pub async fn verify(store: &Store, keys: &Keys, kept: Option<&AuditHead>) -> Result<AuditReport, StoreError> {
    loop {
        let start = store.read().await?.audit_start().await?;
        let report = verify_from(store, keys, start.as_ref(), kept).await?;
        // Rows that were deleted for their age meanwhile are not missing.
        if report.is_whole() || store.read().await?.audit_start().await? == start {
            return Ok(report);
        }
    }
}

async fn verify_from(
    store: &Store,
    keys: &Keys,
    start: Option<&StartRow>,
    kept: Option<&AuditHead>,
) -> Result<AuditReport, StoreError> {
    let mut rows = store.read().await?;
    // The head first: rows that are written meanwhile come after it.
    let head = rows.head().await?;
    let (mut last, mut faults) = (HeadRow { sequence: 0, hash: [0; 32], at: 0 }, Vec::new());
    if let Some(StartRow { head: start, proof }) = start {
        if proof[..] != start_proof(keys, start) {
            faults.push(AuditFault::Start { sequence: number(start.sequence) });
        }
        last = start.clone();
    }
    let start = number(last.sequence);
    let is_it =
        |kept: &AuditHead, last: &HeadRow| kept.sequence == number(last.sequence) && kept.hash.0 == last.hash;
    let mut count = 0_u64;
    let mut kept_found = kept.is_none_or(|kept| is_it(kept, &last));
    let mut head_found = head == last;
    loop {
        let page = rows.audit_after(last.sequence, AT_ONCE).await?;
        let Some(_) = page.last() else { break };
        for row in page {
            // A hash of another size is none that we wrote, and none that could be right.
            let hash: [u8; 32] = row.hash.as_slice().try_into().unwrap_or([0; 32]);
            let expected = last.sequence + 1;
            if row.sequence != expected {
                faults.push(AuditFault::Missing { expected: number(expected), found: number(row.sequence) });
            } else if hash != row_hash(keys, &last.hash, row.sequence, row.at, &row.body) {
                faults.push(AuditFault::Changed { sequence: number(row.sequence) });
            }
            // Goes on from the stored hash, so that one changed row is one fault.
            last = HeadRow { sequence: row.sequence, hash, at: row.at };
            count += 1;
            head_found |= head == last;
            kept_found |= kept.is_some_and(|kept| is_it(kept, &last));
        }
    }
    if !head_found {
        faults.push(AuditFault::Head { last: number(last.sequence), head: number(head.sequence) });
    }
    if let (false, Some(AuditHead { sequence, .. })) = (kept_found, kept) {
        let sequence = *sequence;
        faults.push(if sequence < start {
            AuditFault::GivenHeadAged { sequence, start }
        } else {
            AuditFault::GivenHead { sequence }
        });
    }
    Ok(AuditReport { rows: count, head: head_of(&head), faults })
}

fn number(sequence: i64) -> u64 {
    u64::try_from(sequence).unwrap_or(0)
}
