//! Lists, as people and programs read them.

use super::Office;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn clients_are_listed_with_where_they_may_ask_from_and_no_key() {
    let office = Office::served();
    let none = office.run(&["client", "list"]);
    assert!(none.code == 0 && none.out.starts_with("No programs."), "{}{}", none.out, none.err);
    assert_eq!(json(&office.run(&["client", "list", "--json"]).out), serde_json::json!([]));
    let added = office.run(&["client", "add", "rds", "--address", "192.0.2.7", "--address", "2001:db8::/64"]);
    let key = added.out.lines().next().expect("a key").to_owned();
    assert_eq!(office.run(&["client", "add", "an older gateway"]).code, 0);
    let line = ["client", "revoke", "an older gateway", "--reason", "retired"];
    assert_eq!(office.run(&line).code, 0);
    let list = office.run(&["client", "list"]);
    let lines: Vec<&str> = list.out.lines().collect();
    assert!(
        lines[1].starts_with("an older gateway  anywhere ") && lines[1].contains("revoked 2"),
        "{}",
        list.out
    );
    assert!(
        lines[2].contains(" 192.0.2.7/32, 2001:db8::/64  ") && lines[2].ends_with("its key counts"),
        "{}",
        list.out
    );
    let listed = office.run(&["client", "list", "--json"]);
    let rows = json(&listed.out);
    assert_eq!(rows[1]["addresses"], serde_json::json!(["192.0.2.7/32", "2001:db8::/64"]), "{rows}");
    assert!(
        rows[1]["revoked_at"].is_null() && rows[0]["revoked_at"].as_str().is_some_and(|at| at.ends_with('Z'))
    );
    for said in [&list.out, &listed.out] {
        assert!(!said.contains(&key) && !said.contains("rp_"), "{said}");
    }
}

#[test]
fn codes_are_listed_with_the_id_to_revoke_them_by_and_no_code() {
    let office = Office::served();
    assert!(office.run(&["code", "list"]).out.starts_with("No codes that count."));
    let issue = |name: &str, school: &str| {
        let line = ["code", "issue", "--name", "Jo", "--sign-in-name", name, "--school", school];
        let issued = office.run(&line);
        let lines: Vec<String> = issued.out.lines().map(str::to_owned).collect();
        let id = lines[1].split_whitespace().last().expect("an id").to_owned();
        (lines[0].clone(), id)
    };
    let (old, _) = issue("Zed", "elm");
    let ((code, id), (other, other_id)) = (issue("Zed", "elm"), issue("amos", "willow"));
    let list = office.run(&["code", "list"]);
    let rows: Vec<Vec<&str>> = list
        .out
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    assert_eq!(rows.len(), 3, "the older code is not there: {}", list.out);
    assert_eq!((rows[1][..3].to_vec(), rows[1][5]), (vec!["elm", "Zed", "Jo"], id.as_str()), "{}", list.out);
    assert_eq!(
        (rows[1][4], rows[2][0], rows[2][5]),
        ("not used yet", "willow", other_id.as_str()),
        "{}",
        list.out
    );
    let listed = office.run(&["code", "list", "--school", "ELM", "--json"]);
    let rows = json(&listed.out);
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    assert_eq!((&rows[0]["id"], &rows[0]["status"]), (&id.clone().into(), &"unused".into()), "{rows}");
    for said in [&list.out, &listed.out] {
        assert!(![&old, &code, &other].iter().any(|code| said.contains(code.as_str())), "{said}");
    }
    let unknown = office.run(&["code", "list", "--school", "oak"]);
    assert!(unknown.code == 2 && unknown.err.contains("no school"), "{}", unknown.err);
    assert_eq!(office.run(&["code", "revoke", &id, "--reason", "lost slip"]).code, 0);
    assert!(!office.run(&["code", "list"]).out.contains("Zed"), "a revoked code is not there");
}

#[test]
fn lists_for_programs_say_what_lists_for_people_say() {
    let office = Office::served();
    assert_eq!(office.run(&["station", "add", "Staff room", "--school", "elm"]).code, 0);
    let stations = json(&office.run(&["station", "list", "--json"]).out);
    assert_eq!((&stations[0]["name"], &stations[0]["status"]), (&"Staff room".into(), &"awaited".into()));
    assert!(
        stations[0]["code_expires_at"].is_string() && stations[0]["registered_at"].is_null(),
        "{stations}"
    );
    let keys = json(&office.run(&["key", "list", "--json"]).out);
    let kinds: Vec<&str> =
        keys.as_array().expect("a list").iter().filter_map(|key| key["kind"].as_str()).collect();
    assert_eq!(kinds, ["identity", "envelope", "vault"], "{keys}");
    assert!(keys.as_array().expect("a list").iter().all(|key| key["status"] == "in_use"), "{keys}");
}
