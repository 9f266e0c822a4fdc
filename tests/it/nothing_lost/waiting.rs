//! What waits in the outbox and does not go as planned: spoilt, late, or no longer allowed.

use std::path::{Path, PathBuf};

use tests::console::{Console, outbox, set_aside};
use tests::needs::{days_later, run, tool, wait_for};
use tests::phone::{Phone, now_secs};

use super::{World, wait_for_empty_outbox};

const DAY_SECS: u64 = 86_400;

/// Saves without a network on the computer called `computer`, and closes. Gives the entry and the phone.
fn save_offline(world: &World, computer: &str, code: &str) -> (PathBuf, Phone) {
    let mut console = world.assistant(computer);
    let phone = console.walk_to_send(code);
    world.wire.cut();
    console.send();
    console.page("Not sent yet");
    console.terminal.line("");
    assert_eq!(console.terminal.ended(), Some(0));
    world.wire.restore();
    let entries = outbox(console.data());
    assert_eq!(entries.len(), 1);
    (entries[0].clone(), phone)
}

/// Why an entry was set aside, as it stands beside it.
fn reason(entry: &Path) -> String {
    let stem = entry.file_stem().expect("a name").to_string_lossy().into_owned();
    let aside = entry.ancestors().nth(2).expect("a data folder").join("set-aside");
    let text = std::fs::read_to_string(aside.join(format!("{stem}.reason.json"))).expect("a reason");
    let reason: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    reason["reason"].as_str().expect("a reason").to_owned()
}

fn as_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until the pages have told it.
fn wait_until_told(console: &Console, what: &str) {
    wait_for(what, 30, || as_one_line(&console.terminal.said()).contains(what).then_some(()));
}

#[test]
fn a_spoilt_entry_is_set_aside_and_reported_and_the_rest_is_sent() {
    let world = World::start();
    let codes = ["cut-short", "one-sign-off", "good"].map(|name| (name, world.service.issue_code(name)));
    // One computer, three people, none of them with a network at the end.
    let shelf = world.home.path().join("shelf");
    std::fs::create_dir(&shelf).expect("a folder");
    let entries = codes.clone().map(|(_, code)| {
        let (entry, _) = save_offline(&world, "computer", &code);
        // Off the computer, so that the next person's assistant does not send it.
        std::fs::rename(&entry, shelf.join(entry.file_name().expect("a name"))).expect("moves");
        entry
    });
    for entry in &entries {
        std::fs::rename(shelf.join(entry.file_name().expect("a name")), entry).expect("moves back");
    }
    let [cut_short, sign_off, _] = &entries;
    let text = std::fs::read_to_string(cut_short).expect("reads");
    std::fs::write(cut_short, &text[..text.len() / 2]).expect("writes");
    let text = std::fs::read_to_string(sign_off).expect("reads");
    // In the middle of what is sealed, where only the service can see it.
    let at = text.len() * 3 / 4;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    std::fs::write(sign_off, format!("{}{other}{}", &text[..at], &text[at + 1..])).expect("writes");
    let spoilt = [cut_short, sign_off].map(|entry| std::fs::read(entry).expect("reads"));

    let mut console = world.assistant("computer");
    wait_until_told(
        &console,
        "An earlier set-up on this computer cannot be read, so it was not sent. Tell IT",
    );
    wait_until_told(&console, "An earlier set-up on this computer was not accepted. Tell IT");
    wait_until_told(&console, "An earlier set-up on this computer has been sent. Its reference is");
    wait_for_empty_outbox(&console, "with a spoilt entry in it");
    assert_eq!(codes.clone().map(|(name, _)| world.enrolments(name)), [0, 0, 1]);
    assert_eq!([reason(cut_short), reason(sign_off)], ["unreadable", "envelope_unreadable"]);
    assert_eq!(set_aside(console.data()).len(), 4, "two entries and their reasons");
    for (entry, bytes) in [cut_short, sign_off].into_iter().zip(&spoilt) {
        let aside = console.data().join("set-aside").join(entry.file_name().expect("a name"));
        assert_eq!(&std::fs::read(aside).expect("is there"), bytes, "kept as it was");
    }
    console.terminal.line("q");
    assert_eq!(console.terminal.ended(), Some(0));

    // Whose entry was spoilt begins anew with the code they have.
    for (name, code) in &codes[..2] {
        let mut console = world.assistant(name);
        console.walk_to_send(code);
        console.send();
        console.page("Your sign-in security is set up");
        wait_for_empty_outbox(&console, name);
        world.assert_enrolled_once(name, console.data(), name);
    }
    world.assert_whole();
}

#[test]
fn a_post_three_days_late_is_accepted_and_one_after_its_time_is_set_aside_with_its_reason() {
    let mut world = World::start();
    let relying_party = world.service.add_client("gateway");
    let codes = ["late", "too-late"].map(|name| world.service.issue_code(name));
    let (_, phone) = save_offline(&world, "late", &codes[0]);
    let (too_late, _) = save_offline(&world, "too-late", &codes[1]);

    let console = days_pass(&mut world, 3, "late");
    wait_until_told(&console, "An earlier set-up on this computer has been sent.");
    wait_for_empty_outbox(&console, "three days later");
    world.assert_enrolled_once("late", console.data(), "three days later");
    let accepted_at = world.service.count("select accepted_at / 1000 from enrolments");
    assert!(accepted_at.abs_diff(now_secs() + 3 * DAY_SECS) < 600, "the service lives three days later");
    let code = phone.code_at(now_secs() + 3 * DAY_SECS);
    let answer = run(tool("curl", "curl").args([
        "-sS",
        "--max-time",
        "20",
        "-H",
        &format!("Authorization: Bearer {relying_party}"),
        "-H",
        "Content-Type: application/json",
        "-d",
        &format!(r#"{{"sign_in_name":"late","code":"{code}"}}"#),
        &world.service.url(protocol::paths::VERIFY),
    ]));
    let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert!(answer.contains(r#""outcome":"accepted""#), "the phone signs in: {answer}");

    // The policy gives thirty days.
    let console = days_pass(&mut world, 31, "too-late");
    wait_until_told(&console, "An earlier set-up on this computer was not accepted.");
    assert_eq!(outbox(console.data()), Vec::<PathBuf>::new());
    assert_eq!(reason(&too_late), "grant_expired");
    assert_eq!(world.enrolments("too-late"), 0);
    world.assert_whole();
}

/// The service and one computer, started again so many days after today.
fn days_pass(world: &mut World, days: u32, computer: &str) -> Console {
    let variables = days_later(days);
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(world.service.stop(), Some(0));
    world.service.start_again(&variables);
    world.wire.lead_to(world.service.address());
    let data = world.home.path().join(computer);
    Console::start_with(&data, world.wire.address(), world.service.identity_key(), &variables)
}

#[test]
fn a_post_under_a_revoked_grant_is_set_aside_with_its_reason_and_the_page_says_so() {
    let world = World::start();
    let code = world.service.issue_code("revoked");
    let mut console = world.assistant("revoked");
    console.walk_to_send(&code);
    world.wire.cut();
    console.send();
    console.page("Not sent yet");
    let entry = outbox(console.data()).pop().expect("an entry");
    let sealed = std::fs::read(&entry).expect("reads");
    let said = world.service.run(&["code", "revoke", &code, "--reason", "lost on the way"]);
    assert!(said.contains("Rights to enrol that ended with it: 1."), "{said}");
    world.wire.restore();
    let page = as_one_line(&console.page("We could not finish"));
    assert!(page.contains("IT stopped the code that you used."), "{page}");
    assert!(page.contains("Delete the new entry in your app. It does not work."), "{page}");
    assert_eq!(outbox(console.data()), Vec::<PathBuf>::new());
    assert_eq!(reason(&entry), "grant_revoked");
    let aside = console.data().join("set-aside").join(entry.file_name().expect("a name"));
    assert_eq!(std::fs::read(aside).expect("is there"), sealed, "kept as it was");
    assert_eq!(world.enrolments("revoked"), 0);
    assert_eq!(world.service.count("select count(*) from methods"), 0);
    world.assert_whole();
}
