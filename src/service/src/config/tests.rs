//! Settings from files and variables: what is taken, and what is refused with its place.

use super::*;

fn load(text: &str) -> Result<Settings, ConfigError> {
    Settings::from_text(Path::new("/etc/enrol/service.toml"), text, std::iter::empty())
}

#[test]
fn the_example_is_the_default_spelt_out() {
    let settings = load(EXAMPLE).expect("the example is right");
    let folder = Path::new("/etc/enrol");
    let default = Settings { store_place: settings.store_place.clone(), ..Settings::default() };
    assert_eq!(settings, default.relative_to(folder));
    assert_eq!(settings.policy, folder.join("policy.toml"));
    assert_eq!(settings.store_url(), "sqlite:/var/lib/enrol/enrol.sqlite");
}

/// The blocks of an example that are commented out: a table with the tables below it, or one setting of a real table. Each is
/// the numbers of its lines.
fn commented_blocks(example: &str) -> Vec<std::ops::Range<usize>> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let lines: Vec<&str> = example.lines().collect();
    let mut blocks: Vec<std::ops::Range<usize>> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(shown) = line.strip_prefix("# ") else { continue };
        if blocks.last().is_some_and(|block| block.contains(&number)) {
            continue;
        }
        if shown.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(is_name) {
            let length = lines[number..].iter().take_while(|line| line.starts_with('#')).count();
            blocks.push(number..number + length);
        } else if shown.split_once(" = ").is_some_and(|(name, _)| is_name(name)) {
            blocks.push(number..number + 1);
        }
    }
    blocks
}

/// The example as somebody has it who takes the `# ` away from the lines of these blocks, where they stand.
fn uncommented(example: &str, blocks: &[std::ops::Range<usize>]) -> String {
    let lines = example.lines().enumerate().map(|(number, line)| {
        let is_in = blocks.iter().any(|block| block.contains(&number));
        let line = if is_in { line.strip_prefix("# ").unwrap_or(line) } else { line };
        format!("{line}\n")
    });
    lines.collect()
}

/// Each block by itself, then all of them; with what they are called.
fn ways_to_uncomment(example: &str) -> Vec<(String, String)> {
    let blocks = commented_blocks(example);
    let mut ways: Vec<(String, String)> = blocks
        .iter()
        .map(|block| {
            let first = example.lines().nth(block.start).unwrap_or_default().to_owned();
            (first, uncommented(example, std::slice::from_ref(block)))
        })
        .collect();
    ways.push(("all of them".to_owned(), uncommented(example, &blocks)));
    ways
}

#[test]
fn whatever_is_uncommented_where_it_stands_is_taken() {
    let ways = ways_to_uncomment(EXAMPLE);
    let names: Vec<&str> = ways.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["# [tls]", "# [alerts]", "# [calls]", "all of them"]);
    for (name, text) in &ways {
        // Each line of the top level still counts there.
        let text = text.replace("drain_secs = 0", "drain_secs = 7");
        let settings = load(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(settings.drain_secs, 7, "{name}");
        let found = [settings.tls.is_some(), settings.alerts.is_some(), settings.calls.is_some()];
        assert_eq!(
            found,
            ["tls", "alerts", "calls"].map(|table| name.contains(table) || name.starts_with("all"))
        );
    }
    // A line that is commented out within a block, too.
    let (_, all) = ways.last().expect("all of them");
    let deeper = all.replace("# from = ", "from = ");
    let settings = load(&deeper).expect("right");
    assert!(settings.calls.and_then(|calls| calls.asterisk).is_some_and(|asterisk| asterisk.from.is_some()));
    let provider = all.replace("line = \"asterisk\"", "line = \"provider\"");
    assert!(load(&provider).is_ok_and(|settings| settings.calls.is_some()));
}

#[test]
fn whatever_is_uncommented_in_the_policy_is_taken() {
    let ways = ways_to_uncomment(EXAMPLE_POLICY);
    assert_eq!(ways.len(), 5, "retires, wide_networks, caller_id, company, and all of them: {ways:?}");
    for (name, text) in &ways {
        let policy = policy_from_text(Path::new("policy.toml"), text);
        let policy = policy.unwrap_or_else(|error| panic!("{name}: {error}"));
        let is_there = [
            policy.methods[0].retires.is_some(),
            policy.schools[0].wide_networks,
            policy.calls.caller_id.is_some(),
            policy.calls.company.is_some(),
        ];
        let expected = ["retires", "wide_networks", "caller_id", "company"]
            .map(|setting| name.contains(setting) || name.starts_with("all"));
        assert_eq!(is_there, expected, "{name}");
    }
}

#[test]
fn a_wrong_setting_names_file_line_and_what_is_expected() {
    for (text, place, expected) in [
        ("listen = 5", "line 1, listen", "expected"),
        ("hosts = []\nlisten = \"0.0.0.0:8620\"", "line 2, listen", "expected [tls]"),
        ("hosts = [\"https://x\"]", "line 1, hosts", "without https://"),
        ("\nlissten = \"127.0.0.1:1\"", "line 2, lissten", "did you mean listen?"),
        ("[tls]\ncertificate = \"c\"", "line 1", "missing field `key`"),
        (
            "[tls]\ncertificate = \"c\"\nkey = \"k\"\nport = 3",
            "line 4, port",
            "unknown field `port`; expected `certificate`",
        ),
        ("store = \"mysql://u:secret@h/d\"", "line 1, store", "postgres://"),
        ("\nstore = \"postgres://u:secret@db.example/d\"", "line 2, store", "sslmode=verify-full"),
        ("[flood]\nburts = 1", "line 2, burts", "did you mean burst?"),
        ("trusted_proxies = [\"10.0.0.9/8\"]", "line 1, trusted_proxies", "expected the network 10.0.0.0/8"),
        ("metrics_from = [\"10.0.0.9/8\"]", "line 1, metrics_from", "expected the network 10.0.0.0/8"),
        ("trusted_proxies = [\"0.0.0.0/0\"]", "line 1, trusted_proxies", "anybody"),
        ("data = ", "line 1, data", ""),
        ("[calls]\nline = \"practice\"", "line 2, calls.line", "training = true"),
        ("[calls]\nline = \"telegraph\"", "line 2, line", "practice"),
        ("[calls]\nline = \"asterisk\"", "calls.asterisk", "[calls.asterisk]"),
        ("[calls]\nline = \"provider\"", "calls.provider", "[calls.provider]"),
        ("training = true\n[calls]\nline = \"provider\"", "line 3, calls.line", "practice"),
        ("training = true\n[calls]\nline = \"practice\"\nlines = 0", "line 4, calls.max_calls", "1 to 1000"),
        ("[flood]\nmax_in_flight = 0", "line 2, flood.max_in_flight", "1 or more"),
        ("\n[flood]\nburst = 1\nat_once = 0", "line 4, flood.max_in_flight", "1 or more"),
        ("[flood]\nat_once = 1\nmax_in_flight = 1", "line 1", "duplicate field"),
        ("[flood]\nbodies_at_once = 0", "line 2, flood.bodies_at_once", "1 or more"),
    ] {
        let error = load(text).expect_err(text);
        assert!(error.place.starts_with("/etc/enrol/service.toml, "), "{error}");
        assert!(error.place.contains(place) && error.problem.contains(expected), "{text}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn old_names_count_and_the_new_ones_are_named() {
    let text = "training = true\n[calls]\nline = \"practice\"\nlines = 3\na_second = 4\n[flood]\nat_once = 5\nconnections_of_one = 6";
    let settings = load(text).expect("right");
    let calls = settings.calls.expect("calls");
    assert_eq!((calls.max_calls, calls.calls_per_second), (3, 4));
    assert_eq!((settings.flood.max_in_flight, settings.flood.connections_per_client), (5, 6));
    assert_eq!(settings.old_names.len(), 4, "{:?}", settings.old_names);
    assert!(settings.old_names[0].starts_with("calls.lines is called calls.max_calls today"));
    let variables = [("ENROL_FLOOD__AT_ONCE".to_owned(), "7".to_owned())];
    let settings = Settings::from_text(Path::new("s"), "[flood]\nmax_in_flight = 5", variables.into_iter())
        .expect("right");
    assert_eq!((settings.flood.max_in_flight, settings.old_names.len()), (7, 1));
    assert_eq!(load("").expect("right").old_names, [""; 0]);
}

#[test]
fn a_wrong_setting_from_the_environment_names_its_variable() {
    for (name, value, expected) in [
        ("ENROL_STORE", "postgres://enrol:Winter@Elm#2026@127.0.0.1:5432/enrol", "%23"),
        ("ENROL_STORE", "mysql://x", "postgres://"),
        ("ENROL_FLOOD__BURST", "0", "1 or more"),
        ("ENROL_TRUSTED_PROXIES", "[\"10.0.0\"]", "203.0.113.0/24"),
    ] {
        let variables = [(name.to_owned(), value.to_owned())];
        let error = Settings::from_text(Path::new("s"), "", variables.into_iter()).expect_err(value);
        assert_eq!(error.place, format!("environment variable {name}"), "{error}");
        assert!(error.problem.contains(expected) && !error.problem.contains("Winter"), "{error}");
    }
    let settings = load("store = \"sqlite\"").expect("right");
    assert!(settings.store_place.ends_with("line 1, store"), "{}", settings.store_place);
}

#[test]
fn one_address_is_a_network_and_mapped_ones_are_what_is_meant() {
    let settings = load("trusted_proxies = [\"10.0.0.1\", \"::ffff:127.0.0.0/104\"]").expect("right");
    let texts: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["10.0.0.1/32", "127.0.0.0/8"]);
}

#[test]
fn beyond_loopback_tls_and_host_names_are_required() {
    let tls = "[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n";
    assert!(
        load(&format!("listen = \"0.0.0.0:443\"\n{tls}")).is_err_and(|error| error.place.ends_with("hosts"))
    );
    let settings =
        load(&format!("listen = \"0.0.0.0:443\"\nhosts = [\"enrol.example\"]\n{tls}")).expect("right");
    assert_eq!(settings.tls.map(|tls| tls.key), Some(PathBuf::from("/etc/enrol/k.pem")));
}

#[test]
fn the_practice_line_is_for_training_on_one_computer() {
    let calls = "[calls]\nline = \"practice\"\n";
    assert!(load(&format!("training = true\n{calls}")).is_ok_and(|settings| settings.calls.is_some()));
    let open = "listen = \"0.0.0.0:443\"\nhosts = [\"enrol.example\"]\ntraining = true\n";
    let error = load(&format!("{open}{calls}[tls]\ncertificate = \"c\"\nkey = \"k\""));
    let error = error.expect_err("open to others");
    assert!(error.place.ends_with("line 5, calls.line"), "{error}");
    assert!(error.problem.contains("127.0.0.1"), "{error}");
}

#[test]
fn the_environment_stands_over_the_file_and_is_named_when_wrong() {
    let load = |variables: &[(&str, &str)]| {
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::from_text(
            Path::new("s.toml"),
            "listen = \"127.0.0.1:1\"\n[flood]\nburst = 3",
            variables.into_iter(),
        )
    };
    let settings = load(&[
        ("ENROL_LISTEN", "127.0.0.1:99"),
        ("ENROL_HOSTS", "[\"a.example\", \"b.example\"]"),
        ("ENROL_FLOOD__AT_ONCE", "7"),
        ("ENROL_TEST_POSTGRES", "not ours"),
        ("PATH", "/bin"),
    ])
    .expect("right");
    assert_eq!(
        (settings.listen.port(), settings.hosts.len(), settings.flood.max_in_flight, settings.flood.burst),
        (99, 2, 7, 3)
    );
    for (name, value, expected) in [
        ("ENROL_LISTEN", "here", "invalid"),
        ("ENROL_FLOOD__AT_ONCE", "many", "expected"),
        ("ENROL_LISSTEN", "x", "did you mean listen?"),
        ("ENROL_COLOUR", "x", "no such setting; expected one of"),
        ("ENROL_FLOOD__BURSST", "5", "did you mean burst?"),
    ] {
        let error = load(&[(name, value)]).expect_err(name);
        assert_eq!(error.place, format!("environment variable {name}"));
        assert!(error.problem.contains(expected), "{error}");
    }
}

#[test]
fn a_variable_that_the_library_cannot_read_without_a_fault_is_a_text() {
    let hosts = |text: &str| {
        let variable = ("ENROL_HOSTS".to_owned(), text.to_owned());
        Settings::from_text(Path::new("s.toml"), "", std::iter::once(variable))
    };
    // Found by spoilt inputs: a cut in the middle of a letter, and a stack that is too small.
    for text in ["[\"enrol.oaktre=e.\u{202e}\\xample\"]", &"[".repeat(100_000), &"{a=".repeat(100_000), "é\\"]
    {
        let error = hosts(text).expect_err("no list");
        assert_eq!(error.place, "environment variable ENROL_HOSTS");
    }
    assert!(hosts("[\"a.example\", \"b.example\"]").is_ok_and(|settings| settings.hosts.len() == 2));
}

#[test]
fn debug_does_not_show_the_stores_password() {
    let settings = Settings { store: "postgres://u:hunter2@h/d".to_owned(), ..Settings::default() };
    assert!(!format!("{settings:?}").contains("hunter2"));
}
