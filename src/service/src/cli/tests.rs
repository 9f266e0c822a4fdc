//! Commands as somebody types them, on a service of their own.

mod check_config;
mod keys;
mod lists;
mod sign_in_names;

use super::*;

struct Office {
    folder: tempfile::TempDir,
}

struct Done {
    code: u8,
    out: String,
    err: String,
}

impl Office {
    fn new() -> Self {
        let office = Self { folder: tempfile::tempdir().expect("a folder") };
        let here = office.folder.path();
        let settings =
            EXAMPLE.replace("/var/lib/enrol", "data").replace("/etc/enrol/keys/keys.toml", "keys.toml");
        std::fs::write(here.join("service.toml"), settings).expect("writes");
        std::fs::write(here.join("policy.toml"), EXAMPLE_POLICY).expect("writes");
        office
    }

    fn with_keys() -> Self {
        let office = Self::new();
        Keys::create(&office.path("keys.toml"), Some(&office.path("data")), engine::system_clock()())
            .expect("made");
        office
    }

    /// With keys, and a store on which a service ran.
    fn served() -> Self {
        let office = Self::with_keys();
        office.serve_once();
        office
    }

    fn serve_once(&self) {
        let settings = Settings::load(&self.path("service.toml")).expect("settings");
        let keys = Keys::load(&settings.keys, Some(&settings.data)).expect("keys");
        let policy = crate::config::policy_from(&settings.policy).expect("a policy");
        runtime().expect("a runtime").block_on(async {
            server::open(&settings, keys, policy).await.expect("opens").store().close().await;
        });
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, line: &[&str]) -> Done {
        let config = self.path("service.toml").display().to_string();
        let line = ["enrol-service", "--config", &config].into_iter().chain(line.iter().copied());
        run_command(line)
    }
}

fn run_command<'a>(line: impl IntoIterator<Item = &'a str>) -> Done {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(line.into_iter().map(OsString::from), &mut out, &mut err);
    Done { code, out: String::from_utf8(out).expect("UTF-8"), err: String::from_utf8(err).expect("UTF-8") }
}

const ISSUE: [&str; 8] =
    ["code", "issue", "--name", "Jo Smith", "--sign-in-name", "jsmith", "--school", "elm"];

#[test]
fn every_command_has_help_and_a_wrong_line_exits_with_2() {
    let commands = [
        vec!["serve"],
        vec!["migrate"],
        vec!["default-config"],
        vec!["code"],
        vec!["code", "issue"],
        vec!["code", "list"],
        vec!["code", "revoke"],
        vec!["client"],
        vec!["client", "add"],
        vec!["client", "list"],
        vec!["client", "revoke"],
        vec!["station"],
        vec!["station", "add"],
        vec!["station", "list"],
        vec!["station", "revoke"],
        vec!["calls"],
        vec!["calls", "status"],
        vec!["calls", "lift"],
        vec!["calls", "clear"],
        vec!["person"],
        vec!["person", "find"],
        vec!["person", "export"],
        vec!["person", "erase"],
        vec!["person", "leave"],
        vec!["person", "back"],
        vec!["person", "fields"],
        vec!["audit"],
        vec!["audit", "verify"],
        vec!["audit", "head"],
        vec!["key"],
        vec!["key", "make"],
        vec!["key", "list"],
        vec!["key", "add"],
        vec!["key", "rotate"],
        vec!["key", "forget"],
        vec!["key", "export"],
        vec!["key", "import"],
        vec!["backup"],
        vec!["restore"],
        vec!["openapi"],
        vec!["ready"],
        vec![],
    ];
    for command in &commands {
        let line = std::iter::once("enrol-service").chain(command.iter().copied()).chain(["--help"]);
        let done = run_command(line);
        assert!(done.code == 0 && done.out.contains("Usage:") && done.err.is_empty(), "{command:?}");
    }
    for wrong in [
        vec!["dance"],
        vec!["code", "issue"],
        vec!["code", "revoke", "x"],
        vec!["client", "revoke", "x"],
        vec!["station", "add", "x"],
        vec!["station", "revoke", "x"],
        vec!["calls", "lift", "x"],
        vec!["key", "rotate", "x"],
        vec!["key", "rotate", "identity"],
        vec!["key", "rotate", "envelope", "--compromised"],
        vec!["key", "rotate", "vault", "--compromised"],
        vec!["key", "forget", "vault", "v1"],
        vec!["person", "find"],
        vec!["person", "find", "--reference", "K7M 4PX 9"],
        vec!["person", "find", "--reference", "K7M 4PX 90"],
        vec!["person", "erase", "x"],
        vec!["person", "leave", "x"],
        vec!["restore", "x", "--replace"],
        vec!["restore", "x", "--reason", "y"],
        vec![],
    ] {
        let done = run_command(std::iter::once("enrol-service").chain(wrong.iter().copied()));
        assert!(done.code == 2 && done.out.is_empty() && !done.err.is_empty(), "{wrong:?}");
    }
}

#[test]
fn calls_are_counted_and_lifted_without_a_digit_of_a_number() {
    let office = Office::served();
    assert_eq!(office.run(&ISSUE).code, 0);
    let status = office.run(&["calls", "status"]);
    assert!(status.code == 0 && status.out.contains("0 of 2000"), "{}{}", status.out, status.err);
    for (command, expected) in
        [("lift", "No calls to jsmith were stopped."), ("clear", "Nothing was stopped for jsmith.")]
    {
        let done = office.run(&["calls", command, "jsmith", "--reason", "asked"]);
        assert!(done.code == 0 && done.out.contains(expected), "{}{}", done.out, done.err);
        assert_eq!(office.run(&["calls", command, "jsmith", "--reason", " "]).code, 2);
        let nobody = office.run(&["calls", command, "nobody", "--reason", "asked"]);
        assert!(nobody.code == 1 && nobody.err.contains("nobody"), "{}", nobody.err);
    }
}

#[test]
fn the_examples_and_the_description_are_printed() {
    assert_eq!(run_command(["enrol-service", "default-config"]).out, EXAMPLE);
    assert_eq!(run_command(["enrol-service", "default-config", "--policy"]).out, EXAMPLE_POLICY);
    let openapi = run_command(["enrol-service", "openapi"]);
    let json: serde_json::Value = serde_json::from_str(&openapi.out).expect("JSON");
    let paths: std::collections::BTreeSet<&str> = api::table().iter().map(|route| route.path).collect();
    assert_eq!(json["paths"].as_object().map(serde_json::Map::len), Some(paths.len()));
}

#[test]
fn a_wrong_setting_exits_with_3_and_names_its_place() {
    let missing = run_command(["enrol-service", "--config", "/nowhere/service.toml", "migrate"]);
    assert!(
        missing.code == 3
            && missing.err.contains("/nowhere/service.toml")
            && missing.err.contains("default-config"),
        "{}",
        missing.err
    );
    let office = Office::new();
    let without_keys = office.run(&["audit", "head"]);
    assert!(without_keys.code == 3 && without_keys.err.contains("key make"), "{}", without_keys.err);
    std::fs::write(office.path("policy.toml"), EXAMPLE_POLICY.replace("redeems = 5", "redeems = 50"))
        .expect("writes");
    let policy = office.run(&["serve", "--make-keys"]);
    assert!(
        policy.code == 3
            && policy.err.contains("policy.toml, line ")
            && policy.err.contains("expected 1 to 20"),
        "{}",
        policy.err
    );
    assert!(!office.path("keys.toml").exists(), "nothing is made when something is wrong");
}

#[test]
fn keys_in_the_data_folder_or_open_to_others_are_refused() {
    let office = Office::with_keys();
    let settings = std::fs::read_to_string(office.path("service.toml")).expect("reads");
    std::fs::write(office.path("service.toml"), settings.replace("keys.toml", "data/keys.toml"))
        .expect("writes");
    std::fs::create_dir(office.path("data")).expect("made");
    std::fs::rename(office.path("keys.toml"), office.path("data/keys.toml")).expect("moves");
    let inside = office.run(&["audit", "head"]);
    assert!(inside.code == 3 && inside.err.contains("outside the data folder"), "{}", inside.err);
}

#[test]
fn keys_beside_a_sqlite_file_that_has_a_path_of_its_own_are_refused() {
    let office = Office::with_keys();
    let settings = std::fs::read_to_string(office.path("service.toml")).expect("reads");
    for place in ["enrol.sqlite", "nowhere/../enrol.sqlite"] {
        std::fs::create_dir_all(office.path("nowhere")).expect("made");
        let store = format!("store = \"sqlite:{}\"", office.path(place).display());
        std::fs::write(office.path("service.toml"), settings.replace("store = \"sqlite\"", &store))
            .expect("writes");
        for line in [&["audit", "head"][..], &["serve"]] {
            let done = office.run(line);
            assert!(done.code == 3 && done.err.contains("outside the data folder"), "{line:?}: {}", done.err);
        }
        std::fs::remove_file(office.path("keys.toml")).expect("removes");
        let made = office.run(&["serve", "--make-keys"]);
        assert!(made.code == 3 && made.err.contains("outside the data folder"), "{}", made.err);
        assert!(!office.path("keys.toml").exists());
        Keys::create(&office.path("keys.toml"), None, engine::system_clock()()).expect("made");
    }
}

#[test]
fn commands_change_neither_tables_nor_policy_and_say_what_to_do_first() {
    let office = Office::with_keys();
    let lines: [&[&str]; 4] =
        [&ISSUE, &["client", "add", "rds"], &["audit", "head"], &["backup", "somewhere"]];
    for line in lines {
        let done = office.run(line);
        assert!(done.code == 1 && done.err.contains("enrol-service migrate"), "{line:?}: {}", done.err);
        assert!(!office.path("data").exists(), "{line:?}");
    }
    assert_eq!(office.run(&["migrate"]).code, 0);
    for line in lines {
        let done = office.run(line);
        assert!(done.code == 1 && done.err.contains("enrol-service serve"), "{line:?}: {}", done.err);
    }
    office.serve_once();
    let head = office.run(&["audit", "head"]).out;
    let changed = EXAMPLE_POLICY.replace("redeems = 5", "redeems = 4");
    std::fs::write(office.path("policy.toml"), changed).expect("writes");
    assert_eq!(office.run(&["audit", "verify"]).code, 0);
    let sequence = |head: &str| head.split("sequence").nth(1).map(|rest| rest[..8].to_owned());
    let after = office.run(&["audit", "head"]).out;
    assert!(sequence(&head).is_some() && sequence(&after) == sequence(&head), "{head} {after}");
}

#[test]
fn a_code_is_issued_once_and_revoked_with_a_reason() {
    let office = Office::served();
    let issued = office.run(&ISSUE);
    assert_eq!(issued.code, 0, "{}", issued.err);
    let code = issued.out.lines().next().expect("a line").to_owned();
    assert!(domain::EnrolmentCode::parse(&code).is_ok(), "{code}");
    assert_eq!(issued.out.matches(&code).count(), 1);
    let id = issued.out.split_whitespace().last().expect("an id").to_owned();
    let revoked = office.run(&["code", "revoke", &id, "--reason", "lost slip"]);
    assert_eq!((revoked.code, revoked.err.as_str()), (0, ""));
    let again = office.run(&["code", "revoke", &code, "--reason", "lost slip"]);
    assert!(again.code == 1 && again.err.contains("revoked before"), "{}", again.err);
    let unknown = office.run(&["code", "revoke", "nonsense", "--reason", "x"]);
    assert!(unknown.code == 1 && unknown.err.contains("no such code"), "{}", unknown.err);
}

#[test]
fn an_impossible_value_exits_with_2() {
    let office = Office::served();
    let table: [(&str, &str, &str); 3] = [
        ("elm", "oak", "no school \"oak\" in the policy; expected one of elm, willow, rowan"),
        ("Jo Smith", "Jo: Smith", "colon"),
        ("jsmith", "", "empty"),
    ];
    for (from, to, expected) in table {
        let line: Vec<&str> = ISSUE.iter().map(|word| if *word == from { to } else { word }).collect();
        let done = office.run(&line);
        assert!(done.code == 2 && done.err.contains(expected), "{}", done.err);
    }
    let hours: Vec<&str> = ISSUE.iter().copied().chain(["--hours", "0"]).collect();
    assert_eq!(office.run(&hours).code, 2);
    let other: Vec<&str> = ISSUE.iter().map(|word| if *word == "Jo Smith" { "Jane" } else { word }).collect();
    assert_eq!(office.run(&ISSUE).code, 0);
    let refused = office.run(&other);
    assert!(refused.code == 1 && refused.err.contains("jsmith is Jo Smith at school elm"), "{}", refused.err);
    let renamed: Vec<&str> = other.iter().copied().chain(["--rename"]).collect();
    assert_eq!(office.run(&renamed).code, 0);
    let replace: Vec<&str> = ISSUE.iter().copied().chain(["--replace"]).collect();
    assert_eq!(office.run(&replace).code, 2, "without a reason");
    for (address, expected) in [("home", "no network"), ("192.0.2.9/28", "the network 192.0.2.0/28")] {
        let done = office.run(&["client", "add", "rds", "--address", address]);
        assert!(done.code == 2 && done.err.contains(expected), "{}", done.err);
    }
    assert_eq!(office.run(&["client", "add", "\u{7}"]).code, 2);
}

#[test]
fn an_unusable_reason_exits_with_2_and_reaches_no_audit() {
    let office = Office::served();
    assert_eq!(office.run(&["client", "add", "rds"]).code, 0);
    let lines: [&[&str]; 12] = [
        &["client", "revoke", "rds"],
        &["code", "revoke", "AAAAA-AAAAA"],
        &["station", "revoke", "Staff room"],
        &["calls", "lift", "jsmith"],
        &["calls", "clear", "jsmith"],
        &["person", "erase", "jsmith"],
        &["person", "leave", "jsmith"],
        &["person", "back", "jsmith"],
        &["key", "rotate", "identity"],
        &["key", "rotate", "vault"],
        &["key", "forget", "vault", "v1"],
        &["restore", "--in-place"],
    ];
    let too_long = "x".repeat(201);
    for line in lines {
        for reason in [" ", "two\nlines", "\u{1b}[2J", &too_long] {
            let line: Vec<&str> = line.iter().copied().chain(["--reason", reason]).collect();
            let done = office.run(&line);
            assert!(done.code == 2 && done.err.contains("expected a reason"), "{line:?}: {}", done.err);
        }
    }
    assert_eq!(office.run(&["client", "revoke", "rds", "--reason", "retired"]).code, 0, "it still was one");
    let audit = office.run(&["audit", "export"]).out;
    assert!(audit.contains("retired") && !audit.contains("two"), "{audit}");
}

#[test]
fn a_station_is_added_listed_and_revoked() {
    let office = Office::served();
    assert!(office.run(&["station", "list"]).out.contains("No stations."));
    let added = office.run(&["station", "add", "Staff room", "--school", "elm"]);
    let code = added.out.lines().next().expect("a code");
    assert!(domain::EnrolmentCode::parse(code).is_ok(), "{code}");
    assert!(added.out.contains("enrol --register-station"), "{}", added.out);
    let listed = office.run(&["station", "list"]).out;
    assert!(listed.starts_with("Staff room (elm): not registered yet; code valid until "), "{listed}");
    assert_ne!(
        office.run(&["station", "add", "Staff room", "--school", "elm"]).out.lines().next(),
        Some(code)
    );
    assert_eq!(office.run(&["station", "revoke", "Staff room", "--reason", "moved"]).code, 0);
    assert_eq!(office.run(&["station", "list"]).out, "Staff room (elm): revoked\n");
    assert_eq!(office.run(&["station", "revoke", "Staff room", "--reason", "moved"]).code, 1);
    assert_eq!(office.run(&["station", "add", "Staff room", "--school", "elm"]).code, 1);
    assert_eq!(office.run(&["station", "add", "Hall", "--school", "nowhere"]).code, 2);
    assert_eq!(office.run(&["station", "add", "Hall", "--school", "elm", "--hours", "0"]).code, 2);
    assert_eq!(office.run(&["station", "add", "\u{7}", "--school", "elm"]).code, 2);
}

#[test]
fn a_client_is_added_once_and_revoked() {
    let office = Office::served();
    let added =
        office.run(&["client", "add", "rds-gateway", "--address", "192.0.2.7", "--address", "2001:db8::/64"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(added.out.starts_with("rp_"), "{}", added.out);
    assert_eq!(office.run(&["client", "add", "rds-gateway"]).code, 1);
    assert_eq!(office.run(&["client", "revoke", "rds-gateway", "--reason", "retired"]).code, 0);
    assert_eq!(office.run(&["client", "revoke", "rds-gateway", "--reason", "retired"]).code, 1);
}

#[test]
fn the_audit_is_verified_also_against_a_head_that_was_kept() {
    let office = Office::served();
    let head = office.run(&["audit", "head"]);
    assert_eq!(head.code, 0, "{}", head.err);
    std::fs::write(office.path("head.json"), &head.out).expect("writes");
    assert_eq!(office.run(&ISSUE).code, 0);
    let kept = office.path("head.json").display().to_string();
    let whole = office.run(&["audit", "verify", "--head", &kept]);
    assert!(whole.code == 0 && whole.out.starts_with("Whole: "), "{}", whole.err);
    let backup = office.path("backup").display().to_string();
    let done = office.run(&["backup", &backup]);
    assert_eq!(done.code, 0, "{}", done.err);
    let manifest = office.path("backup/manifest.json").display().to_string();
    assert_eq!(office.run(&["audit", "verify", "--head", &manifest]).code, 0);
    assert_eq!(office.run(&["backup", &backup]).code, 1, "never over another");
    std::fs::write(office.path("head.json"), head.out.replace("sequence", "consequence")).expect("writes");
    let forged = office.run(&["audit", "verify", "--head", &kept]);
    assert!(forged.code == 1 && forged.err.contains("signature"), "{}", forged.err);
    // Another store under the same keys does not contain what was kept.
    std::fs::write(office.path("head.json"), std::fs::read(&manifest).expect("reads")).expect("writes");
    std::fs::remove_dir_all(office.path("data")).expect("removes");
    office.serve_once();
    let cut = office.run(&["audit", "verify", "--head", &kept]);
    assert!(cut.code == 1 && cut.out.contains("was cut or rebuilt"), "{}", cut.out);
}

#[test]
fn the_audit_is_exported_row_by_row_without_names() {
    let office = Office::served();
    assert_eq!(office.run(&ISSUE).code, 0);
    let all = office.run(&["audit", "export"]);
    assert_eq!(all.code, 0, "{}", all.err);
    let lines: Vec<serde_json::Value> =
        all.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().enumerate().all(|(place, line)| line["sequence"] == place + 1), "{}", all.out);
    assert_eq!(lines.last().expect("a row")["body"]["what"], "code-issued");
    assert!(!all.out.contains("jsmith") && !all.out.contains("Jo Smith"), "{}", all.out);
    assert!(!all.out.contains("\"by\":"), "who gave a command is a name: {}", all.out);
    assert!(office.run(&["audit", "export", "--users"]).out.contains("\"by\":"));
    let head = office.run(&["audit", "head"]).out;
    let hash = lines.last().expect("a row")["hash"].as_str().expect("text").to_owned();
    assert!(head.contains(&hash), "the last row's hash is the head's: {head} {hash}");
    let last = lines.len().to_string();
    assert_eq!(office.run(&["audit", "export", "--from", &last]).out.lines().count(), 1);
    assert_eq!(office.run(&["audit", "export", "--from", "4000000000"]).out, "");
}

#[test]
fn a_backup_is_checked_and_put_in_place() {
    let office = Office::served();
    assert_eq!(office.run(&ISSUE).code, 0);
    let backup = office.path("backup").display().to_string();
    assert_eq!(office.run(&["backup", &backup]).code, 0);
    let check = office.run(&["restore", &backup, "--check"]);
    assert!(check.code == 0 && check.out.contains("0 sealed records"), "{}{}", check.out, check.err);
    let exists = office.run(&["restore", &backup]);
    assert!(exists.code == 1 && exists.err.contains("--replace"), "{}", exists.err);
    let replaced = office.run(&["restore", &backup, "--replace", "--reason", "a try"]);
    assert!(replaced.code == 0 && replaced.out.contains("is kept as"), "{}{}", replaced.out, replaced.err);
    std::fs::remove_dir_all(office.path("data")).expect("removes");
    assert_eq!(office.run(&["restore", &backup]).code, 0, "on a new computer");
    assert_eq!(office.run(&["audit", "verify", "--head", &format!("{backup}/manifest.json")]).code, 0);
    std::fs::rename(office.path("keys.toml"), office.path("elsewhere.toml")).expect("moves");
    assert_eq!(office.run(&["restore", &backup, "--check"]).code, 3);
}

#[test]
fn a_person_is_shown_what_is_kept_leaves_and_is_erased() {
    let office = Office::served();
    assert_eq!(office.run(&ISSUE).code, 0);
    let file = office.path("jsmith.json").display().to_string();
    let export = office.run(&["person", "export", "jsmith", "--json", &file]);
    assert_eq!(export.code, 0, "{}", export.err);
    for words in [
        "A person who may set up ways to sign in (people)",
        "the person's name: Jo Smith",
        "a scrambled form of the code, which can be compared but not turned back (the code itself is not stored): kept, not shown",
    ] {
        assert!(export.out.contains(words), "{}", export.out);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("reads")).expect("JSON");
    assert_eq!(json["tables"][0]["rows"][0]["sign_in_name"], "jsmith");
    assert_eq!(office.run(&["person", "export", "jsmith", "--json", &file]).code, 1, "never over another");
    let fields = office.run(&["person", "fields"]);
    assert!(
        fields.out.contains(
            "| people.name | the person's name | yes | yes | to know who is signing in | until 30 days after"
        ),
        "{}",
        fields.out
    );
    assert!(fields.out.lines().all(|line| line.matches('|').count() == 7), "{}", fields.out);
    let left = office.run(&["person", "leave", "jsmith", "--reason", "left"]);
    assert!(left.code == 0 && left.out.contains("in 30 days"), "{}{}", left.out, left.err);
    assert_eq!(office.run(&ISSUE).code, 1, "no code for who has left");
    assert_eq!(office.run(&["person", "back", "jsmith", "--reason", "a mistake"]).code, 0);
    let erased = office.run(&["person", "erase", "jsmith", "--reason", "asked"]);
    assert!(erased.code == 0 && erased.out.contains("Backups"), "{}{}", erased.out, erased.err);
    assert_eq!(office.run(&["person", "erase", "jsmith", "--reason", "asked"]).code, 1);
    assert_eq!(office.run(&["audit", "verify"]).code, 0);
}

#[test]
fn the_vaults_key_is_changed_and_the_old_one_forgotten_and_no_key_is_printed() {
    let office = Office::served();
    let id_of = |list: &str, text: &str| {
        let line = list.lines().find(|line| line.starts_with("vault") && line.contains(text));
        line.and_then(|line| line.split_whitespace().nth(1)).expect("a key").to_owned()
    };
    let list = office.run(&["key", "list"]);
    assert_eq!(list.code, 0, "{}", list.err);
    let old = id_of(&list.out, "in use since");
    let refused = office.run(&["key", "forget", "vault", &old, "--reason", "old"]);
    assert!(refused.code == 1 && refused.err.contains("key rotate vault"), "{}", refused.err);
    let added = office.run(&["key", "add", "vault"]);
    assert_eq!(added.code, 0, "{}", added.err);
    let twice = office.run(&["key", "add", "vault"]);
    assert!(twice.code == 1 && twice.err.contains("never used"), "{}", twice.err);
    let rotated = office.run(&["key", "rotate", "vault", "--reason", "yearly"]);
    assert!(rotated.code == 0 && rotated.out.contains("in use"), "{}", rotated.err);
    let list = office.run(&["key", "list"]);
    assert_eq!(id_of(&list.out, "opens only"), old);
    assert!(added.out.contains(&id_of(&list.out, "in use since")), "the one that was added is used");
    let forgotten = office.run(&["key", "forget", "vault", &old, "--reason", "old"]);
    assert!(forgotten.code == 0 && forgotten.out.contains("backup"), "{}", forgotten.err);
    assert!(!office.run(&["key", "list"]).out.contains(&old));
    assert_eq!(office.run(&["key", "forget", "vault", "v9", "--reason", "old"]).code, 2);
    let file = std::fs::read_to_string(office.path("keys.toml")).expect("reads");
    let keys =
        file.lines().filter(|line| ["key", "root", "identity"].iter().any(|name| line.starts_with(name)));
    for line in keys {
        let secret = &line.split_once('"').expect("a key").1[..8];
        for said in [&list.out, &added.out, &rotated.out, &forgotten.out] {
            assert!(!said.contains(secret));
        }
    }
}

#[test]
fn the_envelopes_key_is_changed_and_a_compromised_one_refused() {
    let office = Office::served();
    let rotated = office.run(&["key", "rotate", "envelope"]);
    assert!(rotated.code == 0 && rotated.out.contains("from policy 2 on"), "{}", rotated.err);
    let refused = office.run(&["key", "rotate", "envelope", "--compromised", "--reason", "laptop lost"]);
    assert!(refused.code == 0 && refused.out.contains("Nobody has to start again"), "{}", refused.err);
    let list = office.run(&["key", "list"]).out;
    assert_eq!(list.matches("refused since").count(), 2, "{list}");
    let blank = office.run(&["key", "rotate", "envelope", "--reason", " "]);
    assert_eq!(blank.code, 2, "{}", blank.err);
}

#[test]
fn the_identity_key_is_changed_and_heads_from_before_still_count() {
    let office = Office::served();
    let head = office.run(&["audit", "head"]);
    std::fs::write(office.path("head.json"), &head.out).expect("writes");
    let rotated = office.run(&["key", "rotate", "identity", "--reason", "yearly"]);
    assert!(rotated.code == 0 && rotated.out.contains("--server-key ek1_"), "{}", rotated.err);
    let kept = office.path("head.json").display().to_string();
    let whole = office.run(&["audit", "verify", "--head", &kept]);
    assert!(whole.code == 0 && whole.out.starts_with("Whole: "), "{}", whole.err);
    let new = office.run(&["audit", "head"]).out;
    let key = rotated.out.split("--server-key ").nth(1).and_then(|rest| rest.split_whitespace().next());
    assert!(new.contains(&format!("\"key\":\"{}\"", key.expect("a key"))), "{new}");
    assert!(office.run(&["key", "list"]).out.contains("signed until"));
}

#[test]
fn keys_are_brought_to_another_node_and_to_no_other_service() {
    let (office, other) = (Office::served(), Office::new());
    std::fs::write(office.path("phrase"), "correct horse battery\n").expect("writes");
    let (phrase, sealed) =
        (office.path("phrase").display().to_string(), office.path("sealed").display().to_string());
    let export = || office.run(&["key", "export", &sealed, "--passphrase-file", &phrase]);
    let exported = export();
    assert_eq!(exported.code, 0, "{}", exported.err);
    assert_eq!(export().code, 1, "never over another");
    let import =
        |office: &Office, phrase: &str| office.run(&["key", "import", &sealed, "--passphrase-file", phrase]);
    // A machine that has nothing yet.
    let imported = import(&other, &phrase);
    assert!(imported.code == 0 && imported.out.contains("Added"), "{}", imported.err);
    assert!(imported.out.contains("did not open"), "{}", imported.out);
    let read = |office: &Office, name: &str| std::fs::read_to_string(office.path(name)).expect("reads");
    assert_eq!(read(&office, "keys.toml"), read(&other, "keys.toml"));
    assert!(import(&office, &phrase).out.contains("already"));
    std::fs::write(office.path("wrong"), "correct horse batterz\n").expect("writes");
    let closed = import(&other, &office.path("wrong").display().to_string());
    assert!(closed.code == 1 && closed.err.contains("does not open"), "{}", closed.err);
    std::fs::write(office.path("wrong"), "short\n").expect("writes");
    assert_eq!(import(&other, &office.path("wrong").display().to_string()).code, 2);
    let stranger = import(&Office::served(), &phrase);
    assert!(stranger.code == 3 && stranger.err.contains("another service"), "{}", stranger.err);
    let secrets = read(&office, "keys.toml");
    for secret in secrets.lines().filter_map(|line| line.strip_prefix("key = \"")) {
        for said in [&exported.out, &imported.out, &read(&office, "sealed")] {
            assert!(!said.contains(&secret[..8]));
        }
    }
}
