//! What a running service does by itself: notices what commands and other nodes change, deletes expired records daily,
//! and logs the audit's head each hour.
//!
//! Not here: calls (`engine::calls`) and alerts (`server::alerts`), which have tasks of their own.

use std::sync::Arc;
use std::time::Duration;

use engine::Service;
use engine::metrics;

/// Changes by commands and other nodes are noticed within this.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Runs all of it until it is dropped.
pub(super) async fn run(service: Arc<Service>) {
    tokio::join!(run_schedule(&service), poll_changes(&service));
}

/// Keys and policies are changed by commands, which are processes of their own, and on other nodes.
async fn poll_changes(service: &Service) {
    let mut polls = tokio::time::interval(POLL_INTERVAL);
    loop {
        polls.tick().await;
        // The engine has logged why it failed.
        let _ = service.look_for_changes().await;
        let _ = service.note_node().await;
    }
}

async fn run_schedule(service: &Service) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    for minute in 0_u64.. {
        minutes.tick().await;
        // Histograms gather in memory until somebody sorts them in.
        metrics::recorder().run_upkeep();
        if minute % (24 * 60) == 0 {
            delete_daily(service).await;
        }
        if minute % 60 == 0 {
            log_head(service).await;
        }
    }
}

async fn delete_daily(service: &Service) {
    match service.delete_expired().await {
        Ok(deleted) => tracing::info!(?deleted, "what was kept long enough is deleted"),
        Err(refusal) => {
            metrics::upkeep_failed(metrics::DELETION);
            tracing::error!(code = %refusal.code, "the daily deletion failed");
        }
    }
}

/// In the log, which as a rule goes elsewhere, it shows later whether the audit was cut.
pub(super) async fn log_head(service: &Service) {
    match service.signed_audit_head().await {
        Ok(head) => {
            tracing::info!(body = head.body, key = %head.key, signature = head.signature.text(), "the audit's head");
        }
        Err(refusal) => {
            metrics::upkeep_failed(metrics::AUDIT_HEAD);
            tracing::error!(code = %refusal.code, "the audit's head could not be read: this hour's is in no log");
        }
    }
}
