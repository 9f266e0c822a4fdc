//! What a service does by itself, and says when it cannot.

use super::super::maintenance;
use super::*;
use platform::testing::CapturedLog;
use store::StoreError;

#[tokio::test]
async fn an_audit_head_that_could_not_be_logged_is_counted() {
    let rig = rig().await;
    let failed = async || {
        let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
        let counted = "enrol_upkeep_failed_total{task=\"audit-head\"} ";
        let line = page.lines().find_map(|line| line.strip_prefix(counted));
        line.expect("there from the start").parse::<u32>().expect("a number")
    };
    let service = rig.running.service();
    maintenance::log_head(service).await;
    let before = failed().await;
    let spoilt = service
        .store()
        .write(|tx| Box::pin(async move { tx.spoil("update audit_head set hash = zeroblob(3)").await }));
    spoilt.await.map_err(|error: StoreError| error).expect("spoils");
    maintenance::log_head(service).await;
    assert!(failed().await > before);
}

#[tokio::test]
async fn a_certificate_that_has_ended_is_in_the_log_and_in_the_metrics() {
    let rig = rig().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (files, ended) = ended_certificate(folder.path());
    let day_before = domain::Timestamp::from_secs(ended - 24 * 60 * 60);
    for (now, said) in
        [(day_before, "the certificate ends soon"), (system_clock()(), "no assistant takes the certificate")]
    {
        let log = CapturedLog::default();
        let _here = tracing::subscriber::set_default(log.as_text());
        // Other tests of this process have certificates of their own, and one figure for all.
        let is_shown = || async {
            maintenance::check_certificate(&files, now);
            let page = sent(rig.ask(Method::GET, paths::METRICS)).await.text().await.expect("a page");
            page.contains(&format!("enrol_certificate_ends_timestamp_seconds {ended}\n")).then_some(())
        };
        eventually("its last day in the metrics", 10, is_shown).await;
        assert!(log.text().contains(said) && log.text().contains("2020-01-01"), "{}", log.text());
    }
}
