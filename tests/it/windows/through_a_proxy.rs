//! The Windows program behind a school's proxy, by WinHTTP as wine has it: a named proxy, a PAC file, the settings of the
//! user and of the computer.
//!
//! Not here: WPAD (the network would have to announce a file), and a real Windows.

use std::path::Path;
use std::process::Stdio;

use tests::by_keyboard::wait_for_next;
use tests::needs::{run, tool};
use tests::programs::Running;
use tests::school::{NAME, Proxy, TlsService};
use tests::wine::{Wine, enrol_exe};
use tests::x11::Screen;

const POLICY: &str = r"HKLM\Software\Policies\Enrol\Enrol";
const TRUSTED: &str = r"HKCU\Software\Microsoft\SystemCertificates\Root\Certificates";
const OF_THE_USER: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
const OF_THE_COMPUTER: &str = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections";

#[test]
fn the_windows_program_takes_the_way_that_it_is_set_to() {
    let school = TlsService::start();
    let proxy = Proxy::start();
    let screen = Screen::open(1000, 800);
    let wine = Wine::on(&screen);
    let write = |key: &str, name: &str, kind: &str, value: &str| {
        let mut command = wine.command(Path::new("reg"));
        command.args(["add", key, "/v", name, "/t", kind, "/d", value, "/f"]).stdin(Stdio::null());
        assert!(command.output().expect("wine starts").status.success(), "{name}");
    };
    let check = || {
        let mut command = wine.command(enrol_exe());
        let output = command.arg("--check-connection").stdin(Stdio::null()).output().expect("wine starts");
        (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
    };
    let connect = format!("CONNECT {NAME}:{}", school.service.address().port());
    let connects = || proxy.asked().iter().filter(|asked| **asked == connect).count();
    write(POLICY, "ServerUrl", "REG_SZ", &school.url(NAME));
    write(POLICY, "ServerKey", "REG_SZ", school.service.identity_key());
    write(POLICY, "Proxy", "REG_SZ", &proxy.url());

    // An authority that Windows does not trust, and one that a file names.
    let (said, code) = check();
    assert!(code == Some(1) && said.contains("NOT REACHED"), "{said}");
    write(POLICY, "CaFile", "REG_SZ", &format!("Z:{}", school.ca_file().display()));
    let (said, code) = check();
    assert_eq!(code, Some(0), "{said}");
    write(POLICY, "CaFile", "REG_SZ", "");
    let (thumbprint, blob) = trusted(&school);
    write(&format!(r"{TRUSTED}\{thumbprint}"), "Blob", "REG_BINARY", &blob);

    // The policy names the proxy: the window opens, and the service's pages come through it.
    let (said, code) = check();
    assert_eq!(code, Some(0), "{said}");
    let before = connects();
    let mut enrol = Running::start(&mut wine.command(enrol_exe()));
    let window = screen.window_of(&mut enrol, "Before you start, step 1 of");
    // Only a policy that came leads to page 2.
    screen.focus(&window);
    wait_for_next(&screen);
    assert!(connects() > before, "through the proxy");
    screen.press_stop(1);
    screen.window("How we use your details, step 2 of");
    drop(enrol);

    // A PAC file of the policy.
    let before = connects();
    write(POLICY, "Proxy", "REG_SZ", &format!("pac:{}", proxy.pac_url()));
    let (said, code) = check();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("through {}: reached", proxy.url())), "{said}");
    assert!(connects() > before && proxy.asked().iter().any(|asked| asked == "GET /proxy.pac"), "{said}");

    // What Windows is set to: the user's PAC file, their list, one that excepts the service, the computer's list.
    write(POLICY, "Proxy", "REG_SZ", "system");
    let through = format!("through {}: reached", proxy.url());
    let list = proxy.url().replace("http://", "");
    let (pac, none) = (proxy.pac_url(), String::new());
    let other_list = format!("http=127.0.0.1:9;https={list}");
    for (flags, settings, how) in [
        (PAC, [&none, &none, &pac], format!("the PAC file {pac} says")),
        (LIST, [&list, &none, &none], "this user's settings name a proxy".to_owned()),
        (
            LIST,
            [&other_list, &"<local>;10.*".to_owned(), &none],
            "this user's settings name a proxy".to_owned(),
        ),
    ] {
        let before = connects();
        write(OF_THE_USER, "DefaultConnectionSettings", "REG_BINARY", &binary(0x46, flags, &settings));
        let (said, code) = check();
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&how) && said.contains(&through), "{said}");
        assert_eq!(connects(), before + 1, "{said}");
    }
    let excepted = [&list, &"<local>;*.SCHOOL.test".to_owned(), &none];
    write(OF_THE_USER, "DefaultConnectionSettings", "REG_BINARY", &binary(0x46, LIST, &excepted));
    let (before, (said, code)) = (connects(), check());
    assert_eq!((connects(), code), (before, Some(1)), "past the proxy nobody knows the name: {said}");
    assert!(said.contains("except this host") && said.contains("directly: NOT REACHED"), "{said}");
    write(OF_THE_USER, "DefaultConnectionSettings", "REG_BINARY", &binary(0x46, 0, &[&none; 3]));
    write(OF_THE_COMPUTER, "WinHttpSettings", "REG_BINARY", &binary(0x18, LIST, &[&list, &none]));
    let (said, code) = check();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the computer's settings name a proxy") && said.contains(&through), "{said}");
}

/// An authority's certificate as Windows keeps it: its fingerprint, and three numbers and its bytes.
fn trusted(school: &TlsService) -> (String, String) {
    let said = run(tool("openssl", "openssl")
        .args(["x509", "-noout", "-fingerprint", "-sha1", "-in"])
        .arg(school.ca_file()));
    let said = String::from_utf8_lossy(&said.stdout).trim().replace(':', "");
    let thumbprint = said.split_once('=').expect("a fingerprint").1.to_owned();
    let pem = std::fs::read_to_string(school.ca_file()).expect("it is there");
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = data_encoding::BASE64.decode(lines.as_bytes()).expect("base64");
    let mut bytes: Vec<u8> = [32, 1].iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
    bytes.extend(u32::try_from(der.len()).expect("short").to_le_bytes());
    (thumbprint, data_encoding::HEXUPPER.encode(&[bytes, der].concat()))
}

/// That there is a list of proxies, and that there is a PAC file.
const LIST: u32 = 2;
const PAC: u32 = 4;

/// The settings as Windows keeps them: numbers, then each text after its length.
fn binary(version: u32, flags: u32, texts: &[&String]) -> String {
    let count = u32::from(version == 0x46);
    let mut bytes: Vec<u8> =
        [version, count, flags | 1].iter().flat_map(|number| number.to_le_bytes()).collect();
    for text in texts {
        bytes.extend(u32::try_from(text.len()).expect("short").to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend([0; 32]);
    data_encoding::HEXUPPER.encode(&bytes)
}
