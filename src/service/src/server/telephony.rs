//! The telephone line that the settings name.

use std::path::Path;
use std::sync::Arc;

use ::telephony::{
    AsteriskLine, AsteriskSettings, Behaviour, Line, Pace as Speed, PracticeLine, PracticePhone,
    ProviderLine, ProviderSettings, SpokenName, Vocabulary,
};
use domain::Policy;
use zeroize::Zeroizing;

use super::tls::is_readable_by_all;
use crate::config::{Calls, ConfigError, LineKind, Settings};
use engine::{Calling, Pace};

/// No password is longer.
const LONGEST_SECRET: usize = 1_024;

/// Connects the line, for a service that serves under this policy. It needs a tokio runtime: a line may connect by itself.
pub(super) fn connect(settings: &Settings, policy: &Policy) -> Result<Calling, ConfigError> {
    let Some(calls) = &settings.calls else { return Ok(Calling::Nothing) };
    let Calls { line, max_calls, calls_per_second, asterisk, provider } = calls;
    let line = match (line, asterisk, provider) {
        (LineKind::Asterisk, Some(asterisk), _) => {
            let settings = AsteriskSettings {
                ari: asterisk.ari.clone(),
                user: asterisk.user.clone(),
                password: read_secret("calls.asterisk.password_file", &asterisk.password_file)?,
                application: asterisk.application.clone(),
                dial: asterisk.dial.clone(),
                sounds: asterisk.sounds.clone(),
                from: asterisk.from.clone(),
                vocabulary: vocabulary(policy),
            };
            Line::Asterisk(
                AsteriskLine::start(settings).map_err(|error| config_error("calls.asterisk", &error))?,
            )
        }
        (LineKind::Provider, _, Some(provider)) => {
            let settings = ProviderSettings {
                api: provider.api.clone(),
                account: provider.account.clone(),
                secret: read_secret("calls.provider.secret_file", &provider.secret_file)?,
                from: provider.from.clone(),
                public: provider.public.clone(),
            };
            Line::Provider(
                ProviderLine::new(settings).map_err(|error| config_error("calls.provider", &error))?,
            )
        }
        // Nobody sees this phone, so it presses the right keys by itself.
        (LineKind::Practice, ..) => {
            let phone = PracticePhone::by_itself(Speed::LIFE, |_| Behaviour::RightKeys);
            Line::Practice(PracticeLine::new(phone))
        }
        // The settings were checked: what is named is there.
        (LineKind::Asterisk | LineKind::Provider, ..) => return Ok(Calling::Nothing),
    };
    Ok(Calling::Line(Arc::new(line), Pace { max_calls: *max_calls, calls_per_second: *calls_per_second }))
}

/// What the voice can be asked to say under a policy.
fn vocabulary(policy: &Policy) -> Vocabulary {
    let sign_ins = policy.calls.sign_ins.iter().filter_map(|name| SpokenName::new(name));
    let names = SpokenName::from_text(policy.trust.name.as_str()).into_iter().chain(sign_ins).collect();
    Vocabulary { language: policy.calls.language, names }
}

/// The line as a command has it: another process places the calls.
pub(super) fn line_of_another_process(settings: &Settings) -> Calling {
    match &settings.calls {
        None => Calling::Nothing,
        Some(calls) => Calling::Elsewhere { practice: calls.line == LineKind::Practice },
    }
}

fn config_error(setting: &str, error: &dyn std::error::Error) -> ConfigError {
    ConfigError { place: setting.to_owned(), problem: domain::error_chain(error) }
}

/// Reads a secret: the one line of a file that is not readable by everybody.
pub(super) fn read_secret(setting: &str, file: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let place = format!("{setting}, {}", file.display());
    let problem = |problem: String| ConfigError { place: place.clone(), problem };
    let text = platform::read_text(file).map_err(|error| {
        problem(format!("cannot be read ({error}); expected a file with the secret alone"))
    })?;
    if is_readable_by_all(file) {
        return Err(problem(
            "every user of this computer can read this secret; expected mode 0600 or 0640".to_owned(),
        ));
    }
    let line = text.trim();
    if line.is_empty() || line.len() > LONGEST_SECRET || line.chars().any(char::is_control) {
        return Err(problem("expected one line with the secret alone".to_owned()));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_voice_says_the_trusts_name_and_every_sign_in_as_a_call_does() {
        let mut policy: Policy = toml::from_str(crate::config::EXAMPLE_POLICY).expect("a policy");
        policy.calls.sign_ins = vec!["remote desktop".to_owned(), "email".to_owned()];
        let names: Vec<String> =
            vocabulary(&policy).names.iter().map(|name| name.as_str().to_owned()).collect();
        let trust = SpokenName::from_text(policy.trust.name.as_str()).expect("a name");
        assert_eq!(names, [trust.as_str(), "remote desktop", "email"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_password_is_one_line_of_a_file_that_not_everybody_reads() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        let read = |text: &str, mode| {
            std::fs::write(&file, text).expect("writes");
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("mode");
            read_secret("calls.asterisk.password_file", &file)
        };
        assert_eq!(read("hunter2\n", 0o600).expect("reads").as_str(), "hunter2");
        for (text, mode, expected) in [
            ("hunter2\n", 0o644, "0600 or 0640"),
            ("hunter2\nhunter3\n", 0o640, "one line"),
            ("\n", 0o600, "one line"),
        ] {
            let error = read(text, mode).expect_err(expected).to_string();
            assert!(error.contains(expected) && error.contains("password_file"), "{error}");
            assert!(!error.contains("hunter"), "{error}");
        }
        assert!(read_secret("x", &folder.path().join("none")).is_err());
    }
}
