//! What settings are called in IT's places.

pub(super) const SERVER_URL: &str = "ServerUrl";
pub(super) const SERVER_KEY: &str = "ServerKey";
pub(super) const CA_FILE: &str = "CaFile";
pub(super) const RENDERER: &str = "Renderer";
pub(super) const THEME: &str = "Theme";
pub(super) const MODE: &str = "Mode";
pub(super) const SITE_ID: &str = "SiteId";
pub(super) const PROXY: &str = "Proxy";

/// Every name that means something in IT's places.
pub(super) const NAMES: [&str; 8] = [SERVER_URL, SERVER_KEY, CA_FILE, RENDERER, THEME, MODE, SITE_ID, PROXY];

/// What the package keeps for itself beside them.
const OF_THE_PACKAGE: [&str; 2] = ["StartMenu", "Startup"];

/// Whether a name means something in IT's places, to the program or to its package.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.iter().chain(&OF_THE_PACKAGE).any(|known| known.eq_ignore_ascii_case(name))
}
