//! Metrics for Prometheus.
//!
//! A process has one recorder: two services in one process, as in tests, share it. No label holds a name, an address or
//! a code.

use std::sync::OnceLock;
use std::time::Duration;

use domain::Timestamp;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::alerts::AlertKind;

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

const SECONDS: [f64; 12] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// A call may wait for minutes.
const WAITING: [f64; 9] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 180.0, 600.0, 1800.0];

/// The recorder, installed at the first call.
pub fn recorder() -> &'static PrometheusHandle {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Full("enrol_call_wait_seconds".to_owned()), &WAITING)
            })
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics is in use; /metrics stays empty");
        }
        describe_counter!("enrol_requests_total", "Requests answered, by path and status.");
        describe_histogram!("enrol_request_seconds", "Time to answer a request, by path.");
        describe_counter!("enrol_shed_total", "Requests turned away unread, by reason.");
        describe_counter!("enrol_sign_ins_total", "Sign-ins for an enrolment, by outcome.");
        describe_counter!("enrol_stations_total", "Computers that were to become stations, by outcome.");
        describe_counter!("enrol_enrolments_total", "Enrolments posted, by outcome.");
        describe_counter!(
            "enrol_verifications_total",
            "Sign-in codes judged for relying parties, by outcome."
        );
        describe_counter!(
            "enrol_vault_openings_total",
            "Sealed secrets opened: to judge a code, or to call."
        );
        describe_counter!(
            "enrol_approvals_total",
            "Sign-ins that relying parties asked people about, by outcome."
        );
        describe_counter!("enrol_calls_asked_total", "Test calls asked for, by outcome.");
        describe_counter!("enrol_calls_total", "Calls that ended, by outcome.");
        describe_counter!("enrol_alerts_total", "What somebody is to look at, by kind.");
        describe_gauge!(
            "enrol_restored_timestamp_seconds",
            "When the store was last noted as restored; not there for longer than anybody remembers."
        );
        describe_counter!(
            "enrol_upkeep_failed_total",
            "What the service does by itself and could not, by task."
        );
        describe_gauge!(
            "enrol_certificate_ends_timestamp_seconds",
            "When the certificate that is served ends; not there without TLS."
        );
        describe_gauge!("enrol_calls_waiting", "Calls that wait for a line.");
        describe_histogram!("enrol_call_wait_seconds", "Time from asking for a call to dialling.");
        describe_gauge!("enrol_build_info", "The running version; always 1.");
        describe_gauge!("enrol_resident_bytes", "Resident memory of the process.");
        handle
    })
}

/// The page for Prometheus.
pub fn page() -> String {
    let handle = recorder();
    gauge!("enrol_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    // Counters exist from the start, so that the first increment shows as a rise.
    counter!("enrol_vault_openings_total").increment(0);
    for kind in AlertKind::ALL {
        counter!("enrol_alerts_total", "alert" => kind.name()).increment(0);
    }
    for task in [AUDIT_HEAD, DELETION, SIGN_IN_KEYS] {
        counter!("enrol_upkeep_failed_total", "task" => task).increment(0);
    }
    if let Some(bytes) = resident_bytes() {
        gauge!("enrol_resident_bytes").set(bytes);
    }
    handle.render()
}

/// One request was answered.
pub fn record_response(path: &'static str, status: u16, took: Duration) {
    counter!("enrol_requests_total", "path" => path, "status" => status.to_string()).increment(1);
    histogram!("enrol_request_seconds", "path" => path).record(took.as_secs_f64());
}

/// When the certificate that is served ends.
pub fn certificate_ends(at: Timestamp) {
    gauge!("enrol_certificate_ends_timestamp_seconds").set(at.millis() as f64 / 1000.0);
}

/// One request was turned away unread.
pub fn shed(reason: &'static str) {
    counter!("enrol_shed_total", "reason" => reason).increment(1);
}

/// An operation ended. `outcome` is `ok` or the name of an error code.
pub fn outcome(metric: &'static str, outcome: &'static str) {
    counter!(metric, "outcome" => outcome).increment(1);
}

/// An alert was sent to the log.
pub fn alert(kind: AlertKind) {
    counter!("enrol_alerts_total", "alert" => kind.name()).increment(1);
}

/// The store was put back from a backup at this time.
pub fn restored(at: Timestamp) {
    #[expect(clippy::cast_precision_loss, reason = "no date that counts has 2^52 seconds")]
    gauge!("enrol_restored_timestamp_seconds").set((at.millis() / 1_000) as f64);
}

/// The task that writes the audit's head to the log.
pub const AUDIT_HEAD: &str = "audit-head";

/// The task that deletes what was kept long enough.
pub const DELETION: &str = "daily-deletion";

/// The task that updates the keys of sign-in names.
pub const SIGN_IN_KEYS: &str = "sign-in-keys";

/// A maintenance task failed.
pub fn upkeep_failed(task: &'static str) {
    counter!("enrol_upkeep_failed_total", "task" => task).increment(1);
}

/// So many calls wait for a line.
pub fn calls_waiting(queued: i64) {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 wait")]
    gauge!("enrol_calls_waiting").set(queued as f64);
}

/// A call waited so long for its line.
pub fn call_waited(millis: i64) {
    let millis = u64::try_from(millis).unwrap_or(0);
    histogram!("enrol_call_wait_seconds").record(Duration::from_millis(millis).as_secs_f64());
}

/// From `/proc/self/status`, where there is one.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_counts_and_two_users_share_one_recorder() {
        recorder();
        record_response("/unit", 200, Duration::from_millis(3));
        record_response("/unit", 200, Duration::from_millis(3));
        recorder();
        let page = page();
        assert!(page.contains("enrol_requests_total{path=\"/unit\",status=\"200\"} 2"), "{page}");
        assert!(page.contains("enrol_request_seconds_bucket{path=\"/unit\",le=\"0.005\"} 2"), "{page}");
        assert!(page.contains("enrol_build_info{version="));
    }
}
