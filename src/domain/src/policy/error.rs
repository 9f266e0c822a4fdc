//! Why a policy cannot be used.

/// A setting that cannot be used. It names the setting and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct PolicyError {
    /// The setting's path, for example `schools[1].id`.
    pub setting: String,
    /// What is wrong, and what is expected.
    pub problem: String,
}

impl PolicyError {
    pub(super) fn new(setting: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into() }
    }
}

/// Refuses a number outside a range, both ends included.
pub(super) fn check_range(setting: &str, value: u32, least: u32, most: u32) -> Result<(), PolicyError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = format!("{value} is out of range; expected {least} to {most}");
    Err(PolicyError::new(setting, problem))
}
