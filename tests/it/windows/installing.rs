//! The package: installed without a question, told its settings, started, repaired, upgraded, and removed without a trace.
//!
//! Not here: that Windows trusts the signature; the certificate is of the scenario's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tests::needs::{run, tool};
use tests::programs::Running;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

const PROGRAM: &str = r"C:\Program Files\Enrol\enrol.exe";
const SETTINGS: &str = r"HKLM\Software\Enrol\Enrol";
const POLICY: &str = r"HKLM\Software\Policies\Enrol\Enrol";

#[test]
fn the_package_installs_repairs_upgrades_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let packages = Packages::make(folder.path());
    let service = Service::start();
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let computer = Computer { wine: &wine, folder: folder.path() };

    // A wrong property: no, and nothing is there. The installer's own first use leaves a key or two.
    let refused = |property: &str| computer.msiexec(&["/i", &packages.old, property]) == FAILED;
    assert!(refused("SERVERURL=http://enrol.example.org"), "plain http");
    let before = computer.everything();
    let half: Vec<&String> = before
        .iter()
        .filter(|line| line.contains("enrol.exe") || line.contains(r"Software\Enrol") || line.contains(LOG))
        .collect();
    assert!(half.is_empty(), "half an installation: {half:#?}");
    for wrong in [
        "RENDERER=crayons",
        "SERVERKEY=xyz",
        "MODE=kiosk",
        "SITEID=Elm room 12",
        "PROXY=proxy:8080",
        "STARTUP=yes",
        "REMOVEDATA=yes",
    ] {
        assert!(refused(wrong), "{wrong}");
    }
    let half: Vec<String> = computer.everything().symmetric_difference(&before).cloned().collect();
    assert!(half.is_empty(), "half an installation: {half:#?}");

    let told = ["SERVERURL=https://enrol.example.org", "MODE=session", "SITEID=elm-room-12", "PROXY=direct"];
    assert!(computer.done(&[&["/i", &packages.old, "STARTUP=1"], &told[..]].concat()));
    let installed = computer.everything();
    for sign in [
        "/Program Files/Enrol/enrol.exe",
        "/Enrol.lnk",
        r"CurrentVersion\Run",
        "DisplayVersion\"=\"0.1.0",
        LOG,
    ] {
        assert!(installed.iter().any(|line| line.contains(sign)), "{sign} is missing");
    }
    assert!(computer.program() == packages.old_program, "it is the program that was signed");
    let shown = computer.settings_that_count();
    for (name, value) in [
        ("ServerUrl", "https://enrol.example.org"),
        ("Mode", "session"),
        ("SiteId", "elm-room-12"),
        ("Proxy", "direct"),
    ] {
        assert!(shown.contains(&format!("{name}: {value} ({SETTINGS})")), "{shown}");
    }
    assert!(shown.contains("ServerKey: not set"), "{shown}");

    // A policy counts more; and by it the installed program finds the real service.
    let server = format!("http://{}", service.address());
    computer.write(POLICY, "ServerUrl", &server);
    computer.write(POLICY, "ServerKey", service.identity_key());
    computer.write(POLICY, "Colour", "blue");
    // This person's folders lie elsewhere, as on a server of the school.
    computer.write(FOLDERS, "Local AppData", r"C:\redirected");
    let shown = computer.settings_that_count();
    assert!(shown.contains(&format!("ServerUrl: {server} ({POLICY})")), "{shown}");
    assert!(shown.contains("Colour: means nothing"), "{shown}");
    let mut enrol = Running::start(&mut wine.command(Path::new(PROGRAM)));
    let window = screen.window_of(&mut enrol, "Before you start, step 1 of");
    screen.focus(&window);
    screen.press(&["ctrl+q"]);
    assert_eq!(enrol.ended(30), Some(0), "{}", enrol.said());
    let data = wine.drive().join("redirected/enrol");
    assert!(data.join("data/outbox").is_dir(), "the data goes where the folders lie");
    // A wrong one is told, and nothing is shown.
    computer.write(POLICY, "Renderer", "crayons");
    let refused = computer.run(Path::new(PROGRAM), &[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("Renderer in {POLICY}: expected one of auto, wgpu, glow")), "{said}");
    computer.reg(&["delete", r"HKLM\Software\Policies\Enrol", "/f"]);

    std::fs::remove_file(computer.installed_file()).expect("it was there");
    assert!(computer.done(&["/i", &packages.old, "REINSTALL=ALL", "REINSTALLMODE=amus"]), "repaired");
    assert!(computer.program() == packages.old_program, "it is back");
    assert!(
        computer.settings_that_count().contains("ServerUrl: https://enrol.example.org"),
        "kept by a repair"
    );

    assert!(computer.done(&["/i", &packages.new, "RENDERER=glow"]), "upgraded");
    assert!(computer.program() == packages.new_program, "the newer program");
    let upgraded = computer.everything();
    assert!(upgraded.iter().any(|line| line.contains("DisplayVersion\"=\"0.2.0")));
    assert!(!upgraded.iter().any(|line| line.contains("DisplayVersion\"=\"0.1.0")), "one at a time");
    let shown = computer.settings_that_count();
    for kept in
        ["ServerUrl: https://enrol.example.org", "Mode: session", "SiteId: elm-room-12", "Proxy: direct"]
    {
        assert!(shown.contains(kept), "kept by an upgrade: {shown}");
    }
    assert!(shown.contains(&format!("Renderer: glow ({SETTINGS})")), "{shown}");
    assert_eq!(computer.msiexec(&["/i", &packages.old]), FAILED, "no way back by accident");
    assert!(computer.program() == packages.new_program, "and the newer program is still there");

    // What the person has not sent yet is theirs, and stays.
    let unsent = data.join("data/outbox/unsent.json");
    std::fs::write(&unsent, "sealed").expect("writes");
    let removed = |arguments: &[&str]| {
        assert!(computer.done(&[&["/x", &packages.new], arguments].concat()), "removed");
        let after = computer.everything();
        let is_ours = |line: &&String| !line.contains("Local AppData") && !line.ends_with("/redirected");
        let taken: Vec<&String> = before.difference(&after).filter(is_ours).collect();
        assert_eq!(taken, [""; 0], "and took nothing with it");
        after.difference(&before).filter(is_ours).cloned().collect::<Vec<String>>()
    };
    // What was told may have been changed since to what the package would not take.
    computer.write(SETTINGS, "Proxy", "by carrier pigeon");
    let left = removed(&[]);
    assert!(left.iter().all(|line| line.contains("/redirected/enrol")), "left behind: {left:#?}");
    assert!(unsent.exists(), "what waits to be sent is kept");
    // wine's installer has no wildcards, by which Windows' removes files whose names are not known beforehand.
    std::fs::remove_file(&unsent).expect("it was there");
    assert!(computer.done(&["/i", &packages.new]), "installed again");
    std::fs::write(data.join("data/station.json"), "{}").expect("writes");
    assert_eq!(removed(&["REMOVEDATA=1"]), [""; 0], "left behind");
}

/// 1603, as far as it reaches this system.
const FAILED: Option<i32> = Some(1603 & 0xff);

/// Where the person's folders are written down.
const FOLDERS: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders";

/// The source of events.
const LOG: &str = r"EventLog\Application\Enrol";

#[test]
fn windows_is_told_the_programs_version_and_that_it_knows_about_monitors_and_wants_no_administrator() {
    let program = std::fs::read(enrol_exe()).expect("it was built");
    let holds = |text: &[u8]| program.windows(text.len()).any(|at| at == text);
    for said in ["PerMonitorV2", "level=\"asInvoker\"", "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"] {
        assert!(holds(said.as_bytes()), "{said} is not in its manifest");
    }
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for said in ["ProductVersion", env!("CARGO_PKG_VERSION"), "Enrol: set up sign-in security"] {
        assert!(holds(&wide(said)), "{said} is not in its version resource");
    }
    let icon =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/icons/enrol.ico")).expect("is there");
    let largest = icon.len().min(4096);
    assert!(holds(&icon[icon.len() - largest..]), "its icon");
}

/// Two versions, signed, and the programs in them.
struct Packages {
    old: String,
    old_program: Vec<u8>,
    new: String,
    new_program: Vec<u8>,
}

impl Packages {
    fn make(folder: &Path) -> Self {
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let mut make = tool("openssl", "openssl");
        make.args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=A test of Enrol",
        ]);
        make.args(["-addext", "extendedKeyUsage=codeSigning", "-keyout"]).arg(&key).arg("-out");
        run(make.arg(&certificate));
        let stripped = folder.join("stripped.exe");
        let mut strip = tool("x86_64-w64-mingw32-strip", "binutils-mingw-w64-x86-64");
        run(strip.arg("-o").arg(&stripped).arg(enrol_exe()));
        let stripped = std::fs::read(stripped).expect("it was written");
        let token = Token::with(folder, &key);
        let packaged = |name: &str| {
            let mut command =
                Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/windows").join(name));
            command.env("ENROL_SIGN_CERTIFICATE", &certificate);
            command
        };
        let verify = |file: &Path| {
            let mut verify = tool("osslsigncode", "osslsigncode");
            let said = run(verify.arg("verify").arg("-CAfile").arg(&certificate).arg("-in").arg(file));
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            assert!(said.contains("Signature verification: ok"), "{said}");
        };
        // The first by a key in a file, the second by the same one in a token.
        let make = |version: &str, minor: u16, signs: &dyn Fn(&mut Command)| {
            let (program, package) =
                (folder.join(format!("{version}.exe")), folder.join(format!("enrol-{version}.msi")));
            std::fs::write(&program, of_version(&stripped, minor)).expect("writes");
            let signing = |name: &str| {
                let mut command = packaged(name);
                signs(&mut command);
                command
            };
            run(signing("sign").arg(&program));
            run(signing("msi").arg(&program).arg(version).arg(&package));
            verify(&program);
            verify(&package);
            (package.display().to_string(), std::fs::read(program).expect("is there"))
        };
        let (old, old_program) = make("0.1.0", 1, &|command| {
            command.env("ENROL_SIGN_KEY", &key);
        });
        let (new, new_program) = make("0.2.0", 2, &|command| token.signs(command));
        assert!(old_program != new_program);
        let unsigned = folder.join("unsigned.exe");
        std::fs::write(&unsigned, of_version(&stripped, 1)).expect("writes");
        let refused = |version: &str, program: &Path| {
            let mut msi = packaged("msi");
            let output = msi.arg(program).arg(version).arg(folder.join("no.msi")).output().expect("starts");
            assert!(!output.status.success(), "{version}");
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        assert!(refused("0.1.0", &unsigned).contains("sign the program first"));
        assert!(refused("0.3.0", &folder.join("0.2.0.exe")).contains("is of version 0.2.0.0, not of 0.3.0"));
        Self { old, old_program, new, new_program }
    }
}

/// A token of SoftHSM's: what signs without handing out its key.
struct Token {
    configuration: PathBuf,
    pin: PathBuf,
}

impl Token {
    fn with(folder: &Path, key: &Path) -> Self {
        let token = Self { configuration: folder.join("softhsm.conf"), pin: folder.join("pin") };
        let tokens = folder.join("tokens");
        std::fs::create_dir(&tokens).expect("makes");
        let configuration = format!("directories.tokendir = {}\n", tokens.display());
        std::fs::write(&token.configuration, configuration).expect("writes");
        std::fs::write(&token.pin, "1234").expect("writes");
        let util = |arguments: &[&str]| {
            let mut util = tool("softhsm2-util", "softhsm2");
            run(util.env("SOFTHSM2_CONF", &token.configuration).args(arguments));
        };
        util(&["--init-token", "--free", "--label", "enrol", "--pin", "1234", "--so-pin", "5678"]);
        let key = key.to_string_lossy();
        util(&["--import", &key, "--token", "enrol", "--label", "signer", "--id", "01", "--pin", "1234"]);
        token
    }

    fn signs(&self, command: &mut Command) {
        command
            .env("ENROL_SIGN_KEY", "pkcs11:token=enrol;object=signer;type=private")
            .env("ENROL_SIGN_MODULE", "/usr/lib/softhsm/libsofthsm2.so")
            .env("ENROL_SIGN_PIN_FILE", &self.pin)
            .env("SOFTHSM2_CONF", &self.configuration);
    }
}

/// The same program as if it were of version 0.`minor`.0, to Windows and its installer (`VS_FIXEDFILEINFO`).
fn of_version(program: &[u8], minor: u16) -> Vec<u8> {
    let mut program = program.to_vec();
    let sign = 0xFEEF_04BD_u32.to_le_bytes();
    let at = program.windows(4).position(|four| four == sign).expect("it has a version");
    for version in [at + 8, at + 16] {
        program[version..version + 2].copy_from_slice(&minor.to_le_bytes());
    }
    program
}

/// A Windows as its administrator sees it.
struct Computer<'a> {
    wine: &'a Wine<'a>,
    folder: &'a Path,
}

impl Computer<'_> {
    fn run(&self, program: &Path, arguments: &[&str]) -> Output {
        let mut command = self.wine.command(program);
        command.args(arguments).stdin(Stdio::null()).output().expect("wine starts")
    }

    /// Its exit code. No question is asked.
    fn msiexec(&self, arguments: &[&str]) -> Option<i32> {
        self.run(Path::new("msiexec"), &[arguments, &["/qn"]].concat()).status.code()
    }

    fn done(&self, arguments: &[&str]) -> bool {
        self.msiexec(arguments) == Some(0)
    }

    fn reg(&self, arguments: &[&str]) {
        let output = self.run(Path::new("reg"), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    }

    fn write(&self, key: &str, name: &str, value: &str) {
        self.reg(&["add", key, "/v", name, "/d", value, "/f"]);
    }

    fn settings_that_count(&self) -> String {
        let output = self.run(Path::new(PROGRAM), &["--show-policy"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn program(&self) -> Vec<u8> {
        std::fs::read(self.installed_file()).expect("it is installed")
    }

    fn installed_file(&self) -> PathBuf {
        self.wine.drive().join("Program Files/Enrol/enrol.exe")
    }

    /// Every file's name, and every value of the registry's software with its key.
    fn everything(&self) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = super::enrolling::below(&self.wine.drive()).into_iter().collect();
        // Not what wine notes of its hardware at each start.
        let events = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog";
        for key in [r"HKLM\Software", r"HKCU\Software", events] {
            let file = self.folder.join("registry");
            self.reg(&["export", key, &file.display().to_string(), "/y"]);
            let bytes = std::fs::read(&file).expect("the export is there");
            let (pairs, _) = bytes.as_chunks::<2>();
            let text: String =
                char::decode_utf16(pairs.iter().map(|pair| u16::from_le_bytes(*pair))).flatten().collect();
            let mut key = "";
            let text = text.replace("\\\r\n  ", "");
            for line in text.lines().filter(|line| !line.is_empty()) {
                if line.starts_with('[') {
                    key = line;
                }
                // The installer's first use and wine leave empty keys of their own.
                if !line.starts_with('[') || line.contains("Enrol") {
                    found.insert(format!("{key} {line}"));
                }
            }
        }
        found
    }
}
