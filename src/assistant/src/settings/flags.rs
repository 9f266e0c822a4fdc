//! The flags of `enrol` and the variables that stand for them.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use clap::{
    Arg, ArgMatches, CommandFactory as _, FromArgMatches as _, Parser,
    error::{ContextKind, ContextValue},
    parser::ValueSource,
};
use platform::ServiceUrl;
use protocol::IdentityKey;

use super::{Origin, misspelt::misspelt_variables};
use crate::{
    effects::proxy::ProxyChoice,
    window::{RendererChoice, ThemeChoice},
    workstation::{Mode, SiteId},
};

/// Set up sign-in security: link an authenticator app, prove it, send it.
#[derive(Debug, Parser)]
#[command(name = "enrol", version, about, after_help = AFTER)]
pub struct Flags {
    /// Address of the central service, for example https://enrol.example.org
    #[arg(long, env = "ENROL_SERVER", value_name = "URL")]
    pub server: Option<ServiceUrl>,

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

    /// What paints the window. By itself it takes what works here
    #[arg(long, env = "ENROL_RENDERER", value_name = "NAME")]
    pub renderer: Option<RendererChoice>,

    /// Which colours the window has. By itself it is light, unless the system asks for dark
    #[arg(long, env = "ENROL_THEME", value_name = "NAME")]
    pub theme: Option<ThemeChoice>,

    /// Who sits at this computer. In a session the last page leads to the next person
    #[arg(long, env = "ENROL_MODE", value_name = "NAME")]
    pub mode: Option<Mode>,

    /// The school or room that this computer stands in. Sent with each enrolment that is not made at a station
    #[arg(long, env = "ENROL_SITE", value_name = "ID")]
    pub site: Option<SiteId>,

    /// Which way leads to the service: system, direct, http://HOST:PORT, or on Windows pac:https://HOST/proxy.pac
    #[arg(long, env = "ENROL_PROXY", value_name = "WAY")]
    pub proxy: Option<ProxyChoice>,

    /// Try every way to the service, say how it went and whether it is the service that is expected, then stop
    #[arg(long)]
    pub check_connection: bool,

    /// Make this computer an enrolment station, for this user: asks for the code that IT got from the service, then stop
    #[arg(long, conflicts_with_all = ["check_connection", "show_policy", "forget_station"])]
    pub register_station: bool,

    /// Make this computer an ordinary one again: delete the station's key, then stop
    #[arg(long, conflicts_with_all = ["check_connection", "show_policy"])]
    pub forget_station: bool,

    /// Print the settings that count and where each comes from, then stop
    #[arg(long)]
    pub show_policy: bool,

    /// The flags whose value came from a variable.
    #[arg(skip)]
    pub(super) from_variables: Vec<&'static str>,

    /// The flags that were typed although their variable is set.
    #[arg(skip)]
    pub(super) over_variables: Vec<String>,

    /// Variables that are nearly those of flags, each with the one that was meant.
    #[arg(skip)]
    pub(super) misspelt_variables: Vec<(String, String)>,
}

const AFTER: &str = "\
On Windows, policies (HKLM and then HKCU, Software\\Policies\\Enrol\\Enrol) come before flags, and what the installer wrote
(HKLM, Software\\Enrol\\Enrol) comes after them: ServerUrl, ServerKey, CaFile, Renderer, Theme, Mode, SiteId,
Proxy.
Exit codes: 0 closed by the person, or (on Windows) the window that is open came to the front; 1 a fault; 2 a wrong setting, or with --check-connection an answer that this computer refuses; 3 already open; 4 nothing to show the pages on.";

impl Flags {
    /// From the words that the program was started with.
    ///
    /// # Errors
    ///
    /// When clap says no, or has said all there is to say.
    pub fn read(words: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let matches = Self::command().try_get_matches_from(&words).map_err(|error| {
            if !error.use_stderr() {
                return error;
            }
            Self::without_variables(&words).unwrap_or_else(|| naming_the_variable(error))
        })?;
        let mut flags = Self::from_arg_matches(&matches)?;
        flags.from_variables =
            ["server", "server_key", "ca_file", "renderer", "theme", "mode", "site", "proxy"]
                .into_iter()
                .filter(|flag| is_from_variable(&matches, flag))
                .collect();
        flags.over_variables = over_variables(&matches, |variable| std::env::var_os(variable).is_some());
        let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        flags.misspelt_variables = misspelt_variables(set, &Self::variables());
        Ok(flags)
    }

    /// The variables that stand for flags.
    fn variables() -> Vec<String> {
        let command = Self::command();
        let variables = command.get_arguments().filter_map(|flag| flag.get_env());
        variables.map(|variable| variable.to_string_lossy().into_owned()).collect()
    }

    /// What is wrong with the words alone. With a variable set, clap takes its flag for typed, and a usage line shows it as if
    /// it had to be.
    fn without_variables(words: &[OsString]) -> Option<clap::Error> {
        Self::command().mut_args(|flag| flag.env(None::<&str>)).try_get_matches_from(words).err()
    }

    /// Whether it is a command for IT, who see what it says: it opens no window.
    pub fn is_for_it(&self) -> bool {
        self.check_connection
            || self.register_station
            || self.forget_station
            || self.show_policy
            || self.console
    }

    /// Whether words that cannot be read may be those of an icon: a wrong value, and neither a command for IT nor anything
    /// that is not known. A script with a slip in it ends, and waits for nobody.
    pub fn may_open_a_window(words: &[OsString]) -> bool {
        let command = Self::command();
        let mut words = words.iter().skip(1);
        while let Some(word) = words.next() {
            let Some(word) = word.to_str().and_then(|word| word.strip_prefix("--")) else { return false };
            let (name, value) =
                word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
            let flag = command.get_arguments().find(|flag| flag.get_long() == Some(name));
            // The flags without a value are the commands for IT.
            if !flag.is_some_and(|flag| flag.get_action().takes_values()) {
                return false;
            }
            if value.is_none() {
                words.next();
            }
        }
        true
    }

    /// Where the values of a flag came from, the one that counts first.
    pub(super) fn origins(&self, flag: &str) -> Vec<Origin> {
        if self.from_variables.contains(&flag) {
            vec![Origin::Variable]
        } else if self.over_variables.iter().any(|over| over == flag) {
            vec![Origin::Flag, Origin::Variable]
        } else {
            vec![Origin::Flag]
        }
    }
}

/// A fault that is in no word: clap names the flag, which nobody typed.
fn naming_the_variable(mut error: clap::Error) -> clap::Error {
    let mut command = Flags::command();
    // Only then a flag knows how it is written.
    command.build();
    let said = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    let flag = command.get_arguments().find(|flag| flag.to_string() == said);
    if let Some(variable) = flag.and_then(Arg::get_env) {
        let tip = format!("it comes from the variable {}", variable.to_string_lossy());
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Which flag or variable clap speaks of, without its value.
pub fn named(error: &clap::Error) -> String {
    // Then the argument is a word that somebody wrote: half a path with a name in it, for example.
    if error.kind() == clap::error::ErrorKind::UnknownArgument {
        return "An argument that is not known".to_owned();
    }
    match error.get(ContextKind::InvalidArg) {
        Some(argument) => format!("The flag {argument}, or the variable that stands for it"),
        None => "A flag".to_owned(),
    }
}

/// The flags that were typed although their variable is set.
fn over_variables(matches: &ArgMatches, is_set: impl Fn(&OsStr) -> bool) -> Vec<String> {
    let command = Flags::command();
    let is_over = |flag: &&Arg| {
        let is_typed = matches.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine);
        is_typed && flag.get_env().is_some_and(&is_set)
    };
    command.get_arguments().filter(is_over).map(|flag| flag.get_id().to_string()).collect()
}

fn is_from_variable(matches: &ArgMatches, flag: &str) -> bool {
    matches.value_source(flag) == Some(ValueSource::EnvVariable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_that_is_typed_over_its_variable_is_known() {
        let line = ["enrol", "--server", "https://flag.example", "--theme", "dark"];
        let matches = Flags::command().try_get_matches_from(line).expect("good");
        let set = |variable: &OsStr| variable == "ENROL_SERVER" || variable == "ENROL_MODE";
        assert_eq!(over_variables(&matches, set), ["server"]);
        assert_eq!(over_variables(&matches, |_| false), [""; 0]);
        assert!(Flags::variables().iter().any(|variable| variable == "ENROL_SERVER_KEY"));
    }
}
