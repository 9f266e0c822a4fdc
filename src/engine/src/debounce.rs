//! Debounces alerts over all nodes: each is raised once in its window. The store's settings have the last time.

use domain::Timestamp;

use store::{Reader, StoreError, Tx};

/// Whether the last time is within the window.
pub(super) async fn was_within(
    rows: &mut Reader,
    setting: &str,
    window_ms: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    rows.setting(setting).await?.map_or(Ok(false), |at| is_within(&at, window_ms, now))
}

/// Claims the next time when the window is over. Of several nodes one gets `true`.
pub(super) async fn claim_if_due(
    tx: &mut Tx,
    setting: &str,
    window_ms: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let before = tx.insert_setting_if_absent(setting, "0").await?;
    Ok(!is_within(&before, window_ms, now)?
        && tx.move_setting(setting, &before, &now.millis().to_string()).await?)
}

fn is_within(at: &str, window_ms: i64, now: Timestamp) -> Result<bool, StoreError> {
    let at: i64 = at.parse().map_err(|_| StoreError::Corrupt("setting"))?;
    // A time in the future was written before a clock was set back.
    Ok(now.millis() - window_ms < at && at <= now.millis())
}
