//! What a running service does by itself: notices what commands and other nodes change, deletes expired records daily,
//! and each hour logs the audit's head and brings the keys of sign-in names up to date.
//!
//! Not here: calls (`engine::calls`) and alerts (`server::alerts`), which have tasks of their own.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use engine::Service;
use engine::metrics;

use super::tls;
use crate::config::Tls;

/// Changes by commands and other nodes are noticed within this.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Runs all of it until it is dropped.
pub(super) async fn run(service: Arc<Service>, tls: Option<Tls>) {
    tokio::join!(run_schedule(&service, tls.as_ref()), poll_changes(&service));
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

async fn run_schedule(service: &Service, tls: Option<&Tls>) {
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
            // The start has just done it. While nodes are updated, an older one may add people under older keys.
            if minute > 0 {
                update_sign_in_keys(service).await;
            }
            if let Some(files) = tls {
                look_at_certificate(files, service.now());
            }
        }
    }
}

/// A certificate ends on a day that nobody remembers: each hour it is in the metrics, and in the log when that is near.
pub(super) fn look_at_certificate(files: &Tls, now: Timestamp) {
    let validity = match tls::validity(files) {
        Ok(Some(validity)) => validity,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%error, "the certificate's file can no longer be read: what is in use stays until the next start");
            return;
        }
    };
    metrics::certificate_ends(validity.last);
    if let Err(error) = validity.check(files, now) {
        tracing::error!(%error, "no assistant takes the certificate");
    } else if let Some(last) = validity.ends_soon(now) {
        tracing::warn!(%last, "the certificate ends soon; put a renewed one in its place, then: systemctl reload enrol-service");
    }
}

async fn update_sign_in_keys(service: &Service) {
    if let Err(error) = service.store().update_sign_in_keys().await {
        metrics::upkeep_failed(metrics::SIGN_IN_KEYS);
        tracing::error!(%error, "the keys of sign-in names could not be brought up to date");
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
