//! What is said once in a while at most, by all nodes together: when it last was stands in the store's settings.

use domain::Timestamp;

use store::{Reader, StoreError, Tx};

/// Whether it was within this time.
pub(super) async fn was_within(
    rows: &mut Reader,
    setting: &str,
    window_ms: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    rows.setting(setting).await?.map_or(Ok(false), |at| is_within(&at, window_ms, now))
}

/// Whether it was not within this time, and is said now: of several nodes one is first.
pub(super) async fn mark_if_due(
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
    // What lies ahead was written before a clock was set back.
    Ok(now.millis() - window_ms < at && at <= now.millis())
}
