//! The order of the places, and what is said about wrong values.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::CommandFactory as _;

use super::*;

/// A registry of the test's own. What begins with `!` cannot be read.
#[derive(Default)]
struct Written(BTreeMap<(&'static str, &'static str), &'static str>);

impl Written {
    fn with(mut self, place: Place, name: &'static str, value: &'static str) -> Self {
        self.0.insert((place.name(), name), value);
        self
    }
}

impl Places for Written {
    fn value(&self, place: Place, name: &str) -> Result<Option<String>, String> {
        let value = self.0.iter().find(|((at, called), _)| *at == place.name() && *called == name);
        match value.map(|(_, value)| *value) {
            Some(value) if value.starts_with('!') => Err(value[1..].to_owned()),
            value => Ok(value.map(str::to_owned)),
        }
    }

    fn names(&self, place: Place) -> Vec<String> {
        self.0.keys().filter(|(at, _)| *at == place.name()).map(|(_, name)| (*name).to_owned()).collect()
    }
}

fn flags(words: &[&str]) -> Result<Flags, String> {
    Flags::read(std::iter::once("enrol").chain(words.iter().copied())).map_err(|error| error.to_string())
}

fn server(words: &[&str], written: &Written) -> (String, Origin) {
    let rules = Rules::of(&flags(words).expect("good flags"), written);
    let value = rules.server.value.expect("good").map_or_else(String::new, |server| server.to_string());
    (value, rules.server.origin)
}

#[test]
fn a_wrong_flag_is_named_with_what_is_expected() {
    let good =
        flags(&["--server", "https://enrol.example.org", "--console", "--data", "here"]).expect("good");
    let settings = Settings::of(&good).expect("good");
    assert!(settings.console);
    assert_eq!(settings.data_folder(), Some(PathBuf::from("here")));
    let error = flags(&["--server", "http://enrol.example.org"]).expect_err("plain http");
    assert!(error.contains("--server") && error.contains("expected https://"), "{error}");
    let error = flags(&["--server-key", "xyz"]).expect_err("no key");
    assert!(error.contains("--server-key") && error.contains("ek1_"), "{error}");
    let error = flags(&["--proxy", "proxy:8080"]).expect_err("no proxy");
    assert!(
        error.contains("--proxy") && error.contains("expected system, direct, http://HOST:PORT"),
        "{error}"
    );
    let error = flags(&["--renderer", "crayons"]).expect_err("no renderer");
    assert!(error.contains("auto") && error.contains("glow"), "{error}");
    let error = flags(&["--theme", "pink"]).expect_err("no theme");
    assert!(error.contains("[possible values: system, light, dark]"), "{error}");
    let error = flags(&["--mode", "kiosk"]).expect_err("no such mode yet");
    assert!(error.contains("--mode") && error.contains("[possible values: self, session]"), "{error}");
    let error = Flags::read(["enrol", "--server-key", "xyz"]).expect_err("no key");
    let named = named(&error);
    assert!(named.contains("--server-key") && !named.contains("xyz"), "{named}");
    let error = flags(&["--site", "Elm room 12"]).expect_err("spaces");
    assert!(error.contains("--site") && error.contains("elm-room-12"), "{error}");
}

#[test]
fn policies_count_more_than_flags_and_those_more_than_what_the_installer_wrote() {
    let installed = Written::default().with(Place::Installed, "ServerUrl", " https://installed.example ");
    assert_eq!(server(&[], &Written::default()), (String::new(), Origin::BuiltIn));
    assert_eq!(
        server(&[], &installed),
        ("https://installed.example".to_owned(), Origin::Place(Place::Installed))
    );
    let flag = ["--server", "https://flag.example"];
    assert_eq!(server(&flag, &installed), ("https://flag.example".to_owned(), Origin::Flag));
    let user = installed.with(Place::UserPolicy, "ServerUrl", "https://user.example");
    assert_eq!(server(&flag, &user), ("https://user.example".to_owned(), Origin::Place(Place::UserPolicy)));
    let machine = user.with(Place::MachinePolicy, "ServerUrl", "https://machine.example");
    assert_eq!(
        server(&flag, &machine),
        ("https://machine.example".to_owned(), Origin::Place(Place::MachinePolicy))
    );
    let emptied = machine.with(Place::MachinePolicy, "ServerUrl", "  ");
    assert_eq!(server(&flag, &emptied).1, Origin::Place(Place::UserPolicy), "an empty value is none");
}

#[test]
fn a_wrong_policy_is_told_with_its_place_and_never_passed_over() {
    let written = Written::default()
        .with(Place::MachinePolicy, "ServerUrl", "http://enrol.example.org")
        .with(Place::MachinePolicy, "Renderer", "!expected a text (REG_SZ)")
        .with(Place::MachinePolicy, "Proxy", "proxy:8080")
        .with(Place::UserPolicy, "Colour", "blue")
        .with(Place::Installed, "ServerUrl", "https://installed.example");
    let rules = Rules::of(&flags(&[]).expect("good"), &written);
    let fault = rules.fault().expect("a fault").to_string();
    assert!(fault.starts_with(r"ServerUrl in HKLM\Software\Policies\Enrol\Enrol: plain http"), "{fault}");
    let described = rules.described(&written);
    assert!(described.contains("ServerUrl: WRONG."), "{described}");
    assert!(described.contains("Renderer: WRONG.") && described.contains("REG_SZ"), "{described}");
    assert!(
        described.contains(r"Proxy: WRONG. Proxy in HKLM\Software\Policies\Enrol\Enrol: expected system,"),
        "{described}"
    );
    assert!(described.contains("ServerKey: not set"), "{described}");
    assert!(described.contains(r"Colour: means nothing, and is not used (HKCU\"), "{described}");
}

#[test]
fn mode_and_site_come_from_every_place_as_the_others_do() {
    let written = Written::default().with(Place::Installed, "Mode", "Session").with(
        Place::MachinePolicy,
        "SiteId",
        "elm-room-12",
    );
    let rules = Rules::of(&flags(&["--site", "willow"]).expect("good"), &written);
    let described = rules.described(&written);
    assert!(described.contains(r"Mode: session (HKLM\Software\Enrol\Enrol)"), "{described}");
    assert!(described.contains(r"SiteId: elm-room-12 (HKLM\Software\Policies\"), "{described}");
    let rules =
        Rules::of(&flags(&["--mode", "self", "--site", "willow"]).expect("good"), &Written::default());
    assert_eq!(rules.mode.value, Ok(Some(crate::workstation::Mode::OnePerson)));
    assert_eq!((rules.mode.origin, rules.site.origin), (Origin::Flag, Origin::Flag));

    let pink = Written::default().with(Place::UserPolicy, "Theme", "pink");
    let fault = Rules::of(&flags(&[]).expect("good"), &pink).fault().expect("no theme").to_string();
    assert!(fault.ends_with("expected one of system, light, dark"), "{fault}");
    let dark = Written::default().with(Place::MachinePolicy, "Theme", "Dark");
    let rules = Rules::of(&flags(&["--theme", "light"]).expect("good"), &dark);
    assert_eq!(rules.theme.value, Ok(Some(ThemeChoice::Dark)));
    let kiosk = Written::default().with(Place::UserPolicy, "Mode", "kiosk");
    let fault = Rules::of(&flags(&[]).expect("good"), &kiosk).fault().expect("not yet").to_string();
    assert!(fault.ends_with("expected one of self, session"), "{fault}");
    let spaces = Written::default().with(Place::UserPolicy, "SiteId", "Elm room 12");
    let fault = Rules::of(&flags(&[]).expect("good"), &spaces).fault().expect("spaces").to_string();
    assert!(fault.contains("elm-room-12"), "{fault}");
}

#[test]
fn what_is_overruled_is_named_with_what_overrules_it() {
    let written = Written::default()
        .with(Place::MachinePolicy, "ServerUrl", "https://machine.example")
        .with(Place::UserPolicy, "ServerUrl", "https://user.example")
        .with(Place::Installed, "ServerUrl", "https://installed.example")
        .with(Place::Installed, "Theme", "dark")
        .with(Place::UserPolicy, "SiteId", " ");
    let mut flags = flags(&["--server", "https://flag.example", "--theme", "light"]).expect("good");
    flags.over_variables = vec!["theme".to_owned()];
    let described = Rules::of(&flags, &written).described(&written);
    let expected = r"ServerUrl: https://machine.example (HKLM\Software\Policies\Enrol\Enrol)
ServerUrl: overruled by HKLM\Software\Policies\Enrol\Enrol, and not used (HKCU\Software\Policies\Enrol\Enrol)
ServerUrl: overruled by HKLM\Software\Policies\Enrol\Enrol, and not used (flag)
ServerUrl: overruled by HKLM\Software\Policies\Enrol\Enrol, and not used (HKLM\Software\Enrol\Enrol)
ServerKey: not set
";
    assert!(described.starts_with(expected), "{described}");
    let theme = r"Theme: light (flag)
Theme: overruled by flag, and not used (variable)
Theme: overruled by flag, and not used (HKLM\Software\Enrol\Enrol)
";
    assert!(described.contains(theme), "{described}");
    assert_eq!(described.matches("overruled").count(), 5, "{described}");
}

#[test]
fn a_misspelt_name_in_any_place_is_refused_and_one_of_a_newer_version_is_not() {
    for place in Place::ALL {
        let written =
            Written::default().with(place, "SiteID", "elm").with(place, "ServrUrl", "https://x.example");
        let fault = Rules::of(&flags(&[]).expect("good"), &written).fault().expect("misspelt").to_string();
        assert_eq!(
            fault,
            format!("ServrUrl in {}: there is no such setting; did you mean ServerUrl?", place.name())
        );
        let newer = Written::default().with(place, "KioskLayout", "wide").with(place, "StartMenu", "yes");
        assert!(Rules::of(&flags(&[]).expect("good"), &newer).fault().is_none());
    }
    let mut flags = flags(&[]).expect("good");
    flags.misspelt_variables = vec![("ENROL_SERVR".to_owned(), "ENROL_SERVER".to_owned())];
    let fault = Settings::of(&flags).expect_err("misspelt").to_string();
    assert_eq!(fault, "the variable ENROL_SERVR: there is no such setting; did you mean ENROL_SERVER?");
}

#[test]
fn no_service_at_all_says_what_to_do() {
    let error = Settings::of(&flags(&[]).expect("good")).expect_err("no service").to_string();
    assert!(error.contains("--server URL"), "{error}");
}

#[test]
fn only_the_words_of_an_icon_open_a_window_when_they_are_wrong() {
    let may = |line: &[&str]| {
        let words: Vec<OsString> = std::iter::once(&"enrol").chain(line).map(OsString::from).collect();
        Flags::may_open_a_window(&words)
    };
    for line in [
        &[][..],
        &["--mode", "kiosk"],
        &["--mode=kiosk"],
        &["--server", "https://enrol.example.org", "--mode", "kiosk"],
        &["--data", "--check-connection", "--mode", "kiosk"],
        &["--server"],
    ] {
        assert!(may(line), "{line:?}");
    }
    for line in [
        &["--check-conection"][..],
        &["check-connection"],
        &["-c"],
        &["--check-connection=yes"],
        &["--mode", "kiosk", "--show-policy"],
        &["--mode=kiosk", "--check-conection"],
        &["--server", "https://enrol.example.org", "--register-station", "--forget-station"],
        &["--mode", "self", "kiosk"],
    ] {
        assert!(!may(line), "{line:?}");
    }
}

#[test]
fn the_flags_without_a_value_are_the_commands_for_it() {
    let mut without_a_value = 0;
    for flag in Flags::command().get_arguments().filter(|flag| !flag.get_action().takes_values()) {
        let word = format!("--{}", flag.get_long().expect("a name"));
        assert!(flags(&[&word]).expect("good").is_for_it(), "{word}");
        without_a_value += 1;
    }
    assert!(without_a_value > 0, "some are looked at");
}

#[test]
fn what_is_logged_of_a_wrong_line_holds_none_of_its_words() {
    for line in [["enrol", "C:\\Users\\Sam Sample\\x"], ["enrol", "--Sample"], ["enrol", "--mode=Sample"]] {
        let said = Flags::read(line).expect_err("wrong");
        assert!(!named(&said).contains("Sample"), "{}", named(&said));
    }
}
