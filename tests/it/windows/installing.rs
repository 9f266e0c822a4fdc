//! The package: installed without a question, told its settings, started, repaired, upgraded, and removed without a trace.
//!
//! Not here: that Windows trusts the signature; the certificate is of the story's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tests::desk::Desk;
use tests::needs::{run, tool};
use tests::programs::Running;
use tests::service::Service;
use tests::wine::{Wine, enrol_exe};

const PROGRAM: &str = r"C:\Program Files\Enrol\enrol.exe";
const SETTINGS: &str = r"HKLM\Software\Enrol\Enrol";
const POLICY: &str = r"HKLM\Software\Policies\Enrol\Enrol";

#[test]
fn the_package_installs_repairs_upgrades_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let packages = Packages::make(folder.path());
    let service = Service::start();
    let desk = Desk::open(1000, 800);
    let wine = Wine::on(&desk);
    let computer = Computer { wine: &wine, folder: folder.path() };

    // A wrong property: no, and nothing is there. The installer's own first use leaves a key or two.
    assert!(!computer.msiexec(&["/i", &packages.old, "SERVERURL=http://enrol.example.org"]), "plain http");
    let before = computer.everything();
    let half: Vec<&String> =
        before.iter().filter(|line| line.contains("enrol.exe") || line.contains(r"Software\Enrol")).collect();
    assert!(half.is_empty(), "half an installation: {half:#?}");
    assert!(!computer.msiexec(&["/i", &packages.old, "RENDERER=crayons"]), "no such renderer");
    let half: Vec<String> = computer.everything().symmetric_difference(&before).cloned().collect();
    assert!(half.is_empty(), "half an installation: {half:#?}");

    assert!(computer.msiexec(&["/i", &packages.old, "SERVERURL=https://enrol.example.org", "STARTUP=1"]));
    let installed = computer.everything();
    for sign in
        ["/Program Files/Enrol/enrol.exe", "/Enrol.lnk", r"CurrentVersion\Run", "DisplayVersion\"=\"0.1.0"]
    {
        assert!(installed.iter().any(|line| line.contains(sign)), "{sign} is missing");
    }
    let shown = computer.settings_in_force();
    assert!(shown.contains(&format!("ServerUrl: https://enrol.example.org ({SETTINGS})")), "{shown}");
    assert!(shown.contains("ServerKey: not set"), "{shown}");

    // A policy counts more; and by it the installed program finds the real service.
    let server = format!("http://{}", service.address());
    computer.write(POLICY, "ServerUrl", &server);
    computer.write(POLICY, "ServerKey", service.identity_key());
    computer.write(POLICY, "Colour", "blue");
    let shown = computer.settings_in_force();
    assert!(shown.contains(&format!("ServerUrl: {server} ({POLICY})")), "{shown}");
    assert!(shown.contains("Colour: means nothing"), "{shown}");
    let mut enrol = Running::start(&mut wine.command(Path::new(PROGRAM)));
    let window = desk.window_of(&mut enrol, "Before you start, step 1 of");
    desk.focus(&window);
    desk.press(&["ctrl+q"]);
    assert_eq!(enrol.ended(30), Some(0), "{}", enrol.said());
    // A wrong one is told, and nothing is shown.
    computer.write(POLICY, "Renderer", "crayons");
    let refused = computer.run(Path::new(PROGRAM), &[]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("Renderer in {POLICY}: expected one of auto, wgpu, glow")), "{said}");
    computer.reg(&["delete", r"HKLM\Software\Policies\Enrol", "/f"]);

    std::fs::remove_file(computer.installed_file()).expect("it was there");
    assert!(computer.msiexec(&["/i", &packages.old, "REINSTALL=ALL", "REINSTALLMODE=amus"]), "repaired");
    assert!(
        computer.settings_in_force().contains("ServerUrl: https://enrol.example.org"),
        "kept by a repair"
    );

    assert!(computer.msiexec(&["/i", &packages.new, "RENDERER=glow"]), "upgraded");
    let upgraded = computer.everything();
    assert!(upgraded.iter().any(|line| line.contains("DisplayVersion\"=\"0.2.0")));
    assert!(!upgraded.iter().any(|line| line.contains("DisplayVersion\"=\"0.1.0")), "one at a time");
    let shown = computer.settings_in_force();
    assert!(shown.contains("ServerUrl: https://enrol.example.org"), "kept by an upgrade: {shown}");
    assert!(shown.contains(&format!("Renderer: glow ({SETTINGS})")), "{shown}");
    assert!(!computer.msiexec(&["/i", &packages.old]), "no way back by accident");

    assert!(computer.msiexec(&["/x", &packages.new]), "removed");
    // What the person has not sent yet is theirs, and stays.
    let after = computer.everything();
    let left: Vec<&String> =
        after.difference(&before).filter(|line| !line.contains("/AppData/Local/enrol")).collect();
    assert!(left.is_empty(), "left behind: {left:#?}");
    assert_eq!(before.difference(&after).collect::<Vec<_>>(), [""; 0], "and took nothing with it");
}

/// Two versions, signed.
struct Packages {
    old: String,
    new: String,
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
        let program = folder.join("enrol.exe");
        let mut strip = tool("x86_64-w64-mingw32-strip", "binutils-mingw-w64-x86-64");
        run(strip.arg("-o").arg(&program).arg(enrol_exe()));
        let make = |version: &str| {
            let package = folder.join(format!("enrol-{version}.msi"));
            let mut msi = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../packaging/windows/msi"));
            msi.env("ENROL_SIGN_CERTIFICATE", &certificate).env("ENROL_SIGN_KEY", &key);
            run(msi.arg(&program).arg(version).arg(&package));
            let mut verify = tool("osslsigncode", "osslsigncode");
            let verified =
                run(verify.arg("verify").arg("-CAfile").arg(&certificate).arg("-in").arg(&package));
            let said = String::from_utf8_lossy(&verified.stdout);
            assert!(said.contains("Signature verification: ok"), "{said}");
            package.display().to_string()
        };
        Self { old: make("0.1.0"), new: make("0.2.0") }
    }
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

    /// Whether it was done. No question is asked.
    fn msiexec(&self, arguments: &[&str]) -> bool {
        self.run(Path::new("msiexec"), &[arguments, &["/qn"]].concat()).status.success()
    }

    fn reg(&self, arguments: &[&str]) {
        let output = self.run(Path::new("reg"), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    }

    fn write(&self, key: &str, name: &str, value: &str) {
        self.reg(&["add", key, "/v", name, "/d", value, "/f"]);
    }

    fn settings_in_force(&self) -> String {
        let output = self.run(Path::new(PROGRAM), &["--show-policy"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn installed_file(&self) -> PathBuf {
        self.wine.drive().join("Program Files/Enrol/enrol.exe")
    }

    /// Every file's name, and every value of the registry's software with its key.
    fn everything(&self) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = super::enrolling::below(&self.wine.drive()).into_iter().collect();
        // Not what wine notes of its hardware at each start.
        for key in [r"HKLM\Software", r"HKCU\Software"] {
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
