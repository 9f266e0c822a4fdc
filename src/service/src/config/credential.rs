//! The key file as systemd hands it over: `LoadCredential=` puts a copy into a folder of the service's own, which lies
//! in memory.
//!
//! Not here: who may have which rights to it (`keys::place`).

use std::path::{Path, PathBuf};

/// What a setting begins with that means a credential and no path.
const PREFIX: &str = "credential:";

/// Where the key file is: with what was handed over under its name, or where the setting says.
pub(super) fn of(keys: &Path, folder: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(name) = keys.to_str().and_then(|keys| keys.strip_prefix(PREFIX)) {
        let is_name = !name.is_empty() && name != "." && name != ".." && !name.contains('/');
        if !is_name {
            return Err(format!(
                "{PREFIX}{name} is no name of a credential; expected for example {PREFIX}keys.toml"
            ));
        }
        let file = folder.map(|folder| folder.join(name)).filter(|file| file.exists());
        return file.ok_or_else(|| {
            format!(
                "systemd has handed over no credential {name}; expected LoadCredential={name}:FILE in the unit. A command that is run by hand needs it too: systemd-run, or as the file's owner with ENROL_KEYS=FILE"
            )
        });
    }
    let handed_over = folder.zip(keys.file_name()).map(|(folder, name)| folder.join(name));
    Ok(handed_over.filter(|file| file.exists()).unwrap_or_else(|| keys.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_of_systemd_counts_more_than_a_file_of_the_same_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let (keys, at) = (Path::new("/etc/enrol/keys/keys.toml"), Some(folder.path()));
        assert_eq!(of(keys, None).as_deref(), Ok(keys));
        assert_eq!(of(keys, at).as_deref(), Ok(keys), "others may be handed over, and not this");
        let named = Path::new("credential:keys.toml");
        for folder in [None, at] {
            let problem = of(named, folder).expect_err("none is there");
            assert!(problem.contains("LoadCredential=keys.toml:"), "{problem}");
        }
        let there = folder.path().join("keys.toml");
        std::fs::write(&there, "").expect("writes");
        for setting in [keys, named] {
            assert_eq!(of(setting, at).as_deref(), Ok(&*there));
        }
        for wrong in ["credential:", "credential:..", "credential:a/b"] {
            assert!(of(Path::new(wrong), at).is_err(), "{wrong}");
        }
    }
}
