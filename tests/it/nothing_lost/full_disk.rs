//! A disk without room, on the person's computer and on the service's.

use tests::needs::run;
use tests::small_disk::SmallDisk;

use super::{World, wait_for_empty_outbox, waits};

#[test]
fn a_full_disk_is_told_on_the_page_and_send_works_once_there_is_room() {
    let world = World::start();
    let name = "person";
    let disk = SmallDisk::mount(&world.home.path().join(name), 256, 32);
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    for fill in [SmallDisk::fill, SmallDisk::fill_with_names] {
        fill(&disk);
        console.send();
        let page = console.page("There is a problem");
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            page.contains(
                "This computer has no room left. Make some room, then select Send. Nothing is lost."
            ),
            "{page}"
        );
        assert!(page.contains("Check and send") && page.contains("Enter: Send"), "{page}");
        assert!(!console.said_saved(), "nothing was saved, and nobody was told so");
        assert!(!waits(console.data()) && world.enrolments(name) == 0, "nothing was sent");
        disk.make_room();
    }
    // The same secret still: what the phone has scanned is what is sent.
    console.send();
    console.page("Your sign-in security is set up");
    wait_for_empty_outbox(&console, "after the full disk");
    world.assert_enrolled_once(name, console.data(), "after the full disk");
    console.terminal.line("");
    assert_eq!(console.terminal.ended(), Some(0));
}

#[test]
fn a_service_without_room_keeps_nobody_half_and_accepts_once_there_is_room() {
    let mut world = World::start();
    assert_eq!(world.service.stop(), Some(0));
    let (data, aside) = (world.service.data(), world.service.home().join("aside"));
    std::fs::rename(&data, &aside).expect("moves");
    let disk = SmallDisk::mount(&data, 16 * 1024, 1024);
    run(std::process::Command::new("cp").arg("-a").arg(format!("{}/.", aside.display())).arg(&data));
    world.service.start_again(&[]);
    world.wire.lead_to(world.service.address());

    let name = "person";
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    disk.fill();
    console.send();
    console.page("Not sent yet");
    assert!(waits(console.data()), "what the service could not keep stays here");
    assert!(!world.service.running().has_ended(), "{}", world.service.running().said());
    assert_eq!(world.enrolments(name), 0);
    disk.make_room();
    console.page("Your sign-in security is set up");
    wait_for_empty_outbox(&console, "after the service's full disk");
    world.assert_enrolled_once(name, console.data(), "after the service's full disk");
    world.assert_whole();
    assert_eq!(world.service.stop(), Some(0));
}
