//! Reads the trust's policy and names the line of what is wrong in it.
//!
//! Not here: what a policy must be (`domain::Policy`), and its serial (`documents`).

use std::path::Path;

use domain::Policy;

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
    Ok(policy)
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
}
