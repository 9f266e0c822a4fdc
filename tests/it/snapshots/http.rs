//! The OpenAPI document as the service serves it.

use std::collections::BTreeMap;

use serde_json::Value;
use tests::needs::{run, tool};
use tests::service::Service;

use super::compare;

#[test]
fn the_openapi_document() {
    let service = Service::start();
    let served = run(tool("curl", "curl").args(["-sSf", "--max-time", "20", &service.url("/openapi.json")]));
    let served: Value = serde_json::from_slice(&served.stdout).expect("JSON");
    let printed: Value = serde_json::from_str(&service.run(&["openapi"])).expect("JSON");
    assert_eq!(printed, served, "the command prints what is served");
    compare("openapi", &serde_json::to_string_pretty(&sorted(served)).expect("JSON"));
}

/// With the members of each object by name, whatever map another crate chooses for all of them.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            members.into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
