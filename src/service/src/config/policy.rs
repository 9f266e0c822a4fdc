//! Reads the trust's policy and names the line of what is wrong in it.
//!
//! Not here: what a policy must be (`domain::Policy`), and its serial (`documents`).

use std::path::Path;

use domain::{Policy, PolicyError};
use ipnet::IpNet;

use super::{ConfigError, unknown};

/// Reads and checks a policy file.
pub fn policy_from(file: &Path) -> Result<Policy, ConfigError> {
    let text = platform::read_text(file).map_err(|error| {
        ConfigError::unreadable(
            file,
            &error,
            "Make one with: enrol-service default-config --policy > policy.toml",
        )
    })?;
    policy_from_text(file, &text)
}

/// Checks a policy's text; `file` is only named.
///
/// A school on this computer is refused here, and not by `Policy::check`: practice trusts and tests have one, and add
/// it to the policy that they read.
pub fn policy_from_text(file: &Path, text: &str) -> Result<Policy, ConfigError> {
    let of_toml = |error| ConfigError::of_toml(file, text, &error);
    let mut unknown = None;
    let parsed = toml::Deserializer::parse(text).map_err(of_toml)?;
    let read: Result<Policy, _> =
        serde_ignored::deserialize(parsed, |setting| _ = unknown.get_or_insert_with(|| setting.to_string()));
    // First, since a setting is missing where its name was misspelt.
    if let Some(setting) = unknown {
        return Err(unknown_setting(file, text, &setting));
    }
    let policy = read.map_err(of_toml)?;
    refuse_loopback(&policy)
        .and_then(|()| policy.check())
        .map_err(|error| ConfigError::in_file(file, text, &error.setting, error.problem))?;
    Ok(policy)
}

fn unknown_setting(file: &Path, text: &str, setting: &str) -> ConfigError {
    let names = unknown::policy_names(setting);
    let written = setting.rsplit('.').next().unwrap_or(setting);
    let suggestion = unknown::suggestion(written, names.iter().map(String::as_str));
    let problem = format!(
        "unknown field{suggestion}; `enrol-service default-config --policy` prints those that there are"
    );
    ConfigError::in_file(file, text, setting, problem)
}

fn refuse_loopback(policy: &Policy) -> Result<(), PolicyError> {
    for (at, school) in policy.schools.iter().enumerate() {
        for (number, network) in school.networks.iter().enumerate() {
            // A network of every address is refused with words of its own.
            if network.prefix_len() > 0 && overlaps_loopback(network) {
                return Err(PolicyError {
                    setting: format!("schools[{at}].networks[{number}]"),
                    problem: format!(
                        "{network} holds addresses of the server itself, so that a proxy on it would put everybody into a school; expected the school's public addresses"
                    ),
                });
            }
        }
    }
    Ok(())
}

fn overlaps_loopback(network: &IpNet) -> bool {
    // ::ffff:127.0.0.0/104 is 127.0.0.0/8 as IPv6 writes it.
    ["127.0.0.0/8", "::1/128", "::ffff:127.0.0.0/104"].iter().any(|loopback| {
        loopback
            .parse::<IpNet>()
            .is_ok_and(|loopback| loopback.contains(network) || network.contains(&loopback))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EXAMPLE_POLICY;

    #[test]
    fn a_wrong_line_of_the_policy_is_named() {
        let line_of =
            |part: &str| EXAMPLE_POLICY.lines().position(|line| line.starts_with(part)).expect("there") + 1;
        for (from, to, part, expected) in [
            ("go_live = \"2027-01-05\"", "go_live = \"soon\"", "go_live", "expected a day"),
            ("lifetime_hours = 336", "lifetime_hours = 9000", "lifetime_hours", "expected 1 to 720"),
            ("redeems = 5", "redeeems = 5", "redeems", "unknown field (did you mean redeems?)"),
            ("go_live = ", "go_liv = ", "go_live", "did you mean go_live?"),
            ("team = \"IT", "taem = \"IT", "team", "did you mean team?"),
            ("[help]", "[halp]", "[help]", "did you mean help?"),
            ("name = \"Willow", "nmae = \"Willow", "name = \"Willow", "did you mean name?"),
            (
                "go_live = ",
                "colour = 1\ngo_live = ",
                "go_live",
                "unknown field; `enrol-service default-config",
            ),
            ("id = \"willow\"", "id = \"elm\"", "id = \"willow\"", "two schools"),
            (
                "192.0.2.64/26",
                "203.0.113.9/1",
                "networks = [\"192.0.2.64/26\"]",
                "expected the network 128.0.0.0/1",
            ),
            ("192.0.2.64/26", "12.0.0.0/8", "networks = [\"192.0.2.64/26\"]", "wide_networks = true"),
            ("192.0.2.64/26", "192.0.2.0/26", "networks = [\"192.0.2.64/26\"]", "of the school elm already"),
        ] {
            let text = EXAMPLE_POLICY.replace(from, to);
            let error = policy_from_text(Path::new("policy.toml"), &text).expect_err(to);
            assert!(error.place.starts_with(&format!("policy.toml, line {}", line_of(part))), "{error}");
            assert!(error.problem.contains(expected), "{error}");
        }
        assert!(policy_from_text(Path::new("p"), EXAMPLE_POLICY).is_ok());
    }

    #[test]
    fn a_file_is_read_as_an_editor_saved_it_or_refused_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.toml");
        let text = EXAMPLE_POLICY.replace("Elm Academy", "Ysgol Siân");
        let line = text.lines().position(|line| line.contains("Ysgol Siân")).expect("a school") + 1;
        let read = |bytes: Vec<u8>| {
            std::fs::write(&file, bytes).expect("writes");
            policy_from(&file)
        };
        let utf16 = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes);
        for bytes in [text.clone().into_bytes(), format!("\u{feff}{text}").into_bytes(), utf16.collect()] {
            assert_eq!(read(bytes).expect("a policy").schools[0].name.as_str(), "Ysgol Siân");
        }
        let windows = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let error = read(windows).expect_err("Windows-1252");
        assert!(error.place.ends_with(&format!("policy.toml, line {line}")), "{error}");
        assert!(error.problem.contains("save it as UTF-8") && !error.problem.contains("Make one"), "{error}");
        let missing = policy_from(&folder.path().join("none.toml")).expect_err("not there");
        assert!(missing.problem.contains("Make one with"), "{missing}");
    }

    #[test]
    fn networks_and_days_are_read_leniently_or_refused_with_an_example() {
        let with = |from: &str, to: &str| {
            policy_from_text(Path::new("policy.toml"), &EXAMPLE_POLICY.replace(from, to))
        };
        let policy =
            with("\"198.51.100.0/25\"", "\"::ffff:10.9.0.0/122\", \"10.9.0.200\"").expect("a policy");
        for (address, school) in [("10.9.0.63", true), ("10.9.0.64", false), ("10.9.0.200", true)] {
            let found = policy.school_at(address.parse().expect("an address"));
            assert_eq!(found.is_some(), school, "{address}");
        }
        for (from, to, expected) in [
            ("\"198.51.100.0/25\"", "\"198.51.100\"", "203.0.113.0/24"),
            ("\"198.51.100.0/25\"", "\"::ffff:0:0/90\"", "the IPv4 network by itself"),
            ("go_live = \"2027-01-05\"", "go_live = 2027-01-05", "in quotes"),
            ("go_live = \"2027-01-05\"", "go_live = 5", "in quotes"),
        ] {
            let error = with(from, to).expect_err(to);
            assert!(error.problem.contains(expected) && error.place.contains("line "), "{error}");
        }
    }

    #[test]
    fn the_server_itself_is_no_school() {
        for bad in ["127.0.0.0/8", "127.0.0.1/32", "64.0.0.0/2", "::1/128", "::/64", "::ffff:127.0.0.1/128"] {
            let text =
                EXAMPLE_POLICY.replace("\"198.51.100.0/25\"", &format!("\"198.51.100.0/25\", \"{bad}\""));
            let error = policy_from_text(Path::new("policy.toml"), &text).expect_err(bad);
            assert!(error.place.ends_with("schools[2].networks[1]"), "{error}");
            assert!(
                error.problem.contains("the server itself") && error.problem.contains("public addresses"),
                "{error}"
            );
        }
        // IPv4's every address, as IPv6 writes it.
        let text = EXAMPLE_POLICY.replace("\"198.51.100.0/25\"", "\"::ffff:0:0/96\"");
        let error = policy_from_text(Path::new("policy.toml"), &text).expect_err("everybody");
        assert!(error.problem.contains("every address"), "{error}");
    }
}
