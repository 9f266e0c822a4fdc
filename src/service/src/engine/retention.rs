//! The daily deletion: what the policy says is kept no longer goes.
//!
//! Not here yet: keys of people who left, and the audit's own age; both need more than a date.

use domain::{DAY_MILLIS, Retention};

use super::limits::forget_old;
use super::{Refusal, Service};
use crate::audit::{self, Entry, What};

/// What one deletion took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deleted {
    /// Grants that expired unused.
    pub grants: u64,
    /// Network addresses.
    pub addresses: u64,
    /// Calls with what happened to them.
    pub calls: u64,
    /// Numbers whose call came to no end, proofs that count no more, and stops that are over.
    pub numbers: u64,
}

impl Service {
    /// Deletes what has been kept long enough, in one transaction with its audit row.
    pub async fn delete_expired(&self) -> Result<Deleted, Refusal> {
        let (keys, now) = (self.keys(), self.now());
        // By name, so that nothing is promised in the policy that is not done here.
        let Retention { unused_grant_days, address_days } = self.policy().retention.clone();
        let proof_days = self.policy().calls.tested_hours.div_ceil(24).max(1);
        let before = move |days: u32| now.millis() - i64::from(days) * DAY_MILLIS;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let grants = tx.delete_unused_grants(before(unused_grant_days)).await?;
                    let addresses = tx.delete_addresses(before(address_days)).await?;
                    let calls = tx.delete_calls(before(address_days)).await?;
                    let numbers = tx.delete_numbers(before(1), before(proof_days)).await?
                        + tx.delete_stops(now.millis()).await?;
                    tx.delete_places(before(1)).await?;
                    forget_old(tx, now).await?;
                    let deleted = Deleted { grants, addresses, calls, numbers };
                    if deleted != Deleted::default() {
                        let reason = Some(format!(
                            "grants {grants}, addresses {addresses}, calls {calls}, numbers {numbers}"
                        ));
                        audit::append(tx, &keys, &Entry { reason, ..Entry::of(What::Deleted) }, now).await?;
                    }
                    Ok::<_, Refusal>(deleted)
                })
            })
            .await
    }
}
