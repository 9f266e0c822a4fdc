//! The settings of one installed service: a TOML file, and over it environment variables that begin with `ENROL_`.
//!
//! Not here: the trust's rules. They are the policy, a file of its own (`config::policy`).

mod alerts;
mod calls;
mod credential;
mod lines;
mod policy;
mod renamed;
mod unknown;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use ipnet::IpNet;
use platform::TextFileError;
use serde::{Deserialize, Serialize};

pub use alerts::Alerts;
pub(crate) use calls::practice_address_refusal;
pub use calls::{Calls, LineKind};
pub use policy::{policy_from, policy_from_text};

/// The annotated example, as `default-config` prints it.
pub const EXAMPLE: &str = include_str!("../../../assets/service.example.toml");

/// The annotated policy, as `default-config --policy` prints it.
pub const EXAMPLE_POLICY: &str = include_str!("../../../assets/policy.example.toml");

/// Variables that begin with `ENROL_` and are no settings: they belong to commands and to tests.
const NOT_SETTINGS: [&str; 6] = ["config", "log", "data_dir", "test", "demo", "bench"];

/// Variables of the assistant, which may be set on the same computer. `ENROL_DATA` is not among them: it is a setting of
/// both programs.
const ASSISTANT_VARIABLES: [&str; 7] = ["server", "ca_file", "renderer", "theme", "mode", "site", "proxy"];

/// Everything that differs between installations. Paths are absolute or relative to the working directory.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where to listen. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// The host names that assistants use. This computer's own loopback names always count.
    pub hosts: Vec<String>,
    /// The folder for what the service keeps on disk.
    pub data: PathBuf,
    /// `sqlite` for a file in the data folder, `sqlite:PATH` or `postgres://..`.
    pub store: String,
    /// The key file, outside the data folder, for the service's own user alone. One of the same name that systemd hands
    /// over stands before it; `credential:NAME` names such a one alone.
    pub keys: PathBuf,
    /// The trust's policy.
    pub policy: PathBuf,
    /// Proxies whose `X-Forwarded-For` counts.
    #[serde(deserialize_with = "domain::deserialize_networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// From where `/metrics` may be read.
    #[serde(deserialize_with = "domain::deserialize_networks")]
    pub metrics_from: Vec<IpNet>,
    /// Certificate and key. Without them the service listens on loopback only.
    pub tls: Option<Tls>,
    /// The service is for training: only then may its line be the practice line, and it may be no other.
    pub training: bool,
    /// How people are called. Without it the policy may not list calls.
    pub calls: Option<Calls>,
    /// Where alerts are told beside the log.
    pub alerts: Option<Alerts>,
    /// Seconds from being told to stop, in which `/ready` says no and everything is still answered: for a load
    /// balancer.
    pub drain_secs: u32,
    /// What one process lets through before it sheds.
    pub flood: Flood,
    /// Warnings that name what a setting with an old name is called today.
    #[serde(skip)]
    pub old_names: Vec<String>,
    /// The file and line, or the environment variable, that says where the store is.
    #[serde(skip)]
    pub store_place: String,
}

/// Files in PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate and those that vouch for it, the service's own first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Limits that protect one process. Limits on guessing are the policy's, and count in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flood {
    /// Requests a second from one address or one relying party, in the long run; 0 for no limit. A whole school shares
    /// an address.
    pub per_second: u32,
    /// Requests that may come at once before that counts.
    pub burst: u32,
    /// Requests under way at the same time, from everywhere. One whose body is still coming is not yet under way.
    #[serde(alias = "at_once")]
    pub max_in_flight: usize,
    /// Bodies that one address or one relying party may be sending at the same time.
    pub bodies_at_once: usize,
    /// Connections that are open at the same time, from everywhere.
    pub connections: usize,
    /// The same from one address, or IPv6 network of 48 bits, that is no trusted proxy; and never more than are still
    /// free. A relying party holds one for each sign-in that waits for a call.
    #[serde(alias = "connections_of_one")]
    pub connections_per_client: usize,
}

impl Default for Flood {
    fn default() -> Self {
        Self {
            per_second: 200,
            burst: 1_000,
            max_in_flight: 512,
            bodies_at_once: 128,
            connections: 16_384,
            connections_per_client: 4_096,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8620)),
            hosts: Vec::new(),
            data: PathBuf::from("/var/lib/enrol"),
            store: "sqlite".to_owned(),
            keys: PathBuf::from("/etc/enrol/keys/keys.toml"),
            policy: PathBuf::from("policy.toml"),
            trusted_proxies: Vec::new(),
            metrics_from: vec![
                IpNet::from(IpAddr::from([127, 0, 0, 1])),
                IpNet::from(IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])),
            ],
            tls: None,
            training: false,
            calls: None,
            alerts: None,
            drain_secs: 0,
            flood: Flood::default(),
            old_names: Vec::new(),
            store_place: "store".to_owned(),
        }
    }
}

/// A wrong setting: where it stands and what is expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError {
    /// File, line and setting, or the environment variable, as far as they are known.
    pub place: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

impl ConfigError {
    fn in_file(file: &Path, text: &str, setting: &str, problem: impl Into<String>) -> Self {
        // As the file has it: perhaps under the setting's old name.
        let old = renamed::old_name(setting).filter(|old| lines::has_setting(text, old));
        let place = match lines::line_of(text, old.as_deref().unwrap_or(setting)) {
            Some(line) => format!("{}, line {line}, {setting}", file.display()),
            None => format!("{}, {setting}", file.display()),
        };
        Self { place, problem: problem.into() }
    }

    fn of_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let problem = unknown::with_suggestion(error.message());
        let Some(span) = error.span() else {
            return Self { place: file.display().to_string(), problem };
        };
        let line = lines::line_at(text, span.start);
        let key = lines::key_on_line(text, line).map(|key| format!(", {key}")).unwrap_or_default();
        Self { place: format!("{}, line {line}{key}", file.display()), problem }
    }

    /// A file that is not there can be made; one that is there is never to be written over.
    fn unreadable(file: &Path, error: &TextFileError, advice: &str) -> Self {
        let (place, problem) = match error {
            TextFileError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                (file.display().to_string(), format!("cannot be read ({error}). {advice}"))
            }
            TextFileError::Io(error) => (file.display().to_string(), format!("cannot be read ({error})")),
            TextFileError::Encoding { line } => {
                (format!("{}, line {line}", file.display()), error.to_string())
            }
        };
        Self { place, problem }
    }

    /// In the variable, where one stands over the file for this setting.
    fn in_setting(
        file: &Path,
        text: &str,
        environment: &[(String, String)],
        setting: &str,
        problem: String,
    ) -> Self {
        let variable = format!("ENROL_{}", setting.replace('.', "__").to_ascii_uppercase());
        if environment.iter().any(|(name, _)| name.eq_ignore_ascii_case(&variable)) {
            return Self { place: format!("environment variable {variable}"), problem };
        }
        Self::in_file(file, text, setting, problem)
    }
}

impl Settings {
    /// Reads and checks the file with the environment over it.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = platform::read_text(file).map_err(|error| {
            ConfigError::unreadable(
                file,
                &error,
                "Make one with: enrol-service default-config > service.toml",
            )
        })?;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::from_text(file, &text, environment)
    }

    /// Reads and checks a text; `file` is only named. `environment` stands over it.
    pub fn from_text(
        file: &Path,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let variables: Vec<(String, String)> = environment.collect();
        let handed_over = variables.iter().find(|(name, _)| name == vault::CREDENTIALS_DIRECTORY);
        let handed_over = handed_over.map(|(_, folder)| PathBuf::from(folder));
        // The file alone first: this reader knows lines.
        toml::from_str::<Self>(text).map_err(|error| ConfigError::of_toml(file, text, &error))?;
        let mut in_file: Dict = Figment::from(Toml::string(text))
            .extract()
            .map_err(|error| ConfigError { place: file.display().to_string(), problem: error.to_string() })?;
        let mut in_environment = settings_in(variables.iter().cloned());
        let twice = "set under its old and under its new name; expected one of them".to_owned();
        let mut old_names = renamed::rename_settings(&mut in_file)
            .map_err(|setting| ConfigError::in_file(file, text, &setting, twice.clone()))?;
        old_names.extend(
            renamed::rename_settings(&mut in_environment)
                .map_err(|setting| ConfigError::in_setting(file, text, &variables, &setting, twice))?,
        );
        let settings: Self = Figment::from(Serialized::defaults(Self::default()))
            .merge(Serialized::from(in_file, "default"))
            .merge(Serialized::from(in_environment, "default"))
            .extract()
            .map_err(|error| environment_error(&error, &variables))?;
        let wrong_keys = |problem| ConfigError::in_setting(file, text, &variables, "keys", problem);
        let keys = credential::of(&settings.keys, handed_over.as_deref()).map_err(wrong_keys)?;
        let store_place = ConfigError::in_setting(file, text, &variables, "store", String::new()).place;
        let settings = Self { keys, old_names, store_place, ..settings }
            .relative_to(file.parent().unwrap_or(Path::new("")));
        settings.check().map_err(|(setting, problem)| {
            ConfigError::in_setting(file, text, &variables, setting, problem)
        })?;
        Ok(settings)
    }

    fn relative_to(mut self, folder: &Path) -> Self {
        for path in [&mut self.data, &mut self.keys, &mut self.policy] {
            *path = folder.join(&*path);
        }
        if let Some(calls) = &mut self.calls {
            calls.relative_to(folder);
        }
        if let Some(alerts) = &mut self.alerts {
            alerts.secret_file = folder.join(&alerts.secret_file);
        }
        if let Some(tls) = &mut self.tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
        self
    }

    /// Checks what the types alone cannot. The error is a setting and what is expected of it.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let Self {
            listen,
            hosts,
            data: _,
            store,
            keys: _,
            policy: _,
            trusted_proxies,
            metrics_from,
            tls,
            training,
            calls,
            alerts,
            drain_secs,
            flood,
            old_names: _,
            store_place: _,
        } = self;
        if let Some(alerts) = alerts {
            alerts.check()?;
        }
        if *drain_secs > 60 {
            return Err(("drain_secs", format!("{drain_secs} is out of range; expected 0 to 60")));
        }
        if tls.is_none() && !listen.ip().is_loopback() {
            return Err((
                "listen",
                format!(
                    "{listen} would be plain HTTP for others to read; expected [tls] with certificate and key, or an address of this computer alone such as 127.0.0.1:8620"
                ),
            ));
        }
        if !listen.ip().is_loopback() && hosts.is_empty() {
            return Err(("hosts", "expected the names under which assistants reach this service, such as [\"enrol.oaktree.example\"]".to_owned()));
        }
        for host in hosts {
            let plain = !host.is_empty()
                && host.len() <= 253
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
            if !plain {
                return Err((
                    "hosts",
                    format!(
                        "{host:?} is no host name; expected a name alone, without https:// and without a port"
                    ),
                ));
            }
        }
        if !(store == "sqlite"
            || store.starts_with("sqlite:")
            || store.starts_with("postgres://")
            || store.starts_with("postgresql://"))
        {
            // Not repeated: it may hold a password.
            return Err((
                "store",
                "expected \"sqlite\", \"sqlite:PATH\" or \"postgres://USER:PASSWORD@HOST/DATABASE\""
                    .to_owned(),
            ));
        }
        store::check_address(store).map_err(|error| ("store", error.to_string()))?;
        for (setting, networks) in [("trusted_proxies", trusted_proxies), ("metrics_from", metrics_from)] {
            let checked = networks.iter().try_for_each(|network| domain::check_host_bits(*network));
            checked.map_err(|error| (setting, error.to_string()))?;
        }
        if trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            return Err((
                "trusted_proxies",
                "a network of every address would let anybody claim any address".to_owned(),
            ));
        }
        if let Some(calls) = calls {
            calls.check(*listen, *training)?;
        }
        if flood.per_second > 0 && flood.burst == 0 {
            return Err(("flood.burst", "0 would let nothing through; expected 1 or more".to_owned()));
        }
        for (setting, most) in [
            ("flood.max_in_flight", flood.max_in_flight),
            ("flood.bodies_at_once", flood.bodies_at_once),
            ("flood.connections", flood.connections),
            ("flood.connections_per_client", flood.connections_per_client),
        ] {
            if most == 0 {
                return Err((setting, "0 would let nothing through; expected 1 or more".to_owned()));
            }
        }
        Ok(())
    }

    /// The folder with the data, in which no key may lie: that of the SQLite file, wherever it is.
    pub fn store_folder(&self) -> PathBuf {
        let Some(file) = self.store_file() else { return self.data.clone() };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).to_owned()
    }

    /// SQLite's file; `None` with PostgreSQL.
    pub fn store_file(&self) -> Option<PathBuf> {
        if self.store == "sqlite" {
            return Some(self.data.join("enrol.sqlite"));
        }
        let path = self.store.strip_prefix("sqlite:")?;
        Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
    }

    /// The store's address as the store opens it.
    pub fn store_url(&self) -> String {
        if self.store == "sqlite" {
            format!("sqlite:{}", self.data.join("enrol.sqlite").display())
        } else {
            self.store.clone()
        }
    }
}

impl std::fmt::Debug for Settings {
    /// Without the store's address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// The settings among the environment's variables: `ENROL_FLOOD__MAX_IN_FLIGHT` is `flood.max_in_flight`.
fn settings_in(environment: impl Iterator<Item = (String, String)>) -> Dict {
    let mut settings = Dict::new();
    for (name, text) in environment {
        let Some(name) = name.strip_prefix("ENROL_").map(str::to_ascii_lowercase) else { continue };
        let mut others = NOT_SETTINGS.iter().chain(&ASSISTANT_VARIABLES);
        if others.any(|other| name == *other || name.starts_with(&format!("{other}_"))) {
            continue;
        }
        let value = value_in(&text);
        match name.split_once("__") {
            None => {
                settings.insert(name, value);
            }
            Some((table, key)) => {
                if let Value::Dict(_, table) =
                    settings.entry(table.to_owned()).or_insert_with(|| Value::from(Dict::new()))
                {
                    table.insert(key.to_owned(), value);
                }
            }
        }
    }
    settings
}

/// Brackets that open in one variable at most. No setting needs more than a few.
const MOST_BRACKETS: usize = 64;

/// A list, a number and so on where the text is one, and the text otherwise.
fn value_in(text: &str) -> Value {
    let brackets = text.bytes().filter(|byte| b"[{".contains(byte)).count();
    // The library's reader goes as deep as brackets open, and takes an escape behind a letter beyond ASCII for a fault.
    if brackets > MOST_BRACKETS || (text.contains('\\') && !text.is_ascii()) {
        return Value::from(text.to_owned());
    }
    text.parse().unwrap_or_else(|never| match never {})
}

fn environment_error(error: &figment::Error, variables: &[(String, String)]) -> ConfigError {
    let setting = error.path.join(".");
    let name = |setting: &str| format!("ENROL_{}", setting.replace('.', "__").to_ascii_uppercase());
    let is_set = |name: &str| variables.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    // As whoever set it called it: perhaps by the setting's old name.
    let old = renamed::old_name(&setting).map(|old| name(&old)).filter(|old| is_set(old));
    let name = old.unwrap_or_else(|| name(&setting));
    let problem = if let Kind::UnknownField(_, expected) = &error.kind {
        let name = setting.rsplit('.').next().unwrap_or_default();
        let suggestion = unknown::suggestion(name, expected.iter().copied());
        format!("there is no such setting{suggestion}; expected one of {}", expected.join(", "))
    } else if let Kind::InvalidType(_, expected) = &error.kind {
        format!("expected {expected}")
    } else {
        error.kind.to_string()
    };
    ConfigError { place: format!("environment variable {name}"), problem }
}

#[cfg(test)]
mod tests;
