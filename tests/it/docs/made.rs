//! The pages that are made from the programs are what the programs say today.
//!
//! Not here: making them. `cargo xtask docs` does, and for the data inventory the variable of the snapshots:
//! `INSTA_UPDATE=always cargo xtask scenario docs::made`.

use std::process::Command;

use tests::needs::run;
use tests::programs::program;
use tests::service::Service;

use crate::tidy::source::root;

const INVENTORY: &str = "docs/security/data-inventory.md";

const INVENTORY_HEAD: &str = "<!-- Made from `enrol-service person fields` under the example policy. Do not edit. -->

# Data inventory

Every field that the service keeps, with why and for how long under the example policy.
`enrol-service person fields` prints it under yours. What people may ask is in [a page of its own](../operate/people-and-privacy.md).

Keys and phone numbers are sealed. The assistant keeps, on its computer, sealed enrolments that are not sent yet, the page reached with the time of the last sign-in, and the slip that was printed last (`slip.html`).

";

#[test]
fn the_reference_is_what_the_programs_say() {
    let output = |words: &[&str]| {
        // A help text shows the values of variables.
        let mut command = Command::new(program(words[0]));
        Ok(String::from_utf8(run(command.env_clear().args(&words[1..])).stdout)?)
    };
    for page in xtask::reference::PAGES {
        let made = (page.make)(&output).unwrap_or_else(|error| panic!("{}: {error:#}", page.path));
        assert!(kept(page.path) == made, "{} is not what the programs say: cargo xtask docs", page.path);
    }
}

#[test]
fn the_data_inventory_is_what_the_service_keeps() {
    let service = Service::start();
    let made = format!("{INVENTORY_HEAD}{}", service.run(&["person", "fields"]));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(root().join(INVENTORY), &made).expect("writes");
    }
    assert!(
        kept(INVENTORY) == made,
        "{INVENTORY} is not what the service says: INSTA_UPDATE=always writes it"
    );
}

fn kept(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
