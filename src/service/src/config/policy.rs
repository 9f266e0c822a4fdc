//! Reads the trust's policy and names the line of what is wrong in it.
//!
//! Not here: what a policy must be (`domain::Policy`), and its serial (`documents`).

use std::path::Path;

use domain::Policy;
use ipnet::IpNet;

use super::ConfigError;

/// Reads and checks a policy file.
pub fn policy_from(file: &Path) -> Result<Policy, ConfigError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
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
/// A school on this computer is refused here, and not by `Policy::check`: practice trusts and tests have one, and add it
/// to the policy that they read.
pub fn policy_from_text(file: &Path, text: &str) -> Result<Policy, ConfigError> {
    let of_toml = |error| ConfigError::of_toml(file, text, &error);
    let mut unknown = None;
    let read = toml::Deserializer::parse(text).map_err(of_toml)?;
    let policy: Policy =
        serde_ignored::deserialize(read, |setting| _ = unknown.get_or_insert_with(|| setting.to_string()))
            .map_err(of_toml)?;
    if let Some(setting) = unknown {
        let problem =
            "unknown field; `enrol-service default-config --policy` prints those that there are".to_owned();
        return Err(ConfigError::in_file(file, text, &setting, problem));
    }
    policy.check().map_err(|error| ConfigError::in_file(file, text, &error.setting, error.problem))?;
    for (place, school) in policy.schools.iter().enumerate() {
        if let Some(network) = school.networks.iter().find(|network| touches_loopback(network)) {
            let setting = format!("schools[{place}].networks");
            let problem = format!(
                "{network} holds addresses of the server itself, so that a proxy on it would put everybody into a school; expected the school's public addresses"
            );
            return Err(ConfigError::in_file(file, text, &setting, problem));
        }
    }
    Ok(policy)
}

fn touches_loopback(network: &IpNet) -> bool {
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
            ("redeems = 5", "redeeems = 5", "redeems", "unknown field"),
            ("id = \"willow\"", "id = \"elm\"", "id = \"willow\"", "two schools"),
        ] {
            let text = EXAMPLE_POLICY.replace(from, to);
            let error = policy_from_text(Path::new("policy.toml"), &text).expect_err(to);
            assert!(error.place.starts_with(&format!("policy.toml, line {}", line_of(part))), "{error}");
            assert!(error.problem.contains(expected), "{error}");
        }
        assert!(policy_from_text(Path::new("p"), EXAMPLE_POLICY).is_ok());
    }

    #[test]
    fn the_server_itself_is_no_school() {
        for bad in [
            "127.0.0.0/8",
            "127.0.0.1/32",
            "64.0.0.0/2",
            "::1/128",
            "::/64",
            "::ffff:127.0.0.1/128",
            "::ffff:0:0/96",
        ] {
            let text =
                EXAMPLE_POLICY.replace("\"198.51.100.0/25\"", &format!("\"198.51.100.0/25\", \"{bad}\""));
            let error = policy_from_text(Path::new("policy.toml"), &text).expect_err(bad);
            assert!(error.place.ends_with("schools[2].networks"), "{error}");
            assert!(
                error.problem.contains("the server itself") && error.problem.contains("public addresses"),
                "{error}"
            );
        }
    }
}
