//! Keys are made once, and listed.

use super::Office;

#[test]
fn the_keys_of_a_new_service_are_made_once() {
    let office = Office::new();
    let made = office.run(&["key", "make"]);
    assert!(made.code == 0 && made.out.contains("--server-key ek1_"), "{}", made.err);
    let keys = std::fs::read(office.path("keys.toml")).expect("reads");
    let again = office.run(&["key", "make"]);
    assert_eq!(again.code, 3, "{}", again.err);
    assert_eq!(std::fs::read(office.path("keys.toml")).expect("reads"), keys);
    let settings = std::fs::read_to_string(office.path("service.toml")).expect("reads");
    let settings = settings.replace("keys.toml", "no-folder/keys.toml");
    std::fs::write(office.path("service.toml"), settings).expect("writes");
    let no_folder = office.run(&["key", "make"]);
    assert!(no_folder.code == 3 && no_folder.err.contains("Make its folder first"), "{}", no_folder.err);
}

#[test]
fn keys_stand_in_columns_and_those_in_use_say_what_needs_them() {
    let office = Office::served();
    let rotated = office.run(&["key", "rotate", "envelope"]);
    assert_eq!(rotated.code, 0, "{}", rotated.err);
    let list = office.run(&["key", "list"]).out;
    let lines: Vec<&str> = list.lines().collect();
    let column = lines[0].find("needed by").expect("a column");
    for line in &lines[1..] {
        let (before, needs) = line.split_at(column);
        assert!(before.ends_with("  ") && !needs.starts_with(' '), "{list}");
        assert_eq!(needs.starts_with("nothing"), line.contains("opens only"), "{list}");
    }
    for (kind, needed_by) in
        [("envelope", "every new sign-in"), ("vault", "every new record"), ("identity", "every assistant")]
    {
        let is_said =
            |line: &&str| line.starts_with(kind) && line.contains("in use since") && line.contains(needed_by);
        assert!(lines.iter().any(is_said), "{kind}: {list}");
    }
}
