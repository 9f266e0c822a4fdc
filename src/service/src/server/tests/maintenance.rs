//! What a service does by itself, and says when it cannot.

use super::super::maintenance;
use super::*;
use store::StoreError;

#[tokio::test]
async fn a_head_that_could_not_be_logged_is_counted() {
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
