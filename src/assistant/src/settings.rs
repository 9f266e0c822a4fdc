//! What `enrol` is told when it starts. Flags first, then the environment; there is no file of settings yet.

use std::path::PathBuf;

use clap::Parser;
use protocol::IdentityKey;

use crate::effects::ServiceAddress;

/// Set up sign-in security: link an authenticator app, prove it, send it.
#[derive(Debug, Parser)]
#[command(name = "enrol", version, about, after_help = EXIT_CODES)]
pub struct Settings {
    /// Address of the central service, for example https://enrol.example.org
    #[arg(long, env = "ENROL_SERVER", value_name = "URL")]
    pub server: ServiceAddress,

    /// The service's identity key (ek1_...), as its `serve` command prints it. Without it the first key seen is remembered
    #[arg(long, env = "ENROL_SERVER_KEY", value_name = "KEY")]
    pub server_key: Option<IdentityKey>,

    /// Folder for what is not sent yet and for the page reached
    #[arg(long, env = "ENROL_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Run in this terminal instead of a window
    #[arg(long)]
    pub console: bool,

    /// File of certificates (PEM) to trust besides the system's
    #[arg(long, env = "ENROL_CA_FILE", value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

const EXIT_CODES: &str = "Exit codes: 0 closed by the person; 1 a fault; 2 a wrong setting; 3 already open; 4 neither a window nor a terminal.";

impl Settings {
    /// The folder that was asked for, or the system's usual one for this program.
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.data.clone().or_else(|| {
            directories::ProjectDirs::from("", "", "enrol").map(|folders| folders.data_local_dir().to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Settings, String> {
        Settings::try_parse_from(std::iter::once("enrol").chain(arguments.iter().copied()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_is_expected() {
        let settings =
            parse(&["--server", "https://enrol.example.org", "--console", "--data", "here"]).expect("good");
        assert!(settings.console);
        assert_eq!(settings.data_folder(), Some(PathBuf::from("here")));
        let error = parse(&["--server", "http://enrol.example.org"]).expect_err("plain http");
        assert!(error.contains("--server") && error.contains("expected https://"), "{error}");
        let error =
            parse(&["--server", "https://enrol.example.org", "--server-key", "xyz"]).expect_err("no key");
        assert!(error.contains("--server-key") && error.contains("ek1_"), "{error}");
    }
}
