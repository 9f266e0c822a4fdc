//! What `enrol` runs by: policies of the computer and the user, flags, variables, what the installer wrote, built-in.
//!
//! Not here: reading the registry itself (`registry`), or the files that stand for it elsewhere (`file`).

#[cfg(not(windows))]
mod file;
mod flags;
mod misspelt;
mod names;
mod origin;
#[cfg(windows)]
mod registry;
mod rules;

use std::path::PathBuf;

use platform::ServiceUrl;
use protocol::IdentityKey;

use crate::{
    effects::proxy::ProxyChoice,
    window::{RendererChoice, ThemeChoice},
    workstation::Workstation,
};

#[cfg(not(windows))]
pub use file::judge_policy_file;
pub use flags::{Flags, named};
pub use origin::{Origin, Place, Places, SettingError};
pub use rules::{Chosen, Rules};

/// Everything that is settled before the program shows anything.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service.
    pub server: ServiceUrl,
    /// Its identity key, where it is known beforehand.
    pub server_key: Option<IdentityKey>,
    /// Where to keep things.
    pub data: Option<PathBuf>,
    /// In this terminal instead of a window.
    pub console: bool,
    /// Certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// What paints the window.
    pub renderer: RendererChoice,
    /// Which colours it has.
    pub theme: ThemeChoice,
    /// What this computer is.
    pub workstation: Workstation,
    /// Which way leads to the service.
    pub proxy: ProxyChoice,
}

impl Settings {
    /// From the flags and IT's places.
    ///
    /// # Errors
    ///
    /// When a value is wrong, or no service is named anywhere.
    pub fn of(flags: &Flags) -> Result<Self, SettingError> {
        let Rules { server, server_key, ca_file, renderer, theme, mode, site, proxy, misspelt } =
            Rules::of(flags, places());
        if let Some(error) = misspelt.into_iter().next() {
            return Err(error);
        }
        Ok(Self {
            server: server.value?.ok_or(SettingError::NoServer)?,
            server_key: server_key.value?,
            data: flags.data.clone(),
            console: flags.console,
            ca_file: ca_file.value?,
            renderer: renderer.value?.unwrap_or_default(),
            theme: theme.value?.unwrap_or_default(),
            workstation: Workstation {
                mode: mode.value?.unwrap_or_default(),
                site: site.value?,
                forgets: flags.data.is_none() && forgets_at_sign_out(),
            },
            proxy: proxy.value?.unwrap_or_default(),
        })
    }

    /// The folder that was asked for, or the system's usual one for this program.
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.data.clone().or_else(usual_data_folder)
    }
}

/// By itself `directories` wants the roaming folder too, which may be on a server that is out of reach.
#[cfg(windows)]
fn usual_data_folder() -> Option<PathBuf> {
    Some(crate::effects::windows::local_app_data()?.join("enrol").join("data"))
}

/// Whether this person's part of the computer is thrown away when they sign out.
fn forgets_at_sign_out() -> bool {
    #[cfg(windows)]
    return crate::effects::windows::forgets_at_sign_out();
    #[cfg(not(windows))]
    false
}

#[cfg(not(windows))]
fn usual_data_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "enrol").map(|folders| folders.data_local_dir().to_owned())
}

/// The places that IT can write to on this system.
pub fn places() -> &'static dyn Places {
    #[cfg(windows)]
    static HERE: registry::Registry = registry::Registry;
    #[cfg(not(windows))]
    static HERE: file::PolicyFiles = file::PolicyFiles::here();
    &HERE
}

#[cfg(test)]
mod tests;
