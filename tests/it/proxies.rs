//! A school that lets nothing out but through its proxy, and IT's word on which way to take.
//!
//! Not here: Windows' own settings and PAC files (`windows/through_a_proxy`).

use std::process::Command;

use assistant::effects::proxy::{Route, bypass_list::bypasses_proxy, proxy_list::routes};
use proptest::prelude::*;
use tests::console::Console;
use tests::programs::program;
use tests::school::{NAME, Proxy, TlsService, nowhere};

#[test]
fn an_enrolment_goes_through_the_proxy_that_is_named() {
    let school = TlsService::start();
    let proxy = Proxy::start();
    let code = school.service.issue_code("asample");
    let mut command = Command::new(program("enrol"));
    command.args(["--server", &school.url(NAME), "--server-key", school.service.identity_key()]);
    command.args(["--proxy", &proxy.url(), "--ca-file"]).arg(school.ca_file());
    let mut console = Console::of(command, &school.folder().join("data"));
    console.walk_to_send(&code);
    console.send();
    console.page("Your sign-in security is set up");
    assert_eq!(school.service.count("select count(*) from enrolments"), 1);
    let (asked, port) = (proxy.asked(), school.service.address().port());
    assert!(!asked.is_empty() && asked.iter().all(|it| *it == format!("CONNECT {NAME}:{port}")), "{asked:?}");
}

/// What `--check-connection` says and its exit code.
fn check(
    school: &TlsService,
    name: &str,
    flags: &[&str],
    variables: &[(&str, &str)],
) -> (String, Option<i32>) {
    let mut command = Command::new(program("enrol"));
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().copied()).args(["--check-connection", "--server", &school.url(name)]);
    // Not the data folder of whoever runs the tests.
    command.arg("--data").arg(school.folder().join("checked"));
    let output = command.arg("--ca-file").arg(school.ca_file()).args(flags).output().expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), output.status.code())
}

#[test]
fn the_systems_proxy_is_taken_unless_it_says_direct() {
    let school = TlsService::start();
    let proxy = Proxy::start();
    let url = proxy.url();
    let variables = [("HTTPS_PROXY", url.as_str())];

    let (said, code) = check(&school, "localhost", &[], &variables);
    assert_eq!((code, proxy.asked().len()), (Some(0), 1), "{said}");
    let (said, code) = check(&school, "localhost", &["--proxy", "direct"], &variables);
    assert!(said.contains("directly: reached"), "{said}");
    assert_eq!((code, proxy.asked().len()), (Some(0), 1), "past the proxy: {said}");
    let (said, code) = check(&school, "localhost", &[], &[variables[0], ("NO_PROXY", "localhost")]);
    assert_eq!((code, proxy.asked().len()), (Some(0), 1), "past the proxy: {said}");
    // Only the proxy knows this name.
    let (said, code) = check(&school, NAME, &["--proxy", "direct"], &variables);
    assert_eq!((code, proxy.asked().len()), (Some(1), 1), "{said}");
    assert!(said.contains("directly: NOT REACHED"), "{said}");
    let (said, code) = check(&school, NAME, &[], &variables);
    assert_eq!((code, proxy.asked().len()), (Some(0), 2), "{said}");
}

#[test]
fn another_service_than_the_one_expected_is_refused_in_words_that_can_be_sent_on_and_in_the_log() {
    let school = TlsService::start();
    let other = protocol::IdentitySigner::from_bytes(&[9; 32]).key().to_string();
    let own = school.service.identity_key();
    let log = |folder: &str| {
        let file = school.folder().join(folder).join("enrol.log");
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };

    let (said, code) = check(&school, "localhost", &["--server-key", own], &[]);
    assert!(code == Some(0) && said.contains(": reached"), "{code:?} {said}");
    let (said, code) = check(&school, "localhost", &["--server-key", &other], &[]);
    assert_eq!(code, Some(2), "{said}");
    for words in [": REFUSED.", own, &other, "as ServerKey says", "enrol nobody here until then"] {
        assert!(said.contains(words) && !said.contains(": reached"), "{words}: {said}");
    }
    assert!(log("checked").contains("REFUSED") && log("checked").contains(&other), "{}", log("checked"));

    // The pages refuse the same, and say so in the log.
    let mut command = Command::new(program("enrol"));
    command.args(["--server", &school.url("localhost"), "--server-key", &other, "--ca-file"]);
    command.arg(school.ca_file()).args(["--proxy", "direct"]);
    let mut console = Console::of(command, &school.folder().join("data"));
    let page = console.page("We cannot start yet");
    assert!(page.contains("This is not the service"), "{page}");
    drop(console);
    let said = log("data");
    assert!(
        said.contains("the service was refused") && said.contains(own) && said.contains(&other),
        "{said}"
    );
}

#[test]
fn it_is_told_why_a_proxy_leads_nowhere() {
    let school = TlsService::start();
    let gate = Proxy::that_asks_for_a_sign_in();
    let (said, code) = check(&school, NAME, &["--proxy", &gate.url()], &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains(&format!("through {}: NOT REACHED. the proxy asks for a sign-in (407)", gate.url())),
        "{said}"
    );
    let (said, code) = check(&school, NAME, &["--proxy", &format!("http://{}", nowhere())], &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("NOT REACHED.") && said.contains("refused"), "{said}");
    for (wrong, expected) in [
        ("proxy:8080", "expected system, direct, http://HOST:PORT or pac:"),
        ("http://me:secret@proxy:8080", "user name and password are not used"),
        ("pac:https://proxy.example.org/proxy.pac", "works on Windows only"),
    ] {
        let (said, code) = check(&school, NAME, &["--proxy", wrong], &[]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}

proptest! {
    #[test]
    fn lists_of_any_kind_are_read_without_harm(list in ".{0,80}", host in "[a-z0-9.:*-]{0,30}", port: u16) {
        let read = routes(&list);
        prop_assert!(read.len() <= 6);
        let shown: Vec<String> = read
            .iter()
            .map(|route| route.to_string().trim_start_matches("through ").replace("directly", "DIRECT"))
            .collect();
        prop_assert_eq!(routes(&shown.join(";")), read, "read back as shown");
        bypasses_proxy(&list, &host, port);
    }

    #[test]
    fn proxies_keep_their_order(hosts in proptest::collection::btree_set("p[a-z]{1,8}", 1..6), port in 1_u16.., is_pac: bool) {
        let each = hosts.iter().map(|host| format!("{}{host}:{port}", if is_pac { "PROXY " } else { "" }));
        let list = each.collect::<Vec<_>>().join("; ");
        let expected: Vec<Route> = hosts
            .iter()
            .map(|host| Route::Through(format!("http://{host}:{port}").parse().expect("a proxy")))
            .collect();
        prop_assert_eq!(routes(&list), expected);
    }

    #[test]
    fn a_host_is_excepted_by_its_name_its_ends_and_nothing_else(
        labels in proptest::collection::vec("[a-y]{1,5}", 2..5),
        port: u16,
    ) {
        let host = labels.join(".");
        let (first, last) = (&labels[0], &labels[labels.len() - 1]);
        let rest = labels[1..].join(".");
        for entry in [host.to_uppercase(), format!("*.{rest}"), format!("{first}.*"), format!("*.{last}"), format!("{host}:{port}")] {
            prop_assert!(bypasses_proxy(&format!("<local>; z.z ;{entry}"), &host, port), "{}", entry);
        }
        for entry in [rest, format!("{host}z"), format!("z{host}"), format!("*z.{last}"), "<local>".to_owned()] {
            prop_assert!(!bypasses_proxy(&entry, &host, port), "{}", entry);
        }
    }
}
