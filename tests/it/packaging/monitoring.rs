//! The dashboard and the alert rules, held against what the service counts.
//!
//! Not here: Prometheus and Grafana themselves. Of their languages as much is read as the two files use, and the rest is a
//! fault.

mod asked;
mod rules;
mod series;

use std::collections::BTreeSet;

use protocol::ErrorCode;
use tests::needs::{run, tool};
use tests::relying_party::verify;
use tests::service::Service;

use super::super::tidy::source::{Source, files, root};
use asked::Query;
use series::Series;

#[test]
fn the_dashboard_and_the_alert_rules_ask_for_what_the_service_counts() {
    let sources = files(
        &[
            "src/vault/src",
            "src/store/src",
            "src/engine/src",
            "src/api/src",
            "src/service/src",
            "src/protocol/src",
        ],
        ".rs",
    );
    let series = Series::in_sources(&sources);
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("it is there");
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("packaging/grafana/enrol.json")).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let mut all: Vec<(String, String, String)> = Vec::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        let targets = panel["targets"].as_array().expect("targets");
        assert!(!targets.is_empty(), "{panel}");
        all.extend(
            targets
                .iter()
                .map(|target| (text(&panel["title"]), text(&target["expr"]), text(&target["legendFormat"]))),
        );
    }
    let rules = rules::read(&read("packaging/prometheus/enrol.rules.yml")).expect("rules");
    assert!(rules.len() > 5, "only {} rules", rules.len());
    all.extend(rules.into_iter().map(|rule| (rule.alert, rule.expr, rule.says)));
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for (place, expression, shown) in &all {
        match asked::read(expression) {
            Err(fault) => faults.push(format!("{place}: {expression}: {fault}")),
            Ok(query) => {
                let wrong = wrong(&query, shown, &series, &sources);
                faults.extend(wrong.into_iter().map(|fault| format!("{place}: {expression}: {fault}")));
                names.extend(query.selectors.into_iter().map(|selector| selector.name));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(names.len() > 12, "{names:?}");
    // What is no count is not added up: each node says how many wait in the store of all, or what is its own.
    let metrics = read("src/engine/src/metrics.rs");
    let gauges: Vec<&str> =
        metrics.split("describe_gauge!(").skip(1).filter_map(|rest| rest.split('"').nth(1)).collect();
    assert!(gauges.len() > 3, "{gauges:?}");
    for (_, asked, _) in all.iter().filter(|(_, asked, _)| gauges.iter().any(|gauge| asked.contains(gauge))) {
        assert!(!["sum", "increase", "rate("].iter().any(|adds| asked.contains(adds)), "{asked}");
    }
}

/// What is asked for and is not there, or is there by another name.
fn wrong(query: &Query, shown: &str, series: &Series, sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for selector in &query.selectors {
        let Some(labels) = series.labels(&selector.name) else {
            wrong.push(format!("nothing counts {}", selector.name));
            continue;
        };
        for matcher in &selector.matchers {
            if !labels.contains(matcher.label.as_str()) {
                wrong.push(format!("{} has no label {}", selector.name, matcher.label));
            }
            let values = matcher.value.split(|sign| matcher.is_pattern && sign == '|');
            let unknown = values.filter(|value| !is_value(&matcher.label, value, sources));
            wrong.extend(unknown.map(|value| format!("{} is never {value:?}", matcher.label)));
        }
        wrong.extend(
            query
                .by
                .iter()
                .filter(|label| !labels.contains(label.as_str()))
                .map(|label| format!("{} has no label {label} to be told apart by", selector.name)),
        );
        let is_shown = |label: &str| {
            if query.is_summed { query.by.contains(label) } else { labels.contains(label) }
        };
        wrong.extend(
            placeholders(shown)
                .filter(|label| !is_shown(label))
                .map(|label| format!("no {label} is left to show")),
        );
        if query.has_quantile && !(selector.name.ends_with("_bucket") && query.by.contains("le")) {
            wrong.push("a quantile is of buckets, by (le)".to_owned());
        }
    }
    wrong
}

/// `{{ $labels.task }}` of a rule, `{{task}}` of a panel.
fn placeholders(shown: &str) -> impl Iterator<Item = &str> {
    let inside = shown.split("{{").skip(1).filter_map(|rest| rest.split("}}").next());
    inside.map(|inside| inside.trim()).map(|inside| inside.strip_prefix("$labels.").unwrap_or(inside))
}

/// Whether a label ever has a value, as far as sources tell: it is written out there.
fn is_value(label: &str, value: &str, sources: &[Source]) -> bool {
    match label {
        // Prometheus' own: what its settings call the service.
        "job" => value == "enrol",
        "status" => {
            let fits = |status: &str| {
                status.len() == value.len()
                    && status.chars().zip(value.chars()).all(|(a, b)| a == b || b == '.')
            };
            ErrorCode::ALL.iter().any(|code| fits(&code.status().to_string()))
        }
        _ => sources.iter().flat_map(|source| &source.literals).any(|literal| literal.text == value),
    }
}

#[test]
fn what_a_running_service_shows_is_what_its_sources_count() {
    let series = Series::in_sources(&files(
        &["src/vault/src", "src/store/src", "src/engine/src", "src/api/src", "src/service/src"],
        ".rs",
    ));
    let service = Service::start();
    let key = service.add_client("Remote desktop");
    let answer = verify(&service.url(""), &key, "nobody", "123456");
    assert!(answer.contains("outcome"), "{answer}");
    let page = run(tool("curl", "curl").args(["-sS", &service.url("/metrics")])).stdout;
    let page = String::from_utf8_lossy(&page).into_owned();
    let mut shown = BTreeSet::new();
    for line in page.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (metric, _) = line.rsplit_once(' ').expect("a number at the end");
        let query = asked::read(metric).unwrap_or_else(|fault| panic!("{line}: {fault}"));
        let [selector] = query.selectors.as_slice() else { panic!("{line}") };
        let labels: BTreeSet<&str> = selector
            .matchers
            .iter()
            .map(|matcher| matcher.label.as_str())
            .chain(series::OF_PROMETHEUS)
            .collect();
        assert_eq!(Some(labels), series.labels(&selector.name), "{line}");
        shown.insert(selector.name.clone());
    }
    for name in [
        "enrol_alerts_total",
        "enrol_build_info",
        "enrol_request_seconds_bucket",
        "enrol_request_seconds_count",
        "enrol_requests_total",
        "enrol_upkeep_failed_total",
        "enrol_vault_openings_total",
        "enrol_verifications_total",
    ] {
        assert!(shown.contains(name), "{name} is not shown: {shown:?}");
    }
}

#[test]
fn a_query_for_what_is_not_there_is_told() {
    let text = "fn f() { describe_counter!(\"enrol_told_total\", \"Told.\"); }
        fn g() { counter!(\"enrol_a_total\", \"kind\" => KIND).increment(1); histogram!(\"enrol_b\").record(1); }
        fn h() { metrics::outcome(\"enrol_c_total\", \"ok\"); } const KIND: &str = \"one\";";
    let sources = [Source::new("src/service/src/a.rs", text)];
    let series = Series::in_sources(&sources);
    let wrong = |query: &str, shown: &str| {
        asked::read(query)
            .map(|query| wrong(&query, shown, &series, &sources))
            .unwrap_or_else(|fault| vec![fault])
    };
    for (good, shown) in [
        ("sum by (kind) (rate(enrol_a_total{kind=\"one\"}[5m])) > 3", "{{ $labels.kind }}"),
        ("histogram_quantile(0.9, sum by (le) (rate(enrol_b_bucket[15m])))", "seconds"),
        ("max(enrol_c_total{outcome!~\"ok|one\"})", ""),
        ("enrol_a_total", "{{instance}}"),
    ] {
        assert_eq!(wrong(good, shown), [""; 0], "{good}");
    }
    for (bad, shown, fault) in [
        ("enrol_told_total", "", "nothing counts enrol_told_total"),
        ("enrol_b", "", "nothing counts enrol_b"),
        ("enrol_a_bucket", "", "nothing counts"),
        ("enrol_a_total{outcome=\"ok\"}", "", "no label outcome"),
        ("enrol_a_total{kind=\"two\"}", "", "kind is never \"two\""),
        ("enrol_a_total{kind=~\"one|two\"}", "", "kind is never \"two\""),
        ("sum by (outcome) (enrol_a_total)", "", "no label outcome"),
        ("sum(enrol_a_total)", "{{kind}}", "no kind is left"),
        ("histogram_quantile(0.9, sum(rate(enrol_b_bucket[5m])))", "", "by (le)"),
        ("sum(enrol_a_total", "", "bracket"),
        ("sum(rate(enrol_a_total[5]))", "", "5"),
        ("summ(enrol_a_total)", "", "summ"),
        ("enrol_a_total{kind=one}", "", "quotes"),
    ] {
        let wrong = wrong(bad, shown).join("; ");
        assert!(wrong.contains(fault), "{bad}: {wrong:?}");
    }
}
