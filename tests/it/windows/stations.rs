//! The Windows program as a station: its key in the Credential Manager of this computer's user, and a whole enrolment with
//! a code that counts at stations alone.
//!
//! Not here: everything else about stations (`stations`).

use tests::by_keyboard::walk_to_the_test;
use tests::needs::wait_for;
use tests::policy::policy_for_stations;
use tests::programs::Running;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

/// `CRED_PERSIST_LOCAL_MACHINE`: kept for this computer, and never taken along to another.
const LOCAL: &str = "\"Persist\"=dword:00000002";

#[test]
fn the_windows_program_keeps_a_stations_key_where_windows_keeps_credentials() {
    let service = Service::start_under(&policy_for_stations(), "", &[]);
    let said = service.run(&["station", "add", "Staff room", "--school", "elm"]);
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let server = service.url("");
    let with = |flags: &[&str]| {
        let mut command = wine.command(enrol_exe());
        command.args(["--server", &server]).args(flags);
        command
    };
    let typed = service.home().join("typed");
    std::fs::write(&typed, said.lines().next().expect("a code")).expect("writes");
    let mut register = with(&["--register-station"]);
    let output = register.stdin(std::fs::File::open(&typed).expect("opens")).output().expect("starts");
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(
        output.status.success() && told.contains("This computer is now the station Staff room."),
        "{told}"
    );
    let kept = wine.user_registry("Credential Manager", "Enrol station/");
    assert!(kept.contains(LOCAL), "{kept}");

    let code = service.issue_code("asample");
    let mut enrol = Running::start(&mut with(&[]));
    let window = screen.window_of(&mut enrol, "Before you start, step 1 of");
    let phone = walk_to_the_test(&screen, &window, &code, 10);
    screen.type_text(&phone.code());
    screen.window("Your app is set up, step 8 of");
    screen.press_stop(1);
    screen.window("Check and send, step 9 of");
    screen.press_stop(1);
    screen.window("Your sign-in security is set up, step 10 of 10");
    screen.press_stop(1);
    assert_eq!(enrol.ended(30), Some(0), "{}", enrol.said());
    let of_station =
        "select count(*) from grants g join stations s on s.id = g.station where g.state = 'used'";
    assert_eq!(service.count(of_station), 1);

    let output = with(&["--forget-station"]).output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    wait_for("the key to be gone", 20, || {
        wine.user_registry("Credential Manager", "Enrol station/").is_empty().then_some(())
    });
}
