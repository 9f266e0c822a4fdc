//! A kill loses nothing that a disk has only in memory; a power cut does. So the order of the system calls is read: on
//! the disk for good comes before any word of it.

use tests::strace::Strace;

use super::World;

/// The place of the first line from `from` on that holds all of these, where the call has come back.
fn place(trace: &[String], from: usize, signs: &[&str]) -> usize {
    let found = trace.iter().skip(from).position(|line| signs.iter().all(|sign| line.contains(sign)));
    let begun =
        from + found.unwrap_or_else(|| panic!("no {signs:?} after line {from}:\n{}", trace.join("\n")));
    if !trace[begun].contains("<unfinished ...>") {
        return begun;
    }
    let thread = trace[begun].split(' ').next().unwrap_or_default();
    let resumed =
        trace.iter().skip(begun).position(|line| line.starts_with(thread) && line.contains("resumed>"));
    begun + resumed.expect("the call comes back")
}

/// No line before `place` holds all of these.
fn assert_not_before(trace: &[String], place: usize, signs: &[&str]) {
    let early = trace[..place].iter().find(|line| signs.iter().all(|sign| line.contains(sign)));
    assert!(early.is_none(), "{signs:?} came too early: {early:?}");
}

/// Saves with all threads watched, the network up or cut.
fn trace_of_saving(world: &World, name: &str, is_cut: bool) -> Vec<String> {
    let mut console = world.assistant(name);
    console.walk_to_send(&world.service.issue_code(name));
    let watch = Strace::watch(console.terminal.id(), "", &world.home.path().join(format!("{name}.trace")));
    if is_cut {
        world.wire.cut();
    }
    console.send();
    console.page(if is_cut { "Not sent yet" } else { "Your sign-in security is set up" });
    world.wire.restore();
    watch.let_go()
}

#[test]
fn file_and_folder_are_on_the_disk_before_anybody_is_told_saved_and_before_anything_is_sent() {
    let world = World::start();
    for (name, is_cut) in [("online", false), ("offline", true)] {
        let trace = trace_of_saving(&world, name, is_cut);
        let outbox = world.home.path().join(name).join("outbox");
        let unfinished = format!("{}/", outbox.display());
        let written = place(&trace, 0, &["write(", &unfinished, ".json.tmp>"]);
        let file = place(&trace, written, &["fsync(", &unfinished, ".json.tmp>"]);
        let named = place(&trace, file, &["rename(", &unfinished, ".json.tmp\", "]);
        let folder = place(&trace, named, &["fsync(", &format!("<{}>", outbox.display())]);
        for done in [file, named, folder] {
            assert!(trace[done].ends_with("= 0"), "{}", trace[done]);
        }
        // The person is told on standard output; the service by whatever a socket is written to with.
        assert_not_before(&trace, folder, &["<pipe:", "aved"]);
        assert_not_before(&trace, folder, &["/v1/enrolments"]);
        assert_not_before(&trace, folder, &["connect("]);
        let told = place(&trace, folder, &["write(", if is_cut { "Not sent yet" } else { "It is saved." }]);
        let sent = place(&trace, folder, &[if is_cut { "connect(" } else { "/v1/enrolments" }]);
        println!(
            "{name}: written {written}, file {file}, name {named}, folder {folder}, told {told}, sent {sent}"
        );
    }
}

#[test]
fn the_services_database_is_on_the_disk_before_it_answers() {
    let mut world = World::start();
    let mut console = world.assistant("person");
    console.walk_to_send(&world.service.issue_code("person"));
    let watch = Strace::watch(world.service.running().id(), "", &world.home.path().join("trace"));
    console.send();
    console.page("Your sign-in security is set up");
    let trace = watch.let_go();
    let log = format!("<{}>", world.service.data().join("enrol.sqlite-wal").display());
    let asked = place(&trace, 0, &["recvfrom(", "POST /v1/enrolments"]);
    let written = place(&trace, asked, &["pwrite64(", &log]);
    let last =
        trace.iter().rposition(|line| line.contains("pwrite64(") && line.contains(&log)).unwrap_or(written);
    let synced = place(&trace, last, &["sync(", &log]);
    assert!(trace[synced].ends_with("= 0"), "{}", trace[synced]);
    assert_not_before(&trace, synced, &["HTTP/1.1 200 OK"]);
    place(&trace, synced, &["HTTP/1.1 200 OK"]);
}
