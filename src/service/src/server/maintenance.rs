//! Maintenance of a running service: notices changes by commands and other nodes, deletes expired records daily. Each hour
//! it logs the audit's head and updates the keys of sign-in names.
//!
//! Not here: calls (`engine::calls`) and alerts (`server::alerts`), which have tasks of their own.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use engine::Service;
use engine::metrics;

use super::tls;
use crate::config::Tls;

/// How soon changes by commands and other nodes are noticed.
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
        let _ = service.refresh_keys_and_policy().await;
        if let Some(key) = service.missing_key() {
            tracing::error!(
                key,
                "a key is in use that this node's key file lacks; bring it with: enrol-service key import"
            );
        }
        let _ = service.report_node().await;
    }
}

async fn run_schedule(service: &Service, tls: Option<&Tls>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    for minute in 0_u64.. {
        minutes.tick().await;
        // The recorder keeps raw histogram samples in memory until its upkeep runs.
        metrics::recorder().run_upkeep();
        if minute % (24 * 60) == 0 {
            delete_daily(service).await;
        }
        if minute % 60 == 0 {
            log_head(service).await;
            // The start has just done it. While nodes are updated, an older node may add people under old keys.
            if minute > 0 {
                update_sign_in_keys(service).await;
            }
            if let Some(files) = tls {
                check_certificate(files, service.now());
            }
        }
    }
}

/// Reports each hour when the certificate ends: in the metrics, and in the log when that is near.
pub(super) fn check_certificate(files: &Tls, now: Timestamp) {
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

/// Logs the audit's head. Logs are usually kept elsewhere, and show later whether the audit was cut.
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
