//! Which value of a setting counts: policies before flags and variables, those before what the installer wrote.

use std::{fmt, path::PathBuf, str::FromStr};

use platform::{ServiceUrl, nearest_name};
use protocol::IdentityKey;

use super::{
    Flags, Origin, Place, Places, SettingError,
    misspelt::misspelt_names,
    names::{CA_FILE, MODE, NAMES, PROXY, RENDERER, SERVER_KEY, SERVER_URL, SITE_ID, THEME, is_known},
};
use crate::{
    effects::proxy::ProxyChoice,
    window::{RendererChoice, ThemeChoice},
    workstation::{Mode, SiteId},
};

/// A setting: its value, or what is wrong with the one that counts, and where it came from.
#[derive(Debug, Clone)]
pub struct Chosen<T> {
    /// `None` when it is set nowhere.
    pub value: Result<Option<T>, SettingError>,
    /// Where it came from.
    pub origin: Origin,
    /// Where there are values too, which it overrules.
    pub overrules: Vec<Origin>,
}

/// All settings that IT can write.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The service.
    pub server: Chosen<ServiceUrl>,
    /// Its identity key.
    pub server_key: Chosen<IdentityKey>,
    /// More certificates.
    pub ca_file: Chosen<PathBuf>,
    /// What paints the window.
    pub renderer: Chosen<RendererChoice>,
    /// Which colours the window has.
    pub theme: Chosen<ThemeChoice>,
    /// Who sits at the computer.
    pub mode: Chosen<Mode>,
    /// Where it stands.
    pub site: Chosen<SiteId>,
    /// Which way leads to the service.
    pub proxy: Chosen<ProxyChoice>,
    /// Names that are nearly those of settings.
    pub misspelt: Vec<SettingError>,
}

impl Rules {
    /// What they are called in IT's places.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// From the flags and IT's places.
    pub fn of(flags: &Flags, places: &dyn Places) -> Self {
        let Flags { server, server_key, ca_file, renderer, theme, mode, site, proxy, .. } = flags;
        let said = |flag| flags.origins(flag);
        let variable = |(name, meant): &(String, String)| SettingError::MisspeltVariable {
            name: name.clone(),
            meant: meant.clone(),
        };
        let mut misspelt = misspelt_names(places);
        misspelt.extend(flags.misspelt_variables.iter().map(variable));
        Self {
            server: choose(SERVER_URL, server.clone().map(|it| (it, said("server"))), places, parse),
            server_key: choose(SERVER_KEY, server_key.map(|it| (it, said("server_key"))), places, parse),
            ca_file: choose(CA_FILE, ca_file.clone().map(|it| (it, said("ca_file"))), places, parse),
            renderer: choose(RENDERER, renderer.map(|it| (it, said("renderer"))), places, |text| {
                one_of(text, &RendererChoice::names())
            }),
            theme: choose(THEME, theme.map(|it| (it, said("theme"))), places, |text| {
                one_of(text, &ThemeChoice::names())
            }),
            mode: choose(MODE, mode.map(|it| (it, said("mode"))), places, |text| {
                one_of(text, &Mode::names())
            }),
            site: choose(SITE_ID, site.clone().map(|it| (it, said("site"))), places, parse),
            proxy: choose(PROXY, proxy.clone().map(|it| (it, said("proxy"))), places, parse),
            misspelt,
        }
    }

    /// The first thing that is wrong.
    pub fn fault(&self) -> Option<&SettingError> {
        let Self { server, server_key, ca_file, renderer, theme, mode, site, proxy, misspelt } = self;
        let first = misspelt.first().or(server.value.as_ref().err());
        let first = first.or(server_key.value.as_ref().err()).or(ca_file.value.as_ref().err());
        let first = first.or(renderer.value.as_ref().err()).or(theme.value.as_ref().err());
        let first = first.or(mode.value.as_ref().err()).or(site.value.as_ref().err());
        first.or(proxy.value.as_ref().err())
    }

    /// For IT: every setting with its value and where it came from, what it overrules, then names that mean nothing.
    pub fn described(&self, places: &dyn Places) -> String {
        let Self { server, server_key, ca_file, renderer, theme, mode, site, proxy, misspelt } = self;
        let mut text = line(SERVER_URL, server, ToString::to_string);
        text += &line(SERVER_KEY, server_key, ToString::to_string);
        text += &line(CA_FILE, ca_file, |file| file.display().to_string());
        text += &line(RENDERER, renderer, ToString::to_string);
        text += &line(THEME, theme, ToString::to_string);
        text += &line(MODE, mode, ToString::to_string);
        text += &line(SITE_ID, site, ToString::to_string);
        text += &line(PROXY, proxy, ToString::to_string);
        for error in misspelt {
            text += &format!("WRONG. {error}\n");
        }
        for place in Place::ALL {
            for name in places.names(place) {
                if !is_known(&name) && nearest_name(&name, NAMES).is_none() {
                    text += &format!("{name}: means nothing, and is not used ({})\n", place.name());
                }
            }
        }
        text
    }
}

fn line<T>(name: &str, chosen: &Chosen<T>, shown: impl Fn(&T) -> String) -> String {
    let value = match &chosen.value {
        Ok(Some(value)) => shown(value),
        Ok(None) => return format!("{name}: not set\n"),
        Err(error) => format!("WRONG. {error}"),
    };
    let origin = if chosen.value.is_ok() { format!(" ({})", chosen.origin) } else { String::new() };
    let mut text = format!("{name}: {value}{origin}\n");
    for overruled in &chosen.overrules {
        text += &format!("{name}: overruled by {}, and not used ({overruled})\n", chosen.origin);
    }
    text
}

fn one_of<T: clap::ValueEnum>(text: &str, names: &[String]) -> Result<T, String> {
    <T as clap::ValueEnum>::from_str(text, true).map_err(|_| format!("expected one of {}", names.join(", ")))
}

fn parse<T: FromStr<Err: fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// The first value on the way from the strongest place to the weakest. A wrong one is an error, never passed over.
fn choose<T>(
    name: &'static str,
    said: Option<(T, Vec<Origin>)>,
    places: &dyn Places,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Chosen<T> {
    let from = |place| {
        let found = places.value(place, name).transpose()?;
        // An installer that was told nothing may leave an empty value.
        let value = match found {
            Ok(text) if text.trim().is_empty() => return None,
            Ok(text) => parse(text.trim()),
            Err(reason) => Err(reason),
        };
        let value = value.map(Some).map_err(|reason| {
            let line = places.line(place, name);
            SettingError::Wrong { name, place, line, reason }
        });
        Some((value, vec![Origin::Place(place)]))
    };
    let said = said.map(|(value, origins)| (Ok(Some(value)), origins));
    let mut found = Place::POLICIES.into_iter().filter_map(from).chain(said).chain(from(Place::Installed));
    let Some((value, mut overrules)) = found.next() else {
        return Chosen { value: Ok(None), origin: Origin::BuiltIn, overrules: Vec::new() };
    };
    overrules.extend(found.flat_map(|(_, origins)| origins));
    let origin = overrules.remove(0);
    Chosen { value, origin, overrules }
}
